"""Making a module's objects of values.

An encoder is compiled once for a type; it takes a ``Writer`` and a value. It writes down which
objects are to be made and what is in them; making them is the work of ``placing.py``.
"""

from __future__ import annotations

import struct
from codecs import utf_16_le_encode
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from atoll.guest.assemblyscript.decode import Form
from atoll.guest.assemblyscript.key_hash import hash_bytes, hash_small
from atoll.guest.assemblyscript.layout import (
    ARRAY,
    ARRAY_BUFFER_ID,
    DATE,
    MAP,
    STRING_ID,
    VIEW,
    WORD,
    EntryLayout,
    capacity,
    format_of,
    map_entry,
    places,
    set_entry,
    struct_of,
)
from atoll.guest.assemblyscript.memory import Refs, Writer
from atoll.guest.assemblyscript.module import ManagedType
from atoll.guest.assemblyscript.types import (
    POINTER_SIZE,
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
    slot_size,
)
from atoll.guest.core.scalar import (
    Misfit,
    civil,
    primitive_reader,
    read_bytes,
    read_text,
    read_timestamp,
    shown,
)

Encode: TypeAlias = Callable[[Writer, Any], Any]
"""From a value to what a parameter, field or element of its type holds; for an object that is its
handle in the writer, and 0 for null."""

_MOST_YEARS = 1 << 31


