"""The store of collections in a folder: a file of SQLite, and the files of the indexes."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy

from atoll.collections.backend import Lock
from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import Filter
from atoll.collections.index.limits import DEFAULTS, Limits
from atoll.collections.sqlite import generations, locks, reading, stats, upkeep
from atoll.collections.sqlite.failures import folder_failure, unavailable
from atoll.collections.sqlite.store import FILE, Store
from atoll.collections.sqlite.texts import remove, row_of, upsert
from atoll.collections.types import (
    CollectionStats,
    Generation,
    Hit,
    Shape,
    StoredText,
    Text,
    Vector,
    Vectors,
)


class SqliteBackend:
    """Implements `Backend`. App lifetime.

    Args:
        folder: where all that belongs to the store is, for its owner alone. It is made, and the
            file is opened, when first needed.
        limits: when vectors are put into files of an index.
    """

    def __init__(self, folder: Path, limits: Limits = DEFAULTS) -> None:
        self._folder = folder
        self._limits = limits
        self._file = folder / FILE
        self._opening = threading.Lock()
        self._opened: Store | None = None
        self._upkeep: upkeep.Upkeep | None = None
        self._closed = False

    @property
    def place(self) -> str:
        return str(self._file)

    def close(self) -> None:
        with self._opening:
            self._closed = True
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    # Texts.

    def upsert(
        self,
        collection: str,
        namespace: str,
        texts: Sequence[Text],
        vectors: Mapping[int, Vectors],
    ) -> None:
        rows = [row_of(each) for each in texts]
        self._store().database.write(
            lambda connection: upsert(connection, collection, namespace, rows, vectors)
        )

    def remove(self, collection: str, namespace: str, keys: Sequence[str]) -> list[str]:
        return self._store().database.write(
            lambda connection: remove(connection, collection, namespace, keys)
        )

    def find(self, collection: str, namespace: str, keys: Sequence[str]) -> list[StoredText]:
        return reading.find(self._store().database, collection, namespace, keys)

    def load(self, ids: Sequence[int]) -> dict[int, StoredText]:
        return reading.load(self._store().database, ids)

    def texts(
        self, collection: str, namespace: str | None, *, after: int = 0, limit: int = 1000
    ) -> list[StoredText]:
        database = self._store().database
        return reading.list_texts(database, collection, namespace, after, limit)

    def page(
        self,
        collection: str,
        namespace: str,
        *,
        after: str = "",
        limit: int = 100,
        search: str = "",
    ) -> list[StoredText]:
        database = self._store().database
        return reading.page(database, collection, namespace, after, limit, search)

    def sample(self, collection: str, namespace: str | None, limit: int) -> list[StoredText]:
        return reading.sample(self._store().database, collection, namespace, limit)

    def namespaces(self, collection: str) -> dict[str, int]:
        rows = self._store().database.query(
            "SELECT n.name, n.texts FROM namespaces n JOIN collections c ON c.id = n.collection"
            " WHERE c.name = ? ORDER BY n.name",
            (collection,),
        )
        return dict(rows)

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        try:
            return self._store().source.vectors(generation, ids)
        except GenerationsChanged:
            return [], numpy.empty((0, 0), numpy.float32)

    # Searches.

    def nearest(
        self,
        generation: Generation,
        namespaces: Sequence[str],
        vector: Vector,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        return self._store().nearest(generation, namespaces, vector, limit, filter)

    def matching(
        self,
        collection: str,
        namespaces: Sequence[str],
        words: str,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        return self._store().matching.matching(collection, namespaces, words, limit, filter)

    # Generations.

    def generations(self, collection: str) -> list[Generation]:
        return list(self._store().now().generations(collection))

    def start_generation(
        self,
        collection: str,
        method: str,
        shape: Shape,
        *,
        embedder: str,
        probe: bytes,
        build: str,
    ) -> Generation:
        def start(connection: sqlite3.Connection) -> Generation:
            return generations.start(
                connection,
                collection,
                method,
                shape,
                embedder=embedder,
                probe=probe,
                build=build,
            )

        return self._store().database.write(start)

    def missing(self, generation: int, *, after: int = 0, limit: int = 100) -> list[StoredText]:
        try:
            return reading.missing(self._store().database, generation, after, limit)
        except GenerationsChanged:
            return []

    def add_vectors(self, generation: int, ids: Sequence[int], vectors: Vectors) -> int:
        return self._store().database.write(
            lambda connection: generations.add_vectors(connection, generation, ids, vectors)
        )

    def finish_generation(self, generation: int) -> bool:
        return self._store().database.write(
            lambda connection: generations.finish(connection, generation)
        )

    def reshape(self, generation: int, shape: Shape) -> None:
        self._store().database.write(
            lambda connection: generations.reshape(connection, generation, shape)
        )

    def drop_generation(self, generation: int) -> None:
        self._store().database.write(lambda connection: generations.drop(connection, generation))

    def drop_collection(self, collection: str) -> None:
        self._store().database.write(
            lambda connection: generations.drop_collection(connection, collection)
        )

    # Builds.

    def build(self, id: str) -> bytes | None:
        rows = self._store().database.query("SELECT content FROM builds WHERE id = ?", (id,))
        return rows[0][0] if rows else None

    def keep_build(self, id: str, content: bytes) -> None:
        self._store().database.write(
            lambda connection: connection.execute(
                "INSERT INTO builds (id, kept_at, content) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET kept_at = excluded.kept_at",
                (id, int(time.time()), content),
            )
        )

    # Upkeep.

    def stats(self, collection: str | None = None) -> list[CollectionStats]:
        return stats.of_collections(self._store(), collection)

    def maintain(self, *, whole: bool = False) -> bool:
        store = self._store()
        lock = self._lock(upkeep.LOCK)
        if lock is None:
            return False
        try:
            return self._upkeep_of(store).step(whole=whole)
        finally:
            lock.release()

    def note(self, name: str) -> str | None:
        rows = self._store().database.query("SELECT value FROM notes WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def set_note(self, name: str, value: str) -> None:
        self._store().database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value)
            )
        )

    def lock(self, name: str) -> Lock | None:
        return self._lock(f"of a user: {name}")

    def export(self, collection: str) -> Iterator[tuple[StoredText, Mapping[str, Vector]]]:
        store = self._store()
        serving = [each for each in store.now().generations(collection) if each.state == "serving"]
        return reading.export(store.database, store.source, collection, serving)

    def _lock(self, name: str) -> Lock | None:
        try:
            return locks.acquire(self._folder / "locks", name)
        except OSError as error:
            raise folder_failure(self._file, error) from error

    def _upkeep_of(self, store: Store) -> upkeep.Upkeep:
        if self._upkeep is None or self._upkeep.store is not store:
            self._upkeep = upkeep.Upkeep(store)
        return self._upkeep

    def _store(self) -> Store:
        opened = self._opened
        if opened is not None and opened.database.sound():
            return opened
        with self._opening:
            if self._closed:
                raise unavailable(self._file, "the store is closed", None)
            if self._opened is not None and not self._opened.database.sound():
                # Somebody deleted the file, or put another one in its place.
                self._opened.close()
                self._opened = None
            if self._opened is None:
                self._opened = Store(self._folder, self._limits)
            return self._opened
