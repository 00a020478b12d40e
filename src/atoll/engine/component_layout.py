"""How ``wasmtime_component_val`` lies in memory, as far as both codecs need it."""

from __future__ import annotations

from ctypes import c_uint8, c_uint64, string_at
from dataclasses import dataclass
from typing import Any

from wasmtime import component as wc

from atoll.engine import _capi
from atoll.engine.errors import ValueMismatch

#: Of a value: its kind at 0, its payload at 8.
SIZE = _capi.COMPONENT_VAL
#: Of a record field: its name at 0, its value at 16.
ENTRY = _capi.COMPONENT_RECORD_ENTRY

# wasmtime_component_valkind_t
BOOL, CHAR, STRING, LIST, RECORD, TUPLE = 0, 11, 12, 13, 14, 15
VARIANT, ENUM, OPTION, RESULT, FLAGS = 16, 17, 18, 19, 20
U8 = 2


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric type; integers with their range."""

    kind: int
    code: str  # of the struct module
    size: int
    low: int = 0
    high: int = 0


def _integer(kind: int, code: str, bits: int) -> Number:
    if code.islower():
        return Number(kind, code, bits // 8, -(1 << bits - 1), (1 << bits - 1) - 1)
    return Number(kind, code, bits // 8, 0, (1 << bits) - 1)


NUMBERS: dict[type, Number] = {
    wc.S8: _integer(1, "b", 8), wc.U8: _integer(U8, "B", 8),
    wc.S16: _integer(3, "h", 16), wc.U16: _integer(4, "H", 16),
    wc.S32: _integer(5, "i", 32), wc.U32: _integer(6, "I", 32),
    wc.S64: _integer(7, "q", 64), wc.U64: _integer(8, "Q", 64),
    wc.F32: Number(9, "f", 4), wc.F64: Number(10, "d", 8),
}  # fmt: skip


def type_name(ty: Any) -> str:
    """For messages."""
    return type(ty).__name__.removesuffix("Type").lower()


def mismatch(expected: str, value: object) -> ValueMismatch:
    """The error for a value of another type."""
    return ValueMismatch(f"expected a value of type {expected}, got {type(value).__name__}")


def set_kind(address: int, kind: int) -> None:
    """Set the byte at ``address``."""
    c_uint8.from_address(address).value = kind


def word(address: int) -> int:
    """The 64 bits at ``address``."""
    return c_uint64.from_address(address).value


def text_at(vec: int) -> str:
    """The text of a ``wasm_name_t``; wasmtime has checked that it is UTF-8."""
    size = word(vec)
    return string_at(word(vec + 8), size).decode() if size else ""
