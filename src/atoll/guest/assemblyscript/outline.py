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
set                          child, bytes of an entry, offset of its link, 0
map                          child, a class whose objects are the entries, bytes of an entry,
                             offset of its link, 1
class                        number of fields; where what ends an object stands, bytes of that; for
                             each field its offset in the object, child, where what goes before
                             its value stands, bytes of that
===========================  ===================================================================

What goes before values, and at the end, is MessagePack as it is written: the number of entries,
keys, and constants.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from atoll.guest.assemblyscript.layout import Place, map_entry, places, set_entry
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
from atoll.guest.selection import PAIR, Selection, Wanted

MAX_SIZE = 1 << 16
"""Bytes of an outline; a result with a larger one is read by the host."""
_MAX_DEPTH = 64

_NUMBERS = {
    "bool": 0, "i8": 1, "u8": 2, "i16": 3, "u16": 4, "i32": 5, "u32": 6, "isize": 5, "usize": 6,
    "i64": 7, "u64": 8, "f32": 9, "f64": 10,
}  # fmt: skip
(_TEXT, _BUFFER, _DATE, _BYTES_VIEW, _BYTES_ARRAY, _VIEW, _ARRAY, _STATIC_ARRAY, _SET, _MAP,
 _CLASS) = range(11, 22)  # fmt: skip


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
                at = self._words(_SET, nullable, 0, entry.size, entry.link, 0)
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
        at = self._words(_MAP, nullable, 0, entry.size, entry.link, 1)
        if depth > _MAX_DEPTH:
            raise Unfit
        pair = Place("key", key, 0), Place("value", value, entry.value)
        entries = PAIR if selection is None else selection
        struct.pack_into("<I", self.data, at + 4, self._object(False, pair, entries, depth + 1))
        return at

    def _class(self, nullable: bool, name: str, selection: Selection | None, depth: int) -> int:
        fields = self._types[name].fields or ()
        all_places, _ = places(fields)
        if selection is None:
            selection = tuple(Wanted(slot.name, slot.name) for slot in fields if not slot.hidden)
        return self._object(nullable, all_places, selection, depth)

    def _object(
        self, nullable: bool, all_places: Iterable[Place], selection: Selection, depth: int
    ) -> int:
        by_name = {place.name: place for place in all_places}
        fields, text = [], _head_of_map(len(selection))
        for key, field, inner, constant in selection:
            text += msgspec.msgpack.encode(key)
            if field is None:
                text += msgspec.msgpack.encode(constant)
            else:
                fields.append((by_name[field], inner, text))
                text = b""
        words = [0] * (3 + 4 * len(fields))
        at = self._words(_CLASS, nullable, *words)
        self._fill(at + 4, len(fields), self._text(text), len(text))
        for index, (place, inner, text) in enumerate(fields):
            entry = at + 16 + 16 * index
            self._fill(entry, place.offset, 0, self._text(text), len(text))
            self._link(entry + 4, place.type, inner, depth)
        return at

    def _fill(self, at: int, *words: int) -> None:
        struct.pack_into(f"<{len(words)}I", self.data, at, *words)

    def _text(self, text: bytes) -> int:
        """Put bytes here; where they begin."""
        at = len(self.data)
        self.data += text + bytes(-len(text) % 4)
        return at


def _head_of_map(count: int) -> bytes:
    """How a map of so many entries begins in MessagePack."""
    return bytes((0x80 | count,)) if count < 16 else struct.pack(">BI", 0xDF, count)


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
