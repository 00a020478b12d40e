"""A guest without code: memory, and the allocator that encoders ask for objects."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import pytest

from atoll.engine import GuestMemoryError
from atoll.guest.assemblyscript.codec import Codec
from atoll.guest.assemblyscript.module import ManagedType, Module, Signature, Slot
from atoll.guest.assemblyscript.placing import place
from atoll.guest.assemblyscript.types import (
    Array,
    AsType,
    Class,
    Date,
    Map,
    Nullable,
    Set,
    StaticArray,
    TypedArray,
    parse_type,
)


class FakeMemory:
    """Hands out objects from the bottom up. Pins are checked as the real runtime does."""

    def __init__(self, size: int = 1 << 16) -> None:
        self.data = bytearray(size)
        self.top = 1024
        self.pinned: set[int] = set()
        self.made: list[int] = []

    def view(self) -> memoryview:
        return memoryview(self.data)

    def write(self, pointer: int, data: bytes) -> None:
        if pointer < 0 or pointer + len(data) > len(self.data):
            raise GuestMemoryError("outside")
        self.data[pointer : pointer + len(data)] = data

    def run(self, steps: Any) -> Any:
        result = None
        self.made.clear()
        try:
            while True:
                name, *arguments = steps.send(result)
                result = getattr(self, name)(*arguments)
        except StopIteration as stop:
            return stop.value

    def __new(self, size: int, class_id: int) -> int:
        # Whatever was made before must be pinned now: here the collector would run.
        assert all(pointer in self.pinned for pointer in self.made)
        pointer = (self.top + 20 + 15) & ~15
        self.top = pointer + size
        if self.top > len(self.data):
            self.data += bytes(self.top - len(self.data) + (1 << 16))
            self.data += bytes(-len(self.data) % 4)
        struct.pack_into("<II", self.data, pointer - 8, class_id & 0xFFFFFFFF, size)
        self.made.append(pointer)
        return pointer

    def __getattribute__(self, name: str) -> Any:
        if name in ("__new", "__pin", "__unpin"):
            name = f"_FakeMemory{name}"
        return object.__getattribute__(self, name)

    def __pin(self, pointer: int) -> int:
        assert pointer not in self.pinned
        self.pinned.add(pointer)
        return pointer

    def __unpin(self, pointer: int) -> None:
        self.pinned.remove(pointer)


def module_of(
    text: str, classes: Mapping[str, Mapping[str, str]] | None = None, default: Any = None
) -> Module:
    """A module with a function ``f`` that takes and gives a value of this type. Fields of classes
    whose names begin with ``_`` are hidden."""
    types: dict[str, ManagedType] = {}
    for name, fields in (classes or {}).items():
        slots = tuple(
            Slot(field, parse_type(spelled), hidden=field.startswith("_"))
            for field, spelled in fields.items()
        )
        types[name] = ManagedType(name, 100 + len(types), slots)
    pending: list[AsType] = [slot.type for each in types.values() for slot in each.fields or ()]
    type = parse_type(text)
    pending.append(type)
    while pending:
        match pending.pop():
            case Nullable(of):
                pending.append(of)
            case Array(name, item) | StaticArray(name, item) | Set(name, item):
                types.setdefault(name, ManagedType(name, 100 + len(types), None))
                pending.append(item)
            case Map(name, key, value):
                types.setdefault(name, ManagedType(name, 100 + len(types), None))
                pending += [key, value]
            case Date(name) | TypedArray(name, _):
                types.setdefault(name, ManagedType(name, 100 + len(types), None))
            case Class(name):
                assert name in types
    signature = Signature("f", (Slot("value", type, default),), type)
    return Module("p", "modus-sdk-as@1", {"f": signature}, {"m.f": signature}, types)


class Border:
    """Values across the border of a fake guest that gives back what it gets."""

    def __init__(self, module: Module, max_bytes: int = 1 << 20) -> None:
        self.codec = Codec(module, max_bytes=max_bytes)
        self.memory = FakeMemory()

    def write(self, value: Any) -> int:
        codec = self.codec.export("f")
        records, raws, _ = codec.encode({"value": value})
        addresses = self.memory.run(place(records, self.memory, keep=False))
        return codec.with_addresses(raws, addresses)[0]

    def read(self, raw: Any, selection: Any = None) -> Any:
        return self.codec.export("f").decoder(selection)(self.memory, raw)

    def echo(self, value: Any, selection: Any = None) -> Any:
        return self.read(self.write(value), selection)


@pytest.fixture
def border():
    def make(text: str, classes: Any = None, *, max_bytes: int = 1 << 20) -> Border:
        return Border(module_of(text, classes), max_bytes)

    return make
