"""What an index knows of its namespace at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy

from atoll.collections.index.segment import FlatSegment, GraphSegment
from atoll.collections.index.source import Ids, Position, SegmentRow
from atoll.collections.index.tail import Mask, Tail


class Gap(NamedTuple):
    """Vectors with ``low`` < seq <= ``high`` that neither a file nor the memory has."""

    low: int
    high: int | None
    """None: all that come after."""
    row: SegmentRow | None = None
    """The segment that ought to have them."""


@dataclass(frozen=True, slots=True)
class State:
    """Never changed: searches go on with the one they began with."""

    segments: tuple[GraphSegment | FlatSegment, ...]
    gaps: tuple[Gap, ...]
    tail: Tail
    removed: Ids
    """Texts that files may still have, sorted."""
    position: Position
    more: bool
    """Whether there may be vectors after the tail, which has no room for them."""

    @property
    def indexed(self) -> int:
        return sum(segment.row.count for segment in self.segments)

    @property
    def last_high(self) -> int:
        highs = [segment.row.high for segment in self.segments]
        return max(highs + [gap.high for gap in self.gaps if gap.high is not None], default=0)

    @property
    def bytes(self) -> int:
        """Of memory, mapped files not counted."""
        held = sum(segment.bytes for segment in self.segments)
        return held + self.tail.bytes + self.removed.nbytes

    @property
    def to_scan(self) -> tuple[Gap, ...]:
        if self.more:
            return (*self.gaps, Gap(self.position.added, None))
        return self.gaps

    def has_not_removed(self, ids: Ids) -> Mask:
        if not len(self.removed):
            return numpy.ones(len(ids), numpy.bool_)
        at = numpy.searchsorted(self.removed, ids)
        at[at == len(self.removed)] = 0
        found: Mask = self.removed[at] != ids
        return found


def gaps_between(rows: tuple[SegmentRow, ...]) -> list[Gap]:
    """What segments, in the order of their vectors, leave out before the last of them."""
    found = []
    high = 0
    for row in rows:
        if row.low > high:
            found.append(Gap(high, row.low))
        high = max(high, row.high)
    return found
