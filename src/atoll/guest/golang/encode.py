"""Writing values for a module: from JSON data, or from what host functions give.

Nothing here touches a guest. An encoder puts a value's own bytes into a content, and notes what
addresses belong where in it; the objects it points to become records (``placing.py``).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from atoll.guest.core.scalar import (
    Misfit,
    float_reader,
    integer_reader,
    read_bool,
    read_bytes,
    read_moment,
    read_text,
    shown,
)
from atoll.guest.golang.decode import Form
from atoll.guest.golang.layout import Layouts, bounds_of, code_of
from atoll.guest.golang.memory import POOL, MapRecord, Record, Ref, TooLarge, Writer
from atoll.guest.golang.module import Module, Slot
from atoll.guest.golang.types import (
    FLOATS,
    Array,
    GoType,
    Map,
    Named,
    Pointer,
    Primitive,
    Slice,
    String,
    Time,
    is_bytes,
)


class Content:
    """The bytes of a value, and where in them addresses belong."""

    __slots__ = ("data", "refs")

    def __init__(self, size: int) -> None:
        self.data = bytearray(size)
        self.refs: list[Ref] = []


def _content(writer: Writer, size: int) -> Content:
    """Raises TooLarge: it is larger than what the writer has left."""
    if size > writer.left:
        raise TooLarge
    return Content(size)


Put: TypeAlias = Callable[[Writer, Content, int, Any], None]
"""Puts a value at an offset of a content, which is zero there."""
_MAX_DEPTH = 50
"""Of writers that are made at once. Those further inside are made when they are needed."""
_SINCE_YEAR_1 = 62_135_596_800


class Encoders:
    """Makes the writers of one module's types, for one form."""

    def __init__(self, module: Module, layouts: Layouts, form: Form) -> None:
        self._module = module
        self._layouts = layouts
        self._form = form
        self._word = module.word
        self._pair = struct.Struct("<II" if module.word == 4 else "<QQ")
        self._known: dict[GoType, Put] = {}
        self._depth = 0

    def of(self, type: GoType) -> Put:
        """A writer. When called, it raises Misfit and TooLarge."""
        type = self._module.real(type)
        found = self._known.get(type)
        if found is None:

            def later(writer: Writer, content: Content, offset: int, value: Any) -> None:
                self._known[type](writer, content, offset, value)

            if self._depth == _MAX_DEPTH:
                return lambda *arguments: self.of(type)(*arguments)
            self._known[type] = later  # for types that contain themselves
            self._depth += 1
            found = self._known[type] = self._make(type)
            self._depth -= 1
        return found

    def _make(self, type: GoType) -> Put:
        if is_bytes(type):
            return self._bytes(type)
        match type:
            case Primitive(name):
                return self._primitive(name)
            case String():
                return self._string()
            case Time():
                return _time
            case Pointer(_, of):
                return self._pointer(type, of)
            case Slice(_, item):
                return self._slice(type, item)
            case Array(_, length, item):
                return self._array(length, item)
            case Map():
                return self._map(type)
            case Named(name):
                return self.struct(self._module.fields_of(name) or ())
        raise AssertionError(type)

    def _primitive(self, name: str) -> Put:
        read: Callable[[Any], Any]
        if name == "bool":
            read = read_bool
        elif name in FLOATS:
            read = float_reader(name, single=name == "float32")
        else:
            read = integer_reader(name, *bounds_of(name, self._word))
        pack = struct.Struct("<" + code_of(name, self._word)).pack_into

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            pack(content.data, offset, read(value))

        return put

    def _string(self) -> Put:
        pack = self._pair.pack_into

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            data = read_text(value).encode(errors="replace")
            if data:
                content.refs.append(Ref(offset, POOL, writer.put(data, 1)))
                pack(content.data, offset, 0, len(data))

        return put

    def _header(self, content: Content, offset: int, target: int, at: int, count: int) -> None:
        """Of a slice."""
        content.refs.append(Ref(offset, target, at))
        self._pair.pack_into(content.data, offset + self._word, count, count)

    def _bytes(self, type: GoType) -> Put:
        if isinstance(type, Array):
            length = type.length

            def put_array(writer: Writer, content: Content, offset: int, value: Any) -> None:
                data = read_bytes(value)
                if len(data) > length:
                    raise Misfit(f"expected at most {length} bytes, not {len(data)}")
                content.data[offset : offset + len(data)] = data

            return put_array

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            if value is not None:
                data = read_bytes(value)
                at = writer.put(data or b"\0", 1)
                self._header(content, offset, POOL, at, len(data))

        return put

    def _pointer(self, type: Pointer, of: GoType) -> Put:
        put_inner = self.of(of)
        size = self._layouts.of(of).size
        id = self._id(type)

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            if value is None:
                return
            inner = _content(writer, size)
            put_inner(writer, inner, 0, value)
            target = writer.add(Record(id(), None, bytes(inner.data), inner.refs))
            content.refs.append(Ref(offset, target))

        return put

    def _slice(self, type: Slice, item: GoType) -> Put:
        layout = self._layouts.of(item)
        fill = self._elements(item)
        size, has_pointers = layout.size, layout.has_pointers
        id = self._id(type)

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            if value is None:
                return
            values = _listed(value)
            if not has_pointers:
                inner = _content(writer, len(values) * size)
                fill(writer, inner, values)
                at = writer.put(bytes(inner.data) or b"\0", 16)
                self._header(content, offset, POOL, at, len(values))
            else:
                target = self._record(writer, id(), values, size, fill)
                self._header(content, offset, target, 0, len(values))

        return put

    def _record(self, writer: Writer, id: int, values: Sequence[Any], size: int, fill: Any) -> int:
        """A slice as an object of the guest's own."""
        inner = _content(writer, len(values) * size)
        fill(writer, inner, values)
        return writer.add(Record(id, len(values), bytes(inner.data), inner.refs))

    def _elements(self, item: GoType) -> Callable[[Writer, Content, Sequence[Any]], None]:
        put = self.of(item)
        size = self._layouts.of(item).size
        item = self._module.real(item)
        quick = None
        if isinstance(item, Primitive) and item.name not in ("bool", "float32"):
            quick = code_of(item.name, self._word)
        kinds = (float, int) if isinstance(item, Primitive) and item.name in FLOATS else (int,)

        def fill(writer: Writer, content: Content, values: Sequence[Any]) -> None:
            if quick is not None and all(type(value) in kinds for value in values):
                try:
                    struct.pack_into(f"<{len(values)}{quick}", content.data, 0, *values)
                    return
                except (struct.error, OverflowError):
                    pass  # one by one, to say which
            for index, value in enumerate(values):
                try:
                    put(writer, content, index * size, value)
                except Misfit as misfit:
                    raise misfit.below(f"[{index}]") from None

        return fill

    def _array(self, length: int, item: GoType) -> Put:
        put_item = self.of(item)
        size = self._layouts.of(item).size

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            values = _listed(value)
            if len(values) > length:
                raise Misfit(f"expected at most {length} elements, not {len(values)}")
            for index, each in enumerate(values):
                try:
                    put_item(writer, content, offset + index * size, each)
                except Misfit as misfit:
                    raise misfit.below(f"[{index}]") from None

        return put

    def _map(self, type: Map) -> Put:
        fill_keys, fill_values = self._elements(type.key), self._elements(type.value)
        key_size = self._layouts.of(type.key).size
        value_size = self._layouts.of(type.value).size
        id = self._id(type)
        keys_id, values_id = self._slice_id(type.key), self._slice_id(type.value)

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            if value is None:
                return
            keys, values = _pairs(value)
            keys_at = self._record(writer, keys_id(), keys, key_size, fill_keys)
            values_at = self._record(writer, values_id(), values, value_size, fill_values)
            target = writer.add(MapRecord(id(), len(keys), keys_at, values_at))
            content.refs.append(Ref(offset, target))

        return put

    def struct(self, slots: Sequence[Slot]) -> Put:
        """Of values that lie as the fields of a struct do, from an object."""
        offsets = self._layouts.offsets([slot.type for slot in slots])
        is_api = self._form == "api"
        plan = tuple(
            (slot.name, self.of(slot.type), offset, self._is_nullable(slot.type), slot.default)
            for slot, offset in zip(slots, offsets, strict=True)
            if not (slot.hidden and is_api)
        )

        def put(writer: Writer, content: Content, offset: int, value: Any) -> None:
            if not isinstance(value, Mapping):
                raise Misfit(f"expected an object, not {shown(value)}")
            for name, put_field, place, nullable, default in plan:
                if name not in value:
                    if nullable:
                        continue
                    if default is None:
                        raise Misfit(f"the field {name} is missing")
                found = value[name] if name in value or default is None else default.value
                try:
                    put_field(writer, content, offset + place, found)
                except Misfit as misfit:
                    raise misfit.below(f".{name}") from None

        return put

    def _is_nullable(self, type: GoType) -> bool:
        return isinstance(self._module.real(type), Pointer | Slice | Map)

    def _slice_id(self, item: GoType) -> Callable[[], int]:
        name = f"[]{item.name}"
        if name == "[]byte":
            return lambda: 1
        return self._id(Slice(name, item))

    def _id(self, type: GoType) -> Callable[[], int]:
        """By which the allocator knows a type; looked for when it is needed."""
        module = self._module

        @lru_cache(1)
        def id() -> int:
            info = module.types.get(type.name)
            if info is None:
                raise Misfit(f"the module does not describe the type {type.name[:100]}")
            return info.id

        return id


def _time(writer: Writer, content: Content, offset: int, value: Any) -> None:
    seconds, nanoseconds = read_moment(value)
    _MOMENT.pack_into(content.data, offset, nanoseconds, seconds + _SINCE_YEAR_1)


_MOMENT = struct.Struct("<Qq")


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    raise Misfit(f"expected a list, not {shown(value)}")


def _pairs(value: Any) -> tuple[list[Any], list[Any]]:
    """Keys and values of an object, or of a list of pairs."""
    if isinstance(value, Mapping):
        return list(value.keys()), list(value.values())
    keys, values = [], []
    for index, pair in enumerate(_listed(value)):
        if not isinstance(pair, Mapping) or not {"key", "value"} <= pair.keys():
            raise Misfit("expected an object with key and value", f"[{index}]")
        keys.append(pair["key"])
        values.append(pair["value"])
    return keys, values
