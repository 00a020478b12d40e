"""Requests that are sent again, to real servers on loopback."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed, HttpClient, HttpResponse
from atoll.connections.retries import NotConnected, Tries, retry_after
from atoll.manifest import HttpConnection, RateSettings, RetrySettings
from atoll.secrets import Secrets

THREE = RetrySettings(attempts=3, backoff_seconds=0)


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(Secrets({}))
    yield client
    await client.close()


def connection(origin: str, retries: RetrySettings = THREE, **more: object) -> HttpConnection:
    return HttpConnection("api", base_url=f"{origin}/", retries=retries, **more)  # type: ignore[arg-type] # keywords of one call


async def send(
    client: HttpClient,
    connection: HttpConnection,
    method: str = "GET",
    headers: list[tuple[str, str]] | None = None,
    body: bytes = b"",
    seconds: float = 30,
) -> HttpResponse:
    return await client.request(
        connection,
        method,
        connection.base_url,
        headers=headers or [],
        body=body,
        timeout=seconds,
        max_bytes=1 << 20,
    )


class Script:
    """A server that answers with these statuses, the last one for ever. 0 drops the connection."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.statuses = list(statuses)
        self.headers = headers
        self.bodies: list[bytes] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status or 200, headers=self.headers, text=str(status))

    @property
    def asked(self) -> int:
        return len(self.bodies)


# Which are sent again -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_status_of_the_policy_is_tried_again(client, serve, status):
    script = Script(status, status, 200)
    response = await send(client, connection(await serve(script.handle)))
    assert (response.status, response.body, script.asked) == (200, b"200", 3)


async def test_the_last_try_is_the_answer(client, serve):
    script = Script(503)
    response = await send(client, connection(await serve(script.handle)))
    assert (response.status, response.body, script.asked) == (503, b"503", 3)


@pytest.mark.parametrize("status", [200, 301, 400, 404, 500, 501])
async def test_other_statuses_are_answers(client, serve, status):
    script = Script(status)
    response = await send(client, connection(await serve(script.handle)))
    assert (response.status, script.asked) == (status, 1)


async def test_statuses_are_those_of_the_manifest(client, serve):
    script = Script(418, 503)
    policy = replace(THREE, statuses=frozenset((418,)))
    response = await send(client, connection(await serve(script.handle), policy))
    assert (response.status, script.asked) == (503, 2)


async def test_by_default_nothing_is_tried_again(client, serve):
    script = Script(503, 200)
    api = connection(await serve(script.handle), RetrySettings())
    assert (await send(client, api)).status == 503
    script.statuses = [0, 200]
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, connection(await serve(script.handle), RetrySettings()))
    assert caught.value.code == "CONNECTION_LOST"
    assert script.asked == 2


@pytest.mark.parametrize("first", [503, 0])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_what_may_arrive_twice_is_tried_again(client, serve, method, first):
    script = Script(first, 200)
    body = b"body" if method == "PUT" else b""
    response = await send(client, connection(await serve(script.handle)), method, body=body)
    assert response.status == 200
    assert script.bodies == [body, body]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PURGE"])
async def test_what_may_not_arrive_twice_is_not(client, serve, method):
    script = Script(503, 200)
    response = await send(client, connection(await serve(script.handle)), method, body=b"body")
    assert (response.status, script.asked) == (503, 1)
    script = Script(0, 200)
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, connection(await serve(script.handle)), method, body=b"body")
    assert (caught.value.code, script.asked) == ("CONNECTION_LOST", 1)


@pytest.mark.parametrize("first", [503, 0])
@pytest.mark.parametrize("whose", ["function", "connection"])
async def test_a_key_makes_a_post_repeatable(client, serve, first, whose):
    script = Script(first, 200)
    key = "idempotency-KEY"
    api = connection(
        await serve(script.handle), headers={key: "1"} if whose == "connection" else {}
    )
    headers = [(key, "1")] if whose == "function" else []
    response = await send(client, api, "POST", headers, b"body")
    assert response.status == 200
    assert script.bodies == [b"body", b"body"]


async def test_methods_are_those_of_the_manifest(client, serve):
    policy = replace(THREE, methods=frozenset(("POST",)))
    script = Script(503, 200)
    assert (
        await send(client, connection(await serve(script.handle), policy), "POST")
    ).status == 200
    script = Script(503, 200)
    assert (await send(client, connection(await serve(script.handle), policy), "GET")).status == 503


async def test_a_post_that_reached_nobody_is_tried_again(client, serve, caplog):
    caplog.set_level(logging.INFO)
    script = Script(200)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    api = connection(f"http://127.0.0.1:{port}", replace(THREE, attempts=2))
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, api, "POST", body=b"body")
    assert caught.value.code == "HOST_UNREACHABLE"
    assert [record.message for record in caplog.records] == ["Retrying HTTP request."]
    assert script.asked == 0


async def test_a_body_that_breaks_off_is_asked_for_again(client, servers):
    """Nothing of it was given to anyone yet."""
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
    ]

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answers.pop(0))
        writer.close()

    server = await servers.enter_async_context(
        await asyncio.start_server(connected, "127.0.0.1", 0)
    )
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    assert (await send(client, connection(origin))).body == b"whole"


