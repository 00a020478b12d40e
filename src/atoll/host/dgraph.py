"""Capability: the Dgraph connections named in the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from atoll.connections import DgraphMutation
from atoll.host.context import Context
from atoll.host.json_text import plain
from atoll.host.operation import ImportBinding, operation

_DONE = "success"
"""What the imports answer that change a schema or drop data; "" when they failed."""


class Mutation(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    set_json: str = ""
    del_json: str = ""
    set_nquads: str = ""
    del_nquads: str = ""
    condition: str = ""


class DgraphRequest(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    query: str = ""
    variables: dict[str, str] = {}
    mutations: list[Mutation] = []


class Alteration(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    schema: str


class Attribute(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    attribute: str


class Everything(msgspec.Struct, forbid_unknown_fields=True):
    connection: str


def _request(arguments: Sequence[Any]) -> DgraphRequest:
    """From the classes ``Request``, ``Query`` and ``Mutation`` of the SDKs."""
    request = arguments[1] or {}
    query = request.get("query") or {}
    keys = ("setJson", "delJson", "setNquads", "delNquads", "condition")
    return DgraphRequest(
        arguments[0] or "",
        query.get("query") or "",
        {name: value or "" for name, value in (query.get("variables") or {}).items()},
        [
            Mutation(*(mutation.get(key) or "" for key in keys))
            for mutation in request.get("mutations") or ()
            if mutation
        ],
    )


def _response(result: dict[str, Any]) -> dict[str, Any]:
    """As the class ``Response`` of the SDKs has it; that of one of them has capitals."""
    json, uids = plain(result["json"]), result["uids"]
    return {"json": json, "uids": uids, "Json": json, "Uids": uids}


def _maintenance(name: str, request: Any, failed: str) -> ImportBinding:
    return ImportBinding(
        f"modus_dgraph_client.{name}",
        lambda arguments: request(*(value or "" for value in arguments)),
        lambda result: _DONE,
        on_failure=lambda error: "",
        failed=failed,
    )


@operation(
    "dgraph.query",
    DgraphRequest,
    imports=(
        ImportBinding(
            "modus_dgraph_client.executeQuery",
            _request,
            _response,
            failed="Error executing DQL operation.",
        ),
    ),
)
async def query(context: Context, request: DgraphRequest) -> dict[str, Any]:
    """Run a query, or mutations that are committed at once, or both."""
    result = await context.service("databases").dgraph(
        request.connection,
        request.query,
        request.variables,
        [
            DgraphMutation(m.set_json, m.del_json, m.set_nquads, m.del_nquads, m.condition)
            for m in request.mutations
        ],
    )
    return {"json": result.json, "uids": result.uids}


@operation(
    "dgraph.alter",
    Alteration,
    imports=(_maintenance("alterSchema", Alteration, "Error altering DQL schema."),),
)
async def alter(context: Context, request: Alteration) -> None:
    """Change the schema."""
    await context.service("databases").alter_dgraph(request.connection, request.schema)


@operation(
    "dgraph.dropAttribute",
    Attribute,
    imports=(_maintenance("dropAttribute", Attribute, "Error dropping DQL attribute."),),
)
async def drop_attribute(context: Context, request: Attribute) -> None:
    """Drop a predicate with all of its data."""
    await context.service("databases").drop_dgraph_attribute(request.connection, request.attribute)


@operation(
    "dgraph.dropAll",
    Everything,
    imports=(_maintenance("dropAllData", Everything, "Error dropping DQL data."),),
)
async def drop_all(context: Context, request: Everything) -> None:
    """Drop all data and the schema."""
    await context.service("databases").drop_all_of_dgraph(request.connection)
