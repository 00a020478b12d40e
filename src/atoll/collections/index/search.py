"""Finds the nearest vectors of one state of an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy

from atoll.collections.index.distance import Values, estimates, exactly, ranked, smallest
from atoll.collections.index.limits import Limits
from atoll.collections.index.segment import FlatSegment, GraphSegment
from atoll.collections.index.source import Ids, Source
from atoll.collections.index.state import State
from atoll.collections.index.tail import Mask
from atoll.collections.types import Hit, Shape, Vector, Vectors
from atoll.manifest.collection import Quantization

Allowed: TypeAlias = Callable[[Ids], Mask]
"""Which of some texts may be found."""

_MORE: Final[Mapping[Quantization, tuple[float, int]]] = {
    "f32": (1.0, 0),
    "f16": (1.1, 2),
    "i8": (1.5, 8),
}
"""Candidates of a graph to be compared exactly, for one that is to be found, and besides."""
_SPARE: Final = 8
"""Candidates besides, where estimates order them."""
_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class Search:
    """One search. ``allowed`` is None if all texts may be found."""

    source: Source
    generation: int
    namespace: int
    shape: Shape
    limits: Limits
    vector: Vector
    limit: int
    allowed: Allowed | None = None

    def among(self, few: Ids) -> list[Hit]:
        """Of these texts alone."""
        ids, values = [], []
        for start in range(0, len(few), _AT_ONCE):
            some, vectors = self._stored(few[start : start + _AT_ONCE])
            found = self._of_rows(some, vectors, None)
            ids.append(found[0])
            values.append(found[1])
        return self._ranked(ids, values)

    def run(self, state: State) -> list[Hit]:
        ids, values = [], []
        for segment in state.segments:
            if isinstance(segment, GraphSegment):
                found = self._of_graph(segment, state)
            else:
                found = self._of_flat(segment, state)
            ids.append(found[0])
            values.append(found[1])
        if len(state.tail):
            tail = state.tail
            found = self._of_rows(tail.ids, tail.vectors, tail.alive)
            ids.append(found[0])
            values.append(found[1])
        for gap in state.to_scan:
            found = self._of_range(gap.low, gap.high)
            ids.append(found[0])
            values.append(found[1])
        return self._ranked(ids, values)

    def _ranked(self, ids: list[Ids], values: list[Values]) -> list[Hit]:
        if not ids:
            return []
        if len(ids) == 1:
            return ranked(ids[0], values[0], self.limit)
        return ranked(numpy.concatenate(ids), numpy.concatenate(values), self.limit)

    def _of_graph(self, segment: GraphSegment, state: State) -> tuple[Ids, Values]:
        share, besides = _MORE[segment.encoding.quantization]
        wanted = int(self.limit * share) + besides
        count = wanted
        while count <= segment.row.count * self.limits.scan_share:
            effort = max(self.shape.ef_search, self.limit + self.limit // 2)
            ids, measured = segment.search(self.vector, count, effort)
            usable = state.has_not_removed(ids)
            if self.allowed is not None:
                usable &= self.allowed(ids)
            found = int(numpy.count_nonzero(usable))
            if found >= wanted:
                ids = ids[usable][:wanted]
                if segment.encoding.is_exact:
                    return ids, measured[usable][:wanted].astype(numpy.float64)
                some, vectors = self._stored(ids)
                return some, exactly(self.shape.distance, vectors, self.vector)
            if len(ids) < count:
                break  # the graph leads nowhere else
            count = max(2 * count, int(1.5 * wanted * count / found) if found else 8 * count)
        return self._of_range(segment.row.low, segment.row.high)

    def _of_flat(self, segment: FlatSegment, state: State) -> tuple[Ids, Values]:
        usable = state.has_not_removed(segment.ids) if len(state.removed) else None
        return self._of_rows(segment.ids, segment.vectors, usable)

    def _of_range(self, low: int, high: int | None) -> tuple[Ids, Values]:
        best_ids: Ids = numpy.empty(0, numpy.uint64)
        best: Values = numpy.empty(0, numpy.float64)
        batches = self.source.batches(self.generation, self.namespace, low, high)
        for ids, vectors, _ in batches:
            if self.allowed is not None:
                usable = self.allowed(ids)
                ids, vectors = ids[usable], vectors[usable]
            found, values = self._of_rows(ids, vectors, None, filtered=True)
            best_ids = numpy.concatenate((best_ids, found))
            best = numpy.concatenate((best, values))
            kept = numpy.lexsort((best_ids, best))[: self.limit]
            best_ids, best = best_ids[kept], best[kept]
        return best_ids, best

    def _of_rows(
        self, ids: Ids, vectors: Vectors, usable: Mask | None, *, filtered: bool = False
    ) -> tuple[Ids, Values]:
        """Of vectors at hand; those that are not ``usable`` do not count."""
        guesses = estimates(self.shape.distance, vectors, self.vector)
        if usable is not None and not usable.all():
            guesses[~usable] = numpy.nan
        wanted = self.limit + _SPARE
        count = wanted
        while True:
            picks = smallest(guesses, count)
            kept = picks
            if usable is not None:
                kept = kept[usable[kept]]
            if self.allowed is not None and not filtered and len(kept):
                kept = kept[self.allowed(ids[kept])]
            if len(kept) >= wanted or len(picks) == len(guesses):
                break
            count *= 8
        values = exactly(self.shape.distance, vectors[kept], self.vector)
        order = numpy.lexsort((ids[kept], values))[: self.limit]
        return ids[kept[order]], values[order]

    def _stored(self, ids: Ids) -> tuple[Ids, Vectors]:
        some, vectors = self.source.vectors(self.generation, ids.tolist())
        return numpy.array(some, numpy.uint64), vectors
