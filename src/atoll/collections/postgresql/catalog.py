"""Generations as the database has them, and the indexes of their vectors."""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from atoll.collections.errors import GenerationsChanged
from atoll.collections.postgresql.sessions import Row, Session, Sessions, Statement
from atoll.collections.postgresql.tables import (
    PREFIX,
    VECTORS,
    create_vectors_table,
    lock_key,
)
from atoll.collections.types import Generation, Shape, State

FRESH_SECONDS: Final = 0.5
"""For which the generations are taken to be as they were."""

_COLUMNS = (
    "id, collection, method, serving, dimension, distance, quantization, exact, connectivity, "
    "ef_construction, ef_search, embedder, probe, build"
)
_SELECT = f"SELECT {_COLUMNS} FROM {PREFIX}_generations"


@dataclass(frozen=True, slots=True)
class Known:
    """What was there a moment ago."""

    generations: tuple[Generation, ...] = ()
    indexes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The names of the valid ones, by generation."""


class Catalog:
    """All generations, kept for a moment: they are asked for with each search."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known = Known()
        self._until = 0.0
        self._reading = threading.Lock()

    def known(self) -> Known:
        if time.monotonic() >= self._until:
            with self._reading:  # one asks, the others get its answer
                if time.monotonic() >= self._until:
                    asked = time.monotonic()
                    self._known = self._sessions.run(_read)
                    self._until = asked + FRESH_SECONDS
        return self._known

    def of(self, collection: str) -> list[Generation]:
        return [each for each in self.known().generations if each.collection == collection]

    def forget(self) -> None:
        """Have it be read anew."""
        with self._reading:  # not while it is read as it was before
            self._until = 0.0


def generations_of(session: Session, collection: str) -> list[Generation]:
    """As they are in this transaction, the oldest first."""
    return generations_in(session.query(*of_collection(collection)))


def of_collection(collection: str) -> Statement:
    return f"{_SELECT} WHERE collection = %s ORDER BY id", (collection,)


def find_generation(session: Session, id: int) -> Generation | None:
    found = generations_in(session.query(f"{_SELECT} WHERE id = %s", (id,)))
    return found[0] if found else None


def lock_collection(session: Session, collection: str) -> None:
    """Until the transaction ends: who changes the generations is alone, without writers."""
    key = lock_key("collection", collection)
    session.query("SELECT pg_advisory_xact_lock(%s)", (key,))


def share_collection(collection: str) -> Statement:
    """A lock that writers of texts have together."""
    return "SELECT pg_advisory_xact_lock_shared(%s)", (lock_key("collection", collection),)


def start(
    session: Session,
    collection: str,
    method: str,
    shape: Shape,
    *,
    embedder: str,
    probe: bytes,
    build: str,
) -> Generation:
    with session.transaction():
        lock_collection(session, collection)
        others = [each for each in generations_of(session, collection) if each.method == method]
        bare = not _has_texts(session, collection)
        for each in others:
            if (bare or each.state == "building") and (each.shape, each.probe) == (shape, probe):
                return each
        for each in others:
            if each.state == "building":
                _delete(session, each)
        serves = not others and bare
        values = (
            collection,
            method,
            serves,
            shape.dimension,
            shape.distance,
            shape.quantization,
            shape.exact,
            shape.connectivity,
            shape.ef_construction,
            shape.ef_search,
            embedder,
            probe,
            build,
        )
        into = f"INSERT INTO {PREFIX}_generations ({_COLUMNS.removeprefix('id, ')})"
        marks = ", ".join("%s" for _ in values)
        ((id,),) = session.query(f"{into} VALUES ({marks}) RETURNING id", values)
        create_vectors_table(session, id, shape.dimension)
    state: State = "serving" if serves else "building"
    return Generation(id, collection, method, state, shape, embedder, probe, build)


def reshape(session: Session, id: int, shape: Shape) -> None:
    sql = (
        f"UPDATE {PREFIX}_generations SET distance = %s, quantization = %s, exact = %s, "
        "connectivity = %s, ef_construction = %s, ef_search = %s WHERE id = %s AND dimension = %s"
    )
    values = (shape.distance, shape.quantization, shape.exact, shape.connectivity)
    rest = (shape.ef_construction, shape.ef_search, id, shape.dimension)
    if not session.execute(sql, (*values, *rest)):
        if find_generation(session, id) is None:
            raise GenerationsChanged
        raise ValueError("another dimension needs another generation")


def serve(session: Session, generation: Generation) -> None:
    """Have it serve in place of the method's others."""
    for each in generations_of(session, generation.collection):
        if each.method == generation.method and each.id != generation.id:
            _delete(session, each)
    session.execute(
        f"UPDATE {PREFIX}_generations SET serving = true WHERE id = %s",
        (generation.id,),
    )


def drop(session: Session, generation: Generation) -> None:
    with session.transaction():
        lock_collection(session, generation.collection)
        _delete(session, generation)


def drop_all(session: Session, collection: str) -> None:
    for each in generations_of(session, collection):
        _delete(session, each)


def _delete(session: Session, generation: Generation) -> None:
    """Forget it, and the build that made it if it has made no other. Its vectors are deleted by the
    upkeep."""
    session.execute(f"DELETE FROM {PREFIX}_generations WHERE id = %s", (generation.id,))
    session.execute(
        f"DELETE FROM {PREFIX}_builds WHERE id = %s "
        f"AND NOT EXISTS (SELECT FROM {PREFIX}_generations WHERE build = %s)",
        (generation.build, generation.build),
    )


def _has_texts(session: Session, collection: str) -> bool:
    found = session.query(
        f"SELECT EXISTS (SELECT FROM {PREFIX}_items WHERE namespace IN "
        f"(SELECT id FROM {PREFIX}_namespaces WHERE collection = %s))",
        (collection,),
    )
    return bool(found[0][0])


def _read(session: Session) -> Known:
    indexes: dict[int, tuple[str, ...]] = {}
    named = session.query(
        "SELECT t.relname, x.relname FROM pg_index "
        "JOIN pg_class t ON t.oid = indrelid JOIN pg_class x ON x.oid = indexrelid "
        f"WHERE indisvalid AND t.relname ~ '^{VECTORS}[0-9]+$' AND x.relname ~ '_hnsw_' "
        "AND pg_table_is_visible(t.oid)"
    )
    for table, index in named:
        id = int(table.removeprefix(VECTORS))
        indexes[id] = (*indexes.get(id, ()), index)
    return Known(tuple(generations_in(session.query(f"{_SELECT} ORDER BY id"))), indexes)


def generations_in(rows: Iterable[Row]) -> list[Generation]:
    return [
        Generation(
            id,
            collection,
            method,
            "serving" if serving else "building",
            Shape(*shape),
            embedder,
            bytes(probe),
            build,
        )
        for id, collection, method, serving, *shape, embedder, probe, build in rows
    ]
