"""Generations of vectors: begun, made to serve, and dropped."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from atoll.collections.errors import GenerationsChanged
from atoll.collections.sqlite import tables, texts
from atoll.collections.types import Generation, Shape, State, Vectors

_COLUMNS = "g.id, c.name, g.method, g.state, g.shape, g.embedder, g.probe, g.build"
_FROM = f"SELECT {_COLUMNS} FROM generations g JOIN collections c ON c.id = g.collection"

OF_COLLECTION = f"{_FROM} WHERE c.name = ? ORDER BY g.id"
"""A query for rows of `generation_of`."""
BY_ID = f"{_FROM} WHERE g.id = ?"
ALL = f"{_FROM} ORDER BY g.id"


def generation_of(row: Sequence[Any]) -> Generation:
    id, collection, method, state, shape, embedder, probe, build = row
    return Generation(
        id, collection, method, state, Shape(**json.loads(shape)), embedder, probe, build
    )


def find(connection: sqlite3.Connection, id: int) -> Generation:
    """Raises GenerationsChanged if it is gone."""
    row = connection.execute(BY_ID, (id,)).fetchone()
    if row is None:
        raise GenerationsChanged
    return generation_of(row)


def start(
    connection: sqlite3.Connection,
    collection: str,
    method: str,
    shape: Shape,
    *,
    embedder: str,
    probe: bytes,
    build: str,
) -> Generation:
    """As `Backend.start_generation`, in a transaction."""
    place = texts.ensure_collection(connection, collection)
    known = [each for each in _of_collection(connection, collection) if each.method == method]
    empty = not _count_texts(connection, place)
    for each in known:
        same = each.shape == shape and each.probe == probe
        if same and (empty or each.state == "building"):
            return each
    for each in known:
        if each.state == "building":
            drop(connection, each.id)
    state: State = "serving" if empty and not known else "building"
    id = connection.execute(
        "INSERT INTO generations (collection, method, state, shape, embedder, probe, build)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (place, method, state, json.dumps(asdict(shape)), embedder, probe, build),
    ).lastrowid
    assert id is not None
    tables.create_vectors(connection, id)
    return Generation(id, collection, method, state, shape, embedder, probe, build)


def add_vectors(
    connection: sqlite3.Connection, id: int, ids: Sequence[int], vectors: Vectors
) -> int:
    """As `Backend.add_vectors`, in a transaction."""
    find(connection, id)
    found = connection.execute(
        "SELECT j.key, t.id, t.namespace FROM json_each(?) j JOIN texts t ON t.id = j.value"
        " JOIN namespaces n ON n.id = t.namespace JOIN generations g ON g.collection = n.collection"
        f" LEFT JOIN vectors_{id:d} v ON v.text = t.id"
        " WHERE g.id = ? AND v.seq IS NULL ORDER BY t.id",
        (texts.numbers(dict.fromkeys(ids)), id),
    ).fetchall()
    for namespace in {space for _, _, space in found}:
        of_it = [(at, text) for at, text, space in found if space == namespace]
        texts.add_vectors(
            connection, id, namespace, [text for _, text in of_it], vectors[[at for at, _ in of_it]]
        )
    return len(found)


def finish(connection: sqlite3.Connection, id: int) -> bool:
    """As `Backend.finish_generation`, in a transaction."""
    found = find(connection, id)
    if found.state == "serving":
        return True
    if count_missing(connection, id):
        return False
    for each in _of_collection(connection, found.collection):
        if each.method == found.method and each.id != id:
            drop(connection, each.id)
    connection.execute("UPDATE generations SET state = 'serving' WHERE id = ?", (id,))
    return True


def reshape(connection: sqlite3.Connection, id: int, shape: Shape) -> None:
    """As `Backend.reshape`, in a transaction."""
    if find(connection, id).shape.dimension != shape.dimension:
        raise ValueError("the vectors of a generation keep their dimension")
    connection.execute(
        "UPDATE generations SET shape = ? WHERE id = ?", (json.dumps(asdict(shape)), id)
    )
    connection.execute("DELETE FROM segments WHERE generation = ?", (id,))
    connection.execute("UPDATE indexes SET version = version + 1 WHERE generation = ?", (id,))


def drop(connection: sqlite3.Connection, id: int) -> None:
    """Its vectors are deleted later on, in small steps."""
    row = connection.execute("SELECT build FROM generations WHERE id = ?", (id,)).fetchone()
    if row is None:
        return
    connection.execute("DELETE FROM generations WHERE id = ?", (id,))
    connection.execute("DELETE FROM segments WHERE generation = ?", (id,))
    connection.execute("DELETE FROM indexes WHERE generation = ?", (id,))
    connection.execute("INSERT INTO dropped_generations VALUES (?)", (id,))
    connection.execute(
        "DELETE FROM builds WHERE id = ?1"
        " AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.build = ?1)",
        row,
    )


def drop_collection(connection: sqlite3.Connection, name: str) -> None:
    """Its texts are deleted later on, in small steps."""
    row = connection.execute("SELECT id FROM collections WHERE name = ?", (name,)).fetchone()
    if row is None:
        return
    for id in texts.generations_of(connection, row[0]):
        drop(connection, id)
    connection.execute("UPDATE collections SET name = NULL WHERE id = ?", row)


def count_missing(connection: sqlite3.Connection, id: int) -> int:
    """How many texts have no vector in it."""
    found = connection.execute(
        "SELECT (SELECT coalesce(sum(n.texts), 0) FROM namespaces n WHERE n.collection ="
        " g.collection) - (SELECT coalesce(sum(i.vectors), 0) FROM indexes i"
        " WHERE i.generation = g.id) FROM generations g WHERE g.id = ?",
        (id,),
    ).fetchone()
    return int(found[0]) if found else 0


def _of_collection(connection: sqlite3.Connection, collection: str) -> list[Generation]:
    return [generation_of(row) for row in connection.execute(OF_COLLECTION, (collection,))]


def _count_texts(connection: sqlite3.Connection, collection: int) -> int:
    found = connection.execute(
        "SELECT coalesce(sum(texts), 0) FROM namespaces WHERE collection = ?", (collection,)
    ).fetchone()
    return int(found[0])
