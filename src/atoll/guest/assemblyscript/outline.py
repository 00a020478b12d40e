"""What is wanted of a result, as data that the module's added functions follow (``entries.wat``).

An outline is a tree of nodes, the root first. Words are 32 bits wide; children are named by their
distance from the outline's beginning. Every node begins with its kind, and 1 or 0 in the byte
behind that: whether it may be null.

===========================  ===================================================================
kind                         words behind the first
===========================  ===================================================================
numbers, text, buffer,
date, bytes                  --
view, array, static array    child, bytes of an element
set                          child, bytes of an entry, offset of its link, 0, 0, 0
map                          child for keys, bytes of an entry, offset of its link, child for
                             values, which parts are wanted (4, plus 1 for the key, 2 for the
                             value), offset of the value
class                        number of fields; for each its offset in the object, child, where its
                             name stands (as MessagePack), bytes of the name
===========================  ===================================================================
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from atoll.guest.assemblyscript.layout import map_entry, places, set_entry
from atoll.guest.assemblyscript.module import ManagedType
from atoll.guest.assemblyscript.types import (
    BYTES,
    Array,
    ArrayBuffer,
    AsType,
    Class,
    Date,
    Map,
    Nullable,
    Primitive,
    Set,
    StaticArray,
    String,
    TypedArray,
    slot_size,
)
from atoll.guest.core.scalar import shortest_float32, write_timestamp
from atoll.guest.selection import Selection

MAX_SIZE = 1 << 16
"""Bytes of an outline; a result with a larger one is read by the host."""
_MAX_DEPTH = 64

_NUMBERS = {
    "bool": 0, "i8": 1, "u8": 2, "i16": 3, "u16": 4, "i32": 5, "u32": 6, "isize": 5, "usize": 6,
    "i64": 7, "u64": 8, "f32": 9, "f64": 10,
}  # fmt: skip
(_TEXT, _BUFFER, _DATE, _BYTES_VIEW, _BYTES_ARRAY, _VIEW, _ARRAY, _STATIC_ARRAY, _SET, _MAP,
 _CLASS) = range(11, 22)  # fmt: skip
_KEY, _VALUE, _IS_MAP = 1, 2, 4


class Unfit(Exception):
    """A type or selection that an outline cannot say: it has no end, or is too large."""


def outline_of(
    types: Mapping[str, ManagedType], type: AsType, selection: Selection | None
) -> bytes | None:
    """The outline for a result of ``type``; None if the host must read it."""
    writer = _Writer(types)
    try:
        writer.node(type, selection, 0)
    except Unfit:
        return None
    return bytes(writer.data)


class _Writer:
    def __init__(self, types: Mapping[str, ManagedType]) -> None:
        self._types = types
        self.data = bytearray()

    def node(self, type: AsType, selection: Selection | None, depth: int) -> int:
        """Write a node and what is below it; where it begins."""
        nullable = isinstance(type, Nullable)
        if isinstance(type, Nullable):
            type = type.of
        below = depth + 1
        match type:
            case Primitive(name):
                return self._words(_NUMBERS[name], nullable)
            case String():
                return self._words(_TEXT, nullable)
            case ArrayBuffer():
                return self._words(_BUFFER, nullable)
            case Date():
                return self._words(_DATE, nullable)
            case TypedArray(name) if name in BYTES:
                return self._words(_BYTES_VIEW, nullable)
            case Array(_, Primitive("u8")):
                return self._words(_BYTES_ARRAY, nullable)
            case TypedArray(_, item):
                return self._list(_VIEW, nullable, item, None, below)
            case Array(_, item):
                return self._list(_ARRAY, nullable, item, selection, below)
            case StaticArray(_, item):
                return self._list(_STATIC_ARRAY, nullable, item, selection, below)
            case Set(_, item):
                entry = set_entry(item)
                at = self._words(_SET, nullable, 0, entry.size, entry.link, 0, 0, 0)
                self._link(at + 4, item, selection, below)
                return at
            case Map(_, key, value):
                return self._map(nullable, key, value, selection, below)
            case Class(name):
                return self._class(nullable, name, selection, below)
            case Nullable():
                raise Unfit

    def _words(self, kind: int, nullable: bool, *words: int) -> int:
        at = len(self.data)
        if at > MAX_SIZE:
            raise Unfit
        self.data += struct.pack(f"<BBxx{len(words)}I", kind, nullable, *words)
        return at

    def _link(self, at: int, type: AsType, selection: Selection | None, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise Unfit
        struct.pack_into("<I", self.data, at, self.node(type, selection, depth))

    def _list(
        self, kind: int, nullable: bool, item: AsType, selection: Selection | None, depth: int
    ) -> int:
        at = self._words(kind, nullable, 0, slot_size(item))
        self._link(at + 4, item, selection, depth)
        return at

    def _map(
        self, nullable: bool, key: AsType, value: AsType, selection: Selection | None, depth: int
    ) -> int:
        entry = map_entry(key, value)
        wanted = {"key": None, "value": None} if selection is None else dict(selection)
        parts = _IS_MAP | (_KEY if "key" in wanted else 0) | (_VALUE if "value" in wanted else 0)
        at = self._words(_MAP, nullable, 0, entry.size, entry.link, 0, parts, entry.value)
        if parts & _KEY:
            self._link(at + 4, key, wanted["key"], depth)
        if parts & _VALUE:
            self._link(at + 16, value, wanted["value"], depth)
        return at

    def _class(self, nullable: bool, name: str, selection: Selection | None, depth: int) -> int:
        all_places, _ = places(self._types[name].fields or ())
        wanted = None if selection is None else dict(selection)
        chosen = [p for p in all_places if wanted is None or p.name in wanted]
        names = [msgspec.msgpack.encode(place.name) for place in chosen]
        words = [len(chosen)]
        for place, packed in zip(chosen, names, strict=True):
            words += (place.offset, 0, 0, len(packed))
        at = self._words(_CLASS, nullable, *words)
        for index, (place, packed) in enumerate(zip(chosen, names, strict=True)):
            entry = at + 8 + 16 * index
            struct.pack_into("<I", self.data, entry + 8, len(self.data))
            self.data += packed + bytes(-len(packed) % 4)
            inner = None if wanted is None else wanted[place.name]
            self._link(entry + 4, place.type, inner, depth)
        return at


def _extension(code: int, data: memoryview) -> Any:
    """What MessagePack has no form for: see ``$raw`` and ``$single`` in ``entries.wat``."""
    match code:
        case 1:
            return b64encode(data).decode()
        case 2:
            return write_timestamp(*struct.unpack("<q", data))
        case 3:
            return shortest_float32(*struct.unpack("<f", data))
    raise ValueError(f"unknown extension {code}")


read_output = msgspec.msgpack.Decoder(ext_hook=_extension).decode
"""From what the added functions wrote to the API's JSON form. Raises msgspec.DecodeError."""
