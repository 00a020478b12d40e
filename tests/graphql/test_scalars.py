from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, parse_const_value
from hypothesis import given
from hypothesis import strategies as st

from atoll.graphql.scalars import SCALARS, empty_object_scalar


def read(scalar: str, value: Any) -> Any:
    return SCALARS[scalar].coerce_input_value(value)


def literal(scalar: str, text: str) -> Any:
    coerce = SCALARS[scalar].coerce_input_literal
    assert coerce is not None
    return coerce(parse_const_value(text))


def write(scalar: str, value: Any) -> Any:
    return SCALARS[scalar].coerce_output_value(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-31", "2025-01-31T00:00:00Z"),
        ("2025-01-31T12:30", "2025-01-31T12:30:00Z"),
        ("2025-01-31 12:30", "2025-01-31T12:30:00Z"),
        ("2025-01-31T12:30:15", "2025-01-31T12:30:15Z"),
        ("2025-01-31t12:30:15z", "2025-01-31T12:30:15Z"),
        ("2025-01-31T12:30:15.120Z", "2025-01-31T12:30:15.12Z"),
        ("2025-01-31T12:30:15.000Z", "2025-01-31T12:30:15Z"),
        ("2025-01-31T12:30:15.123456789Z", "2025-01-31T12:30:15.123456789Z"),
        ("2025-01-31T12:30:15+02:00", "2025-01-31T10:30:15Z"),
        ("2025-01-31T23:30:15-0130", "2025-02-01T01:00:15Z"),
        ("2025-01-31 12:30 +02", "2025-01-31T10:30:00Z"),
        (" 2025-01-31 ", "2025-01-31T00:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
    ],
)
def test_timestamps(text: str, expected: str) -> None:
    assert read("Timestamp", text) == expected
    assert literal("Timestamp", f'"{text}"') == expected
    assert write("Timestamp", text) == expected


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 1, 1),
        timezones=st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_timestamps_keep_their_moment(moment: datetime) -> None:
    normal = read("Timestamp", moment.isoformat())
    assert datetime.fromisoformat(normal) == moment
    assert datetime.fromisoformat(normal).tzinfo == UTC
    assert normal.endswith("Z")
    assert read("Timestamp", normal) == normal


GOOD = [
    ("Int", 5, 5),
    ("Int", 5.0, 5),
    ("Int", -(2**31), -(2**31)),
    ("Float", 5, 5.0),
    ("Float", 1.5, 1.5),
    ("Int64", 2**63 - 1, 2**63 - 1),
    ("Int64", "9223372036854775807", 2**63 - 1),
    ("Int64", "-12", -12),
    ("Int64", 1e3, 1000),
    ("UInt", 2**32 - 1, 2**32 - 1),
    ("UInt64", "18446744073709551615", 2**64 - 1),
    ("Date", "2024-02-29", "2024-02-29"),
    ("Time", "12:30", "12:30:00"),
    ("Time", "12:30:00.25", "12:30:00.25"),
    ("Time", "12:30:00+0200", "12:30:00+02:00"),
    ("Time", "12:30:00z", "12:30:00Z"),
    ("UUID", "6FA459EA-EE8A-3CA4-894E-DB77E160355E", "6fa459ea-ee8a-3ca4-894e-db77e160355e"),
    ("UUID", "6fa459eaee8a3ca4894edb77e160355e", "6fa459ea-ee8a-3ca4-894e-db77e160355e"),
    ("Decimal", "12.50", "12.50"),
    ("Decimal", 12, "12"),
    ("Decimal", 1.1, "1.1"),
    ("Decimal", "-1E+2", "-1E+2"),
    ("JSON", {"a": [1, None, {"b": "c"}]}, {"a": [1, None, {"b": "c"}]}),
]


@pytest.mark.parametrize(("scalar", "given_", "expected"), GOOD)
def test_good_input(scalar: str, given_: Any, expected: Any) -> None:
    value = read(scalar, given_)
    assert value == expected
    assert type(value) is type(expected)


BAD = [
    ("Int", 2**31, "Int: 2147483648 does not fit in 32 bits."),
    ("Int", "5", 'Int: expected an integer, not "5".'),
    ("Int", True, "Int: expected an integer, not true."),
    ("Int", 1.5, "Int: expected an integer, not 1.5."),
    ("Float", "1", 'Float: expected a number, not "1".'),
    ("Float", float("nan"), "Float: the value is NaN, which JSON cannot carry."),
    ("Float", 10**400, "Float: a number of more than 40 digits is too large for a Float."),
    (
        "Int64",
        2**63,
        "Int64: 9223372036854775808 is out of range (-9223372036854775808 to 9223372036854775807).",
    ),
    ("Int64", "1.5", 'Int64: expected an integer, not "1.5".'),
    ("Int64", True, "Int64: expected an integer, not true."),
    ("Int64", "9" * 50, f'Int64: expected an integer, not "{"9" * 50}".'),
    ("UInt", -1, "UInt: -1 is out of range (0 to 4294967295)."),
    ("UInt64", [1], "UInt64: expected an integer, not a list."),
    (
        "Timestamp",
        "yesterday",
        'Timestamp: expected a date and time such as 2025-01-31T12:30:00Z, not "yesterday".',
    ),
    ("Timestamp", 5, "Timestamp: expected a date and time as a string, not 5."),
    (
        "Timestamp",
        "2025-02-30",
        'Timestamp: "2025-02-30" is not a date and time that exists.',
    ),
    (
        "Timestamp",
        "0001-01-01T00:00:00+05:00",
        'Timestamp: "0001-01-01T00:00:00+05:00" is not a date and time that exists.',
    ),
    (
        "Timestamp",
        "2025-01-01T10:00+99:00",
        'Timestamp: "2025-01-01T10:00+99:00" is not a date and time that exists.',
    ),
    ("Date", "2025-2-3", 'Date: expected a date such as 2025-01-31, not "2025-2-3".'),
    ("Date", "2025-02-30", 'Date: "2025-02-30" is not a date that exists.'),
    ("Time", "25:00", 'Time: "25:00" is not a time that exists.'),
    ("Time", "noon", 'Time: expected a time such as 12:30:00, not "noon".'),
    ("Time", "12:30.5", 'Time: expected a time such as 12:30:00, not "12:30.5".'),
    (
        "UUID",
        "x",
        'UUID: expected a UUID such as 6fa459ea-ee8a-3ca4-894e-db77e160355e, not "x".',
    ),
    ("Decimal", "twelve", 'Decimal: expected a decimal number such as "12.50", not "twelve".'),
    ("Decimal", "NaN", 'Decimal: expected a decimal number such as "12.50", not "NaN".'),
    ("JSON", [float("inf")], "JSON: the value contains Infinity, which JSON cannot carry."),
    ("Void", 1, "Void: Void has no values but null."),
]


