"""What the server counts, under the names and labels that Modus uses.

Process lifetime: figures survive the reload of an app.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

import msgspec

from atoll.server.sketch import Sketch, merge_sketches

REQUEST_SECONDS: Final = (0.25, 0.5, 1, 5, 10)
OPERATION_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
RESPONSE_BYTES: Final = (10, 100, 1000, 10000)
EXECUTION_MILLISECONDS: Final = (
    *(10, 15, 20, 30, 40, 60, 80, 100, 125, 150, 175, 200, 225, 250, 275, 300, 350, 400, 450),
    *range(500, 1000, 50),
    *range(1000, 2000, 100),
    *(2000, 2500, 3000, 3500, 4000, 5000, 10000, 20000, 40000, 60000),
)


_BATCH: Final = 128


class Histogram(msgspec.Struct):
    """``counts`` by bucket, not cumulative; the last is that of values above every bound."""

    counts: list[int]
    sum: float = 0.0

    @classmethod
    def empty(cls, bounds: tuple[float, ...]) -> Histogram:
        return cls([0] * (len(bounds) + 1))

    def observe(self, value: float, bounds: tuple[float, ...]) -> None:
        self.counts[bisect_left(bounds, value)] += 1
        self.sum += value


class ConnectionFigures(msgspec.Struct):
    """Of one connection of the manifest: what was asked of it, and its pool as it is."""

    type: str
    seconds: Histogram
    failures: dict[str, int] = {}
    """By the code of the error."""
    used: int = 0
    idle: int = 0
    waiting: int = 0


class Figures(msgspec.Struct):
    """All that one process has counted, by label value. JSON data: processes exchange it."""

    requests_in_flight: int = 0
    requests: dict[str, int] = {}
    request_seconds: dict[str, Histogram] = {}
    response_bytes: dict[str, Histogram] = {}
    executions: int = 0
    execution_milliseconds: dict[str, Histogram] = {}
    execution_quantiles: dict[str, Sketch] = {}
    connections: dict[str, ConnectionFigures] = {}
    inferences: dict[str, int] = {}
    """By what became of their records: recorded, dropped, failed."""


class Pool(Protocol):
    """Connections of a pool, as ``connections.results.PoolUsage``."""

    @property
    def size(self) -> int: ...
    @property
    def idle(self) -> int: ...
    @property
    def waiting(self) -> int: ...


class Metrics:
    """Counts requests and function executions.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.peers: Callable[[], Iterable[Figures]] | None = None
        """Gives the figures of the other processes of this server, if it has several."""
        self.pools: Callable[[], Mapping[str, tuple[str, Pool]]] | None = None
        """Gives the pools of the app that is served: kind and state by the connection's name."""
        self.inferences: Callable[[], dict[str, int]] | None = None
        """Gives the counts of the inference history, if there is one."""
        self._clock = clock
        self._figures = Figures()
        # Kept for a while: counting many at once takes half as long as counting each.
        self._requests: list[tuple[str, int, float, int]] = []
        self._executions: list[tuple[str, float, float]] = []

    @property
    def figures(self) -> Figures:
        """All that was counted so far."""
        self._count_requests()
        self._count_executions()
        self._look_at_pools()
        if self.inferences is not None:
            self._figures.inferences = self.inferences()
        return self._figures

    def request_started(self) -> None:
        self._figures.requests_in_flight += 1

    def request_finished(self, handler: str, code: int, seconds: float, size: int) -> None:
        """Count an answered request.

        Args:
            handler: the endpoint's name.
            code: the HTTP status.
            size: of the response's body, in bytes.
        """
        self._figures.requests_in_flight -= 1
        self._requests.append((handler, code, seconds, size))
        if len(self._requests) >= _BATCH:
            self._count_requests()

    def function_finished(self, name: str, seconds: float) -> None:
        """Count a call of a function, failed or not (the app's ``Observer``)."""
        self._executions.append((name, seconds * 1000, self._clock()))
        if len(self._executions) >= _BATCH:
            self._count_executions()

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        """Count an operation on a connection (the app's ``Observer``)."""
        figures = self._of_connection(connection, type)
        figures.seconds.observe(seconds, OPERATION_SECONDS)
        if failure is not None:
            figures.failures[failure] = figures.failures.get(failure, 0) + 1

    def _of_connection(self, name: str, type: str) -> ConnectionFigures:
        found = self._figures.connections.get(name)
        if found is None:
            found = ConnectionFigures(type, Histogram.empty(OPERATION_SECONDS))
            self._figures.connections[name] = found
        return found

    def _look_at_pools(self) -> None:
        pools = {} if self.pools is None else self.pools()
        for name, (type, pool) in pools.items():
            figures = self._of_connection(name, type)
            figures.idle, figures.waiting = pool.idle, pool.waiting
            figures.used = pool.size - pool.idle
        for name, figures in self._figures.connections.items():
            if name not in pools:
                figures.used = figures.idle = figures.waiting = 0

    def _count_requests(self) -> None:
        figures, requests = self._figures, self._requests
        self._requests = []
        for handler, code, seconds, size in requests:
            name = str(code)
            figures.requests[name] = figures.requests.get(name, 0) + 1
            _observe(figures.request_seconds, handler, seconds, REQUEST_SECONDS)
            _observe(figures.response_bytes, handler, size, RESPONSE_BYTES)

    def _count_executions(self) -> None:
        figures, executions = self._figures, self._executions
        self._executions = []
        figures.executions += len(executions)
        for name, milliseconds, moment in executions:
            _observe(figures.execution_milliseconds, name, milliseconds, EXECUTION_MILLISECONDS)
            sketch = figures.execution_quantiles.get(name)
            if sketch is None:
                sketch = figures.execution_quantiles[name] = Sketch()
            sketch.observe(milliseconds, moment)

    def total(self) -> Figures:
        """The figures of this process and its peers."""
        return self.figures if self.peers is None else merge_figures([self.figures, *self.peers()])

    def now(self) -> float:
        return self._clock()


