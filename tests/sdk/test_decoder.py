from __future__ import annotations

import contextlib
import enum
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Generic, Literal, NamedTuple, NewType, NotRequired, TypedDict, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import Int64
from atoll.sdk._decoder import decoder, load
from atoll.sdk._encoder import (
    NotJson,
    clock_text,
    duration_text,
    interval_text,
    json_text,
    plain_value,
)
from atoll.sdk._mismatch import Mismatch
from atoll.sdk.geometry import Location, Point, parse_location, parse_point, well_known_text

T = TypeVar("T")


class Mood(enum.Enum):
    HAPPY = 1
    SAD = "sad"


@dataclass
class Address:
    city: str
    zip_code: str | None = None


@dataclass
class Person:
    name: str
    born_on: date | None
    address: Address
    friends: list[Person] = field(default_factory=list)
    secret: int = field(default=0, init=False)


class Pair(NamedTuple):
    left: int
    right: str = "none"


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


@dataclass
class Page(Generic[T]):
    items: list[T]
    total: int


UserId = NewType("UserId", int)


def decode(kind: Any, value: Any) -> Any:
    return load(kind, json.dumps(value))


def refusal(kind: Any, value: Any) -> str:
    with pytest.raises(Mismatch) as failed:
        decode(kind, value)
    return str(failed.value)


VALUES: dict[Any, Any] = {
    str: st.text(st.characters(exclude_categories=["Cs"])),
    bool: st.booleans(),
    int: st.integers(),
    Int64: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-5))])),
    date: st.dates(),
    time: st.times(),
    uuid.UUID: st.uuids(),
    Mood: st.sampled_from(Mood),
    Point: st.builds(Point, st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)),
    Location: st.builds(Location, st.floats(-180, 180), st.floats(-90, 90)),
    Literal["a", 1]: st.sampled_from(["a", 1]),
    UserId: st.integers(),
}
CONTAINERS = {
    **{list[kind]: st.lists(values, max_size=5) for kind, values in VALUES.items()},
    dict[str, Decimal]: st.dictionaries(st.text(), VALUES[Decimal], max_size=5),
    dict[int, str]: st.dictionaries(st.integers(), st.text(), max_size=5),
    set[int]: st.sets(st.integers(), max_size=5),
    tuple[int, str]: st.tuples(st.integers(), st.text()),
    tuple[int, ...]: st.lists(st.integers(), max_size=5).map(tuple),
    int | None: st.none() | st.integers(),
    Address: st.builds(Address),
    Person: st.recursive(
        st.builds(Person, friends=st.just([])),
        lambda inner: st.builds(Person, friends=st.lists(inner, max_size=3)),
        max_leaves=5,
    ),
    Page[Decimal]: st.builds(Page, st.lists(VALUES[Decimal]), st.integers()),
    Movie: st.fixed_dictionaries({"title": st.text()}, optional={"year": st.integers()}),
}
KINDS = {**VALUES, **CONTAINERS}


@given(st.data())
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_sent_comes_back(kind: Any, data: st.DataObject) -> None:
    value = data.draw(KINDS[kind])
    back = load(kind, json_text(value))
    assert back == value
    assert type(back) is type(value)


