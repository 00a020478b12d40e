"""Reading values from a module's memory. Whatever is there is hostile: it may lie about anything.

A decoder is compiled once for a type and a selection; it takes a ``Reader`` and a pointer.
"""

from __future__ import annotations

import struct
from codecs import utf_16_le_decode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from atoll.guest.assemblyscript.layout import (
    ARRAY,
    DATE,
    HEADER,
    HEADER_SIZE,
    MAP,
    STRING_ID,
    VIEW,
    format_of,
    map_entry,
    places,
    set_entry,
    struct_of,
)
from atoll.guest.assemblyscript.memory import Reader
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
    empty_value,
    parts_of,
    slot_size,
)
from atoll.guest.core.scalar import shortest_float32, write_base64, write_timestamp
from atoll.guest.failure import BadGuestReply
from atoll.guest.selection import PAIR, Selection, Wanted

Form: TypeAlias = Literal["api", "native"]
"""``api``: JSON data as the API has it. ``native``: for host functions (bytes, dicts, numbers)."""
Decode: TypeAlias = Callable[[Reader, int], Any]
"""From a pointer, which is not null, to the value."""
Convert: TypeAlias = Callable[[Any], Any]

MAX_DEPTH = 100
MAX_VISITS = 5
"""How often an object may occur inside itself; what is deeper is read as null."""
_ENTRY_COST = 8
_SHORTENING_COST = 64
"""Of a 32-bit float, whose shortest form takes microseconds to find."""


class _Part(NamedTuple):
    """How an entry of an object is made."""

    key: str
    at: int
    """Which of the values that are unpacked together."""
    decode: Callable[[Reader, Any], Any] | None
    """None for a constant."""
    constant: str | None


