"""What is done behind the back of searches."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import sqlite3
import time
from typing import Final, NamedTuple

from atoll.collections.errors import GenerationsChanged
from atoll.collections.index.files import delete
from atoll.collections.sqlite import generations, progress, tables
from atoll.collections.sqlite.failures import folder_failure
from atoll.collections.sqlite.store import Store
from atoll.collections.types import Generation
from atoll.store.sqlite import private_folder

LOCK: Final = "maintain"
"""Is held meanwhile."""

_STEP: Final = 2000
"""Rows that are deleted at once, while writers wait."""
_ORPHANED: Final = 60.0
"""Seconds for which a file is kept that nothing names any more: others may be about to open it."""
_UNUSED: Final = 3600
"""Seconds for which a build is kept that no generation was made by."""
_REMOVALS: Final = 10_000
"""That a namespace without files may have."""
_LOOK_AGAIN: Final = 60.0
"""Seconds until an index is looked at again of which nothing has changed."""
_FREE_SHARE: Final = 0.25
_FREE_PAGES: Final = 2000


class Known(NamedTuple):
    """Of an index for which there was nothing to do."""

    row: tuple[int, int, int]
    whole: bool
    until: float


class Upkeep:
    """Of one store. One thread at a time, which holds the lock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._database = store.database
        self._orphans: dict[str, float] = {}
        self._known: dict[tuple[int, int], Known] = {}
        self._looked_at: dict[int, int] = {}
        """The clocks of generations, when there were few removals."""

    def step(self, *, whole: bool) -> bool:
        """As `Backend.maintain`."""
        try:
            private_folder(self.store.segments)  # somebody may have deleted it
            return (
                self._delete_dropped()
                or self._forget_removals()
                or self._index_some(whole)
                or self._delete_orphans()
                or self._delete_builds()
                or self._give_back_some()
            )
        except OSError as error:
            raise folder_failure(self.store.segments, error) from error

    def _delete_dropped(self) -> bool:
        dropped = self._database.query(
            "SELECT 1 FROM dropped_generations"
            " UNION ALL SELECT 1 FROM collections WHERE name IS NULL LIMIT 1"
        )
        return bool(dropped) and self._database.write(_delete_some)

    def _forget_removals(self) -> bool:
        """Those that no segment needs; where there is none, no other one comes to forget them."""
        rows = self._database.query(
            "SELECT g.id, c.last FROM generations g JOIN clocks c ON c.name = 'generation ' || g.id"
        )
        for generation, clock in rows:
            if clock - self._looked_at.get(generation, 0) <= _REMOVALS:
                continue
            found = self._database.query(
                f"SELECT r.namespace, max(r.seq) FROM removed_{generation:d} r"
                " WHERE r.namespace NOT IN (SELECT namespace FROM segments WHERE generation = ?)"
                " GROUP BY r.namespace HAVING count(*) > ?",
                (generation, _REMOVALS),
            )
            for namespace, until in found:
                self.store.source.replace_segments(generation, namespace, (), None, until)
                return True
            self._looked_at[generation] = clock
        return False

    def _index_some(self, whole: bool) -> bool:
        rows = self._database.query(
            "SELECT i.generation, i.namespace, i.vectors, i.last, i.version FROM indexes i"
            " JOIN generations g ON g.id = i.generation"
            " WHERE i.vectors >= ?"
            " OR (i.generation, i.namespace) IN (SELECT generation, namespace FROM segments)"
            " ORDER BY g.state DESC, i.generation, i.vectors DESC",
            (1 if whole else min(self.store.limits.smallest_graph, self.store.limits.tail),),
        )
        for generation, namespace, *row in rows:
            key = generation, namespace
            known, now = self._known.get(key), time.monotonic()
            state = Known((row[0], row[1], row[2]), whole, now + _LOOK_AGAIN)
            if known and known.row == state.row and known.whole == whole and now < known.until:
                continue
            if self._index(generation, namespace, whole):
                return True
            self._known[key] = state
        for key in self._known.keys() - {(row[0], row[1]) for row in rows}:
            del self._known[key]
        return False

    def _index(self, id: int, namespace: int, whole: bool) -> bool:
        found = self._generation(id)
        if found is None:
            return False
        index = self.store.indexes.of(id, found.shape, namespace)
        try:
            with progress.told(self.store.folder, id, lambda: index.progress):
                return index.build_step(whole=whole)
        except GenerationsChanged:
            self.store.indexes.forget(id)
            return False

    def _generation(self, id: int) -> Generation | None:
        rows = self._database.query(generations.BY_ID, (id,))
        return generations.generation_of(rows[0]) if rows else None

    def _delete_orphans(self) -> bool:
        folder = self.store.segments
        files = {each.name for each in folder.iterdir()}
        # Read after the folder, so that no new file is taken for one that nothing names.
        named = {file for (file,) in self._database.query("SELECT file FROM segments")}
        orphans = {name for name in files if name not in named and _main(name) not in named}
        now = time.monotonic()
        self._orphans = {name: self._orphans.get(name, now) for name in orphans}
        # The lock is held, so that nobody else is writing one.
        old = [
            name
            for name, since in self._orphans.items()
            if name.endswith(".tmp") or now - since >= _ORPHANED
        ]
        for name in old:
            delete(folder / name)
            del self._orphans[name]
        return bool(old)

    def _delete_builds(self) -> bool:
        """Those that were kept for a generation that never began."""
        unused = "FROM builds WHERE kept_at < ? AND id NOT IN (SELECT build FROM generations)"
        before = (int(time.time()) - _UNUSED,)
        if not self._database.query(f"SELECT 1 {unused} LIMIT 1", before):
            return False
        self._database.write(lambda connection: connection.execute(f"DELETE {unused}", before))
        return True

    def _give_back_some(self) -> bool:
        """To the file system, what was deleted."""
        ((free,),) = self._database.query("PRAGMA freelist_count")
        ((pages,),) = self._database.query("PRAGMA page_count")
        if free < _FREE_PAGES or free < _FREE_SHARE * pages:
            return False

        def give_back(connection: sqlite3.Connection) -> None:
            for _ in range(_STEP):
                connection.execute("PRAGMA incremental_vacuum(1)")

        self._database.write(give_back)
        return True


