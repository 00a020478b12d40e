"""The result of a Cypher query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from atoll.sdk._fields import has_fields
from atoll.sdk.neo4j.graph import parts, read

T = TypeVar("T")


class Record:
    """One row: values by the names of what the query returns, as in a mapping.

    ``record["p"]`` gives what Neo4j has there: a ``Node``, ``Relationship``, ``Path``, a point, a
    list, a dict, or a scalar, where dates and times are text in ISO 8601, and bytes base64;
    ``record.get("born", date)`` reads it as a type.
    """

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __repr__(self) -> str:
        return f"Record({self.as_dict()!r})"

    def __getitem__(self, key: str) -> Any:
        return parts(self._values[key])

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        return list(self._values)

    def values(self) -> list[Any]:
        return [parts(value) for value in self._values.values()]

    def items(self) -> list[tuple[str, Any]]:
        return list(zip(self.keys(), self.values(), strict=True))

    def as_dict(self) -> dict[str, Any]:
        return dict(self.items())

    @overload
    def get(self, key: str) -> Any: ...
    @overload
    def get(self, key: str, kind: type[T]) -> T: ...
    @overload
    def get(self, key: str, kind: object) -> Any: ...
    def get(self, key: str, kind: Any = Any) -> Any:
        """A value as a type: one of the graph's, a scalar, or a class for a node's properties.

        Raises ``KeyError``, or ``DatabaseError`` if it is of another type.
        """
        return read(key, self._values[key], kind)


@dataclass(frozen=True, slots=True)
class EagerResult:
    """All records of a query."""

    keys: list[str]
    records: list[Record]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


def lone_parts(kind: Any, keys: list[str], rows: list[list[Any]]) -> list[Any] | None:
    """The values of the only column, if each is a node, relationship or map that an instance of
    ``kind`` is to be made of (``RETURN p``)."""
    if len(keys) != 1 or not has_fields(kind) or not rows:
        return None
    values = [row[0] for row in rows]
    return values if all(isinstance(value, dict) for value in values) else None
