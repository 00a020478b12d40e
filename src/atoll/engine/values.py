"""Component values: between Python and ``wasmtime_component_val``.

An encoder and a decoder are compiled once per type, as closures over raw addresses; nothing is
interpreted per value. The types come from the component itself, so a value has exactly one
possible shape on each side and decoders need no checks: wasmtime has lifted the value by the same
type.

===================  =========================================
component            Python
===================  =========================================
bool, s8 ... u64     ``bool``, ``int``
f32, f64             ``float``
char, string         ``str``
list<u8>             ``bytes``
list<T>              ``list``
tuple                ``tuple``
record               ``dict`` by the field names of the component (kebab-case)
option<T>            ``None`` or T (so the two levels of a nested option are one)
result<T, E>         :class:`Ok` or :class:`Err`
enum                 ``str``
variant              :class:`Variant`
flags                ``frozenset[str]``
===================  =========================================

Encoded values own their memory on wasmtime's side. Whatever happens half-way, a value at an
address is always either zeroed (a ``false``) or safe to give to ``wasmtime_component_val_delete``.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from ctypes import c_uint8, c_uint64, memmove, memset, string_at
from dataclasses import dataclass
from typing import Any

from wasmtime import component as wc
from wasmtime.component import _types as wt

from atoll.engine import _capi
from atoll.engine.errors import IncompatibleCode, ValueMismatch


@dataclass(frozen=True, slots=True)
class Ok:
    """The ok case of a ``result``; ``value`` is ``None`` if it carries nothing."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Err:
    """The error case of a ``result``; ``value`` is ``None`` if it carries nothing."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of a ``variant``; ``value`` is ``None`` if the case carries nothing."""

    case: str
    value: Any = None


Value = int | float | bool | str | bytes | list[Any] | tuple[Any, ...] | dict[str, Any] \
    | frozenset[str] | Ok | Err | Variant | None  # fmt: skip
Decode = Callable[[int], Any]
Encode = Callable[[Any, int], None]

SIZE = _capi.COMPONENT_VAL
_ENTRY = _capi.COMPONENT_RECORD_ENTRY

# wasmtime_component_valkind_t
_BOOL, _CHAR, _STRING, _LIST, _RECORD, _TUPLE = 0, 11, 12, 13, 14, 15
_VARIANT, _ENUM, _OPTION, _RESULT, _FLAGS = 16, 17, 18, 19, 20
_U8 = 2


@dataclass(frozen=True, slots=True)
class _Number:
    kind: int
    code: str  # of the struct module
    size: int
    low: int = 0
    high: int = 0


