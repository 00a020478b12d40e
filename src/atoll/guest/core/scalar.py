"""Numbers, texts, bytes and dates of the API as the guest's, and back."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from math import inf, isfinite, nan
from typing import Any

INTEGERS = {
    "i8": (-(2**7), 2**7 - 1), "u8": (0, 2**8 - 1), "i16": (-(2**15), 2**15 - 1),
    "u16": (0, 2**16 - 1), "i32": (-(2**31), 2**31 - 1), "u32": (0, 2**32 - 1),
    "isize": (-(2**31), 2**31 - 1), "usize": (0, 2**32 - 1), "i64": (-(2**63), 2**63 - 1),
    "u64": (0, 2**64 - 1),
}  # fmt: skip
_INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,25}", re.ASCII)
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_NOT_FINITE = {"NaN": nan, "Inf": inf, "+Inf": inf, "-Inf": -inf}
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"\s?(Z|z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LARGEST_FLOAT = 3.4028235677973366e38
"""What rounds beyond the largest 32-bit float."""
_SMALLEST_FULL = 2.0**-126
"""The smallest 32-bit float with all its digits; below, there are fewer and fewer."""
_WHOLE = 1 << 24
"""Below it, a 32-bit float is every whole number."""


class Misfit(ValueError):
    """A value does not fit its type. ``path`` leads to it from the argument."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def below(self, step: str) -> Misfit:
        return Misfit(self.reason, f"{step}{self.path}")

    def __str__(self) -> str:
        return f"{self.path.lstrip('.')}: {self.reason}" if self.path else self.reason


def shown(value: object) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def integer_reader(name: str, low: int, high: int) -> Callable[[Any], int]:
    """Takes integers, whole floats and texts of integers that are in the type's range."""

    def read(value: Any) -> int:
        number = value if type(value) is int else _whole_number(value)
        if number is None:
            raise Misfit(f"expected an integer ({name}), not {shown(value)}")
        if not low <= number <= high:
            raise Misfit(f"{number} is out of range for {name}: {low} to {high}")
        return number

    return read


def _whole_number(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if _INTEGER_TEXT.fullmatch(value) else None
    if isinstance(value, float):
        return int(value) if isfinite(value) and value == int(value) else None
    return int(value) if isinstance(value, int) else None


def read_bool(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return int(value != 0)
    if isinstance(value, str) and (value in _TRUE or value in _FALSE):
        return int(value in _TRUE)
    raise Misfit(f"expected true or false, not {shown(value)}")


def float_reader(name: str, *, single: bool) -> Callable[[Any], float]:
    """Takes numbers and texts of them; ``single`` for those that must fit 32 bits."""

    def read(value: Any) -> float:
        if isinstance(value, int | float):
            try:
                number = float(value)
            except OverflowError:
                number = float("inf")
        elif isinstance(value, str) and value in _NOT_FINITE:
            return _NOT_FINITE[value]
        elif isinstance(value, str) and _NUMBER_TEXT.fullmatch(value):
            number = float(value)
        else:
            raise Misfit(f"expected a number ({name}), not {shown(value)}")
        if single and isfinite(number) and abs(number) >= _LARGEST_FLOAT:
            raise Misfit(f"{number} is out of range for {name}")
        if not isfinite(number) and not isinstance(value, float):
            raise Misfit(f"{shown(value)} is out of range for {name}")
        return number

    return read


def primitive_reader(name: str) -> Callable[[Any], int | float]:
    if name == "bool":
        return read_bool
    if name in INTEGERS:
        return integer_reader(name, *INTEGERS[name])
    return float_reader(name, single=name == "f32")


def read_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise Misfit(f"expected a text, not {shown(value)}")


def read_bytes(value: Any) -> bytes:
    """From bytes, base64 text, or a list of byte values."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Misfit(f"failed to decode base64 string: {error}") from None
    if isinstance(value, list):
        try:
            return bytes(value)
        except (ValueError, TypeError):
            raise Misfit("expected byte values from 0 to 255") from None
    raise Misfit(f"expected base64 text or a list of bytes, not {shown(value)}")


def write_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read_timestamp(value: Any) -> int:
    """Milliseconds since 1970 of a moment; an integer is milliseconds already."""
    if type(value) is int:
        return value
    seconds, nanoseconds = read_moment(value)
    return seconds * 1000 + nanoseconds // 1_000_000


def read_moment(value: Any) -> tuple[int, int]:
    """Seconds since 1970, and nanoseconds, of RFC 3339 text; without a zone it is UTC, without a
    time midnight."""
    found = _TIMESTAMP.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Misfit(f"expected a timestamp such as 2025-01-31T12:30:00Z, not {shown(value)}")
    year, month, day, hour, minute, second = (int(found[i] or 0) for i in range(1, 7))
    nanoseconds = int((found[7] or "0").ljust(9, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[8]))
    except ValueError as error:
        raise Misfit(f"{shown(value)} is no timestamp: {error}") from None
    return (moment - _EPOCH) // _SECOND, nanoseconds


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def civil(seconds: int) -> tuple[int, int, int]:
    """Year, month and day in UTC, also far outside of what ``datetime`` can hold."""
    # Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    days = seconds // 86_400 + 719_468
    era, day_of_era = divmod(days, 146_097)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + 3 if month_index < 10 else month_index - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def write_timestamp(milliseconds: int) -> str:
    """See ``write_moment``."""
    seconds, rest = divmod(milliseconds, 1000)
    return write_moment(seconds, rest * 1_000_000)


def write_moment(seconds: int, nanoseconds: int) -> str:
    """RFC 3339 in UTC, without trailing zeros. Years beyond 9999 have a sign and six digits."""
    year, month, day = civil(seconds)
    second = seconds % 86_400
    shown_year = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"
    tail = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return (
        f"{shown_year}-{month:02d}-{day:02d}T{second // 3600:02d}:{second // 60 % 60:02d}:"
        f"{second % 60:02d}{tail}Z"
    )


def shortest_float32(value: float) -> float:
    """The double with the fewest digits that is this 32-bit float."""
    if not isfinite(value) or (abs(value) < _WHOLE and value == int(value)):
        return value
    for digits in range(6 if abs(value) >= _SMALLEST_FULL else 1, 9):
        short = float(f"{value:.{digits}g}")
        if struct.unpack("<f", struct.pack("<f", short))[0] == value:
            return short
    return float(f"{value:.9g}")
