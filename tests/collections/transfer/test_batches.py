"""Lines are put together for the store, without a line that counts being lost."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.transfer.batches import BATCH, Batch, VectorCheck, make_batches
from atoll.collections.transfer.line import ONLY_METHOD, BadLine, Line
from atoll.collections.types import Text


def line(number: int, key: str, namespace: str | None = None, **vectors: list[float]) -> Line:
    made = {name: numpy.array(of, dtype=numpy.float32) for name, of in vectors.items()}
    return Line(number, Text(key, f"text {number}"), namespace, made)


def batches(lines, *, methods=("m",), dimensions=None, **options) -> list[Batch]:
    given = list(lines)
    check = VectorCheck("docs", methods, dimensions or {})
    read = 0

    def reading():
        nonlocal read
        for one in given:
            read += 1
            yield one

    return list(make_batches(reading(), check, position=lambda: read, **options))


some_lines = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, "", "n"]), st.booleans()),
    max_size=40,
)


@given(some_lines)
def test_of_each_key_the_last_line_is_stored(drawn):
    lines = [
        line(number, key, namespace, **({"m": [1.0]} if with_vector else {}))
        for number, (key, namespace, with_vector) in enumerate(drawn, 1)
    ]
    expected = {
        ("n" if one.namespace is None else one.namespace, one.text.key): one for one in lines
    }
    (batch,) = batches(lines, namespace="n")
    stored = {(group.namespace, one.text.key): one for group in batch.groups for one in group.lines}
    assert stored == expected
    assert sum(len(group.lines) for group in batch.groups) == len(expected)
    assert len(batch.repeated) == len(lines) - len(expected)
    for repeated in batch.repeated:
        assert repeated.number < repeated.later
    for group in batch.groups:
        assert all(tuple(one.vectors) == group.methods for one in group.lines)
        assert all(len(of) == len(group.lines) for of in group.vectors().values())


def test_batches_are_of_bounded_size():
    found = batches([line(number, str(number)) for number in range(1, 2 * BATCH + 2)])
    assert [batch.lines for batch in found] == [BATCH, BATCH, 1]
    assert [batch.size for batch in found] == [BATCH, BATCH, 1]
    large = [Line(number, Text(str(number), "x" * (1 << 20))) for number in range(20)]
    assert [batch.lines for batch in batches(large)] == [8, 8, 4]


def test_the_first_bad_line_ends_it():
    lines = [line(1, "a"), BadLine(2, "is bad"), line(3, "b")]
    (batch,) = batches(lines)
    assert batch.bad == [BadLine(2, "is bad")]
    assert [one.number for group in batch.groups for one in group.lines] == [1]
    (batch,) = batches(lines, stop_at_bad=False)
    assert batch.lines == 3
    assert [one.number for group in batch.groups for one in group.lines] == [1, 3]


def test_vectors_without_a_method_are_those_of_the_only_one():
    lines = [line(1, "a", **{ONLY_METHOD: [1, 2]}), line(2, "b", m=[3, 4])]
    (batch,) = batches(lines)
    (group,) = batch.groups
    assert group.vectors()["m"].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("methods", "dimensions", "vectors", "reason"),
    [
        ("m", {"m": {3}}, {"m": [1]}, "a vector of 1 numbers"),
        ("m", {"m": {3}}, {"m": [1]}, "search method [m] of collection [docs] have 3"),
        ("m", {"m": {3, 2}}, {"m": [1]}, "have 2 or 3"),
        ("m", {}, {"other": [1]}, "search method [other], which collection [docs]"),
        ("mn", {}, {ONLY_METHOD: [1]}, '"vectors": {"m": […]}'),
        ("", {}, {ONLY_METHOD: [1]}, "has 0 search methods"),
    ],
)
def test_vectors_that_cannot_be_stored_make_a_line_bad(methods, dimensions, vectors, reason):
    lines = [line(1, "a", **vectors)]
    (batch,) = batches(lines, methods=tuple(methods), dimensions=dimensions)
    assert reason in batch.bad[0].reason
    assert batch.groups == []


def test_the_first_vector_says_what_dimension_the_others_have():
    lines = [line(1, "a", m=[1, 2]), line(2, "b", m=[1, 2, 3]), line(3, "c", m=[1, 2])]
    (batch,) = batches(lines, stop_at_bad=False)
    assert [bad.number for bad in batch.bad] == [2]
