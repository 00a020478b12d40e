"""Brings an index up to what its store has."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy

from atoll.collections.index.files import Damaged
from atoll.collections.index.segment import (
    FlatSegment,
    GraphSegment,
    Outdated,
    open_segment,
)
from atoll.collections.index.source import Changes, Ids, SegmentRow
from atoll.collections.index.state import Gap, State, gaps_between
from atoll.collections.index.tail import Tail
from atoll.collections.types import Shape

_log = logging.getLogger("atoll.collections")

Drop = Callable[[SegmentRow], bool]
"""Has the store forget a segment; False if it has already."""


def advanced(state: State, changes: Changes, *, most: int) -> State:
    """A state, with what is new since."""
    tail = state.tail.with_added(changes.ids, changes.vectors)
    removed = state.removed
    if len(changes.removed):
        tail, others = tail.without(changes.removed)
        removed = numpy.union1d(removed, others)
    more = len(changes.ids) >= most
    return State(state.segments, state.gaps, tail, removed, changes.position, more)


def begun(
    folder: Path, shape: Shape, changes: Changes, before: State | None, drop: Drop, *, most: int
) -> State | None:
    """A state with other segments than before. None if one was damaged, and is dropped: then ask
    the store again."""
    assert changes.segments is not None
    known = {} if before is None else {each.row: each for each in before.segments}
    rows = tuple(sorted(changes.segments, key=lambda row: row.low))
    segments: list[GraphSegment | FlatSegment] = []
    gaps = gaps_between(rows)
    dropped = False
    for row in rows:
        if not row.file:
            continue
        try:
            segments.append(known[row] if row in known else open_segment(folder, row, shape))
        except Damaged as error:
            if drop(row):  # else another process has replaced it just now, and deleted the file
                _tell(row, error)
            dropped = True
        except Outdated:
            gaps.append(Gap(row.low, row.high, row))
        except OSError as error:
            fields = {"file": row.file, "error": str(error)}
            _log.warning("An index file cannot be opened.", extra={"fields": fields})
            gaps.append(Gap(row.low, row.high, row))
    if dropped:
        return None
    tail = Tail.empty(shape.dimension).with_added(changes.ids, changes.vectors)
    tail, others = tail.without(changes.removed)
    removed: Ids = numpy.unique(others)
    more = len(changes.ids) >= most
    return State(tuple(segments), tuple(gaps), tail, removed, changes.position, more)


def _tell(row: SegmentRow, error: Damaged) -> None:
    fields = {"code": "INDEX_REBUILT", "file": row.file, "reason": str(error)}
    _log.warning("An index file is of no use, and is built anew.", extra={"fields": fields})
