"""Values across the border and back, for types and values that hypothesis makes up."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.sdk import Int64, UInt, UInt64


class Mood(Enum):
    HAPPY = "happy"
    SAD = 2


@dataclass(frozen=True)
class Person:
    full_name: str
    mood: Mood = Mood.HAPPY
    friends: tuple[Person, ...] = ()


class Point(NamedTuple):
    x: float
    y: int = 0


class Number(float):
    pass


class Numbers(list[int]):
    pass


class Movie(TypedDict):
    title: str
    year_made: NotRequired[int]


int32 = st.integers(-(2**31), 2**31 - 1)
moods = st.sampled_from(Mood)
people = st.deferred(
    lambda: st.builds(Person, st.text(max_size=5), moods, st.lists(people, max_size=2).map(tuple))
)
aware = st.datetimes(
    min_value=datetime.datetime(2, 1, 1),
    max_value=datetime.datetime(9998, 1, 1),
    timezones=st.just(datetime.UTC),
)
moments = st.timedeltas(datetime.timedelta(days=-100_000), datetime.timedelta(days=100_000))

LEAVES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, st.text()),
    (int, int32),
    (Int64, st.integers(-(2**63), 2**63 - 1)),
    (UInt, st.integers(0, 2**32 - 1)),
    (UInt64, st.integers(0, 2**64 - 1)),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (bool, st.booleans()),
    (bytes, st.binary()),
    (datetime.datetime, aware),
    (datetime.date, st.dates()),
    (datetime.time, st.times()),
    (datetime.timedelta, moments),
    (UUID, st.uuids()),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (Mood, moods),
    (Literal["a", "b"], st.sampled_from(["a", "b"])),
    (Person, people),
    (Point, st.builds(Point, st.floats(allow_nan=False, allow_infinity=False), int32)),
    (
        Movie,
        st.fixed_dictionaries({"title": st.text()}, optional={"year_made": int32}),
    ),
]

Typed = tuple[Any, st.SearchStrategy[Any]]


def grow(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    def collections(typed: Typed) -> st.SearchStrategy[Typed]:
        hint, values = typed
        return st.sampled_from(
            [
                (list[hint], st.lists(values, max_size=3)),
                (tuple[hint, ...], st.lists(values, max_size=3).map(tuple)),
                (hint | None, st.none() | values),
                (dict[str, hint], st.dictionaries(st.text(max_size=3), values, max_size=3)),
                (dict[int, hint], st.dictionaries(int32, values, max_size=3)),
            ]
        )

    def pair(both: tuple[Typed, Typed]) -> Typed:
        (one, ones), (two, twos) = both
        return tuple[one, two], st.tuples(ones, twos)

    return inner.flatmap(collections) | st.tuples(inner, inner).map(pair)


typed_values = st.recursive(st.sampled_from(LEAVES), grow, max_leaves=4)


MISMATCH = object()


@dataclass
class Coders:
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    shape: Any = field(repr=False)


def coders(hint: Any) -> Coders:
    import atoll_codec
    import atoll_hints
    from atoll_problem import Place

    shape = atoll_hints.Types().shape(hint, Place(__name__, "probe", "value"), "Probe")
    codec = atoll_codec.Codec()
    return Coders(codec.encoder(shape), codec.decoder(shape), shape)


def is_described_by(value: Any, shape: Any) -> bool:
    """Whether border JSON has the form that the description promises to the host."""
    match shape:
        case {"nullable": inner}:
            return value is None or is_described_by(value, inner)
        case {"list": inner}:
            return isinstance(value, list) and all(is_described_by(each, inner) for each in value)
        case {"map": [key, item]}:
            return isinstance(value, list) and all(
                pair.keys() == {"key", "value"}
                and is_described_by(pair["key"], key)
                and is_described_by(pair["value"], item)
                for pair in value
            )
        case {"scalar": "Int" | "Int64" | "UInt" | "UInt64"}:
            return type(value) is int
        case {"scalar": "Float"}:
            return type(value) is float
        case {"scalar": "Boolean"}:
            return type(value) is bool
        case {"scalar": _}:
            return type(value) is str
        case _:
            return isinstance(value, (dict, str))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(typed_values, st.data())
def test_round_trip(typed: Typed, data: st.DataObject) -> None:
    import atoll_json

    hint, values = typed
    value = data.draw(values)
    both = coders(hint)
    text = atoll_json.dumps(both.encode(value))
    text.encode("utf-8")
    border = json.loads(text)
    assert is_described_by(border, both.shape.as_json())
    assert both.decode(border) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "value", "fullName", "mood", "x", "item1", "item2"]), inner
        )
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(typed_values, json_values)
def test_any_json_is_a_value_or_a_mismatch(typed: Typed, value: Any) -> None:
    from atoll_mismatch import Mismatch

    both = coders(typed[0])
    decoded: Any = MISMATCH
    with contextlib.suppress(Mismatch):
        decoded = both.decode(value)
    if decoded is not MISMATCH:
        both.encode(decoded)  # what was let in is of the type


@settings(deadline=None)
@given(typed_values, st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers())))
def test_any_result_is_json_or_a_mismatch(typed: Typed, value: Any) -> None:
    from atoll_mismatch import Mismatch

    both = coders(typed[0])
    with contextlib.suppress(Mismatch):
        encoded = both.encode(value)
        assert is_described_by(json.loads(json.dumps(encoded)), both.shape.as_json())


@pytest.mark.parametrize(
    "value",
    [
        [0.5, -1.0], [], [1, 0.5], [1e308, 1e308], (0.5, 1), array("d", [0.5]), {0.5}, Numbers([1]),
        [Number(0.5)],
    ],
)  # fmt: skip
def test_numbers_of_all_kinds_are_floats_in_lists(value: Any) -> None:
    encoded = coders(list[float]).encode(value)
    assert encoded == list(value)
    assert {type(each) for each in encoded} <= {float}
    assert type(encoded) is list


def test_sets() -> None:
    both = coders(set[str])
    assert both.encode({"b", "c", "a"}) == ["a", "b", "c"]
    assert both.decode(["a", "a"]) == {"a"}
    assert coders(frozenset[int]).decode([1]) == frozenset({1})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-31", "2025-01-31T00:00:00Z"),
        ("2025-01-31T12:30", "2025-01-31T12:30:00Z"),
        ("2025-01-31 12:30:05", "2025-01-31T12:30:05Z"),
        ("2025-01-31T12:30:05.120", "2025-01-31T12:30:05.12Z"),
        ("2025-01-31T12:30:05.123456789Z", "2025-01-31T12:30:05.123456Z"),
        ("2025-01-31T12:30:05+02:00", "2025-01-31T10:30:05Z"),
        ("2025-01-31T12:30:05-0730", "2025-01-31T20:00:05Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_timestamps(text: str, expected: str) -> None:
    both = coders(datetime.datetime)
    value = both.decode(text)
    assert value.tzinfo is not None
    assert both.encode(value) == expected


def test_naive_datetime_is_utc() -> None:
    assert coders(datetime.datetime).encode(datetime.datetime(2025, 1, 2)) == "2025-01-02T00:00:00Z"


def test_timedelta_is_nanoseconds() -> None:
    both = coders(datetime.timedelta)
    assert both.encode(datetime.timedelta(seconds=1.5)) == 1_500_000_000
    assert both.decode(-1_999) == datetime.timedelta(microseconds=-1)


@pytest.mark.parametrize("hint", [Int64, UInt64])
def test_wide_integers_may_come_as_text(hint: Any) -> None:
    assert coders(hint).decode("9007199254740993") == 9007199254740993


REFUSED_ARGUMENTS: list[tuple[Any, Any, str]] = [
    (str, 5, "expected a string, got int"),
    (str, None, "expected a string, got nothing"),
    (int, True, "expected an integer, got bool"),
    (int, 2**31, "does not fit Int"),
    (int, "5", "expected an integer, got str"),
    (int, 1.5, "expected an integer"),
    (UInt, -1, "does not fit UInt"),
    (float, math.nan, "does not fit Float"),
    (bool, 1, "expected true or false"),
    (bytes, "a b!", "not base64"),
    (datetime.datetime, "yesterday", "is not a timestamp"),
    (datetime.datetime, "2025-02-30", "day"),
    (datetime.date, "2025-1-1", "expected a date"),
    (datetime.time, "25:00", "is not a time"),
    (UUID, "abc", "is not a UUID"),
    (Decimal, "NaN", "is not a decimal number"),
    (Mood, "ANGRY", "expected one of HAPPY, SAD, got 'ANGRY'"),
    (list[int], [1, "a"], r"\[1\]: expected an integer"),
    (dict[str, int], {"a": 1}, "expected a list of key and value pairs"),
    (dict[str, int], [{"key": "a"}], r"\[0\]: expected an object with key and value"),
    (Person, {"fullName": "a", "age": 1}, "Person has no field age"),
    (Person, {}, "fullName: a value is required"),
    (Person, {"fullName": "a", "friends": [{"fullName": 5}]}, r"^friends\[0\]\.fullName: expected"),
    (list[list[int]], [[1], [2, None]], r"^\[1\]\[1\]: expected"),
]


@pytest.mark.parametrize(("hint", "value", "message"), REFUSED_ARGUMENTS)
def test_arguments_that_do_not_fit(hint: Any, value: Any, message: str) -> None:
    from atoll_mismatch import Mismatch

    with pytest.raises(Mismatch, match=message):
        coders(hint).decode(value)


REFUSED_RESULTS: list[tuple[Any, Any, str]] = [
    (int, 2**31, "use Int64 from atoll.sdk in place of int"),
    (list[int], [2**40], r"^\[0\]: .* use Int64"),
    (Int64, 2**63, "does not fit Int64"),
    (int, None, r"expected int, got nothing \(None\)"),
    (str, 5, "expected str, got int"),
    (list[str], "abc", "expected a list, got str"),
    (dict[str, int], [], "expected a dict"),
    (Person, {"full_name": "a"}, "expected Person, got dict"),
    (Movie, {"year_made": 1}, "title: the key 'title' is missing"),
    (tuple[str, int], ("a",), "expected a tuple of 2"),
    (Mood, "happy", "expected one of HAPPY, SAD"),
    (float, math.inf, r"contains a \+Inf value that cannot be serialized to JSON\.$"),
    (float, -math.inf, r"contains a -Inf value"),
    (list[float], [math.nan], "^Function completed successfully, but the result contains a NaN"),
    (list[list[float]], [[1.0], [1.0, math.inf]], r"contains a \+Inf value"),
    (list[float], [math.inf, -math.inf], r"contains a \+Inf value"),
    (list[list[float]], [[1.0], [1.0, True]], r"^\[1\]\[1\]: expected float, got"),
    (list[float], [1.0, "1"], r"^\[1\]: expected float, got str"),
    (datetime.timedelta, datetime.timedelta(days=200_000), "292 years"),
    (Decimal, Decimal("NaN"), "cannot be serialized"),
]


@pytest.mark.parametrize(("hint", "value", "message"), REFUSED_RESULTS)
def test_results_that_do_not_fit(hint: Any, value: Any, message: str) -> None:
    from atoll_mismatch import Mismatch

    with pytest.raises(Mismatch, match=message):
        coders(hint).encode(value)
