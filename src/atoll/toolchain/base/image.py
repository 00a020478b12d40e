"""Images: writing the main module anew from the memory and globals of a running guest."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from atoll.engine import ComponentExecution
from atoll.guest.wasm_binary import (
    MalformedWasm,
    Reader,
    SectionId,
    constant_expression,
    limits,
    sections,
)
from atoll.guest.wasm_encoding import custom_section, i32_const, section, unsigned
from atoll.toolchain.base.workbench import CHANGES, GLOBALS, PAGE, PAGES, TAKE

WASM_PAGE = 1 << 16
#: Pages per string that the workbench gives: 4 MiB, a compromise between copies and calls.
_BATCH = 1024
_ZERO = bytes(PAGE)


@dataclass(frozen=True, slots=True)
class Changes:
    """How a guest's memory differs from the image that it started from."""

    size: int
    """Bytes of memory."""
    pages: Mapping[int, bytes]
    """Content of the changed pages (of ``PAGE`` bytes) by number."""
    globals: tuple[int, ...]


async def read_changes(execution: ComponentExecution) -> Changes:
    """Ask a workbench for what the guest changed. Afterwards the workbench is used up."""
    raw = (await execution.call(CHANGES)).encode("latin-1")
    numbers: tuple[int, ...] = struct.unpack(f"<{len(raw) // 4}I", raw)
    pages: dict[int, bytes] = {}
    for first in range(0, len(numbers), _BATCH):
        batch = numbers[first : first + _BATCH]
        content = (await execution.call(TAKE, first, len(batch))).encode("latin-1")
        for place, number in enumerate(batch):
            pages[number] = content[place * PAGE : (place + 1) * PAGE]
    raw = (await execution.call(GLOBALS)).encode("latin-1")
    size = await execution.call(PAGES) * WASM_PAGE
    return Changes(size, pages, struct.unpack(f"<{len(raw) // 4}I", raw))


class Image:
    """An image, read once, from which changed ones are made."""

    def __init__(self, module: bytes, globals: tuple[int, ...]) -> None:
        """Args:
        module: the main module of a component.
        globals: the indices of the globals whose values ``Changes`` hold, in that order.
        """
        self._module = module
        self._globals = globals
        self._memory = _memory_of(module)

    def changed(self, changes: Changes, contents: Mapping[str, bytes]) -> bytes:
        """The module with changed memory and globals, and with custom sections at its end."""
        values = dict(zip(self._globals, changes.globals, strict=True))
        memory = bytearray(self._memory)
        memory.extend(bytes(changes.size - len(memory)))
        for number, page in changes.pages.items():
            memory[number * PAGE : (number + 1) * PAGE] = page
        module = self._module
        out: list[bytes | memoryview] = [module[:8]]
        for place in sections(module):
            reader = Reader(module, place.start, place.end)
            match place.id:
                case SectionId.MEMORY:
                    out.append(section(place.id, _memory_section(reader, changes.size)))
                case SectionId.GLOBAL:
                    out.append(section(place.id, _global_section(reader, values)))
                case SectionId.DATA:
                    parts = _data_parts(memory)
                    size = sum(len(part) for part in parts)
                    out += (bytes((place.id,)) + unsigned(size), *parts)
                case _:
                    out.append(module[place.header : place.end])
        out += (custom_section(name, content) for name, content in contents.items())
        return b"".join(out)


def _memory_of(module: bytes) -> bytes:
    """The initial memory: the data segments in their places."""
    memory = bytearray()
    for place in sections(module):
        reader = Reader(module, place.start, place.end)
        if place.id == SectionId.MEMORY:
            if reader.u32() != 1:
                raise MalformedWasm("an image has one memory", reader.position)
            memory = bytearray(limits(reader).minimum * WASM_PAGE)
        elif place.id == SectionId.DATA:
            _fill(memory, reader)
    return bytes(memory)


def _memory_section(reader: Reader, size: int) -> bytes:
    reader.u32()
    old = limits(reader)
    flags = b"\x00" if old.maximum is None else b"\x01"
    maximum = b"" if old.maximum is None else unsigned(old.maximum)
    return unsigned(1) + flags + unsigned(size // WASM_PAGE) + maximum


def _global_section(reader: Reader, values: Mapping[int, int]) -> bytes:
    count = reader.u32()
    out = bytearray(unsigned(count))
    for index in range(count):
        start = reader.position
        kind = reader.take(2)
        constant_expression(reader)
        value = values.get(index)
        out += reader.since(start) if value is None else kind + i32_const(value)
    return bytes(out)


def _fill(memory: bytearray, reader: Reader) -> None:
    """Put the active data segments in their places."""
    for _ in range(reader.u32()):
        if reader.u32() != 0:
            raise MalformedWasm("an image has active data segments only", reader.position)
        offset = _offset(reader)
        content = reader.take(reader.u32())
        memory[offset : offset + len(content)] = content


def _offset(reader: Reader) -> int:
    if reader.byte() != 0x41:
        raise MalformedWasm("a data segment lies at no constant place", reader.position)
    value = shift = 0
    while True:
        byte = reader.byte()
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if reader.byte() != 0x0B:
        raise MalformedWasm("a data segment lies at no constant place", reader.position)
    return value & 0xFFFF_FFFF


def _data_parts(memory: bytearray) -> list[bytes | memoryview]:
    """Data segments for every run of pages that are not all zero."""
    view = memoryview(memory)
    parts: list[bytes | memoryview] = []
    start: int | None = None
    for offset in range(0, len(memory) + PAGE, PAGE):
        if offset < len(memory) and view[offset : offset + PAGE] != _ZERO:
            if start is None:
                start = offset
        elif start is not None:
            parts += (b"\x00" + i32_const(start) + unsigned(offset - start), view[start:offset])
            start = None
    return [unsigned(len(parts) // 2), *parts]
