"""What an index asks of the store whose vectors it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from atoll.collections.types import Vectors

if TYPE_CHECKING:
    import numpy

Ids: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.uint64]]"
"""Ids of texts."""


class SegmentRow(NamedTuple):
    """A file of the index as the store knows it. It covers the vectors of its namespace with
    ``low`` < seq <= ``high``."""

    id: int
    """Given by the store; 0 in a new one."""
    file: str
    """Its name in the folder of segments."""
    low: int
    high: int
    count: int  # type: ignore[assignment]
    """Vectors in it, those that were removed since included."""
    bytes: int
    checksum: str


class Position(NamedTuple):
    """How far an index has read. ``segments`` is a version that is compared for equality only;
    ``added`` and ``removed`` are sequence numbers."""

    segments: int
    added: int
    removed: int


class Changes(NamedTuple):
    """What is new since a position, as one transaction saw it."""

    segments: tuple[SegmentRow, ...] | None
    """None: as before. Otherwise all there are now, and then ``ids`` are those added after the last
    ``high``, and ``removed`` are all removals that the store still remembers."""
    ids: Ids
    """Of the vectors that were added and are still there, by sequence number."""
    vectors: Vectors
    removed: Ids
    """Texts whose vectors are gone since, wherever those were: in a segment, or added so late that
    only some process has them in its memory."""
    position: Position


class Source(Protocol):
    """The vectors of a store. All methods block, and all may be called from any thread.

    A text's vector is never replaced, and once it is removed, its id is never seen again.
    """

    def changes(
        self, generation: int, namespace: int, since: Position | None, *, most: int
    ) -> Changes:
        """What came after ``since``; everything for None. At most ``most`` added vectors: if there
        are more, ``position.added`` says how far these go."""

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """The vectors of these texts that there are, and which texts they are of."""

    def batches(
        self, generation: int, namespace: int, low: int, high: int | None
    ) -> Iterator[tuple[Ids, Vectors, int]]:
        """The vectors with ``low`` < seq <= ``high`` in the order of seq, some thousands at a time,
        each time with the last seq."""

    def counts(self, generation: int, namespace: int) -> tuple[int, int]:
        """How many vectors there are, and the last seq that was given; 0 if none was."""

    def replace_segments(
        self,
        generation: int,
        namespace: int,
        old: Sequence[int],
        new: SegmentRow | None,
        removed_until: int,
    ) -> bool:
        """Delete the rows ``old``, insert ``new``, and forget the removals of vectors that no
        segment has: those up to ``removed_until`` that ``new`` covers, as it has left them out, and
        those that none covers. All at once.

        Nothing is done, and False is given, unless all of ``old`` are there and none of the other
        segments (there may be some, which stay) covers a part of ``new.low`` < seq <= ``new.high``.
        """
