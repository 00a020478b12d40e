"""Rows of a result as JSON: how each column is read, and the text as it grows."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import msgspec

from atoll.connections.mysql.geometry import to_text

# Codes of types (MySQL's "enum_field_types").
_DECIMALS = frozenset((0, 246))
_INTEGERS = frozenset((1, 2, 3, 8, 9, 13))
_FLOATS = frozenset((4, 5))
_DATETIMES = frozenset((12, 18))
_TIMESTAMPS = frozenset((7, 17))
_BIT = 16
_JSON = 245
_GEOMETRY = 255
_BINARY = 63
"""The character set of bytes."""
_TEXTS = frozenset((15, 242, 247, 248, 249, 250, 251, 252, 253, 254))

Reader: TypeAlias = tuple[int, str, Callable[[Any], Any] | None]
"""As the driver has it: 0 for bytes, 1 for text in UTF-8, 2 in ASCII; and what is made of it."""

_encode = msgspec.json.Encoder().encode


class Column(Protocol):
    """What a server says of a column."""

    name: str
    type_code: int
    charsetnr: int


class TooLarge(Exception):
    """A result has more bytes than it may have."""


class Rows:
    """An array of row objects; of columns with the same name, the last one is in them."""

    def __init__(self, max_bytes: int) -> None:
        self._text = bytearray(b"[")
        self._max_bytes = max_bytes
        self._names: Sequence[str] = ()
        self.count = 0

    def begin(self, columns: Sequence[Column]) -> tuple[Reader, ...]:
        """Take the rows of this result from now on."""
        self._names = [column.name for column in columns]
        return readers(columns)

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Raises TooLarge."""
        names = self._names
        text = _encode([dict(zip(names, row, strict=True)) for row in rows])
        if self.count:
            self._text += b","
        self._text += memoryview(text)[1:-1]
        self.count += len(rows)
        if len(self._text) >= self._max_bytes:
            raise TooLarge

    def json(self) -> bytes:
        return bytes(self._text) + b"]"


def readers(columns: Sequence[Column]) -> tuple[Reader, ...]:
    """How to read a row, one for each column."""
    return tuple(_reader(column.type_code, column.charsetnr) for column in columns)


def _reader(code: int, charset: int) -> Reader:
    if code in _INTEGERS:
        return 0, "", int
    if code in _DECIMALS:
        return 0, "", _decimal
    if code in _FLOATS:
        return 0, "", float
    if code in _DATETIMES:
        return 2, "", _datetime
    if code in _TIMESTAMPS:
        return 2, "", _timestamp
    if code == _BIT:
        return 0, "", _bits
    if code == _JSON:
        return 0, "", msgspec.Raw
    if code == _GEOMETRY:
        return 0, "", _geometry
    if code in _TEXTS and charset == _BINARY:
        return 0, "", _base64
    return 1, "", None


def _decimal(digits: bytes) -> msgspec.Raw:
    # Those of ZEROFILL columns begin with zeros, which JSON does not allow.
    if digits[:1] == b"0" and digits[1:2] not in (b"", b"."):
        digits = digits.lstrip(b"0")
        if digits[:1] in (b"", b"."):
            digits = b"0" + digits
    return msgspec.Raw(digits)


def _datetime(text: str) -> str:
    # A date that there is not stays as it is, so that nobody takes it for one.
    return text if text.startswith("0000-00-00") else text.replace(" ", "T", 1)


def _timestamp(text: str) -> str:
    # Sessions are in UTC.
    return text if text.startswith("0000-00-00") else text.replace(" ", "T", 1) + "Z"


def _bits(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _geometry(data: bytes) -> str:
    try:
        return to_text(data)
    except ValueError:
        return _base64(data)
