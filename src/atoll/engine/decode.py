"""From ``wasmtime_component_val`` to Python: one closure per type (:mod:`atoll.engine.values`)."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from ctypes import c_uint8, string_at
from typing import Any

from wasmtime import component as wc

from atoll.engine.component_layout import ENTRY, NUMBERS, SIZE, Number, text_at, type_name, word
from atoll.engine.errors import IncompatibleCode, ValueMismatch
from atoll.engine.values import Err, Ok, Variant

Decode = Callable[[int], Any]


def decoder(ty: Any) -> Decode:
    """A function from the address of a value of type ``ty`` to the Python value. It copies and
    does not free. Raises :class:`IncompatibleCode` for types it does not know (futures,
    streams)."""
    number = NUMBERS.get(type(ty))
    if number is not None:
        return _decode_number(number)
    make = _DECODERS.get(type(ty))
    if make is None:
        raise IncompatibleCode(f"values of type {type_name(ty)} cannot cross into the host")
    return make(ty)


def _decode_resource(ty: Any) -> Decode:
    """Resources have no Python form. A type may still mention one: a list of them can be empty."""

    def refuse(address: int) -> Any:
        raise ValueMismatch(f"a resource ({type_name(ty)}) cannot cross into the host")

    return refuse


def _decode_number(number: Number) -> Decode:
    unpack = struct.Struct("<" + number.code).unpack
    size = number.size
    return lambda address: unpack(string_at(address + 8, size))[0]


def _decode_bool(_: Any) -> Decode:
    return lambda address: c_uint8.from_address(address + 8).value != 0


def _decode_char(_: Any) -> Decode:
    return lambda address: chr(ctypes.c_uint32.from_address(address + 8).value)


def _decode_string(_: Any) -> Decode:
    return lambda address: text_at(address + 8)


def _decode_list(ty: wc.ListType) -> Decode:
    element = ty.element
    if isinstance(element, wc.U8):
        # 32 bytes per element with the byte at offset 8: one strided copy instead of a loop.
        def decode_bytes(address: int) -> bytes:
            size = word(address + 8)
            return string_at(word(address + 16), size * SIZE)[8::SIZE] if size else b""

        return decode_bytes
    number = NUMBERS.get(type(element))
    if number is not None:
        unpack = struct.Struct(f"<8x{number.code}{SIZE - 8 - number.size}x").iter_unpack

        def decode_numbers(address: int) -> list[Any]:
            size = word(address + 8)
            return [x for (x,) in unpack(string_at(word(address + 16), size * SIZE))]

        return decode_numbers
    decode = decoder(element)

    def decode_list(address: int) -> list[Any]:
        size, data = word(address + 8), word(address + 16)
        return [decode(data + SIZE * i) for i in range(size)]

    return decode_list


def _decode_tuple(ty: wc.TupleType) -> Decode:
    decoders = [decoder(element) for element in ty.elements]

    def decode(address: int) -> tuple[Any, ...]:
        data = word(address + 16)
        return tuple([decode(data + SIZE * i) for i, decode in enumerate(decoders)])

    return decode


def _decode_record(ty: wc.RecordType) -> Decode:
    decoders = [(name, decoder(field)) for name, field in ty.fields]

    def decode(address: int) -> dict[str, Any]:
        data = word(address + 16) + 16
        return {name: decode(data + ENTRY * i) for i, (name, decode) in enumerate(decoders)}

    return decode


def _decode_option(ty: wc.OptionType) -> Decode:
    decode = decoder(ty.payload)

    def decode_option(address: int) -> Any:
        inner = word(address + 8)
        return decode(inner) if inner else None

    return decode_option


def _decode_result(ty: wc.ResultType) -> Decode:
    ok = decoder(ty.ok) if ty.ok is not None else None
    err = decoder(ty.err) if ty.err is not None else None

    def decode(address: int) -> Ok | Err:
        inner = word(address + 16)
        if c_uint8.from_address(address + 8).value:
            return Ok(ok(inner) if ok is not None and inner else None)
        return Err(err(inner) if err is not None and inner else None)

    return decode


def _decode_enum(_: Any) -> Decode:
    return lambda address: text_at(address + 8)


def _decode_variant(ty: wc.VariantType) -> Decode:
    cases = {name: decoder(payload) if payload is not None else None for name, payload in ty.cases}

    def decode(address: int) -> Variant:
        name, inner = text_at(address + 8), word(address + 24)
        decode_case = cases[name]
        return Variant(name, decode_case(inner) if decode_case is not None and inner else None)

    return decode


def _decode_flags(_: Any) -> Decode:
    def decode(address: int) -> frozenset[str]:
        size, data = word(address + 8), word(address + 16)
        return frozenset(text_at(data + 16 * i) for i in range(size))

    return decode


_DECODERS: dict[type, Callable[[Any], Decode]] = {
    wc.Bool: _decode_bool, wc.Char: _decode_char, wc.String: _decode_string,
    wc.ListType: _decode_list, wc.TupleType: _decode_tuple, wc.RecordType: _decode_record,
    wc.OptionType: _decode_option, wc.ResultType: _decode_result, wc.EnumType: _decode_enum,
    wc.VariantType: _decode_variant, wc.FlagsType: _decode_flags,
    wc.OwnType: _decode_resource, wc.BorrowType: _decode_resource,
}  # fmt: skip
