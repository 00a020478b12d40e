"""Texts and their vectors: storing, removing, reading.

A text's id is drawn from a sequence before its transaction is committed, so one may turn up with a
smaller id than others that were there before. Who goes through texts by their ids finds such a one
when they begin again.
"""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from atoll.collections.errors import GenerationsChanged
from atoll.collections.postgresql.catalog import (
    find_generation,
    generations_in,
    of_collection,
    share_collection,
)
from atoll.collections.postgresql.encoding import copy_rows, digest_of, to_json, unpack
from atoll.collections.postgresql.sessions import Row, Session, Statement
from atoll.collections.postgresql.tables import PREFIX, lock_key, vectors_table
from atoll.collections.postgresql.words import to_tsvector
from atoll.collections.sampling import evenly
from atoll.collections.types import Generation, StoredText, Text, Vectors

_BUCKETS = 32
"""Of keys: texts of one bucket of a namespace are written by one transaction at a time, so that
those who write the same key take turns."""
_FIELDS: Final = "i.id, n.name, i.key, i.text, i.labels, i.metadata"
_FROM: Final = f"FROM {PREFIX}_items i JOIN {PREFIX}_namespaces n ON n.id = i.namespace"
_ITEMS = f"{PREFIX}_items (id, namespace, digest, key, text, labels, metadata, words)"


def upsert(
    session: Session,
    collection: str,
    namespace: str,
    texts: Sequence[Text],
    vectors: Mapping[int, Vectors],
) -> None:
    # All that takes time, before anyone has to wait.
    digests = [digest_of(each.key) for each in texts]
    rows = [
        (each.key, each.text, list(each.labels), to_json(each.metadata), to_tsvector(each.text))
        for each in texts
    ]
    with session.transaction():
        _, found, _, removed, places, new = session.query_all(
            (
                share_collection(collection),
                of_collection(collection),
                _lock_keys(collection, namespace, digests),
                _delete(collection, namespace, digests),
                _place(collection, namespace),
                (f"SELECT nextval('{PREFIX}_ids') FROM generate_series(1, %s)", (len(texts),)),
            )
        )
        generations = generations_in(found)
        if {each.id for each in generations} != vectors.keys():
            raise GenerationsChanged
        place = places[0][0] if places else _new_namespace(session, collection, namespace)
        ids = sorted(id for (id,) in new)
        _follow(session, generations, place, removed, len(ids) - len(removed))
        with session.copy(f"COPY {_ITEMS} FROM STDIN") as copy:
            for id, digest, row in zip(ids, digests, rows, strict=True):
                copy.write_row((id, place, digest, *row))
        for generation in generations:
            _copy_vectors(session, generation, ids, [place] * len(ids), vectors[generation.id])


def remove(session: Session, collection: str, namespace: str, keys: Sequence[str]) -> list[str]:
    digests = [digest_of(key) for key in keys]
    with session.transaction():
        _, found, _, removed, places = session.query_all(
            (
                share_collection(collection),
                of_collection(collection),
                _lock_keys(collection, namespace, digests),
                _delete(collection, namespace, digests),
                _place(collection, namespace),
            )
        )
        if removed:
            _follow(session, generations_in(found), places[0][0], removed, -len(removed))
        return [key for _, key in removed]


def find(
    session: Session, collection: str, namespace: str, keys: Sequence[str]
) -> list[StoredText]:
    where = "WHERE n.collection = %s AND n.name = %s AND i.digest = ANY(%s)"
    digests = [digest_of(key) for key in keys]
    return _read(session, f"{where}", (collection, namespace, digests))


def load(session: Session, ids: Sequence[int]) -> dict[int, StoredText]:
    return {each.id: each for each in _read(session, "WHERE i.id = ANY(%s)", (list(ids),))}


def page(
    session: Session, collection: str, namespace: str | None, after: int, limit: int
) -> list[StoredText]:
    places = _places(session, collection, namespace)
    where = "WHERE i.namespace = ANY(%s) AND i.id > %s ORDER BY i.id LIMIT %s"
    return _read(session, where, (places, after, limit)) if places else []


def by_key(
    session: Session, collection: str, namespace: str, after: str, limit: int, search: str
) -> list[StoredText]:
    places = _places(session, collection, namespace)
    found = "(strpos(lower(i.key), lower(%s)) > 0 OR strpos(lower(i.text), lower(%s)) > 0)"
    where = "WHERE i.namespace = ANY(%s) AND i.key > %s"
    order = "ORDER BY i.key LIMIT %s"
    if not search:
        return _read(session, f"{where} {order}", (places, after, limit))
    return _read(session, f"{where} AND {found} {order}", (places, after, search, search, limit))


def sample(
    session: Session, collection: str, namespace: str | None, limit: int
) -> list[StoredText]:
    places = _places(session, collection, namespace)
    one = f"(SELECT id FROM {PREFIX}_items WHERE namespace = s.place {{}} LIMIT 1)"
    first, last = one.format("ORDER BY id"), one.format("ORDER BY id DESC")
    ((least, most),) = session.query(
        f"SELECT min({first}), max({last}) FROM unnest(%s::int[]) AS s (place)", (places,)
    )
    if least is None:
        return []
    whole = _read(
        session, "WHERE i.namespace = ANY(%s) ORDER BY i.id LIMIT %s", (places, limit + 1)
    )
    if len(whole) <= limit:
        return whole
    nearest = one.format("AND id >= p.probe ORDER BY id")
    rows = session.query(
        f"SELECT DISTINCT (SELECT min({nearest}) FROM unnest(%s::int[]) AS s (place)) "
        "FROM unnest(%s::bigint[]) AS p (probe)",
        (places, evenly(least, most, limit)),
    )
    texts = load(session, [id for (id,) in rows])
    return [texts[id] for id in sorted(texts)]


