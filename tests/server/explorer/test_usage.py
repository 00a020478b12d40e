"""Charts add up to what was asked."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from atoll.history.figures import Figures
from atoll.server.explorer.usage import usage_of

NOW = 10_000_000


def figures(
    at_ms: float,
    model: str = "chat",
    status: str = "ok",
    ms: int = 100,
    cost: float | None = None,
    currency: str | None = None,
) -> Figures:
    return Figures(at_ms / 1000, model, status, ms, 3, 5, cost, currency)


def test_by_model_and_time():
    found = [
        figures(NOW - 1, ms=400),
        figures(NOW - 1000, status="failed", ms=9000),
        figures(NOW - 2000, ms=100),
        figures(NOW - 59_000, "other", status="cancelled"),
        figures(NOW - 60_000, ms=200),
    ]
    usage = usage_of(found, NOW - 60_000, NOW, 2)
    assert (usage.since, usage.bucket_ms) == (NOW - 60_000, 30_001)
    chat, other = usage.models
    assert (chat.model, chat.count, chat.failed) == ("chat", 4, 1)
    assert (chat.input_tokens, chat.output_tokens) == (12, 20)
    assert (chat.median_ms, chat.p95_ms) == (200, 400)
    first, second = chat.buckets
    assert (first.at, first.count, first.median_ms) == (NOW - 60_000, 1, 200)
    assert (second.at, second.count, second.failed) == (NOW - 29_999, 3, 1)
    assert second.median_ms == 250
    assert (other.count, other.failed, other.median_ms, other.p95_ms) == (1, 0, None, None)


def test_money_of_another_currency_does_not_add_up():
    found = [
        figures(NOW - 1, cost=0.5, currency="EUR"),
        figures(NOW - 2, cost=7, currency="USD"),
        figures(NOW - 3, cost=0.25, currency="EUR"),
        figures(NOW - 4),
    ]
    (chat,) = usage_of(found, NOW - 1000, NOW, 1).models
    assert (chat.cost, chat.currency) == (0.75, "EUR")
    (free,) = usage_of([figures(NOW - 1)], NOW - 1000, NOW, 1).models
    assert (free.cost, free.currency) == (None, None)


@given(
    times=st.lists(st.integers(0, 10**7), max_size=30),
    span=st.integers(0, 10**7),
    buckets=st.integers(1, 120),
)
def test_buckets_are_few_and_add_up(times, span, buckets):
    since = NOW - span
    found = [figures(since + at % (span + 1)) for at in sorted(times, reverse=True)]
    usage = usage_of(found, since, NOW, buckets)
    for model in usage.models:
        assert sum(each.count for each in model.buckets) == model.count == len(found)
        assert len(model.buckets) <= buckets
        starts = [each.at for each in model.buckets]
        assert starts == sorted(set(starts))
        for start in starts:
            assert math.isclose((start - since) % usage.bucket_ms, 0, abs_tol=1e-3)