@given(st.one_of(*KINDS.values()), st.sampled_from(list(KINDS)))
def test_any_value_fits_or_is_a_mismatch(value: Any, kind: Any) -> None:
    with contextlib.suppress(Mismatch):
        load(kind, json_text(value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip


@given(JSON)
def test_any_json_is_any(value: Any) -> None:
    assert load(Any, json_text(value)) == value
    assert load(dict[str, Any], json_text({"x": value})) == {"x": value}


@given(JSON, st.sampled_from(list(KINDS)))
def test_any_json_fits_or_is_a_mismatch(value: Any, kind: Any) -> None:
    with contextlib.suppress(Mismatch):
        decode(kind, value)


@given(st.timedeltas(timedelta(-34), timedelta(34)))
def test_durations_come_back_from_every_database(value: timedelta) -> None:
    assert decode(timedelta, clock_text(value)) == value
    assert decode(timedelta, duration_text(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("02:03:04", timedelta(hours=2, minutes=3, seconds=4)),
        ("1 day 00:00:00.5", timedelta(1, 0.5)),
        ("-1 days +02:00:00", timedelta(-1, hours=2)),
        ("3 days", timedelta(3)),
        ("-838:59:59", -timedelta(hours=838, minutes=59, seconds=59)),
        ("P1W", timedelta(7)),
        ("PT0S", timedelta()),
        ("P1DT-2H", timedelta(1, hours=-2)),
        ("PT1.000001S", timedelta(seconds=1, microseconds=1)),
    ],
)
def test_durations_as_databases_write_them(text: str, value: timedelta) -> None:
    assert decode(timedelta, text) == value


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "1 mon", "1 day 25", "x", "1:2"])
def test_durations_of_no_one_length_are_refused(text: str) -> None:
    assert "expected timedelta" in refusal(timedelta, text)


def test_intervals_as_postgresql_reads_them() -> None:
    assert interval_text(-timedelta(1, 3600, 5)) == "-1 days -3600 seconds -5 microseconds"


def test_decimals_keep_their_digits_beside_floats() -> None:
    @dataclass
    class Sum:
        exact: Decimal
        rough: float
        free: Any

    found = load(Sum, '{"exact":0.10000000000000000000001,"rough":0.1,"free":[0.5]}')
    assert found == Sum(Decimal("0.10000000000000000000001"), 0.1, [0.5])
    assert type(found.rough) is float
    assert type(found.free[0]) is float


@pytest.mark.parametrize(
    ("kind", "json_value", "value"),
    [
        (int, 5.0, 5),
        (int, "12345678901234567890", 12345678901234567890),
        (bool, 1, True),
        (bool, 0, False),
        (float, 3, 3.0),
        (float, "-Infinity", float("-inf")),
        (Decimal, "1.50", Decimal("1.50")),
        (date, "2001-02-03T00:00:00Z", date(2001, 2, 3)),
        (datetime, "2001-02-03", datetime(2001, 2, 3)),
        (datetime, "2001-02-03T04:05:06.123456789Z", datetime(2001, 2, 3, 4, 5, 6, 123456, UTC)),
        (time, "0001-01-01T12:30:00Z", time(12, 30, tzinfo=UTC)),
        (bytes, "aGk=", b"hi"),
        (bytes, "\\x6869", b"hi"),
        (Mood, "HAPPY", Mood.HAPPY),
        (Address, '{"city":"Oslo","zipCode":"1"}', Address("Oslo", "1")),
        (list[int], "[1,2]", [1, 2]),
        (dict[str, int], '{"a":1}', {"a": 1}),
        (Sequence[int], [1], [1]),
        (Mapping[str, int], {"a": 1}, {"a": 1}),
        (int | str, "x", "x"),
        (Point, "POINT (1 2.5)", Point(1, 2.5)),
        (Pair, {"left": 1}, Pair(1)),
        (Address, {"ElementId": "1", "Labels": [], "Props": {"city": "Oslo"}}, Address("Oslo")),
    ],
)
def test_other_forms_of_the_same_value(kind: Any, json_value: Any, value: Any) -> None:
    found = decode(kind, json_value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (int, "x", "expected int, got text"),
        (int, 1.5, "expected int, got a number with a fraction"),
        (int, True, "expected int, got a boolean"),
        (int, "1e999999999", "expected int, got a number with a fraction"),
        (int, "NaN", "expected int"),
        (str, 1, "expected str, got a number"),
        (bool, 2, "expected bool, got a number"),
        (date, "2001-02-03T04:00:00Z", "a date with a time"),
        (date, "yesterday", "expected date, got the text 'yesterday'"),
        (bytes, "not base64!", "expected bytes"),
        (Mood, "angry", "'angry' is no value of Mood"),
        (Address, {"town": "x"}, "there is no field for Address.city; there are town"),
        (list[Address], [{"city": "x"}, {"city": None}], "1.city: expected str, got NULL"),
        (dict[str, int], {"a": "b"}, "a: expected int, got text"),
        (tuple[int, str], [1], "expected a list of 2"),
        (None, 1, "expected NULL"),
        (Literal["a"], "b", "expected one of 'a', got text"),
    ],
)
def test_mismatches_say_where_and_what(kind: Any, value: Any, message: str) -> None:
    assert message in refusal(kind, value)


