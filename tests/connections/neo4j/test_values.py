from __future__ import annotations

import base64
import datetime
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.graph import Graph, Node, Path
from neo4j.spatial import CartesianPoint, Point, WGS84Point
from neo4j.time import Date, DateTime, Duration, Time
from neo4j.vector import Vector

from atoll.connections.neo4j.values import UnsupportedValue, value_json

GRAPH = Graph()


def node(number: int, *labels: str, **properties: Any) -> Node:
    return Node(GRAPH, f"4:db:{number}", number, labels, properties)


def relationship(number: int, start: Node, end: Node, kind: str, **properties: Any) -> Any:
    made = GRAPH.relationship_type(kind)(GRAPH, f"5:db:{number}", number, properties)
    made._start_node, made._end_node = start, end
    return made


ANN = node(1, "Person", "Admin", name="Ann", since=Date(2024, 2, 29))
BOB = node(2, "Person")
KNOWS = relationship(7, ANN, BOB, "KNOWS", since=2020)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (2**63 - 1, "9223372036854775807"),
        (-(2**63), "-9223372036854775808"),
        (9007199254740993, "9007199254740993"),
        (5.0, "5.0"),
        (0.1, "0.1"),
        (math.nan, '"NaN"'),
        (math.inf, '"Infinity"'),
        ([-math.inf], '["-Infinity"]'),
        ('Zoë \u007f \u0001 " /', '"Zoë \u007f \\u0001 \\" /"'),
        (b"\xff\x00", '"/wA="'),
        (bytearray(b""), '""'),
        ([1, [2.5, None], {"b": {"a": 1}}], '[1,[2.5,null],{"b":{"a":1}}]'),
        (CartesianPoint((1.5, -2)), '{"X":1.5,"Y":-2.0,"SpatialRefId":7203}'),
        (WGS84Point((1, 2, 3)), '{"X":1.0,"Y":2.0,"Z":3.0,"SpatialRefId":4979}'),
        (Vector([1, 2, -3], "i8"), "[1,2,-3]"),
        (Vector([1.5, -0.25], "f32"), "[1.5,-0.25]"),
    ],
)
def test_values_have_their_json(value: object, text: str) -> None:
    assert value_json(value).decode() == text


def test_points_of_other_systems_keep_their_number() -> None:
    point = Point((1.0, 2.0))
    point.srid = 4711
    assert json.loads(value_json(point)) == {"X": 1.0, "Y": 2.0, "SpatialRefId": 4711}


def test_nodes_have_id_labels_and_properties() -> None:
    assert json.loads(value_json(ANN)) == {
        "ElementId": "4:db:1",
        "Labels": ["Admin", "Person"],
        "Props": {"name": "Ann", "since": "2024-02-29"},
    }


def test_relationships_have_their_ends() -> None:
    assert json.loads(value_json(KNOWS)) == {
        "ElementId": "5:db:7",
        "StartElementId": "4:db:1",
        "EndElementId": "4:db:2",
        "Type": "KNOWS",
        "Props": {"since": 2020},
    }


def test_paths_have_nodes_and_relationships_in_order() -> None:
    path = json.loads(value_json([Path(ANN, KNOWS)]))[0]
    assert list(path) == ["Nodes", "Relationships"]
    assert [found["ElementId"] for found in path["Nodes"]] == ["4:db:1", "4:db:2"]
    assert [found["Type"] for found in path["Relationships"]] == ["KNOWS"]
    assert json.loads(value_json(Path(BOB)))["Relationships"] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Date(1, 1, 1), "0001-01-01"),
        (Date(9999, 12, 31), "9999-12-31"),
        (Time(3, 4, 5), "03:04:05"),
        (Time(3, 4, 5, 60_000_000), "03:04:05.06"),
        (Time(23, 59, 59, 999_999_999), "23:59:59.999999999"),
        (DateTime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        (DateTime(2024, 1, 2, 3, 4, 5, 1), "2024-01-02T03:04:05.000000001"),
        (Duration(), "PT0S"),
        (Duration(months=14, days=3, seconds=3661), "P1Y2M3DT1H1M1S"),
        (Duration(months=-1), "P-1M"),
        (Duration(seconds=-1, nanoseconds=500_000_000), "PT-0.5S"),
        (Duration(seconds=-61, nanoseconds=-1), "PT-1M-1.000000001S"),
        (Duration(days=1, seconds=-3600), "P1DT-1H"),
    ],
)
def test_moments_are_iso_8601(value: object, text: str) -> None:
    assert json.loads(value_json(value)) == text


def zoned(kind: str, minutes: int) -> Any:
    offset = datetime.timezone(datetime.timedelta(minutes=minutes))
    if kind == "time":
        return Time(3, 4, 5, tzinfo=offset)
    return DateTime(2024, 1, 2, 3, 4, 5, tzinfo=offset)


@pytest.mark.parametrize(
    ("minutes", "zone"), [(0, "Z"), (90, "+01:30"), (-90, "-01:30"), (-18 * 60, "-18:00")]
)
def test_offsets_are_those_of_rfc_3339(minutes: int, zone: str) -> None:
    assert json.loads(value_json(zoned("time", minutes))) == f"03:04:05{zone}"
    assert json.loads(value_json(zoned("datetime", minutes))) == f"2024-01-02T03:04:05{zone}"


@given(st.datetimes(), st.integers(0, 999), st.integers(-18 * 60, 18 * 60))
def test_what_is_written_is_the_same_moment(
    moment: datetime.datetime, nanoseconds: int, minutes: int
) -> None:
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    value = DateTime.from_native(moment.replace(tzinfo=zone))
    value = value.replace(nanosecond=value.nanosecond + nanoseconds)
    text = json.loads(value_json(value))
    assert DateTime.from_iso_format(text.replace("Z", "+00:00")) == value


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('aä"\\\n'), inner),
)


@given(plain)
def test_plain_values_are_what_was_stored(value: object) -> None:
    assert json.loads(value_json(value)) == value


@given(st.binary())
def test_bytes_are_base64(value: bytes) -> None:
    assert base64.b64decode(json.loads(value_json(value))) == value


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(UnsupportedValue):
        value_json([object()])
