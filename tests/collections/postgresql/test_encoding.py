"""What is stored comes back as it was."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.postgresql.encoding import (
    copy_rows,
    digest_of,
    pack,
    register,
    to_json,
    unpack,
)

floats = st.floats(allow_nan=False, allow_infinity=False)
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | st.text(characters),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(characters), inner, max_size=4)
    ),
)
vectors = st.integers(1, 20).flatmap(
    lambda dimension: st.lists(
        st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=dimension,
                 max_size=dimension),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(pgvector):
    url = pgvector.new_schema()
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        register(connection)
        yield connection


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(values)
def test_json_is_read_as_it_was_written(value: Any) -> None:
    assert same(json.loads(to_json(value)), value)


@given(values)
def test_jsonb_is_read_as_it_was_written(connection, value: Any) -> None:
    ((read,),) = connection.execute("SELECT %s::jsonb", (to_json(value),))
    assert same(read, value)


@given(floats.filter(lambda value: abs(value) > 2**53))
def test_a_large_double_is_the_whole_number_that_it_stands_for(connection, value: float) -> None:
    ((equal,),) = connection.execute(
        "SELECT %s::jsonb = %s::jsonb", (to_json(value), str(int(value)))
    )
    assert equal
    next_one = math.nextafter(value, math.inf)
    if math.isfinite(next_one):
        ordered = connection.execute(
            "SELECT %s::jsonb < %s::jsonb", (to_json(value), to_json(next_one))
        )
        assert ordered.fetchone() == (True,)


@given(vectors)
def test_vectors_are_read_as_they_were_written(connection, rows: list[list[float]]) -> None:
    written = numpy.array(rows, numpy.float32)
    dimension = written.shape[1]
    connection.execute("DROP TABLE IF EXISTS v")
    connection.execute(
        f"CREATE TABLE v (text bigint, namespace integer, vector vector({dimension}))"
    )
    ids = [2**40 + number for number in range(len(rows))]
    with connection.cursor().copy("COPY v FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(copy_rows(ids, [7] * len(rows), written))
    cursor = connection.cursor(binary=True)
    found = cursor.execute("SELECT text, namespace, vector FROM v ORDER BY text").fetchall()
    assert [(id, namespace) for id, namespace, _ in found] == [(id, 7) for id in ids]
    read = unpack([packed for _, _, packed in found], dimension)
    assert read.dtype == numpy.float32
    assert read.flags.c_contiguous
    assert numpy.array_equal(read, written)
    ((back,),) = cursor.execute("SELECT %s::vector", (pack(written[0]),))
    assert numpy.array_equal(unpack([back], dimension)[0], written[0])


def test_no_vectors() -> None:
    assert unpack([], 3).shape == (0, 3)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text())
def test_keys_have_digests_of_their_own(one: str, other: str) -> None:
    assert digest_of(one) == digest_of(one)
    if one != other and other.isprintable():
        assert digest_of(one) != digest_of(other)
