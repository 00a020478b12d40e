"""The WebAssembly binary format, as far as one must read it without running it.

Core modules: WebAssembly specification, "Binary Format". Components: the component model's
``Binary.md``. Input is hostile: every length is checked against what encloses it, and anything out
of order raises :class:`MalformedWasm`, never another exception.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple, TypeAlias, TypeVar

Buffer: TypeAlias = bytes | bytearray | memoryview
Kind: TypeAlias = Literal["module", "component"]
T = TypeVar("T")

_HEADERS: dict[bytes, Kind] = {
    b"\0asm\x01\x00\x00\x00": "module",
    b"\0asm\x0d\x00\x01\x00": "component",
}
HEADER_SIZE = 8
#: Names of imports and exports that one binary may list; the largest real one has some 2,000.
MAX_ENTRIES = 200_000


class MalformedWasm(Exception):
    """The bytes are not a well-formed WebAssembly binary; ``offset`` is where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.offset = offset


class NotWasm(MalformedWasm):
    """The bytes do not even begin like a WebAssembly binary."""


class External(IntEnum):
    """What a core import or export is."""

    FUNCTION = 0
    TABLE = 1
    MEMORY = 2
    GLOBAL = 3
    TAG = 4


class SectionId(IntEnum):
    """Sections of core modules."""

    CUSTOM = 0
    TYPE = 1
    IMPORT = 2
    FUNCTION = 3
    TABLE = 4
    MEMORY = 5
    GLOBAL = 6
    EXPORT = 7
    DATA = 11


class ComponentSectionId(IntEnum):
    """Sections of components."""

    CUSTOM = 0
    CORE_MODULE = 1
    CORE_INSTANCE = 2
    CORE_TYPE = 3
    ALIAS = 6
    IMPORT = 10
    EXPORT = 11


class Section(NamedTuple):
    """One section: ``wasm[header:end]`` is all of it, ``wasm[start:end]`` its content."""

    id: int
    header: int
    start: int
    end: int


class Import(NamedTuple):
    """A core import. ``type`` is the encoded type, for functions their type index as bytes."""

    module: str
    name: str
    kind: External
    type: bytes


class Export(NamedTuple):
    name: str
    kind: External
    target: int
    """Index among the module's functions, tables, ... (imported ones first)."""


class MemoryLimits(NamedTuple):
    """Sizes in pages of 64 KiB."""

    minimum: int
    maximum: int | None


class Reader:
    """Reads ``data[start:end]`` from the front."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: Buffer, start: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = start
        self.end = len(data) if end is None else end

    def fail(self, message: str) -> MalformedWasm:
        return MalformedWasm(message, self.position)

    @property
    def done(self) -> bool:
        return self.position >= self.end

    def byte(self) -> int:
        if self.position >= self.end:
            raise self.fail("the binary is cut off")
        value = self.data[self.position]
        self.position += 1
        return value

    def take(self, length: int) -> bytes:
        start = self.position
        if length > self.end - start:
            raise self.fail("the binary is cut off")
        self.position = start + length
        return bytes(self.data[start : self.position])

    def leb(self, bits: int) -> int:
        """An unsigned LEB128 number of at most ``bits`` bits."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift >= bits:
                raise self.fail("a number is too long")
        if value >> bits:
            raise self.fail("a number is too large")
        return value

    def u32(self) -> int:
        return self.leb(32)

    def name(self) -> str:
        raw = self.take(self.u32())
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise self.fail("a name is not UTF-8") from None

    def vector(self, read: Callable[[Reader], T]) -> list[T]:
        count = self.u32()
        # Every entry takes a byte at least, so a larger count is a lie and must not cost memory.
        if count > min(self.end - self.position, MAX_ENTRIES):
            raise self.fail("a list is longer than its section")
        return [read(self) for _ in range(count)]

    def since(self, start: int) -> bytes:
        """What was read from ``start`` on."""
        return bytes(self.data[start : self.position])


def kind_of(wasm: Buffer) -> Kind:
    """Tell a core module from a component. Raises NotWasm for anything else."""
    kind = _HEADERS.get(bytes(wasm[:HEADER_SIZE]))
    if kind is None:
        raise NotWasm("this is not a WebAssembly module or component", 0)
    return kind


def sections(wasm: Buffer, start: int = 0, end: int | None = None) -> Iterator[Section]:
    """The top-level sections of the module or component that lies in ``wasm[start:end]``."""
    reader = Reader(wasm, start, end)
    kind_of(wasm[start : min(reader.end, start + HEADER_SIZE)])
    reader.position = start + HEADER_SIZE
    while not reader.done:
        header = reader.position
        id = reader.byte()
        length = reader.u32()
        content = reader.position
        if length > reader.end - content:
            raise reader.fail("the binary is cut off")
        reader.position = content + length
        yield Section(id, header, content, reader.position)


