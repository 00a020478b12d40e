"""A store of vectors in memory, for tests of the index."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy

from atoll.collections.index.source import Changes, Ids, Position, SegmentRow
from atoll.collections.types import Vector, Vectors

GENERATION = 7
NAMESPACE = 3


class _Removal(NamedTuple):
    seq: int
    text: int
    at: int


@dataclass(slots=True)
class MemorySource:
    """Implements `Source` for one namespace."""

    dimension: int
    batch: int = 1000
    rows: dict[int, tuple[int, Vector]] = field(default_factory=dict)
    """Texts and vectors by seq."""
    removals: list[_Removal] = field(default_factory=list)
    segments: dict[int, SegmentRow] = field(default_factory=dict)
    version: int = 0
    last: int = 0
    last_text: int = 0
    last_removal: int = 0
    seqs: dict[int, int] = field(default_factory=dict)
    """Of texts."""
    scanned: int = 0
    """Vectors that were read in batches."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, vectors: Vectors) -> list[int]:
        """Store the vectors of new texts. Gives their ids."""
        with self._lock:
            ids = []
            for vector in vectors:
                self.last += 1
                self.last_text += 1
                self.rows[self.last] = self.last_text, vector
                self.seqs[self.last_text] = self.last
                ids.append(self.last_text)
            return ids

    def remove(self, ids: Sequence[int]) -> None:
        with self._lock:
            for text in ids:
                seq = self.seqs.pop(text)
                del self.rows[seq]
                self.last_removal += 1
                self.removals.append(_Removal(self.last_removal, text, seq))

    def all(self) -> tuple[Ids, Vectors]:
        with self._lock:
            return self._given(sorted(self.rows))

    def changes(
        self, generation: int, namespace: int, since: Position | None, *, most: int
    ) -> Changes:
        assert (generation, namespace) == (GENERATION, NAMESPACE)
        with self._lock:
            segments = None
            if since is None or since.segments != self.version:
                segments = tuple(self.segments.values())
                since = Position(0, max((row.high for row in segments), default=0), 0)
            seqs = [seq for seq in sorted(self.rows) if seq > since.added][:most]
            ids, vectors = self._given(seqs)
            removed = [each for each in self.removals if each.seq > since.removed]
            position = Position(
                self.version,
                seqs[-1] if seqs else since.added,
                removed[-1].seq if removed else since.removed,
            )
            gone = numpy.array([each.text for each in removed], numpy.uint64)
            return Changes(segments, ids, vectors, gone, position)

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        with self._lock:
            found = [text for text in ids if text in self.seqs]
            return found, self._given([self.seqs[text] for text in found])[1]

    def batches(
        self, generation: int, namespace: int, low: int, high: int | None
    ) -> Iterator[tuple[Ids, Vectors, int]]:
        while True:
            with self._lock:
                seqs = [
                    seq for seq in sorted(self.rows) if low < seq and (high is None or seq <= high)
                ][: self.batch]
                if not seqs:
                    return
                self.scanned += len(seqs)
                low = seqs[-1]
                ids, vectors = self._given(seqs)
            yield ids, vectors, low

    def counts(self, generation: int, namespace: int) -> tuple[int, int]:
        with self._lock:
            return len(self.rows), self.last

    def replace_segments(
        self,
        generation: int,
        namespace: int,
        old: Sequence[int],
        new: SegmentRow | None,
        removed_until: int,
    ) -> bool:
        with self._lock:
            others = [row for id, row in self.segments.items() if id not in old]
            if not {*old} <= {*self.segments}:
                return False
            if new and any(new.low < row.high and row.low < new.high for row in others):
                return False
            for id in old:
                del self.segments[id]
            self.version += 1
            if new is not None:
                self.segments[self.version] = new._replace(id=self.version)
            self.removals = [
                each
                for each in self.removals
                if any(row.low < each.at <= row.high for row in others)
                or (new and each.seq > removed_until and new.low < each.at <= new.high)
            ]
            return True

    def _given(self, seqs: Sequence[int]) -> tuple[Ids, Vectors]:
        ids = numpy.array([self.rows[seq][0] for seq in seqs], numpy.uint64)
        vectors = numpy.empty((len(seqs), self.dimension), numpy.float32)
        for at, seq in enumerate(seqs):
            vectors[at] = self.rows[seq][1]
        return ids, vectors