def _integer(kind: int, code: str, bits: int) -> _Number:
    if code.islower():
        return _Number(kind, code, bits // 8, -(1 << bits - 1), (1 << bits - 1) - 1)
    return _Number(kind, code, bits // 8, 0, (1 << bits) - 1)


_NUMBERS: dict[type, _Number] = {
    wc.S8: _integer(1, "b", 8), wc.U8: _integer(_U8, "B", 8),
    wc.S16: _integer(3, "h", 16), wc.U16: _integer(4, "H", 16),
    wc.S32: _integer(5, "i", 32), wc.U32: _integer(6, "I", 32),
    wc.S64: _integer(7, "q", 64), wc.U64: _integer(8, "Q", 64),
    wc.F32: _Number(9, "f", 4), wc.F64: _Number(10, "d", 8),
}  # fmt: skip


def _name(ty: Any) -> str:
    return type(ty).__name__.removesuffix("Type").lower()


def _mismatch(expected: str, value: object) -> ValueMismatch:
    return ValueMismatch(f"expected a value of type {expected}, got {type(value).__name__}")


def _set_kind(address: int, kind: int) -> None:
    c_uint8.from_address(address).value = kind


def _word(address: int) -> int:
    return c_uint64.from_address(address).value


def _text_at(vec: int) -> str:
    size = _word(vec)
    return string_at(_word(vec + 8), size).decode() if size else ""


def _put_text(vec: int, text: str, expected: str) -> None:
    if not isinstance(text, str):
        raise _mismatch(expected, text)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise ValueMismatch("a string has a lone surrogate, which UTF-8 cannot carry") from error
    _capi.byte_vec_new(vec, len(data), data)


# Decoding ---------------------------------------------------------------------------------------


def decoder(ty: Any) -> Decode:
    """A function from the address of a value of type ``ty`` to the Python value. It copies and
    does not free. Raises :class:`IncompatibleCode` for types with no Python form (futures, streams).
    """
    number = _NUMBERS.get(type(ty))
    if number is not None:
        return _decode_number(number)
    make = _DECODERS.get(type(ty))
    if make is None:
        raise IncompatibleCode(f"values of type {_name(ty)} cannot cross into the host")
    return make(ty)


def _decode_resource(ty: Any) -> Decode:
    """Resources have no Python form. A type may still mention one: a list of them can be empty."""

    def refuse(address: int) -> Any:
        raise ValueMismatch(f"a resource ({_name(ty)}) cannot cross into the host")

    return refuse


def _decode_number(number: _Number) -> Decode:
    unpack = struct.Struct("<" + number.code).unpack
    size = number.size
    return lambda address: unpack(string_at(address + 8, size))[0]


def _decode_bool(_: Any) -> Decode:
    return lambda address: c_uint8.from_address(address + 8).value != 0


def _decode_char(_: Any) -> Decode:
    return lambda address: chr(ctypes.c_uint32.from_address(address + 8).value)


def _decode_string(_: Any) -> Decode:
    return lambda address: _text_at(address + 8)


def _decode_list(ty: wc.ListType) -> Decode:
    element = ty.element
    if isinstance(element, wc.U8):
        # 32 bytes per element with the byte at offset 8: one strided copy instead of a loop.
        def decode_bytes(address: int) -> bytes:
            size = _word(address + 8)
            return string_at(_word(address + 16), size * SIZE)[8::SIZE] if size else b""

        return decode_bytes
    number = _NUMBERS.get(type(element))
    if number is not None:
        unpack = struct.Struct(f"<8x{number.code}{SIZE - 8 - number.size}x").iter_unpack

        def decode_numbers(address: int) -> list[Any]:
            size = _word(address + 8)
            return [x for (x,) in unpack(string_at(_word(address + 16), size * SIZE))]

        return decode_numbers
    decode = decoder(element)

    def decode_list(address: int) -> list[Any]:
        size, data = _word(address + 8), _word(address + 16)
        return [decode(data + SIZE * i) for i in range(size)]

    return decode_list


def _decode_tuple(ty: wc.TupleType) -> Decode:
    decoders = [decoder(element) for element in ty.elements]

    def decode(address: int) -> tuple[Any, ...]:
        data = _word(address + 16)
        return tuple([decode(data + SIZE * i) for i, decode in enumerate(decoders)])

    return decode


def _decode_record(ty: wc.RecordType) -> Decode:
    decoders = [(name, decoder(field)) for name, field in ty.fields]

    def decode(address: int) -> dict[str, Any]:
        data = _word(address + 16) + 16
        return {name: decode(data + _ENTRY * i) for i, (name, decode) in enumerate(decoders)}

    return decode


def _decode_option(ty: wc.OptionType) -> Decode:
    decode = decoder(ty.payload)

    def decode_option(address: int) -> Any:
        inner = _word(address + 8)
        return decode(inner) if inner else None

    return decode_option


def _decode_result(ty: wc.ResultType) -> Decode:
    ok = decoder(ty.ok) if ty.ok is not None else None
    err = decoder(ty.err) if ty.err is not None else None

    def decode(address: int) -> Ok | Err:
        inner = _word(address + 16)
        if c_uint8.from_address(address + 8).value:
            return Ok(ok(inner) if ok is not None and inner else None)
        return Err(err(inner) if err is not None and inner else None)

    return decode


def _decode_enum(_: Any) -> Decode:
    return lambda address: _text_at(address + 8)


def _decode_variant(ty: wc.VariantType) -> Decode:
    cases = {name: decoder(payload) if payload is not None else None for name, payload in ty.cases}

    def decode(address: int) -> Variant:
        name, inner = _text_at(address + 8), _word(address + 24)
        decode_case = cases[name]
        return Variant(name, decode_case(inner) if decode_case is not None and inner else None)

    return decode


def _decode_flags(_: Any) -> Decode:
    def decode(address: int) -> frozenset[str]:
        size, data = _word(address + 8), _word(address + 16)
        return frozenset(_text_at(data + 16 * i) for i in range(size))

    return decode


_DECODERS: dict[type, Callable[[Any], Decode]] = {
    wc.Bool: _decode_bool, wc.Char: _decode_char, wc.String: _decode_string,
    wc.ListType: _decode_list, wc.TupleType: _decode_tuple, wc.RecordType: _decode_record,
    wc.OptionType: _decode_option, wc.ResultType: _decode_result, wc.EnumType: _decode_enum,
    wc.VariantType: _decode_variant, wc.FlagsType: _decode_flags,
    wc.OwnType: _decode_resource, wc.BorrowType: _decode_resource,
}  # fmt: skip


# Encoding ---------------------------------------------------------------------------------------


def encoder(ty: Any) -> Encode:
    """A function that writes a Python value as type ``ty`` at an address of zeroed memory. Raises
    :class:`ValueMismatch` for a value that does not fit (the caller then deletes what is there)."""
    number = _NUMBERS.get(type(ty))
    if number is not None:
        return _encode_number(number, _name(ty))
    make = _ENCODERS.get(type(ty))
    if make is None:
        raise IncompatibleCode(f"values of type {_name(ty)} cannot cross into the guest")
    return make(ty)


def _encode_resource(ty: Any) -> Encode:
    def refuse(value: Any, address: int) -> None:
        raise ValueMismatch(f"a resource ({_name(ty)}) cannot cross into the guest")

    return refuse


def _encode_number(number: _Number, name: str) -> Encode:
    pack = struct.Struct(f"<B7x{number.code}").pack
    kind, low, high, size = number.kind, number.low, number.high, 8 + number.size
    if number.code in "fd":

        def encode_float(value: Any, address: int) -> None:
            if not isinstance(value, (float, int)) or isinstance(value, bool):
                raise _mismatch(name, value)
            try:
                memmove(address, pack(kind, value), size)
            except OverflowError as error:
                raise ValueMismatch(f"{value} does not fit {name}") from error

        return encode_float

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _mismatch(name, value)
        if not low <= value <= high:
            raise ValueMismatch(f"{value} does not fit {name}")
        memmove(address, pack(kind, value), size)

    return encode


def _encode_bool(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        if not isinstance(value, bool):
            raise _mismatch("bool", value)
        _set_kind(address, _BOOL)
        _set_kind(address + 8, value)

    return encode


def _encode_char(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        if not isinstance(value, str) or len(value) != 1 or 0xD800 <= ord(value) < 0xE000:
            raise _mismatch("char", value)
        _set_kind(address, _CHAR)
        ctypes.c_uint32.from_address(address + 8).value = ord(value)

    return encode


def _encode_string(_: Any) -> Encode:
    def encode(value: Any, address: int) -> None:
        _put_text(address + 8, value, "string")
        _set_kind(address, _STRING)

    return encode


def _encode_list(ty: wc.ListType) -> Encode:
    element = ty.element
    if isinstance(element, wc.U8):
        return _encode_bytes
    number = _NUMBERS.get(type(element))
    encode = encoder(element)
    fast = _pack_numbers(number) if number is not None else None

    def encode_list(value: Any, address: int) -> None:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise _mismatch("list", value)
        size = len(value)
        packed = fast(value) if fast is not None else None
        _capi.component_list_uninit(address + 8, size)
        data = _word(address + 16)
        if packed is not None:
            memmove(data, packed, size * SIZE)
            _set_kind(address, _LIST)
            return
        memset(data, 0, size * SIZE)
        _set_kind(address, _LIST)
        for item in value:
            encode(item, data)
            data += SIZE

    return encode_list


def _pack_numbers(number: _Number) -> Callable[[Sequence[Any]], bytes | None]:
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


_U8_ZERO = bytes([_U8]) + bytes(SIZE - 1)


def _encode_bytes(value: Any, address: int) -> None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _mismatch("list<u8>", value)
    packed = bytearray(_U8_ZERO * len(value))
    packed[8::SIZE] = bytes(value)
    _capi.component_list_uninit(address + 8, len(value))
    memmove(_word(address + 16), bytes(packed), len(packed))
    _set_kind(address, _LIST)


def _encode_tuple(ty: wc.TupleType) -> Encode:
    encoders = [encoder(element) for element in ty.elements]

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (tuple, list)) or len(value) != len(encoders):
            raise _mismatch(f"tuple of {len(encoders)}", value)
        _capi.component_tuple_uninit(address + 8, len(encoders))
        data = _word(address + 16)
        memset(data, 0, len(encoders) * SIZE)
        _set_kind(address, _TUPLE)
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
        data = _word(address + 16)
        memset(data, 0, len(fields) * _ENTRY)
        _set_kind(address, _RECORD)
        for name, encode_field in fields:
            _put_text(data, name, "string")
            encode_field(value[name], data + 16)
            data += _ENTRY

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
        _set_kind(address, _OPTION)

    return encode_option


def _encode_result(ty: wc.ResultType) -> Encode:
    ok = encoder(ty.ok) if ty.ok is not None else None
    err = encoder(ty.err) if ty.err is not None else None

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (Ok, Err)):
            raise _mismatch("result (Ok or Err)", value)
        is_ok = isinstance(value, Ok)
        encode_case = ok if is_ok else err
        if encode_case is None and value.value is not None:
            raise _mismatch("result with no value in this case", value.value)
        boxed = 0 if encode_case is None else _box(encode_case, value.value)
        _set_kind(address + 8, is_ok)
        c_uint64.from_address(address + 16).value = boxed
        _set_kind(address, _RESULT)

    return encode


def _encode_enum(ty: wc.EnumType) -> Encode:
    names = frozenset(ty.names)

    def encode(value: Any, address: int) -> None:
        if value not in names:
            raise _mismatch(f"enum ({', '.join(sorted(names))})", value)
        _put_text(address + 8, value, "enum")
        _set_kind(address, _ENUM)

    return encode


def _encode_variant(ty: wc.VariantType) -> Encode:
    cases = {name: encoder(payload) if payload is not None else None for name, payload in ty.cases}

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, Variant) or value.case not in cases:
            raise _mismatch(f"variant ({', '.join(cases)})", value)
        encode_case = cases[value.case]
        if encode_case is None and value.value is not None:
            raise _mismatch(f"variant case {value.case}, which carries nothing", value.value)
        boxed = 0 if encode_case is None else _box(encode_case, value.value)
        c_uint64.from_address(address + 24).value = boxed
        _put_text(address + 8, value.case, "variant")
        _set_kind(address, _VARIANT)

    return encode


def _encode_flags(ty: wc.FlagsType) -> Encode:
    names = frozenset(ty.names)

    def encode(value: Any, address: int) -> None:
        if not isinstance(value, (set, frozenset)) or not value <= names:
            raise _mismatch(f"flags ({', '.join(sorted(names))})", value)
        _capi.component_flags_uninit(address + 8, len(value))
        data = _word(address + 16)
        memset(data, 0, len(value) * _capi.BYTE_VEC)
        _set_kind(address, _FLAGS)
        for name in sorted(value):
            _put_text(data, name, "flag")
            data += _capi.BYTE_VEC

    return encode


_ENCODERS: dict[type, Callable[[Any], Encode]] = {
    wc.Bool: _encode_bool, wc.Char: _encode_char, wc.String: _encode_string,
    wc.ListType: _encode_list, wc.TupleType: _encode_tuple, wc.RecordType: _encode_record,
    wc.OptionType: _encode_option, wc.ResultType: _encode_result, wc.EnumType: _encode_enum,
    wc.VariantType: _encode_variant, wc.FlagsType: _encode_flags,
    wc.OwnType: _encode_resource, wc.BorrowType: _encode_resource,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """A component function, compiled: how its arguments and result cross."""

    parameters: tuple[str, ...]
    decode_parameters: tuple[Decode, ...]
    encode_parameters: tuple[Encode, ...]
    decode_result: Decode | None
    encode_result: Encode | None

    @classmethod
    def of(cls, function: wt.FuncType) -> Signature:
        """Compile a function's type. Raises :class:`IncompatibleCode` (see :func:`decoder`)."""
        parameters = function.params
        result = function.result
        return cls(
            parameters=tuple(name for name, _ in parameters),
            decode_parameters=tuple(decoder(ty) for _, ty in parameters),
            encode_parameters=tuple(encoder(ty) for _, ty in parameters),
            decode_result=decoder(result) if result is not None else None,
            encode_result=encoder(result) if result is not None else None,
        )
