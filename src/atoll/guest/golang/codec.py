"""Values across the border of a module: compiled once per function from its metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from atoll.guest.core.fit import (
    SELECTIONS,
    arguments_too_large,
    invalid_argument,
    result_too_large,
    result_unfit,
)
from atoll.guest.core.scalar import Misfit
from atoll.guest.golang.decode import Decoders, Read
from atoll.guest.golang.encode import Content, Encoders
from atoll.guest.golang.layout import Layouts, Leaf
from atoll.guest.golang.maps import finish
from atoll.guest.golang.memory import Memory, Reader, Steps, TooLarge, Writer
from atoll.guest.golang.module import Module, Signature, result_slots
from atoll.guest.golang.placing import Placed
from atoll.guest.golang.types import GoType, Map, Named, Pointer, Primitive
from atoll.guest.selection import Selection

MAX_LEAVES = 64
"""Values that the engine can pass in one call."""
ReadElement: TypeAlias = Callable[[Memory, int], tuple[Reader, Any]]
_PACKED = {"i32": "i", "i64": "q", "f32": "f", "f64": "d"}


class Codec:
    """The codecs of one module's functions.

    Args:
        max_bytes: bounds what one value may make the host read or write.
    """

    def __init__(self, module: Module, *, max_bytes: int) -> None:
        self.module = module
        self.max_bytes = max_bytes
        self.layouts = Layouts(module)
        self.api_encoders = Encoders(module, self.layouts, "api")
        self.native_encoders = Encoders(module, self.layouts, "native")
        self.native_decoders = Decoders(module, self.layouts, "native")
        self._described: set[GoType] = set()
        """Types of which all is known that a value can hold."""
        self._exports: dict[str, ExportCodec] = {}
        self._imports: dict[str, ImportCodec] = {}

    def export(self, name: str) -> ExportCodec:
        found = self._exports.get(name)
        if found is None:
            found = self._exports[name] = ExportCodec(self, self.module.exports[name])
        return found

    def imported(self, name: str) -> ImportCodec:
        found = self._imports.get(name)
        if found is None:
            found = self._imports[name] = ImportCodec(self, self.module.imports[name])
        return found

    def unknown_in(self, signature: Signature) -> str | None:
        """The name of a type in a signature that the module does not describe."""
        for type in signature.types:
            for found in self.module.reaches(type, self._described):
                if isinstance(found, Named):
                    info = self.module.types.get(found.name)
                    if info is None or info.fields is None:
                        self._described.clear()
                        return found.name
        return None

    def holds_maps(self, type: GoType) -> bool:
        return any(isinstance(found, Map) for found in self.module.reaches(type))


class Arguments:
    """What a function is called with, before it is in the guest's memory."""

    __slots__ = ("content", "writer")

    def __init__(self, writer: Writer, content: Content) -> None:
        self.writer = writer
        self.content = content

    def place(self, memory: Memory, placed: Placed) -> Steps[bytes]:
        """Make the objects; the bytes of the arguments, which lie as the fields of a struct do."""
        if self.writer.pool or self.writer.records:
            yield from placed.place(self.writer, memory)
        return placed.resolve(bytes(self.content.data), self.content.refs)


