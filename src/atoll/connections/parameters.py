"""Parameters of statements, as functions send them: JSON text.

Numbers keep what they are: an integer of any size is an ``int``, any other number a ``Decimal``.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from atoll.connections.errors import ConnectionFailed


def positional_parameters(text: str, connection: str, max_bytes: int) -> list[Any]:
    """The parameters in a JSON array; none in an empty text.

    Raises:
        ConnectionFailed: it is none, or too long.
    """
    if text in ("", "[]"):
        return []
    found = _decode(text, connection, max_bytes)
    if not isinstance(found, list):
        raise _invalid(connection, "they are a JSON array")
    return found


def named_parameters(text: str, connection: str, max_bytes: int) -> dict[str, Any]:
    """The parameters in a JSON object; none in null and in an empty text.

    Raises:
        ConnectionFailed: it is none, or too long.
    """
    if text in ("", "{}", "null"):
        return {}
    found = _decode(text, connection, max_bytes)
    if not isinstance(found, dict):
        raise _invalid(connection, "they are a JSON object")
    return found


def _decode(text: str, connection: str, max_bytes: int) -> Any:
    if len(text) > max_bytes:
        raise _invalid(
            connection,
            f"they are longer than {max_bytes >> 20} MiB",
            'send less, or raise "payloadMb" under "limits" in modus.json',
        )
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        # Not the parser's words: they may repeat a value.
        raise _invalid(connection, "they are not JSON") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError


def _invalid(connection: str, why: str, hint: str | None = None) -> ConnectionFailed:
    return ConnectionFailed(
        "INVALID_PARAMETERS",
        f"the parameters of a statement on connection [{connection}] cannot be used: {why}",
        hint,
    )
