"""Searches of a store, with the texts that they find. All of this blocks.

What a search finds may be replaced before its text is read; it is searched for once more then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from atoll.collections import limits
from atoll.collections.backend import Backend
from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import Filter
from atoll.collections.ranking import fuse, rank_score, score
from atoll.collections.types import Found, Generation, Vector

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
        best = fuse(nearest, matching)[:limit]
        known = {hit.id: hit.value for hit in nearest}
        if others := [id for id, _ in best if id not in known]:
            ids, vectors = backend.vectors(generation.id, others)
            if ids:
                values = exactly(generation.shape.distance, vectors, vector)
                known.update(zip(ids, values.tolist(), strict=True))
        # Those without a vector are gone.
        return [(id, known.get(id, 0.0), value) for id, value in best]

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
