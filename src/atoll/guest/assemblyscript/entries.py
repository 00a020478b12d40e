"""Adding functions of the host's own to a module: entries, by which its functions are called.

A plain call crosses the border several times: the instance is made ready, objects are allocated
for the arguments, one by one, and the function is called. An entry does all of that in one
crossing, and another function reads the result, both inside the sandbox (``entries.wat``). The
module's own code stays as it is: types, functions and exports are only appended, so that no index
changes.

Modules that are not as expected get no entries; calls of them work all the same, in more steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import wasmtime

from atoll.engine import MAX_VALUES
from atoll.guest.assemblyscript.codec import takes_length
from atoll.guest.assemblyscript.imports import wasm_signature
from atoll.guest.assemblyscript.module import Module, Signature
from atoll.guest.assemblyscript.types import AsType, Nullable, Primitive, String
from atoll.guest.wasm_binary import (
    HEADER_SIZE,
    External,
    MalformedWasm,
    Outline,
    Reader,
    Section,
    SectionId,
    outline,
    sections,
)
from atoll.guest.wasm_encoding import section, unsigned

PREFIX = "atoll:"
GROW = f"{PREFIX}grow"
WALK = f"{PREFIX}walk"
MAIL = 8
"""Where mail lies in modules whose first KiB of memory is free (those that are optimised)."""
END_OF_MAIL = 1024
"""Where such a module's own data begin."""
_GAP = 64
_LENGTH = "__setArgumentsLength"
_MOST_FUNCTIONS = 50_000
_TYPES = {"i32": b"\x7f", "i64": b"\x7e", "f32": b"\x7d", "f64": b"\x7c"}
_CODE = 10
_ORDER = (1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11)
"""Of sections, which is not that of their numbers."""


def is_walked(type: AsType | None) -> bool:
    """Whether an entry can write the result: it is more than a number or a text."""
    inner = type.of if isinstance(type, Nullable) else type
    return inner is not None and not isinstance(inner, Primitive | String)


@dataclass(frozen=True, slots=True)
class _Helpers:
    """Indices of the module's functions that entries call."""

    new: int
    pin: int
    unpin: int
    start: int
    length: int | None


def add_entries(wasm: bytes, module: Module, starts: Sequence[str]) -> bytes | None:
    """The module with an entry ``atoll:NAME`` for each function that can have one; None if it
    cannot have any.

    Args:
        starts: exports that make an instance ready, of which the first that is there does.
    """
    try:
        found = outline(wasm)
        names = {
            export.name: export.target
            for export in found.exports
            if export.kind is External.FUNCTION
        }
        types = _function_types(found)
        helpers = _helpers(types, names, starts)
        if helpers is None or len(types) > _MOST_FUNCTIONS or not _is_simple(found):
            return None
        targets = {
            name: names[name]
            for name, signature in module.exports.items()
            if name in names and _fits(types[names[name]], signature)
        }
        text = _text(found, len(types), module, helpers, targets)
        return _append(wasm, found, bytes(wasmtime.wat2wasm(text)))
    except (MalformedWasm, wasmtime.WasmtimeError, IndexError, ValueError):
        return None  # whatever it is, compiling the module as it is will say it better


def _helpers(
    types: Sequence[bytes], names: Mapping[str, int], starts: Sequence[str]
) -> _Helpers | None:
    start = next((name for name in starts if name in names), "")
    wanted = {
        "__new": (["i32", "i32"], ["i32"]),
        "__pin": (["i32"], ["i32"]),
        "__unpin": (["i32"], []),
        start: ([], []),
        _LENGTH: (["i32"], []),
    }
    present = {
        name: names[name]
        for name, (params, results) in wanted.items()
        if name in names and types[names[name]] == _encoded(params, results)
    }
    if not {"__new", "__pin", "__unpin", start} <= present.keys():
        return None
    return _Helpers(
        present["__new"],
        present["__pin"],
        present["__unpin"],
        present[start],
        present.get(_LENGTH),
    )


def _is_simple(found: Outline) -> bool:
    """Whether there is one memory, and nothing has the entries' names."""
    own = any(export.name.startswith(PREFIX) for export in found.exports)
    return not own and len(found.memory_limits()) == 1


def has_free_start(wasm: bytes) -> bool:
    """Whether nothing uses the first KiB of memory.

    The compiler leaves it free when it optimises, and then begins right behind it. A module that
    begins later may keep what is before for itself (``memoryBase``).
    """
    placed = list(_placed(wasm))
    return all(at is not None and at >= END_OF_MAIL for at in placed) and (
        not placed or min(at for at in placed if at is not None) < END_OF_MAIL + _GAP
    )


def _placed(wasm: bytes) -> Iterator[int | None]:
    """Where the data segments go that are in memory from the start; None if that is computed."""
    for part in sections(wasm):
        if part.id != SectionId.DATA:
            continue
        reader = Reader(wasm, part.start, part.end)
        for _ in range(reader.u32()):
            mode = reader.u32()
            if mode != 0:  # placed by the module's own code, or in another memory
                yield None
                return
            yield _constant(reader)
            reader.take(reader.u32())


def _constant(reader: Reader) -> int | None:
    """The value of ``i32.const N; end``."""
    if reader.byte() != 0x41:
        return None
    value = shift = 0
    while True:
        byte = reader.byte()
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if byte & 0x40:
        value -= 1 << shift
    return value if reader.byte() == 0x0B else None


