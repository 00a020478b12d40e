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
_MAX_DEPTH = 100
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
    depth: int = 0
    """Of values in place in one another."""


class Leaf(NamedTuple):
    """A part of a value that WebAssembly passes on its own."""

    offset: int
    size: int
    wasm: str
    bits: int
    """Those that count; whatever is above them was left over."""


def _too_deep(type: GoType) -> Unlayable:
    return Unlayable(f"the type {type.name[:100]} nests too deeply")


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
                raise _too_deep(type) from None
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
                        inner.depth + 1,
                    ),
                )
            case Named(name):
                slots = self._module.fields_of(name) or ()
                layout = self.struct([slot.type for slot in slots])
                if any(slot.hidden for slot in slots):  # of which no more than the size is told
                    layout = layout._replace(has_pointers=True)
                return self._checked(type, layout)

    def _checked(self, type: GoType, layout: Layout) -> Layout:
        if layout.size > MAX_SIZE:
            raise Unlayable(f"the type {type.name[:100]} has {layout.size} bytes")
        if layout.depth > _MAX_DEPTH:  # by what is known of parts, without going there
            raise _too_deep(type)
        return layout

    def struct(self, types: Sequence[GoType]) -> Layout:
        """Of a struct with fields of these types."""
        fields = [self.of(type) for type in types]
        offset = 0
        for field in fields:
            offset = align(offset, field.align) + field.size
        if offset and not fields[-1].size and self.word == 8:
            offset += 1  # the standard compiler lets no field begin where the struct ends
        most = max((field.align for field in fields), default=1)
        return Layout(
            align(offset, most),
            most,
            sum(field.leaves for field in fields),
            any(field.has_pointers for field in fields),
            max((field.depth for field in fields), default=0) + 1,
        )

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
        if not self.of(type).leaves:  # then there may be any number of parts
            return []
        match self._module.real(type):
            case Primitive(name):
                size = primitive_size(name, self.word)
                kind = "f" if name in FLOATS else "i"
                bits = 1 if name == "bool" else 8 * size
                return [Leaf(at, size, f"{kind}{64 if size == 8 else 32}", bits)]
            case String():
                return self._words(at, 2)
            case Time():
                return [Leaf(at, 8, "i64", 64), Leaf(at + 8, 8, "i64", 64), *self._words(at + 16)]
            case Pointer() | Map():
                return self._words(at)
            case Slice():
                return self._words(at, 3)
            case Array(_, length, item):
                size = self.of(item).size
                return [leaf for i in range(length) for leaf in self.leaves(item, at + i * size)]
            case Named(name):
                types = [slot.type for slot in self._module.fields_of(name) or ()]
                return self.all_leaves(types, at)

    def _words(self, at: int, count: int = 1) -> list[Leaf]:
        return [Leaf(at + self.word * i, self.word, "i32", 32) for i in range(count)]

    def all_leaves(self, types: Sequence[GoType], at: int = 0) -> list[Leaf]:
        """Of values that lie as the fields of a struct do."""
        return [
            leaf
            for type, offset in zip(types, self.offsets(types), strict=True)
            for leaf in self.leaves(type, at + offset)
        ]
