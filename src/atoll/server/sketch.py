"""Quantiles of a stream of durations, in little memory, that can be merged across processes.

A DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019): values are counted in buckets whose bounds
grow geometrically, so that a quantile is off by at most `ACCURACY` of its value. Only the last ten
minutes count, in five windows, as in Prometheus' client for Go.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

ACCURACY: Final = 0.005
WINDOW: Final = 120.0  # seconds
WINDOWS: Final = 5

_GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GAMMA: Final = math.log(_GAMMA)
_SMALLEST: Final = 1e-6


class Sketch(msgspec.Struct):
    """Observed values: ``windows`` maps a window's number to counts by bucket.

    Windows are numbered by the monotonic clock, which processes of one machine share.
    """

    count: int = 0
    sum: float = 0.0
    windows: dict[int, dict[int, int]] = {}

    def observe(self, value: float, now: float) -> None:
        self.count += 1
        self.sum += value
        window = int(now // WINDOW)
        counts = self.windows.get(window)
        if counts is None:
            self.windows = {w: c for w, c in self.windows.items() if w > window - WINDOWS}
            counts = self.windows[window] = {}
        bucket = math.ceil(math.log(max(value, _SMALLEST)) / _LOG_GAMMA)
        counts[bucket] = counts.get(bucket, 0) + 1

    def quantiles(self, targets: Iterable[float], now: float) -> list[float]:
        """Values at the given ranks (0 to 1); NaN when nothing was observed lately."""
        recent: Counter[int] = Counter()
        for window, counts in self.windows.items():
            if window > int(now // WINDOW) - WINDOWS:
                recent.update(counts)
        total = recent.total()
        ordered = sorted(recent.items())
        return [_at(ordered, math.ceil(target * total)) for target in targets]


def merge_sketches(sketches: Iterable[Sketch]) -> Sketch:
    merged = Sketch()
    windows: dict[int, Counter[int]] = {}
    for sketch in sketches:
        merged.count += sketch.count
        merged.sum += sketch.sum
        for window, counts in sketch.windows.items():
            windows.setdefault(window, Counter()).update(counts)
    merged.windows = {window: dict(counts) for window, counts in windows.items()}
    return merged


def _at(ordered: list[tuple[int, int]], rank: int) -> float:
    seen = 0
    for bucket, count in ordered:
        seen += count
        if seen >= rank:
            return float(2 * _GAMMA**bucket / (_GAMMA + 1))
    return math.nan
