"""The store of collections in PostgreSQL."""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from atoll.collections.backend import Lock
from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import Filter
from atoll.collections.postgresql import catalog, index, search, tables
from atoll.collections.postgresql import texts as stored
from atoll.collections.postgresql.limits import Limits
from atoll.collections.postgresql.sessions import Session, Sessions
from atoll.collections.postgresql.stats import stats_of
from atoll.collections.postgresql.tables import PREFIX, lock_key
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

Result = TypeVar("Result")


class PostgresqlBackend:
    """Implements `Backend` for the database that a URL leads to. App lifetime.

    Nothing is opened before something is asked of it. Vectors are kept as f32; an index by pgvector
    has them as the quantization says, but ``i8`` as ``f16``. Texts of vectors of length 0 are not
    found by an index of cosines.

    Args:
        url: gives it anew for each session, since secrets may change.
        limits: others are for tests.
    """

    def __init__(self, url: Callable[[], str], limits: Limits = Limits()) -> None:  # noqa: B008
        self._limits = limits
        self._sessions = Sessions(url, tables.begin, tables.migrate)
        self._catalog = catalog.Catalog(self._sessions)
        self._shares = search.WordShares()
        self._upkeep = index.Upkeep(limits)

    @property
    def place(self) -> str:
        return self._sessions.place

    def close(self) -> None:
        self._sessions.close()

    # Texts.

    def upsert(
        self,
        collection: str,
        namespace: str,
        texts: Sequence[Text],
        vectors: Mapping[int, Vectors],
    ) -> None:
        self._change(lambda s: stored.upsert(s, collection, namespace, texts, vectors))

    def remove(self, collection: str, namespace: str, keys: Sequence[str]) -> list[str]:
        return self._run(lambda s: stored.remove(s, collection, namespace, keys))

    def find(self, collection: str, namespace: str, keys: Sequence[str]) -> list[StoredText]:
        return self._run(lambda s: stored.find(s, collection, namespace, keys))

    def load(self, ids: Sequence[int]) -> dict[int, StoredText]:
        return self._run(lambda s: stored.load(s, ids))

    def texts(
        self, collection: str, namespace: str | None, *, after: int = 0, limit: int = 1000
    ) -> list[StoredText]:
        return self._run(lambda s: stored.page(s, collection, namespace, after, limit))

    def page(
        self,
        collection: str,
        namespace: str,
        *,
        after: str = "",
        limit: int = 100,
        search: str = "",
    ) -> list[StoredText]:
        return self._run(lambda s: stored.by_key(s, collection, namespace, after, limit, search))

    def sample(self, collection: str, namespace: str | None, limit: int) -> list[StoredText]:
        return self._run(lambda s: stored.sample(s, collection, namespace, limit))

    def namespaces(self, collection: str) -> dict[str, int]:
        return self._run(lambda s: stored.namespaces(s, collection)).get(collection, {})

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        found = self._find(generation)
        packed = self._run(lambda s: stored.vectors(s, found, ids)) if found is not None else []
        return stored.unpacked(packed, found.shape.dimension if found is not None else 0)

    # Searches.

    def nearest(
        self,
        generation: Generation,
        namespaces: Sequence[str],
        vector: Vector,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        known = self._catalog.known()
        usable = index.usable_index(generation, known)
        if self._find(generation.id) is None:
            raise GenerationsChanged
        return self._run(
            lambda s: search.nearest(
                s, self._limits, generation, usable, namespaces, vector, limit, filter
            )
        )

    def matching(
        self,
        collection: str,
        namespaces: Sequence[str],
        words: str,
        limit: int,
        filter: Filter | None = None,
    ) -> list[Hit]:
        return self._run(
            lambda s: search.matching(s, self._shares, collection, namespaces, words, limit, filter)
        )

    # Generations.

    def generations(self, collection: str) -> list[Generation]:
        return self._catalog.of(collection)

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
        return self._change(
            lambda s: catalog.start(
                s, collection, method, shape, embedder=embedder, probe=probe, build=build
            )
        )

    def missing(self, generation: int, *, after: int = 0, limit: int = 100) -> list[StoredText]:
        found = self._find(generation)
        if found is None:
            return []
        return self._run(lambda s: stored.missing(s, found, after, limit))

    def add_vectors(self, generation: int, ids: Sequence[int], vectors: Vectors) -> int:
        return self._change(lambda s: stored.add_vectors(s, generation, ids, vectors))

    def finish_generation(self, generation: int) -> bool:
        return self._change(lambda s: _finish(s, generation))

    def reshape(self, generation: int, shape: Shape) -> None:
        self._change(lambda s: catalog.reshape(s, generation, shape))

    def drop_generation(self, generation: int) -> None:
        found = self._find(generation)
        if found is not None:
            self._change(lambda s: catalog.drop(s, found))

    def drop_collection(self, collection: str) -> None:
        self._change(lambda s: _drop_collection(s, collection))

    # Builds.

    def build(self, id: str) -> bytes | None:
        sql = f"SELECT content FROM {PREFIX}_builds WHERE id = %s"
        found = self._run(lambda s: s.query(sql, (id,), binary=True))
        return bytes(found[0][0]) if found else None

    def keep_build(self, id: str, content: bytes) -> None:
        sql = (
            f"INSERT INTO {PREFIX}_builds (id, content) VALUES (%s, %s) "
            "ON CONFLICT (id) DO UPDATE SET kept_at = now()"
        )
        self._run(lambda s: s.execute(sql, (id, content)))

    # Upkeep.

    def stats(self, collection: str | None = None) -> list[CollectionStats]:
        known = self._catalog.known()
        return self._run(lambda s: stats_of(s, known, collection))

    def maintain(self, *, whole: bool = False) -> bool:
        known = self._catalog.known()
        did = self._run(lambda s: self._upkeep.step(s, known, whole=whole))
        if did:
            self._catalog.forget()
        return did

    def note(self, name: str) -> str | None:
        sql = f"SELECT value FROM {PREFIX}_notes WHERE name = %s"
        found = self._run(lambda s: s.query(sql, (name,)))
        return found[0][0] if found else None

    def set_note(self, name: str, value: str) -> None:
        sql = (
            f"INSERT INTO {PREFIX}_notes VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        self._run(lambda s: s.execute(sql, (name, value)))

    def lock(self, name: str) -> Lock | None:
        """It is lost with the connection, too: when the server is restarted."""
        session = self._sessions.open()
        try:
            sql = "SELECT pg_try_advisory_lock(%s)"
            ((ours,),) = session.query(sql, (lock_key("lock", name),))
        except BaseException:
            session.close()
            raise
        if not ours:
            session.close()
            return None
        return _SessionLock(session)

    def export(self, collection: str) -> Iterator[tuple[StoredText, Mapping[str, Vector]]]:
        after = 0
        while found := self.texts(collection, None, after=after):
            after = found[-1].id
            ids = [each.id for each in found]
            vectors: dict[int, dict[str, Vector]] = {id: {} for id in ids}
            for generation in self.generations(collection):
                if generation.state == "serving":
                    for id, vector in zip(*self.vectors(generation.id, ids), strict=True):
                        vectors[id][generation.method] = vector
            for each in found:
                yield each, vectors[each.id]

    def _run(self, work: Callable[[Session], Result]) -> Result:
        return self._sessions.run(work)

    def _change(self, work: Callable[[Session], Result]) -> Result:
        """Do something after which, or because of which, generations may be others."""
        try:
            return self._sessions.run(work)
        finally:
            self._catalog.forget()

    def _find(self, generation: int) -> Generation | None:
        for each in self._catalog.known().generations:
            if each.id == generation:
                return each
        return self._run(lambda s: catalog.find_generation(s, generation))


class _SessionLock:
    def __init__(self, session: Session) -> None:
        self._session = session

    def release(self) -> None:
        self._session.close()


def _finish(session: Session, id: int) -> bool:
    found = catalog.find_generation(session, id)
    if found is None:
        raise GenerationsChanged
    if found.state == "serving":
        return True
    if stored.missing(session, found, 0, 1):  # without keeping writers waiting
        return False
    with session.transaction():
        catalog.lock_collection(session, found.collection)
        if catalog.find_generation(session, id) is None:
            raise GenerationsChanged
        if stored.missing(session, found, 0, 1):
            return False
        catalog.serve(session, found)
    return True


def _drop_collection(session: Session, collection: str) -> None:
    mine = f"IN (SELECT id FROM {PREFIX}_namespaces WHERE collection = %s)"
    with session.transaction():
        catalog.lock_collection(session, collection)
        for statement in (
            f"DELETE FROM {PREFIX}_items WHERE namespace {mine}",
            f"DELETE FROM {PREFIX}_counts WHERE namespace {mine}",
            f"DELETE FROM {PREFIX}_namespaces WHERE collection = %s",
        ):
            session.execute(statement, (collection,))
        catalog.drop_all(session, collection)
