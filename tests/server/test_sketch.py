from __future__ import annotations

import math

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.sketch import ACCURACY, WINDOW, WINDOWS, Sketch, merge_sketches

durations = st.floats(min_value=1e-3, max_value=1e6)
targets = st.floats(min_value=0.01, max_value=1.0)


def sketch(values: list[float], now: float = 0.0) -> Sketch:
    made = Sketch()
    for value in values:
        made.observe(value, now)
    return made


@given(st.lists(durations, min_size=1), targets)
def test_a_quantile_is_off_by_the_accuracy_at_most(values: list[float], target: float) -> None:
    (found,) = sketch(values).quantiles([target], 0.0)

    exact = sorted(values)[math.ceil(target * len(values)) - 1]
    assert abs(found - exact) <= exact * ACCURACY * 1.001


@given(st.lists(st.lists(durations)), targets)
def test_merged_sketches_are_the_sketch_of_all(parts: list[list[float]], target: float) -> None:
    merged = merge_sketches(sketch(part) for part in parts)
    whole = sketch([value for part in parts for value in part])

    assert merged.count == whole.count
    assert math.isclose(merged.sum, whole.sum, abs_tol=1e-9)
    assert repr(merged.quantiles([target], 0.0)) == repr(whole.quantiles([target], 0.0))


@given(st.lists(durations))
def test_a_sketch_survives_json(values: list[float]) -> None:
    made = sketch(values)

    assert msgspec.json.decode(msgspec.json.encode(made), type=Sketch) == made


def test_nothing_observed() -> None:
    assert math.isnan(Sketch().quantiles([0.5], 0.0)[0])


def test_zero_and_less_are_counted() -> None:
    assert sketch([0.0, -1.0]).quantiles([0.5], 0.0)[0] < 1e-5


def test_old_values_no_longer_count_for_quantiles() -> None:
    made = sketch([1000.0])
    made.observe(1.0, WINDOW * WINDOWS)

    assert made.quantiles([1.0], WINDOW * WINDOWS)[0] < 1.1
    assert math.isnan(made.quantiles([1.0], WINDOW * WINDOWS * 2)[0])
    assert (made.count, made.sum) == (2, 1001.0)
    assert len(made.windows) == 1
