"""Where values lie: sizes, alignments, offsets, and how they are spread out in flat calls.

All of it follows from the size of a word, 4 bytes (TinyGo) or 8 (the standard compiler).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from atoll.guest.golang.module import Module
from atoll.guest.golang.types import (
    FLOATS,
    SIGNED,
    UNSIGNED,
    WORDS,
    Array,
    GoType,
    Map,
    Named,
    Pointer,
    Primitive,
    Slice,
    String,
    Time,
)

MAX_SIZE = 1 << 28
"""Bytes of a value without what it points to."""
_MAX_DEPTH = 150
_CODES = {1: "b", 2: "h", 4: "i", 8: "q"}


class Unlayable(ValueError):
    """A type has no layout: it is part of itself, or too large."""


class Layout(NamedTuple):
    size: int
    align: int
    leaves: int
    """Of how many words the value consists when it is spread out."""
    has_pointers: bool
    """Whether the guest's collector must look into it."""


class Leaf(NamedTuple):
    """A part of a value that WebAssembly passes on its own."""

    offset: int
    size: int
    wasm: str


def align(offset: int, to: int) -> int:
    return (offset + to - 1) & -to


def code_of(name: str, word: int) -> str:
    """The character of the ``struct`` module for a primitive."""
    if name == "bool":
        return "?"
    if name in FLOATS:
        return "f" if name == "float32" else "d"
    size = primitive_size(name, word)
    return _CODES[size] if name in SIGNED or WORDS.get(name, False) else _CODES[size].upper()


def primitive_size(name: str, word: int) -> int:
    if name == "bool":
        return 1
    if name in WORDS:
        return word
    return SIGNED.get(name) or UNSIGNED.get(name) or FLOATS[name]


def bounds_of(name: str, word: int) -> tuple[int, int]:
    """The least and the largest value of an integer."""
    bits = 8 * primitive_size(name, word)
    if name in SIGNED or WORDS.get(name, False):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    return 0, (1 << bits) - 1


class Layouts:
    """The layouts of one module's types."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.word = module.word
        self._known: dict[GoType, Layout | None] = {}
        self._depth = 0

    def of(self, type: GoType) -> Layout:
        """Raises Unlayable."""
        try:
            found = self._known[type]
        except KeyError:
            self._known[type] = None  # being computed
            self._depth += 1
            if self._depth > _MAX_DEPTH:
                raise Unlayable(f"the type {type.name[:100]} nests too deeply") from None
            found = self._known[type] = self._compute(type)
            self._depth -= 1
        if found is None:
            raise Unlayable(f"the type {type.name[:100]} is part of itself")
        return found

    def _compute(self, type: GoType) -> Layout:
        word = self.word
        match self._module.real(type):
            case Primitive(name):
                size = primitive_size(name, word)
                return Layout(size, size, 1, False)
            case String():
                return Layout(2 * word, word, 2, True)
            case Time():
                return Layout(24, 8, 3, True)
            case Pointer() | Map():
                return Layout(word, word, 1, True)
            case Slice():
                return Layout(3 * word, word, 3, True)
            case Array(_, length, item):
                inner = self.of(item)
                return self._checked(
                    type,
                    Layout(
                        length * inner.size,
                        inner.align,
                        length * inner.leaves,
                        inner.has_pointers and length > 0,
                    ),
                )
            case Named(name):
                slots = self._module.fields_of(name) or ()
                return self._checked(type, self.struct([slot.type for slot in slots]))

    def _checked(self, type: GoType, layout: Layout) -> Layout:
        if layout.size > MAX_SIZE:
            raise Unlayable(f"the type {type.name[:100]} has {layout.size} bytes")
        return layout

    def struct(self, types: Sequence[GoType]) -> Layout:
        """Of a struct with fields of these types."""
        offset, most, leaves, pointers = 0, 1, 0, False
        for type in types:
            layout = self.of(type)
            offset = align(offset, layout.align) + layout.size
            most = max(most, layout.align)
            leaves += layout.leaves
            pointers = pointers or layout.has_pointers
        return Layout(align(offset, most), most, leaves, pointers)

    def offsets(self, types: Sequence[GoType]) -> list[int]:
        """Of the fields of such a struct."""
        found, offset = [], 0
        for type in types:
            layout = self.of(type)
            offset = align(offset, layout.align)
            found.append(offset)
            offset += layout.size
        return found

    def leaves(self, type: GoType, at: int = 0) -> list[Leaf]:
        """How a value at the offset ``at`` is spread out in flat calls."""
        word = self.word
        match self._module.real(type):
            case Primitive(name):
                size = primitive_size(name, word)
                if name in FLOATS:
                    return [Leaf(at, size, "f32" if size == 4 else "f64")]
                return [Leaf(at, size, "i64" if size == 8 else "i32")]
            case String():
                return [Leaf(at + word * i, word, "i32") for i in range(2)]
            case Time():
                return [Leaf(at, 8, "i64"), Leaf(at + 8, 8, "i64"), Leaf(at + 16, word, "i32")]
            case Pointer() | Map():
                return [Leaf(at, word, "i32")]
            case Slice():
                return [Leaf(at + word * i, word, "i32") for i in range(3)]
            case Array(_, length, item):
                size = self.of(item).size
                return [leaf for i in range(length) for leaf in self.leaves(item, at + i * size)]
            case Named(name):
                types = [slot.type for slot in self._module.fields_of(name) or ()]
                return self.all_leaves(types, at)

    def all_leaves(self, types: Sequence[GoType], at: int = 0) -> list[Leaf]:
        """Of values that lie as the fields of a struct do."""
        return [
            leaf
            for type, offset in zip(types, self.offsets(types), strict=True)
            for leaf in self.leaves(type, at + offset)
        ]
