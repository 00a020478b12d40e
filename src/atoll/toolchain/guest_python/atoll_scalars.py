"""Scalars ↔ the JSON of the border."""

from __future__ import annotations

import base64
import binascii
import datetime
import decimal
import math
import re
import uuid
from collections.abc import Callable
from typing import Any

from atoll_mismatch import Mismatch, kind_of

RANGES = {
    "int": ("Int", -(2**31), 2**31 - 1),
    "Int64": ("Int64", -(2**63), 2**63 - 1),
    "UInt": ("UInt", 0, 2**32 - 1),
    "UInt64": ("UInt64", 0, 2**64 - 1),
}

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,20}", re.ASCII)

MICROSECOND = datetime.timedelta(microseconds=1)


def unserializable(value: object) -> Mismatch:
    """The error for a number that JSON does not have."""
    return Mismatch(
        f"Function completed successfully, but the result contains a {value} value "
        "that cannot be serialized to JSON.",
        whole=True,
    )


def _expected(what: str, value: Any) -> Mismatch:
    return Mismatch(f"expected {what}, got {kind_of(value)}")


def _encode_str(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _expected("str", value)


def _decode_str(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _expected("a string", value)


def _encode_bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise _expected("bool", value)


def _decode_bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise _expected("true or false", value)


def _encode_integer(kind: str) -> Callable[[Any], int]:
    name, minimum, maximum = RANGES[kind]

    def encode(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _expected("int", value)
        if minimum <= value <= maximum:
            return int(value)
        if name == "Int" and RANGES["Int64"][1] <= value <= RANGES["Int64"][2]:
            raise Mismatch(
                f"{value} does not fit Int, which has 32 bits; "
                "use Int64 from atoll.sdk in place of int"
            )
        raise Mismatch(f"{_short(value)} does not fit {name} ({minimum} to {maximum})")

    return encode


def _decode_integer(kind: str) -> Callable[[Any], int]:
    name, minimum, maximum = RANGES[kind]

    def decode(value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        elif name != "Int" and isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)  # what a JavaScript client sends, whose numbers have 53 bits
        if not isinstance(value, int) or isinstance(value, bool):
            raise _expected("an integer", value)
        if not minimum <= value <= maximum:
            raise Mismatch(f"{_short(value)} does not fit {name} ({minimum} to {maximum})")
        return value

    return decode


def _short(value: int) -> str:
    return str(value) if value.bit_length() < 200 else "the integer"


def _encode_float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (float, int)):
        raise _expected("float", value)
    try:
        number = float(value)
    except OverflowError:
        raise Mismatch("the integer does not fit Float") from None
    if math.isfinite(number):
        return number
    raise unserializable("NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf")


def _decode_float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (float, int)):
        raise _expected("a number", value)
    try:
        number = float(value)
    except OverflowError:
        raise Mismatch("the number does not fit Float") from None
    if not math.isfinite(number):
        raise Mismatch("the number does not fit Float")
    return number


def _encode_bytes(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    raise _expected("bytes", value)


def _decode_bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _expected("a base64 string", value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Mismatch(f"not base64: {error}") from None


def encode_timestamp(value: datetime.datetime) -> str:
    """RFC 3339 in UTC, the fraction without trailing zeros. A naive value is taken as UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    text = value.isoformat()
    return (text.rstrip("0") if value.microsecond else text) + "Z"


def _encode_datetime(value: Any) -> str:
    if not isinstance(value, datetime.datetime):
        raise _expected("datetime", value)
    try:
        return encode_timestamp(value)
    except OverflowError:
        raise Mismatch(f"{value} is outside of the years 1 to 9999 in UTC") from None


def _decode_datetime(value: Any) -> datetime.datetime:
    if not isinstance(value, str):
        raise _expected("a timestamp string (RFC 3339)", value)
    found = _TIMESTAMP.fullmatch(value)
    if found is None:
        raise Mismatch(f"{value!r:.100} is not a timestamp (2025-01-31T12:00:00Z)")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        return datetime.datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            _zone(zone),
        )
    except ValueError as error:
        raise Mismatch(f"{value!r:.100} is not a timestamp: {error}") from None


def _zone(text: str | None) -> datetime.timezone:
    if text is None or text in "Zz":
        return datetime.UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(sign * offset)


def _encode_date(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise _expected("date", value)


def _decode_date(value: Any) -> datetime.date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Mismatch(f"expected a date (2025-01-31), got {value!r:.100}")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise Mismatch(f"{value!r} is not a date: {error}") from None


def _encode_time(value: Any) -> str:
    if not isinstance(value, datetime.time):
        raise _expected("time", value)
    text = value.replace(tzinfo=None).isoformat()
    zone = value.isoformat()[len(text) :]
    return (text.rstrip("0") if value.microsecond else text) + zone


def _decode_time(value: Any) -> datetime.time:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Mismatch(f"expected a time (12:30:00), got {value!r:.100}")
    try:
        return datetime.time.fromisoformat(value)
    except ValueError as error:
        raise Mismatch(f"{value!r} is not a time: {error}") from None


def _encode_timedelta(value: Any) -> int:
    if not isinstance(value, datetime.timedelta):
        raise _expected("timedelta", value)
    nanoseconds = value // MICROSECOND * 1000
    if not RANGES["Int64"][1] <= nanoseconds <= RANGES["Int64"][2]:
        raise Mismatch(f"{value} does not fit Int64 as nanoseconds (292 years)")
    return nanoseconds


_decode_int64 = _decode_integer("Int64")


def _decode_timedelta(value: Any) -> datetime.timedelta:
    nanoseconds = _decode_int64(value)
    # Towards zero: what is less than a microsecond is lost.
    microseconds = abs(nanoseconds) // 1000
    return datetime.timedelta(microseconds=microseconds if nanoseconds >= 0 else -microseconds)


def _encode_uuid(value: Any) -> str:
    if isinstance(value, uuid.UUID):
        return str(value)
    raise _expected("UUID", value)


def _decode_uuid(value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise _expected("a UUID string", value)
    try:
        return uuid.UUID(value)
    except ValueError:
        raise Mismatch(f"{value!r:.100} is not a UUID") from None


def _encode_decimal(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (decimal.Decimal, int)):
        raise _expected("Decimal", value)
    number = decimal.Decimal(value)
    if not number.is_finite():
        raise unserializable(number)
    return str(number)


def _decode_decimal(value: Any) -> decimal.Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _expected("a decimal number, as a string", value)
    try:
        number = decimal.Decimal(value if isinstance(value, str) else repr(value))
    except (decimal.InvalidOperation, ValueError):
        raise Mismatch(f"{value!r:.100} is not a decimal number") from None
    if not number.is_finite():
        raise Mismatch(f"{value!r:.100} is not a decimal number")
    return number


def _as_it_is(value: Any) -> Any:
    """Any JSON: ``atoll_json`` turns what Python adds to JSON into it, at the very end."""
    return value


ENCODERS: dict[str, Callable[[Any], Any]] = {
    "str": _encode_str,
    "int": _encode_integer("int"),
    "Int64": _encode_integer("Int64"),
    "UInt": _encode_integer("UInt"),
    "UInt64": _encode_integer("UInt64"),
    "float": _encode_float,
    "bool": _encode_bool,
    "bytes": _encode_bytes,
    "datetime": _encode_datetime,
    "date": _encode_date,
    "time": _encode_time,
    "timedelta": _encode_timedelta,
    "UUID": _encode_uuid,
    "Decimal": _encode_decimal,
    "Any": _as_it_is,
}

DECODERS: dict[str, Callable[[Any], Any]] = {
    "str": _decode_str,
    "int": _decode_integer("int"),
    "Int64": _decode_int64,
    "UInt": _decode_integer("UInt"),
    "UInt64": _decode_integer("UInt64"),
    "float": _decode_float,
    "bool": _decode_bool,
    "bytes": _decode_bytes,
    "datetime": _decode_datetime,
    "date": _decode_date,
    "time": _decode_time,
    "timedelta": _decode_timedelta,
    "UUID": _decode_uuid,
    "Decimal": _decode_decimal,
    "Any": _as_it_is,
}
