"""What each search asks the store for, kept as long as nothing is committed."""

from __future__ import annotations

from typing import NamedTuple

from atoll.collections.sqlite import generations
from atoll.collections.sqlite.database import Database
from atoll.collections.types import Generation


class Space(NamedTuple):
    """A namespace."""

    id: int
    texts: int


class Catalog:
    """As the store is at one moment, or later. May be used by any thread."""

    def __init__(self, database: Database, moment: int) -> None:
        self.moment = moment
        self._database = database
        self._generations: dict[str, list[Generation]] = {}
        self._spaces: dict[tuple[str, str], Space | None] = {}

    def generations(self, collection: str) -> list[Generation]:
        """The oldest first."""
        known = self._generations.get(collection)
        if known is None:
            rows = self._database.query(generations.OF_COLLECTION, (collection,))
            known = [generations.generation_of(row) for row in rows]
            self._generations[collection] = known
        return known

    def space(self, collection: str, namespace: str) -> Space | None:
        """None for a namespace that nothing was ever stored in."""
        try:
            return self._spaces[collection, namespace]
        except KeyError:
            pass
        rows = self._database.query(
            "SELECT n.id, n.texts FROM namespaces n JOIN collections c ON c.id = n.collection"
            " WHERE c.name = ? AND n.name = ?",
            (collection, namespace),
        )
        found = Space(*rows[0]) if rows else None
        self._spaces[collection, namespace] = found
        return found
