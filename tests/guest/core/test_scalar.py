from __future__ import annotations

import math
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.core.scalar import (
    Misfit,
    civil,
    float_reader,
    integer_reader,
    primitive_reader,
    read_bool,
    read_bytes,
    read_moment,
    read_text,
    read_timestamp,
    shortest_float32,
    shown,
    write_base64,
    write_moment,
    write_timestamp,
)

integer = integer_reader("int8", -128, 127)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, 5), (-128, -128), (127.0, 127), ("12", 12), ("-12", -12), ("+1", 1), (True, 1)],
)
def test_integers(value, expected):
    found = integer(value)
    assert (found, type(found)) == (expected, int)


@pytest.mark.parametrize(
    ("value", "message"),
    [(128, "128 is out of range for int8: -128 to 127"), ("128", "out of range"), (-129, "out of"),
     (1e300, "out of range"), (1.5, "expected an integer"), ("1.0", "expected an integer"),
     ("", "expected an integer"), ("1" * 26, "expected an integer"), ("٣", "expected an integer"),
     (math.nan, "expected an integer"), (math.inf, "expected an integer"), (None, "null"),
     ([], "expected an integer"), ({}, "expected an integer")],
)  # fmt: skip
def test_what_is_no_integer(value, message):
    with pytest.raises(Misfit, match=message):
        integer(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, 1), (False, 0), (0, 0), (7, 1), (0.0, 0), ("true", 1), ("T", 1), ("1", 1),
     ("false", 0), ("F", 0), ("0", 0)],
)  # fmt: skip
def test_booleans(value, expected):
    assert read_bool(value) == expected
    assert primitive_reader("bool")(value) == expected


@pytest.mark.parametrize("value", ["yes", "", "tRUE", None, [], {}])
def test_what_is_no_boolean(value):
    with pytest.raises(Misfit, match="expected true or false"):
        read_bool(value)


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (1.5, 1.5), ("1.5", 1.5), ("-.5e1", -5.0), ("7.", 7.0), ("Inf", math.inf),
     ("+Inf", math.inf), ("-Inf", -math.inf), (math.inf, math.inf), (3e38, 3e38)],
)  # fmt: skip
def test_floats(single, value, expected):
    assert float_reader("float", single=single)(value) == expected


@pytest.mark.parametrize(
    ("value", "single", "message"),
    [(3.5e38, True, "out of range"), ("1e39", True, "out of range"), ("1e999", False, "range"),
     (10**400, False, "out of range"), ("x", False, "expected a number"), ("", False, "number"),
     ("1_0", False, "expected a number"), ("inf", False, "expected a number"),
     ("0x1", False, "expected a number"), (None, False, "null"), ([], False, "expected a number")],
)  # fmt: skip
def test_what_is_no_float(value, single, message):
    with pytest.raises(Misfit, match=message):
        float_reader("float", single=single)(value)


def test_the_largest_32_bit_float_is_in_range():
    read = float_reader("float32", single=True)
    assert struct.pack("<f", read(3.4028235677973362e38)) == b"\xff\xff\x7f\x7f"
    with pytest.raises(Misfit):
        read(3.4028235677973366e38)
    assert math.isnan(read("NaN"))


@given(st.floats(width=32, allow_nan=False))
def test_short_forms_of_32_bit_floats_are_the_same_float(value):
    short = shortest_float32(value)
    assert struct.pack("<f", short) == struct.pack("<f", value)
    assert len(repr(short)) <= len(repr(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", "x"), (5, "5"), (1.5, "1.5"), (True, "true"), (False, "false"), ("", "")],
)
def test_texts(value, expected):
    assert read_text(value) == expected


@pytest.mark.parametrize("value", [None, [], {}, b"x"])
def test_what_is_no_text(value):
    with pytest.raises(Misfit, match="expected a text"):
        read_text(value)


@given(st.binary(max_size=50))
def test_bytes_in_all_forms(data):
    for form in (data, bytearray(data), memoryview(data), write_base64(data), list(data)):
        assert read_bytes(form) == data


@pytest.mark.parametrize(
    ("value", "message"),
    [("AQ", "failed to decode base64 string"), ("%", "base64"), ("AQI=\n", "base64"),
     ("é", "base64"), ([256], "0 to 255"), ([-1], "0 to 255"), (["a"], "0 to 255"),
     (5, "expected base64"), (None, "expected base64 text or a list of bytes, not null")],
)  # fmt: skip
def test_what_is_no_bytes(value, message):
    with pytest.raises(Misfit, match=message):
        read_bytes(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", (0, 0)), ("1970-01-02T00:00", (86_400, 0)), ("1970-01-01 00:00:01", (1, 0)),
        ("1970-01-01T00:00:00.000000001Z", (0, 1)), ("1970-01-01T00:00:00.5z", (0, 500_000_000)),
        ("1970-01-01T01:00:00+01:00", (0, 0)), ("1970-01-01T00:00:00-0030", (1800, 0)),
        ("1969-12-31T23:59:59.25Z", (-1, 250_000_000)), (" 1970-01-01 ", (0, 0)),
        ("0001-01-01T00:00:00Z", (-62_135_596_800, 0)),
        ("0001-01-01T00:00:00+14:00", (-62_135_647_200, 0)),
        ("9999-12-31T23:59:59-14:00", (253_402_351_199, 0)),
    ],
)  # fmt: skip
def test_moments(text, expected):
    assert read_moment(text) == expected


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "2024-13-01", "2024-02-30", "2024-01-01T24:00", "2024-01-01T00:60",
     "2024-01-01T00:00:00.0000000001Z", "2024-01-01T00:00:00+25:00", "24-1-1", "2024-01-01Z", None,
     5, [], "٢٠٢٤-01-01", "0000-01-01"],
)  # fmt: skip
def test_what_is_no_moment(value):
    with pytest.raises(Misfit, match="timestamp"):
        read_moment(value)


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(0, 999_999_999))
def test_moments_are_written_as_they_are_read(seconds, nanoseconds):
    text = write_moment(seconds, nanoseconds)
    assert read_moment(text) == (seconds, nanoseconds)
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert civil(seconds) == (day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1970-01-01T00:00:00Z"), (253_402_300_800, "+010000-01-01T00:00:00Z"),
     (-62_167_219_201, "-000001-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z")],
)  # fmt: skip
def test_years_of_other_lengths(seconds, text):
    assert write_moment(seconds, 0) == text


def test_timestamps_are_milliseconds():
    assert read_timestamp(-5) == -5
    assert read_timestamp("1970-01-01T00:00:01.2345Z") == 1234
    assert write_timestamp(-1) == "1969-12-31T23:59:59.999Z"


def test_misfits_say_where():
    misfit = Misfit("no").below("[3]").below(".a")
    assert str(misfit) == "a[3]: no"
    assert str(Misfit("no")) == "no"
    assert shown(None) == "null"
    assert len(shown("x" * 1000)) == 60
