"""Where things are in the memory of an AssemblyScript module.

A pointer leads to an object's content; before it stands the object's header, of which the last two
words are its class id (at -8) and its size in bytes (at -4).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from atoll.guest.assemblyscript.module import Slot
from atoll.guest.assemblyscript.types import AsType, Primitive, slot_size

HEADER = struct.Struct("<II")
HEADER_SIZE = 20
ARRAY_BUFFER_ID = 1
STRING_ID = 2

ARRAY = struct.Struct("<4I")  # buffer, start of data, its size in bytes, length
VIEW = struct.Struct("<3I")  # buffer, start of data, its size in bytes
MAP = struct.Struct("<6I")  # buckets, mask, entries, capacity, used entries, live entries
DATE = struct.Struct("<iii4xq")  # year, month, day, milliseconds since 1970
WORD = struct.Struct("<I")

FORMATS = {
    "bool": "B", "i8": "b", "u8": "B", "i16": "h", "u16": "H", "i32": "i", "u32": "I",
    "isize": "i", "usize": "I", "i64": "q", "u64": "Q", "f32": "f", "f64": "d",
}  # fmt: skip
POINTER = "I"


def format_of(type: AsType) -> str:
    """The ``struct`` character of a value in a field, an array or a map."""
    return FORMATS[type.name] if isinstance(type, Primitive) else POINTER


def align(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


@dataclass(frozen=True, slots=True)
class Place:
    """A field in its class."""

    name: str
    type: AsType
    offset: int


def places(fields: tuple[Slot, ...]) -> tuple[tuple[Place, ...], int]:
    """Where fields are, in the order of metadata, and the size of their class."""
    found, offset, widest = [], 0, 1
    for field in fields:
        size = slot_size(field.type)
        offset = align(offset, size)
        found.append(Place(field.name, field.type, offset))
        offset += size
        widest = max(widest, size)
    return tuple(found), align(offset, widest)


def struct_of(fields: tuple[Place, ...], size: int | None = None) -> struct.Struct:
    """Reads or writes these fields, in the order of their offsets; padded to ``size`` if given."""
    text, at = "<", 0
    for field in fields:
        text += f"{field.offset - at}x" if field.offset > at else ""
        text += format_of(field.type)
        at = field.offset + slot_size(field.type)
    if size is not None and size > at:
        text += f"{size - at}x"
    return struct.Struct(text)


@dataclass(frozen=True, slots=True)
class EntryLayout:
    """Of an entry of a map (or of a set, whose entries have no value)."""

    value: int
    link: int
    """Of the word that links entries of a bucket; its lowest bit marks a deleted entry."""
    size: int


def map_entry(key: AsType, value: AsType) -> EntryLayout:
    key_size, value_size = slot_size(key), slot_size(value)
    at = align(key_size, value_size)
    link = align(at + value_size, 4)
    return EntryLayout(at, link, align(link + 4, max(key_size, value_size, 4)))


def set_entry(item: AsType) -> EntryLayout:
    size = slot_size(item)
    link = align(size, 4)
    return EntryLayout(size, link, align(link + 4, max(size, 4)))


def capacity(count: int) -> tuple[int, int]:
    """Buckets of a table with ``count`` entries and its room for them, as the guest grows it."""
    buckets = room = 4
    while buckets < count:
        buckets *= 2
        room = buckets * 8 // 3
    return buckets, room
