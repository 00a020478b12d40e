"""What calls reach in a test: its own answers first, recordings for the rest."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from http import HTTPStatus
from typing import Any, TypeVar, cast

import msgspec

from atoll.connections import DgraphMutation, DgraphResult, Neo4jResult, SqlResult
from atoll.connections.allow_list import require_connection
from atoll.host.context import (
    DatabaseService,
    HttpAnswer,
    HttpService,
    ModelInformation,
    ModelService,
    SecretService,
    StreamedAnswer,
)
from atoll.host.errors import HostError
from atoll.manifest import Manifest
from atoll.recording.databases import database_of
from atoll.recording.http import Answer, http_connections, with_endpoint
from atoll.sdk._stand_ins import HttpRequest, StandInConnections, Statement
from atoll.sdk.errors import HostError as SdkHostError
from atoll.sdk.testing import ModelRequest
from atoll.testing.connection_fake import FakeConnection, base64_of, statement
from atoll.testing.model_fake import FakeModel

T = TypeVar("T")


class FakedModels:
    def __init__(self, fakes: Mapping[str, FakeModel], rest: ModelService) -> None:
        self._fakes = fakes
        self._rest = rest

    def info(self, name: str) -> ModelInformation:
        return self._rest.info(name)

    async def invoke(self, name: str, input: str) -> str:
        fake, request = self._asked(name, input)
        if fake.takes(request):
            return fake.reply(request)
        return await self._rest.invoke(name, input)

    async def stream(self, name: str, input: str) -> AsyncGenerator[str]:
        fake, request = self._asked(name, input)
        if fake.takes(request):
            for piece in fake.reply_in_pieces(request):
                yield piece
            return
        rest = cast("AsyncGenerator[str]", self._rest.stream(name, input))
        async with aclosing(rest):
            async for piece in rest:
                yield piece

    def _asked(self, name: str, input: str) -> tuple[FakeModel, ModelRequest]:
        self._rest.info(name)  # raises if the manifest has no such model
        fake = self._fakes[name]
        try:
            parsed = json.loads(input)
        except ValueError:
            parsed = {"input": input}
        request = ModelRequest(name, parsed)
        fake.requests.append(request)
        return fake, request


class PiecesOfFake:
    """A streamed answer of a test."""

    def __init__(self, head: Answer, stand_in: StandInConnections, handle: int) -> None:
        self.status = head.status
        self.phrase = head.phrase
        self.headers = head.headers
        self._stand_in = stand_in
        self._handle = handle

    async def __anext__(self) -> bytes:
        answer = json.loads(self._stand_in.answer("stream.next", {"handle": self._handle}))
        if "chunk" not in answer:
            raise StopAsyncIteration
        return base64.b64decode(answer["chunk"])

    async def aclose(self) -> None:
        """Nothing is open."""


class FakedHttp:
    def __init__(
        self, fakes: Mapping[str, FakeConnection], manifest: Manifest, rest: HttpService
    ) -> None:
        self._fakes = fakes
        self._connections = http_connections(manifest)
        self._rest = rest

    async def fetch(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> HttpAnswer:
        fake, asked = self._asked(method, url, headers, body)
        if not fake.takes(asked):
            return await self._rest.fetch(method, url, headers, body)
        answer = _own_errors(lambda: fake.reply("http.fetch", _payload(asked), asked))
        return _head(answer, base64.b64decode(answer["body"]))

    async def stream(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> StreamedAnswer:
        fake, asked = self._asked(method, url, headers, body)
        if not fake.takes(asked):
            return await self._rest.stream(method, url, headers, body)
        stand_in = fake.stand_in(asked)
        text = _own_errors(lambda: stand_in.answer("http.stream", _payload(asked)))
        answer = json.loads(text)
        return PiecesOfFake(_head(answer, b""), stand_in, answer["handle"])

    async def post(self, connection: str, body: bytes) -> HttpAnswer:
        fake = self._fakes[with_endpoint(self._connections, connection)]
        operation = json.loads(body)
        asked = statement(fake.name, "graphql.execute", operation["query"], operation["variables"])
        fake.requests.append(asked)
        if not fake.takes(asked):
            return await self._rest.post(connection, body)
        request = {"connection": fake.name, "query": asked.text, "variables": asked.parameters}
        text = _own_errors(lambda: fake.reply("graphql.execute", request, asked))
        return Answer(200, "OK", {"Content-Type": "application/json"}, text.encode())

    def _asked(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> tuple[FakeConnection, HttpRequest]:
        fake = self._fakes[require_connection(self._connections, url).name]
        asked = HttpRequest(method.upper(), url, list(headers), body)
        fake.requests.append(asked)
        return fake, asked


class _Sql(msgspec.Struct, rename="camel"):
    rows: msgspec.Raw
    rows_affected: int
    last_insert_id: int


class _Neo4j(msgspec.Struct):
    keys: list[str]
    records: list[list[msgspec.Raw]]


class FakedDatabases:
    def __init__(
        self, fakes: Mapping[str, FakeConnection], manifest: Manifest, rest: DatabaseService
    ) -> None:
        self._fakes = fakes
        self._manifest = manifest
        self._rest = rest

    async def sql(
        self, connection: str, kind: str, statement: str, parameters: str, *, rows: bool
    ) -> SqlResult:
        fake, asked = self._asked(connection, kind, "sql.query", statement, parameters)
        if not fake.takes(asked):
            return await self._rest.sql(connection, kind, statement, parameters, rows=rows)
        text = _own_errors(lambda: fake.raw("sql.query", _request(asked), asked))
        found = msgspec.json.decode(text, type=_Sql)
        return SqlResult(
            bytes(found.rows) if rows else None, found.rows_affected, found.last_insert_id
        )

    async def neo4j(
        self, connection: str, database: str, query: str, parameters: str
    ) -> Neo4jResult:
        fake, asked = self._asked(connection, "neo4j", "neo4j.query", query, parameters)
        if not fake.takes(asked):
            return await self._rest.neo4j(connection, database, query, parameters)
        text = _own_errors(lambda: fake.raw("neo4j.query", _request(asked), asked))
        found = msgspec.json.decode(text, type=_Neo4j)
        return Neo4jResult(found.keys, [tuple(map(bytes, record)) for record in found.records])

    async def dgraph(
        self,
        connection: str,
        query: str,
        variables: Mapping[str, str],
        mutations: list[DgraphMutation],
    ) -> DgraphResult:
        fake, asked = self._asked(connection, "dgraph", "dgraph.query", query, dict(variables))
        asked = dataclasses.replace(asked, request={"mutations": [m._asdict() for m in mutations]})
        fake.requests[-1] = asked
        if not fake.takes(asked):
            return await self._rest.dgraph(connection, query, variables, mutations)
        found = _own_errors(lambda: fake.reply("dgraph.query", _request(asked), asked))
        return DgraphResult(found["json"], found["uids"])

    async def alter_dgraph(self, connection: str, schema: str) -> None:
        if not self._changed(connection, "dgraph.alter", schema):
            await self._rest.alter_dgraph(connection, schema)

    async def drop_dgraph_attribute(self, connection: str, attribute: str) -> None:
        if not self._changed(connection, "dgraph.dropAttribute", attribute):
            await self._rest.drop_dgraph_attribute(connection, attribute)

    async def drop_all_of_dgraph(self, connection: str) -> None:
        if not self._changed(connection, "dgraph.dropAll", ""):
            await self._rest.drop_all_of_dgraph(connection)

    def _changed(self, connection: str, operation: str, text: str) -> bool:
        fake, asked = self._asked(connection, "dgraph", operation, text, None)
        if not fake.takes(asked):
            return False
        _own_errors(lambda: fake.raw(operation, _request(asked), asked))
        return True

    def _asked(
        self, connection: str, kind: str, operation: str, text: str, parameters: Any
    ) -> tuple[FakeConnection, Statement]:
        fake = self._fakes[database_of(self._manifest, connection, kind)]
        asked = statement(fake.name, operation, text, parameters)
        fake.requests.append(asked)
        return fake, asked


class FakedSecrets:
    """The secrets that the test gives, then those of recordings."""

    def __init__(
        self, given: Mapping[str, str], rest: SecretService, learn: Callable[[str, str], None]
    ) -> None:
        self._given = given
        self._rest = rest
        self._learn = learn

    def app(self, name: str) -> str | None:
        if name in self._given:
            self._learn(name, self._given[name])
            return self._given[name]
        return self._rest.app(name)


def _payload(asked: HttpRequest) -> dict[str, Any]:
    return {
        "method": asked.method,
        "url": asked.url,
        "headers": asked.headers,
        "body": base64_of(asked.body),
    }


def _request(asked: Statement) -> dict[str, Any]:
    parameters = asked.parameters
    return {
        **asked.request,
        "connection": asked.connection,
        "statement": asked.text,
        "parameters": parameters,
    }


def _head(answer: Mapping[str, Any], body: bytes) -> Answer:
    status = answer["status"]
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return Answer(status, phrase, dict(answer["headers"]), body)


def _own_errors(work: Callable[[], T]) -> T:
    """What a stand-in raises is an error of the SDK: here it is one of the host."""
    try:
        return work()
    except SdkHostError as error:
        cause = error.__cause__
        if isinstance(cause, HostError):  # that the test itself has raised, or made
            raise cause from None
        raise HostError(error.code, error.message, error.hint, error.details) from cause
