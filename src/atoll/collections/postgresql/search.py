"""Searches by vectors and by words."""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from atoll.collections.filters import Filter
from atoll.collections.postgresql.conditions import condition_of
from atoll.collections.postgresql.encoding import pack
from atoll.collections.postgresql.index import Opclass
from atoll.collections.postgresql.limits import Limits
from atoll.collections.postgresql.sessions import Session
from atoll.collections.postgresql.tables import PREFIX, vectors_table
from atoll.collections.postgresql.words import (
    MOST_WORDS,
    to_tsquery,
    weights_of,
    words_of,
)
from atoll.collections.types import Generation, Hit, Vector

_MOST_CANDIDATES = 1_000
"""That pgvector's index can look at in one go."""
_COMMON = 0.1
"""Share of the texts from which on a word is searched for only if others find too little."""
_SHARES_SECONDS = 60

# Functions, and not the operators, so that no index is used. The cosine with a vector of length 0
# is NaN.
_EXACT = {
    "dot": "1 - inner_product(v.vector, %s::vector)",
    "cosine": "coalesce(nullif(cosine_distance(v.vector, %s::vector), 'NaN'), 1)",
    "euclidean": "l2_distance(v.vector, %s::vector)",
}


def nearest(
    session: Session,
    limits: Limits,
    generation: Generation,
    index: Opclass | None,
    namespaces: Sequence[str],
    vector: Vector,
    limit: int,
    filter: Filter | None,
) -> list[Hit]:
    """``index`` is what an index of the vectors has, if there is one."""
    places, texts = _places(session, generation.collection, namespaces)
    if not places:
        return []
    search = _Nearest(session, limits, generation, places, vector, limit, filter)
    if index is None or texts <= limits.few or not vector.any():
        return search.exact()
    few = max(limits.few_filtered, 4 * limit)
    if filter is not None:
        ids = search.matches(few + 1)
        if len(ids) <= few:
            return search.among(ids)
    found = search.walk(index)
    # The walk ends after so many vectors, whether or not it came by enough texts to be given.
    return found if len(found) >= min(limit, texts if filter is None else few) else search.exact()


class _Nearest:
    def __init__(
        self,
        session: Session,
        limits: Limits,
        generation: Generation,
        places: list[int],
        vector: Vector,
        limit: int,
        filter: Filter | None,
    ) -> None:
        self._session = session
        self._limits = limits
        self._shape = generation.shape
        self._table = vectors_table(generation.id)
        self._places = places
        self._vector = pack(vector)
        self._limit = limit
        self._filter = filter
        self._distance = _EXACT[generation.shape.distance]

    def exact(self) -> list[Hit]:
        where, parameters = self._where()
        return self._hits(f"FROM {self._table} v WHERE {where}", parameters)

    def among(self, ids: Sequence[int]) -> list[Hit]:
        return self._hits(f"FROM {self._table} v WHERE v.text = ANY(%s)", [list(ids)])

    def matches(self, limit: int) -> list[int]:
        """The ids of texts that may be given."""
        condition, parameters = condition_of(self._filter)
        sql = (
            f"SELECT i.id FROM {PREFIX}_items i WHERE i.namespace = ANY(%s) AND {condition} "
            "LIMIT %s"
        )
        found = self._session.query(sql, (self._places, *parameters, limit))
        return [id for (id,) in found]

    def walk(self, index: Opclass) -> list[Hit]:
        """The nearest by the index, more than are asked for if it keeps less than all of the
        numbers, compared once more."""
        wanted = self._limit * index.surplus
        looked_at = min(max(self._shape.ef_search, wanted), _MOST_CANDIDATES)
        # The planner knows too little of the index to choose it rightly.
        settings = {"hnsw.ef_search": str(looked_at), "enable_sort": "off"}
        if self._session.walks_on:
            settings["hnsw.iterative_scan"] = "strict_order"
            settings["hnsw.max_scan_tuples"] = str(max(self._limits.furthest, 4 * wanted))
        where, parameters = self._where()
        candidates = (
            f"FROM (SELECT v.text, v.vector FROM {self._table} v WHERE {where} "
            f"ORDER BY {index.distance(self._shape.dimension)} LIMIT %s) v"
        )
        return self._hits(candidates, [*parameters, self._vector, wanted], settings)

    def _where(self) -> tuple[str, list[Any]]:
        where = "v.namespace = ANY(%s)"
        if self._filter is None:
            return where, [self._places]
        condition, parameters = condition_of(self._filter)
        item = f"SELECT FROM {PREFIX}_items i WHERE i.id = v.text AND {condition}"
        return f"{where} AND EXISTS ({item})", [self._places, *parameters]

    def _hits(
        self, source: str, parameters: Sequence[Any], settings: Mapping[str, str] | None = None
    ) -> list[Hit]:
        sql = f"SELECT v.text, {self._distance} AS d {source} ORDER BY d, v.text LIMIT %s"
        values = (self._vector, *parameters, self._limit)
        if settings is None:
            rows = self._session.query(sql, values)
        else:
            rows = self._session.query_with(settings, sql, values)
        return [Hit(id, distance) for id, distance in rows]


