"""Files of the index, mapped into memory and searched. They are never changed."""

from __future__ import annotations

import mmap
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy
from usearch.index import Index as Graph

from atoll.collections.index.builder import new_graph
from atoll.collections.index.files import Damaged, checked, read_trailer
from atoll.collections.index.quantisation import Encoding
from atoll.collections.index.source import Ids, SegmentRow
from atoll.collections.types import Shape, Vector, Vectors

_VIEWS: Final = max(2, os.cpu_count() or 1)
"""Searches of one graph at the same time; others wait, as they would for a processor."""
_VIEW_BYTES: Final = 24
"""Of memory, for each vector."""
_VIEWS_BYTES: Final = 256 << 20
"""That all views of one graph may take, if there are more than two."""


Settings: TypeAlias = Mapping[str, Any]
"""That a file ends with."""


class Outdated(Exception):
    """A file was made for other settings of the index."""


class GraphSegment:
    """A file with a graph.

    usearch lets one thread at a time into a graph. So each search has a view of its own, which is
    little more than where each vector begins in the one mapped file.
    """

    def __init__(
        self, path: Path, row: SegmentRow, encoding: Encoding, shape: Shape, settings: Settings
    ) -> None:
        self.row = row
        self.encoding = encoding
        self.left_out: int = settings["leftOut"]
        """Vectors that it had once; in their places are others by now, which are harder to find."""
        self.removed: int = settings["removed"]
        """The removals up to which it has no removed vector."""
        self._shape = shape
        # Stays readable when the file is replaced and deleted.
        self._content = _mapped(path)
        self._free = deque([self._view()])
        most = _VIEWS_BYTES // (_VIEW_BYTES * max(1, row.count))
        self._turns = threading.Semaphore(max(2, min(_VIEWS, most)))

    @property
    def bytes(self) -> int:
        """Of memory, the mapped file not counted."""
        return _VIEW_BYTES * self.row.count * max(1, len(self._free))

    def search(self, vector: Vector, count: int, effort: int) -> tuple[Ids, Vectors]:
        """About the nearest ``count`` vectors, with their distances, the nearest first.

        Args:
            vector: what to search for.
            count: how many to give.
            effort: how many candidates to look at.
        """
        query = self.encoding.query(vector)
        with self._one_view() as view:
            view.expansion_search = effort  # type: ignore[misc]
            found = view.search(query, count, threads=1)
        return found.keys, self.encoding.distances(found.distances, vector)

    @contextmanager
    def _one_view(self) -> Iterator[Graph]:
        with self._turns:
            try:
                view = self._free.pop()
            except IndexError:
                view = self._view()
            try:
                yield view
            finally:
                self._free.append(view)

    def _view(self) -> Graph:
        # Lookups would read all of the file.
        view = new_graph(self.encoding, self._shape.connectivity, enable_key_lookups=False)
        view.view(memoryview(self._content))
        return view


class FlatSegment:
    """A file with vectors, which are compared one by one."""

    bytes = 0

    def __init__(self, path: Path, row: SegmentRow, shape: Shape, settings: Settings) -> None:
        self.row = row
        self.removed: int = settings["removed"]
        content = _mapped(path)
        numbers = row.count * shape.dimension
        vectors = numpy.frombuffer(content, "<f4", numbers)
        self.vectors: Vectors = vectors.reshape(row.count, shape.dimension)
        self.ids: Ids = numpy.frombuffer(content, "<u8", row.count, 4 * numbers)


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def open_segment(folder: Path, row: SegmentRow, shape: Shape) -> GraphSegment | FlatSegment:
    """Map a file of the index.

    Raises:
        Damaged: it is not what it was when it was written.
        Outdated: it is for another shape.
        OSError: it cannot be opened at the moment.
    """
    path = checked(folder, row)
    try:
        settings = read_trailer(path)
        told = settings["encoding"]
        encoding = Encoding(**{each.name: told[each.name] for each in fields(Encoding)})
        same = encoding.dimension == shape.dimension
        if shape.exact:
            same &= path.suffix == ".flat"
        else:
            same &= (
                path.suffix == ".usearch"
                and encoding.distance == shape.distance
                and encoding.quantization == shape.quantization
                and settings["connectivity"] == shape.connectivity
            )
        if not same or settings["version"] != 1:
            raise Outdated
        if shape.exact:
            return FlatSegment(path, row, shape, settings)
        return GraphSegment(path, row, encoding, shape, settings)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise Damaged(f"it cannot be read: {error}") from error
