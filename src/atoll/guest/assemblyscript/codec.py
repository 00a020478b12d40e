"""Values across the border of a module: compiled once per function from its metadata."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from atoll.engine import GuestMemoryError
from atoll.guest.assemblyscript.decode import Decoders
from atoll.guest.assemblyscript.encode import Encoders
from atoll.guest.assemblyscript.interface import is_known, is_usable
from atoll.guest.assemblyscript.layout import format_of
from atoll.guest.assemblyscript.memory import Memory, Reader, Record, Steps, TooLarge, Writer
from atoll.guest.assemblyscript.module import Module, Signature, Slot
from atoll.guest.assemblyscript.placing import Room, place, signed
from atoll.guest.assemblyscript.types import Array, AsType, Nullable, Primitive
from atoll.guest.core.fit import (
    SELECTIONS,
    arguments_too_large,
    invalid_argument,
    result_too_large,
    result_unfit,
)
from atoll.guest.core.scalar import INTEGERS, Misfit
from atoll.guest.failure import BadGuestReply
from atoll.guest.selection import Selection

Decode = Callable[[Memory, Any], Any]


class Codec:
    """The codecs of one module's functions.

    Args:
        max_bytes: bounds what one value may make the host read or write.
    """

    def __init__(self, module: Module, *, max_bytes: int) -> None:
        self.module = module
        self.max_bytes = max_bytes
        self.api_encoders = Encoders(module.types, "api")
        self.native_decoders = Decoders(module.types, "native")
        self.native_encoders = Encoders(module.types, "native")
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


class Arguments(NamedTuple):
    """What a function is called with."""

    records: Sequence[Record]
    """Objects to be made."""
    raws: list[Any]
    """By parameter: a number as the engine takes it, or the handle of an object."""
    given: int
    """How many of them the function is to take as given; others are zero."""


class ExportCodec:
    """Arguments and result of one exported function."""

    def __init__(self, codec: Codec, signature: Signature) -> None:
        self._max_bytes = codec.max_bytes
        self._plan = tuple(
            (slot, codec.api_encoders.slot(slot.type), _signer(slot.type))
            for slot in signature.parameters
        )
        self._is_object = tuple(
            not isinstance(slot.type, Primitive) for slot in signature.parameters
        )
        self.takes_length = takes_length(signature)
        """Whether the guest must be told how many arguments are given."""
        self._known = frozenset(slot.name for slot in signature.parameters if is_known(slot))
        self._unknown = frozenset(
            slot.name
            for slot in signature.parameters
            if slot.default is not None and not is_usable(slot)
        )
        result = signature.result
        self.decoder = lru_cache(SELECTIONS)(
            lambda selection: _result_decoder(codec, result, selection)
        )
        """``decoder(selection)`` gives ``decode(memory, raw)``, which gives the API's JSON form.

        The decoder raises BadGuestReply: what the guest returned cannot be what it says."""
        element = signature.element
        self.element_reader = lru_cache(SELECTIONS)(
            lambda selection: _element_reader(codec, element, selection)
        )
        """``element_reader(selection)``, of a function that streams, gives ``read(memory, slot)``:
        the element at an address, in the API's JSON form. It raises BadGuestReply as well."""

    def encode(self, arguments: Mapping[str, Any]) -> Arguments:
        """The function's arguments.

        Raises:
            GuestFailure: of kind ``argument``: a value does not fit its parameter.
        """
        given = self._given(arguments) if self.takes_length else len(self._plan)
        writer = Writer(self._max_bytes)
        raws: list[Any] = []
        for slot, encode, sign in self._plan[:given]:
            try:
                value = arguments.get(slot.name)
                if value is None and slot.default is not None and _left_out(slot, arguments):
                    if slot.name in self._unknown:
                        raise Misfit(
                            "its default is known to the function alone, so it can be left out"
                            " only together with all parameters after it: give it a value"
                        )
                    value = slot.default.value
                raw = encode(writer, value)
            except Misfit as misfit:
                raise invalid_argument(slot.name, misfit) from None
            except TooLarge:
                raise arguments_too_large(self._max_bytes) from None
            except RecursionError:
                raise invalid_argument(slot.name, Misfit("it nests too deeply")) from None
            raws.append(sign(raw) if sign else raw)
        raws += [0] * (len(self._plan) - given)
        return Arguments(writer.records, raws, given)

    def with_addresses(self, raws: Sequence[Any], addresses: Sequence[int]) -> list[Any]:
        """Arguments with the addresses of objects instead of their handles."""
        return [
            signed(addresses[raw - 1]) if is_object and raw else raw
            for raw, is_object in zip(raws, self._is_object, strict=True)
        ]

    def _given(self, arguments: Mapping[str, Any]) -> int:
        """How many arguments come before those that are left to the guest's defaults."""
        given = len(self._plan)
        while given:
            slot = self._plan[given - 1][0]
            if slot.default is None:
                break
            # The API fills in the defaults that it knows. To leave such a one to the function is
            # the same, and lets it evaluate those before it.
            value = arguments.get(slot.name)
            is_default = slot.name in self._known and value == slot.default.value
            if not is_default and not _left_out(slot, arguments):
                break
            given -= 1
        return given


