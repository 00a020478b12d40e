"""How much of everything there is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from atoll.collections.sqlite import generations, progress
from atoll.collections.sqlite.store import Store
from atoll.collections.types import CollectionStats, Generation, GenerationStats


def of_collections(store: Store, collection: str | None) -> list[CollectionStats]:
    """As `Backend.stats`."""
    indexing = progress.read(store.folder)
    with store.database.reading() as connection:
        spaces: dict[str, dict[str, int]] = {}
        for name, namespace, texts in connection.execute(
            "SELECT c.name, n.name, n.texts FROM collections c"
            " LEFT JOIN namespaces n ON n.collection = c.id WHERE c.name IS NOT NULL"
            " AND (?1 IS NULL OR c.name = ?1) ORDER BY c.name, n.name",
            (collection,),
        ):
            of_it = spaces.setdefault(name, {})
            if namespace is not None:
                of_it[namespace] = texts
        found: dict[str, list[GenerationStats]] = {name: [] for name in spaces}
        for row in connection.execute(generations.ALL).fetchall():
            each = generations.generation_of(row)
            if each.collection in found:
                found[each.collection].append(_of_generation(connection, each, indexing))
    return [
        CollectionStats(name, namespaces, tuple(found[name])) for name, namespaces in spaces.items()
    ]


def _of_generation(
    connection: sqlite3.Connection,
    generation: Generation,
    indexing: Mapping[int, tuple[int, int]],
) -> GenerationStats:
    id = generation.id
    vectors, in_files, index_bytes = connection.execute(
        "SELECT (SELECT coalesce(sum(vectors), 0) FROM indexes WHERE generation = ?1),"
        " coalesce(sum(count), 0), coalesce(sum(bytes), 0) FROM segments WHERE generation = ?1",
        (id,),
    ).fetchone()
    (removed,) = connection.execute(
        f"SELECT count(*) FROM removed_{id:d} r WHERE EXISTS (SELECT 1 FROM segments s"  # noqa: S608
        " WHERE s.generation = ? AND s.namespace = r.namespace AND r.at > s.low AND r.at <= s.high"
        " AND s.count > 0)",
        (id,),
    ).fetchone()
    done, of = indexing.get(id, (0, 0))
    return GenerationStats(
        generation,
        vectors=vectors,
        missing=generations.count_missing(connection, id),
        indexed=max(0, in_files - removed),
        removed=removed,
        index_bytes=index_bytes,
        indexing=done,
        indexing_of=of,
    )