@pytest.mark.parametrize(("scalar", "given_", "message"), BAD)
def test_bad_input(scalar: str, given_: Any, message: str) -> None:
    with pytest.raises(GraphQLError) as caught:
        read(scalar, given_)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("scalar", "text", "expected"),
    [
        ("Int", "5", 5),
        ("Float", "5", 5.0),
        ("Int64", "9223372036854775807", 2**63 - 1),
        ("Int64", '"7"', 7),
        ("Decimal", "12.500", "12.500"),
        ("Decimal", "0.1000000000000000000000001", "0.1000000000000000000000001"),
        ("Decimal", '"1.0"', "1.0"),
        ("JSON", '{a: [1, 2.5, null, true, "x"]}', {"a": [1, 2.5, None, True, "x"]}),
    ],
)
def test_good_literals(scalar: str, text: str, expected: Any) -> None:
    value = literal(scalar, text)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        ("Int", '"5"'),
        ("Int", "9" * 5000),
        ("Int64", "9" * 5000),
        ("JSON", "9" * 5000),
        ("Float", "1e999"),
        ("Float", "9" * 400),
        ("JSON", "[1e999]"),
        ("JSON", "{a: NAME}"),
        ("Timestamp", "2025"),
        ("UUID", "true"),
        ("Decimal", "true"),
        ("Date", '["2025-01-01"]'),
    ],
)
def test_bad_literals(scalar: str, text: str) -> None:
    with pytest.raises(GraphQLError) as caught:
        literal(scalar, text)
    assert caught.value.message.startswith(f"{scalar}: ")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("Int", "5"),
        ("Int", 1.0),
        ("Int", True),
        ("Int64", "5"),
        ("Int64", 2**63),
        ("Float", "1"),
        ("Float", float("-inf")),
        ("Timestamp", 12),
        ("Decimal", 1.5),
        ("Void", 1),
        ("JSON", float("nan")),
    ],
)
def test_bad_results(scalar: str, value: Any) -> None:
    with pytest.raises(GraphQLError, match=f"^{scalar}: "):
        write(scalar, value)


def test_a_wide_int_result_names_the_type_to_use() -> None:
    with pytest.raises(GraphQLError, match=r"3000000000 does not fit in 32 bits; .*Int64"):
        write("Int", 3_000_000_000)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_round_trip(value: int) -> None:
    assert write("Int64", read("Int64", value)) == value
    assert read("Int64", str(value)) == value
    assert literal("Int64", str(value)) == value


@given(st.dates())
def test_dates_round_trip(value: date) -> None:
    assert write("Date", read("Date", value.isoformat())) == value.isoformat()


@given(st.times())
def test_times_round_trip(value: time) -> None:
    assert write("Time", read("Time", value.isoformat())) == value.isoformat()


@given(st.uuids())
def test_uuids_round_trip(value: uuid.UUID) -> None:
    assert write("UUID", read("UUID", str(value))) == str(value)
    assert read("UUID", value.hex) == str(value)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimals_round_trip(value: Decimal) -> None:
    assert write("Decimal", read("Decimal", str(value))) == str(value)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.sampled_from(sorted(SCALARS)), JSON_VALUES)
def test_any_value_is_taken_or_refused(scalar: str, value: Any) -> None:
    for coerce in (read, write):
        try:
            taken = coerce(scalar, value)
        except GraphQLError as error:
            refusal = error.message
            assert len(refusal) < 200 or scalar in ("String", "Boolean")  # GraphQL's own texts
        else:
            assert write(scalar, taken) == taken


def test_empty_objects() -> None:
    scalar = empty_object_scalar("Nothing", None)
    assert scalar.coerce_input_value({}) == {}
    assert scalar.coerce_output_value({}) == {}
    with pytest.raises(GraphQLError, match="Nothing has no fields"):
        scalar.coerce_input_value({"a": 1})


def test_only_integers_are_integers_in_a_query() -> None:
    for text in ("1.0", "1e0", "-2.0"):
        with pytest.raises(GraphQLError, match=f"Int: expected an integer, not {text}"):
            literal("Int", text)
    assert read("Int", 1.0) == 1
