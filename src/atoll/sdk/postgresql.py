"""PostgreSQL databases of the manifest.

    from atoll.sdk import postgresql

    people = postgresql.query(Person, "select id, name from people where age > $1", [18])

Placeholders are ``$1``, ``$2`` and so on. Every operation has an ``_async`` twin, for
``asyncio.gather`` and the like. Failures raise ``atoll.sdk.DatabaseError``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from atoll.sdk._encoder import interval_text, plain_value
from atoll.sdk._sql import ExecuteResult, SqlDatabase
from atoll.sdk.errors import DatabaseError
from atoll.sdk.geometry import Location, Point, parse_location, parse_point

__all__ = [
    "DatabaseError",
    "ExecuteResult",
    "Location",
    "Point",
    "execute",
    "execute_async",
    "parse_location",
    "parse_point",
    "query",
    "query_async",
    "query_one",
    "query_one_async",
    "query_scalar",
    "query_scalar_async",
]


def _value(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"\\x{bytes(value).hex()}"
    return interval_text(value) if isinstance(value, timedelta) else plain_value(value)


_database = SqlDatabase("postgresql", lambda position: f"${position}", _value)

query = _database.query
query_async = _database.query_async
query_one = _database.query_one
query_one_async = _database.query_one_async
query_scalar = _database.query_scalar
query_scalar_async = _database.query_scalar_async
execute = _database.execute
execute_async = _database.execute_async
