"""MySQL and MariaDB databases of the manifest.

    from atoll.sdk import mysql

    people = mysql.query(Person, "select id, name from people where age > ?", [18])

Placeholders are ``?``. Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like.
Failures raise ``atoll.sdk.DatabaseError``.
"""

from __future__ import annotations

import binascii
from datetime import UTC, datetime, timedelta
from typing import Any

from atoll.sdk._encoder import clock_text, plain_value
from atoll.sdk._sql import ExecuteResult, SqlDatabase
from atoll.sdk.errors import DatabaseError
from atoll.sdk.geometry import Location, Point, parse_location, parse_point, well_known_text

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
    match value:
        case bytes() | bytearray() | memoryview():
            return {"$bytes": binascii.b2a_base64(value, newline=False).decode()}
        case datetime():
            # MySQL's moments have no zone of their own, and not all servers read one.
            there = value if value.tzinfo is None else value.astimezone(UTC)
            return there.replace(tzinfo=None).isoformat(" ")
        case timedelta():
            return clock_text(value)
        case Point() | Location():
            return well_known_text(value)
    return plain_value(value)


_database = SqlDatabase("mysql", lambda position: "?", _value)

query = _database.query
query_async = _database.query_async
query_one = _database.query_one
query_one_async = _database.query_one_async
query_scalar = _database.query_scalar
query_scalar_async = _database.query_scalar_async
execute = _database.execute
execute_async = _database.execute_async
