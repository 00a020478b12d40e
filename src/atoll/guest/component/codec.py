"""Values across the border of component guests: JSON text both ways.

The guest does the typed conversion, so that the host sees API names and JSON only. What comes back
is hostile input: it is decoded with depth and form checked, and never trusted to fit its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from atoll.guest.failure import BadGuestReply, GuestFailure, Kind

_encode = msgspec.json.Encoder().encode
_decode_any = msgspec.json.Decoder().decode


class _Failure(msgspec.Struct):
    kind: str
    message: str
    type: str | None = None
    traceback: str | None = None


_decode_failure = msgspec.json.Decoder(_Failure).decode
_KINDS = frozenset(get_args(Kind))


def encode_arguments(arguments: Mapping[str, Any]) -> str:
    """Arguments by API name, as raw UTF-8 JSON text.

    Raises:
        GuestFailure: of kind ``argument``, when JSON text cannot carry a value (a lone surrogate,
            an integer beyond 64 bits).
    """
    try:
        return _encode(arguments).decode()
    except (OverflowError, UnicodeError, RecursionError, TypeError) as error:
        message = f"the function's arguments cannot be written as JSON: {error}"
        raise GuestFailure("argument", type(error).__name__, message) from None


def decode_result(text: str) -> Any:
    """The value of a successful call.

    Raises:
        BadGuestReply: the text is not JSON, or nests too deeply.
    """
    try:
        return _decode_any(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadGuestReply(f"the function's result is not valid JSON: {error}") from None


def decode_failure(text: str) -> GuestFailure:
    """The failure that a guest reported.

    Raises:
        BadGuestReply: the text is not a failure.
    """
    try:
        failure = _decode_failure(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadGuestReply(f"the function's failure is not readable: {error}") from None
    kind: Any = failure.kind if failure.kind in _KINDS else "exception"
    return GuestFailure(kind, failure.type or "", failure.message, failure.traceback)
