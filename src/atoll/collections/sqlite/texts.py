"""Texts: stored, deleted and read, with their words and vectors."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from atoll.collections.errors import GenerationsChanged
from atoll.collections.sqlite import tables
from atoll.collections.types import StoredText, Text, Vectors

COLUMNS = "t.id, n.name, t.key, t.text, t.labels, coalesce(t.exact, t.metadata)"
"""Of a StoredText, where ``texts`` is t and ``namespaces`` is n."""

_LONG: Final = re.compile(r"\d{19}")


class TextRow(NamedTuple):
    key: str
    labels: str
    metadata: str
    exact: str | None
    text: str


class _Old(NamedTuple):
    id: int
    key: str
    text: str


def row_of(text: Text) -> TextRow:
    """What is stored of one."""
    labels = _json(text.labels) if text.labels else "[]"
    metadata = _json(text.metadata) if text.metadata else "{}"
    exact = None
    if _LONG.search(metadata):
        metadata, exact = _json(_with_doubles(text.metadata)), metadata
    return TextRow(text.key, labels, metadata, exact, text.text)


def _with_doubles(value: Any) -> Any:
    """With what SQLite has no whole numbers for, as filters see it."""
    match value:
        case int() if not isinstance(value, bool) and abs(value) >= 1 << 63:
            try:
                return float(value)
            except OverflowError:
                return sys.float_info.max if value > 0 else -sys.float_info.max
        case Mapping():
            return {name: _with_doubles(each) for name, each in value.items()}
        case list() | tuple():
            return [_with_doubles(each) for each in value]
        case _:
            return value


def stored(row: Sequence[Any]) -> StoredText:
    """Of a row of COLUMNS."""
    id, namespace, key, text, labels, metadata = row
    return StoredText(
        id,
        namespace,
        key,
        text,
        () if labels == "[]" else tuple(json.loads(labels)),
        {} if metadata == "{}" else json.loads(metadata),
    )


def upsert(
    connection: sqlite3.Connection,
    collection: str,
    namespace: str,
    rows: Sequence[TextRow],
    vectors: Mapping[int, Vectors],
) -> None:
    """As `Backend.upsert`, in a transaction."""
    place = ensure_collection(connection, collection)
    if set(generations_of(connection, place)) != vectors.keys():
        raise GenerationsChanged
    space = _namespace(connection, place, namespace)
    replaced = _old(connection, space, [row.key for row in rows])
    _delete(connection, place, space, replaced)
    first = tables.advance(connection, "texts", len(rows))
    ids = range(first, first + len(rows))
    connection.executemany(
        "INSERT INTO texts (id, namespace, key, labels, metadata, exact, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((id, space, *row) for id, row in zip(ids, rows, strict=True)),
    )
    connection.executemany(
        f"INSERT INTO words_{place:d} (rowid, text) VALUES (?, ?)",
        ((id, row.text) for id, row in zip(ids, rows, strict=True)),
    )
    for generation, matrix in vectors.items():
        add_vectors(connection, generation, space, ids, matrix)
    _count(connection, space, len(rows) - len(replaced))


def remove(
    connection: sqlite3.Connection, collection: str, namespace: str, keys: Sequence[str]
) -> list[str]:
    """As `Backend.remove`, in a transaction."""
    row = connection.execute(
        "SELECT c.id, n.id FROM collections c JOIN namespaces n ON n.collection = c.id"
        " WHERE c.name = ? AND n.name = ?",
        (collection, namespace),
    ).fetchone()
    if row is None:
        return []
    place, space = row
    old = _old(connection, space, keys)
    _delete(connection, place, space, old)
    _count(connection, space, -len(old))
    return [each.key for each in old]


def add_vectors(
    connection: sqlite3.Connection,
    generation: int,
    namespace: int,
    ids: Sequence[int],
    vectors: Vectors,
) -> None:
    """Store the vectors of texts that have none in it."""
    if not ids:
        return
    first = tables.advance(connection, tables.clock(generation), len(ids))
    little = vectors.astype("<f4", order="C", copy=False)
    connection.executemany(
        f"INSERT INTO vectors_{generation:d} (seq, text, namespace, vector) VALUES (?, ?, ?, ?)",
        (
            (first + at, id, namespace, vector)
            for at, (id, vector) in enumerate(zip(ids, little, strict=True))
        ),
    )
    connection.execute(
        "INSERT INTO indexes (generation, namespace, vectors, last) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (generation, namespace)"
        " DO UPDATE SET vectors = vectors + excluded.vectors, last = excluded.last",
        (generation, namespace, len(ids), first + len(ids) - 1),
    )


def generations_of(connection: sqlite3.Connection, collection: int) -> list[int]:
    found = connection.execute("SELECT id FROM generations WHERE collection = ?", (collection,))
    return [id for (id,) in found]


def numbers(values: Iterable[int]) -> str:
    """For json_each, which gives many values to one prepared statement."""
    return f"[{','.join(map(str, values))}]"


def texts_of(values: Iterable[str]) -> str:
    """The same of strings."""
    return _json(list(values))


def ensure_collection(connection: sqlite3.Connection, name: str) -> int:
    """Its id; it is begun if there is none."""
    found = connection.execute("SELECT id FROM collections WHERE name = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    id = connection.execute("INSERT INTO collections (name) VALUES (?)", (name,)).lastrowid
    assert id is not None
    tables.create_words(connection, id)
    return id


def _namespace(connection: sqlite3.Connection, collection: int, name: str) -> int:
    found = connection.execute(
        "SELECT id FROM namespaces WHERE collection = ? AND name = ?", (collection, name)
    ).fetchone()
    if found is not None:
        return int(found[0])
    id = connection.execute(
        "INSERT INTO namespaces (collection, name) VALUES (?, ?)", (collection, name)
    ).lastrowid
    assert id is not None
    return id


def _count(connection: sqlite3.Connection, namespace: int, more: int) -> None:
    if more:
        connection.execute(
            "UPDATE namespaces SET texts = texts + ? WHERE id = ?", (more, namespace)
        )


def _old(connection: sqlite3.Connection, namespace: int, keys: Sequence[str]) -> list[_Old]:
    found = connection.execute(
        "SELECT t.id, t.key, t.text FROM json_each(?) j"
        " CROSS JOIN texts t ON t.namespace = ? AND t.key = j.value",
        (texts_of(dict.fromkeys(keys)), namespace),
    )
    return [_Old(*row) for row in found]


def _delete(
    connection: sqlite3.Connection, collection: int, namespace: int, old: Sequence[_Old]
) -> None:
    if not old:
        return
    words = f"words_{collection:d}"
    connection.executemany(
        f"INSERT INTO {words} ({words}, rowid, text) VALUES ('delete', ?, ?)",
        ((each.id, each.text) for each in old),
    )
    ids = numbers(each.id for each in old)
    for generation in generations_of(connection, collection):
        _delete_vectors(connection, generation, namespace, ids)
    connection.execute("DELETE FROM texts WHERE id IN (SELECT value FROM json_each(?))", (ids,))


def _delete_vectors(
    connection: sqlite3.Connection, generation: int, namespace: int, ids: str
) -> None:
    """With a row for each that has indexes leave it out from then on."""
    vectors, removed = f"vectors_{generation:d}", f"removed_{generation:d}"
    found = connection.execute(
        f"SELECT v.text, v.seq FROM json_each(?) j CROSS JOIN {vectors} v ON v.text = j.value",
        (ids,),
    ).fetchall()
    if not found:
        return
    first = tables.advance(connection, tables.clock(generation), len(found))
    connection.executemany(
        f"INSERT INTO {removed} (seq, text, namespace, at) VALUES (?, ?, ?, ?)",
        ((first + at, text, namespace, seq) for at, (text, seq) in enumerate(found)),
    )
    connection.executemany(
        f"DELETE FROM {vectors} WHERE seq = ?",
        ((seq,) for _, seq in found),
    )
    connection.execute(
        "UPDATE indexes SET vectors = vectors - ? WHERE generation = ? AND namespace = ?",
        (len(found), generation, namespace),
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
