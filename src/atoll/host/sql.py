"""Capability: the PostgreSQL and MySQL connections named in the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from atoll.host.context import Context
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation

_NO_ROWS = "exec:"
"""Before the parameters, in the imports: no rows are wanted."""


class SqlRequest(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    type: str
    """Which kind of database the statement is written for: ``postgresql`` or ``mysql``."""
    statement: str
    parameters: str = "[]"
    """A JSON array, as text: its numbers may be longer than ours."""
    rows: bool = True


def _request(arguments: Sequence[Any]) -> SqlRequest:
    connection, kind, statement, parameters = (value or "" for value in arguments)
    rows = not parameters.startswith(_NO_ROWS)
    return SqlRequest(connection, kind, statement, parameters.removeprefix(_NO_ROWS), rows)


def _response(result: dict[str, Any]) -> dict[str, Any]:
    """As the class ``HostQueryResponse`` of the SDKs has it."""
    rows = result["rows"]
    return {
        "error": None,
        "resultJson": None if rows is None else plain(bytes(rows).decode()),
        "rowsAffected": min(result["rowsAffected"], 0xFFFF_FFFF),
        "lastInsertId": result["lastInsertId"],
    }


@operation(
    "sql.query",
    SqlRequest,
    imports=(
        ImportBinding(
            "modus_sql_client.executeQuery",
            _request,
            _response,
            failed="Error querying database.",
        ),
    ),
)
async def query(context: Context, request: SqlRequest) -> dict[str, Any]:
    """Run one statement, in a transaction of its own."""
    result = await context.service("databases").sql(
        request.connection,
        request.type,
        request.statement,
        request.parameters,
        rows=request.rows,
    )
    return {
        "rows": None if result.json is None else msgspec.Raw(result.json),
        "rowsAffected": max(result.rows_affected, 0),
        "lastInsertId": result.last_insert_id,
    }