class Encoders:
    """Compiles encoders for the types of one module."""

    def __init__(self, types: Mapping[str, ManagedType], form: Form) -> None:
        self._types = types
        self._form = form
        self._classes: dict[str, Encode] = {}

    def slot(self, type: AsType) -> Encode:
        match type:
            case Primitive(name):
                return _primitive(name, lenient=self._form == "native")
            case Nullable(of):
                inner = self.slot(of)

                return lambda writer, value: 0 if value is None else inner(writer, value)
            case _:
                encode = self._managed(type)

                def required(writer: Writer, value: Any) -> Any:
                    if value is None:
                        raise Misfit("null is not allowed")
                    return encode(writer, value)

                return required

    def _managed(self, type: AsType) -> Encode:
        match type:
            case String():
                return _string
            case ArrayBuffer():
                return _buffer
            case Date(name):
                return self._date(name)
            case TypedArray(name, item):
                return self._typed_array(name, item)
            case Array(name, item):
                return self._array(name, item)
            case StaticArray(name, item):
                return self._static_array(name, item)
            case Set(name, item):
                return self._set(name, item)
            case Map(name, key, value):
                return self._map(name, key, value)
            case Class(name):
                return self._class(name)
            case _:
                raise AssertionError(f"{type} is not managed")

    def _id(self, name: str) -> int:
        return self._types[name].id

    def _date(self, name: str) -> Encode:
        class_id = self._id(name)

        def encode(writer: Writer, value: Any) -> int:
            milliseconds = read_timestamp(value)
            year, month, day = civil(milliseconds // 1000)
            if not (-_MOST_YEARS <= year < _MOST_YEARS and -(1 << 63) <= milliseconds < 1 << 63):
                raise Misfit("the date is too far away")
            return writer.new(DATE.size, class_id, DATE.pack(year, month, day, milliseconds))

        return encode

    def _typed_array(self, name: str, item: Primitive) -> Encode:
        class_id, pack = self._id(name), _packer(item)
        is_bytes = item.name == "u8"

        def encode(writer: Writer, value: Any) -> int:
            if is_bytes or isinstance(value, str | bytes):
                data = read_bytes(value)
                if len(data) % slot_size(item):
                    raise Misfit(f"{len(data)} bytes are no whole number of elements")
            else:
                data = pack(value)
            buffer = _new_buffer(writer, data)
            return writer.new(
                VIEW.size, class_id, VIEW.pack(0, 0, len(data)), [(0, buffer), (4, buffer)]
            )

        return encode

    def _array(self, name: str, item: AsType) -> Encode:
        class_id, elements = self._id(name), self._elements(item)
        is_bytes = item == Primitive("u8")

        def encode(writer: Writer, value: Any) -> int:
            if is_bytes and isinstance(value, str | bytes):
                value = list(read_bytes(value))
            values = _listed(value)
            data, refs = elements(writer, values)
            buffer = writer.new(len(data), ARRAY_BUFFER_ID, data, refs)
            words = ARRAY.pack(0, 0, len(data), len(values))
            return writer.new(ARRAY.size, class_id, words, [(0, buffer), (4, buffer)])

        return encode

    def _static_array(self, name: str, item: AsType) -> Encode:
        class_id, elements = self._id(name), self._elements(item)

        def encode(writer: Writer, value: Any) -> int:
            data, refs = elements(writer, _listed(value))
            return writer.new(len(data), class_id, data, refs)

        return encode

    def _elements(self, item: AsType) -> Callable[[Writer, list[Any]], tuple[bytes, Refs]]:
        """Makes the content of a list."""
        if isinstance(item, Primitive):
            pack = _packer(item)
            return lambda writer, values: (pack(values), ())
        element = self.slot(item)

        def encode(writer: Writer, values: list[Any]) -> tuple[bytes, Refs]:
            refs = []
            for index, value in enumerate(values):
                try:
                    handle = element(writer, value)
                except Misfit as misfit:
                    raise misfit.below(f"[{index}]") from None
                if handle:
                    refs.append((index * POINTER_SIZE, handle))
            return bytes(len(values) * POINTER_SIZE), refs

        return encode

    def _set(self, name: str, item: AsType) -> Encode:
        table = self._table(name, item, None, set_entry(item))
        return lambda writer, value: table(writer, [(each, None) for each in _listed(value)])

    def _map(self, name: str, key: AsType, value: AsType) -> Encode:
        table = self._table(name, key, value, map_entry(key, value))
        nullable = isinstance(value, Nullable)
        return lambda writer, given: table(writer, _pairs(given, nullable))

    def _table(
        self, name: str, key: AsType, value: AsType | None, layout: EntryLayout
    ) -> Callable[[Writer, list[tuple[Any, Any]]], int]:
        """Writes the hash table that maps and sets are."""
        class_id = self._id(name)
        encode_key = self.slot(key)
        encode_value = None if value is None else self.slot(value)
        key_hash = _key_hash(key)
        distinct = _distinct(key)
        put_key = _putter(key)
        put_value = None if value is None else _putter(value)

        def encode(writer: Writer, pairs: list[tuple[Any, Any]]) -> int:
            pairs = list({distinct(k): (k, v) for k, v in pairs}.values())
            count = len(pairs)
            buckets, room = capacity(count)
            data = bytearray(count * layout.size)
            refs: list[tuple[int, int]] = []
            heads: list[int | None] = [None] * buckets
            links: list[int] = []
            for index, (given_key, given_value) in enumerate(pairs):
                at = index * layout.size
                try:
                    raw = encode_key(writer, given_key)
                except Misfit as misfit:
                    raise misfit.below(".key") from None
                put_key(data, at, raw, refs)
                if encode_value is not None and put_value is not None:
                    try:
                        raw_value = encode_value(writer, given_value)
                    except Misfit as misfit:
                        raise misfit.below(f"[{shown(given_key)}]") from None
                    put_value(data, at + layout.value, raw_value, refs)
                bucket = key_hash(given_key, raw) & (buckets - 1)
                before = heads[bucket]
                if before is not None:
                    WORD.pack_into(data, at + layout.link, before)
                    links.append(at + layout.link)
                heads[bucket] = at
            # Links and buckets hold addresses of entries: that of their buffer, and a distance.
            entries = writer.new(room * layout.size, ARRAY_BUFFER_ID, bytes(data), refs)
            refs += [(link, entries) for link in links]
            table = writer.new(
                buckets * 4,
                ARRAY_BUFFER_ID,
                struct.pack(f"<{buckets}I", *(head or 0 for head in heads)),
                [(4 * i, entries) for i, head in enumerate(heads) if head is not None],
            )
            words = MAP.pack(0, buckets - 1, 0, room, count, count)
            return writer.new(MAP.size, class_id, words, [(0, table), (8, entries)])

        return encode

    def _class(self, name: str) -> Encode:
        known = self._classes.get(name)
        if known is not None:
            return known

        def later(writer: Writer, value: Any) -> Any:
            return self._classes[name](writer, value)

        self._classes[name] = later  # for classes that contain themselves
        encode = self._classes[name] = self._compile(name)
        return encode

    def _compile(self, name: str) -> Encode:
        described = self._types[name]
        all_places, size = places(described.fields or ())
        layout = struct_of(all_places, size)
        plan = tuple(
            (
                place.name,
                self.slot(place.type),
                isinstance(place.type, Nullable),
                -1 if isinstance(place.type, Primitive) else place.offset,
            )
            for place in all_places
        )
        class_id = described.id
        short = name.rpartition("/")[2]
        defaults = {p.name: empty_value(p.type) for p in all_places}
        native = self._form == "native"

        def encode(writer: Writer, value: Any) -> int:
            if not isinstance(value, Mapping):
                raise Misfit(f"expected an object ({short}), not {shown(value)}")
            if native:
                folded = {key.lower(): each for key, each in value.items()}
                value = {
                    field: empty if (found := folded.get(field.lower())) is None else found
                    for field, empty in defaults.items()
                }
            raws: list[Any] = []
            refs = []
            for field, encode_field, is_nullable, offset in plan:
                try:
                    if field not in value and not is_nullable:
                        raise Misfit("the field is missing")
                    raw = encode_field(writer, value.get(field))
                except Misfit as misfit:
                    raise misfit.below(f".{field}") from None
                if offset >= 0 and raw:
                    refs.append((offset, raw))
                    raw = 0
                raws.append(raw)
            return writer.new(size, class_id, layout.pack(*raws), refs)

        return encode


def _primitive(name: str, *, lenient: bool) -> Encode:
    read = primitive_reader(name)

    def encode(writer: Writer, value: Any) -> Any:
        if value is None:
            if not lenient:
                raise Misfit("null is not allowed")
            value = 0
        return read(value)

    return encode


def _string(writer: Writer, value: Any) -> int:
    data = utf_16_le_encode(read_text(value), "surrogatepass")[0]
    return writer.new(len(data), STRING_ID, data)


def _buffer(writer: Writer, value: Any) -> int:
    return _new_buffer(writer, read_bytes(value))


def _new_buffer(writer: Writer, data: bytes) -> int:
    return writer.new(len(data), ARRAY_BUFFER_ID, data)


def _putter(type: AsType) -> Callable[[bytearray, int, Any, list[tuple[int, int]]], None]:
    """Puts a key or value into an entry."""
    if isinstance(type, Primitive):
        pack = struct.Struct(f"<{format_of(type)}").pack_into
        return lambda data, at, raw, refs: pack(data, at, raw)

    def put(data: bytearray, at: int, raw: int, refs: list[tuple[int, int]]) -> None:
        if raw:
            refs.append((at, raw))

    return put


def _packer(item: Primitive) -> Callable[[Any], bytes]:
    read = primitive_reader(item.name)
    character = format_of(item)

    def pack(value: Any) -> bytes:
        values = _listed(value)
        numbers = []
        for index, each in enumerate(values):
            try:
                if each is None:
                    raise Misfit("null is not allowed")
                numbers.append(read(each))
            except Misfit as misfit:
                raise misfit.below(f"[{index}]") from None
        return struct.pack(f"<{len(numbers)}{character}", *numbers)

    return pack


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, bytes | tuple):
        return list(value)
    raise Misfit(f"expected a list, not {shown(value)}")


