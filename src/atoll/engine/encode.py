"""From Python to ``wasmtime_component_val``: one closure per type (:mod:`atoll.engine.values`).

Encoded values own their memory on wasmtime's side. Whatever happens half-way, a value at an
address is always either zeroed (a ``false``) or safe to give to ``wasmtime_component_val_delete``.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from ctypes import c_uint64, memmove, memset
from typing import Any

from wasmtime import component as wc

from atoll.engine import _capi
from atoll.engine.component_layout import (
    BOOL,
    CHAR,
    ENTRY,
    ENUM,
    FLAGS,
    LIST,
    NUMBERS,
    OPTION,
    RECORD,
    RESULT,
    SIZE,
    STRING,
    TUPLE,
    U8,
    VARIANT,
    Number,
    mismatch,
    set_kind,
    type_name,
    word,
)  # fmt: skip
from atoll.engine.errors import IncompatibleCode, ValueMismatch
from atoll.engine.values import Err, Ok, Variant

Encode = Callable[[Any, int], None]


def put_text(vec: int, text: str, expected: str) -> None:
    if not isinstance(text, str):
        raise mismatch(expected, text)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise ValueMismatch("a string has a lone surrogate, which UTF-8 cannot carry") from error
    _capi.byte_vec_new(vec, len(data), data)


def encoder(ty: Any) -> Encode:
    """A function that writes a Python value as type ``ty`` at an address of zeroed memory. Raises
    :class:`ValueMismatch` for a value that does not fit (the caller then deletes what is there)."""
    number = NUMBERS.get(type(ty))
    if number is not None:
        return _encode_number(number, type_name(ty))
    make = _ENCODERS.get(type(ty))
    if make is None:
        raise IncompatibleCode(f"values of type {type_name(ty)} cannot cross into the guest")
    return make(ty)


def _encode_resource(ty: Any) -> Encode:
    def refuse(value: Any, address: int) -> None:
        raise ValueMismatch(f"a resource ({type_name(ty)}) cannot cross into the guest")

    return refuse


def _encode_number(number: Number, name: str) -> Encode:
    pack = struct.Struct(f"<B7x{number.code}").pack
    kind, low, high, size = number.kind, number.low, number.high, 8 + number.size
    if number.code in "fd":

        def encode_float(value: Any, address: int) -> None:
            if not isinstance(value, (float, int)) or isinstance(value, bool):
                raise mismatch(name, value)
            try:
                memmove(address, pack(kind, value), size)
            except (OverflowError, struct.error) as error:
                raise ValueMismatch(f"{value} does not fit {name}") from error

        return encode_float

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise mismatch(name, value)
        if not low <= value <= high:
            raise ValueMismatch(f"{value} does not fit {name}")
        memmove(address, pack(kind, value), size)

    return encode


def _encode_bool(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        if not isinstance(value, bool):
            raise mismatch("bool", value)
        set_kind(address, BOOL)
        set_kind(address + 8, value)

    return encode


def _encode_char(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        if not isinstance(value, str) or len(value) != 1 or 0xD800 <= ord(value) < 0xE000:
            raise mismatch("char", value)
        set_kind(address, CHAR)
        ctypes.c_uint32.from_address(address + 8).value = ord(value)

    return encode


def _encode_string(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        put_text(address + 8, value, "string")
        set_kind(address, STRING)

    return encode


def _encode_list(ty: wc.ListType) -> Encode:
    element = ty.element
    if isinstance(element, wc.U8):
        return _encode_bytes
    number = NUMBERS.get(type(element))
    encode = encoder(element)
    fast = _pack_numbers(number) if number is not None else None

    def encode_list(value: Any, address: int) -> None:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise mismatch("list", value)
        size = len(value)
        packed = fast(value) if fast is not None else None
        _capi.component_list_uninit(address + 8, size)
        data = word(address + 16)
        if packed is not None:
            memmove(data, packed, size * SIZE)
            set_kind(address, LIST)
            return
        memset(data, 0, size * SIZE)
        set_kind(address, LIST)
        for item in value:
            encode(item, data)
            data += SIZE

    return encode_list


def _pack_numbers(number: Number) -> Callable[[Sequence[Any]], bytes | None]:
    """All elements in one call of the struct module, or ``None`` to go one by one (which finds
    the element that does not fit and says so)."""
    one = f"B7x{number.code}{SIZE - 8 - number.size}x"
    kind = number.kind
    wanted = float if number.code in "fd" else int

    def pack(values: Sequence[Any]) -> bytes | None:
        if not all(type(value) is wanted for value in values):
            return None
        flat: list[Any] = [kind] * (2 * len(values))
        flat[1::2] = values
        try:
            return struct.pack("<" + one * len(values), *flat)
        except (struct.error, OverflowError):
            return None

    return pack


_U8_ZERO = bytes([U8]) + bytes(SIZE - 1)


def _encode_bytes(value: Any, address: int) -> None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise mismatch("list<u8>", value)
    packed = bytearray(_U8_ZERO * len(value))
    packed[8::SIZE] = bytes(value)
    _capi.component_list_uninit(address + 8, len(value))
    memmove(word(address + 16), bytes(packed), len(packed))
    set_kind(address, LIST)


def _encode_tuple(ty: wc.TupleType) -> Encode:
    encoders = [encoder(element) for element in ty.elements]

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (tuple, list)) or len(value) != len(encoders):
            raise mismatch(f"tuple of {len(encoders)}", value)
        _capi.component_tuple_uninit(address + 8, len(encoders))
        data = word(address + 16)
        memset(data, 0, len(encoders) * SIZE)
        set_kind(address, TUPLE)
        for encode_item, item in zip(encoders, value, strict=True):
            encode_item(item, data)
            data += SIZE

    return encode


def _encode_record(ty: wc.RecordType) -> Encode:
    fields = [(name, encoder(field)) for name, field in ty.fields]
    names = {name for name, _ in fields}

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, dict) or value.keys() != names:
            expected = ", ".join(name for name, _ in fields)
            raise ValueMismatch(f"expected a record with the fields {expected}")
        _capi.component_record_uninit(address + 8, len(fields))
        data = word(address + 16)
        memset(data, 0, len(fields) * ENTRY)
        set_kind(address, RECORD)
        for name, encode_field in fields:
            put_text(data, name, "string")
            encode_field(value[name], data + 16)
            data += ENTRY

    return encode


def _box(encode: Encode, value: Any) -> int:
    """A value on wasmtime's heap, for the pointer inside option, result and variant."""
    block = (c_uint64 * (SIZE // 8))()
    address = ctypes.addressof(block)
    try:
        encode(value, address)
    except BaseException:
        _capi.component_val_delete(address)
        raise
    boxed: int = _capi.component_val_new(address)
    return boxed


def _encode_option(ty: wc.OptionType) -> Encode:
    encode = encoder(ty.payload)

    def encode_option(value: Any, address: int) -> None:
        c_uint64.from_address(address + 8).value = 0 if value is None else _box(encode, value)
        set_kind(address, OPTION)

    return encode_option


def _encode_result(ty: wc.ResultType) -> Encode:
    ok = encoder(ty.ok) if ty.ok is not None else None
    err = encoder(ty.err) if ty.err is not None else None

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (Ok, Err)):
            raise mismatch("result (Ok or Err)", value)
        is_ok = isinstance(value, Ok)
        encode_case = ok if is_ok else err
        if encode_case is None and value.value is not None:
            raise mismatch("result with no value in this case", value.value)
        boxed = 0 if encode_case is None else _box(encode_case, value.value)
        set_kind(address + 8, is_ok)
        c_uint64.from_address(address + 16).value = boxed
        set_kind(address, RESULT)

    return encode


def _encode_enum(ty: wc.EnumType) -> Encode:
    names = frozenset(ty.names)

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, str) or value not in names:
            raise mismatch(f"enum ({', '.join(sorted(names))})", value)
        put_text(address + 8, value, "enum")
        set_kind(address, ENUM)

    return encode


