"""Core value types: between Python numbers and wasmtime's value structs.

Integers cross as signed, as WebAssembly's host APIs have it; on the way in, the unsigned form of
the same bits is accepted too, because pointers are usually thought of as unsigned.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Literal

from atoll.engine import _capi
from atoll.engine.errors import IncompatibleCode, ValueMismatch

CoreType = Literal["i32", "i64", "f32", "f64"]

_CODES = {"i32": "i", "i64": "q", "f32": "f", "f64": "d"}
_KINDS = {"i32": 0, "i64": 1, "f32": 2, "f64": 3}
_SIZES = {"i32": 4, "i64": 8, "f32": 4, "f64": 8}
#: Of parameters, and of results: room in an execution's block.
MAX_VALUES = 64


def check_types(types: Sequence[str], what: str) -> None:
    """Raise :class:`IncompatibleCode` unless all are numbers and few enough to be passed."""
    for ty in types:
        if ty not in _CODES:
            raise IncompatibleCode(f"{what} has a value of type {ty}, which the host cannot pass")
    if len(types) > MAX_VALUES:
        raise IncompatibleCode(f"{what} has more than {MAX_VALUES} parameters or results")


#: What :attr:`ValueList.pack` raises when values do not fit.
REFUSED = (struct.error, OverflowError, ValueError)


class ValueList:
    """Packs and unpacks values of fixed types in ``wasmtime_val`` form (32 bytes each), or with
    ``raw`` in ``wasmtime_val_raw`` form (16 bytes each)."""

    __slots__ = ("_types", "count", "pack", "size", "unpack_from")

    def __init__(self, types: Sequence[str], *, raw: bool = False) -> None:
        self.count = len(types)
        self._types = tuple(types)
        self.size = (_capi.VAL_RAW if raw else _capi.VAL) * len(types)
        skip, room = ("", _capi.VAL_RAW) if raw else ("8x", _capi.VAL - 8)
        values = [f"{_CODES[ty]}{room - _SIZES[ty]}x" for ty in types]
        layout = struct.Struct("<" + "".join(skip + value for value in values))
        self.unpack_from: Callable[..., tuple[Any, ...]] = layout.unpack_from
        #: (buffer, offset, *values): quick, and raises :data:`REFUSED`; then :meth:`pack_into`
        #: gives them another chance, or the reason.
        self.pack: Callable[..., None]
        if raw or set(types) <= {"i32"}:
            # Nothing to put between the values: raw ones have no kind, and that of i32 is 0, which
            # is what padding becomes.
            self.pack = layout.pack_into
        else:
            tagged = struct.Struct("<" + "".join("B7x" + value for value in values)).pack_into
            kinds = [_KINDS[ty] for ty in types]

            def pack(buffer: Any, offset: int, *values: Any) -> None:
                flat: list[Any] = [0] * (2 * len(kinds))
                flat[::2] = kinds
                flat[1::2] = values
                tagged(buffer, offset, *flat)

            self.pack = pack

    def pack_into(self, buffer: Any, offset: int, values: Sequence[Any]) -> None:
        """Raises :class:`ValueMismatch` for a wrong count, type or range."""
        if len(values) != self.count:
            raise ValueMismatch(f"expected {self.count} values, got {len(values)}")
        try:
            self.pack(buffer, offset, *values)
        except REFUSED:
            signed = [_signed(v, ty) for v, ty in zip(values, self._types, strict=True)]
            self.pack(buffer, offset, *signed)


def _signed(value: Any, ty: str) -> Any:
    if ty in ("f32", "f64"):
        try:
            return struct.unpack("<" + _CODES[ty], struct.pack("<" + _CODES[ty], value))[0]
        except (struct.error, OverflowError, TypeError) as error:
            raise ValueMismatch(f"{value!r} does not fit {ty}") from error
    bits = 32 if ty == "i32" else 64
    if not isinstance(value, int) or not -(1 << bits - 1) <= value < 1 << bits:
        raise ValueMismatch(f"{value!r} does not fit {ty}")
    return value - (1 << bits) if value >= 1 << bits - 1 else value
