"""Rows as JSON.

The server writes all values as text, which is JSON already for numbers. psycopg's compiled code
finds what to do for each column once per result, and calls it for each value.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from psycopg import adapters as PSYCOPG
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader, Transformer
from psycopg.pq import Escaping
from psycopg.pq.abc import PGresult
from psycopg.types import TypeInfo
from psycopg.types.array import register_array
from psycopg.types.bool import BoolLoader
from psycopg.types.numeric import IntLoader
from psycopg.types.string import TextLoader

from atoll.connections.postgresql.types import ArrayType, Types

_OTHER = 0
"""psycopg's number for types that have none of their own here."""
_DASH = ord("-")
_SPACE = ord(" ")
_NINE = ord("9")
_ENCODER = msgspec.json.Encoder()


class _Number(Loader):
    """With all its digits. NaN and infinity, which JSON has not, as text."""

    def load(self, data: Buffer) -> msgspec.Raw | str:
        text = bytes(data)
        return msgspec.Raw(text) if text[-1] <= _NINE else text.decode()


class _Json(Loader):
    """As it is."""

    def load(self, data: Buffer) -> msgspec.Raw:
        return msgspec.Raw(bytes(data))


class _Bytes(Loader):
    """In base 64."""

    def load(self, data: Buffer) -> str:
        return b64encode(Escaping().unescape_bytea(bytes(data))).decode()


# Dates before Christ or after the year 9999, and infinity, stay as PostgreSQL writes them:
# RFC 3339 has no such dates.


class _Date(Loader):
    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        return f"{text}T00:00:00Z" if len(text) == 10 and text[4] == "-" else text


class _Timestamp(Loader):
    def load(self, data: Buffer) -> str:
        text = bytes(data)
        if not _is_ordinary(text) or text[-1] > _NINE:
            return text.decode()
        return f"{text[:10].decode()}T{text[11:].decode()}Z"


class _TimestampTz(Loader):
    """In UTC, whatever the session's time zone is."""

    def load(self, data: Buffer) -> str:
        text = bytes(data)
        if not _is_ordinary(text) or text[-1] > _NINE:
            return text.decode()
        if text.endswith(b"+00"):
            return f"{text[:10].decode()}T{text[11:-3].decode()}Z"
        try:
            moment = datetime.fromisoformat(text.decode()).astimezone(UTC)
        except (ValueError, OverflowError):
            return text.decode()
        written = moment.replace(tzinfo=None).isoformat()
        return (written.rstrip("0") if "." in written else written) + "Z"


def _is_ordinary(text: bytes) -> bool:
    return len(text) > 10 and text[4] == _DASH and text[10] == _SPACE


_LOADERS: dict[type[Loader], tuple[str, ...]] = {
    IntLoader: ("int2", "int4", "int8", "oid"),
    BoolLoader: ("bool",),
    _Number: ("numeric", "float4", "float8"),
    _Json: ("json", "jsonb"),
    _Bytes: ("bytea",),
    _Date: ("date",),
    _Timestamp: ("timestamp",),
    _TimestampTz: ("timestamptz",),
}


class Decoder:
    """Writes rows of one database. All types but the above, and arrays, are text."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._adapters = AdaptersMap()
        self._adapters.register_loader(_OTHER, TextLoader)
        for loader, names in _LOADERS.items():
            for name in names:
                self._adapters.register_loader(PSYCOPG.types[name].oid, loader)
        self.add(types.arrays)

    def add(self, arrays: Iterable[ArrayType]) -> None:
        for array in arrays:
            element = self._types.base(array.element)
            info = TypeInfo("element", element, array.oid, delimiter=array.delimiter)
            register_array(info, self._adapters)
        # It remembers what there was for a type.
        self._transformer = Transformer(self._adapters)

    def unknown(self, result: PGresult) -> set[int]:
        """The types of its columns that must be asked for before it can be written."""
        return self._types.unknown(map(result.ftype, range(result.nfields)))

    def rows(self, result: PGresult) -> bytes:
        """A JSON array of objects. Raises UnicodeDecodeError: there is text that is not UTF-8."""
        transformer = self._transformer
        transformer.set_pgresult(result)
        rows = transformer.load_rows(0, result.ntuples, _row_maker(result))
        transformer.set_pgresult(None)
        return _ENCODER.encode(rows)


def _row_maker(result: PGresult) -> Callable[[Any], dict[str, Any]]:
    names = [(result.fname(at) or b"").decode() for at in range(result.nfields)]
    return lambda values: dict(zip(names, values, strict=False))
