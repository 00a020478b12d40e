"""What a client may make the server hold, and for how long. Raw bytes over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from atoll.server import protocol
from atoll.server.deployment import MAX_BODY

QUESTION = b'{"query":"{sayHello}"}'


def post(*headers: bytes, body: bytes = QUESTION) -> bytes:
    lines = [
        b"POST /graphql HTTP/1.1",
        b"Host: localhost",
        b"Content-Type: application/json",
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


LENGTH = b"Content-Length: %d" % len(QUESTION)
CLOSE = b"Connection: close"
CHUNKED = b"Transfer-Encoding: chunked"


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


async def test_an_ordinary_request(server: Any) -> None:
    answer = await server.raw(post(LENGTH, CLOSE))

    assert status(answer) == 200
    assert b"Hello, World!" in answer
    assert b"server:" not in answer.lower()


async def test_pipelined_requests_are_answered_in_order(server: Any) -> None:
    answer = await server.raw(post(LENGTH) * 3 + post(LENGTH, CLOSE))

    assert answer.count(b"HTTP/1.1 200") == 4


async def test_a_chunked_body(server: Any) -> None:
    parts = (QUESTION[:5], QUESTION[5:9], QUESTION[9:])

    answer = await server.raw(post(CHUNKED, CLOSE, body=chunked(*parts) + b"0\r\n\r\n"))

    assert status(answer) == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nHost : x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /graphql HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"POST /graphql HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ],
)
async def test_malformed_requests_end_their_connection_only(
    server: Any, request_bytes: bytes
) -> None:
    answer = await server.raw(request_bytes)

    assert status(answer) in (400, 404, 415)
    assert (await server.query("{sayHello}"))["data"]


async def test_an_upgrade_to_another_protocol_is_ignored(server: Any) -> None:
    answer = await server.raw(
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: h2c\r\n\r\n"
    )

    assert status(answer) == 200


async def test_an_answer_that_is_never_read_is_given_up(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "STALL", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
    body = b'{"query":"{sayHello(name:\\"%b\\")}"}' % (b"x" * 150_000)
    asked = post(b"Content-Length: %d" % len(body), body=body)
    with contextlib.suppress(ConnectionError):
        for _ in range(1000):
            writer.write(asked)
            await writer.drain()
    # Whatever had been sent before is still there to be read.
    with contextlib.suppress(ConnectionError):
        while await reader.read(1_000_000):
            pass
    writer.close()

    assert len(server.app.calls) < 1000


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 400_000,
        b"GET / HTTP/1.1\r\nX: " + b"a" * 400_000,
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 80_000,
    ],
    ids=["url", "value", "many"],
)
async def test_a_head_without_end_is_refused(server: Any, head: bytes) -> None:
    assert status(await server.raw(head)) == 431


async def test_trailers_without_end_are_refused(server: Any) -> None:
    body = chunked(QUESTION) + b"0\r\n" + b"X: a\r\n" * 100_000

    with contextlib.suppress(ConnectionResetError):
        assert await server.raw(post(CHUNKED, body=body)) == b""

    while server.application.metrics.figures.requests_in_flight:
        await asyncio.sleep(0.01)
    assert server.app.calls == []


async def test_trailers_are_no_headers(start: Any, issuer: Any) -> None:
    server = await start(environ=issuer.environ)
    token = issuer.sign({})
    body = chunked(QUESTION) + b"0\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n"
    request = post(CHUNKED, CLOSE, body=body).replace(b"/graphql", b"/secure")

    assert status(await server.raw(request)) == 401


async def test_a_head_that_never_ends_is_given_up(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.2)

    assert status(await server.raw(b"GET /health HTTP/1.1\r\nHost: ")) == 408


async def test_a_silent_connection_is_closed_silently(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.2)

    assert await server.raw(b"") == b""


async def test_a_late_second_head_does_not_end_the_first_request(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.1)
    question = b'{"query":"{wait}"}'
    length = b"Content-Length: %d" % len(question)
    answer = asyncio.create_task(server.raw(post(length, body=question) + b"GET /hea"))
    await server.app.waiting.acquire()
    await asyncio.sleep(0.5)

    assert not answer.done()
    server.app.go_on.set()

    assert b"waited in version 1" in await answer


async def test_a_body_that_never_ends_is_given_up(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atoll.server.request import Request

    monkeypatch.setattr(protocol, "LINGER", 0.1)
    monkeypatch.setattr(Request.body, "__defaults__", (0.2,))

    answer = await server.raw(post(LENGTH, body=QUESTION[:-3]))

    assert status(answer) == 408


async def test_the_rest_of_a_refused_body_is_not_waited_for(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER", 0.1)

    answer = await server.raw(post(b"Content-Length: 999999999", body=b"{"))

    assert status(answer) == 413


async def test_an_answer_is_not_lost_when_the_client_asks_to_close(server: Any) -> None:
    body = b"x" * (MAX_BODY + (2 << 20))

    answer = await server.raw(post(b"Content-Length: %d" % len(body), CLOSE, body=body))

    assert status(answer) == 413
    assert answer.count(b"HTTP/1.1") == 1
    assert b"connection: close\r\n" in answer.lower()


async def test_a_connection_to_be_closed_is_not_held_by_an_endless_body(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER", 0.1)

    answer = await server.raw(post(b"Content-Length: 999999999", CLOSE, body=b"{"))

    assert status(answer) == 413


async def test_nothing_is_a_request_after_the_last(server: Any) -> None:
    body = b"x" * (MAX_BODY + 1)
    length = b"Content-Length: %d" % len(body)

    answer = await server.raw(post(length, CLOSE, body=body) + post(LENGTH))

    assert status(answer) == 413
    assert answer.count(b"HTTP/1.1") == 1
    assert server.app.calls == []


async def test_an_answer_does_not_hurry_the_request_after_it(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER", 0.1)
    second = post(LENGTH, CLOSE)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(post(LENGTH) + second[:10])
        first = await reader.readuntil(b"Hello, World!")
        await asyncio.sleep(0.3)
        writer.write(second[10:])
        rest = await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()

    assert status(first) == 200
    assert b"HTTP/1.1 200" in rest
