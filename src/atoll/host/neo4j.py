"""Capability: the Neo4j connections named in the manifest."""

from __future__ import annotations

from typing import Any

import msgspec

from atoll.host.context import Context
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation


class Neo4jRequest(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    query: str
    parameters: str = "{}"
    """A JSON object, as text."""
    database: str = ""


def _response(result: dict[str, Any]) -> dict[str, Any]:
    """As the class ``EagerResult`` of the SDKs has it: each value is JSON text.

    The first of them had names in capitals.
    """
    keys = result["keys"]
    records = []
    for record in result["records"]:
        values = [plain(bytes(value).decode()) for value in record]
        records.append({"keys": keys, "values": values, "Keys": keys, "Values": values})
    return {"keys": keys, "records": records, "Keys": keys, "Records": records}


@operation(
    "neo4j.query",
    Neo4jRequest,
    imports=(
        ImportBinding(
            "modus_neo4j_client.executeQuery",
            lambda a: Neo4jRequest(a[0] or "", a[2] or "", a[3] or "", a[1] or ""),
            _response,
            failed="Error executing Neo4j query.",
        ),
    ),
)
async def query(context: Context, request: Neo4jRequest) -> dict[str, Any]:
    """Run one query, in a transaction of its own."""
    result = await context.service("databases").neo4j(
        request.connection, request.database, request.query, request.parameters
    )
    return {
        "keys": result.keys,
        "records": [[msgspec.Raw(value) for value in record] for record in result.records],
    }
