"""Parameters of Cypher statements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from atoll.connections.errors import ConnectionFailed

MAX_DEPTH = 100
"""Of lists and maps in each other."""

_MIN, _MAX = -(1 << 63), (1 << 63) - 1


class _Refused(Exception):
    """Why, and where."""

    def __init__(self, reason: str, path: str = "") -> None:
        self.reason = reason
        self.path = path


def checked_parameters(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the driver takes them, from decoded JSON: whole numbers stay whole numbers.

    Raises:
        ConnectionFailed: INVALID_PARAMETERS, Cypher has no such value.
    """
    found = {}
    for key, value in parameters.items():
        try:
            found[_text(key)] = _checked(value, 0)
        except _Refused as refused:
            raise ConnectionFailed(
                "INVALID_PARAMETERS",
                f"connection [{name}]: the parameter ${_shown(key)}{refused.path[:100]}"
                f" {refused.reason}",
                "give it as a string, and convert it in the statement",
            ) from None
    return found


def _checked(value: Any, depth: int) -> Any:
    match value:
        case str():
            return _text(value)
        case None | bool():
            return value
        case int():
            return _whole(value)
        case float() | Decimal():
            return _real(value)
    if depth == MAX_DEPTH:
        raise _Refused(f"has lists or maps in each other more than {MAX_DEPTH} deep")
    match value:
        case dict():
            return {_text(key): _at(f".{_shown(key)}", item, depth) for key, item in value.items()}
        case list() | tuple():
            return [_at(f"[{index}]", item, depth) for index, item in enumerate(value)]
    raise _Refused(f"is a {type(value).__name__}, which JSON does not have")


def _at(step: str, value: Any, depth: int) -> Any:
    try:
        return _checked(value, depth + 1)
    except _Refused as refused:
        raise _Refused(refused.reason, step + refused.path) from None


def _shown(key: str) -> str:
    return ascii(key[:60])[1:-1]


def _text(value: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Refused("has half of a surrogate pair in it, which is no character") from None
    return value


def _whole(value: int) -> int:
    if not _MIN <= value <= _MAX:
        raise _Refused("is a whole number that 64 bits do not hold")
    return value


def _real(value: float | Decimal) -> float:
    real = float(value)
    if not math.isfinite(real):
        raise _Refused("is a number that a 64-bit float does not hold")
    return real
