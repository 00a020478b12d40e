"""All that is open of a store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import Filter
from atoll.collections.index.index import Index
from atoll.collections.index.indexes import Indexes
from atoll.collections.index.limits import DEFAULTS, Limits
from atoll.collections.sqlite.catalog import Catalog, Space
from atoll.collections.sqlite.database import Database
from atoll.collections.sqlite.failures import folder_failure
from atoll.collections.sqlite.filtering import Filtering
from atoll.collections.sqlite.matching import Matching
from atoll.collections.sqlite.source import SqliteSource
from atoll.collections.types import Generation, Hit, Vector
from atoll.store.sqlite import private_folder

FILE: Final = "store.db"
_ATTEMPTS: Final = 3
"""To search while others write."""


class Store:
    """Of one file, as long as it has its name. Methods may be called from any thread."""

    def __init__(self, folder: Path, limits: Limits = DEFAULTS) -> None:
        self.folder = folder
        self.limits = limits
        self.segments = folder / "segments"
        """The folder with the files of the indexes."""
        self.database = Database(folder / FILE)
        try:
            private_folder(self.segments)
        except OSError as error:
            self.database.close()
            raise folder_failure(self.segments, error) from error
        self.source = SqliteSource(self.database)
        self.indexes = Indexes(self.segments, self.source, limits)
        self._read_at: WeakKeyDictionary[Index, int] = WeakKeyDictionary()
        """The moments up to which indexes have read the store."""
        self.matching = Matching(self.database)
        self._filtering = Filtering(self.database)
        self._catalog = Catalog(self.database, -1)

    def close(self) -> None:
        self.indexes.close()
        self.database.close()

    def now(self) -> Catalog:
        """The store as it is, with all that was committed before."""
        moment = self.database.moment()
        catalog = self._catalog
        if catalog.moment != moment:
            catalog = self._catalog = Catalog(self.database, moment)
        return catalog

    def nearest(
        self,
        generation: Generation,
        namespaces: Sequence[str],
        vector: Vector,
        limit: int,
        filter: Filter | None,
    ) -> list[Hit]:
        hits: list[Hit] = []
        for name in dict.fromkeys(namespaces):
            hits += self._of_namespace(generation, name, vector, limit, filter)
        if len(namespaces) > 1:
            hits.sort(key=lambda hit: (hit.value, hit.id))
        return hits[:limit]

    def _of_namespace(
        self,
        generation: Generation,
        namespace: str,
        vector: Vector,
        limit: int,
        filter: Filter | None,
    ) -> list[Hit]:
        for _ in range(_ATTEMPTS):
            catalog = self.now()
            current = _current(catalog, generation)
            space = catalog.space(generation.collection, namespace)
            if space is None or not space.texts or limit <= 0:
                return []
            index = self._index(current, space, catalog.moment)
            reads = self.source.reads
            found = self._search(index, space, vector, limit, filter, catalog.moment)
            # A text that was replaced meanwhile is neither in the store, under its old id, nor in
            # the index under its new one.
            read = filter is not None or self.source.reads != reads
            if not read or self.database.moment() == catalog.moment:
                break
        return found

    def _index(self, generation: Generation, space: Space, moment: int) -> Index:
        index = self.indexes.of(generation.id, generation.shape, space.id)
        if self._read_at.get(index) != moment:
            index.refresh()
            self._read_at[index] = moment
        return index

    def _search(
        self,
        index: Index,
        space: Space,
        vector: Vector,
        limit: int,
        filter: Filter | None,
        moment: int,
    ) -> list[Hit]:
        if filter is None:
            return index.search(vector, limit)
        filtered = self._filtering.of(space, filter, moment)
        return index.search(vector, limit, filtered.allowed, filtered.few)


def _current(catalog: Catalog, generation: Generation) -> Generation:
    """The generation with its shape as it is now."""
    for each in catalog.generations(generation.collection):
        if each.id == generation.id:
            return each
    raise GenerationsChanged
