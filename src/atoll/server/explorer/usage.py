"""``GET inferences/usage``: what models took, and what they cost, over time."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from atoll.history.figures import MOST, Figures, find_figures
from atoll.server.explorer.history import NoHistory, read_history
from atoll.server.explorer.request import ExplorerRequest
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer

BUCKETS: Final = 60
MOST_BUCKETS: Final = 120
DAY: Final = 86_400_000
_SHORTEST: Final = 1000.0
"""Milliseconds of a bucket."""
_LAST: Final = 253_402_300_799_000


class Bucket(Wire, frozen=True):
    at: float
    count: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    median_ms: float | None


class ModelUsage(Wire, frozen=True):
    model: str
    count: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    currency: str | None
    median_ms: float | None
    p95_ms: float | None
    buckets: list[Bucket]


class Usage(Wire, frozen=True):
    since: float
    bucket_ms: float
    models: list[ModelUsage]


async def usage(explorer: Explorer, request: ExplorerRequest) -> Usage:
    """Of the newest `atoll.history.figures.MOST` inferences since a moment: the last day unless it
    is said, the first of them for 0. An empty one where there is no history."""
    now = round(time.time() * 1000)
    since = request.integer("since", now - DAY, most=_LAST)
    buckets = request.integer("buckets", BUCKETS, least=1, most=MOST_BUCKETS)
    try:
        found = await read_history(explorer, lambda s: find_figures(s, since / 1000)) or []
    except NoHistory:
        found = []
    if found and (since == 0 or len(found) == MOST):
        since = int(found[-1].started_at * 1000)
    return usage_of(found, since if since or found else now - DAY, now, buckets)


def usage_of(found: Sequence[Figures], since: int, now: int, buckets: int) -> Usage:
    """Figures by model and time, the model that was asked most often first.

    Args:
        found: the newest first.
        since: milliseconds since the epoch; the first bucket begins there.
        now: the last one ends there, or later.
        buckets: how many, at most.
    """
    length = max(float(math.ceil((now - since + 1) / buckets)), _SHORTEST)
    by_model: dict[str, list[Figures]] = defaultdict(list)
    for each in found:
        by_model[each.model].append(each)
    models = [_model(name, some, since, length) for name, some in by_model.items()]
    return Usage(since, length, sorted(models, key=lambda one: (-one.count, one.model)))


def _model(name: str, found: Sequence[Figures], since: int, length: float) -> ModelUsage:
    currency = next((each.currency for each in found if each.cost is not None), None)
    parts: dict[int, list[Figures]] = defaultdict(list)
    for each in found:
        parts[max(int((each.started_at * 1000 - since) // length), 0)].append(each)
    buckets = [_bucket(since + at * length, parts[at], currency) for at in sorted(parts)]
    times = _times(found)
    return ModelUsage(
        name,
        len(found),
        _failed(found),
        sum(each.input_tokens for each in found),
        sum(each.output_tokens for each in found),
        _cost(found, currency),
        currency,
        median(times) if times else None,
        times[math.ceil(0.95 * len(times)) - 1] if times else None,
        buckets,
    )


def _bucket(at: float, found: Sequence[Figures], currency: str | None) -> Bucket:
    times = _times(found)
    return Bucket(
        at,
        len(found),
        _failed(found),
        sum(each.input_tokens for each in found),
        sum(each.output_tokens for each in found),
        _cost(found, currency),
        median(times) if times else None,
    )


def _failed(found: Iterable[Figures]) -> int:
    return sum(each.status == "failed" for each in found)


def _times(found: Iterable[Figures]) -> list[int]:
    return sorted(each.duration_ms for each in found if each.status == "ok")


def _cost(found: Iterable[Figures], currency: str | None) -> float | None:
    """In one currency: what was paid in another, before the manifest changed, does not add up."""
    costs = [each.cost for each in found if each.cost is not None and each.currency == currency]
    return math.fsum(costs) if costs else None
