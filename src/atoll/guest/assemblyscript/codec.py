"""Values across the border of a module: compiled once per function from its metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from atoll.engine import GuestMemoryError
from atoll.guest.assemblyscript.decode import Decoders
from atoll.guest.assemblyscript.encode import Encoders
from atoll.guest.assemblyscript.memory import Memory, Reader, Steps, TooLarge, Writer
from atoll.guest.assemblyscript.module import Module, Signature
from atoll.guest.assemblyscript.scalar import INTEGERS, Misfit
from atoll.guest.assemblyscript.types import AsType, Nullable, Primitive
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.selection import Selection

SELECTIONS = 256
"""Decoders that are kept per function."""

Decode = Callable[[Memory, Any], Any]


class Codec:
    """The codecs of one module's functions.

    Args:
        max_bytes: bounds what one value may make the host read or write.
    """

    def __init__(self, module: Module, *, max_bytes: int) -> None:
        self.module = module
        self.max_bytes = max_bytes
        self.api_decoders = Decoders(module.types, "api")
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


class ExportCodec:
    """Arguments and result of one exported function."""

    def __init__(self, codec: Codec, signature: Signature) -> None:
        self._max_bytes = codec.max_bytes
        self._plan = tuple(
            (slot, codec.api_encoders.slot(slot.type), _signer(slot.type))
            for slot in signature.parameters
        )
        self._defaults = any(slot.default is not None for slot in signature.parameters)
        result = signature.result
        self.decoder = lru_cache(SELECTIONS)(
            lambda selection: _result_decoder(codec, result, selection)
        )
        """``decoder(selection)`` gives ``decode(memory, raw)``, which gives the API's JSON form.

        The decoder raises BadGuestReply: what the guest returned cannot be what it says."""

    def encode(
        self, memory: Memory, arguments: Mapping[str, Any]
    ) -> Steps[tuple[list[Any], int | None]]:
        """The function's arguments, and how many of them the guest is to take as given (None if
        it has no defaults of its own).

        Raises:
            GuestFailure: of kind ``argument``: a value does not fit its parameter.
        """
        given = self._given(arguments) if self._defaults else len(self._plan)
        writer = Writer(memory, self._max_bytes)
        raws: list[Any] = []
        for slot, encode, sign in self._plan[:given]:
            try:
                if slot.name in arguments:
                    value = arguments[slot.name]
                elif slot.default is not None:
                    value = slot.default.value
                else:
                    value = None
                raw = yield from encode(writer, value)
            except Misfit as misfit:
                raise _invalid(slot.name, misfit) from None
            except TooLarge:
                raise _too_large(self._max_bytes) from None
            except RecursionError:
                raise _invalid(slot.name, Misfit("it nests too deeply")) from None
            raws.append(sign(raw) if sign else raw)
        raws += [0] * (len(self._plan) - given)
        return raws, given if self._defaults else None

    def _given(self, arguments: Mapping[str, Any]) -> int:
        """How many arguments come before those that are left to the guest's defaults."""
        given = len(self._plan)
        while given:
            slot = self._plan[given - 1][0]
            left_out = slot.name not in arguments or (
                arguments[slot.name] is None and not isinstance(slot.type, Nullable)
            )
            if slot.default is None or not left_out:
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

    def encode(self, memory: Memory, value: Any) -> Steps[Any]:
        """The result; None is the null pointer, whatever the type says.

        Raises:
            BadGuestReply: the value does not fit what the guest declared.
        """
        if self._encode is None:
            return None
        if value is None:
            return 0
        writer = Writer(memory, self._max_bytes)
        try:
            raw = yield from self._encode(writer, value)
        except Misfit as misfit:
            raise BadGuestReply(
                f"the module declares {self.signature.name} with another result: {misfit}"
            ) from None
        except TooLarge:
            raise BadGuestReply(
                f"the result of {self.signature.name} is larger than limits.payloadMb in modus.json"
                " allows"
            ) from None
        yield from writer.release()
        return self._sign(raw) if self._sign else raw


def _result_decoder(codec: Codec, type: AsType | None, selection: Selection | None) -> Decode:
    if type is None:
        return lambda memory, raw: None
    decode = codec.api_decoders.slot(type, selection, "the function's result")
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


def _invalid(parameter: str, misfit: Misfit) -> GuestFailure:
    return GuestFailure("argument", "", f"function parameter '{parameter}' is invalid: {misfit}")


def _too_large(limit: int) -> GuestFailure:
    return GuestFailure(
        "argument",
        "PayloadTooLarge",
        f"the function's arguments are larger than {limit} bytes (limits.payloadMb in modus.json)",
    )


def _signer(type: AsType) -> Callable[[Any], Any] | None:
    """The engine takes WebAssembly's integers as signed ones."""
    if isinstance(type, Primitive):
        if type.name in ("f32", "f64") or INTEGERS.get(type.name, (0, 1))[0] < 0:
            return None
        if type.name == "u64":
            return lambda raw: raw if raw < 1 << 63 else raw - (1 << 64)
        if type.name not in ("u32", "usize"):
            return None
    return lambda raw: raw if raw < 1 << 31 else raw - (1 << 32)


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
