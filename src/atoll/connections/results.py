"""What databases answer, in the form in which it goes to guests."""

from __future__ import annotations

from typing import NamedTuple


class SqlResult(NamedTuple):
    """``json`` is an array of row objects in UTF-8; None when no rows were asked for.

    ``last_insert_id`` is 0 where the database has no such thing.
    """

    json: bytes | None
    rows_affected: int
    last_insert_id: int = 0


class Neo4jResult(NamedTuple):
    """``records`` hold the JSON text of each value, in the order of ``keys``."""

    keys: list[str]
    records: list[tuple[bytes, ...]]


class DgraphMutation(NamedTuple):
    """One change; what is empty is not part of it."""

    set_json: str = ""
    del_json: str = ""
    set_nquads: str = ""
    del_nquads: str = ""
    condition: str = ""


class DgraphResult(NamedTuple):
    """``json`` is the text of the query's result; ``uids`` the new nodes by blank name."""

    json: str
    uids: dict[str, str]


class PoolUsage(NamedTuple):
    """Connections of one pool: all of them, those that are free, and how many calls wait."""

    size: int
    idle: int
    waiting: int