class ImportCodec:
    """Arguments and result of one imported host function, in native form."""

    def __init__(self, codec: Codec, signature: Signature) -> None:
        self._max_bytes = codec.max_bytes
        self.signature = signature
        self._decode = tuple(
            codec.native_decoders.slot(
                slot.type, None, f"the argument {slot.name} of {signature.name}"
            )
            for slot in signature.parameters
        )
        result = signature.result
        self._encode = None
        self._sign = None
        if result is not None:
            self._encode = codec.native_encoders.slot(result)
            self._sign = _signer(result)
        self._from_raw = tuple(_unsigner(slot.type) for slot in signature.parameters)

    def decode(self, memory: Memory, raw: Sequence[Any]) -> list[Any]:
        """The arguments. Raises BadGuestReply: they cannot be what they say."""
        reader = Reader(memory.view(), self._max_bytes)
        return [
            decode(reader, unsign(value))
            for decode, unsign, value in zip(self._decode, self._from_raw, raw, strict=True)
        ]

    def encode(self, value: Any) -> tuple[Sequence[Record], Any]:
        """The result: objects to be made, and a number or the handle of one. None is the null
        pointer, whatever the type says.

        Raises:
            UnfitResult: the value does not fit what the guest declared, or is too large.
        """
        if self._encode is None:
            return (), None
        if value is None:
            return (), 0
        writer = Writer(self._max_bytes)
        try:
            raw = self._encode(writer, value)
        except Misfit as misfit:
            raise result_unfit(self.signature.name, misfit) from None
        except TooLarge:
            raise result_too_large(self.signature.name) from None
        return writer.records, self._sign(raw) if self._sign else raw


def give(records: Sequence[Record], raw: Any, memory: Memory, room: Room | None) -> Steps[Any]:
    """Make the objects of a host function's result; the result as the engine takes it.

    Args:
        room: where records may be written; None if the module cannot read them.
    """
    if not records:
        return raw
    if room is None or len(records) == 1:
        addresses = yield from place(records, memory, keep=False)
        return signed(addresses[raw - 1])
    address = yield from room.build(records, memory, raw)
    return signed(address)


def _result_decoder(codec: Codec, type: AsType | None, selection: Selection | None) -> Decode:
    if type is None:
        return lambda memory, raw: None
    # Decoders of its own: those of a selection go with it.
    decode = Decoders(codec.module.types, "api").slot(type, selection, "the function's result")
    unsign = _unsigner(type)
    max_bytes = codec.max_bytes
    if isinstance(type, Primitive):
        return lambda memory, raw: decode(None, unsign(raw))

    def read(memory: Memory, raw: Any) -> Any:
        try:
            return decode(Reader(memory.view(), max_bytes), unsign(raw))
        except GuestMemoryError as error:
            raise BadGuestReply(str(error)) from None

    return read


def _element_reader(codec: Codec, type: AsType | None, selection: Selection | None) -> Decode:
    assert type is not None, "a function that streams nothing has no elements"
    where = "an element of the stream"
    decode = Decoders(codec.module.types, "api").slot(type, selection, where)
    layout = struct.Struct(f"<{format_of(type)}")
    max_bytes = codec.max_bytes

    def read(memory: Memory, slot: int) -> Any:
        reader = Reader(memory.view(), max_bytes)
        (raw,) = layout.unpack(reader.span(slot, layout.size))
        return decode(reader, raw)

    return read


def takes_length(signature: Signature) -> bool:
    """Whether the function may look at how many arguments it was given: for its defaults, or for
    a rest parameter, which metadata does not tell from any other array."""
    parameters = signature.parameters
    if any(slot.default is not None for slot in parameters):
        return True
    return bool(parameters) and isinstance(parameters[-1].type, Array)


def _left_out(slot: Slot, arguments: Mapping[str, Any]) -> bool:
    return slot.name not in arguments or (
        arguments[slot.name] is None and not isinstance(slot.type, Nullable)
    )


def _signer(type: AsType) -> Callable[[Any], Any] | None:
    """The engine takes WebAssembly's integers as signed ones."""
    if isinstance(type, Primitive):
        if type.name == "u64":
            return lambda raw: raw if raw < 1 << 63 else raw - (1 << 64)
        if type.name in ("u32", "usize"):
            return signed
    return None


def _unsigner(type: AsType) -> Callable[[Any], Any]:
    """What the engine gives for a value of this type, as the value itself (or an address)."""
    if not isinstance(type, Primitive):
        return lambda raw: raw & 0xFFFFFFFF
    name = type.name
    if name in ("f32", "f64"):
        return lambda raw: raw
    if name == "bool":
        return lambda raw: raw & 0xFF  # only the lowest byte counts
    low, high = INTEGERS[name]
    mask = high - low
    if low == 0:
        return lambda raw: raw & mask
    sign = high + 1
    return lambda raw: ((raw & mask) ^ sign) - sign