def _encode_variant(ty: wc.VariantType) -> Encode:
    cases = {name: encoder(payload) if payload is not None else None for name, payload in ty.cases}

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, Variant) or value.case not in cases:
            raise mismatch(f"variant ({', '.join(cases)})", value)
        encode_case = cases[value.case]
        if encode_case is None and value.value is not None:
            raise mismatch(f"variant case {value.case}, which carries nothing", value.value)
        boxed = 0 if encode_case is None else _box(encode_case, value.value)
        c_uint64.from_address(address + 24).value = boxed
        put_text(address + 8, value.case, "variant")
        set_kind(address, VARIANT)

    return encode


def _encode_flags(ty: wc.FlagsType) -> Encode:
    names = frozenset(ty.names)

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (set, frozenset)) or not value <= names:
            raise mismatch(f"flags ({', '.join(sorted(names))})", value)
        _capi.component_flags_uninit(address + 8, len(value))
        data = word(address + 16)
        memset(data, 0, len(value) * _capi.BYTE_VEC)
        set_kind(address, FLAGS)
        for name in sorted(value):
            put_text(data, name, "flag")
            data += _capi.BYTE_VEC

    return encode


_ENCODERS: dict[type, Callable[[Any], Encode]] = {
    wc.Bool: _encode_bool, wc.Char: _encode_char, wc.String: _encode_string,
    wc.ListType: _encode_list, wc.TupleType: _encode_tuple, wc.RecordType: _encode_record,
    wc.OptionType: _encode_option, wc.ResultType: _encode_result, wc.EnumType: _encode_enum,
    wc.VariantType: _encode_variant, wc.FlagsType: _encode_flags,
    wc.OwnType: _encode_resource, wc.BorrowType: _encode_resource,
}  # fmt: skip
