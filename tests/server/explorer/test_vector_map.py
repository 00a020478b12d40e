"""A map shows vectors where they differ most, the same each time."""

from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from atoll.server.explorer.vector_map import principal


def test_axes_are_those_of_a_singular_value_decomposition():
    generator = numpy.random.default_rng(3)
    spread = numpy.array([9.0, 4.0, *[1.0] * 30])
    vectors = (generator.standard_normal((400, 32)) * spread).astype(numpy.float32)
    turn, _ = numpy.linalg.qr(generator.standard_normal((32, 32)))
    vectors = (vectors @ turn + 100).astype(numpy.float32)
    places, explained = principal(vectors)
    centred = vectors.astype(float) - vectors.mean(axis=0, dtype=float)
    left, values, _ = numpy.linalg.svd(centred, full_matrices=False)
    assert explained == pytest.approx((values[:2] ** 2 / (values**2).sum()).tolist(), rel=1e-3)
    expected = left[:, :2] * values[:2]
    expected /= abs(expected).max()
    found = numpy.array(places)
    for axis in (0, 1):
        same = numpy.allclose(found[:, axis], expected[:, axis], atol=2e-3)
        assert same or numpy.allclose(found[:, axis], -expected[:, axis], atol=2e-3)


def test_the_same_vectors_have_the_same_map():
    vectors = numpy.random.default_rng(1).standard_normal((100, 50)).astype(numpy.float32)
    assert principal(vectors) == principal(vectors.copy())


def test_lengths_do_not_count_among_directions():
    vectors = numpy.array([[1, 0, 0], [50, 0, 0], [0, 1, 0], [0, 0, 9], [0, 0, 0]], numpy.float32)
    places, _ = principal(vectors, of_directions=True)
    assert places[0] == pytest.approx(places[1], abs=1e-4)
    other, _ = principal(vectors)
    assert other[0] != pytest.approx(other[1], abs=1e-2)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_vectors_that_do_not_differ(rows):
    places, explained = principal(numpy.ones((rows, 4), numpy.float32))
    assert places == [(0.0, 0.0)] * rows
    assert explained == (0.0, 0.0)


def test_vectors_of_one_number():
    places, explained = principal(numpy.array([[1], [2], [3]], numpy.float32))
    assert explained == pytest.approx((1, 0))
    assert [y for _, y in places] == [0, 0, 0]
    assert [abs(x) for x, _ in places] == pytest.approx([1, 0, 1])


@settings(max_examples=150, deadline=None)
@given(
    arrays(
        numpy.float32,
        st.tuples(st.integers(1, 12), st.integers(1, 20)),
        elements=st.floats(-(2**49), 2**49, width=32),
    ),
    st.booleans(),
)
def test_any_vectors_have_a_map(vectors, of_directions):
    places, explained = principal(vectors, of_directions=of_directions)
    assert len(places) == len(vectors)
    for point in places:
        assert all(math.isfinite(each) and abs(each) <= 1 for each in point)
    assert 0 <= explained[1] <= explained[0] + 1e-3
    assert explained[0] + explained[1] <= 1 + 1e-3


async def test_the_map_of_a_collection(show):
    methods = {
        "byLetters": {"embedder": "embed", "distance": "cosine"},
        "byLength": {"embedder": "embed_by_length"},
    }
    shown = show({"collections": {"docs": {"searchMethods": methods}}})
    empty = await shown.get("collections/docs/map", method="byLetters")
    assert empty == {"points": [], "explained": [0, 0], "total": 0}
    keys = [f"k{number:03}" for number in range(120)]
    texts = [f"{'cat' if n % 2 else 'dog'} " + "x" * n * 5 for n in range(120)]
    labels = [["cat", "odd"] if n % 2 else [] for n in range(120)]
    await shown.app.collections.upsert("docs", "", keys, texts, labels)
    await shown.app.collections.upsert("docs", "old", ["o"], ["an old cat"])
    whole = await shown.get("collections/docs/map", method="byLetters")
    assert (len(whole["points"]), whole["total"]) == (121, 121)
    first, second = whole["points"][:2]
    assert first.keys() == {"namespace", "key", "x", "y", "label", "text"}
    assert (first["namespace"], first["key"], first["label"]) == ("", "k000", None)
    assert (second["label"], second["text"]) == ("cat", "cat xxxxx")
    assert len(whole["points"][119]["text"]) == 200
    assert 0 < sum(whole["explained"]) <= 1.001
    one = await shown.get("collections/docs/map", method="byLength", namespace="old")
    assert [each["key"] for each in one["points"]] == ["o"]
    unnamed = await shown.get("collections/docs/map", method="byLetters", namespace="")
    assert unnamed["total"] == 120
    some = await shown.get("collections/docs/map", method="byLetters", limit="20")
    assert 15 <= len(some["points"]) <= 20
    assert some["total"] == 121
    assert some == await shown.get("collections/docs/map", method="byLetters", limit="20")
