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
        catalog = self.now()
        known = catalog.generations(generation.collection)
        current = next((each for each in known if each.id == generation.id), None)
        if current is None:
            raise GenerationsChanged
        hits: list[Hit] = []
        for name in dict.fromkeys(namespaces) if limit > 0 else ():
            space = catalog.space(generation.collection, name)
            if space is not None and space.texts:
                hits += self._nearest(catalog, current, space, vector, limit, filter)
        if len(namespaces) > 1:
            hits.sort(key=lambda hit: (hit.value, hit.id))
        return hits[:limit]

    def _nearest(
        self,
        catalog: Catalog,
        generation: Generation,
        space: Space,
        vector: Vector,
        limit: int,
        filter: Filter | None,
    ) -> list[Hit]:
        index = self.indexes.of(generation.id, generation.shape, space.id)
        if self._read_at.get(index) != catalog.moment:
            index.refresh()
            self._read_at[index] = catalog.moment
        if filter is None:
            return index.search(vector, limit)
        filtered = self._filtering.of(space, filter, catalog.moment)
        return index.search(vector, limit, filtered.allowed, filtered.few)
