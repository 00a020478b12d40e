"""Searches of the texts for which a filter holds."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import numpy

from atoll.collections.filters import Filter
from atoll.collections.index.source import Ids
from atoll.collections.sqlite import texts
from atoll.collections.sqlite.catalog import Catalog, Space
from atoll.collections.sqlite.conditions import Condition, condition
from atoll.collections.sqlite.database import Database

Mask: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.bool_]]"

FEW: Final = 20_000
"""Texts whose vectors are all compared, without an index."""
_PROBES: Final = 20
_PROBE: Final = 100
_COMMON: Final = 0.005
"""The share of a namespace's texts from which on an index soon finds some for which it holds."""
_KEPT: Final = 256
_KEPT_SECONDS: Final = 60.0


class Filtered(NamedTuple):
    """Which texts of a namespace a search is of."""

    few: Ids | None
    """All of them, if they are few."""
    allowed: Callable[[Ids], Mask]
    """Which of some texts are among them."""


class Filtering:
    """App lifetime; may be used by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shares: OrderedDict[tuple[int, Filter], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, space: Space, filter: Filter, catalog: Catalog) -> Filtered:
        """Of what a filter leaves of a namespace."""
        compiled = condition(filter)
        few: Ids | None = None
        key = space.id, filter
        if key in catalog.filtered:
            few = catalog.filtered[key]
        elif space.texts <= FEW or self._share(space, filter, compiled) < _COMMON:
            few = catalog.filtered[key] = self._few(space, compiled)
        return Filtered(few, lambda ids: self._mask(ids, compiled))

    def _few(self, space: Space, compiled: Condition) -> Ids | None:
        rows = self._database.query(
            f"SELECT t.id FROM texts t WHERE t.namespace = ? AND {compiled.sql} LIMIT ?",
            (space.id, *compiled.parameters, FEW + 1),
        )
        return None if len(rows) > FEW else _column(rows)

    def _mask(self, ids: Ids, compiled: Condition) -> Mask:
        rows = self._database.query(
            "SELECT t.id FROM json_each(?) j CROSS JOIN texts t ON t.id = j.value"
            f" WHERE {compiled.sql}",
            (texts.numbers(ids.tolist()), *compiled.parameters),
        )
        return numpy.isin(ids, _column(rows))

    def _share(self, space: Space, filter: Filter, compiled: Condition) -> float:
        """Of the texts for which it holds, by looking at some."""
        key, now = (space.id, filter), time.monotonic()
        with self._lock:
            known = self._shares.get(key)
            if known is not None and known[1] > now:
                self._shares.move_to_end(key)
                return known[0]
        share = self._sample(space, compiled)
        with self._lock:
            self._shares[key] = share, now + _KEPT_SECONDS
            if len(self._shares) > _KEPT:
                self._shares.popitem(last=False)
        return share

    def _sample(self, space: Space, compiled: Condition) -> float:
        ((low, high),) = self._database.query(
            "SELECT (SELECT min(id) FROM texts WHERE namespace = ?1),"
            " (SELECT max(id) FROM texts WHERE namespace = ?1)",
            (space.id,),
        )
        if low is None:
            return 0.0
        looked = held = 0
        with self._database.reading() as connection:
            for probe in range(_PROBES):
                start = low + (high - low) * probe // _PROBES
                found = connection.execute(
                    "SELECT count(*), coalesce(sum(holds), 0) FROM"
                    f" (SELECT {compiled.sql} AS holds FROM texts t"
                    " WHERE t.namespace = ? AND t.id >= ? ORDER BY t.id LIMIT ?)",
                    (*compiled.parameters, space.id, start, _PROBE),
                ).fetchone()
                looked, held = looked + found[0], held + found[1]
        return held / looked if looked else 0.0


def _column(rows: list[tuple[Any, ...]]) -> Ids:
    return numpy.fromiter((row[0] for row in rows), numpy.uint64, len(rows))
