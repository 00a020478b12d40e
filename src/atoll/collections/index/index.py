"""The index of one namespace of one generation of vectors."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy

from atoll.collections.index.building import Building
from atoll.collections.index.limits import DEFAULTS, Limits
from atoll.collections.index.loading import advanced, begun
from atoll.collections.index.planning import next_plan
from atoll.collections.index.search import Allowed, Search
from atoll.collections.index.source import Ids, SegmentRow, Source
from atoll.collections.index.state import State
from atoll.collections.index.worker import Stopped, WorkerFailed
from atoll.collections.types import Hit, Shape, Vector

_log = logging.getLogger("atoll.collections")


class Index:
    """Finds the nearest vectors. All methods block, and all may be called from any thread; searches
    do not wait for each other, nor for `refresh` or `build_step`.

    Args:
        folder: of the files; there already.
        shape: how vectors are compared, and what the files keep of them.
        source: the store that has them.
        generation: whose they are.
        namespace: in which they are.
        limits: when vectors are put into files.
        grown: told of each change of the bytes of memory, and of the files, that it holds.
    """

    def __init__(
        self,
        folder: Path,
        shape: Shape,
        source: Source,
        generation: int,
        namespace: int,
        *,
        limits: Limits = DEFAULTS,
        grown: Callable[[Index, int, int], None] | None = None,
    ) -> None:
        self.shape = shape
        self._folder = folder
        self._source = source
        self._generation = generation
        self._namespace = namespace
        self._limits = limits
        self._grown = grown
        self._state: State | None = None
        self._bytes = 0
        self._files = 0
        self._refreshing = threading.Lock()
        self._building = threading.Lock()
        self._stop = threading.Event()
        self._step: tuple[Building, int] | None = None
        """That is being done, and how many vectors are expected to be indexed by it."""

    @property
    def bytes(self) -> int:
        """Of memory, mapped files not counted."""
        return self._bytes

    @property
    def files(self) -> int:
        """Mapped ones, each of which takes one of the files that a process may have open."""
        return self._files

    @property
    def is_building(self) -> bool:
        return self._step is not None

    @property
    def progress(self) -> tuple[int, int]:
        """Of the vectors that are being indexed just now, how many are, and how many there are to
        be; zeros if none are."""
        step = self._step
        return (0, 0) if step is None else (min(step[0].done, step[1]), step[1])

    def search(
        self,
        vector: Vector,
        limit: int,
        allowed: Allowed | None = None,
        few: Ids | None = None,
    ) -> list[Hit]:
        """The nearest texts, the nearest first; equally near ones by their ids.

        Args:
            vector: what they are near to.
            limit: how many to find at most.
            allowed: says which of some texts may be found; may be asked several times.
            few: texts of the namespace that alone may be found, if they are so few that comparing
                them all is least work; ``allowed`` is not asked then.
        """
        if limit <= 0:
            return []
        search = Search(
            self._source,
            self._generation,
            self._namespace,
            self.shape,
            self._limits,
            numpy.ascontiguousarray(vector, numpy.float32),
            limit,
            allowed,
        )
        if few is not None:
            return search.among(numpy.asarray(few, numpy.uint64))
        return search.run(self._state or self.refresh())

    def refresh(self) -> State:
        """Take over what was committed to the store until now."""
        with self._refreshing:
            while True:
                before = self._state
                held = 0 if before is None else len(before.tail)
                most = max(0, self._most_held - held)
                since = None if before is None else before.position
                changes = self._source.changes(self._generation, self._namespace, since, most=most)
                if before is not None and changes.segments is None:
                    state = advanced(before, changes, most=most)
                else:
                    begin = begun(self._folder, self.shape, changes, before, self._drop, most=most)
                    if begin is None:
                        continue
                    state = begin
                self._state = state
                self._count(state)
                if not state.more or len(state.tail) >= self._most_held:
                    return state

    def build_step(self, *, whole: bool = False) -> bool:
        """Write one file, if there are vectors enough for it. One process at a time may do so.

        With ``whole``, however few they are, but for those of a namespace so small that files are
        of no use to it. Says whether there was something to do, and it was done.
        """
        with self._building:
            if self._stop.is_set():
                return False
            state = self.refresh()
            plan = next_plan(
                state,
                self._source,
                self._generation,
                self._namespace,
                self.shape,
                self._limits,
                whole=whole,
            )
            if plan is None:
                return False
            building = Building(
                self._folder,
                self._source,
                self._generation,
                self._namespace,
                self.shape,
                self._limits,
                self._stop,
                state,
            )
            self._step = building, plan.expected
            try:
                changed = building.run(plan)
            except Stopped:
                return False
            except (WorkerFailed, OSError, RuntimeError) as error:
                fields = {"error": str(error)}
                _log.warning("Vectors cannot be indexed at the moment.", extra={"fields": fields})
                return False
            finally:
                self._step = None
            if changed:
                self.refresh()
            return changed

    def close(self) -> None:
        """Give up what is being built, soon. Does not wait."""
        self._stop.set()

    @property
    def _most_held(self) -> int:
        return max(1, self._limits.tail_bytes // (4 * self.shape.dimension))

    def _drop(self, row: SegmentRow) -> bool:
        return self._source.replace_segments(self._generation, self._namespace, [row.id], None, 0)

    def _count(self, state: State) -> None:
        more_bytes = state.bytes - self._bytes
        more_files = len(state.segments) - self._files
        self._bytes, self._files = state.bytes, len(state.segments)
        if self._grown is not None and (more_bytes or more_files):
            self._grown(self, more_bytes, more_files)