def custom_sections(wasm: Buffer) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of the content of each custom section at the top level."""
    for section in sections(wasm):
        if section.id == SectionId.CUSTOM:
            reader = Reader(wasm, section.start, section.end)
            name = reader.name()
            yield name, reader.position, section.end


def custom_section(wasm: Buffer, name: str) -> bytes | None:
    """The content of the first custom section of that name."""
    for found, start, end in custom_sections(wasm):
        if found == name:
            return bytes(wasm[start:end])
    return None


def without_custom_sections(wasm: Buffer, names: Collection[str]) -> bytes:
    """The binary without the custom sections of these names."""
    kept = [bytes(wasm[:HEADER_SIZE])]
    for section in sections(wasm):
        custom = section.id == SectionId.CUSTOM
        if not (custom and Reader(wasm, section.start, section.end).name() in names):
            kept.append(bytes(wasm[section.header : section.end]))
    return b"".join(kept)


def limits(reader: Reader) -> MemoryLimits:
    flags = reader.byte()
    if flags & ~0b1111:
        raise reader.fail("unknown limits")
    bits = 64 if flags & 0b100 else 32
    minimum = reader.leb(bits)
    maximum = reader.leb(bits) if flags & 0b001 else None
    if flags & 0b1000:
        reader.u32()  # custom page size
    return MemoryLimits(minimum, maximum)


@dataclass(slots=True)
class Outline:
    """A core module without its code and data. Types stay encoded: they are only passed on."""

    types: list[bytes] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    """Type indices of the functions that the module defines."""
    tables: list[bytes] = field(default_factory=list)
    memories: list[bytes] = field(default_factory=list)
    globals: list[bytes] = field(default_factory=list)
    """Value type and mutability, a byte each."""
    exports: list[Export] = field(default_factory=list)

    def memory_limits(self) -> list[MemoryLimits]:
        imported = [entry.type for entry in self.imports if entry.kind is External.MEMORY]
        return [limits(Reader(raw)) for raw in imported + self.memories]


def outline(wasm: Buffer, start: int = 0, end: int | None = None) -> Outline:
    """Read the outline of the core module in ``wasm[start:end]``."""
    found = Outline()
    for section in sections(wasm, start, end):
        reader = Reader(wasm, section.start, section.end)
        match section.id:
            case SectionId.TYPE:
                found.types = reader.vector(_function_type)
            case SectionId.IMPORT:
                found.imports = reader.vector(_import)
            case SectionId.FUNCTION:
                found.functions = reader.vector(Reader.u32)
            case SectionId.TABLE:
                found.tables = reader.vector(_table)
            case SectionId.MEMORY:
                found.memories = reader.vector(_memory)
            case SectionId.GLOBAL:
                found.globals = reader.vector(_global)
            case SectionId.EXPORT:
                found.exports = reader.vector(_export)
            case _:
                continue
        if not reader.done:
            raise reader.fail("a section is longer than its content")
    return found


def _function_type(reader: Reader) -> bytes:
    start = reader.position
    if reader.byte() != 0x60:
        raise reader.fail("a type is not a function type")
    for _ in range(2):
        reader.take(reader.u32())
    return reader.since(start)


def _table(reader: Reader) -> bytes:
    start = reader.position
    if reader.byte() not in (0x6F, 0x70):
        raise reader.fail("unknown table type")
    limits(reader)
    return reader.since(start)


def _memory(reader: Reader) -> bytes:
    start = reader.position
    limits(reader)
    return reader.since(start)


def _external(reader: Reader) -> External:
    try:
        return External(reader.byte())
    except ValueError:
        raise reader.fail("unknown kind of import or export") from None


def _import(reader: Reader) -> Import:
    module, name = reader.name(), reader.name()
    kind = _external(reader)
    start = reader.position
    match kind:
        case External.FUNCTION:
            reader.u32()
        case External.TABLE:
            _table(reader)
        case External.MEMORY:
            limits(reader)
        case External.GLOBAL:
            reader.take(2)
        case External.TAG:
            reader.byte()
            reader.u32()
    return Import(module, name, kind, reader.since(start))


def _export(reader: Reader) -> Export:
    return Export(reader.name(), _external(reader), reader.u32())


#: Opcodes of constant expressions and the size of what follows them: LEB128 or a byte count.
_CONSTANTS = {0x41: "leb", 0x42: "leb", 0x23: "leb", 0xD2: "leb", 0xD0: "leb", 0x43: 4, 0x44: 8}
_EXTENDED = {0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E}
_END = 0x0B


def constant_expression(reader: Reader) -> None:
    """Pass over the expression that initialises a global or places a data segment."""
    while (opcode := reader.byte()) != _END:
        operand = _CONSTANTS.get(opcode)
        if operand == "leb":
            while reader.byte() >= 0x80:
                pass
        elif isinstance(operand, int):
            reader.take(operand)
        elif opcode not in _EXTENDED:
            raise reader.fail("unknown constant expression")


def _global(reader: Reader) -> bytes:
    kind = reader.take(2)
    constant_expression(reader)
    return kind