def missing(session: Session, generation: Generation, after: int, limit: int) -> list[StoredText]:
    places = _places(session, generation.collection, None)
    where = (
        "WHERE i.namespace = ANY(%s) AND i.id > %s AND NOT EXISTS "
        f"(SELECT FROM {vectors_table(generation.id)} v WHERE v.text = i.id) "
        "ORDER BY i.id LIMIT %s"
    )
    return _read(session, where, (places, after, limit)) if places else []


def namespaces(session: Session, collection: str | None) -> dict[str, dict[str, int]]:
    """How many texts each namespace has, by collection."""
    found = session.query(
        f"SELECT n.collection, n.name, coalesce(sum(c.texts), 0)::bigint "
        f"FROM {PREFIX}_namespaces n LEFT JOIN {PREFIX}_counts c ON c.namespace = n.id "
        "WHERE %s::text IS NULL OR n.collection = %s GROUP BY n.id ORDER BY n.id",
        (collection, collection),
    )
    counts: dict[str, dict[str, int]] = {}
    for of, name, texts in found:
        counts.setdefault(of, {})[name] = texts
    return counts


def vectors(
    session: Session, generation: Generation, ids: Sequence[int]
) -> list[tuple[int, bytes]]:
    """The packed vectors of texts."""
    table = vectors_table(generation.id)
    sql = f"SELECT text, vector FROM {table} WHERE text = ANY(%s)"
    return [(id, packed) for id, packed in session.query(sql, (list(ids),), binary=True)]


def add_vectors(session: Session, generation: int, ids: Sequence[int], vectors: Vectors) -> int:
    with session.transaction():
        found = find_generation(session, generation)
        if found is None:
            raise GenerationsChanged
        session.query(*share_collection(found.collection))
        if find_generation(session, generation) is None:
            raise GenerationsChanged
        # Who wants to remove one of these waits, and then finds its vector.
        lacking = session.query(
            f"SELECT id, namespace FROM {PREFIX}_items i WHERE id = ANY(%s) AND NOT EXISTS "
            f"(SELECT FROM {vectors_table(generation)} v WHERE v.text = i.id) "
            "ORDER BY id FOR SHARE",
            (list(ids),),
        )
        row_of = {id: row for row, id in enumerate(ids)}
        rows = [row_of[id] for id, _ in lacking]
        places = [place for _, place in lacking]
        _copy_vectors(session, found, [ids[row] for row in rows], places, vectors[rows])
        return len(rows)


def unpacked(packed: Sequence[tuple[int, bytes]], dimension: int) -> tuple[list[int], Vectors]:
    return [id for id, _ in packed], unpack([each for _, each in packed], dimension)


def _lock_keys(collection: str, namespace: str, digests: Iterable[Any]) -> Statement:
    buckets = {digest.int % _BUCKETS for digest in digests}
    keys = sorted(lock_key("keys", collection, namespace, str(bucket)) for bucket in buckets)
    return "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", (keys,)


def _place(collection: str, namespace: str) -> Statement:
    sql = f"SELECT id FROM {PREFIX}_namespaces WHERE collection = %s AND name = %s"
    return sql, (collection, namespace)


def _new_namespace(session: Session, collection: str, namespace: str) -> int:
    session.execute(
        f"INSERT INTO {PREFIX}_namespaces (collection, name) VALUES (%s, %s) "
        "ON CONFLICT DO NOTHING",
        (collection, namespace),
    )
    ((id,),) = session.query(*_place(collection, namespace))
    return int(id)


def _places(session: Session, collection: str, namespace: str | None) -> list[int]:
    """The ids of namespaces, of all for None."""
    of_all = f"SELECT id FROM {PREFIX}_namespaces WHERE collection = %s", (collection,)
    asked = of_all if namespace is None else _place(collection, namespace)
    return [id for (id,) in session.query(*asked)]


def _delete(collection: str, namespace: str, digests: Sequence[Any]) -> Statement:
    place, names = _place(collection, namespace)
    sql = f"DELETE FROM {PREFIX}_items WHERE namespace = ({place}) AND digest = ANY(%s)"
    return f"{sql} RETURNING id, key", (*names, list(digests))


def _follow(
    session: Session,
    generations: Sequence[Generation],
    place: int,
    removed: Sequence[Row],
    change: int,
) -> None:
    """Delete the vectors of texts that were deleted, and count."""
    statements: list[Statement] = []
    if removed:
        ids = [id for id, _ in removed]
        for each in generations:
            sql = f"DELETE FROM {vectors_table(each.id)} WHERE text = ANY(%s)"
            statements.append((sql, (ids,)))
    if change:
        statements.append((f"INSERT INTO {PREFIX}_counts VALUES (%s, %s)", (place, change)))
    session.query_all(statements)


def _copy_vectors(
    session: Session,
    generation: Generation,
    ids: Sequence[int],
    places: Sequence[int],
    vectors: Vectors,
) -> None:
    if ids:
        table = f"{vectors_table(generation.id)} (text, namespace, vector)"
        with session.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(copy_rows(ids, places, vectors))


def _read(session: Session, where: str, parameters: Sequence[Any]) -> list[StoredText]:
    return [
        StoredText(id, namespace, key, text, tuple(labels), metadata)
        for id, namespace, key, text, labels, metadata in session.query(
            f"SELECT {_FIELDS} {_FROM} {where}", parameters
        )
    ]
