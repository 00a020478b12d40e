"""Databases, recorded and replayed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from atoll.connections import DgraphMutation, DgraphResult, Neo4jResult, SqlResult
from atoll.host.context import DatabaseService
from atoll.host.errors import HostError
from atoll.manifest import HttpConnection, Manifest
from atoll.recording import content, json_form
from atoll.recording.models import Learn
from atoll.recording.request import Request
from atoll.recording.tape import Replayed, Tape


class TapedDatabases:
    def __init__(
        self, tape: Tape, manifest: Manifest, own: DatabaseService | None, learn: Learn | None
    ) -> None:
        self._tape = tape
        self._manifest = manifest
        self._own = own
        self._learn = learn

    async def sql(
        self, connection: str, kind: str, statement: str, parameters: str, *, rows: bool
    ) -> SqlResult:
        form = {
            "statement": statement.strip(),
            **content.of_text("parameters", parameters),
            "rows": rows,
        }

        async def real(own: DatabaseService) -> content.Form:
            return _sql_form(await own.sql(connection, kind, statement, parameters, rows=rows))

        found = await self._ask(connection, kind, "sql", form, real)
        return _sql_result(found)

    async def neo4j(
        self, connection: str, database: str, query: str, parameters: str
    ) -> Neo4jResult:
        form = {"query": query.strip(), **content.of_text("parameters", parameters)}
        if database:
            form["database"] = database

        async def real(own: DatabaseService) -> content.Form:
            result = await own.neo4j(connection, database, query, parameters)
            records = [[content.of_bytes("value", bytes(v)) for v in r] for r in result.records]
            if all("value" in value for record in records for value in record):
                return {
                    "keys": list(result.keys),
                    "records": [[value["value"] for value in record] for record in records],
                }
            return {"keys": list(result.keys), "recordsRaw": records}

        return _neo4j_result(await self._ask(connection, "neo4j", "neo4j", form, real))

    async def dgraph(
        self,
        connection: str,
        query: str,
        variables: Mapping[str, str],
        mutations: list[DgraphMutation],
    ) -> DgraphResult:
        form: content.Form = {"query": query.strip(), "variables": dict(variables)}
        if mutations:
            form["mutations"] = [_mutation(mutation) for mutation in mutations]

        async def real(own: DatabaseService) -> content.Form:
            result = await own.dgraph(connection, query, variables, mutations)
            return {**content.of_text("json", result.json), "uids": dict(result.uids)}

        found = await self._ask(connection, "dgraph", "dgraph", form, real)
        uids = found.form.get("uids", {})
        if not isinstance(uids, dict):
            raise found.unusable("its uids are not an object")
        return DgraphResult(_text(found, "json"), uids)

    async def alter_dgraph(self, connection: str, schema: str) -> None:
        await self._change(
            connection, "alter", {"schema": schema}, lambda o: o.alter_dgraph(connection, schema)
        )

    async def drop_dgraph_attribute(self, connection: str, attribute: str) -> None:
        await self._change(
            connection,
            "dropAttribute",
            {"attribute": attribute},
            lambda own: own.drop_dgraph_attribute(connection, attribute),
        )

    async def drop_all_of_dgraph(self, connection: str) -> None:
        await self._change(
            connection, "dropAll", {}, lambda own: own.drop_all_of_dgraph(connection)
        )

    async def _change(
        self,
        connection: str,
        operation: str,
        form: content.Form,
        change: Callable[[DatabaseService], Awaitable[None]],
    ) -> None:
        async def real(own: DatabaseService) -> content.Form:
            await change(own)
            return {}

        await self._ask(connection, "dgraph", operation, form, real)

    async def _ask(
        self,
        connection: str,
        kind: str,
        operation: str,
        form: content.Form,
        real: Callable[[DatabaseService], Awaitable[content.Form]],
    ) -> Replayed:
        name = database_of(self._manifest, connection, kind)
        if self._learn is not None:
            self._learn()
        asked = self._tape.redaction.json({"operation": operation, **form})
        own = self._own

        async def ask() -> content.Form:
            assert own is not None
            return await real(own)

        return await self._tape.ask(Request("connection", name, asked), ask)


def database_of(manifest: Manifest, name: str, kind: str) -> str:
    """The connection of that name and kind; "" is the only one of its kind.

    Raises HostError: there is no such connection.
    """
    found = [
        each.name
        for each in manifest.connections.values()
        if not isinstance(each, HttpConnection) and each.type == kind and name in ("", each.name)
    ]
    if len(found) == 1:
        return found[0]
    raise HostError(
        "NO_SUCH_CONNECTION",
        f"the manifest has no {kind[:60]} connection [{name[:100]}]"
        if name
        else f"the manifest has {len(found) or 'no'} connections of type {kind[:60]}, so the"
        " function must say which one",
    )


def _sql_form(result: SqlResult) -> content.Form:
    form: content.Form = {}
    if result.json is not None:
        form = content.of_text("rows", bytes(result.json).decode())
    return {**form, "rowsAffected": result.rows_affected, "lastInsertId": result.last_insert_id}


def _sql_result(found: Replayed) -> SqlResult:
    form = found.form
    rows = _text(found, "rows").encode() if form.keys() & {"rows", "rowsText"} else None
    numbers = form.get("rowsAffected", 0), form.get("lastInsertId", 0)
    if not all(isinstance(number, int) for number in numbers):
        raise found.unusable("rowsAffected or lastInsertId is not a whole number")
    return SqlResult(rows, *numbers)


def _neo4j_result(found: Replayed) -> Neo4jResult:
    form = found.form
    keys, records = form.get("keys", []), form.get("records")
    try:
        if records is not None:
            written = [tuple(json_form.dumps(v).encode() for v in record) for record in records]
        else:
            raw = form.get("recordsRaw", [])
            written = [tuple(content.to_bytes("value", v) for v in record) for record in raw]
        if not isinstance(keys, list) or any(len(record) != len(keys) for record in written):
            raise ValueError("its records do not fit its keys")
    except (TypeError, ValueError, AttributeError) as error:
        raise found.unusable(f"its records cannot be read: {error}") from None
    return Neo4jResult([str(key) for key in keys], written)


def _mutation(mutation: DgraphMutation) -> content.Form:
    form: dict[str, Any] = {}
    for name, text in mutation._asdict().items():
        if text:
            is_json = name in ("set_json", "del_json")
            form.update(content.of_text(name, text) if is_json else {name: text})
    return form


def _text(found: Replayed, name: str) -> str:
    try:
        return content.to_text(name, found.form)
    except ValueError as error:
        raise found.unusable(str(error)) from None