async def test_a_stream_is_tried_again_only_before_its_body(client, serve, serve_bytes):
    script = Script(503, 0, 200)
    api = connection(await serve(script.handle))
    async with client.stream(api, "GET", api.base_url, timeout=10, max_bytes=1 << 20) as stream:
        assert await stream.read() == b"200"
    assert script.asked == 3
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    api = connection(await serve_bytes(half))
    with pytest.raises(ConnectionFailed):
        async with client.stream(api, "GET", api.base_url, timeout=10, max_bytes=1 << 20) as stream:
            await stream.read()


async def test_each_retry_is_in_the_log_and_no_url(client, serve, caplog):
    caplog.set_level(logging.DEBUG)
    script = Script(0, 503, 200)
    api = connection(await serve(script.handle))
    await client.request(api, "GET", f"{api.base_url}s3cret?s3cret", timeout=10, max_bytes=1 << 20)
    records = [record for record in caplog.records if record.name == "atoll.connections"]
    assert [record.message for record in records] == ["Retrying HTTP request."] * 2
    assert [record.fields["attempt"] for record in records] == [1, 2]
    assert records[0].fields["code"] == "CONNECTION_LOST"
    assert records[1].fields["status"] == 503
    assert "s3cret" not in str([record.fields for record in records])


# When they are sent again -------------------------------------------------------------------------


async def test_no_try_begins_after_the_deadline(client, serve):
    script = Script(503, 200, headers={"Retry-After": "1000"})
    policy = RetrySettings(attempts=3, max_backoff_seconds=600)
    api = connection(await serve(script.handle), policy, timeout=20)
    response = await asyncio.wait_for(send(client, api), 15)
    assert (response.status, script.asked) == (503, 1)


async def test_no_try_begins_that_the_rate_would_hold_up_for_too_long(client, serve):
    script = Script(503, 200)
    api = connection(await serve(script.handle), rate=RateSettings(1, 86400))
    response = await asyncio.wait_for(send(client, api), 15)
    assert (response.status, script.asked) == (503, 1)


async def test_a_host_may_say_when_to_come_again_but_not_too_late(client, serve):
    script = Script(503, 200, headers={"Retry-After": "86400"})
    policy = replace(THREE, max_backoff_seconds=0.01)
    response = await send(client, connection(await serve(script.handle), policy))
    assert (response.status, script.asked) == (200, 2)


def tries(settings: RetrySettings, *, seconds: float = 1e9, count: int = 1) -> Tries:
    made = Tries(settings, repeatable=True, deadline=time.monotonic() + seconds)
    made.count = count
    return made


LONG = RetrySettings(attempts=9, backoff_seconds=2, max_backoff_seconds=30)


@pytest.mark.parametrize(("count", "longest"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (8, 30)])
def test_waits_are_spread_over_a_span_that_doubles(count, longest):
    waits = [tries(LONG, count=count).after_answer(503, {}) for _ in range(2000)]
    assert all(wait is not None and 0 <= wait <= longest for wait in waits)
    assert max(waits) > longest * 0.9
    assert min(waits) < longest * 0.1


@pytest.mark.parametrize(
    ("value", "at_least"), [("20", 20), ("30", 30), ("31", 30), ("9999999999", 30), ("0", 0)]
)
def test_a_host_is_waited_for_as_long_as_it_says_up_to_the_longest_wait(value, at_least):
    wait = tries(LONG).after_answer(503, {"Retry-After": value})
    assert wait is not None
    assert at_least <= wait <= max(at_least, 2)
    ignoring = replace(LONG, retry_after=False)
    assert tries(ignoring).after_answer(503, {"Retry-After": value}) <= 2


def test_failures_count_like_answers():
    lost = ConnectionFailed("CONNECTION_LOST", "")
    assert tries(LONG, count=9).after_failure(lost) is None
    assert tries(LONG, count=8).after_failure(lost) is not None
    assert tries(LONG, seconds=-1).after_failure(lost) is None
    for code in ("TIMEOUT", "TLS_FAILED", "RESPONSE_TOO_LARGE", "RATE_LIMITED", "BAD_URL"):
        assert tries(LONG).after_failure(ConnectionFailed(code, "")) is None
    assert tries(LONG).after_failure(NotConnected("TIMEOUT", "")) is not None


def dates() -> list[Callable[[datetime], str]]:
    return [
        lambda date: format_datetime(date, usegmt=True),
        lambda date: date.strftime("%A, %d-%b-%y %H:%M:%S GMT"),  # RFC 850
        lambda date: date.strftime("%a %b %d %H:%M:%S %Y"),  # asctime
    ]


@pytest.mark.parametrize("write", dates())
def test_dates_of_every_form_that_http_knows(write):
    later = retry_after(write(datetime.now(UTC) + timedelta(hours=1)))
    assert later is not None
    assert 3000 < later <= 3600
    assert retry_after(write(datetime.now(UTC) - timedelta(hours=1))) == 0


@pytest.mark.parametrize(
    "value", ["", "-1", "1.5", "1e3", "soon", "٣", "9" * 100, "Mon, 99 Foo 2020", "\ud800"]
)
def test_what_says_no_time_is_ignored(value):
    assert retry_after(value) is None


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ \S+"))
def test_no_header_breaks_it(value):
    found = retry_after(value)
    assert found is None or found >= 0
