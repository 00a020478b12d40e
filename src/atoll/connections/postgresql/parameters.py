"""Parameters of statements, as the text that PostgreSQL reads.

All go as text of unknown type: the server knows what a parameter is for, and its types read any
value from text, so that dates, UUIDs and numbers of any length arrive as they were given. Only
lists and objects need to know their type: ``{1,2}`` is an array, ``[1,2]`` is JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

MOST = 65535
"""The protocol counts them with 16 bits."""

_JSON = msgspec.json.Encoder(decimal_format="number")


class Kind(NamedTuple):
    """What matters of a parameter's type. ``delimiter`` is that of an array's elements."""

    array: bool = False
    json: bool = False
    """Whether it, or an array's element, is json or jsonb."""
    delimiter: str = ","


OTHER = Kind()


class BadParameters(Exception):
    """What is wrong, for users."""


def plain_texts(parameters: Sequence[Any]) -> list[bytes | None] | None:
    """The parameters' texts, or None where some of them need their types.

    Raises:
        BadParameters: one of them is no text that a database could take.
    """
    if len(parameters) > MOST:
        raise BadParameters(f"{len(parameters)} parameters are more than the {MOST} of PostgreSQL")
    texts: list[bytes | None] = []
    for position, value in enumerate(parameters, 1):
        if isinstance(value, (list, dict)):
            return None
        texts.append(_text(value, OTHER, position))
    return texts


def typed_texts(parameters: Sequence[Any], kinds: Sequence[Kind]) -> list[bytes | None]:
    """The parameters' texts; ``kinds`` are those of the statement's parameters.

    Raises:
        BadParameters: as ``plain_texts``, and when there are more or fewer than the statement has.
    """
    if len(parameters) != len(kinds):
        raise BadParameters(f"the statement needs {len(kinds)} parameters, not {len(parameters)}")
    return [
        _text(value, kind, position)
        for position, (value, kind) in enumerate(zip(parameters, kinds, strict=True), 1)
    ]


def _text(value: Any, kind: Kind, position: int) -> bytes | None:
    if value is None:
        return None
    try:
        text = _encoded(value, kind)
    except UnicodeEncodeError:
        raise BadParameters(
            f"parameter ${position} has half of a surrogate pair, which is no text"
        ) from None
    except (ValueError, RecursionError):
        # Python writes no integer of more than some 4,000 digits.
        raise BadParameters(
            f"parameter ${position} has too many digits, or is nested too deeply"
        ) from None
    if b"\0" in text:
        raise BadParameters(
            f"parameter ${position} contains the character NUL (\\u0000), which PostgreSQL cannot "
            "store in text"
        )
    return text


def _encoded(value: Any, kind: Kind) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list) and kind.array:
        return _array(value, kind).encode()
    if isinstance(value, (list, dict)):
        return _JSON.encode(value)
    return _plain(value).encode()


def _plain(value: bool | int | float | Decimal) -> str:
    if value is True:
        return "true"
    return "false" if value is False else str(value)


def _array(items: list[Any], kind: Kind) -> str:
    """PostgreSQL's manual, section "Array Input and Output Syntax"."""
    return "{" + kind.delimiter.join([_element(item, kind) for item in items]) + "}"


def _element(item: Any, kind: Kind) -> str:
    if item is None:
        return "NULL"
    if isinstance(item, list) and not kind.json:
        return _array(item, kind)
    if isinstance(item, (list, dict)):
        item = _JSON.encode(item).decode()
    elif not isinstance(item, str):
        return _plain(item)
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
