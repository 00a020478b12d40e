"""Values of Neo4j as JSON, in the form of reference section 7.3."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import msgspec
from neo4j.graph import Entity, Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time
from neo4j.types import UnsupportedType
from neo4j.vector import Vector

_encode = msgspec.json.Encoder().encode


class UnsupportedValue(Exception):
    """The server sent a value that this driver does not know."""


def value_json(value: Any) -> bytes:
    """The JSON text of one value of a record.

    Whole numbers keep all their digits; numbers that JSON has no form for are strings ("NaN",
    "Infinity", "-Infinity"); bytes are base64; dates and times are ISO 8601, with as many digits of
    the second as there are; durations are written as Cypher's ``toString`` does.

    Raises:
        UnsupportedValue: it has no form in JSON.
    """
    return _encode(_plain(value))


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return _number(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            return _map(value)
        case Entity() | Path():
            return _part(value)
        case Point():
            return _point(value)
        case DateTime() | Date() | Time() | Duration():
            return _moment(value)
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case Vector():
            return [_plain(item) for item in value.to_native()]
        case UnsupportedType():
            raise UnsupportedValue(value.name)
    raise UnsupportedValue(type(value).__name__)


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _map(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in values.items()}


def _part(value: Entity | Path) -> dict[str, Any]:
    """A part of the graph."""
    if isinstance(value, Node):
        # The driver keeps them as a set.
        labels = sorted(value.labels)
        return {"ElementId": value.element_id, "Labels": labels, "Props": _map(dict(value))}
    if isinstance(value, Relationship):
        start, end = value.nodes
        return {
            "ElementId": value.element_id,
            "StartElementId": "" if start is None else start.element_id,
            "EndElementId": "" if end is None else end.element_id,
            "Type": value.type,
            "Props": _map(dict(value)),
        }
    assert isinstance(value, Path)
    return {
        "Nodes": [_part(node) for node in value.nodes],
        "Relationships": [_part(relationship) for relationship in value.relationships],
    }


def _point(value: Point) -> dict[str, Any]:
    numbers = dict(zip("XYZ", map(_number, value), strict=False))
    return {**numbers, "SpatialRefId": value.srid}


def _moment(value: Date | DateTime | Time | Duration) -> str:
    match value:
        case DateTime():
            date, time = _date(value.date()), _time(value.time())
            return f"{date}T{time}{_zone(value)}"
        case Date():
            return _date(value)
        case Time():
            return _time(value) + _zone(value)
    return _duration(value)


def _date(value: Date) -> str:
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def _time(value: Time) -> str:
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{_fraction(value.nanosecond)}"


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""


def _zone(value: DateTime | Time) -> str:
    """RFC 3339 has offsets, and no names of zones. Local times have neither."""
    offset = value.utc_offset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "Z"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{'-' if offset.total_seconds() < 0 else '+'}{hours:02}:{minutes:02}"


def _duration(value: Duration) -> str:
    years, months = _parts(value.months, 12)
    minutes, seconds = _parts(value.seconds, 60)
    hours, minutes = _parts(minutes, 60)
    date = _fields(("Y", years), ("M", months), ("D", value.days))
    time = _fields(("H", hours), ("M", minutes)) + _seconds(seconds, value.nanoseconds)
    if not date and not time:
        return "PT0S"
    return f"P{date}T{time}" if time else f"P{date}"


def _parts(value: int, size: int) -> tuple[int, int]:
    """Both with the sign of the whole."""
    whole, rest = divmod(abs(value), size)
    return (whole, rest) if value >= 0 else (-whole, -rest)


def _fields(*fields: tuple[str, int]) -> str:
    return "".join(f"{value}{letter}" for letter, value in fields if value)


def _seconds(seconds: int, nanoseconds: int) -> str:
    """The driver gives both the same sign."""
    if not seconds and not nanoseconds:
        return ""
    sign = "-" if seconds < 0 or nanoseconds < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanoseconds))}S"
