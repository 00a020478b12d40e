"""Writes the next file of an index, and has the store take it."""

from __future__ import annotations

import dataclasses
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import numpy

from atoll.collections.index.builder import Built, Job, build_flat, build_graph
from atoll.collections.index.files import delete, new_name, publish, remember
from atoll.collections.index.limits import Limits
from atoll.collections.index.planning import Plan
from atoll.collections.index.quantisation import Encoding
from atoll.collections.index.source import Ids, SegmentRow, Source
from atoll.collections.index.state import State
from atoll.collections.index.worker import NICENESS, Stopped, WorkerFailed, build_elsewhere
from atoll.collections.types import Shape, Vectors

_log = logging.getLogger("atoll.collections")

T = TypeVar("T")

_AT_ONCE: Final = 2048
"""Vectors that are added before it is looked whether to stop."""


class _Unfit(Exception):
    """Vectors cannot be added to a file because of how it keeps them."""

    def __init__(self, encoding: Encoding) -> None:
        super().__init__("The file must be written anew.")
        self.encoding = encoding
        """That could."""


@dataclass(slots=True)
class Building:
    """One step of it."""

    folder: Path
    source: Source
    generation: int
    namespace: int
    shape: Shape
    limits: Limits
    stop: threading.Event
    state: State
    """That the plan was made of."""
    done: int = field(default=0, init=False)
    """Vectors so far, of those that are expected."""

    def run(self, plan: Plan) -> bool:
        """Whether there is another file, or one less, by now.

        Raises:
            Stopped: it was given up.
            WorkerFailed, OSError, RuntimeError: it cannot be done at the moment.
        """
        suffix = "flat" if self.shape.exact else "usearch"
        name = new_name(self.generation, self.namespace, suffix)
        temporary = self.folder / f"{name}.tmp"
        encoding = plan.grown.encoding if plan.grown is not None else None
        while True:
            self.done = 0
            try:
                built, high = self._built(plan, temporary, encoding)
                break
            except _Unfit as error:
                encoding = error.encoding
            except (WorkerFailed, FileNotFoundError):
                if plan.grown is None:
                    raise
                _log.warning("An index file cannot be added to, and is built anew.")
            plan = plan._replace(grown=None, most=None, expected=self.state.indexed + plan.expected)
        try:
            return self._replaced(plan, built, high, temporary, name)
        except BaseException:
            delete(temporary)
            raise

    def _replaced(self, plan: Plan, built: Built, high: int, temporary: Path, name: str) -> bool:
        old = [row.id for row in plan.replaced]
        until = self.state.position.removed
        is_last = high >= self.state.last_high
        if not built.count:
            delete(temporary)
            if not old and is_last:
                return False
            # Else what comes before the last segment would be looked for again and again.
            empty = SegmentRow(0, "", plan.low, high, 0, 0, "")
            return self._replace(old, None if is_last else empty, until)
        row = SegmentRow(0, name, plan.low, high, built.count, built.bytes, built.checksum)
        path = publish(temporary, name)
        remember(path, built.checksum)
        if self._replace(old, row, until):
            return True
        delete(path)
        return False

    def _replace(self, old: list[int], new: SegmentRow | None, until: int) -> bool:
        return self.source.replace_segments(self.generation, self.namespace, old, new, until)

    def _built(self, plan: Plan, temporary: Path, encoding: Encoding | None) -> tuple[Built, int]:
        low = plan.low if plan.grown is None else plan.grown.row.high
        reading = _Reading(self, low, plan, encoding)
        job = Job(
            target=os.fspath(temporary),
            encoding=reading.encoding,
            connectivity=self.shape.connectivity,
            ef_construction=self.shape.ef_construction,
            removed=self.state.position.removed,
            threads=self.limits.threads,
        )
        size = 4 * self.shape.dimension * plan.expected
        if plan.grown is not None:
            size += plan.grown.row.bytes
            based_on = os.fspath(self.folder / plan.grown.row.file)
            job = dataclasses.replace(job, based_on=based_on, without=self.state.removed)
        if self.shape.exact:
            built = _with_patience(lambda: build_flat(job, reading))
        elif size <= self.limits.inside:
            built = _with_patience(lambda: build_graph(job, reading))
        else:
            built = build_elsewhere(job, reading, self.stop)
        return built, reading.high


class _Reading:
    """The vectors that a file is to have."""

    def __init__(self, building: Building, low: int, plan: Plan, encoding: Encoding | None) -> None:
        self.high = low if plan.high is None else plan.high
        """That the file covers, once all is read."""
        self._building = building
        self._plan = plan
        source, shape = building.source, building.shape
        self._batches = source.batches(building.generation, building.namespace, low, plan.high)
        self._first = next(self._batches, None)
        if encoding is None:
            none = numpy.empty((0, shape.dimension), numpy.float32)
            encoding = Encoding.of(shape, none if self._first is None else self._first[1])
        self.encoding = encoding

    def __iter__(self) -> Iterator[tuple[Ids, Vectors]]:
        building, plan = self._building, self._plan
        batch = self._first
        while batch is not None:
            ids, vectors, last = batch
            if not building.shape.exact and not self.encoding.fits(vectors):
                raise _Unfit(self.encoding.widened(building.shape, vectors))
            if plan.high is None:
                self.high = max(self.high, last)
            for start in range(0, len(ids), _AT_ONCE):
                if building.stop.is_set():
                    raise Stopped
                part = slice(start, start + _AT_ONCE)
                yield ids[part], vectors[part]
                building.done += len(ids[part])
            if plan.most is not None and building.done >= plan.most:
                break
            batch = next(self._batches, None)


def _with_patience(work: Callable[[], T]) -> T:
    """Do something on a thread that lets others go first. A thread cannot take that back, so that
    it is one of its own."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            if sys.platform == "linux":
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="atoll-indexing", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
