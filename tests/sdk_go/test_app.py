"""The SDK with what the host really does: servers on loopback, secrets, time zones."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from atoll.app.app import App
from atoll.app.call import ANONYMOUS, Caller
from atoll.app.stream import StreamFailed
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.manifest import parse_manifest

ENVIRON = {"MODUS_APP_TOKEN": "app-token é", "MODUS_WEB_KEY": "s3cret", "TZ": "Europe/Paris"}


class Server:
    """Answers with the responses that it is given, or what they do, in turn, and remembers what it
    was asked."""

    def __init__(self) -> None:
        self.responses: list[Any] = []
        self.requests: list[tuple[str, str, Any, bytes]] = []
        self.origin = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append((request.method, request.path_qs, request.headers, body))
        response = self.responses.pop(0)
        return await response(request) if callable(response) else response

    def answer(self, *values: Any, status: int = 200) -> None:
        self.responses += [web.json_response(value, status=status) for value in values]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for *_, body in self.requests]


class Served:
    def __init__(self, app: App) -> None:
        self.app = app
        self._api = GraphQLApi(app)

    async def __call__(
        self, query: str, caller: Caller = ANONYMOUS, **variables: Any
    ) -> dict[str, Any]:
        response = await self._api.execute(GraphQLRequest(query, variables), caller)
        return response.body

    async def data(self, query: str, caller: Caller = ANONYMOUS, **variables: Any) -> Any:
        body = await self(query, caller, **variables)
        assert "errors" not in body, body
        return body["data"]

    async def messages(self, query: str, **variables: Any) -> list[str]:
        body = await self(query, **variables)
        return [error["message"] for error in body["errors"]]


@pytest.fixture
async def server(serve: Callable[..., Any]) -> Server:
    server = Server()
    server.origin = await serve(server.handle)
    return server


@pytest.fixture
async def served(running: Any, server: Server) -> AsyncIterator[Served]:
    async for found in serving(running, server, dev=False):
        yield found


@pytest.fixture
async def served_in_dev(running: Any, server: Server) -> AsyncIterator[Served]:
    async for found in serving(running, server, dev=True):
        yield found


async def serving(running: Any, server: Server, *, dev: bool) -> AsyncIterator[Served]:
    headers = {"Authorization": "Bearer {{KEY}}"}
    manifest = {
        "connections": {
            "web": {"type": "http", "baseUrl": f"{server.origin}/", "headers": headers},
            "api": {"type": "http", "endpoint": f"{server.origin}/graphql"},
        },
        "models": {"m": {"sourceModel": "Big/Model", "connection": "web", "path": "model"}},
    }
    parsed = parse_manifest(json.dumps(manifest), path=Path("modus.json"))
    app = App("test", running.guest, parsed, ENVIRON, dev=dev)
    yield Served(app)
    await app.close()


# http


ANSWERED = """
query ($url: String!, $header: String!) {
  answered(url: $url, header: $header) { status statusText ok text bytes header entries }
}
"""


async def test_a_response(served, server):
    body = "é\x00✨".encode()
    response = web.Response(status=404, reason="Not Here", body=body)
    response.headers.add("X-Several", "1")
    response.headers.add("x-several", "2")
    server.responses = [response]
    url = f"{server.origin}/a?b=c"
    told = (await served.data(ANSWERED, url=url, header="X-SEVERAL"))["answered"]
    entries = told.pop("entries")
    assert told == {
        "status": 404,
        "statusText": "Not Here",
        "ok": False,
        "text": body.decode(),
        "bytes": b64encode(body).decode(),
        "header": "1,2",
    }
    assert {"X-Several: 1", "X-Several: 2", f"Content-Length: {len(body)}"} <= {*entries}
    [(method, path, headers, sent)] = server.requests
    assert (method, path, sent) == ("GET", "/a?b=c", b"")
    assert headers["Authorization"] == "Bearer s3cret"


async def test_requests_arrive_as_they_were_made(served, server):
    server.responses = [web.Response() for _ in range(10)]
    await served.data(f'{{ fetchRequests(url: "{server.origin}/x") }}')
    got = [
        (method, headers.getall("A", []), headers.getall("B", []), headers.getall("C", []), body)
        for method, _, headers, body in server.requests
    ]
    assert got == [
        ("GET", [], [], [], b""),
        ("GET", [], [], [], b""),
        ("PUT", ["1"], [], [], b"body"),
        ("PUT", [], ["2", "3"], [], b"body"),
        ("PUT", ["1"], [], [], b"body"),
        ("DELETE", ["1"], [], [], b"body"),
        ("PUT", [], [], ["4"], b"body"),
        ("PUT", ["1"], [], [], b""),
        ("PUT", ["1"], [], [], b"body"),
        ("PUT", ["1"], [], [], b"body"),
    ]


@pytest.mark.parametrize("size", [0, 1, 1 << 20])
async def test_bodies_of_any_bytes(served, server, size):
    body = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
    server.responses = [web.Response(body=body)]
    told = await served.data(ANSWERED, url=f"{server.origin}/", header="x")
    assert told["answered"]["bytes"] == b64encode(body).decode()


async def test_no_connection_is_an_error(served, caplog):
    query = '{ fetchUrl(url: "http://127.0.0.1:1/") { status } }'
    failed = ["HTTP fetch failed - check the logs for more information"]
    assert await served.messages(query) == failed
    logged = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "Error making HTTP request." in logged


async def parts(served: Served, url: str) -> list[Any]:
    function = served.app.interface.function("fetchedParts")
    return [b64decode(each) async for each in served.app.stream(function, {"url": url})]


async def test_a_body_as_it_comes(served, server):
    body = bytes(range(256)) * 1000
    server.responses = [web.Response(body=body)]
    got = await parts(served, f"{server.origin}/a")
    assert b"".join(got) == body
    assert len(got) > 1
    [(method, path, _, sent)] = server.requests
    assert (method, path, sent) == ("POST", "/a", b"x")


async def test_a_body_that_is_refused(served, server):
    server.responses = [web.Response(status=404, reason="Gone", headers={"X-Why": "é"})]
    with pytest.raises(StreamFailed) as raised:
        await parts(served, f"{server.origin}/")
    assert [error.message for error in raised.value.errors] == ["Gone é"]
    with pytest.raises(StreamFailed) as raised:
        await parts(served, "http://127.0.0.1:1/")
    failed = "HTTP fetch failed - check the logs for more information"
    assert [error.message for error in raised.value.errors] == [failed]


async def test_a_body_that_is_left(served, server):
    gone = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"more")
                await asyncio.sleep(0)
        finally:
            gone.set()

    server.responses = [endless]
    function = served.app.interface.function("fetchedParts")
    stream = served.app.stream(function, {"url": f"{server.origin}/"})
    assert b64decode(await anext(stream)).startswith(b"more")
    await stream.aclose()
    await asyncio.wait_for(gone.wait(), 10)


# graphql


async def test_a_graphql_service(served, server):
    server.answer({"data": {"people": [{"name": "é✨", "age": 1}]}})
    assert await served.data("{ queryPeople }") == {"queryPeople": ["é✨"]}
    [(method, path, _, _)] = server.requests
    assert (method, path) == ("POST", "/graphql")
    assert server.bodies == [{"query": "{ people { name } }", "variables": {"a": ["<b>"]}}]


async def test_errors_of_a_graphql_service_come_beside_the_result(served, server):
    server.answer({"data": {"people": []}, "errors": [{"message": "é", "path": [0]}]})
    body = await served("{ queryPeople }")
    assert body["data"] == {"queryPeople": []}
    [error] = body["errors"]
    assert error["message"] == (
        'GraphQL API Errors: [{"message":"é","locations":null,"path":["0"]}]'
    )


async def test_no_variables_at_all(served, server):
    server.answer({"data": 1})
    query = '{ queryGraphql(connection: "api", statement: "{ x }", variables: "") }'
    assert await served.data(query) == {"queryGraphql": '{"errors":null,"data":1}'}
    assert server.bodies[0] in ({"query": "{ x }", "variables": no} for no in (None, {}))


async def test_a_graphql_service_that_fails(served, server):
    server.answer({}, status=500)
    failed = ["failed to execute the GQL query"]
    assert await served.messages("{ queryPeople }") == failed


# models


def completion(**message: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return {"id": "1", "object": "chat.completion", "created": 0, "choices": [choice]}


async def test_a_conversation_with_tools(served, server):
    call = {"name": "weather", "arguments": '{"city": "é✨"}'}
    asking = completion(
        content=None, tool_calls=[{"id": "t", "type": "function", "function": call}]
    )
    server.answer(asking, completion(content="Rain ✨."))
    assert await served.data("{ chatWithTools }") == {"chatWithTools": "Rain ✨."}
    assert {(method, path) for method, path, _, _ in server.requests} == {("POST", "/model")}
    assert server.requests[0][2]["Authorization"] == "Bearer s3cret"
    first, second = server.bodies
    assert first["model"] == second["model"] == "big/model"
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "tool"]
    assert second["messages"][2]["content"] == "rain in é✨"


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_error_of_a_provider(served, server, status):
    server.answer({"error": {"message": "é", "type": "t", "code": "c"}}, status=status)
    messages = await served.messages('{ chatPlainly(text: "x") }')
    assert messages == ["the chat model returned an error: é t  c"]


async def test_a_provider_that_says_nothing(served, server):
    server.responses = [web.Response(status=401)]
    messages = await served.messages('{ chatPlainly(text: "x") }')
    assert messages == ["no response received from model invocation"]


async def test_while_developing_the_host_adds_why(served_in_dev, server):
    server.responses = [web.Response(status=401)]
    [message] = await served_in_dev.messages('{ chatPlainly(text: "x") }')
    assert message.startswith("no response received from model invocation (")
    assert "401" in message


async def test_a_model_that_the_manifest_lacks(served):
    messages = await served.messages('{ modelInfo(name: "x") { name } }')
    assert messages == ["model not found: x"]
    told = await served.data('{ modelInfo(name: "m") { name fullName } }')
    assert told == {"modelInfo": {"name": "m", "fullName": "Big/Model"}}


async def test_other_models(served, server):
    vectors = [[0.1, -2], []]
    server.answer({"predictions": vectors})
    told = await served.data('{ embedExperimentally(texts: ["a", "b"]) }')
    assert told == {"embedExperimentally": vectors}
    server.answer({"content": [{"type": "text", "text": "é"}]})
    told = await served.data('{ askAnthropic(text: "x") }')
    assert '"text":"é"' in told["askAnthropic"]
    server.answer({"data": [{"index": 0, "embedding": [0.5]}]})
    told = await served.data('{ embed(kind: "text") { data { embedding } } }')
    assert told == {"embed": {"data": [{"embedding": [0.5]}]}}


# secrets, auth and localtime


async def test_secrets(served):
    assert await served.data('{ secret(name: "TOKEN") }') == {"secret": "app-token é"}
    for name in ("OTHER", "", "WEB_KEY"):
        messages = await served.messages("query ($n: String!) { secret(name: $n) }", n=name)
        assert messages == ["secret not found"]


async def test_the_claims_of_the_caller(served):
    caller = Caller({"sub": "é", "exp": 2**40, "https://x/roles": ["a"]})
    assert await served.data("{ whoAmI }", caller) == {"whoAmI": "é 1099511627776 [a]"}
    assert await served.messages("{ whoAmI }") == ["JWT claims not found"]


@pytest.mark.parametrize(
    ("zone", "shown"), [(None, "Europe/Paris"), ("Asia/Kolkata", "Asia/Kolkata")]
)
async def test_the_time_where_the_caller_is(served, zone, shown):
    told = await served.data("{ nowShown myZone }", Caller(time_zone=zone))
    name, _, now = told["nowShown"].split()
    assert name == told["myZone"] == shown
    assert abs(datetime.fromisoformat(now) - datetime.now(UTC)) < timedelta(hours=1)


async def test_times_elsewhere(served):
    told = await served.data(
        """{
          inZone(zone: "America/New_York") real: isZone(zone: "Asia/Kolkata")
          unreal: isZone(zone: "Mars") nowShownIn(zone: "Asia/Kolkata") }"""
    )
    assert told["inZone"] == "2025-07-01 08:00:00 -0400 EDT"
    assert (told["real"], told["unreal"]) == (True, False)
    assert told["nowShownIn"].startswith("Asia/Kolkata 19800 ")
    messages = await served.messages('{ nowShownIn(zone: "Mars") }')
    assert messages == ["failed to get time in Mars"]


# console


async def test_lines_of_level_error_come_beside_the_result(served, caplog):
    caplog.set_level(logging.DEBUG, logger="atoll.function")
    body = await served("{ logInEveryWay }")
    assert body["data"] == {"logInEveryWay": "done"}
    assert [error["message"] for error in body["errors"]] == ["error", " 3.14"]
    lines = [(record.levelname, record.fields["text"]) for record in caplog.records]
    assert ("WARNING", '"warnf"') in lines
    assert ("DEBUG", "debug") in lines


@pytest.mark.parametrize(
    "query", ["{ sqlMaps }", "{ dgraphQuery { json } }", "{ neo4jQuery { keys } }"]
)
async def test_databases_that_the_manifest_does_not_name(served, served_in_dev, query):
    [message] = await served.messages(query)
    assert "manifest" not in message
    [message] = await served_in_dev.messages(query)
    assert "is not in the manifest" in message


# What the host cannot do yet


async def test_what_the_host_cannot_do_yet(served):
    [message] = await served.messages("{ agents { id } }")
    assert "not yet available" in message


async def test_a_collection_that_the_manifest_does_not_name(served):
    [message] = await served.messages('{ textsOf(collection: "c") { key } }')
    assert message == "failed to get texts"
