"""Filters are read strictly, and mean what their description says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.errors import CollectionError
from atoll.collections.filters import All, Any_, Compare, Filter, Not, holds, parse_filter

YEAR = {"year": 2020}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab", max_size=3)
)
names = st.sampled_from(["a", "b", "a.b", "b.a.b", "$key"])
lists = st.lists(scalars, max_size=3)
comparisons = st.one_of(
    st.tuples(names, scalars),
    st.tuples(names, st.fixed_dictionaries({}, optional={"eq": scalars, "ne": scalars})).filter(
        lambda pair: pair[1] != {}
    ),
    st.tuples(names, st.fixed_dictionaries({"in": lists, "notIn": lists})),
    st.tuples(names, st.fixed_dictionaries({"exists": st.booleans(), "contains": scalars})),
    st.tuples(
        names,
        st.fixed_dictionaries(
            {}, optional={each: st.integers(-5, 5) for each in ("lt", "lte", "gt", "gte")}
        ).filter(bool),
    ),
    st.tuples(st.just("$labels"), st.fixed_dictionaries({"contains": scalars})),
).map(lambda pair: {pair[0]: pair[1]})
filters = st.recursive(
    comparisons,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda all_: {"and": all_})
        | st.lists(inner, max_size=3).map(lambda any_: {"or": any_})
        | inner.map(lambda one: {"not": one})
    ),
    max_leaves=6,
)
objects = st.dictionaries(
    st.sampled_from("ab"),
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
        ),
        max_leaves=4,
    ),
    max_size=2,
)


def test_an_equality_is_a_comparison() -> None:
    assert parse_filter(YEAR) == Compare(("year",), "eq", 2020)


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_is_no_filter(nothing: Any) -> None:
    assert parse_filter(nothing) is None
    assert holds(None, "k", (), {})


def test_all_members_of_an_object_have_to_hold() -> None:
    parsed = parse_filter({"author.name": "Ann", "year": {"gte": 2000, "lt": 2010}})
    assert parsed == All(
        (
            Compare(("author", "name"), "eq", "Ann"),
            Compare(("year",), "gte", 2000),
            Compare(("year",), "lt", 2010),
        )
    )


def test_filters_are_put_together() -> None:
    parsed = parse_filter({"or": [YEAR, {"not": {"$labels": {"contains": "x"}}}, {"and": []}]})
    assert parsed == Any_(
        (Compare(("year",), "eq", 2020), Not(Compare(("$labels",), "contains", "x")), All(()))
    )


def test_a_whole_number_of_more_than_64_bits_is_a_double() -> None:
    assert parse_filter({"n": 10**25}) == Compare(("n",), "eq", 1e25)
    assert parse_filter({"n": 2**63 - 1}) == Compare(("n",), "eq", 2**63 - 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([], "the filter has to be an object of conditions, not a list"),
        ("year = 2020", 'the filter has to be an object of conditions, not "year = 2020"'),
        ({"and": YEAR}, "the filter's and has to be a list of filters, not an object"),
        ({"and": [YEAR, 1]}, "the filter's and[1] has to be an object of conditions, not 1"),
        ({"not": [YEAR]}, "the filter's not has to be an object of conditions, not a list"),
        ({"or": [{"not": {"year": {}}}]}, "the filter's or[0].not.year needs an operator"),
        ({"year": {"gt": None}}, "the filter's year.gt needs a number or a string, not null"),
        ({"year": {"lt": True}}, "the filter's year.lt needs a number or a string, not true"),
        ({"year": {"in": 3}}, "the filter's year.in needs a list of values, not 3"),
        ({"year": {"exists": 1}}, "the filter's year.exists needs true or false, not 1"),
        ({"year": {"$gt": 3}}, 'the filter\'s year has the unknown operator "$gt"'),
        ({"year": [1]}, "the filter's year is compared with a list"),
        (
            {"year": {"in": [1, {}]}},
            "the filter's year.in[1] needs a string, number, boolean or null, not an object",
        ),
        ({"$lables": "x"}, "the filter's $lables is no field"),
        ({"$labels": "x"}, "the filter's $labels are compared by"),
        ({"a..b": 1}, "the filter's a..b is not the name of a field"),
        ({"": 1}, "is not the name of a field"),
        ({1: 1}, "the filter has a name that is not a string"),
        ({"a": "x\0"}, "the filter's a has a string with a NUL character"),
        ({"a": "\ud800"}, "the filter's a has a string with half of a surrogate pair"),
        ({"\ud800": 1}, r"the filter's \ud800 has a string with half of a surrogate pair"),
        ({"a": float("nan")}, "the filter's a needs a string, number, boolean or null, not nan"),
        ({"a": 10**400}, "the filter's a has a number that is too large"),
        ({"a": object()}, "needs a string, number, boolean or null, not what is no JSON"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(wrong: Any, message: str) -> None:
    with pytest.raises(CollectionError) as raised:
        parse_filter(wrong)
    assert raised.value.code == "INVALID_FILTER"
    assert message in raised.value.message


def test_a_misspelt_operator_is_named() -> None:
    with pytest.raises(CollectionError) as raised:
        parse_filter({"year": {"notin": [1]}})
    assert raised.value.hint == 'Did you mean "notIn"?'


def test_a_nested_object_gets_the_hint_of_a_path() -> None:
    with pytest.raises(CollectionError) as raised:
        parse_filter({"author": {"surname": "Ann"}})
    assert raised.value.hint is not None
    assert "author.name" in raised.value.hint


def nested(depth: int) -> Any:
    value: Any = YEAR
    for _ in range(depth):
        value = {"not": value}
    return value


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (nested(16), nested(17)),
        ({"and": [YEAR] * 199}, {"and": [YEAR] * 200}),
        ({"year": {"in": [1] * 1000}}, {"year": {"in": [1] * 1001}}),
        ({"a": "x" * 10_000}, {"a": "x" * 10_001}),
        ({"x" * 10_000: 1}, {"x" * 10_001: 1}),
        ({".".join("a" * 16): 1}, {".".join("a" * 17): 1}),
    ],
)
def test_a_filter_has_its_limits(most: Any, more: Any) -> None:
    parse_filter(most)
    with pytest.raises(CollectionError, match="filter"):
        parse_filter(more)


def test_a_filter_nested_beyond_measure_is_refused() -> None:
    with pytest.raises(CollectionError, match="nested deeper than 16 levels"):
        parse_filter(nested(100_000))


METADATA = {
    "year": 2020,
    "price": 9.5,
    "name": "Ann",
    "draft": False,
    "editor": None,
    "tags": ["red", 1, None, ["x"]],
    "author": {"name": "Bob", "age": 30},
}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"year": 2020}, True),
        ({"year": 2020.0}, True),
        ({"year": "2020"}, False),
        ({"year": {"ne": "2020"}}, True),
        ({"draft": False}, True),
        ({"draft": 0}, False),
        ({"editor": None}, True),
        ({"absent": None}, False),
        ({"absent": {"ne": None}}, True),
        ({"absent": {"notIn": [1]}}, True),
        ({"absent": {"in": [None]}}, False),
        ({"editor": {"in": [None]}}, True),
        ({"year": {"gt": 2019, "lte": 2020}}, True),
        ({"year": {"gt": "2019"}}, False),
        ({"year": {"lt": "3"}}, False),
        ({"draft": {"lt": 5}}, False),
        ({"name": {"gt": "Al", "lt": "B"}}, True),
        ({"name": "ann"}, False),
        ({"author.name": "Bob"}, True),
        ({"author": "Bob"}, False),
        ({"author.name.x": "Bob"}, False),
        ({"name.0": "A"}, False),
        ({"tags.0": "red"}, False),
        ({"tags": "red"}, False),
        ({"tags": {"ne": "red"}}, True),
        ({"tags": {"contains": "red"}}, True),
        ({"tags": {"contains": 1.0}}, True),
        ({"tags": {"contains": True}}, False),
        ({"tags": {"contains": None}}, True),
        ({"tags": {"contains": "re"}}, False),
        ({"tags": {"contains": "x"}}, False),
        ({"name": {"contains": "nn"}}, True),
        ({"name": {"contains": ""}}, True),
        ({"name": {"contains": "NN"}}, False),
        ({"year": {"contains": "20"}}, False),
        ({"editor": {"exists": True}}, True),
        ({"absent": {"exists": True}}, False),
        ({"absent": {"exists": False}}, True),
        ({"author.age": {"exists": True}}, True),
        ({"$labels": {"contains": "a"}}, True),
        ({"$labels": {"contains": "b"}}, False),
        ({"$labels": {"exists": True}}, True),
        ({"$key": "k1"}, True),
        ({"$key": {"in": ["k0", "k1"]}}, True),
        ({"$key": {"contains": "1"}}, True),
        ({"and": []}, True),
        ({"or": []}, False),
        ({"not": {}}, False),
        ({"or": [{"year": 1}, {"name": "Ann"}]}, True),
    ],
)
def test_a_comparison_is_strict_about_types(filter: Any, expected: bool) -> None:
    assert holds(parse_filter(filter), "k1", ("a", "c"), METADATA) is expected


@pytest.mark.parametrize(
    ("stored", "filter", "expected"),
    [
        (2**53 + 1, {"eq": float(2**53)}, False),
        (2**63 - 1, {"eq": 2**63 - 2}, False),
        (10**25, {"eq": 1e25}, True),
        (2**64, {"eq": 2.0**64}, True),
        (2**64 + 1, {"eq": 2**64}, True),
        (10**400, {"gt": 1.7e308}, True),
        (-(2**63), {"eq": -(2.0**63)}, True),
        ("\U0001f600", {"gt": "\uffff"}, True),
        ("é", {"gt": "z"}, True),
    ],
)
def test_order_is_that_of_numbers_and_of_code_points(
    stored: Any, filter: Any, expected: bool
) -> None:
    assert holds(parse_filter({"x": filter}), "k", (), {"x": stored}) is expected


@given(filters, objects)
def test_a_filter_or_its_opposite_holds(filter: Any, metadata: Any) -> None:
    parsed, opposite = parse_filter(filter), parse_filter({"not": filter})
    assert holds(parsed, "a", ("b",), metadata) is not holds(opposite, "a", ("b",), metadata)


@given(filters, objects)
def test_a_filter_means_the_same_as_json(filter: Any, metadata: Any) -> None:
    again = json.loads(json.dumps(filter))
    assert parse_filter(again) == parse_filter(filter)
    kept = json.loads(json.dumps(metadata))
    assert holds(parse_filter(again), "a", (), kept) is holds(
        parse_filter(filter), "a", (), metadata
    )


@given(names, scalars, objects)
def test_ne_and_not_in_are_the_opposites_of_eq_and_in(name: str, value: Any, metadata: Any) -> None:
    def found(condition: Any) -> bool:
        return holds(parse_filter({name: condition}), "a", (), metadata)

    assert found({"eq": value}) is not found({"ne": value})
    assert found({"in": [value]}) is found({"eq": value})
    assert found({"notIn": [value]}) is found({"ne": value})


everything = st.recursive(
    scalars | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["and", "or", "not", "eq", "in", "a", "a..", "$labels"]) | st.text(),
            inner,
            max_size=3,
        )
    ),
)


@given(everything)
def test_whatever_is_given_is_a_filter_or_refused(value: Any) -> None:
    refused: CollectionError | None = None
    parsed: Filter | None = None
    try:
        parsed = parse_filter(value)
    except CollectionError as error:
        refused = error
    if refused is None:
        assert holds(parsed, "k", ("a",), METADATA) in (True, False)
    else:
        assert refused.code == "INVALID_FILTER"
        refused.message.encode()
        (refused.hint or "").encode()
