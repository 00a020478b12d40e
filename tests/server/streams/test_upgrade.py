"""The way from HTTP to WebSocket: bounds and timers on both sides. Raw bytes over real sockets."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from atoll.server import protocol

KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION = b"Sec-WebSocket-Version: 13"
SUBPROTOCOL = b"Sec-WebSocket-Protocol: graphql-transport-ws"


def upgrade(*headers: bytes, start: bytes = b"GET /graphql HTTP/1.1", body: bytes = b"") -> bytes:
    lines = [start, b"Host: x", b"Connection: Upgrade", b"Upgrade: websocket", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


UPGRADE = upgrade(KEY, VERSION, SUBPROTOCOL)


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer[9:12])


def said(**message: Any) -> bytes:
    return Frame(Opcode.TEXT, json.dumps(message).encode()).serialize(mask=True)


def ask(query: bytes, *headers: bytes, variables: Any = None) -> bytes:
    body = json.dumps({"query": query.decode(), "variables": variables}).encode()
    length = b"Content-Length: %d" % len(body)
    lines = [b"POST /graphql HTTP/1.1", b"Host: x", b"Content-Type: application/json", length]
    return b"\r\n".join([*lines, *headers]) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (upgrade(KEY), 426),
        (upgrade(VERSION), 400),
        (upgrade(b"Sec-WebSocket-Key: x", VERSION), 400),
        (upgrade(KEY, b"Sec-WebSocket-Version: 8"), 426),
        (upgrade(KEY, VERSION, start=b"POST /graphql HTTP/1.1"), 405),
        (upgrade(KEY, VERSION, start=b"GET /graphql?\xff HTTP/1.1"), 400),
        (upgrade(KEY, VERSION, start=b"GET /%ff HTTP/1.1"), 404),
        (upgrade(KEY, VERSION, b"X: " + b"x" * 60_000), 431),
        (upgrade(KEY, VERSION, *[b"X: x"] * 2_000), 431),
        (upgrade(KEY, VERSION, b"X: " + b"x" * 400_000), 431),
        (upgrade(KEY, VERSION, b"Content-Length: 2", body=b"ab"), 400),
    ],
)
async def test_a_handshake_that_fails_is_answered(
    stream: Any, request_bytes: bytes, expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await stream.server.raw(request_bytes)

    assert status(answer) in (expected, 400)
    assert answer.count(b"HTTP/1.1") == 1
    assert "Exception" not in caplog.text
    async with stream.socket():
        pass


async def test_a_body_without_end_is_given_up(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.2)
    request = upgrade(KEY, VERSION, b"Content-Length: 999999999", body=b"x")

    await stream.server.raw(request)


async def test_an_upgrade_behind_a_request_at_work_ends_the_connection(stream: Any) -> None:
    answer = await stream.server.raw(ask(b"{ wait }") + UPGRADE)

    assert answer == b""


async def test_an_upgrade_after_the_last_request_is_none(stream: Any) -> None:
    answer = await stream.server.raw(ask(b"{ sayHello }", b"Connection: close") + UPGRADE)

    assert b"HTTP/1.1 101" not in answer


async def test_an_upgrade_after_other_requests(stream: Any) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stream.server.port)
    writer.write(ask(b"{ sayHello }"))
    await reader.readuntil(b"Hello, World!")
    writer.write(UPGRADE)
    await reader.readuntil(b"HTTP/1.1 101")
    writer.write(said(type="connection_init"))
    await reader.readuntil(b"connection_ack")
    writer.close()


async def test_timers_of_http_do_not_end_a_socket(
    stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEAD_TIMEOUT", "LINGER", "STALL"):
        monkeypatch.setattr(protocol, name, 0.1)
    async with stream.socket() as client:
        await asyncio.sleep(0.4)
        await client.subscribe("a", "{ sayHello }")
        assert (await client.hear())["type"] == "next"


async def test_an_answer_that_was_not_read_slows_the_socket_too(stream: Any) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", stream.server.port, limit=1000)
    query = b"query ($n: String!) { sayHello(name: $n) }"
    writer.write(ask(query, variables={"n": "x" * 12_000_000}))
    while not stream.figures.requests:
        await asyncio.sleep(0.01)
    writer.write(UPGRADE)
    while not stream.figures.requests_in_flight:
        await asyncio.sleep(0.01)
    writer.write(said(type="connection_init"))
    flood = "subscription { flood(size: 100000) }"
    writer.write(said(type="subscribe", id="a", payload={"query": flood}))
    await asyncio.sleep(0.5)

    assert stream.probe.produced < 10
    writer.close()
    await stream.idle()
