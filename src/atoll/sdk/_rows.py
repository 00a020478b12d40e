"""Rows of a result as what a function asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from atoll.sdk._decoder import Decode, decoder, show
from atoll.sdk._fields import has_fields
from atoll.sdk._host import Number
from atoll.sdk._mismatch import Mismatch
from atoll.sdk.errors import DatabaseError

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes values of ``kind``: of a class with fields by the names of columns, of a dict as it
    is, of a tuple by the order of columns, and of anything else from rows of one column."""

    kind: Any
    decode: Decode
    number: Number | None

    def read(self, rows: Sequence[Row]) -> list[Any]:
        """Raises ``DatabaseError``."""
        decode = self.decode
        found: list[Any] = []
        try:
            for row in rows:
                found.append(decode(row))
        except Mismatch as mismatch:
            raise mismatch_error(self.kind, mismatch, len(found) + 1) from None
        return found


_WHOLE = (dict, Any, object)


def row_reader(kind: Any) -> RowReader:
    """The reader for rows of ``kind``. Raises ``TypeError``: it cannot be made of rows."""
    of = get_origin(kind) or kind
    if has_fields(of):
        found = decoder(kind, row=True)
        return RowReader(kind, found.decode, found.number)
    found = decoder(kind)
    if of in _WHOLE:
        return RowReader(kind, found.decode, found.number)
    wrap = _columns if of is tuple and get_args(kind) else _only_column
    return RowReader(kind, wrap(found.decode), found.number)


def scalar_reader(kind: Any) -> RowReader:
    """The reader for the value of the first column."""
    found = decoder(kind)
    return RowReader(kind, lambda row: found.decode(next(iter(row.values()))), found.number)


def mismatch_error(kind: Any, mismatch: Mismatch, number: int | None = None) -> DatabaseError:
    what = "the result" if number is None else f"row {number} of the result"
    return DatabaseError(
        "RESULT_MISMATCH", f"{what} does not fit {show(kind)}: {mismatch}", mismatch.hint
    )


def _columns(decode: Decode) -> Callable[[Row], Any]:
    return lambda row: decode(list(row.values()))


def _only_column(decode: Decode) -> Callable[[Row], Any]:
    def read(row: Row) -> Any:
        if len(row) != 1:
            raise Mismatch(
                f"there are {len(row)} columns ({', '.join(row)}), and it takes one",
                "Ask for one column, or for a dataclass with a field per column.",
            )
        [(name, value)] = row.items()
        try:
            return decode(value)
        except Mismatch as mismatch:
            raise mismatch.under(name) from None

    return read
