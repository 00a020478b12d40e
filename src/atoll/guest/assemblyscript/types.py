"""The types of AssemblyScript values at the border, and how metadata spells them.

A type is the text that the compiler prints: ``~lib/array/Array<~lib/string/String|null>``,
``assembly/fruit/Crate | null``. Nullability is ``" | null"`` at the top level and ``"|null"``
inside type arguments; both are accepted everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Primitive:
    """A number or a bool: ``bool``, ``i8`` to ``u64``, ``isize``, ``usize``, ``f32``, ``f64``."""

    name: str


@dataclass(frozen=True, slots=True)
class String:
    pass


@dataclass(frozen=True, slots=True)
class ArrayBuffer:
    pass


@dataclass(frozen=True, slots=True)
class Date:
    name: str
    """Its full name, which metadata gives a class id."""


@dataclass(frozen=True, slots=True)
class TypedArray:
    name: str
    """The full name: ``~lib/typedarray/Uint8Array``."""
    item: Primitive


@dataclass(frozen=True, slots=True)
class Array:
    name: str
    item: AsType


@dataclass(frozen=True, slots=True)
class StaticArray:
    name: str
    item: AsType


@dataclass(frozen=True, slots=True)
class Set:
    name: str
    item: AsType


@dataclass(frozen=True, slots=True)
class Map:
    name: str
    key: AsType
    value: AsType


@dataclass(frozen=True, slots=True)
class Class:
    """A class by its full name, such as ``assembly/fruit/Crate`` or ``assembly/x/Box<i32>``."""

    name: str


@dataclass(frozen=True, slots=True)
class Nullable:
    of: AsType


AsType: TypeAlias = (
    Primitive
    | String
    | ArrayBuffer
    | Date
    | TypedArray
    | Array
    | StaticArray
    | Set
    | Map
    | Class
    | Nullable
)

SIZES = {
    "bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4, "u32": 4, "isize": 4, "usize": 4,
    "i64": 8, "u64": 8, "f32": 4, "f64": 8,
}  # fmt: skip
"""Bytes of a primitive where it is stored in an object; its alignment is the same."""

TYPED_ARRAYS = {
    "Int8Array": "i8", "Uint8Array": "u8", "Uint8ClampedArray": "u8", "Int16Array": "i16",
    "Uint16Array": "u16", "Int32Array": "i32", "Uint32Array": "u32", "Int64Array": "i64",
    "Uint64Array": "u64", "Float32Array": "f32", "Float64Array": "f64",
}  # fmt: skip

STRING = "~lib/string/String"
ARRAY_BUFFER = "~lib/arraybuffer/ArrayBuffer"
BYTES = ("~lib/typedarray/Uint8Array", "~lib/typedarray/Uint8ClampedArray")
"""Typed arrays that are bytes in the API."""
DATES = ("~lib/wasi_date/wasi_Date", "~lib/date/Date", "Date")
POINTER_SIZE = 4
_MAX_DEPTH = 64
_TYPED_ARRAY = "~lib/typedarray/"
_GENERICS = {
    "~lib/array/Array": (Array, 1),
    "~lib/staticarray/StaticArray": (StaticArray, 1),
    "~lib/set/Set": (Set, 1),
    "~lib/map/Map": (Map, 2),
}


class TypeSyntaxError(ValueError):
    """A text is not the name of a type."""


def slot_size(type: AsType) -> int:
    """Bytes, and alignment, of a value of ``type`` in a field, an array or a map."""
    return SIZES[type.name] if isinstance(type, Primitive) else POINTER_SIZE


def parts_of(type: AsType) -> tuple[AsType, ...]:
    """The types that a type is made of, in its name."""
    match type:
        case Nullable(of):
            return (of,)
        case Array(_, item) | StaticArray(_, item) | Set(_, item):
            return (item,)
        case Map(_, key, value):
            return (key, value)
        case _:
            return ()


def without_null(type: AsType) -> AsType:
    return type.of if isinstance(type, Nullable) else type


def empty_value(type: AsType) -> object:
    """What stands for nothing where a type does not allow null."""
    match type:
        case Primitive():
            return 0
        case String():
            return ""
        case ArrayBuffer():
            return b""
        case TypedArray() | Array() | StaticArray() | Set():
            return []
        case Map():
            return {}
        case Date():
            return 0
        case _:
            return None


def parse_type(text: str, depth: int = 0) -> AsType:
    """The type that metadata spells ``text``. Raises TypeSyntaxError."""
    if depth > _MAX_DEPTH:
        raise TypeSyntaxError("the type nests too deeply")
    name = text.strip()
    for suffix in (" | null", "|null"):
        if name.endswith(suffix):
            inner = parse_type(name[: -len(suffix)], depth + 1)
            if isinstance(inner, Nullable | Primitive):
                raise TypeSyntaxError(f"{text[:200]!r} cannot be null")
            return Nullable(inner)
    if name in SIZES:
        return Primitive(name)
    if name == STRING:
        return String()
    if name == ARRAY_BUFFER:
        return ArrayBuffer()
    if name in DATES:
        return Date(name)
    if name.startswith(_TYPED_ARRAY):
        item = TYPED_ARRAYS.get(name[len(_TYPED_ARRAY) :])
        if item is not None:
            return TypedArray(name, Primitive(item))
    base, angle, rest = name.partition("<")
    if not base or (angle and not name.endswith(">")):
        raise TypeSyntaxError(f"{text[:200]!r} is not the name of a type")
    generic = _GENERICS.get(base)
    if generic is None or not angle:
        return Class(name)
    make, count = generic
    arguments = [parse_type(part, depth + 1) for part in _split(rest[:-1])]
    if len(arguments) != count:
        raise TypeSyntaxError(f"{text[:200]!r} has {len(arguments)} type arguments, not {count}")
    found: AsType = make(name, *arguments)
    return found


def _split(text: str) -> Iterator[str]:
    """The parts between the commas that are not inside angle brackets."""
    depth = start = 0
    for at, character in enumerate(text):
        if character == "<":
            depth += 1
        elif character == ">":
            depth -= 1
        elif character == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    if depth:
        raise TypeSyntaxError(f"{text[:200]!r} has unbalanced brackets")
    yield text[start:]
