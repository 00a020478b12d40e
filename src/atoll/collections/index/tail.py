"""Vectors that no file has yet, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy

from atoll.collections.index.source import Ids
from atoll.collections.types import Vectors

Mask: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.bool_]]"


@dataclass(frozen=True, slots=True)
class Tail:
    """Never changed: `with_added` and `without` give another one, and share what they can.

    Only the newest one may be added to, since the room behind the vectors is shared.
    """

    ids: Ids
    vectors: Vectors
    alive: Mask
    _room: tuple[Ids, Vectors]

    @classmethod
    def empty(cls, dimension: int) -> Self:
        ids = numpy.empty(0, numpy.uint64)
        vectors = numpy.empty((0, dimension), numpy.float32)
        return cls(ids, vectors, numpy.empty(0, numpy.bool_), (ids, vectors))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def count(self) -> int:
        """Vectors that were not removed."""
        return int(numpy.count_nonzero(self.alive))

    @property
    def bytes(self) -> int:
        return self._room[0].nbytes + self._room[1].nbytes + self.alive.nbytes

    def with_added(self, ids: Ids, vectors: Vectors) -> Tail:
        if not len(ids):
            return self
        alive = numpy.append(self.alive, numpy.ones(len(ids), numpy.bool_))
        if not len(self):
            return Tail(ids, vectors, alive, (ids, vectors))
        count = len(self) + len(ids)
        all_ids, all_vectors = self._room
        if len(all_ids) < count:
            size = count + max(64, count // 4)
            all_ids = numpy.empty(size, numpy.uint64)
            all_vectors = numpy.empty((size, vectors.shape[1]), numpy.float32)
            all_ids[: len(self)] = self.ids
            all_vectors[: len(self)] = self.vectors
        all_ids[len(self) : count] = ids
        all_vectors[len(self) : count] = vectors
        return Tail(all_ids[:count], all_vectors[:count], alive, (all_ids, all_vectors))

    def without(self, ids: Ids) -> tuple[Tail, Ids]:
        """Less these; and those of them that it does not have."""
        gone = numpy.isin(self.ids, ids)
        if not gone.any():
            return self, ids
        rest = ids[~numpy.isin(ids, self.ids[gone])]
        left = Tail(self.ids, self.vectors, self.alive & ~gone, self._room)
        if 2 * left.count < len(left):
            kept = left.alive
            left = Tail.empty(self.vectors.shape[1]).with_added(self.ids[kept], self.vectors[kept])
        return left, rest
