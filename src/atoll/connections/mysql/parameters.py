"""Values put in the place of a statement's ``?`` placeholders, as literals.

The server's own prepared statements would need a second round trip for each new statement, and
their binary results give neither zero dates nor all digits. What keeps values from being read as
code: placeholders are found by the rules of the session's mode, which the session fixes; literals
are in UTF-8, which the session fixes too; and a statement that cannot be read surely takes no
values.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from atoll.connections.statements import UnsureStatement, placeholders

_JSON = msgspec.json.Encoder(decimal_format="number")
_REMEMBERED = 4096
"""Characters of a statement whose placeholders are worth to be remembered."""
_BYTES = "$bytes"
"""The only key of an object that stands for bytes, which are its value in Base64."""
_DIGITS = 65
_SCALE = 30
"""Of decimal literals; with more they are numbers in double precision."""

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
"""A date and time with its offset, as in RFC 3339."""


_READING = re.compile(
    r"\b(?:sql_mode|names|charset|character\s+set|character_set_\w+|prepare|execute)\b",
    re.IGNORECASE,
)


class Mode(NamedTuple):
    """How a session reads literals."""

    backslash: bool = True
    ansi_quotes: bool = False
    strict: bool = True
    """Whether it refuses to change what does not fit into a column."""

    @classmethod
    def of(cls, sql_mode: str) -> Mode:
        modes = sql_mode.upper().split(",")
        return cls(
            "NO_BACKSLASH_ESCAPES" not in modes,
            "ANSI_QUOTES" in modes,
            any(mode.startswith("STRICT_") for mode in modes),
        )


class BadParameters(Exception):
    """What is wrong, for users."""


class Filled(NamedTuple):
    """A statement with its values: pieces of the statement, with a literal between each two."""

    pieces: Sequence[str]
    literals: Sequence[str]

    @property
    def text(self) -> str:
        parts = [self.pieces[0]]
        for literal, piece in zip(self.literals, self.pieces[1:], strict=True):
            parts += (literal, piece)
        return "".join(parts)

    def original_at(self, place: int) -> str:
        """What the statement without values has from a place in its text onwards."""
        rest = ""
        for index, piece in enumerate(self.pieces):
            if place < len(piece):
                rest = piece[max(place, 0) :]
                return rest + "".join("?" + one for one in self.pieces[index + 1 :])
            place -= len(piece)
            if index < len(self.literals):
                if place < len(self.literals[index]):
                    return "".join("?" + one for one in self.pieces[index + 1 :])
                place -= len(self.literals[index])
        return rest


def fill(
    statement: str, parameters: Sequence[Any], mode: Mode, instants: frozenset[int] = frozenset()
) -> Filled:
    """The statement with these values.

    Args:
        instants: which of the parameters are given as date and time without an offset, in UTC.

    Raises:
        BadParameters: their number does not fit, or one of them cannot be written.
    """
    places = _placeholders(statement, mode, given=len(parameters))
    pieces, start = [], 0
    for place in places:
        pieces.append(statement[start:place])
        start = place + 1
    pieces.append(statement[start:])
    literals = [
        _literal(_in_utc(value) if index in instants else value, mode, index + 1)
        for index, value in enumerate(parameters)
    ]
    return Filled(pieces, literals)


def check_several(statement: str) -> None:
    """Refuse values for several statements that may change how literals are read meanwhile.

    Raises:
        BadParameters: one of them might.
    """
    if _READING.search(statement):
        raise BadParameters(
            "several statements in one text cannot have parameters where one of them may set "
            "sql_mode or a character set"
        )


def instants(parameters: Sequence[Any]) -> frozenset[int]:
    """Which of the parameters are texts of a date and time with an offset."""
    return frozenset(
        index
        for index, value in enumerate(parameters)
        if isinstance(value, str) and _INSTANT.fullmatch(value)
    )


def _placeholders(statement: str, mode: Mode, given: int) -> Sequence[int]:
    if "?" not in statement:
        places: Sequence[int] = ()
    else:
        find = _remembered if len(statement) <= _REMEMBERED else _find
        try:
            places = find(statement, mode.backslash, mode.ansi_quotes)
        except UnsureStatement:
            if not given:
                return ()
            raise BadParameters(
                "a statement with parameters must not have /*! */ comments or $$"
            ) from None
    if len(places) != given:
        needed = f"{len(places)} parameter{'' if len(places) == 1 else 's'}"
        raise BadParameters(f"the statement needs {needed}, not {given}")
    return places


def _find(statement: str, backslash: bool, ansi_quotes: bool) -> tuple[int, ...]:
    return tuple(placeholders(statement, backslash=backslash, ansi_quotes=ansi_quotes))


_remembered = lru_cache(1024)(_find)


def _literal(value: Any, mode: Mode, position: int) -> str:
    # With spaces around, so that it does not become one word with what stands beside it.
    try:
        return f" {_text(value, mode)} "
    except UnicodeEncodeError:
        raise BadParameters(
            f"parameter {position} has half of a surrogate pair, which is no text"
        ) from None
    except (ValueError, TypeError, RecursionError):
        # Python writes no integer of more than some 4,000 digits.
        raise BadParameters(
            f"parameter {position} has too many digits, is nested too deeply, or is not Base64"
        ) from None


def _text(value: Any, mode: Mode) -> str:
    if value is None:
        return "NULL"
    if value is True:
        return "TRUE"
    if value is False:
        return "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict) and value.keys() == {_BYTES}:
        return f"X'{base64.b64decode(value[_BYTES], validate=True).hex()}'"
    text = value if isinstance(value, str) else _JSON.encode(value).decode()
    text.encode()
    if mode.backslash:
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "''") + "'"


def _number(value: Decimal) -> str:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError
    if -exponent <= _SCALE and len(digits) + max(exponent, 0) <= _DIGITS:
        return format(value, "f")
    return str(value)


def _in_utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return moment.replace(tzinfo=None).isoformat(sep=" ")
