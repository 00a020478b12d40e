"""What /metrics says of the inference history."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from atoll.server.exposition import exposition
from atoll.server.metrics import Metrics, merge_figures


def samples(metrics: Metrics) -> dict[str, float]:
    text = exposition(metrics.total(), metrics.now())
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("atoll_inferences")
    }


def test_what_became_of_inferences_is_counted() -> None:
    metrics = Metrics()
    assert samples(metrics) == {}
    metrics.inferences = lambda: {"recorded": 5, "dropped": 2, "failed": 0}
    assert samples(metrics) == {
        "atoll_inferences_recorded_total": 5,
        "atoll_inferences_dropped_total": 2,
        "atoll_inferences_failed_total": 0,
    }


def test_processes_add_up() -> None:
    one, other = Metrics(), Metrics()
    for each in (one, other):
        each.inferences = lambda: {"recorded": 3, "dropped": 0, "failed": 1}
    merged = merge_figures([one.figures, other.figures])
    assert merged.inferences == {"recorded": 6, "dropped": 0, "failed": 2}
