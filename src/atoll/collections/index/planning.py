"""What is to be done next about the files of an index."""

from __future__ import annotations

from typing import NamedTuple

from atoll.collections.index.limits import Limits
from atoll.collections.index.segment import FlatSegment, GraphSegment
from atoll.collections.index.source import SegmentRow, Source
from atoll.collections.index.state import State
from atoll.collections.types import Shape


class Plan(NamedTuple):
    """One file that is to be written."""

    low: int
    high: int | None
    """It covers the vectors with ``low`` < seq <= ``high``; None: up to those there are."""
    replaced: tuple[SegmentRow, ...] = ()
    grown: GraphSegment | None = None
    """A segment that it is made of; then only vectors after that are read."""
    most: int | None = None
    """Vectors that are read at most, about; None: all."""
    expected: int = 0
    """To be read, about."""


def next_plan(
    state: State,
    source: Source,
    generation: int,
    namespace: int,
    shape: Shape,
    limits: Limits,
    *,
    whole: bool,
) -> Plan | None:
    """None if nothing is to be done.

    Args:
        state: of the index, which is up to date.
        source: where its vectors are.
        generation: whose they are.
        namespace: in which they are.
        shape: of the index.
        limits: from which numbers on something is done.
        whole: whether no vector is to be left in the tail.
    """
    for gap in state.gaps:
        assert gap.high is not None
        rows = (gap.row,) if gap.row is not None else ()
        return Plan(gap.low, gap.high, rows, expected=gap.row.count if gap.row is not None else 0)
    added = state.tail.count
    if state.more:
        added = max(added, source.counts(generation, namespace)[0] - state.indexed)
    elif state.segments and _is_much(len(state.removed), state, limits):
        # Not all of those need be in files.
        there = source.counts(generation, namespace)[0] - added
        if _is_much(state.indexed - there, state, limits):
            row = min(state.segments, key=lambda segment: segment.removed).row
            return Plan(row.low, row.high, (row,), expected=row.count)
    if added == 0 or added < _enough(state, shape, limits, whole=whole):
        return None
    most = max(limits.step, state.indexed // 2)
    expected = min(added, most)
    if shape.exact:
        replaced = _merged(state, expected)
        low = replaced[0].low if replaced else state.last_high
        read = sum(row.count for row in replaced) + expected
        return Plan(low, None, replaced, None, None if replaced else most, read)
    last = max(state.segments, key=lambda segment: segment.row.high, default=None)
    if isinstance(last, GraphSegment) and last.row.bytes < limits.segment_bytes:
        left_out = last.left_out + len(state.removed)
        if left_out > limits.left_out_share * last.row.count:
            return Plan(last.row.low, None, (last.row,), expected=last.row.count + added)
        return Plan(last.row.low, None, (last.row,), last, most, expected)
    return Plan(state.last_high, None, (), None, most, expected)


def _is_much(removed: int, state: State, limits: Limits) -> bool:
    return removed > 0 and removed >= limits.removed_share * state.indexed


def _enough(state: State, shape: Shape, limits: Limits, *, whole: bool) -> int:
    """Vectors in the tail at which indexing begins."""
    if not state.segments and not shape.exact:
        return limits.smallest_graph
    return 1 if whole else max(limits.tail, int(limits.tail_share * state.indexed))


def _merged(state: State, added: int) -> tuple[SegmentRow, ...]:
    """Flat files that are written anew together with what is added: the last ones, as long as they
    are not much larger than what comes after. So there are few files, and each vector is written
    few times."""
    found: list[SegmentRow] = []
    segments = [each for each in state.segments if isinstance(each, FlatSegment)]
    for segment in sorted(segments, key=lambda each: each.row.high, reverse=True):
        if segment.row.count > 2 * added:
            break
        found.insert(0, segment.row)
        added += segment.row.count
    return tuple(found)