class ExportCodec:
    """Arguments and results of one exported function."""

    def __init__(self, codec: Codec, signature: Signature) -> None:
        self.signature = signature
        self._codec = codec
        self._max_bytes = codec.max_bytes
        module, layouts = codec.module, codec.layouts
        types = [slot.type for slot in signature.parameters]
        self._size = layouts.struct(types).size
        self._plan = tuple(
            (slot, codec.api_encoders.of(slot.type), offset)
            for slot, offset in zip(signature.parameters, layouts.offsets(types), strict=True)
        )
        self.leaves = (
            tuple(layouts.all_leaves(types)) if layouts.struct(types).leaves < MAX_LEAVES else ()
        )
        """How the parameters are spread out in flat calls."""
        results = [result.type for result in signature.results]
        self.results = layouts.struct(results)
        self.result_leaves = (
            tuple(layouts.all_leaves(results)) if self.results.leaves < MAX_LEAVES else ()
        )
        self.reader = lru_cache(SELECTIONS)(
            lambda selection: _results_reader(codec, signature, selection)
        )
        """``reader(selection)`` gives a reader of the results, which lie as the fields of a struct
        do: one result as its JSON form, several as an object."""
        self.kept = tuple(_kept(codec, results)) if module.calls == "flat" else ()
        self.is_too_large = (
            max([self.results.size, *(kept.size for kept in self.kept)]) > codec.max_bytes
        )
        """Whether the results could not be read, whatever they are."""
        self.reads_words = len(results) == 1 and not self.kept and _is_plain(codec, results[0])
        """Whether a result that a flat call gives directly can be read without a place for it."""
        self._words_reader = lru_cache(SELECTIONS)(
            lambda selection: Decoders(module, layouts, "api").direct(results[0], selection)
        )
        self.element_reader = lru_cache(SELECTIONS)(
            lambda selection: _element_reader(codec, signature, selection)
        )
        """``element_reader(selection)``, of a function that streams, gives ``read(memory, slot)``:
        the element at an address, in the API's JSON form, and the reader, whose maps are still to
        be read. It raises BadGuestReply."""
        self.word = module.word

    def encode(self, arguments: Mapping[str, Any]) -> Arguments:
        """The function's arguments.

        Raises:
            GuestFailure: of kind ``argument``: a value does not fit its parameter.
        """
        if self._size > self._max_bytes:
            raise arguments_too_large(self._max_bytes)
        writer = Writer(self._max_bytes)
        content = Content(self._size)
        for slot, put, offset in self._plan:
            value = arguments.get(slot.name)
            if slot.default is not None and slot.name not in arguments:
                value = slot.default.value
            try:
                put(writer, content, offset, value)
            except Misfit as misfit:
                raise invalid_argument(slot.name, misfit) from None
            except TooLarge:
                raise arguments_too_large(self._max_bytes) from None
            except RecursionError:
                raise invalid_argument(slot.name, Misfit("it nests too deeply")) from None
        return Arguments(writer, content)

    def read(self, memory: Memory, address: int, selection: Selection | None) -> tuple[Reader, Any]:
        """The results at an address, and the reader, whose maps are still to be read."""
        reader = Reader(memory.view(), self._max_bytes)
        return reader, self.reader(selection)(reader, address)

    def read_words(self, memory: Memory, data: bytes, selection: Selection | None) -> Any:
        """A result that is a number or a pointer, by its bytes."""
        return self._words_reader(selection)(Reader(memory.view(), self._max_bytes), data, 0)


class ImportCodec:
    """Arguments and result of one imported host function, in native form."""

    def __init__(self, codec: Codec, signature: Signature) -> None:
        self._max_bytes = codec.max_bytes
        self.signature = signature
        self.word = codec.module.word
        layouts = codec.layouts
        self.params = tuple(
            leaf.wasm for slot in signature.parameters for leaf in layouts.leaves(slot.type)
        )
        self._decode = [
            (
                codec.native_decoders.direct(slot.type, None),
                layouts.leaves(slot.type),
                layouts.of(slot.type).size,
            )
            for slot in signature.parameters
        ]
        self._put = None
        self.results: tuple[str, ...] = ()
        if signature.results:
            type = signature.results[0].type
            self._put = codec.native_encoders.of(type)
            self._result_size = layouts.of(type).size
            self._result_leaves = layouts.leaves(type)
            self.results = tuple(leaf.wasm for leaf in self._result_leaves)

    def decode(self, memory: Memory, raw: Sequence[Any]) -> tuple[Reader, list[Any]]:
        """The arguments, and the reader, whose maps are still to be read.

        Raises:
            BadGuestReply: they cannot be what they say.
        """
        reader = Reader(memory.view(), self._max_bytes)
        values, at = [], 0
        for decode, leaves, size in self._decode:
            data = gathered(leaves, size, raw[at : at + len(leaves)])
            at += len(leaves)
            values.append(decode(reader, data, 0))
        return reader, values

    def finish(self, reader: Reader, memory: Memory) -> Steps[None]:
        return finish(reader, memory, self.word)

    def encode(self, value: Any) -> Arguments | None:
        """The result; None is the null pointer, whatever the type says.

        Raises:
            UnfitResult: the value does not fit what the guest declared, or is too large.
        """
        if self._put is None or value is None:
            return None
        writer, content = Writer(self._max_bytes), Content(self._result_size)
        try:
            self._put(writer, content, 0, value)
        except Misfit as misfit:
            raise result_unfit(self.signature.name, misfit) from None
        except TooLarge:
            raise result_too_large(self.signature.name) from None
        return Arguments(writer, content)

    def raw(self, data: bytes | None) -> Any:
        """The result as the engine takes it."""
        if self._put is None:
            return None
        if data is None:
            return 0 if len(self.results) == 1 else (0,) * len(self.results)
        words = spread(self._result_leaves, data)
        return words[0] if len(words) == 1 else tuple(words)


