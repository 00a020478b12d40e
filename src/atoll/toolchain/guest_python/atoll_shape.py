"""The shapes of values: what a type hint comes to, once it is understood.

A shape knows both sides of the border. ``as_json`` is the type as the host reads it; the codec
(``atoll_codec``) turns values into JSON and back by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

TypeJson: TypeAlias = dict[str, Any]


class _Missing:
    """No default."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: its name in the API, and the Python type that it stands for."""

    scalar: str
    python: str

    def as_json(self) -> TypeJson:
        return {"scalar": self.scalar}


@dataclass(frozen=True, slots=True)
class NullableShape:
    of: Shape

    def as_json(self) -> TypeJson:
        return {"nullable": self.of.as_json()}


@dataclass(frozen=True, slots=True)
class ListShape:
    item: Shape
    build: Callable[[Iterable[Any]], Any]
    """Makes the Python collection: ``list``, ``set``, ``frozenset`` or ``tuple``."""

    def as_json(self) -> TypeJson:
        return {"list": self.item.as_json()}


@dataclass(frozen=True, slots=True)
class MapShape:
    key: Shape
    value: Shape

    def as_json(self) -> TypeJson:
        return {"map": [self.key.as_json(), self.value.as_json()]}


@dataclass(frozen=True, slots=True)
class EnumMember:
    name: str
    value: Any
    doc: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class EnumShape:
    """A choice of names, each for one Python value: an enum's member, or a literal string."""

    name: str
    members: tuple[EnumMember, ...]
    origin: object
    """The Python type it was made of."""
    doc: str | None = None

    def as_json(self) -> TypeJson:
        return {"ref": self.name}

    def definition(self) -> TypeJson:
        values = [{"name": member.name, "doc": member.doc} for member in self.members]
        return {"kind": "enum", "doc": self.doc, "values": values}


@dataclass(slots=True)
class FieldShape:
    name: str
    """The API name."""
    attribute: str
    """The Python name, an index for a plain tuple."""
    shape: Shape
    doc: str | None = None
    default: Any = MISSING
    """The Python value that stands in when a caller leaves the field out."""
    may_lack: bool = False
    """The field may be missing: a ``NotRequired`` key, or one whose default is computed."""


@dataclass(slots=True, eq=False)
class ObjectShape:
    """An object. ``fields`` is filled after the shape is known, so that types may be recursive."""

    name: str
    kind: str
    """How Python holds it: ``dataclass``, ``namedtuple``, ``typeddict`` or ``tuple``."""
    build: Callable[..., Any]
    origin: object
    doc: str | None = None
    fields: list[FieldShape] = field(default_factory=list)
    no_input: str | None = None
    """Why no caller can give such an object, if so."""

    def as_json(self) -> TypeJson:
        return {"ref": self.name}


Shape: TypeAlias = Leaf | NullableShape | ListShape | MapShape | EnumShape | ObjectShape
