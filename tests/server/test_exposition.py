from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from atoll.server.exposition import exposition
from atoll.server.metrics import EXECUTION_MILLISECONDS, Figures, Metrics, merge_figures

# The names, types, labels and buckets that Modus uses.
TYPES = {
    "runtime_http_requests_in_flight_num": "gauge",
    "runtime_http_requests_total_num": "counter",
    "runtime_http_requests_duration_seconds": "histogram",
    "runtime_http_response_size_bytes": "histogram",
    "runtime_function_executions_num": "counter",
    "runtime_function_execution_duration_milliseconds": "histogram",
    "runtime_function_execution_duration_milliseconds_summary": "summary",
    "atoll_connection_operation_duration_seconds": "histogram",
    "atoll_connection_failures_total": "counter",
    "atoll_connection_pool_connections": "gauge",
    "atoll_connection_pool_waiting": "gauge",
}
BUCKETS = (
    "10 15 20 30 40 60 80 100 125 150 175 200 225 250 275 300 350 400 450 500 550 600 650 700 750 "
    "800 850 900 950 1000 1100 1200 1300 1400 1500 1600 1700 1800 1900 2000 2500 3000 3500 4000 "
    "5000 10000 20000 40000 60000"
)


def samples(text: str) -> dict[str, float]:
    """Read by Prometheus' own parser: name and labels → value."""
    # It gives counters the suffix that OpenMetrics, unlike this format, demands.
    return {
        (sample.name.removesuffix("_total") if family.type == "counter" else sample.name)
        + "".join(f"|{k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_names_and_types() -> None:
    text = exposition(Figures(), 0.0)

    found = dict(line.split()[2:] for line in text.splitlines() if line.startswith("# TYPE"))
    assert found == TYPES
    assert text.endswith("\n")


def test_buckets() -> None:
    assert " ".join(str(bound) for bound in EXECUTION_MILLISECONDS) == BUCKETS


def test_requests() -> None:
    metrics = Metrics()
    for seconds, size, code in ((0.25, 10, 200), (0.26, 11, 200), (20, 99999, 500)):
        metrics.request_started()
        metrics.request_finished("default", code, seconds, size)
    metrics.request_started()

    found = samples(exposition(metrics.total(), 0.0))

    assert found["runtime_http_requests_in_flight_num"] == 1
    assert found["runtime_http_requests_total_num|code=200"] == 2
    assert found["runtime_http_requests_total_num|code=500"] == 1
    duration = "runtime_http_requests_duration_seconds"
    assert found[f"{duration}_count|handler=default"] == 3
    assert found[f"{duration}_sum|handler=default"] == pytest.approx(20.51)
    assert [
        found[f"{duration}_bucket|handler=default|le={bound}"]
        for bound in ("0.25", "0.5", "1", "5", "10", "+Inf")
    ] == [1, 2, 2, 2, 2, 3]
    assert [
        found[f"runtime_http_response_size_bytes_bucket|handler=default|le={bound}"]
        for bound in ("10", "100", "1000", "10000", "+Inf")
    ] == [1, 2, 2, 2, 3]


def test_executions() -> None:
    metrics = Metrics(clock=lambda: 50.0)
    for milliseconds in range(1, 1001):
        metrics.function_finished("sayHello", milliseconds / 1000)

    found = samples(exposition(metrics.total(), 50.0))

    name = "runtime_function_execution_duration_milliseconds"
    assert found["runtime_function_executions_num"] == 1000
    assert found[f"{name}_count|function_name=sayHello"] == 1000
    assert found[f"{name}_bucket|function_name=sayHello|le=100"] == 100
    for quantile in (0.5, 0.75, 0.9, 0.99):
        value = found[f"{name}_summary|function_name=sayHello|quantile={quantile:g}"]
        assert value == pytest.approx(quantile * 1000, rel=0.01)
    assert found[f"{name}_summary_count|function_name=sayHello"] == 1000
    assert found[f"{name}_summary_sum|function_name=sayHello"] == pytest.approx(500500)


@given(st.text())
def test_any_label_is_read_back(label: str) -> None:
    metrics = Metrics()
    metrics.request_started()
    metrics.request_finished(label, 200, 0.1, 1)

    # The parser reads lines as Python does, at more than "\n"; what it reads must be one sample.
    text = exposition(metrics.total(), 0.0)
    lines = [line for line in text.split("\n") if line.startswith("runtime_http_response_size_by")]

    assert len(lines) == 7
    escaped = label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert lines[-1] == f'runtime_http_response_size_bytes_count{{handler="{escaped}"}} 1'


def test_figures_of_processes_add_up() -> None:
    parts = []
    for _ in range(3):
        metrics = Metrics(clock=lambda: 0.0)
        metrics.request_started()
        metrics.request_finished("default", 200, 0.1, 5)
        metrics.request_started()
        metrics.function_finished("sayHello", 0.02)
        parts.append(metrics.figures)

    merged = merge_figures(parts)

    found = samples(exposition(merged, 0.0))
    assert found["runtime_http_requests_in_flight_num"] == 3
    assert found["runtime_http_requests_total_num|code=200"] == 3
    assert found["runtime_http_response_size_bytes_bucket|handler=default|le=10"] == 3
    name = "runtime_function_execution_duration_milliseconds"
    assert found[f"{name}_summary_count|function_name=sayHello"] == 3
    assert parts[0].request_seconds["default"].counts[0] == 1  # merging changes no part
