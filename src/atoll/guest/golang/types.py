"""The types of Go, as a module's metadata names them.

Names are those of Go's type checker, with whole package paths: ``map[string]*my-app/shop.Item``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

STRING = "string"
TIME = "time.Time"
DURATION = "time.Duration"
_MAX_DEPTH = 64
_MAX_LENGTH = 1 << 24
"""Of an array. Its elements are in place, so longer ones would not fit anywhere."""
_MAX_NAME = 10_000
_ARRAY = re.compile(r"\[([0-9]{1,10})\](.+)", re.ASCII | re.DOTALL)
_BRACKET = re.compile(r"[\[\]]")

SIGNED = {"int8": 1, "int16": 2, "int32": 4, "rune": 4, "int64": 8, DURATION: 8}
UNSIGNED = {"uint8": 1, "byte": 1, "uint16": 2, "uint32": 4, "uint64": 8}
WORDS = {"int": True, "uint": False, "uintptr": False}
"""Integers as wide as a pointer, and whether they are signed."""
FLOATS = {"float32": 4, "float64": 8}
BYTE = frozenset(("byte", "uint8"))
PRIMITIVES = frozenset(("bool", *SIGNED, *UNSIGNED, *WORDS, *FLOATS))


@dataclass(frozen=True, slots=True)
class Primitive:
    name: str


@dataclass(frozen=True, slots=True)
class String:
    name: str = STRING


@dataclass(frozen=True, slots=True)
class Time:
    name: str = TIME


@dataclass(frozen=True, slots=True)
class Pointer:
    name: str
    of: GoType


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    item: GoType


@dataclass(frozen=True, slots=True)
class Array:
    name: str
    length: int
    item: GoType


@dataclass(frozen=True, slots=True)
class Map:
    name: str
    key: GoType
    value: GoType


@dataclass(frozen=True, slots=True)
class Named:
    """A struct, or another type that has a name of its own; the module says which."""

    name: str


GoType: TypeAlias = Primitive | String | Time | Pointer | Slice | Array | Map | Named


class TypeSyntaxError(ValueError):
    """A text is not the name of a type that can cross the border."""


def is_bytes(type: GoType) -> bool:
    """Whether the API has base64 text for it."""
    return (
        isinstance(type, Slice | Array)
        and isinstance(type.item, Primitive)
        and type.item.name in BYTE
    )


def parse_type(text: str, depth: int = 0) -> GoType:
    """The type that metadata spells ``text``. Raises TypeSyntaxError."""
    if len(text) > _MAX_NAME:
        raise TypeSyntaxError(f"{text[:200]!r}... is too long for the name of a type")
    if depth > _MAX_DEPTH:
        raise TypeSyntaxError("the type nests too deeply")
    below = depth + 1
    if text in PRIMITIVES:
        return Primitive(text)
    if text == STRING:
        return String()
    if text == TIME:
        return Time()
    if text.startswith("*"):
        return Pointer(text, parse_type(text[1:], below))
    if text.startswith("[]"):
        return Slice(text, parse_type(text[2:], below))
    if text.startswith("map["):
        end = _closing(text)
        return Map(text, parse_type(text[4:end], below), parse_type(text[end + 1 :], below))
    if text.startswith("["):
        found = _ARRAY.fullmatch(text)
        if found is None or int(found[1]) > _MAX_LENGTH:
            raise TypeSyntaxError(f"{text[:200]!r} is not the name of a type")
        return Array(text, int(found[1]), parse_type(found[2], below))
    if not text or text[0] in " (){}<":
        raise TypeSyntaxError(f"{text[:200]!r} is not the name of a type")
    return Named(text)


def _closing(text: str) -> int:
    """Where the bracket that ``map[`` opens is closed."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] == "[" else -1
        if depth == 0:
            return found.start()
    raise TypeSyntaxError(f"{text[:200]!r} has unbalanced brackets")


def parts_of(type: GoType) -> Iterator[GoType]:
    """The types that a type's name mentions."""
    match type:
        case Pointer(_, of):
            yield of
        case Slice(_, item) | Array(_, _, item):
            yield item
        case Map(_, key, value):
            yield key
            yield value
