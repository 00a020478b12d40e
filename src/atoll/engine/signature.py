"""The type of a component function, compiled."""

from __future__ import annotations

from dataclasses import dataclass

from wasmtime import component as wc

from atoll.engine.decode import Decode, decoder
from atoll.engine.encode import Encode, encoder
from atoll.engine.errors import IncompatibleCode


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function's arguments and result cross, in either direction."""

    parameters: tuple[str, ...]
    decode_parameters: tuple[Decode, ...]
    encode_parameters: tuple[Encode, ...]
    decode_result: Decode | None
    encode_result: Encode | None

    @classmethod
    def of(cls, function: wc.FuncType) -> Signature:
        """Compile a function's type. Raises :class:`IncompatibleCode` (see :func:`decoder`)."""
        try:
            parameters = function.params
            result = function.result
            return cls(
                parameters=tuple(name for name, _ in parameters),
                decode_parameters=tuple(decoder(ty) for _, ty in parameters),
                encode_parameters=tuple(encoder(ty) for _, ty in parameters),
                decode_result=decoder(result) if result is not None else None,
                encode_result=encoder(result) if result is not None else None,
            )
        except (TypeError, RecursionError) as error:  # wasmtime-py, about types it does not know
            raise IncompatibleCode("a function has a type that this host cannot pass") from error