def _pairs(value: Any, nullable: bool) -> list[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    pairs = []
    for index, pair in enumerate(_listed(value)):
        if not isinstance(pair, Mapping) or "key" not in pair:
            raise Misfit("expected an object with key and value", f"[{index}]")
        if "value" not in pair and not nullable:
            raise Misfit("the value is missing", f"[{index}]")
        pairs.append((pair["key"], pair.get("value")))
    return pairs


def _distinct(key: AsType) -> Callable[[Any], Any]:
    """What tells keys apart: of two equal ones the last counts."""
    if isinstance(key, Primitive):
        read = primitive_reader(key.name)

        def number(value: Any) -> Any:
            if value is None:
                raise Misfit("null is not allowed", ".key")
            return read(value)

        if key.name == "f32":
            narrow = struct.Struct("<f")
            return lambda value: narrow.unpack(narrow.pack(number(value)))[0]
        return number
    if isinstance(key, String):
        return lambda value: value if isinstance(value, str) else read_text(value)
    if isinstance(key, Nullable) and isinstance(key.of, String):
        return lambda value: None if value is None else read_text(value)
    return id


def _key_hash(key: AsType) -> Callable[[Any, Any], int]:
    """From the key as given and as it is stored."""
    if isinstance(key, String) or (isinstance(key, Nullable) and isinstance(key.of, String)):
        return lambda given, raw: 0 if given is None else _text_hash(read_text(given))
    if not isinstance(key, Primitive):
        return lambda given, raw: hash_small(raw, 4)
    width = slot_size(key)
    if width == 8 or key.name == "f32":
        pack = struct.Struct(f"<{format_of(key)}").pack
        return lambda given, raw: hash_bytes(pack(raw))
    return lambda given, raw: hash_small(raw, width)


def _text_hash(text: str) -> int:
    return hash_bytes(utf_16_le_encode(text, "surrogatepass")[0])
