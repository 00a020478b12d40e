"""Searches of the texts for which a filter holds."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

import numpy

from atoll.collections.filters import Filter
from atoll.collections.index.source import Ids
from atoll.collections.sqlite import texts
from atoll.collections.sqlite.catalog import Space
from atoll.collections.sqlite.conditions import Condition, condition
from atoll.collections.sqlite.database import Database

T = TypeVar("T")
_Key: TypeAlias = "tuple[int, Filter]"
Mask: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.bool_]]"

FEW: Final = 20_000
"""Texts whose vectors are all compared, without an index."""
_PROBES: Final = 64
_PROBE: Final = 16
_COMMON: Final = 0.01
"""The share of a namespace's texts from which on an index soon finds some for which it holds."""
_KEPT: Final = 64
_KEPT_SECONDS: Final = 60.0


class Filtered(NamedTuple):
    """Which texts of a namespace a search is of."""

    few: Ids | None
    """All of them, if they are few."""
    allowed: Callable[[Ids], Mask]
    """Which of some texts are among them."""


class _Few(NamedTuple):
    """What a filter left of a namespace."""

    ids: Ids | None
    """None: too many. Those that were removed since do no harm, since they have no vectors."""
    last: int
    """The largest id of the store then. A text never changes under its id, so that only those
    after it are to be looked at."""
    moment: int
    until: float
    """When it is found out anew."""


class Filtering:
    """App lifetime; may be used by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shares: _Kept[float] = _Kept()
        self._known: _Kept[_Few] = _Kept()

    def of(self, space: Space, filter: Filter, moment: int) -> Filtered:
        """Of what a filter leaves of a namespace at a moment."""
        compiled = condition(filter)
        key = space.id, filter
        few: Ids | None = None
        known = self._known.get(key)
        if known is not None and known.moment == moment:
            few = known.ids
        elif space.texts <= FEW or self._share(key, compiled) < _COMMON:
            few = self._find(key, compiled, known, moment)
        return Filtered(few, lambda ids: self._mask(ids, compiled))

    def _find(self, key: _Key, compiled: Condition, known: _Few | None, moment: int) -> Ids | None:
        now = time.monotonic()
        if known is None or known.until < now:
            known = _Few(numpy.empty(0, numpy.uint64), 0, moment, now + _KEPT_SECONDS)
        if known.ids is None:
            return None
        room = FEW - len(known.ids)
        with self._database.reading() as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()
            rows = connection.execute(
                f"SELECT t.id FROM texts t WHERE t.namespace = ? AND t.id > ? AND {compiled.sql}"
                " LIMIT ?",
                (key[0], known.last, *compiled.parameters, room + 1),
            ).fetchall()
        ids = None if len(rows) > room else numpy.append(known.ids, _column(rows))
        self._known.put(key, _Few(ids, last, moment, known.until))
        return ids

    def _mask(self, ids: Ids, compiled: Condition) -> Mask:
        rows = self._database.query(
            "SELECT t.id FROM json_each(?) j CROSS JOIN texts t ON t.id = j.value"
            f" WHERE {compiled.sql}",
            (texts.numbers(ids.tolist()), *compiled.parameters),
        )
        return numpy.isin(ids, _column(rows))

    def _share(self, key: _Key, compiled: Condition) -> float:
        """Of the texts for which it holds, by looking at some."""
        share = self._shares.get(key)
        if share is None:
            share = self._sample(key[0], compiled)
            self._shares.put(key, share)
        return share

    def _sample(self, namespace: int, compiled: Condition) -> float:
        ((low, high),) = self._database.query(
            "SELECT (SELECT min(id) FROM texts WHERE namespace = ?1),"
            " (SELECT max(id) FROM texts WHERE namespace = ?1)",
            (namespace,),
        )
        if low is None:
            return 0.0
        looked = held = 0
        with self._database.reading() as connection:
            for probe in range(_PROBES):
                # Anywhere, but one in each part: texts that came together are often alike.
                start = low + int((high - low) * (probe + random.random()) / _PROBES)  # noqa: S311
                found = connection.execute(
                    "SELECT count(*), coalesce(sum(holds), 0) FROM"
                    f" (SELECT {compiled.sql} AS holds FROM texts t"
                    " WHERE t.namespace = ? AND t.id >= ? ORDER BY t.id LIMIT ?)",
                    (*compiled.parameters, namespace, start, _PROBE),
                ).fetchone()
                looked, held = looked + found[0], held + found[1]
        return held / looked if looked else 0.0


class _Kept(Generic[T]):
    """By namespace and filter, those that were asked for last; for some time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[_Key, tuple[T, float]] = OrderedDict()

    def get(self, key: _Key) -> T | None:
        with self._lock:
            found = self._values.get(key)
            if found is None or found[1] < time.monotonic():
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: _Key, value: T) -> None:
        with self._lock:
            self._values[key] = value, time.monotonic() + _KEPT_SECONDS
            self._values.move_to_end(key)
            if len(self._values) > _KEPT:
                self._values.popitem(last=False)


def _column(rows: list[tuple[Any, ...]]) -> Ids:
    return numpy.fromiter((row[0] for row in rows), numpy.uint64, len(rows))