def merge_figures(parts: Iterable[Figures]) -> Figures:
    parts = list(parts)
    return Figures(
        requests_in_flight=sum(part.requests_in_flight for part in parts),
        requests=_sum(part.requests for part in parts),
        request_seconds=_merge_histograms(part.request_seconds for part in parts),
        response_bytes=_merge_histograms(part.response_bytes for part in parts),
        executions=sum(part.executions for part in parts),
        execution_milliseconds=_merge_histograms(part.execution_milliseconds for part in parts),
        execution_quantiles={
            name: merge_sketches(
                part.execution_quantiles[name] for part in parts if name in part.execution_quantiles
            )
            for name in sorted({name for part in parts for name in part.execution_quantiles})
        },
        connections=_merge_connections(part.connections for part in parts),
        inferences=_sum(part.inferences for part in parts),
    )


def _observe(
    series: dict[str, Histogram], label: str, value: float, bounds: tuple[float, ...]
) -> None:
    histogram = series.get(label)
    if histogram is None:
        histogram = series[label] = Histogram.empty(bounds)
    histogram.observe(value, bounds)


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _merge_histograms(series: Iterable[dict[str, Histogram]]) -> dict[str, Histogram]:
    merged: dict[str, Histogram] = {}
    for part in series:
        for label, histogram in part.items():
            known = merged.get(label)
            if known is None:
                merged[label] = Histogram(list(histogram.counts), histogram.sum)
            else:
                known.counts = [a + b for a, b in zip(known.counts, histogram.counts, strict=True)]
                known.sum += histogram.sum
    return merged


def _merge_connections(
    series: Iterable[dict[str, ConnectionFigures]],
) -> dict[str, ConnectionFigures]:
    by_name: dict[str, list[ConnectionFigures]] = {}
    for part in series:
        for name, figures in part.items():
            by_name.setdefault(name, []).append(figures)
    return {
        name: ConnectionFigures(
            found[-1].type,
            _merge_histograms({"": one.seconds} for one in found)[""],
            _sum(one.failures for one in found),
            sum(one.used for one in found),
            sum(one.idle for one in found),
            sum(one.waiting for one in found),
        )
        for name, found in by_name.items()
    }
