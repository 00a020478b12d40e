"""Texts as CSV (RFC 4180), with a line of column names."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from io import StringIO
from typing import Any, Final

import msgspec

from atoll.collections.transfer.jsonl import vector_json
from atoll.collections.transfer.line import (
    BadLine,
    Fields,
    Line,
    Unusable,
    UnusableVectors,
    make_line,
)
from atoll.collections.transfer.lines import MAX_LINE, FileLines, UnreadableFile
from atoll.collections.types import StoredText, Vector

BETWEEN_LABELS: Final = ";"
COLUMNS: Final = ("namespace", "key", "text", "labels", "metadata", "vectors")
"""Of what is written, the last one only with vectors."""

_MOST_COLUMNS: Final = 1000
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_VECTOR_COLUMNS: Final = ("vector", "vectors")
_JSON_COLUMNS: Final = ("metadata", *_VECTOR_COLUMNS)


def read_csv(
    lines: FileLines,
    fields: Fields = Fields(),  # noqa: B008 - frozen
    *,
    delimiter: str = ",",
    numbers: Collection[str] = (),
) -> Iterator[Line | BadLine]:
    """The texts of a file, in its order. Lines without any cell are passed over.

    The first line has the names of the columns. Labels stand in one cell with ``;`` between them,
    or as a JSON array; ``metadata``, ``vector`` and ``vectors`` are JSON. Cells of other columns
    are metadata: strings, except in the columns of ``numbers``; empty ones are left out. A text may
    be empty, unless all of its line is.

    Raises:
        UnreadableFile: it has no such columns, or see `FileLines`.
    """
    rows = _Rows(lines, delimiter)
    names = _header(rows, lines.name, fields, delimiter)
    missing = sorted(set(numbers) - set(names))
    if missing:
        raise _no_column(lines.name, missing[0], names, "--number names columns of the file")
    readers = [_reader(name, fields, numbers) for name in names]
    for number, row in rows:
        if isinstance(row, BadLine):
            yield row
        elif len(row) != len(names):
            yield BadLine(number, f"has {len(row)} cells, and the first line has {len(names)}")
        else:
            yield _read(number, names, readers, row, fields)


def write_csv_header(*, vectors: bool = False) -> bytes:
    """The line of column names."""
    return _row(COLUMNS if vectors else COLUMNS[:-1])


def write_csv(stored: StoredText, vectors: Mapping[str, Vector] | None = None) -> bytes:
    """The line of a text, or several if it has some, as `read_csv` reads it.

    Args:
        stored: the text.
        vectors: by search method; None for a file without that column.
    """
    metadata = msgspec.json.encode(stored.metadata).decode() if stored.metadata else ""
    cells = [stored.namespace, stored.key, stored.text, _join(stored.labels), metadata]
    if vectors is not None:
        by_method = (f"{json.dumps(name)}:{vector_json(of)}" for name, of in vectors.items())
        cells.append(f"{{{','.join(by_method)}}}")
    return _row(cells)


class _Rows:
    """Rows, each with the number of the line it begins in; one that cannot be read does not keep
    the next ones from being read."""

    def __init__(self, lines: FileLines, delimiter: str) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))  # of the whole process
        self._lines = lines
        self._reader = csv.reader(_Texts(lines), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str] | BadLine]]:
        while True:
            number = self._lines.number + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except _NoText as error:
                yield number, error.line
            except csv.Error as error:
                yield number, BadLine(number, _reason(str(error)))
            else:
                if row:
                    yield number, row


class _NoText(Exception):
    def __init__(self, line: BadLine) -> None:
        super().__init__(line.reason)
        self.line = line


class _Texts:
    """Lines as `csv.reader` takes them. (No generator, which an exception would end.)"""

    def __init__(self, lines: FileLines) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if isinstance(line, BadLine):
            raise _NoText(line)
        return line


_REASONS: Final = {
    "unexpected end": "has a quote that is not closed",
    "field larger": f"has a cell longer than {MAX_LINE >> 20} MiB; is there a quote not closed?",
    "new-line character": "has a carriage return without a line feed, outside quotes",
    "'": "has something after a closing quote",
}


def _reason(said: str) -> str:
    """What the parser says, for who does not know it."""
    known = (reason for begins, reason in _REASONS.items() if begins in said)
    return next(known, f"is no CSV: {said}")


def _header(rows: _Rows, name: str, fields: Fields, delimiter: str) -> list[str]:
    first = next(iter(rows), None)
    if first is None:
        raise UnreadableFile("NO_COLUMNS", f"{name} is empty", "CSV begins with column names")
    _, row = first
    if isinstance(row, BadLine):
        raise UnreadableFile("NO_COLUMNS", f"{name}: line {row.number} {row.reason}")
    names = [cell.strip() for cell in row]
    if fields.text not in names:
        hint = "CSV begins with a line of column names; --text-field names that of the texts"
        for other, said in ((";", '";"'), ("\t", "$'\\t'")):
            if other != delimiter and len(names) == 1 and other in names[0]:
                hint = f"are the columns divided otherwise? --delimiter {said}"
        raise _no_column(name, fields.text, names, hint)
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise UnreadableFile(
            "NO_COLUMNS", f'{name} has two columns named "{twice[0][:60]}"', "rename one"
        )
    if len(names) > _MOST_COLUMNS:
        raise UnreadableFile(
            "NO_COLUMNS", f"{name} has {len(names)} columns; {_MOST_COLUMNS} are the most"
        )
    return names


def _no_column(file: str, name: str, names: list[str], hint: str) -> UnreadableFile:
    listed = ", ".join(f'"{each[:60]}"' for each in names[:10])
    more = "" if len(names) <= 10 else ", …"
    return UnreadableFile(
        "NO_COLUMNS", f'{file} has no column "{name}" in its first line: {listed}{more}', hint
    )


def _reader(name: str, fields: Fields, numbers: Collection[str]) -> Callable[[str], Any]:
    """What makes the value of a column's cell, which is not empty. It raises Unusable."""
    if name == fields.labels:
        return _split
    if name in (fields.text, fields.key, fields.namespace):
        return str
    if name in _VECTOR_COLUMNS and not fields.with_vectors:
        return lambda cell: None
    if name in _JSON_COLUMNS:
        return lambda cell: _json(name, cell)
    if name in numbers:
        return lambda cell: _number(name, cell)
    return str


