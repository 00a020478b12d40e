"""Searches of a store, with the texts that they find. All of this blocks.

What a search finds may be replaced before its text is read; it is searched for once more then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from atoll.collections import limits
from atoll.collections.backend import Backend
from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import Filter
from atoll.collections.ranking import fuse, rank_score, score
from atoll.collections.types import Found, Generation, Text, Vector

HYBRID_FACTOR: Final = 3
HYBRID_LEAST: Final = 50
"""Of each of the searches of a hybrid one, before they are made one."""
TRIES: Final = 3

Scored: TypeAlias = Sequence[tuple[int, float, float]]
"""Ids of texts with their distances and scores."""


def by_meaning(
    backend: Backend,
    generation: Generation,
    namespaces: Sequence[str],
    vector: Vector,
    limit: int,
    filter: Filter | None,
) -> list[Found]:
    """The texts nearest to a vector."""
    kind = generation.shape.distance

    def search() -> Scored:
        hits = backend.nearest(generation, namespaces, vector, limit, filter)
        return [(hit.id, hit.value, score(hit.value, kind)) for hit in hits]

    return _loaded(backend, search)


def hybrid(
    backend: Backend,
    generation: Generation,
    namespaces: Sequence[str],
    vector: Vector,
    words: str,
    limit: int,
    filter: Filter | None,
) -> list[Found]:
    """The texts that a vector and words agree on."""
    from atoll.collections.index.distance import exactly

    most = min(max(limit * HYBRID_FACTOR, HYBRID_LEAST), limits.LIMIT)

    def search() -> Scored:
        nearest = backend.nearest(generation, namespaces, vector, most, filter)
        matching = backend.matching(generation.collection, namespaces, words, most, filter)
        distances = {hit.id: hit.value for hit in nearest}
        if others := [hit.id for hit in matching if hit.id not in distances]:
            ids, vectors = backend.vectors(generation.id, others)
            if ids:  # those without a vector are gone
                values = exactly(generation.shape.distance, vectors, vector)
                distances.update(zip(ids, values.tolist(), strict=True))
        worst = max(distances.values(), default=0.0)
        best = fuse(distances, {hit.id: hit.value for hit in matching}, worst)[:limit]
        return [(id, distances[id], value) for id, value in best]

    return _loaded(backend, search)


def by_words(
    backend: Backend,
    collection: str,
    namespaces: Sequence[str],
    words: str,
    limit: int,
    filter: Filter | None,
) -> list[Found]:
    """The texts that have the words."""

    def search() -> Scored:
        hits = backend.matching(collection, namespaces, words, limit, filter) if limit else []
        return [
            (hit.id, 1 - value, value)
            for rank, hit in enumerate(hits)
            for value in (rank_score(rank),)
        ]

    return _loaded(backend, search)


def _loaded(backend: Backend, search: Callable[[], Scored]) -> list[Found]:
    """What a search finds, with its texts."""
    for again in reversed(range(TRIES)):
        hits = search()
        texts = backend.load([id for id, _, _ in hits]) if hits else {}
        if len(texts) == len(hits) or not again:
            break
    return [
        Found(text.namespace, text.key, text.text, text.labels, text.metadata, distance, value)
        for id, distance, value in hits
        if (text := texts.get(id)) is not None
    ]


def still(backend: Backend, generation: Generation) -> Generation:
    """The generation as it is now. Raises GenerationsChanged: it serves no more."""
    for each in backend.generations(generation.collection):
        if each.id == generation.id and each.state == "serving":
            return each
    raise GenerationsChanged


def vector_of(backend: Backend, generation: Generation, namespace: str, key: str) -> Vector | None:
    """The vector of the text of a key."""
    texts = backend.find(generation.collection, namespace, [key])
    if not texts:
        return None
    ids, vectors = backend.vectors(generation.id, [texts[0].id])
    return vectors[0] if ids else None


def ids_of_same(
    collection: str, namespace: str, texts: Sequence[Text], backend: Backend
) -> dict[str, int]:
    """The ids of those texts that are stored already, by key, whatever their metadata."""
    wanted = {each.key: each.text for each in texts}
    stored = backend.find(collection, namespace, list(wanted))
    return {each.key: each.id for each in stored if wanted[each.key] == each.text}


def vectors_of_same(
    generation: int, same: Mapping[str, int], backend: Backend
) -> dict[str, Vector]:
    """The vectors of stored texts, by key."""
    ids, vectors = backend.vectors(generation, list(same.values()))
    keys = {id: key for key, id in same.items()}
    return {keys[id]: vector for id, vector in zip(ids, vectors, strict=True)}
