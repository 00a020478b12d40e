"""Figures in Prometheus' text format 0.0.4.

Written here because ``prometheus_client`` has no quantiles, and would add ``_total`` to the name of
a counter, while ours are the ones that existing dashboards know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from atoll.server.metrics import (
    EXECUTION_MILLISECONDS,
    OPERATION_SECONDS,
    REQUEST_SECONDS,
    RESPONSE_BYTES,
    Figures,
    Histogram,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
QUANTILES: Final = (0.5, 0.75, 0.9, 0.99)


def exposition(figures: Figures, now: float) -> str:
    """The text of ``/metrics``. ``now`` is the monotonic time that recent quantiles end at."""
    return "".join(f"{line}\n" for line in _lines(figures, now))


def _lines(figures: Figures, now: float) -> Iterator[str]:
    name = "runtime_http_requests_in_flight_num"
    yield from _head(name, "gauge", "Requests to endpoints that are being answered.")
    yield f"{name} {figures.requests_in_flight}"

    name = "runtime_http_requests_total_num"
    yield from _head(name, "counter", "Answered requests to endpoints, by HTTP status.")
    for code, count in sorted(figures.requests.items()):
        yield f'{name}{{code="{_escape(code)}"}} {count}'

    name = "runtime_http_requests_duration_seconds"
    yield from _head(name, "histogram", "Seconds from a request to its answer, by endpoint.")
    yield from _histograms(name, "handler", figures.request_seconds, REQUEST_SECONDS)

    name = "runtime_http_response_size_bytes"
    yield from _head(name, "histogram", "Bytes of a response's body, by endpoint.")
    yield from _histograms(name, "handler", figures.response_bytes, RESPONSE_BYTES)

    name = "runtime_function_executions_num"
    yield from _head(name, "counter", "Calls of functions, failed ones included.")
    yield f"{name} {figures.executions}"

    name = "runtime_function_execution_duration_milliseconds"
    yield from _head(name, "histogram", "Milliseconds that a call took, by function.")
    yield from _histograms(
        name, "function_name", figures.execution_milliseconds, EXECUTION_MILLISECONDS
    )

    name = "runtime_function_execution_duration_milliseconds_summary"
    yield from _head(name, "summary", "Milliseconds that a call took, by function: quantiles.")
    for function, sketch in sorted(figures.execution_quantiles.items()):
        label = f'function_name="{_escape(function)}"'
        values = sketch.quantiles(QUANTILES, now)
        for quantile, value in zip(QUANTILES, values, strict=True):
            yield f'{name}{{{label},quantile="{quantile:g}"}} {_number(value)}'
        yield f"{name}_sum{{{label}}} {_number(sketch.sum)}"
        yield f"{name}_count{{{label}}} {sketch.count}"

    yield from _connections(figures)
    for outcome, help in _INFERENCES.items():
        if outcome in figures.inferences:
            name = f"atoll_inferences_{outcome}_total"
            yield from _head(name, "counter", help)
            yield f"{name} {figures.inferences[outcome]}"


_INFERENCES = {
    "recorded": "Invocations of models in the inference history.",
    "dropped": "Those that are not: they came too fast, or its database was gone.",
    "failed": "Those that are not: its database does not take them.",
}


def _connections(figures: Figures) -> Iterator[str]:
    """What Modus does not count: the use of the manifest's connections."""
    found = {
        f'connection="{_escape(name)}",type="{_escape(one.type)}"': one
        for name, one in sorted(figures.connections.items())
    }
    name = "atoll_connection_operation_duration_seconds"
    yield from _head(name, "histogram", "Seconds that an operation on a connection took.")
    for label, one in found.items():
        yield from _histogram(name, label, one.seconds, OPERATION_SECONDS)

    name = "atoll_connection_failures_total"
    yield from _head(name, "counter", "Operations on a connection that failed, by error code.")
    for label, one in found.items():
        for code, count in sorted(one.failures.items()):
            yield f'{name}{{{label},code="{_escape(code)}"}} {count}'

    name = "atoll_connection_pool_connections"
    yield from _head(name, "gauge", "Open connections of a database's pool.")
    for label, one in found.items():
        yield f'{name}{{{label},state="used"}} {one.used}'
        yield f'{name}{{{label},state="idle"}} {one.idle}'

    name = "atoll_connection_pool_waiting"
    yield from _head(name, "gauge", "Statements that wait for a connection of a pool.")
    for label, one in found.items():
        yield f"{name}{{{label}}} {one.waiting}"


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _histograms(
    name: str, label: str, series: dict[str, Histogram], bounds: tuple[float, ...]
) -> Iterator[str]:
    for value, histogram in sorted(series.items()):
        yield from _histogram(name, f'{label}="{_escape(value)}"', histogram, bounds)


def _histogram(
    name: str, labels: str, histogram: Histogram, bounds: tuple[float, ...]
) -> Iterator[str]:
    seen = 0
    for bound, count in zip((*bounds, math.inf), histogram.counts, strict=True):
        seen += count
        yield f'{name}_bucket{{{labels},le="{_number(bound)}"}} {seen}'
    yield f"{name}_sum{{{labels}}} {_number(histogram.sum)}"
    yield f"{name}_count{{{labels}}} {seen}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
