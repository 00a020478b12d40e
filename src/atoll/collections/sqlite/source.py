"""The vectors of the store, as indexes ask for them."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy

from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.index.source import Changes, Ids, Position, SegmentRow
from atoll.collections.sqlite import generations, texts
from atoll.collections.sqlite.database import Database
from atoll.collections.types import Vectors

_BATCH_BYTES: Final = 8 << 20


class SqliteSource:
    """Implements `Source`. GenerationsChanged is raised when a generation is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dimensions: dict[int, int] = {}
        self._of_thread = threading.local()

    @property
    def reads(self) -> int:
        """How often this thread has read vectors."""
        found: int = getattr(self._of_thread, "reads", 0)
        return found

    def changes(
        self, generation: int, namespace: int, since: Position | None, *, most: int
    ) -> Changes:
        with self._reading(generation) as connection:
            version = _version(connection, generation, namespace)
            segments: tuple[SegmentRow, ...] | None = None
            added = removed = 0
            if since is not None and since.segments == version:
                added, removed = since.added, since.removed
            else:
                segments = _segments(connection, generation, namespace)
                added = max((each.high for each in segments), default=0)
            rows = connection.execute(
                f"SELECT seq, text, vector FROM vectors_{generation:d}"
                " WHERE namespace = ? AND seq > ? ORDER BY seq LIMIT ?",
                (namespace, added, most),
            ).fetchall()
            gone = connection.execute(
                f"SELECT seq, text FROM removed_{generation:d}"
                " WHERE namespace = ? AND seq > ? ORDER BY seq",
                (namespace, removed),
            ).fetchall()
        return Changes(
            segments,
            _ids(rows, 1),
            self._vectors(generation, [row[2] for row in rows]),
            _ids(gone, 1),
            Position(version, rows[-1][0] if rows else added, gone[-1][0] if gone else removed),
        )

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        with self._reading(generation) as connection:
            rows = connection.execute(
                f"SELECT v.text, v.vector FROM json_each(?) j"
                f" CROSS JOIN vectors_{generation:d} v ON v.text = j.value",
                (texts.numbers(ids),),
            ).fetchall()
        return [row[0] for row in rows], self._vectors(generation, [row[1] for row in rows])

    def batches(
        self, generation: int, namespace: int, low: int, high: int | None
    ) -> Iterator[tuple[Ids, Vectors, int]]:
        most = max(64, _BATCH_BYTES // (4 * self._dimension(generation)))
        last = sys.maxsize if high is None else high
        while True:
            # One read for each: a long one would keep the log of the file from being reused.
            with self._reading(generation) as connection:
                rows = connection.execute(
                    f"SELECT seq, text, vector FROM vectors_{generation:d}"
                    " WHERE namespace = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                    (namespace, low, last, most),
                ).fetchall()
            if rows:
                low = rows[-1][0]
                yield _ids(rows, 1), self._vectors(generation, [row[2] for row in rows]), low
            if len(rows) < most:
                return

    def counts(self, generation: int, namespace: int) -> tuple[int, int]:
        found = self._database.query(
            "SELECT vectors, last FROM indexes WHERE generation = ? AND namespace = ?",
            (generation, namespace),
        )
        return (int(found[0][0]), int(found[0][1])) if found else (0, 0)

    def replace_segments(
        self,
        generation: int,
        namespace: int,
        old: Sequence[int],
        new: SegmentRow | None,
        removed_until: int,
    ) -> bool:
        def replace(connection: sqlite3.Connection) -> bool:
            known = _segments(connection, generation, namespace)
            gone = not connection.execute(
                "SELECT 1 FROM generations WHERE id = ?", (generation,)
            ).fetchone()
            kept = [each for each in known if each.id not in old]
            if gone or len(kept) + len(old) != len(known):
                return False
            if new is not None and any(
                new.low < each.high and each.low < new.high for each in kept
            ):
                return False  # somebody else has indexed the same
            _replace(connection, generation, namespace, old, new, removed_until)
            return True

        return self._database.write(replace)

    @contextmanager
    def _reading(self, generation: int) -> Iterator[sqlite3.Connection]:
        self._of_thread.reads = self.reads + 1
        try:
            with self._database.reading() as connection:
                yield connection
        except CollectionError as error:
            if "no such table" in str(error.__cause__):
                raise GenerationsChanged from error
            raise

    def _vectors(self, generation: int, blobs: Sequence[bytes]) -> Vectors:
        found = numpy.frombuffer(b"".join(blobs), "<f4").astype(numpy.float32, copy=False)
        return found.reshape(len(blobs), self._dimension(generation))

    def _dimension(self, generation: int) -> int:
        known = self._dimensions.get(generation)
        if known is None:
            rows = self._database.query(generations.BY_ID, (generation,))
            if not rows:
                raise GenerationsChanged
            known = generations.generation_of(rows[0]).shape.dimension
            self._dimensions[generation] = known
        return known


def _ids(rows: Sequence[Any], column: int) -> Ids:
    return numpy.fromiter((row[column] for row in rows), numpy.uint64, len(rows))


def _version(connection: sqlite3.Connection, generation: int, namespace: int) -> int:
    found = connection.execute(
        "SELECT version FROM indexes WHERE generation = ? AND namespace = ?",
        (generation, namespace),
    ).fetchone()
    return int(found[0]) if found else 0


def _segments(
    connection: sqlite3.Connection, generation: int, namespace: int
) -> tuple[SegmentRow, ...]:
    found = connection.execute(
        "SELECT id, file, low, high, count, bytes, checksum FROM segments"
        " WHERE generation = ? AND namespace = ? ORDER BY low",
        (generation, namespace),
    )
    return tuple(SegmentRow(*row) for row in found)


def _replace(
    connection: sqlite3.Connection,
    generation: int,
    namespace: int,
    old: Sequence[int],
    new: SegmentRow | None,
    removed_until: int,
) -> None:
    connection.execute(
        "DELETE FROM segments WHERE id IN (SELECT value FROM json_each(?))", (texts.numbers(old),)
    )
    # A removal is needed as long as a segment has what was removed. Readers that have it in memory
    # do not need it: they read all again after this.
    connection.execute(
        f"DELETE FROM removed_{generation:d} WHERE namespace = ?1"
        " AND (seq <= ?2 OR NOT at BETWEEN ?3 AND ?4) AND NOT EXISTS (SELECT 1 FROM segments s"
        " WHERE s.generation = ?5 AND s.namespace = ?1 AND at > s.low AND at <= s.high)",
        (
            namespace,
            removed_until,
            0 if new is None else new.low + 1,
            -1 if new is None else new.high,
            generation,
        ),
    )
    if new is not None:
        connection.execute(
            "INSERT INTO segments (generation, namespace, file, low, high, count, bytes, checksum)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (generation, namespace, *new[1:]),
        )
    connection.execute(
        "UPDATE indexes SET version = version + 1 WHERE generation = ? AND namespace = ?",
        (generation, namespace),
    )
