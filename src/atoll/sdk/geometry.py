"""Points, as databases have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\s*([-+0-9.eE]+|[-+]?(?:NaN|Infinity))\s*"
_PAIR = re.compile(
    rf"\s*(?:\({_NUMBER},{_NUMBER}\)|POINT\s*\({_NUMBER}\s{_NUMBER}\))\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a plane."""

    x: float
    y: float

    def __str__(self) -> str:
        return _text(self.x, self.y)


@dataclass(frozen=True, slots=True)
class Location:
    """A place on the globe, in degrees. Mind the order: longitude comes first, as in databases."""

    longitude: float
    latitude: float

    def __str__(self) -> str:
        return _text(self.longitude, self.latitude)


def parse_point(text: str) -> Point:
    """Read ``(x,y)`` or ``POINT (x y)``. Raises ``ValueError``."""
    return Point(*_parse(text))


def parse_location(text: str) -> Location:
    """Read ``(longitude,latitude)`` or ``POINT (longitude latitude)``. Raises ``ValueError``."""
    return Location(*_parse(text))


def well_known_text(value: Point | Location) -> str:
    """``POINT (x y)``, as MySQL's ``ST_GeomFromText`` reads it."""
    x, y = (value.x, value.y) if isinstance(value, Point) else (value.longitude, value.latitude)
    return f"POINT ({_number(x)} {_number(y)})"


def _parse(text: str) -> tuple[float, float]:
    found = _PAIR.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r:.100} is no point: (1.5,2) and POINT (1.5 2) are")
    x, y = (part for part in found.groups() if part is not None)
    return float(x), float(y)


def _text(x: float, y: float) -> str:
    return f"({_number(x)},{_number(y)})"


def _number(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")
