"""Indexes of vectors: which one a generation is to have, and how it comes to be.

PostgreSQL has nothing smaller than a half for an index's numbers, so ``i8`` is kept as ``f16``.
"""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from atoll.collections.postgresql.catalog import Known
from atoll.collections.postgresql.limits import Limits
from atoll.collections.postgresql.sessions import STATEMENT_SECONDS, Session
from atoll.collections.postgresql.tables import PREFIX, VECTORS, lock_key, vectors_table
from atoll.collections.types import Generation, Shape

_log = logging.getLogger("atoll.collections")

GRACE_SECONDS: Final = 60
"""For which searches of vectors that were replaced may still be on their way."""
MOST_DIMENSIONS: Final = {"vector": 2_000, "halfvec": 4_000}
"""That pgvector can index."""

_MIN_WORK_BYTES = 64 << 20
_MOST_WORK_BYTES = 1 << 30
_MOST_CONNECTIVITY = 100
_MOST_EF_CONSTRUCTION = 1_000
_COUNTS_TO_FOLD = 200
_BUILD_HOURS = 1
_OPERATORS = {"dot": ("<#>", "ip"), "cosine": ("<=>", "cosine"), "euclidean": ("<->", "l2")}


@dataclass(frozen=True, slots=True)
class Opclass:
    """What an index has of each vector, and how it compares them."""

    type: str
    operator: str
    name: str

    @property
    def surplus(self) -> int:
        """How many times as many are taken from it as are wanted."""
        return 1 if self.type == "vector" else 3

    def expression(self, dimension: int) -> str:
        return "vector" if self.type == "vector" else f"(vector::halfvec({dimension}))"

    def distance(self, dimension: int) -> str:
        """To a parameter, as an expression that the index can order by."""
        if self.type == "vector":
            return f"v.vector {self.operator} %s::vector"
        return f"v.vector::halfvec({dimension}) {self.operator} %s::vector::halfvec({dimension})"


def opclass_of(shape: Shape) -> Opclass | None:
    """Of the index that a generation of this shape may have; None if all are to be compared."""
    type = "vector" if shape.quantization == "f32" else "halfvec"
    if shape.exact or shape.dimension > MOST_DIMENSIONS[type]:
        return None
    operator, short = _OPERATORS[shape.distance]
    return Opclass(type, operator, f"{type}_{short}_ops")


def usable_index(generation: Generation, known: Known) -> Opclass | None:
    """What there is of the index; one with other settings will do until it is built anew."""
    wanted = opclass_of(generation.shape)
    if wanted is None:
        return None
    begin = _name(generation.id, wanted)
    names = known.indexes.get(generation.id, ())
    return wanted if any(name.startswith(begin) for name in names) else None


