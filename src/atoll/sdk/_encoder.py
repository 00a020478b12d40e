"""JSON of Python's values, for parameters and request bodies.

Each database writes some types in its own way: a ``Convert`` turns what JSON does not have into
what it has, one level at a time.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import uuid
from array import array
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from atoll.sdk._host import encodable
from atoll.sdk.geometry import Location, Point

Convert = Callable[[Any], Any]


class NotJson(TypeError):
    """A value that has no form in JSON."""


class NoNumber(NotJson):
    """NaN or infinity."""


class _Exact(Exception):
    """There is a Decimal, which Python's own encoder cannot write as a number."""


def json_text(value: Any, convert: Convert | None = None) -> str:
    """JSON text; decimals are numbers with all their digits. Raises ``NotJson``."""
    convert = convert or plain_value

    def default(given: Any) -> Any:
        if isinstance(given, Decimal):
            raise _Exact
        return convert(given)

    try:
        try:
            text = _dumps(value, default)
        except _Exact:
            text = _written(value, convert)
    except NotJson:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise _not_json(error) from None
    return encodable(text)


def plain_value(value: Any) -> Any:
    """What all places have in common: dates in ISO 8601, classes with fields as objects."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case enum.Enum():
            return value.value
        case Point() | Location():
            return str(value)
        case Mapping():
            return dict(value)
        case Set() | Sequence() | array() if not isinstance(value, (bytes, bytearray, memoryview)):
            return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise NotJson(f"a value of type {type(value).__name__} has no form here")


def interval_text(value: timedelta) -> str:
    """``-1 days -3600 seconds -5 microseconds``, as PostgreSQL reads it."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    return (
        f"{sign}{length.days} days {sign}{length.seconds} seconds "
        f"{sign}{length.microseconds} microseconds"
    )


def clock_text(value: timedelta) -> str:
    """``-26:30:00.000005``, as MySQL reads it."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    minutes, seconds = divmod(length.seconds, 60)
    hours = length.days * 24 + minutes // 60
    return f"{sign}{hours:02}:{minutes % 60:02}:{seconds:02}.{length.microseconds:06}"


def duration_text(value: timedelta) -> str:
    """``-P1DT3600.000005S`` in parts that each have the sign, as ISO 8601 and Neo4j read it."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    return f"P{sign}{length.days}DT{sign}{length.seconds}.{length.microseconds:06}S"


def _dumps(value: Any, default: Convert | None = None) -> str:
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default
    )


def _written(value: Any, convert: Convert) -> str:
    """What ``_dumps`` writes, with decimals as numbers."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NoNumber(f"JSON has no number {value}")
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return _dumps(value)
    if isinstance(value, dict):
        # As Python's encoder has it, keys of other types become text.
        pairs = (
            f"{_dumps({key: 0})[1:-2]}{_written(item, convert)}" for key, item in value.items()
        )
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_written(item, convert) for item in value)}]"
    return _written(convert(value), convert)


def _not_json(error: Exception) -> NotJson:
    if isinstance(error, RecursionError) or "Circular" in str(error):
        return NotJson("it is nested too deeply, or contains itself")
    if "JSON compliant" in str(error):
        return NoNumber('JSON has no NaN and no infinity; most databases read them as text: "NaN"')
    return NotJson(str(error))