def _function_types(found: Outline) -> list[bytes]:
    """Encoded types of all functions, imported ones first."""
    imported = [
        Reader(entry.type).u32() for entry in found.imports if entry.kind is External.FUNCTION
    ]
    return [found.types[index] for index in imported + found.functions]


def _encoded(params: Sequence[str], results: Sequence[str]) -> bytes:
    parts = [b"\x60"]
    for types in (params, results):
        parts += [unsigned(len(types)), *(_TYPES[type] for type in types)]
    return b"".join(parts)


def _fits(type: bytes, signature: Signature) -> bool:
    params, results = wasm_signature(signature)
    return len(params) < MAX_VALUES and type == _encoded(params, results)


def _text(
    found: Outline,
    functions: int,
    module: Module,
    helpers: _Helpers,
    targets: Mapping[str, int],
) -> str:
    """A module whose own functions are what is to be appended.

    It imports as many functions and globals as the other module has, so that every index in the
    compiled code is already the right one.
    """
    signatures = {
        helpers.new: "(param i32 i32) (result i32)",
        helpers.pin: "(param i32) (result i32)",
        helpers.unpin: "(param i32)",
        helpers.start: "",
    }
    named = {
        helpers.new: "$new",
        helpers.pin: "$pin",
        helpers.unpin: "$unpin",
        helpers.start: "$start",
    }
    if helpers.length is not None:
        signatures[helpers.length] = "(param i32)"
        named[helpers.length] = "$length"
    for name, target in targets.items():
        signatures.setdefault(target, _declared(*wasm_signature(module.exports[name])))
    lines = ["(module"]
    for index in range(functions):
        lines.append(f'(import "" "" (func {named.get(index, "")} {signatures.get(index, "")}))')
    count = len(found.globals) + sum(e.kind is External.GLOBAL for e in found.imports)
    lines += ['(import "" "" (global i32))'] * count
    lines.append('(import "" "" (memory 1))')
    lines.append((files("atoll.guest.assemblyscript") / "entries.wat").read_text())
    for name, target in targets.items():
        lines.append(_entry(name, target, module.exports[name], helpers.length is not None))
    return "\n".join([*lines, ")"])


def _is_object(type: AsType) -> bool:
    return not isinstance(type, Primitive)


def _declared(params: Sequence[str], results: Sequence[str]) -> str:
    return f"(param {' '.join(params)}) (result {' '.join(results)})"


def _entry(name: str, target: int, signature: Signature, has_length: bool) -> str:
    params, results = wasm_signature(signature)
    mail = f"(local.get {len(params)})"
    arguments = [
        f"(call $argument (local.get {index}))" if _is_object(slot.type) else f"(local.get {index})"
        for index, slot in enumerate(signature.parameters)
    ]
    length = ""
    if has_length and takes_length(signature):
        length = f"(call $length (i32.load {mail}))"
    return (
        f'(func (export "{PREFIX}{_escaped(name)}") {_declared([*params, "i32"], results)}\n'
        f"(call $prepare {mail}) {length}\n"
        f"(call {target} {' '.join(arguments)}))"
    )


def _escaped(name: str) -> str:
    return "".join(f"\\{byte:02x}" for byte in name.encode())


def _append(wasm: bytes, found: Outline, added: bytes) -> bytes:
    """``wasm`` with the functions, globals and exports that ``added`` defines."""
    parts = {part.id: part for part in sections(added)}
    contents = {
        SectionId.TYPE: _vector(added, parts.get(SectionId.TYPE)),
        SectionId.FUNCTION: _retyped(outline(added), len(found.types)),
        SectionId.GLOBAL: _vector(added, parts.get(SectionId.GLOBAL)),
        SectionId.EXPORT: _vector(added, parts.get(SectionId.EXPORT)),
        _CODE: _vector(added, parts.get(_CODE)),
    }
    out = [wasm[:HEADER_SIZE]]
    pending = {id: content for id, content in contents.items() if content[0]}
    for part in sections(wasm):
        if part.id != SectionId.CUSTOM:
            # A kind of section that the module lacks comes before the next one that it has.
            for id in [id for id in pending if _ORDER.index(id) < _ORDER.index(part.id)]:
                count, body = pending.pop(id)
                out.append(section(id, unsigned(count) + body))
        if part.id in pending:
            count, body = pending.pop(part.id)
            own, rest = _vector(wasm, part)
            out.append(section(part.id, unsigned(own + count) + rest + body))
        else:
            out.append(bytes(wasm[part.header : part.end]))
    for id, (count, body) in pending.items():
        out.append(section(id, unsigned(count) + body))
    return b"".join(out)


def _vector(wasm: bytes, part: Section | None) -> tuple[int, bytes]:
    """Count and content of a section that is a list."""
    if part is None:
        return 0, b""
    reader = Reader(wasm, part.start, part.end)
    count = reader.u32()
    return count, bytes(wasm[reader.position : part.end])


def _retyped(added: Outline, types: int) -> tuple[int, bytes]:
    """The types of the added functions, which come behind the module's own."""
    return len(added.functions), b"".join(unsigned(types + each) for each in added.functions)