def _main(name: str) -> str:
    """The file that another one is beside."""
    return name.rpartition(".")[0]


def _delete_some(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT id FROM dropped_generations LIMIT 1").fetchone()
    if row is not None:
        _delete_generation(connection, row[0])
        return True
    row = connection.execute("SELECT id FROM collections WHERE name IS NULL LIMIT 1").fetchone()
    if row is not None:
        _delete_collection(connection, row[0])
        return True
    return False


def _delete_generation(connection: sqlite3.Connection, id: int) -> None:
    for table in (f"vectors_{id:d}", f"removed_{id:d}"):
        deleted = connection.execute(
            f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM {table} ORDER BY seq LIMIT ?)",
            (_STEP,),
        ).rowcount
        if deleted == _STEP:
            return
    connection.execute(f"DROP TABLE vectors_{id:d}")
    connection.execute(f"DROP TABLE removed_{id:d}")
    connection.execute("DELETE FROM clocks WHERE name = ?", (tables.clock(id),))
    connection.execute("DELETE FROM dropped_generations WHERE id = ?", (id,))


def _delete_collection(connection: sqlite3.Connection, id: int) -> None:
    left = _STEP
    for (namespace,) in connection.execute(
        "SELECT id FROM namespaces WHERE collection = ? LIMIT ?", (id, _STEP)
    ).fetchall():
        left -= connection.execute(
            "DELETE FROM texts WHERE id IN (SELECT id FROM texts WHERE namespace = ? LIMIT ?)",
            (namespace, left),
        ).rowcount
        if left <= 0:
            return
        connection.execute("DELETE FROM namespaces WHERE id = ?", (namespace,))
    row = connection.execute("SELECT 1 FROM namespaces WHERE collection = ?", (id,)).fetchone()
    if row is None:
        connection.execute(f"DROP TABLE words_{id:d}")
        connection.execute("DELETE FROM collections WHERE id = ?", (id,))