def spread(leaves: Sequence[Leaf], data: bytes | bytearray) -> list[Any]:
    """A value as the words that WebAssembly passes it in."""
    words = []
    for offset, size, wasm, _ in leaves:
        if wasm in ("f32", "f64"):
            words.append(struct.unpack_from(f"<{_PACKED[wasm]}", data, offset)[0])
        else:
            number = int.from_bytes(data[offset : offset + size], "little")
            bits = 64 if wasm == "i64" else 32
            number &= (1 << bits) - 1
            words.append(number if number < 1 << bits - 1 else number - (1 << bits))
    return words


def gathered(leaves: Sequence[Leaf], size: int, words: Sequence[Any]) -> bytes:
    """A value's bytes, from the words that WebAssembly passes it in."""
    data = bytearray(size)
    for (offset, leaf_size, wasm, bits), word in zip(leaves, words, strict=True):
        if wasm in ("f32", "f64"):
            struct.pack_into(f"<{_PACKED[wasm]}", data, offset, word)
        else:
            number = word & (1 << bits) - 1
            data[offset : offset + leaf_size] = number.to_bytes(leaf_size, "little")
    return bytes(data)


def _results_reader(codec: Codec, signature: Signature, selection: Selection | None) -> Read:
    # Decoders of its own: those of a selection go with it.
    decoders = Decoders(codec.module, codec.layouts, "api")
    if len(signature.results) == 1:
        return decoders.at(signature.results[0].type, selection)
    return decoders.results(result_slots(signature), selection)


def _element_reader(codec: Codec, signature: Signature, selection: Selection | None) -> ReadElement:
    assert signature.element is not None, "a function that streams nothing has no elements"
    read = Decoders(codec.module, codec.layouts, "api").at(signature.element, selection)
    max_bytes = codec.max_bytes

    def read_element(memory: Memory, slot: int) -> tuple[Reader, Any]:
        reader = Reader(memory.view(), max_bytes)
        return reader, read(reader, slot)

    return read_element


class Kept(NamedTuple):
    """A result of a flat call that holds maps."""

    offset: int
    size: int
    """Of the result; of what it points to if it is a pointer."""
    id: int
    """Of the type of a variable for that."""
    is_pointer: bool


def _kept(codec: Codec, results: Sequence[GoType]) -> Iterator[Kept]:
    module, layouts = codec.module, codec.layouts
    for type, offset in zip(results, layouts.offsets(results), strict=True):
        real = module.real(type)
        # By a pointer's own name: of a type that is named so, the module makes the pointer only.
        info = module.types.get(real.name) or module.types.get(type.name)
        if info is not None and codec.holds_maps(type):
            if isinstance(real, Pointer) and info.name == real.name:
                yield Kept(offset, layouts.of(real.of).size, info.id, True)
            else:
                yield Kept(offset, layouts.of(real).size, info.id, False)


def _is_plain(codec: Codec, type: GoType) -> bool:
    return isinstance(codec.module.real(type), Primitive | Pointer)
