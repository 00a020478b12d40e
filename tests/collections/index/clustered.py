"""Vectors such as texts have: many near each other, in groups of all sizes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from atoll.collections.index.distance import exactly, ranked
from atoll.collections.index.source import Ids
from atoll.collections.types import Hit, Vector, Vectors
from atoll.manifest.collection import Distance


def clustered(
    count: int, dimension: int, seed: int, *, groups: int = 50, unit: bool = True
) -> Vectors:
    """The same ones for the same seed. The groups are the same for all seeds."""
    centres = numpy.random.default_rng(0).normal(size=(groups, dimension))
    random = numpy.random.default_rng(seed)
    which = random.zipf(1.3, count) % groups
    found = centres[which] + 0.8 * random.normal(size=(count, dimension))
    if unit:
        found /= numpy.linalg.norm(found, axis=1, keepdims=True)
    return found.astype(numpy.float32)


def nearest(
    distance: Distance, ids: Ids, vectors: Vectors, vector: Vector, limit: int
) -> list[Hit]:
    """What a search should find."""
    return ranked(ids, exactly(distance, vectors, vector), limit)


def recall(found: Sequence[Sequence[Hit]], truth: Sequence[Sequence[Hit]]) -> float:
    """The part of what should be found that was."""
    pairs = zip(found, truth, strict=True)
    hits = [len({a.id for a in some} & {b.id for b in others}) for some, others in pairs]
    return sum(hits) / sum(map(len, truth))