class WordShares:
    """Which words are common: what ANALYZE has found, kept for a minute."""

    def __init__(self) -> None:
        self._shares: Mapping[str, float] = {}
        self._until = 0.0
        self._lock = threading.Lock()

    def get(self, session: Session) -> Mapping[str, float]:
        with self._lock:
            if time.monotonic() < self._until:
                return self._shares
            self._until = time.monotonic() + _SHARES_SECONDS
        found = session.query(
            "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
            "WHERE attname = 'words' AND schemaname = ANY(current_schemas(false)) "
            f"AND tablename = '{PREFIX}_items' AND most_common_elems IS NOT NULL"
        )
        # After the words' shares stand those of the least and the most common ones.
        self._shares = dict(zip(*found[0], strict=False)) if found else {}
        return self._shares


def matching(
    session: Session,
    shares: WordShares,
    collection: str,
    namespaces: Sequence[str],
    words: str,
    limit: int,
    filter: Filter | None,
) -> list[Hit]:
    wanted = list(dict.fromkeys(words_of(words)))[:MOST_WORDS]
    places, _ = _places(session, collection, namespaces) if wanted else ([], 0)
    if not places:
        return []
    common = shares.get(session)
    weights = weights_of(wanted, common)
    condition, of_filter = condition_of(filter)
    rank = " + ".join("%s::float8 * ts_rank(i.words, %s::tsquery, 1)" for _ in weights)
    of_rank = [each for word, weight in weights.items() for each in (weight, to_tsquery([word]))]
    sql = (
        f"SELECT i.id, {rank} AS r FROM {PREFIX}_items i WHERE i.namespace = ANY(%s) "
        f"AND i.words @@ %s::tsquery AND {condition} ORDER BY r DESC, i.id LIMIT %s"
    )

    def ask(any_of: Sequence[str]) -> list[Hit]:
        rest = (places, to_tsquery(any_of), *of_filter, limit)
        return [Hit(id, value) for id, value in session.query(sql, (*of_rank, *rest))]

    # Nearly all texts have some words; to rank all of these takes long, and says little.
    telling = [word for word in wanted if common.get(word, 0.0) < _COMMON]
    found = ask(telling) if telling else []
    return found if len(found) >= limit or telling == wanted else ask(wanted)


def _places(session: Session, collection: str, namespaces: Sequence[str]) -> tuple[list[int], int]:
    """The ids of namespaces, and how many texts they have."""
    rows = session.query(
        f"SELECT n.id, coalesce(sum(c.texts), 0)::bigint FROM {PREFIX}_namespaces n "
        f"LEFT JOIN {PREFIX}_counts c ON c.namespace = n.id "
        "WHERE n.collection = %s AND n.name = ANY(%s) GROUP BY n.id",
        (collection, list(namespaces)),
    )
    return [id for id, _ in rows], sum(texts for _, texts in rows)
