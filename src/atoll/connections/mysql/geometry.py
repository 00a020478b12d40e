"""Geometries as text: OGC's well-known text of the servers' own form, an SRID before a WKB."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

_DEEPEST = 50
_NAMES = {
    1: "POINT",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}


def to_text(data: bytes) -> str:
    """Such as ``POINT (1 2.5)``.

    Raises:
        ValueError: it is none, or none that this knows.
    """
    try:
        reader = _Reader(data)
        text = reader.geometry(_DEEPEST)
    except struct.error:
        raise ValueError("a geometry is cut off") from None
    if reader.place != len(data):
        raise ValueError("a geometry has more than its parts")
    return text


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 4
        self._order = "<"
        self._bodies: Mapping[int, Callable[[int], str]] = {
            1: lambda _: f"({self._point()})",
            2: lambda _: self._line(),
            3: lambda _: self._listed(self._line),
            4: self._parts,
            5: self._parts,
            6: self._parts,
        }

    def geometry(self, deepest: int) -> str:
        kind = self._head()
        if kind == 7:
            body = self._collection(deepest)
        else:
            body = self._bodies[kind](deepest)
        return f"{_NAMES[kind]} {body}"

    def _head(self) -> int:
        (order,) = struct.unpack_from("B", self._data, self.place)
        self.place += 1
        if order > 1:
            raise ValueError("a geometry has an unknown byte order")
        self._order = "<" if order else ">"
        kind = self._count()
        if kind not in _NAMES:
            raise ValueError("a geometry is of an unknown kind")
        return kind

    def _count(self) -> int:
        (count,) = struct.unpack_from(self._order + "I", self._data, self.place)
        self.place += 4
        return int(count)

    def _point(self) -> str:
        x, y = struct.unpack_from(self._order + "dd", self._data, self.place)
        self.place += 16
        return f"{_number(x)} {_number(y)}"

    def _line(self) -> str:
        return self._listed(self._point)

    def _listed(self, one: Callable[[], str]) -> str:
        count = self._count()
        return "(" + ", ".join([one() for _ in range(count)]) + ")" if count else "EMPTY"

    def _part(self, deepest: int) -> str:
        kind = self._head()
        if kind > 3:
            raise ValueError("a geometry has a part that it cannot have")
        return self._bodies[kind](deepest)

    def _parts(self, deepest: int) -> str:
        return self._listed(lambda: self._part(deepest))

    def _collection(self, deepest: int) -> str:
        if not deepest:
            raise ValueError("a geometry is nested too deeply")
        return self._listed(lambda: self.geometry(deepest - 1))


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