class Upkeep:
    """What is done behind the back of searches."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._told: set[int] = set()
        self._gone: dict[str, float] = {}
        """Tables of generations that are gone, and since when that is known."""

    def step(self, session: Session, known: Known, *, whole: bool) -> bool:
        """Do one thing, if this is the process that does them at the moment."""
        key = lock_key("maintenance")
        ((ours,),) = session.query("SELECT pg_try_advisory_lock(%s)", (key,))
        if not ours:
            return False
        try:
            _sort_in(session)
            return (
                _fold_counts(session)
                or self._drop_tables(session)
                or _drop_builds(session)
                or self._index(session, known, whole)
            )
        finally:
            if not session.connection.closed:
                session.query("SELECT pg_advisory_unlock(%s)", (key,))

    def _drop_tables(self, session: Session) -> bool:
        """Delete the vectors of generations that are gone, once nobody searches them any more."""
        found = session.query(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) "
            f"AND relname ~ '^{VECTORS}[0-9]+$' AND substr(relname, {len(VECTORS) + 1}) NOT IN "
            f"(SELECT id::text FROM {PREFIX}_generations)"
        )
        now = time.monotonic()
        self._gone = {table: self._gone.get(table, now) for (table,) in found}
        old = [table for table, since in self._gone.items() if now - since >= GRACE_SECONDS]
        for table in old:
            session.execute(f"DROP TABLE IF EXISTS {table}")
        return bool(old)

    def _index(self, session: Session, known: Known, whole: bool) -> bool:
        for generation in known.generations:
            existing = _indexes(session, generation)
            wanted = self._wanted(session, generation, whole, existing)
            if wanted is not None and not existing.get(wanted):
                # An invalid one is what an interrupted build has left.
                if wanted in existing:
                    _drop_index(session, wanted)
                _build(session, generation, wanted)
                return True
            for name in existing:
                if name != wanted:
                    _drop_index(session, name)
                    return True
        return False

    def _wanted(
        self, session: Session, generation: Generation, whole: bool, existing: dict[str, bool]
    ) -> str | None:
        """The name of the index that is to be there."""
        shape = generation.shape
        opclass = opclass_of(shape)
        if opclass is None:
            if not shape.exact and generation.id not in self._told:
                self._told.add(generation.id)
                fields = {
                    "collection": generation.collection,
                    "method": generation.method,
                    "dimension": shape.dimension,
                }
                _log.warning(
                    "pgvector cannot index vectors of so many dimensions: all are compared.",
                    extra={"fields": fields},
                )
            return None
        few = 1 if whole or existing else self._limits.smallest_index
        counted = f"SELECT FROM {vectors_table(generation.id)} LIMIT {few}"
        ((count,),) = session.query(f"SELECT count(*) FROM ({counted}) AS c")
        if count < few:
            return None
        connectivity, ef_construction = _settings(shape)
        return f"{_name(generation.id, opclass)}_{connectivity}_{ef_construction}"


def progress(session: Session) -> dict[int, float]:
    """How much of each index that is being built there is, from 0 to 1, by generation."""
    rows = session.query(
        "SELECT relname, blocks_done::float8 / nullif(blocks_total, 0) "
        "FROM pg_stat_progress_create_index JOIN pg_class ON pg_class.oid = relid "
        f"WHERE relname ~ '^{VECTORS}[0-9]+$' AND datname = current_database()"
    )
    return {int(table.removeprefix(VECTORS)): share or 0.0 for table, share in rows}


def index_bytes(session: Session, names: Sequence[str]) -> int:
    sizes = "SELECT coalesce(sum(pg_relation_size(to_regclass(name))), 0)::bigint"
    found = session.query(f"{sizes} FROM unnest(%s::text[]) AS name", (list(names),))
    return int(found[0][0])


def _name(generation: int, opclass: Opclass) -> str:
    return f"{vectors_table(generation)}_hnsw_{opclass.name.removesuffix('_ops')}"


def _settings(shape: Shape) -> tuple[int, int]:
    """Within what pgvector takes."""
    connectivity = min(shape.connectivity, _MOST_CONNECTIVITY)
    ef_construction = min(max(shape.ef_construction, 2 * connectivity), _MOST_EF_CONSTRUCTION)
    return connectivity, ef_construction


def _indexes(session: Session, generation: Generation) -> dict[str, bool]:
    """The indexes of vectors by name, and whether each is valid."""
    return dict(
        session.query(
            "SELECT x.relname, indisvalid FROM pg_index JOIN pg_class x ON x.oid = indexrelid "
            "WHERE indrelid = to_regclass(%s) AND x.relname ~ '_hnsw_'",
            (vectors_table(generation.id),),
        )
    )


def _build(session: Session, generation: Generation, name: str) -> None:
    import psycopg

    shape = generation.shape
    opclass = opclass_of(shape)
    assert opclass is not None
    connectivity, ef_construction = _settings(shape)
    table = vectors_table(generation.id)
    ((count,),) = session.query(f"SELECT count(*) FROM {table}")
    # A graph that does not fit in it is built many times as slowly.
    needed = count * (shape.dimension * 4 + connectivity * 40 + 300)
    memory = min(max(needed, _MIN_WORK_BYTES), _MOST_WORK_BYTES) >> 10
    fields: dict[str, Any] = {
        "collection": generation.collection,
        "method": generation.method,
        "vectors": count,
    }
    _log.info("Indexing vectors.", extra={"fields": fields})
    sql = (
        f"CREATE INDEX CONCURRENTLY {name} ON {table} "
        f"USING hnsw ({opclass.expression(shape.dimension)} {opclass.name}) "
        f"WITH (m = {connectivity}, ef_construction = {ef_construction})"
    )
    session.set(statement_timeout="0", maintenance_work_mem=f"{memory}kB")
    try:
        try:
            session.execute(sql)
        except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory):
            # Several workers need shared memory, of which containers have little.
            _drop_index(session, name)
            session.set(max_parallel_maintenance_workers="0")
            session.execute(sql)
        session.execute(f"ANALYZE {table}, {PREFIX}_items")
    finally:
        if not session.connection.closed:
            session.set(statement_timeout=f"{STATEMENT_SECONDS}s")


def _drop_index(session: Session, name: str) -> None:
    session.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def _sort_in(session: Session) -> None:
    """Take up in the indexes of texts what was written lately: searches go through the rest of it
    one by one."""
    session.query(
        "SELECT gin_clean_pending_list(indexrelid) FROM pg_index "
        "JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam "
        f"WHERE amname = 'gin' AND indrelid = to_regclass('{PREFIX}_items')"
    )


def _fold_counts(session: Session) -> bool:
    """Make one row of the many that writers have left for each namespace."""
    ((rows,),) = session.query(f"SELECT count(*) FROM {PREFIX}_counts")
    ((namespaces,),) = session.query(f"SELECT count(*) FROM {PREFIX}_namespaces")
    if rows < _COUNTS_TO_FOLD + namespaces:
        return False
    session.execute(
        f"WITH gone AS (DELETE FROM {PREFIX}_counts RETURNING *) INSERT INTO {PREFIX}_counts "
        "SELECT namespace, sum(texts) FROM gone GROUP BY namespace"
    )
    return True


def _drop_builds(session: Session) -> bool:
    """Forget the builds that no generation was made by. (One is kept before its generation is
    begun.)"""
    return bool(
        session.execute(
            f"DELETE FROM {PREFIX}_builds b WHERE kept_at < now() - interval '{_BUILD_HOURS} hour' "
            f"AND NOT EXISTS (SELECT FROM {PREFIX}_generations g WHERE g.build = b.id)"
        )
    )
