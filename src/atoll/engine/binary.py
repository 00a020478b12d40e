"""A look at a core module's binary, for one question: can its border be described?

wasmtime's C API ends the process when it is asked for the type of an import or export that mentions
``v128`` (or a typed reference). Programs ask for all of them, so such modules are refused when they
are compiled. (Vectors inside a module are fine.)

Source: WebAssembly core specification, "Binary Format".
"""

from __future__ import annotations

_PLAIN = {0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x6F}  # i32 i64 f32 f64 funcref externref
_NULLABLE_REF, _REF = 0x63, 0x64  # followed by a heap type
_FUNCTION, _TABLE, _MEMORY, _GLOBAL = range(4)


class _Reader:
    """The bytes of a module that wasmtime has validated."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def number(self) -> int:
        """Any LEB128; signed ones come out wrong, but all of them are skipped."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self) -> str:
        length = self.number()
        self.at += length
        return self._data[self.at - length : self.at].decode(errors="replace")

    def value_type(self) -> bool:
        """Read one; whether the C API can describe it."""
        kind = self.byte()
        if kind in (_NULLABLE_REF, _REF):
            self.number()
        return kind in _PLAIN

    def value_types(self) -> bool:
        fits = True
        for _ in range(self.number()):
            fits &= self.value_type()
        return fits

    def limits(self) -> None:
        flags = self.byte()
        self.number()
        if flags & 1:
            self.number()
        if flags & 8:  # custom page size
            self.number()

    def constant(self) -> None:
        """Skip an initial value."""
        while (opcode := self.byte()) != 0x0B:
            if opcode in (0x41, 0x42, 0x23, 0xD0, 0xD2):  # const, global.get, ref.null, ref.func
                self.number()
            elif opcode in (0x43, 0x44):  # f32.const, f64.const
                self.at += 4 if opcode == 0x43 else 8
            elif opcode == 0xFD:
                self.number()
                self.at += 16  # v128.const

    def table_type(self) -> bool:
        fits = self.value_type()
        self.limits()
        return fits

    def table(self) -> bool:
        """Read a definition, which may have an initial value."""
        if self._data[self.at] != 0x40:
            return self.table_type()
        self.at += 2
        fits = self.table_type()
        self.constant()
        return fits

    def global_type(self) -> bool:
        fits = self.value_type()
        self.byte()
        return fits

    def function_type(self) -> bool:
        if self.byte() != 0x60:
            raise ValueError("not a function type")
        parameters = self.value_types()
        return self.value_types() and parameters


def indescribable(wasm: bytes) -> str | None:
    """The first import or export whose type the C API cannot describe, or ``None``. ``wasm`` must
    be valid for an engine without garbage collection."""
    types: list[bool] = []
    known: dict[int, list[bool]] = {_FUNCTION: [], _TABLE: [], _GLOBAL: []}
    reader = _Reader(wasm, 8)
    while reader.at < len(wasm):
        section, size = reader.byte(), reader.number()
        end = reader.at + size
        for _ in range(reader.number() if section in (1, 2, 3, 4, 6, 7) else 0):
            match section:
                case 1:
                    types.append(reader.function_type())
                case 2:
                    name = f"the import {reader.name()}.{reader.name()}"
                    kind = reader.byte()
                    if kind == _MEMORY:
                        reader.limits()
                        continue
                    if kind == _FUNCTION:
                        fits = types[reader.number()]
                    elif kind == _TABLE:
                        fits = reader.table_type()
                    else:
                        fits = kind == _GLOBAL and reader.global_type()
                    if not fits:
                        return name
                    known[kind].append(fits)
                case 3:
                    known[_FUNCTION].append(types[reader.number()])
                case 4:
                    known[_TABLE].append(reader.table())
                case 6:
                    known[_GLOBAL].append(reader.global_type())
                    reader.constant()
                case 7:
                    name, kind, index = reader.name(), reader.byte(), reader.number()
                    if kind != _MEMORY and (kind not in known or not known[kind][index]):
                        return f"the export {name}"
        reader.at = end
    return None
