"""The SDK's connections where they run: in a guest, with a stand-in for the host's side."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from atoll.connections import DgraphResult, Neo4jResult, SqlResult
from atoll.engine import Err, Limits, Ok
from atoll.guest.component.program import ComponentGuest
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.streams import Streams

APP = """
from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import atoll.sdk
from atoll.sdk import DatabaseError, dgraph, graphql, http, mysql, neo4j, postgresql, secrets


@dataclass
class Person:
    name: str
    born_on: date | None
    worth: Decimal = Decimal(0)


@dataclass
class Everyone:
    people: list[Person]


def people(age: int) -> list[Person]:
    return postgresql.query(Person, "select * from people where age > $1", [age])


async def counts(number: int) -> list[int]:
    return await asyncio.gather(
        *(postgresql.query_scalar_async(int, "select $1", [n]) for n in range(number))
    )


def add(worth: Decimal) -> int:
    values = [worth, b"hi", timedelta(1), postgresql.Point(1, 2.5)]
    return mysql.execute("insert", values, connection="my").rows_affected


def state() -> str | None:
    try:
        postgresql.execute("fail")
    except DatabaseError as error:
        return f"{error.sql_state} {error.message}"
    return None


def place() -> postgresql.Point:
    return postgresql.query_scalar(postgresql.Point, "place")


def labels() -> list[str]:
    return neo4j.execute_query("MATCH (p) RETURN p").records[0].get("p", neo4j.Node).labels


def graph_people() -> list[Person]:
    return neo4j.query(Person, "MATCH (p) RETURN p", {"when": date(2020, 1, 2)})


def everyone() -> Everyone:
    return dgraph.query(Everyone, "{ people }", {"$n": 1})


def page() -> str:
    with http.stream("https://example.com/", headers={"X": ["a", "b"]}) as answer:
        return f"{answer.status} " + "|".join(answer.lines())


def posted() -> Any:
    return http.post("https://example.com/", json={"when": date(2020, 1, 2)}).json()


def data() -> Person:
    return graphql.execute(Person, "{ person }", {"id": 1})


def secret() -> list[str]:
    return [secrets.get("KEY"), secrets.get("NONE", "default")]


def lazy() -> str:
    return atoll.sdk.postgresql.__name__
"""


class Databases:
    """Gives what each function above asks for."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def sql(
        self, connection: str, kind: str, statement: str, parameters: str, *, rows: bool
    ) -> SqlResult:
        self.asked.append((connection, kind, statement, parameters, rows))
        match statement:
            case "fail":
                details = {"sqlState": "42P01"}
                raise HostError("STATEMENT_FAILED", "no such table", details=details)
            case "select $1":
                return SqlResult(f'[{{"n":{json.loads(parameters)[0]}}}]'.encode(), 1, 0)
            case "insert":
                return SqlResult(None, 3, 7)
            case "place":
                return SqlResult(b'[{"p":"(1.5,-2)"}]', 1, 0)
        row = (
            '{"name":"Zo\\u00eb","bornOn":"2001-02-03T00:00:00Z","worth":1.2345678901234567890123}'
        )
        return SqlResult(f"[{row}]".encode(), 1, 0)

    async def neo4j(
        self, connection: str, database: str, query: str, parameters: str
    ) -> Neo4jResult:
        self.asked.append(parameters)
        props = '{"name":"Ann"}'
        node = f'{{"ElementId":"4:1","Labels":["Person"],"Props":{props}}}'
        return Neo4jResult(["p"], [(node.encode(),)])

    async def dgraph(
        self, connection: str, query: str, variables: Any, mutations: Any
    ) -> DgraphResult:
        self.asked.append(dict(variables))
        return DgraphResult('{"people":[{"name":"Ann","worth":0.5}]}', {})


class Web:
    async def fetch(self, method: str, url: str, headers: Any, body: bytes) -> Any:
        answer = b'{"got":' + body + b"}"
        return SimpleNamespace(status=201, phrase="Created", headers={}, body=answer)

    async def post(self, connection: str, body: bytes) -> Any:
        answer = b'{"data":{"name":"Ann","bornOn":null}}'
        return SimpleNamespace(status=200, phrase="OK", headers={}, body=answer)


class Secrets:
    def app(self, name: str) -> str | None:
        return {"KEY": "value"}.get(name)