def test_null_says_how_to_allow_it() -> None:
    with pytest.raises(Mismatch) as failed:
        decode(int, None)
    assert failed.value.hint == "If it may be NULL, make its type `int | None`."


def test_keys_find_fields_in_any_style() -> None:
    for key in ("zip_code", "zipCode", "ZIP_CODE", "zipcode"):
        assert decode(Address, {"city": "x", key: "1"}).zip_code == "1"
    # The very name wins.
    assert decode(Address, {"city": "x", "zipCode": "1", "zip_code": "2"}).zip_code == "2"
    assert "could both be meant for zip_code" in refusal(
        Address, {"city": "x", "zipCode": "1", "ZipCode": "2"}
    )


def test_optional_fields_may_be_left_out_of_documents() -> None:
    assert decode(Person, {"name": "x", "address": {"city": "y"}}).born_on is None


def test_a_class_may_refuse_a_value() -> None:
    @dataclass
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError("it is odd")

    assert refusal(Even, {"number": 1}) == "Even: it is odd"


@pytest.mark.parametrize("kind", [object(), complex, type("Plain", (), {}), list[complex]])
def test_other_types_are_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="cannot be made of a row"):
        decoder(kind)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E+5"), "1E+5"),
        ({"a": Decimal("0.10"), 1: [Decimal(2), "x\u2028"]}, '{"a":0.10,"1":[2,"x\u2028"]}'),
        ((1, 2), "[1,2]"),
        ({date(2020, 1, 2)}, '["2020-01-02"]'),
        (Address("Oslo"), '{"city":"Oslo","zip_code":null}'),
        (Mood.SAD, '"sad"'),
        (Point(1, 2.5), '"(1,2.5)"'),
        ("\ud800", '"\\ud800"'),
        (2**70, "1180591620717411303424"),
    ],
)
def test_json_text(value: Any, text: str) -> None:
    assert json_text(value) == text


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), [Decimal(1), float("inf")]])
def test_numbers_that_json_does_not_have_are_refused(value: Any) -> None:
    with pytest.raises(NotJson, match="JSON has no"):
        json_text(value)


@pytest.mark.parametrize(
    "value", [object(), {1: object()}, {(1,): 2}, b"x", [Decimal(1), object()]]
)
def test_values_that_json_does_not_have_are_refused(value: Any) -> None:
    with pytest.raises(NotJson):
        json_text(value)


def test_a_list_in_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotJson, match="contains itself"):
        json_text(loop)
    loop.append(Decimal(1))
    with pytest.raises(NotJson, match="contains itself"):
        json_text(loop, plain_value)


@given(VALUES[Point])
def test_points_come_back(point: Point) -> None:
    assert parse_point(str(point)) == parse_point(well_known_text(point)) == point


@pytest.mark.parametrize("text", ["", "(1)", "(1,2,3)", "POINT (1)", "1,2", "(a,b)", "(1,2"])
def test_other_text_is_no_point(text: str) -> None:
    with pytest.raises(ValueError, match="is no point"):
        parse_point(text)


def test_locations() -> None:
    assert parse_location(" (10.5, 60) ") == Location(10.5, 60)
    assert str(Location(10.5, 60)) == "(10.5,60)"
