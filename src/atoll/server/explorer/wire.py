"""The form in which data goes to the page."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec


class Wire(msgspec.Struct, frozen=True, rename="camel"):
    """What the page gets, as ``explorer/src/api/types.ts`` has it: ``started_at`` is
    ``startedAt`` there."""


_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


def encode(value: Any) -> bytes:
    """JSON of `Wire` objects and plain data, whatever text is in it."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(_readable(msgspec.to_builtins(value, enc_hook=_parsed)))


def milliseconds(seconds: float) -> float:
    """Durations as the page takes them: milliseconds, to the microsecond."""
    return round(seconds * 1000, 3)


def _parsed(raw: Any) -> Any:
    if isinstance(raw, msgspec.Raw):
        return json.loads(bytes(raw))
    raise NotImplementedError(f"{type(raw).__name__} has no form on the wire")


def _readable(value: Any) -> Any:
    """The same data; halves of surrogate pairs, which UTF-8 cannot say, become question marks."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {_readable(key): _readable(each) for key, each in value.items()}
        case list() | tuple():
            return [_readable(each) for each in value]
        case _:
            return value