async def pieces() -> AsyncIterator[str]:
    for piece in ("b25l", "CnR3", "bw=="):
        yield piece


class Sandbox:
    def __init__(self, program: ComponentGuest) -> None:
        self.program = program
        self.databases = Databases()

    async def call(self, function: str, /, **arguments: Any) -> Any:
        streams = Streams()
        context = Context(
            models=None,  # type: ignore[arg-type]  # none is asked
            streams=streams,
            limits=CallLimits(),
            http=Web(),  # type: ignore[arg-type]  # as far as it is asked
            secrets=Secrets(),
            databases=self.databases,  # type: ignore[arg-type]  # as above
        )
        host = HostCalls(context)

        async def on_call(name: str, payload: str) -> Ok | Err:
            if name == "http.stream":
                head = {"status": 200, "statusText": "OK", "headers": []}
                return Ok(json.dumps({**head, "handle": streams.open(pieces())}))
            succeeded, text = await host.call(name, payload)
            return Ok(text) if succeeded else Err(text)

        async with self.program.instantiate(
            Limits(), environment={}, on_call=on_call, on_log=lambda level, message: None
        ) as execution:
            reply = await execution.invoke(function, json.dumps(arguments))
        await host.close()
        return json.loads(reply.value)


@pytest.fixture(scope="module")
def app(sandboxed: Callable[[str], Any]) -> Sandbox:
    return Sandbox(sandboxed(APP).program)


async def test_rows_become_dataclasses(app: Sandbox) -> None:
    person = {"name": "Zoë", "bornOn": "2001-02-03", "worth": "1.2345678901234567890123"}
    assert await app.call("people", age=18) == [person]
    assert app.databases.asked[-1][1:] == (
        "postgresql",
        "select * from people where age > $1",
        "[18]",
        True,
    )


async def test_statements_run_at_the_same_time(app: Sandbox) -> None:
    assert await app.call("counts", number=20) == list(range(20))


async def test_parameters_arrive_exactly(app: Sandbox) -> None:
    assert await app.call("add", worth="0.10000000000000000000001") == 3
    connection, kind, _, parameters, rows = app.databases.asked[-1]
    assert (connection, kind, rows) == ("my", "mysql", False)
    assert parameters.startswith("[0.10000000000000000000001,")


async def test_errors_keep_their_details(app: Sandbox) -> None:
    assert await app.call("state") == "42P01 no such table"


async def test_points_are_results(app: Sandbox) -> None:
    assert await app.call("place") == {"x": 1.5, "y": -2.0}


async def test_graphs(app: Sandbox) -> None:
    assert await app.call("labels") == ["Person"]
    assert await app.call("graph_people") == [{"name": "Ann", "bornOn": None, "worth": "0"}]
    assert app.databases.asked[-1] == '{"when":"2020-01-02"}'
    everyone = {"people": [{"name": "Ann", "bornOn": None, "worth": "0.5"}]}
    assert await app.call("everyone") == everyone
    assert app.databases.asked[-1] == {"$n": "1"}


async def test_web(app: Sandbox) -> None:
    assert await app.call("posted") == {"got": {"when": "2020-01-02"}}
    assert await app.call("page") == "200 one|two"
    assert await app.call("data") == {"name": "Ann", "bornOn": None, "worth": "0"}


async def test_secrets(app: Sandbox) -> None:
    assert await app.call("secret") == ["value", "default"]


async def test_modules_are_there_by_their_package(app: Sandbox) -> None:
    assert await app.call("lazy") == "atoll.sdk.postgresql"


def test_classes_are_compiled_while_the_app_is_loaded(guest: Any) -> None:
    from atoll.sdk import _decoder, _host

    _decoder._compiled.clear()
    before = _host.install(None)
    try:
        guest.load(
            """
            from dataclasses import dataclass
            from typing import TypedDict
            from atoll.sdk import postgresql
            @dataclass
            class Person:
                name: str
            class Movie(TypedDict):
                title: str
            @dataclass
            class Bad:
                what: complex
            def people() -> list[str]:
                return [each.name for each in postgresql.query(Person, "select")]
            """
        )
        assert isinstance(_host.install(None), _host._NoHost)  # the app's own host is back
    finally:
        _host.install(before)
    names = {kind.__name__ for kind, *_ in _decoder._compiled}
    assert names == {"Person", "Movie", "_Row"}
