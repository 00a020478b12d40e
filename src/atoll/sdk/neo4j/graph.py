"""What a graph is made of, as Neo4j gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from atoll.sdk._decoder import decoder
from atoll.sdk._mismatch import Mismatch, expected
from atoll.sdk._rows import mismatch_error
from atoll.sdk._scalars import DECODERS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entity:
    """What nodes and relationships have in common."""

    element_id: str
    props: dict[str, Any]

    @overload
    def get(self, key: str) -> Any: ...
    @overload
    def get(self, key: str, kind: type[T]) -> T: ...
    @overload
    def get(self, key: str, kind: object) -> Any: ...
    def get(self, key: str, kind: Any = Any) -> Any:
        """A property. With a type, the value as that: ``node.get("born", date)``.

        Raises ``KeyError``, or ``DatabaseError`` if it is of another type.
        """
        return read(key, self.props[key], kind)

    def to(self, kind: type[T]) -> T:
        """The properties as a dataclass, TypedDict or NamedTuple. Raises ``DatabaseError``."""
        found: T = read("", self.props, kind)
        return found


@dataclass(frozen=True, slots=True)
class Node(Entity):
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Relationship(Entity):
    start_element_id: str
    end_element_id: str
    type: str


@dataclass(frozen=True, slots=True)
class Path:
    """``nodes`` is longer than ``relationships`` by one."""

    nodes: list[Node]
    relationships: list[Relationship]


@dataclass(frozen=True, slots=True)
class Point2D:
    """``spatial_ref_id`` tells what the numbers are: 7203 a plane, 4326 the globe (WGS 84)."""

    x: float
    y: float
    spatial_ref_id: int = 7203

    def __str__(self) -> str:
        return f"Point{{SpatialRefId={self.spatial_ref_id}, X={self.x:f}, Y={self.y:f}}}"


@dataclass(frozen=True, slots=True)
class Point3D:
    """``spatial_ref_id``: 9157 a space, 4979 the globe with heights (WGS 84)."""

    x: float
    y: float
    z: float
    spatial_ref_id: int = 9157

    def __str__(self) -> str:
        return (
            f"Point{{SpatialRefId={self.spatial_ref_id}, X={self.x:f}, Y={self.y:f}, Z={self.z:f}}}"
        )


_POINT_2D = {"X", "Y", "SpatialRefId"}
_POINT_3D = {"X", "Y", "Z", "SpatialRefId"}
_NODE = {"ElementId", "Labels", "Props"}
_RELATIONSHIP = {"ElementId", "StartElementId", "EndElementId", "Type", "Props"}
_PATH = {"Nodes", "Relationships"}


def parts(value: Any) -> Any:
    """The value with its graph parts as objects; the host tells them by their keys."""
    if isinstance(value, list):
        return [parts(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = value.keys()
    if keys == _NODE:
        return Node(value["ElementId"], parts(value["Props"]), value["Labels"])
    if keys == _RELATIONSHIP:
        return Relationship(
            value["ElementId"],
            parts(value["Props"]),
            value["StartElementId"],
            value["EndElementId"],
            value["Type"],
        )
    if keys == _PATH:
        return Path(parts(value["Nodes"]), parts(value["Relationships"]))
    if keys == _POINT_2D:
        return Point2D(float(value["X"]), float(value["Y"]), value["SpatialRefId"])
    if keys == _POINT_3D:
        return Point3D(
            float(value["X"]), float(value["Y"]), float(value["Z"]), value["SpatialRefId"]
        )
    return {key: parts(item) for key, item in value.items()}


def _decoder_of(kind: type) -> Callable[[Any], Any]:
    def decode(value: Any) -> Any:
        found = parts(value)
        if isinstance(found, kind):
            return found
        raise expected(kind.__name__, value)

    return decode


# So that they can be fields of an app's own classes.
DECODERS.update((kind, _decoder_of(kind)) for kind in (Node, Relationship, Path, Point2D, Point3D))


def read(name: str, value: Any, kind: Any) -> Any:
    """A value of a graph's JSON as ``kind``. Raises ``DatabaseError``, ``TypeError``."""
    if kind is Any or kind is object:
        return parts(value)
    found = decoder(kind)
    try:
        return found.decode(value)
    except Mismatch as mismatch:
        raise mismatch_error(kind, mismatch.under(name) if name else mismatch) from None
