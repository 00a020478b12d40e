"""How much of each collection there is."""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.collections.postgresql.catalog import Known
from atoll.collections.postgresql.index import index_bytes, progress, usable_index
from atoll.collections.postgresql.sessions import Session
from atoll.collections.postgresql.tables import vectors_table
from atoll.collections.postgresql.texts import namespaces as namespaces_of
from atoll.collections.types import CollectionStats, Generation, GenerationStats


def stats_of(session: Session, known: Known, collection: str | None) -> list[CollectionStats]:
    """Of one collection, or of all."""
    namespaces = namespaces_of(session, collection)
    building = progress(session)
    of: dict[str, list[Generation]] = {name: [] for name in namespaces}
    for each in known.generations:
        if collection in (None, each.collection):
            of.setdefault(each.collection, []).append(each)
    return [
        CollectionStats(
            name,
            namespaces.get(name, {}),
            tuple(
                _generation_stats(
                    session, known, each, sum(namespaces.get(name, {}).values()), building
                )
                for each in generations
            ),
        )
        for name, generations in sorted(of.items())
    ]


def _generation_stats(
    session: Session,
    known: Known,
    generation: Generation,
    texts: int,
    building: Mapping[int, float],
) -> GenerationStats:
    sql = f"SELECT count(*) FROM {vectors_table(generation.id)}"
    ((vectors,),) = session.query(sql)
    share: Any = building.get(generation.id)
    return GenerationStats(
        generation,
        vectors,
        max(0, texts - vectors),
        vectors if usable_index(generation, known) else 0,
        0,
        index_bytes(session, known.indexes.get(generation.id, ())),
        0 if share is None else int(share * vectors),
        0 if share is None else vectors,
    )
