"""Searches of words."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

from atoll.collections.filters import Filter
from atoll.collections.sqlite.conditions import condition
from atoll.collections.sqlite.database import Database
from atoll.collections.sqlite.texts import numbers
from atoll.collections.sqlite.words import any_of, words_of
from atoll.collections.types import Hit

_COMMON: Final = 0.15
"""The share of a collection's texts from which on a word says little of them."""
_MANY: Final = 5000
"""Texts of a collection from which on that matters."""
_KEPT: Final = 4096
_KEPT_SECONDS: Final = 300.0


class _Asked(NamedTuple):
    """Where words are looked for."""

    collection: int
    namespaces: tuple[int, ...]
    whole: bool
    """Whether those are all that have texts."""
    texts: int
    """Of the collection."""


class Matching:
    """App lifetime; may be used by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._common: OrderedDict[tuple[int, str], tuple[bool, float]] = OrderedDict()
        """Of words, whether they are, and until when that is believed."""

    def matching(
        self,
        collection: str,
        namespaces: Sequence[str],
        words: str,
        limit: int,
        filter: Filter | None,
    ) -> list[Hit]:
        """As `Backend.matching`."""
        wanted = words_of(words) if limit > 0 else []
        asked = self._asked(collection, namespaces) if wanted else None
        if asked is None:
            return []
        # To rank nearly all texts takes long, and what they have in common says little.
        telling = [word for word in wanted if not self._is_common(asked, word)]
        found = self._ranked(asked, telling, limit, filter) if telling else []
        if len(found) >= limit or len(telling) == len(wanted):
            return found
        return self._ranked(asked, wanted, limit, filter)

    def _asked(self, collection: str, namespaces: Sequence[str]) -> _Asked | None:
        rows = self._database.query(
            "SELECT n.collection, n.id, n.name, n.texts FROM namespaces n JOIN collections c"
            " ON c.id = n.collection WHERE c.name = ? AND n.texts > 0",
            (collection,),
        )
        names = set(namespaces)
        ids = tuple(id for _, id, name, _ in rows if name in names)
        if not ids:
            return None
        return _Asked(rows[0][0], ids, len(ids) == len(rows), sum(row[3] for row in rows))

    def _ranked(
        self, asked: _Asked, words: Sequence[str], limit: int, filter: Filter | None
    ) -> list[Hit]:
        table = f"words_{asked.collection:d}"
        found = f"SELECT {table}.rowid, -{table}.rank FROM {table}"
        ranked = f"ORDER BY {table}.rank, {table}.rowid LIMIT ?"
        query = any_of(words)
        if filter is None and asked.whole:
            rows = self._database.query(f"{found} WHERE {table} MATCH ? {ranked}", (query, limit))
        else:
            wanted = condition(filter)
            rows = self._database.query(
                f"{found} CROSS JOIN texts t ON t.id = {table}.rowid WHERE {table} MATCH ?"
                f" AND t.namespace IN (SELECT value FROM json_each(?)) AND {wanted.sql} {ranked}",
                (query, numbers(asked.namespaces), *wanted.parameters, limit),
            )
        return [Hit(*row) for row in rows]

    def _is_common(self, asked: _Asked, word: str) -> bool:
        if asked.texts < _MANY:
            return False
        key, now = (asked.collection, word), time.monotonic()
        with self._lock:
            known = self._common.get(key)
            if known is not None and known[1] > now:
                self._common.move_to_end(key)
                return known[0]
        most = int(_COMMON * asked.texts)
        ((count,),) = self._database.query(
            f"SELECT count(*) FROM (SELECT 1 FROM words_{asked.collection:d}"
            f" WHERE words_{asked.collection:d} MATCH ? LIMIT ?)",
            (any_of([word]), most),
        )
        with self._lock:
            self._common[key] = count >= most, now + _KEPT_SECONDS
            if len(self._common) > _KEPT:
                self._common.popitem(last=False)
        return bool(count >= most)
