"""Texts, read from the store."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from atoll.collections.errors import GenerationsChanged
from atoll.collections.sampling import evenly
from atoll.collections.sqlite import generations
from atoll.collections.sqlite.database import Database
from atoll.collections.sqlite.source import SqliteSource
from atoll.collections.sqlite.texts import COLUMNS, numbers, stored, texts_of
from atoll.collections.types import Generation, StoredText, Vector

_FROM: Final = "JOIN namespaces n ON n.id = t.namespace JOIN collections c ON c.id = n.collection"
_EXPORTED: Final = 500
"""Texts that are read at once, with their vectors."""


def find(
    database: Database, collection: str, namespace: str, keys: Sequence[str]
) -> list[StoredText]:
    rows = database.query(
        f"SELECT {COLUMNS} FROM collections c JOIN namespaces n ON n.collection = c.id"
        " CROSS JOIN json_each(?) j CROSS JOIN texts t ON t.namespace = n.id AND t.key = j.value"
        " WHERE c.name = ? AND n.name = ?",
        (texts_of(dict.fromkeys(keys)), collection, namespace),
    )
    return [stored(row) for row in rows]


def load(database: Database, ids: Sequence[int]) -> dict[int, StoredText]:
    rows = database.query(
        f"SELECT {COLUMNS} FROM json_each(?) j CROSS JOIN texts t ON t.id = j.value {_FROM}"
        " WHERE c.name IS NOT NULL",
        (numbers(ids),),
    )
    return {row[0]: stored(row) for row in rows}


def list_texts(
    database: Database, collection: str, namespace: str | None, after: int, limit: int
) -> list[StoredText]:
    spaces = _spaces(database, collection, namespace)
    if len(spaces) == 1:
        rows = database.query(
            f"SELECT {COLUMNS} FROM texts t JOIN namespaces n ON n.id = t.namespace"
            " WHERE t.namespace = ? AND t.id > ? ORDER BY t.id LIMIT ?",
            (spaces[0], after, limit),
        )
    else:
        rows = database.query(
            f"SELECT {COLUMNS} FROM texts t {_FROM}"
            " WHERE c.name = ? AND t.id > ? ORDER BY t.id LIMIT ?",
            (collection, after, limit),
        )
    return [stored(row) for row in rows]


def page(
    database: Database, collection: str, namespace: str, after: str, limit: int, search: str
) -> list[StoredText]:
    spaces = _spaces(database, collection, namespace)
    if not spaces:
        return []
    found = " AND (instr(lower(t.key), lower(?)) OR instr(lower(t.text), lower(?)))"
    rows = database.query(
        f"SELECT {COLUMNS} FROM texts t JOIN namespaces n ON n.id = t.namespace"
        f" WHERE t.namespace = ? AND t.key > ?{found if search else ''} ORDER BY t.key LIMIT ?",
        (*spaces, after, *((search, search) if search else ()), limit),
    )
    return [stored(row) for row in rows]


def sample(
    database: Database, collection: str, namespace: str | None, limit: int
) -> list[StoredText]:
    spaces = numbers(_spaces(database, collection, namespace))
    first = "(SELECT id FROM texts WHERE namespace = s.value AND id >= {} ORDER BY id LIMIT 1)"
    last = "(SELECT id FROM texts WHERE namespace = s.value ORDER BY id DESC LIMIT 1)"
    with database.reading() as connection:
        ((count, least, most),) = connection.execute(
            f"SELECT sum(n.texts), min({first.format(0)}), max({last})"
            " FROM json_each(?) s JOIN namespaces n ON n.id = s.value",
            (spaces,),
        ).fetchall()
        if not count:
            return []
        if count <= limit:
            found = "SELECT t.id FROM json_each(?) s JOIN texts t ON t.namespace = s.value"
            rows = connection.execute(found, (spaces,)).fetchall()
        else:
            nearest = f"(SELECT min({first.format('j.value')}) FROM json_each(?) s)"
            rows = connection.execute(
                f"SELECT DISTINCT {nearest} FROM json_each(?) j",
                (spaces, numbers(evenly(least, most, limit))),
            ).fetchall()
    texts = load(database, [id for (id,) in rows])
    return [texts[id] for id in sorted(texts)]


def _spaces(database: Database, collection: str, namespace: str | None) -> list[int]:
    """The ids of namespaces, of all for None."""
    of_one = " AND n.name = ?" if namespace is not None else ""
    rows = database.query(
        "SELECT n.id FROM namespaces n JOIN collections c ON c.id = n.collection"
        f" WHERE c.name = ?{of_one}",
        (collection,) if namespace is None else (collection, namespace),
    )
    return [id for (id,) in rows]


def missing(database: Database, generation: int, after: int, limit: int) -> list[StoredText]:
    with database.reading() as connection:
        found = generations.find(connection, generation)
        if not generations.count_missing(connection, generation):
            return []
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM texts t CROSS JOIN namespaces n ON n.id = t.namespace"
            " JOIN collections c ON c.id = n.collection"
            " WHERE c.name = ? AND t.id > ?"
            f" AND NOT EXISTS (SELECT 1 FROM vectors_{generation:d} v WHERE v.text = t.id)"
            " ORDER BY t.id LIMIT ?",
            (found.collection, after, limit),
        ).fetchall()
    return [stored(row) for row in rows]


def export(
    database: Database, source: SqliteSource, collection: str, serving: Sequence[Generation]
) -> Iterator[tuple[StoredText, Mapping[str, Vector]]]:
    after = 0
    while some := list_texts(database, collection, None, after, _EXPORTED):
        after = some[-1].id
        vectors: dict[int, dict[str, Vector]] = {each.id: {} for each in some}
        for generation in serving:
            try:
                ids, found = source.vectors(generation.id, list(vectors))
            except GenerationsChanged:
                continue  # another one serves by now
            for id, vector in zip(ids, found, strict=True):
                vectors[id][generation.method] = vector
        for each in some:
            yield each, vectors[each.id]
