"""Scalars of Python from what JSON says of them.

Databases and APIs write the same value in different ways; each is read here, if nothing is lost.
``json`` gives numbers with a fraction as ``float``, or as ``Decimal`` where a hint asks for it.
"""

from __future__ import annotations

import binascii
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from atoll.sdk._mismatch import Mismatch, expected
from atoll.sdk.geometry import Location, Point, parse_location, parse_point

T = TypeVar("T")

_TOO_LONG = Decimal("1e400")

_CLOCK = re.compile(r"(?:([-+]?\d+) days?,? *)?(?:([-+]?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?", re.ASCII)
_DURATION = re.compile(
    r"([-+]?)P(?:([-+]?\d+)W)?(?:([-+]?\d+)D)?"
    r"(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def decode_str(value: Any) -> str:
    if type(value) is str:
        return value
    raise expected("str", value)


def decode_bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    if value == 0 or value == 1:  # MySQL has no booleans of its own
        return bool(value)
    raise expected("bool", value)


def decode_int(value: Any) -> int:
    if type(value) is int:
        return value
    number = _number(value)
    if number is None:
        raise expected("int", value)
    whole = None
    try:
        # An exponent can make a few characters into an integer that no memory holds.
        if -_TOO_LONG < number < _TOO_LONG:
            whole = int(number)
    except ArithmeticError:  # it is no number, as floats have it
        pass
    if whole is None or whole != number:
        raise Mismatch("expected int, got a number with a fraction")
    return whole


def decode_float(value: Any) -> float:
    if type(value) is float:
        return value
    number = _number(value)
    if number is None:
        raise expected("float", value)
    try:
        return float(number)
    except OverflowError:
        raise Mismatch("expected float, got a number beyond its range") from None


def decode_decimal(value: Any) -> Decimal:
    number = _number(value)
    if number is None:
        raise expected("Decimal", value)
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def _number(value: Any) -> int | float | Decimal | None:
    """A number; also one in text, which is how some drivers keep its digits."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            return None
    return None


def decode_datetime(value: Any) -> datetime:
    """ISO 8601, of a date too; without a zone if there is none in the text."""
    return _read(datetime.fromisoformat, value, "datetime")


def decode_date(value: Any) -> date:
    """ISO 8601; some drivers give the midnight that the date begins with."""
    if isinstance(value, str) and len(value) > 10:
        moment = decode_datetime(value)
        if moment.time() != time():
            raise Mismatch("expected date, got a date with a time", "Make its type `datetime`.")
        return moment.date()
    return _read(date.fromisoformat, value, "date")


def decode_time(value: Any) -> time:
    if isinstance(value, str) and "T" in value:
        return decode_datetime(value).timetz()
    return _read(time.fromisoformat, value, "time")


def decode_timedelta(value: Any) -> timedelta:
    """``1 day 02:03:04`` (PostgreSQL), ``-838:59:59`` (MySQL), ``P1DT2H`` (ISO 8601).

    Months and years are refused: they have no one length.
    """
    return _read(_duration, value, "timedelta")


def decode_uuid(value: Any) -> uuid.UUID:
    return _read(uuid.UUID, value, "UUID")


def decode_bytes(value: Any) -> bytes:
    """Base64, or PostgreSQL's ``\\x`` and hexadecimal digits."""
    return _read(_bytes, value, "bytes")


def decode_point(value: Any) -> Point:
    return _read(parse_point, value, "Point")


def decode_location(value: Any) -> Location:
    return _read(parse_location, value, "Location")


def _read(read: Callable[[str], T], value: Any, name: str) -> T:
    if not isinstance(value, str):
        raise expected(name, value)
    try:
        return read(value)
    except (ValueError, OverflowError):
        raise Mismatch(f"expected {name}, got the text {value!r:.60}") from None


def _bytes(text: str) -> bytes:
    if text.startswith("\\x"):
        return bytes.fromhex(text[2:])
    return binascii.a2b_base64(text, strict_mode=True)


def _duration(text: str) -> timedelta:
    if found := _CLOCK.fullmatch(text):
        days, sign, hours, minutes, seconds = found.groups()
        clock = _span(hours, minutes, seconds)
        if text:
            return timedelta(int(days or 0)) + (-clock if sign == "-" else clock)
    if (found := _DURATION.fullmatch(text)) and text[-1] not in "PT":
        sign, weeks, days, hours, minutes, seconds = found.groups()
        length = timedelta(int(days or 0), weeks=int(weeks or 0)) + _span(hours, minutes, seconds)
        return -length if sign == "-" else length
    raise ValueError(text)


def _span(hours: str | None, minutes: str | None, seconds: str | None) -> timedelta:
    # Not by float: it would round.
    microseconds = int(Decimal(seconds or 0) * 1_000_000)
    return timedelta(hours=int(hours or 0), minutes=int(minutes or 0), microseconds=microseconds)


DECODERS: dict[Any, Callable[[Any], Any]] = {
    str: decode_str,
    bool: decode_bool,
    int: decode_int,
    float: decode_float,
    Decimal: decode_decimal,
    datetime: decode_datetime,
    date: decode_date,
    time: decode_time,
    timedelta: decode_timedelta,
    uuid.UUID: decode_uuid,
    bytes: decode_bytes,
    Point: decode_point,
    Location: decode_location,
}
