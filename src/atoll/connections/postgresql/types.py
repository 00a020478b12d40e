"""The types of one database, by the numbers that the server gives them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg

from atoll.connections.postgresql.parameters import OTHER, Kind
from atoll.connections.postgresql.session import Session

_JSON = (114, 3802)
_MOST = 10_000
"""Types of its own whose arrays are told apart, of one database."""

_QUERY = b"""
SELECT t.oid, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE 0 END,
       CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN t.typelem ELSE 0 END,
       coalesce(e.typdelim, ',')
  FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
 WHERE t.oid = ANY ($1::pg_catalog.oid[])
"""


class ArrayType(NamedTuple):
    oid: int
    element: int
    delimiter: str = ","


class Types:
    """Those that come with PostgreSQL are known; a database's own are asked for when they occur."""

    def __init__(self) -> None:
        self._arrays: dict[int, ArrayType] = {}
        self._bases: dict[int, int] = {}
        """Of domains."""
        self._known: set[int] = set()
        for info in psycopg.adapters.types:
            self._known.update((info.oid, info.array_oid))
            if info.array_oid:
                array = ArrayType(info.array_oid, info.oid, info.delimiter)
                self._arrays[info.array_oid] = array

    @property
    def arrays(self) -> Iterable[ArrayType]:
        return self._arrays.values()

    def unknown(self, oids: Iterable[int]) -> set[int]:
        return {oid for oid in oids if oid not in self._known}

    def kind(self, oid: int) -> Kind:
        """What a parameter of this type takes."""
        oid = self.base(oid)
        array = self._arrays.get(oid)
        if array is not None:
            return Kind(True, self.base(array.element) in _JSON, array.delimiter)
        return Kind(json=True) if oid in _JSON else OTHER

    def base(self, oid: int) -> int:
        """What a domain is of, or the type itself."""
        while oid in self._bases:
            oid = self._bases[oid]
        return oid

    async def learn(self, session: Session, oids: Iterable[int]) -> Sequence[ArrayType]:
        """Ask the server for what is unknown. Gives the arrays among it.

        Raises:
            ConnectionFailed: the server did not answer.
        """
        found = []
        while asked := self.unknown(oids):
            listed = "{" + ",".join(map(str, asked)) + "}"
            rows = await session.rows(_QUERY, listed.encode())
            oids = []
            for row in rows:
                oid, base, element = (int(each or 0) for each in row[:3])
                if base:
                    self._bases[oid] = base
                elif element and len(self._known) < _MOST:
                    found.append(ArrayType(oid, element, (row[3] or b",").decode()))
                oids += [each for each in (base, element) if each]
            self._known.update(asked)
        self._arrays.update((array.oid, array) for array in found)
        return found