def _read(
    number: int,
    names: list[str],
    readers: list[Callable[[str], Any]],
    row: list[str],
    fields: Fields,
) -> Line | BadLine:
    if not any(row):
        return BadLine(number, "has empty cells only")
    try:
        members = {
            name: read(cell)
            for name, read, cell in zip(names, readers, row, strict=True)
            if cell or name == fields.text
        }
    except Unusable as error:
        return BadLine(number, str(error), isinstance(error, UnusableVectors))
    return make_line(number, members, fields)


def _json(name: str, cell: str) -> Any:
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        kind = UnusableVectors if name in _VECTOR_COLUMNS else Unusable
        raise kind(f'has something else than JSON in column "{name}"') from None


def _number(name: str, cell: str) -> int | float:
    digits = cell.strip()
    if not _NUMBER.fullmatch(digits) or len(digits) > 40:
        raise Unusable(f'has "{cell[:40]}" in column "{name}", which is no number')
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unusable(f'has "{cell[:40]}" in column "{name}", which is too large')
    return int(digits) if digits.lstrip("-").isdecimal() else value


def _split(cell: str) -> list[Any]:
    if cell.lstrip().startswith("["):
        labels = _json("labels", cell)
        return labels if isinstance(labels, list) else [labels]
    return [label.strip() for label in cell.split(BETWEEN_LABELS) if label.strip()]


def _join(labels: tuple[str, ...]) -> str:
    joined = BETWEEN_LABELS.join(labels)
    if not labels or (_is_plain(joined) and _split(joined) == list(labels)):
        return joined
    return msgspec.json.encode(labels).decode()


def _is_plain(joined: str) -> bool:
    return not joined.lstrip().startswith("[")


def _row(cells: tuple[str, ...] | list[str]) -> bytes:
    to = StringIO()
    csv.writer(to).writerow(cells)
    return to.getvalue().encode()
