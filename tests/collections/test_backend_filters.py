"""Each store keeps the texts for which a filter holds, as the reference says which these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.collections.filters import holds, parse_filter
from atoll.collections.types import Text

from .conftest import begin, random_vectors

characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
words = st.text(characters, max_size=3) | st.sampled_from(
    ["a", "b", "ab", "B", "é", "1", "true", ""]
)
whole = st.integers(-3, 3) | st.integers(-(2**80), 2**80) | st.sampled_from([2**53, 2**53 + 1])
broken = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1, 1.0, -0.0, 1e300])
scalars = st.none() | st.booleans() | whole | broken | words
names = st.sampled_from(["a", "b", "c", "A", "é", 'q"', "back\\", "new\nline", "1", "$x", "not"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
texts = st.lists(
    st.builds(
        lambda labels, metadata: (tuple(labels), metadata),
        st.lists(words, max_size=3),
        st.dictionaries(names, values, max_size=4),
    ),
    min_size=1,
    max_size=8,
)
paths = (
    st.lists(names, min_size=1, max_size=3)
    .map(".".join)
    .filter(lambda path: path != "not" and not path.startswith("$"))
)


@dataclass(frozen=True)
class Kept:
    """Stands for a value that one of the texts has, so that filters often hold."""

    number: int


operands = st.builds(Kept, st.integers(0, 20)) | scalars
ordered = st.builds(Kept, st.integers(0, 20)) | whole | broken | words
conditions = st.one_of(
    operands,
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.dictionaries(st.sampled_from(["eq", "ne", "contains"]), operands, min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(["lt", "lte", "gt", "gte"]), ordered, min_size=1, max_size=2),
    st.dictionaries(
        st.sampled_from(["in", "notIn"]), st.lists(operands, max_size=4), min_size=1, max_size=1
    ),
)
filters = st.recursive(
    st.one_of(
        st.dictionaries(paths, conditions, min_size=1, max_size=2),
        st.fixed_dictionaries({"$labels": st.fixed_dictionaries({"contains": operands})}),
        st.fixed_dictionaries({"$labels": st.fixed_dictionaries({"exists": st.booleans()})}),
        st.fixed_dictionaries({"$key": conditions}),
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)


def with_values(filter: Any, kept: list[Any], operator: str = "") -> Any:
    """A filter, with what the stand-ins stand for."""
    match filter:
        case Kept(number):
            value = kept[number % len(kept)]
            unordered = value is None or isinstance(value, bool)
            return 0 if operator in ("lt", "lte", "gt", "gte") and unordered else value
        case dict():
            return {name: with_values(each, kept, name) for name, each in filter.items()}
        case list():
            return [with_values(each, kept) for each in filter]
        case _:
            return filter


def leaves(value: Any) -> list[Any]:
    """All scalars in JSON data."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_filters_hold_as_the_reference_says(backend, data):
    stored = data.draw(texts)
    kept = [leaf for labels, metadata in stored for leaf in (*labels, *leaves(metadata))] or [1]
    if not backend.generations("docs"):
        begin(backend)
    (generation,) = backend.generations("docs")
    backend.remove("docs", "", [f"k{number}" for number in range(8)])
    backend.upsert(
        "docs",
        "",
        [Text(f"k{n}", "word", labels, metadata) for n, (labels, metadata) in enumerate(stored)],
        {generation.id: numpy.ones((len(stored), 3), numpy.float32)},
    )
    by_id = {each.id: each for each in backend.texts("docs", "")}
    for drawn in data.draw(st.lists(filters, min_size=1, max_size=8)):
        raw = with_values(drawn, kept)
        wanted = parse_filter(raw)
        expected = sorted(
            each.key
            for each in by_id.values()
            if holds(wanted, each.key, each.labels, each.metadata)
        )
        query = numpy.ones(3, numpy.float32)
        near = backend.nearest(generation, [""], query, 100, wanted)
        assert sorted(by_id[hit.id].key for hit in near) == expected, raw
        named = backend.matching("docs", [""], "word", 100, wanted)
        assert sorted(by_id[hit.id].key for hit in named) == expected, raw


@pytest.mark.parametrize(
    "filter",
    [
        {"and": [{"n": {"gte": 0}}] * 199},
        {"or": [{"n": number} for number in range(199)]},
        {"n": {"in": list(range(1000))}},
        {"s": {"notIn": [f"{number}" for number in range(1000)]}},
        {"n": {"lt": 5}, "s": {"ne": "x" * 10_000}},
        {"deep." * 15 + "er": {"exists": False}},
    ],
)
def test_large_filters(docs, filter):
    docs.put([Text("k", "t", (), {"n": 3, "s": "x"})], [[1, 0, 0]])
    assert docs.near([1, 0, 0], filter=parse_filter(filter)) == ["k"]
    assert holds(parse_filter(filter), "k", (), {"n": 3, "s": "x"})


@pytest.mark.parametrize("share", [1, 0.3, 0.01, 0.002, 0])
def test_the_nearest_of_those_that_are_left(new_docs, share: float):
    docs = new_docs(dimension=8)
    count = 2000
    vectors = random_vectors(count, 8)
    left = numpy.random.default_rng(3).random(count) < share
    texts = [Text(f"k{n}", "t", (), {"left": bool(left[n])}) for n in range(count)]
    docs.put(texts, vectors)
    query = random_vectors(1, 8, seed=4)[0]
    order = [n for n in numpy.argsort(1 - vectors @ query, kind="stable") if left[n]]
    assert docs.near(query, filter=parse_filter({"left": True})) == [f"k{n}" for n in order[:10]]
