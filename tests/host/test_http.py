"""Requests and GraphQL over connections, as guests of each family ask for them."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from atoll.connections import Fetcher, HttpClient
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.http import LONGEST_CHUNK
from atoll.host.streams import OPEN_AT_ONCE, Streams
from atoll.manifest import HttpConnection, Manifest
from atoll.secrets import Secrets

FETCH = "modus_http_client.fetch"
GRAPHQL = "modus_graphql_client.executeQuery"


@pytest.fixture
async def open_calls() -> AsyncIterator[Any]:
    """The host calls of a call, in an app with connections to a server."""
    clients = []

    def open_calls(origin: str, **limits: int) -> HostCalls:
        connections = {
            "api": HttpConnection("api", base_url=f"{origin}/"),
            "graph": HttpConnection(
                "graph", endpoint=f"{origin}/graphql", headers={"Authorization": "{{KEY}}"}
            ),
        }
        client = HttpClient(Secrets({"MODUS_GRAPH_KEY": "s3cret"}))
        clients.append(client)
        caps = CallLimits(**limits)
        fetcher = Fetcher(Manifest(connections=connections), client, max_bytes=caps.payload)
        models = None  # not asked here
        return HostCalls(Context(models, Streams(), caps, http=fetcher))  # type: ignore[arg-type]

    yield open_calls
    for client in clients:
        await client.close()


async def echo(request: web.Request) -> web.Response:
    """Tells what it was asked."""
    return web.json_response(
        {
            "method": request.method,
            "path": request.raw_path,
            "headers": [[k, v] for k, v in request.headers.items() if k.lower().startswith("x-")],
            "body": (await request.read()).decode("latin-1"),
        }
    )


def request_of(url: str, **more: Any) -> dict[str, Any]:
    """As the class ``Request`` of the SDKs comes out of a guest."""
    return {"url": url, "method": "GET", "headers": {"data": {}}, "body": b"", **more}


# http.fetch ---------------------------------------------------------------------------------------


async def test_a_request_of_a_core_module(open_calls, serve):
    origin = await serve(echo)
    headers = {
        "x-a": {"name": "X-A", "values": ["1", "2"]},
        "x-b": {"name": "", "values": ["3"]},
        "x-c": {"name": "X-C", "values": []},
        "x-d": None,
    }
    asked = request_of(f"{origin}/p?q=1", method="post", headers={"data": headers}, body=b"\0\xff")
    response = await open_calls(origin).run_import(FETCH, [asked])
    assert (response["status"], response["statusText"]) == (200, "OK")
    assert json.loads(response["body"]) == {
        "method": "POST",
        "path": "/p?q=1",
        "headers": [["X-A", "1"], ["X-A", "2"], ["x-b", "3"]],
        "body": "\0ÿ",
    }
    assert response["headers"]["data"]["content-type"] == {
        "name": "Content-Type",
        "values": ["application/json; charset=utf-8"],
    }


@pytest.mark.parametrize("headers", [None, {}, {"data": None}, {"data": {}}])
async def test_a_request_with_nothing_in_it(open_calls, serve, headers):
    origin = await serve(echo)
    asked = {"url": f"{origin}/", "method": "", "headers": headers, "body": None}
    response = await open_calls(origin).run_import(FETCH, [asked])
    assert json.loads(response["body"])["method"] == "GET"


async def test_headers_come_by_lower_name_with_all_their_values(open_calls, serve_bytes):
    origin = await serve_bytes(
        b"HTTP/1.1 418 Short And Stout\r\nset-cookie: a=1\r\nX-ODD-name: \xe9\r\n"
        b"Set-Cookie: b=2\r\nContent-Length: 2\r\n\r\n\0\xff"
    )
    response = await open_calls(origin).run_import(FETCH, [request_of(f"{origin}/")])
    assert response == {
        "status": 418,
        "statusText": "Short And Stout",
        "headers": {
            "data": {
                "set-cookie": {"name": "Set-Cookie", "values": ["a=1", "b=2"]},
                "x-odd-name": {"name": "X-Odd-Name", "values": ["é"]},
                "content-length": {"name": "Content-Length", "values": ["2"]},
            }
        },
        "body": b"\0\xff",
    }


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://other.test/?token=s3cret", "NOT_ALLOWED"),
        ("no url s3cret", "BAD_URL"),
        ("", "BAD_URL"),
        ("\ud800", "BAD_URL"),
    ],
)
async def test_a_refused_request_is_null_and_a_line_in_the_log(
    open_calls, serve, caplog, url, code
):
    calls = open_calls(await serve(echo))
    assert await calls.run_import(FETCH, [request_of(url)]) is None
    assert calls.failure is not None
    assert calls.failure.code == code
    [record] = [each for each in caplog.records if each.name == "atoll.host"]
    assert record.message == "Error making HTTP request."
    assert (record.fields["import"], record.fields["code"]) == (FETCH, code)
    assert "s3cret" not in str(record.fields)


@pytest.mark.parametrize("arguments", [[], [None], [{}, {}], ["x"], [{"headers": 1}]])
async def test_arguments_that_no_sdk_sends(open_calls, serve, arguments):
    assert await open_calls(await serve(echo)).run_import(FETCH, arguments) is None


async def test_a_response_over_the_cap_is_null(open_calls, serve):
    async def large(request: web.Request) -> web.Response:
        return web.Response(body=bytes(1001))

    origin = await serve(large)
    calls = open_calls(origin, payload=1000)
    assert await calls.run_import(FETCH, [request_of(f"{origin}/")]) is None
    assert calls.failure is not None
    assert calls.failure.code == "RESPONSE_TOO_LARGE"


async def test_a_request_of_a_component(open_calls, serve):
    origin = await serve(echo)
    payload = {
        "url": f"{origin}/p",
        "method": "PUT",
        "headers": [["X-A", "1"], ["X-A", "2"]],
        "body": base64.b64encode(b"\0\xff").decode(),
    }
    ok, text = await open_calls(origin).call("http.fetch", json.dumps(payload))
    answer = json.loads(text)
    assert (ok, answer["status"], answer["statusText"]) == (True, 200, "OK")
    told = json.loads(base64.b64decode(answer["body"]))
    assert (told["method"], told["body"]) == ("PUT", "\0ÿ")
    assert told["headers"] == [["X-A", "1"], ["X-A", "2"]]
    assert ["Content-Type", "application/json; charset=utf-8"] in answer["headers"]


async def test_bytes_that_are_no_text_do_not_break_the_answer(open_calls, serve_bytes):
    origin = await serve_bytes(b"HTTP/1.1 200 \xff\r\nX-A: \xff\xfe\r\nContent-Length: 0\r\n\r\n")
    ok, text = await open_calls(origin).call("http.fetch", json.dumps({"url": f"{origin}/"}))
    assert ok, text
    assert ["X-A", "ÿþ"] in json.loads(text)["headers"]


@pytest.mark.parametrize("body", ["?", "a", "YQ", "YQ==\n", "é"])
async def test_a_body_that_is_not_base64(open_calls, serve, body):
    calls = open_calls(await serve(echo))
    ok, text = await calls.call("http.fetch", json.dumps({"url": "http://a/", "body": body}))
    assert (ok, json.loads(text)["code"]) == (False, "BAD_REQUEST")


async def test_a_body_over_the_cap_is_not_sent(open_calls, serve):
    asked = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(await request.read())
        return web.Response()

    origin = await serve(handler)
    calls = open_calls(origin, payload=1000)
    for size in (1000, 1001):
        await calls.run_import(FETCH, [request_of(f"{origin}/", method="POST", body=bytes(size))])
    assert asked == [bytes(1000)]
    assert calls.failure is not None
    assert calls.failure.code == "PAYLOAD_TOO_LARGE"


# http.stream --------------------------------------------------------------------------------------


async def ask(calls: HostCalls, name: str, **payload: Any) -> Any:
    ok, text = await calls.call(name, json.dumps(payload))
    assert ok, text
    return json.loads(text)


async def fails(calls: HostCalls, name: str, **payload: Any) -> str:
    ok, text = await calls.call(name, json.dumps(payload))
    assert not ok, text
    code: str = json.loads(text)["code"]
    return code


class Steps:
    """A server that sends a body step by step, as the test says."""

    def __init__(self) -> None:
        self.go = asyncio.Queue[bytes | None]()
        self.gone = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"X-A": "1"})
        await response.prepare(request)
        try:
            while (chunk := await self.go.get()) is not None:
                await response.write(chunk)
        finally:
            self.gone.set()
        return response


async def test_a_body_comes_in_chunks_while_the_host_still_writes(open_calls, serve):
    steps = Steps()
    origin = await serve(steps.handle)
    calls = open_calls(origin)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    assert (answer["status"], answer["statusText"]) == (200, "OK")
    assert ["X-A", "1"] in answer["headers"]
    for chunk in (b"first", b"\0\xff", "é".encode()):
        steps.go.put_nowait(chunk)
        found = await ask(calls, "stream.next", handle=answer["handle"])
        assert base64.b64decode(found["chunk"]) == chunk
    steps.go.put_nowait(None)
    assert await ask(calls, "stream.next", handle=answer["handle"]) == {"end": True}
    assert await fails(calls, "stream.next", handle=answer["handle"]) == "NO_SUCH_STREAM"


async def test_no_chunk_is_longer_than_agreed_and_nothing_is_lost(open_calls, serve):
    body = bytes(range(256)) * 4000

    async def large(request: web.Request) -> web.Response:
        return web.Response(body=body)

    origin = await serve(large)
    calls = open_calls(origin)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    chunks = []
    while not (found := await ask(calls, "stream.next", handle=answer["handle"])).get("end"):
        chunks.append(base64.b64decode(found["chunk"]))
    assert b"".join(chunks) == body
    assert max(map(len, chunks)) <= LONGEST_CHUNK


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("how", ["close", "end of the call"])
async def test_a_stream_that_is_left_closes_its_connection(open_calls, serve, caplog, begun, how):
    caplog.set_level(logging.INFO)
    steps = Steps()
    origin = await serve(steps.handle)
    calls = open_calls(origin)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    if begun:
        steps.go.put_nowait(b"first")
        await ask(calls, "stream.next", handle=answer["handle"])
    assert not steps.gone.is_set()
    if how == "close":
        await ask(calls, "stream.close", handle=answer["handle"])
    else:
        await calls.close()
    assert "Completed HTTP request." in caplog.messages  # and not when memory is tidied
    await asyncio.wait_for(steps.gone.wait(), 10)


async def test_a_slow_guest_holds_its_host_back(open_calls, serve):
    written = 0
    stuck = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            try:
                async with asyncio.timeout(1):
                    await response.write(bytes(1 << 16))
            except TimeoutError:
                stuck.set()
                raise
            written += 1 << 16

    origin = await serve(endless)
    calls = open_calls(origin, payload=1 << 30)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    await ask(calls, "stream.next", handle=answer["handle"])
    await asyncio.wait_for(stuck.wait(), 60)
    assert written < 32 << 20  # what the buffers of two sockets hold
    await calls.close()


async def test_a_stream_is_capped_too(open_calls, serve):
    async def large(request: web.Request) -> web.Response:
        return web.Response(body=bytes(5000))

    origin = await serve(large)
    calls = open_calls(origin, payload=4000)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    assert await fails(calls, "stream.next", handle=answer["handle"]) == "RESPONSE_TOO_LARGE"
    assert await fails(calls, "stream.next", handle=answer["handle"]) == "NO_SUCH_STREAM"


async def test_a_stream_whose_host_dies_ends_with_an_error(open_calls, serve_bytes):
    origin = await serve_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    calls = open_calls(origin)
    answer = await ask(calls, "http.stream", url=f"{origin}/")
    assert await ask(calls, "stream.next", handle=answer["handle"]) == {"chunk": "aGFsZg=="}
    assert await fails(calls, "stream.next", handle=answer["handle"]) == "CONNECTION_LOST"


async def test_a_stream_goes_only_where_a_fetch_would(open_calls, serve):
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://other.test/"})

    origin = await serve(away)
    calls = open_calls(origin)
    assert await fails(calls, "http.stream", url="http://other.test/") == "NOT_ALLOWED"
    assert await fails(calls, "http.stream", url=f"{origin}/") == "NOT_ALLOWED"
    assert await fails(calls, "http.stream", url=f"{origin}/", method="TRACE") == "NOT_ALLOWED"


async def test_a_call_with_all_its_streams_open_gets_no_further_one(open_calls, serve):
    steps = Steps()
    origin = await serve(steps.handle)
    calls = open_calls(origin)
    for _ in range(OPEN_AT_ONCE):
        await ask(calls, "http.stream", url=f"{origin}/")
    assert not steps.gone.is_set()
    assert await fails(calls, "http.stream", url=f"{origin}/") == "TOO_MANY_STREAMS"
    await asyncio.wait_for(steps.gone.wait(), 10)  # of the last one
    await calls.close()


# graphql.execute ----------------------------------------------------------------------------------


class GraphQL:
    """A service that answers with ``answer``."""

    def __init__(self, answer: bytes = b'{"data":{}}', status: int = 200) -> None:
        self.answer = answer
        self.status = status
        self.bodies: list[bytes] = []
        self.headers: list[Any] = []

    async def handle(self, request: web.Request) -> web.Response:
        assert (request.method, request.path) == ("POST", "/graphql")
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        return web.Response(body=self.answer, status=self.status)


async def test_an_operation_and_its_variables(open_calls, serve):
    service = GraphQL(rb'{"data":{"a":"\u2728\/"}}')
    calls = open_calls(await serve(service.handle))
    query = 'query ($v: X) { a(v: $v, t: "é\n") }'
    text = await calls.run_import(
        GRAPHQL, ["graph", query, '{"v": [1.50, 12345678901234567890123]}']
    )
    assert text == '{"data":{"a":"✨/"}}'
    [body] = service.bodies
    assert json.loads(body)["query"] == query
    assert b"[1.50, 12345678901234567890123]" in body  # as the function wrote them
    assert service.headers[0]["Content-Type"] == "application/json"
    assert service.headers[0]["Authorization"] == "s3cret"


@pytest.mark.parametrize("variables", ["", None, "{}"])
async def test_an_operation_without_variables(open_calls, serve, variables):
    service = GraphQL()
    await open_calls(await serve(service.handle)).run_import(GRAPHQL, ["graph", "{ a }", variables])
    assert json.loads(service.bodies[0]) == {"query": "{ a }", "variables": {}}


async def test_no_variables_may_be_null(open_calls, serve):
    service = GraphQL()
    calls = open_calls(await serve(service.handle))
    assert await calls.run_import(GRAPHQL, ["graph", "{ a }", "null"]) != ""
    assert json.loads(service.bodies[0]) == {"query": "{ a }", "variables": None}


@pytest.mark.parametrize(
    "variables",
    ["[]", "1", '"x"', "{", "{} {}", '{}, "query": "x"', '{"a": NaN}', "[" * 100_000, " "],
)
async def test_variables_are_an_object(open_calls, serve, variables):
    service = GraphQL()
    calls = open_calls(await serve(service.handle))
    assert await calls.run_import(GRAPHQL, ["graph", "{ a }", variables]) == ""
    assert calls.failure is not None
    assert calls.failure.code == "BAD_REQUEST"
    assert service.bodies == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b'{"data":', 200),
        (b'{"data": NaN}', 200),
        (b"[" * 100_000, 200),
        (b'{"data":{}}', 201),
        (b'{"errors":[]}', 400),
        (b"s3cret", 500),
    ],
)
async def test_answers_that_are_none(open_calls, serve, caplog, answer, status):
    calls = open_calls(await serve(GraphQL(answer, status).handle))
    assert await calls.run_import(GRAPHQL, ["graph", "{ a }", ""]) == ""
    assert calls.failure is not None
    assert calls.failure.code == "GRAPHQL_FAILED"
    assert "[graph]" in calls.failure.message
    assert "s3cret" not in caplog.text
    assert "Error executing GraphQL operation." in caplog.messages


async def test_errors_of_the_service_are_an_answer_and_a_warning(open_calls, serve, caplog):
    answer = b'{"errors":[{"message":"s3cret"}],"data":null}'
    calls = open_calls(await serve(GraphQL(answer).handle))
    assert await calls.run_import(GRAPHQL, ["graph", "{ a }", ""]) == answer.decode()
    [record] = [each for each in caplog.records if each.name == "atoll.host"]
    assert (record.levelname, record.message) == ("WARNING", "GraphQL API call returned errors.")
    assert "s3cret" not in str(record.fields)


async def test_an_answer_with_bytes_that_are_no_text(open_calls, serve):
    calls = open_calls(await serve(GraphQL(b'{"data":"\xff\0"}').handle))
    text = await calls.run_import(GRAPHQL, ["graph", "{ a }", ""])
    assert text == '{"data":"\ufffd"}'


@pytest.mark.parametrize("name", ["", None])
async def test_without_a_name_the_only_connection_with_an_endpoint_is_asked(
    open_calls, serve, name
):
    service = GraphQL()
    calls = open_calls(await serve(service.handle))
    assert await calls.run_import(GRAPHQL, [name, "{ a }", ""]) == '{"data":{}}'
    assert len(service.bodies) == 1


@pytest.mark.parametrize("name", ["api", "other", "x" * 100_000])
async def test_a_connection_with_no_endpoint(open_calls, serve, name):
    calls = open_calls(await serve(GraphQL().handle))
    assert await calls.run_import(GRAPHQL, [name, "{ a }", ""]) == ""
    assert calls.failure is not None
    assert calls.failure.code == "NO_SUCH_CONNECTION"


async def test_an_app_without_connections(make_calls):
    calls = make_calls()
    assert await calls.run_import(FETCH, [request_of("http://a/")]) is None
    assert await calls.run_import(GRAPHQL, ["graph", "{ a }", ""]) == ""
    assert calls.failure is not None
    assert calls.failure.code == "NOT_AVAILABLE"
