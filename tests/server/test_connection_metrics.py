"""What /metrics says of the manifest's connections."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from atoll.connections.results import PoolUsage
from atoll.server.exposition import exposition
from atoll.server.metrics import Metrics, merge_figures


def samples(metrics: Metrics) -> dict[tuple[str, Any], float]:
    text = exposition(metrics.total(), metrics.now())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("atoll_connection")
    }


def labels(**more: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({"connection": "main-db", "type": "postgresql", **more}.items()))


def counted() -> Metrics:
    metrics = Metrics()
    metrics.operation_finished("main-db", "postgresql", 0.002, None)
    metrics.operation_finished("main-db", "postgresql", 3.0, "TIMEOUT")
    metrics.pools = lambda: {"main-db": ("postgresql", PoolUsage(5, 3, 2))}
    return metrics


def test_operations_are_counted_with_their_failures() -> None:
    found = samples(counted())
    name = "atoll_connection_operation_duration_seconds"
    assert found[f"{name}_count", labels()] == 2
    assert found[f"{name}_bucket", labels(le="0.0025")] == 1
    assert found[f"{name}_bucket", labels(le="2.5")] == 1
    assert found[f"{name}_bucket", labels(le="+Inf")] == 2
    assert found["atoll_connection_failures_total", labels(code="TIMEOUT")] == 1


def test_pools_are_shown_as_they_are() -> None:
    metrics = counted()
    name = "atoll_connection_pool_connections"
    assert samples(metrics)[name, labels(state="used")] == 2
    assert samples(metrics)[name, labels(state="idle")] == 3
    assert samples(metrics)["atoll_connection_pool_waiting", labels()] == 2
    metrics.pools = dict  # another app took the place of this one
    assert samples(metrics)[name, labels(state="used")] == 0


def test_processes_add_up() -> None:
    one, other = counted().figures, counted().figures
    merged = merge_figures([one, other]).connections["main-db"]
    assert merged.failures == {"TIMEOUT": 2}
    assert sum(merged.seconds.counts) == 4
    assert (merged.used, merged.idle, merged.waiting) == (4, 6, 4)
    assert sum(one.connections["main-db"].seconds.counts) == 2