class Decoders:
    """Compiles decoders for the types of one module."""

    def __init__(self, types: Mapping[str, ManagedType], form: Form) -> None:
        self._types = types
        self._form = form
        self._conversions = _OF_API if form == "api" else _NATIVE
        self._classes: dict[tuple[str, Selection | None], Decode] = {}

    def slot(self, type: AsType, selection: Selection | None, where: str) -> Callable[..., Any]:
        """Makes a value of what a field, element or parameter holds: ``(reader, raw) -> value``."""
        match type:
            case Primitive(name):
                convert = self._conversions.get(name)
                if convert is None:
                    return lambda reader, raw: raw
                return lambda reader, raw: convert(raw)
            case Nullable(of):
                inner = self.pointer(of, selection)
                return lambda reader, raw: inner(reader, raw) if raw else None
            case _:
                decode = self.pointer(type, selection)
                null = self._null(type, where)
                return lambda reader, raw: decode(reader, raw) if raw else null()

    def _null(self, type: AsType, where: str) -> Callable[[], Any]:
        """What a null pointer is read as. Host functions take it for nothing where it should not
        be: a guest's object may lack what the JSON that it was made of lacked."""
        if isinstance(type, Nullable):
            return lambda: None
        if self._form == "native":
            return lambda: empty_value(type)

        def refuse() -> None:
            raise BadGuestReply(f"{where} is null, which its type does not allow")

        return refuse

    def pointer(self, type: AsType, selection: Selection | None) -> Decode:
        match type:
            case Nullable(of):
                return self.pointer(of, selection)
            case String():
                return _string
            case ArrayBuffer():
                return _buffer if self._form == "native" else _base64(_buffer)
            case Date():
                return _milliseconds if self._form == "native" else _timestamp
            case TypedArray(name, item):
                read = _typed_array(item)
                return self._bytes(read) if name in BYTES else self._numbers(read, item)
            case Array(_, Primitive("u8")) if self._form == "api":
                return self._bytes(_array_data(1))
            case Array(_, item):
                return self._list(_array_data(slot_size(item)), item, selection)
            case StaticArray(_, item):
                return self._list(_static_array_data(slot_size(item)), item, selection)
            case Set(_, item):
                return self._set(item, selection)
            case Map(_, key, value):
                return self._map(key, value, selection)
            case Class(name):
                return self._class(name, selection)
            case Primitive():
                raise AssertionError("a primitive has no pointer")

    def _bytes(self, read: Callable[[Reader, int], memoryview]) -> Decode:
        if self._form == "native":
            return lambda reader, pointer: bytes(read(reader, pointer))
        return lambda reader, pointer: write_base64(bytes(read(reader, pointer)))

    def _list(
        self,
        data: Callable[[Reader, int], memoryview],
        item: AsType,
        selection: Selection | None,
    ) -> Decode:
        if isinstance(item, Primitive):
            return self._numbers(data, item)
        decode = self.pointer(item, selection)
        null = self._null(item, "an element of a list")

        def read(reader: Reader, pointer: int) -> list[Any]:
            found = data(reader, pointer).cast("I")
            _descend(reader, len(found) * _ENTRY_COST)
            values = [decode(reader, raw) if raw else null() for raw in found]
            reader.depth -= 1
            return values

        return read

    def _numbers(self, read: Callable[[Reader, int], memoryview], item: Primitive) -> Decode:
        character, size = format_of(item), slot_size(item)
        convert = self._conversions.get(item.name)
        # A list of small numbers takes more of our memory than of the guest's, or of our time.
        cost = _SHORTENING_COST if convert is shortest_float32 else _ENTRY_COST

        def decode(reader: Reader, pointer: int) -> list[Any]:
            data = read(reader, pointer)
            reader.spend(len(data) // size * cost)
            numbers = list(struct.unpack(f"<{len(data) // size}{character}", data))
            return numbers if convert is None else [convert(number) for number in numbers]

        return decode

    def _set(self, item: AsType, selection: Selection | None) -> Decode:
        layout = set_entry(item)
        convert = self.slot(item, selection, "an element of a set")
        entry = struct.Struct(f"<{format_of(item)}{layout.link - slot_size(item)}xI")

        def read(reader: Reader, pointer: int) -> list[Any]:
            entries = _entries(reader, pointer, layout.size)
            _descend(reader, len(entries))
            values = [
                convert(reader, raw)
                for raw, link in _each(entry, entries, layout.size)
                if not link & 1
            ]
            reader.depth -= 1
            return values

        return read

    def _map(self, key: AsType, value: AsType, selection: Selection | None) -> Decode:
        layout = map_entry(key, value)
        gap = layout.value - slot_size(key)
        rest = layout.link - layout.value - slot_size(value)
        entry = struct.Struct(f"<{format_of(key)}{gap}x{format_of(value)}{rest}xI")
        slots = {"key": (key, "a map's key"), "value": (value, "a map's value")}
        parts = self._parts(PAIR if selection is None else selection, slots)
        cost = max(layout.size, len(parts) * _ENTRY_COST)
        gather = _dict_of(parts) if self._form == "native" else _pairs_of(parts)

        def read(reader: Reader, pointer: int) -> Any:
            entries = _entries(reader, pointer, layout.size)
            _descend(reader, len(entries) // layout.size * cost)
            live = (raws for raws in _each(entry, entries, layout.size) if not raws[2] & 1)
            values = gather(reader, live)
            reader.depth -= 1
            return values

        return read

    def _parts(
        self, selection: Selection, slots: Mapping[str, tuple[AsType, str]]
    ) -> tuple[_Part, ...]:
        """How each entry of an object is made of its slots.

        Args:
            slots: by field, in the order in which they are unpacked: type, and what it is called.
        """
        order = list(slots)
        parts = []
        for key, field, inner, constant in selection:
            if field is None:
                parts.append(_Part(key, 0, None, constant))
            else:
                type, where = slots[field]
                parts.append(_Part(key, order.index(field), self.slot(type, inner, where), None))
        return tuple(parts)

    def _class(self, name: str, selection: Selection | None) -> Decode:
        known = self._classes.get((name, selection))
        if known is not None:
            return known

        def later(reader: Reader, pointer: int) -> Any:  # for classes that contain themselves
            return self._classes[name, selection](reader, pointer)

        self._classes[name, selection] = later
        decode = self._classes[name, selection] = self._compile(name, selection)
        return decode

    def _compile(self, name: str, selection: Selection | None) -> Decode:
        slots = self._types[name].fields or ()
        all_places, _ = places(slots)
        entries = selection
        if entries is None:
            entries = tuple(
                Wanted(slot.name, slot.name)
                for slot in slots
                if not slot.hidden or self._form == "native"
            )
        fields = {wanted.field for wanted in entries}
        chosen = tuple(place for place in all_places if place.name in fields)
        short = name.rpartition("/")[2]
        found = {place.name: (place.type, f"the field {place.name} of {short}") for place in chosen}
        parts = self._parts(entries, found)
        layout = struct_of(chosen)
        unpack, size = layout.unpack_from, layout.size
        cost = max(size, len(parts) * _ENTRY_COST) + _ENTRY_COST

        def read(reader: Reader, pointer: int) -> dict[str, Any]:
            if pointer + size > reader.size:
                raise reader.refusal(pointer, size)
            _descend(reader, cost)
            raws = unpack(reader.view, pointer)
            value = {
                key: constant if decode is None else decode(reader, raws[at])
                for key, at, decode, constant in parts
            }
            reader.depth -= 1
            return value

        guarded = selection is None and _contains_itself(name, self._types)
        if not guarded:
            return read

        def read_guarded(reader: Reader, pointer: int) -> Any:
            if reader.visits is None:
                reader.visits = {}
            visits = reader.visits.get(pointer, 0)
            if visits > MAX_VISITS:
                return None
            reader.visits[pointer] = visits + 1
            value = read(reader, pointer)
            reader.visits[pointer] = visits
            return value

        return read_guarded


def _too_deep() -> BadGuestReply:
    return BadGuestReply(f"the value nests deeper than {MAX_DEPTH} levels")


def _contains_itself(name: str, types: Mapping[str, ManagedType]) -> bool:
    """Whether an object of the class can be part of itself."""
    seen: set[str] = set()
    pending = [slot.type for slot in types[name].fields or ()]
    while pending:
        type = pending.pop()
        pending += parts_of(type)
        if isinstance(type, Class):
            if type.name == name:
                return True
            if type.name not in seen:
                seen.add(type.name)
                pending += [slot.type for slot in types[type.name].fields or ()]
    return False


def _descend(reader: Reader, cost: int) -> None:
    reader.spend(cost)
    reader.depth += 1
    if reader.depth > MAX_DEPTH:
        raise _too_deep()


def header(reader: Reader, pointer: int) -> tuple[int, int]:
    """Class id and size of an object."""
    if not HEADER_SIZE <= pointer <= reader.size:
        raise reader.refusal(pointer, 0)
    found: tuple[int, int] = HEADER.unpack_from(reader.view, pointer - 8)
    return found


def _string(reader: Reader, pointer: int) -> str:
    if not 20 <= pointer <= reader.size:
        raise reader.refusal(pointer, 0)
    at, words = pointer >> 2, reader.words  # objects are aligned; for one that is not, a lie
    size = words[at - 1]
    if words[at - 2] != STRING_ID:
        raise BadGuestReply(f"the guest named an object at address {pointer} that is not a text")
    reader.left -= size + _ENTRY_COST
    end = pointer + size
    if end > reader.size or reader.left < 0:
        raise reader.refusal(pointer, size)
    # A lone half of a surrogate pair, which JSON cannot carry, becomes U+FFFD.
    return utf_16_le_decode(reader.view[pointer:end], "replace", True)[0]


def _buffer(reader: Reader, pointer: int) -> bytes:
    _, size = header(reader, pointer)
    return bytes(reader.span(pointer, size))


def _base64(read: Callable[[Reader, int], bytes]) -> Decode:
    return lambda reader, pointer: write_base64(read(reader, pointer))


def _milliseconds(reader: Reader, pointer: int) -> int:
    milliseconds: int = DATE.unpack(reader.span(pointer, DATE.size))[3]
    return milliseconds


def _timestamp(reader: Reader, pointer: int) -> str:
    return write_timestamp(_milliseconds(reader, pointer))


def _whole(data: memoryview, size: int) -> memoryview:
    """Without what is left over when bytes are divided into elements."""
    return data[: len(data) // size * size]


def _typed_array(item: Primitive) -> Callable[[Reader, int], memoryview]:
    size = slot_size(item)

    def read(reader: Reader, pointer: int) -> memoryview:
        _, start, length = VIEW.unpack(reader.span(pointer, VIEW.size))
        return _whole(reader.span(start, length), size)

    return read


def _array_data(size: int) -> Callable[[Reader, int], memoryview]:
    def read(reader: Reader, pointer: int) -> memoryview:
        _, start, _, length = ARRAY.unpack(reader.span(pointer, ARRAY.size))
        return reader.span(start, length * size)

    return read


def _static_array_data(size: int) -> Callable[[Reader, int], memoryview]:
    def read(reader: Reader, pointer: int) -> memoryview:
        _, length = header(reader, pointer)
        return _whole(reader.span(pointer, length), size)

    return read


def _entries(reader: Reader, pointer: int, size: int) -> memoryview:
    """The used entries of a map or set."""
    _, _, entries, _, used, _ = MAP.unpack(reader.span(pointer, MAP.size))
    if used >= 1 << 31:
        raise reader.refusal(entries, used)
    return reader.span(entries, used * size) if used else reader.view[:0]


def _each(entry: struct.Struct, entries: memoryview, size: int) -> Any:
    if entry.size == size:
        return entry.iter_unpack(entries)
    padded = struct.Struct(f"{entry.format}{size - entry.size}x")
    return padded.iter_unpack(entries)


def _pairs_of(parts: Sequence[_Part]) -> Callable[[Reader, Iterable[Sequence[Any]]], Any]:
    """What makes a list of a map's entries."""
    return lambda reader, entries: [
        {
            key: constant if decode is None else decode(reader, raws[at])
            for key, at, decode, constant in parts
        }
        for raws in entries
    ]


def _dict_of(parts: Sequence[_Part]) -> Callable[[Reader, Iterable[Sequence[Any]]], Any]:
    key_of, value_of = (part.decode for part in parts)
    assert key_of is not None
    assert value_of is not None
    return lambda reader, entries: {
        _hashable(key_of(reader, raws[0])): value_of(reader, raws[1]) for raws in entries
    }


def _hashable(key: Any) -> Any:
    return repr(key) if isinstance(key, dict | list) else key


def _to_bool(raw: int) -> bool:
    return raw != 0


_NATIVE: Mapping[str, Convert] = {"bool": _to_bool}
_OF_API: Mapping[str, Convert] = {**_NATIVE, "f32": shortest_float32}
"""Conversions of what ``struct`` reads; the others are as they should be."""
