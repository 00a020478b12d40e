from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from atoll.collections.index.distance import estimates, exactly, ranked, smallest
from atoll.collections.types import Hit, Vectors
from atoll.manifest.collection import Distance

DISTANCES: list[Distance] = ["dot", "cosine", "euclidean"]
numbers = st.floats(-100, 100, width=32)
matrices = arrays.arrays(numpy.float32, st.tuples(st.integers(2, 9), st.just(5)), elements=numbers)


def by_definition(distance: Distance, a: list[float], b: list[float]) -> float:
    product = math.fsum(x * y for x, y in zip(a, b, strict=True))
    if distance == "euclidean":
        return math.dist(a, b)
    if distance == "cosine":
        lengths = math.hypot(*a) * math.hypot(*b)
        return 1 - product / lengths if lengths else 1.0
    return 1 - product


@pytest.mark.parametrize("distance", DISTANCES)
@given(matrices)
def test_distances_are_those_of_their_definitions(distance: Distance, rows: Vectors) -> None:
    found = exactly(distance, rows[1:], rows[0])

    for row, value in zip(rows[1:].tolist(), found.tolist(), strict=True):
        expected = by_definition(distance, row, rows[0].tolist())
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("distance", DISTANCES)
@given(matrices)
def test_estimates_are_near_to_the_distances(distance: Distance, rows: Vectors) -> None:
    close = estimates(distance, rows[1:], rows[0])
    exact = exactly(distance, rows[1:], rows[0])
    lengths = numpy.abs(rows[1:]).max() * numpy.abs(rows[0]).max()

    if distance == "cosine" and numpy.linalg.norm(rows, axis=1).min() < 1e-15:
        return  # too small for single precision
    assert close == pytest.approx(exact, rel=1e-4, abs=1e-4 * max(1.0, float(lengths)))


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_distance_does_not_depend_on_the_other_rows(distance: Distance) -> None:
    rows = numpy.random.default_rng(1).normal(size=(37, 384)).astype(numpy.float32)

    together = exactly(distance, rows, rows[5])
    alone = [exactly(distance, rows[i : i + 1], rows[5])[0] for i in range(37)]

    assert together.tolist() == alone


def test_numbers_too_large_for_single_precision_are_compared() -> None:
    rows = numpy.array([[3e38, 3e38], [1.0, 0.0]], numpy.float32)

    assert numpy.isfinite(exactly("dot", rows, rows[0])).all()
    assert numpy.isfinite(exactly("euclidean", rows, -rows[0])).all()


def test_equally_near_ones_come_by_their_ids() -> None:
    ids = numpy.array([9, 2, 5, 7], numpy.uint64)
    values = numpy.array([0.5, 0.5, 0.1, 0.5])

    assert ranked(ids, values, 3) == [Hit(5, 0.1), Hit(2, 0.5), Hit(7, 0.5)]


def test_what_is_not_a_number_is_not_among_the_smallest() -> None:
    values = numpy.array([numpy.nan, 2, numpy.nan, 1], numpy.float32)

    assert sorted(smallest(values, 2).tolist()) == [1, 3]
