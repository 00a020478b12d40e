"""Requests of functions, to real servers on loopback: redirects, secrets, caps, headers."""

from __future__ import annotations

import asyncio
import gzip
import logging
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from atoll.connections import ConnectionFailed, Fetcher, HttpClient
from atoll.connections.fetch import MAX_REDIRECTS
from atoll.manifest import HttpConnection, LimitSettings, Manifest, RetrySettings
from atoll.secrets import Secrets

SECRETS = Secrets({"MODUS_FIRST_KEY": "s3cret-1", "MODUS_SECOND_KEY": "s3cret-2"})


@pytest.fixture
async def make() -> AsyncIterator[Any]:
    """A fetcher for these connections."""
    clients = []

    def make(*connections: HttpConnection, max_bytes: int = 1 << 20, wall: float = 120) -> Fetcher:
        clients.append(HttpClient(SECRETS))
        manifest = Manifest(
            connections={connection.name: connection for connection in connections},
            limits=LimitSettings(wall_seconds=wall),
        )
        return Fetcher(manifest, clients[-1], max_bytes=max_bytes)

    yield make
    for client in clients:
        await client.close()


def connection(name: str, origin: str, path: str = "/") -> HttpConnection:
    return HttpConnection(
        name,
        base_url=origin + path,
        headers={f"X-Key-{name}": "{{KEY}}"},
        query_parameters={f"key-{name}": "{{KEY}}"},
    )


class Recorder:
    """A server that keeps its requests, and redirects some."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.places: dict[str, tuple[int, str | None]] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        status, place = self.places.get(request.path, (200, None))
        headers = {} if place is None else {"Location": place}
        return web.Response(status=status, headers=headers, text="here")

    def redirect(self, path: str, to: str | None, status: int = 302) -> None:
        self.places[path] = status, to


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


async def refused(fetching: Any) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await fetching
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


# What is sent -----------------------------------------------------------------------------------


async def test_what_the_connection_adds_comes_with_what_the_function_sent(make, serve, recorder):
    origin = await serve(recorder.answer)
    fetcher = make(connection("first", origin))
    headers = [("X-Twice", "a"), ("x-twice", "b"), ("X-Key-first", "own"), ("X-Text", "é\t✨")]
    response = await fetcher.fetch("pOsT", f"{origin}/a%2Fb/ü?z=1&a=%20#no", headers, b"\0\xff")
    assert (response.status, response.phrase, response.body) == (200, "OK", b"here")
    [request] = recorder.requests
    assert request.method == "POST"
    assert request.raw_path == "/a%2Fb/%C3%BC?a=+&key-first=s3cret-1&z=1"
    assert request.headers.getall("X-Twice") == ["a", "b"]
    assert request.headers.getall("X-Key-First") == ["own", "s3cret-1"]
    assert request.headers["X-Text"] == "é\t✨"
    assert recorder.bodies == [b"\0\xff"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH"])
async def test_a_request_without_a_body_says_nothing_of_one(make, serve, recorder, method):
    origin = await serve(recorder.answer)
    await make(connection("first", origin)).fetch(method, f"{origin}/", [], b"")
    [request] = recorder.requests
    assert request.method == method
    assert not {"Content-Type", "Transfer-Encoding"} & set(request.headers)
    length = "0" if method in ("POST", "PUT", "PATCH") else None
    if method != "DELETE":  # either is in use
        assert request.headers.get("Content-Length") == length


async def test_a_body_has_the_type_that_the_function_gives_it_or_none(make, serve, recorder):
    origin = await serve(recorder.answer)
    fetcher = make(connection("first", origin))
    await fetcher.fetch("POST", f"{origin}/", [("content-type", "text/x")], b"a")
    await fetcher.fetch("POST", f"{origin}/", [], b"a")
    assert [r.headers.get("Content-Type") for r in recorder.requests] == ["text/x", None]


async def test_headers_of_the_connection_itself_are_left_out(make, serve, recorder):
    origin = await serve(recorder.answer)
    names = ("Host", "content-length", "Transfer-Encoding", "CONNECTION", "Upgrade", "Expect", "TE")
    headers = [(name, "evil") for name in names]
    await make(connection("first", origin)).fetch("POST", f"{origin}/", headers, b"body")
    [request] = recorder.requests
    assert request.headers["Host"] == origin.removeprefix("http://")
    assert "evil" not in request.headers.values()
    assert recorder.bodies == [b"body"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "1\r\nX-Evil: 1"),
        ("X-A", "1\nX-Evil: 1"),
        ("X-A", "1\rX-Evil: 1"),
        ("X-A", "\0"),
        ("X-A", "\x7f"),
        ("X-A", "\ud800"),
        ("X-A\r\nX-Evil", "1"),
        ("X-A:", "1"),
        ("X A", "1"),
        ("X-Ä", "1"),
        ("X-A\n", "1"),
        ("", "1"),
    ],
)
async def test_a_header_cannot_smuggle_in_another(make, serve, recorder, name, value):
    origin = await serve(recorder.answer)
    fetching = make(connection("first", origin)).fetch("GET", f"{origin}/", [(name, value)], b"")
    assert (await refused(fetching)).code == "BAD_HEADER"
    assert recorder.requests == []


@pytest.mark.parametrize("method", ["", "G T", "GET / HTTP/1.1\r\nX: 1", "GÉT", "GET\n", "G:"])
async def test_what_is_no_method_is_not_sent(make, serve, recorder, method):
    origin = await serve(recorder.answer)
    error = await refused(make(connection("first", origin)).fetch(method, f"{origin}/", [], b""))
    assert error.code == "BAD_HEADER"
    assert recorder.requests == []


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "trace", "TRACK"])
async def test_methods_that_would_show_secrets_are_not_sent(make, serve, recorder, method):
    origin = await serve(recorder.answer)
    error = await refused(make(connection("first", origin)).fetch(method, f"{origin}/", [], b""))
    assert error.code == "NOT_ALLOWED"
    assert recorder.requests == []


async def test_a_method_of_ones_own_is_sent(make, serve, recorder):
    origin = await serve(recorder.answer)
    await make(connection("first", origin)).fetch("PURGE", f"{origin}/", [], b"")
    assert recorder.requests[0].method == "PURGE"


# Redirects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("next", "/a/next"),
        ("/next", "/next"),
        ("../next", "/next"),
        ("?q=2", "/a/b"),
        ("//{host}/next", "/next"),
        ("http://{host}/next#part", "/next"),
        ("", "/a/b"),
    ],
)
async def test_a_place_may_be_relative(make, serve, place, path):
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        if len(seen) > 1:
            return web.Response(text="there")
        headers = {"Location": place.format(host=request.host)}
        return web.Response(status=307, headers=headers)

    origin = await serve(handler)
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/a/b", [], b"")
    assert response.body == b"there"
    assert seen == ["/a/b", path]


async def test_a_redirect_without_a_place_is_an_answer(make, serve, recorder):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", None)
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/a", [], b"")
    assert (response.status, response.body) == (302, b"here")


@pytest.mark.parametrize("status", [300, 304, 305, 306])
async def test_other_statuses_with_a_place_are_answers(make, serve, recorder, status):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", "/b", status)
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/a", [], b"")
    assert response.status == status
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (302, "post", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (307, "POST", "POST"),
        (308, "PATCH", "PATCH"),
    ],
)
async def test_how_a_request_goes_on(make, serve, recorder, status, method, then):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", "/b", status)
    headers = [("Content-Type", "text/x"), ("Content-Language", "de"), ("X-Kept", "1")]
    body = b"" if method == "HEAD" else b"body"
    await make(connection("first", origin)).fetch(method, f"{origin}/a", headers, body)
    _, second = recorder.requests
    assert (second.method, second.path, second.headers["X-Kept"]) == (then, "/b", "1")
    same = then == method.upper()
    assert recorder.bodies[1] == (body if same else b"")
    assert ("Content-Type" in second.headers) == same
    assert ("Content-Language" in second.headers) == same


async def test_secrets_of_a_connection_never_go_to_another_host(make, serve):
    first, second = Recorder(), Recorder()
    origin, other = await serve(first.answer), await serve(second.answer)
    first.redirect("/a", f"{other}/b")
    fetcher = make(connection("first", origin), connection("second", other))
    headers = [("Authorization", "own"), ("COOKIE", "own"), ("X-Own", "1")]
    await fetcher.fetch("GET", f"{origin}/a?q=1", headers, b"")
    [sent], [followed] = first.requests, second.requests
    assert sent.headers["Authorization"] == sent.headers["Cookie"] == "own"
    assert sent.headers["X-Key-First"] == "s3cret-1"
    assert not {"Authorization", "Cookie", "X-Key-First", "Referer"} & set(followed.headers)
    assert followed.headers["X-Own"] == "1"
    assert followed.headers["X-Key-Second"] == "s3cret-2"
    assert followed.raw_path == "/b?key-second=s3cret-2"
    assert "s3cret-1" not in f"{followed.raw_path} {followed.raw_headers}"


async def test_authorization_does_not_come_back_after_a_detour(make, serve):
    first, second = Recorder(), Recorder()
    origin, other = await serve(first.answer), await serve(second.answer)
    first.redirect("/a", f"{other}/b")
    second.redirect("/b", f"{origin}/c")
    fetcher = make(connection("first", origin), connection("second", other))
    await fetcher.fetch("GET", f"{origin}/a", [("Authorization", "own")], b"")
    assert [("Authorization" in r.headers) for r in first.requests] == [True, False]


async def test_authorization_stays_within_one_origin(make, serve, recorder):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", "/b")
    await make(connection("first", origin)).fetch(
        "GET", f"{origin}/a", [("Authorization", "own")], b""
    )
    assert recorder.requests[1].headers["Authorization"] == "own"


async def test_each_hop_has_the_secrets_of_its_own_path(make, serve, recorder):
    origin = await serve(recorder.answer)
    recorder.redirect("/one/a", "/two/b")
    fetcher = make(connection("first", origin, "/one/"), connection("second", origin, "/two/"))
    await fetcher.fetch("GET", f"{origin}/one/a", [], b"")
    keys = [
        {name.lower() for name in request.headers if name.lower().startswith("x-key")}
        for request in recorder.requests
    ]
    assert keys == [{"x-key-first"}, {"x-key-second"}]


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/",
        "//evil.test/api",
        "https://evil.test/api?key=s3cret-1",
        "http://{host}@evil.test/api/",
        "http://evil.test\\@{host}/api/",
        "/other",
        "../other",
        "/api/..%2fother",
        "/api/%2e%2e/other",
        "https://{host}/api/x",
        "file:///etc/passwd",
        "data:text/plain,x",
    ],
)
async def test_each_hop_must_lie_on_a_connection(make, serve, place):
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": place.format(host=request.host)})

    origin = await serve(handler)
    fetching = make(connection("first", origin, "/api/")).fetch("GET", f"{origin}/api/a", [], b"")
    error = await refused(fetching)
    assert error.code == "NOT_ALLOWED"
    assert error.message.startswith("a redirect was not followed: ")
    assert seen == ["/api/a"]


@pytest.mark.parametrize("place", [b"http://[bad", b"http://[::1]x/", b"http://a:port/", b"/\xff"])
async def test_a_place_that_is_no_url(make, serve_bytes, place):
    origin = await serve_bytes(
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + place + b"\r\n\r\n"
    )
    fetching = make(connection("first", origin, "/api/")).fetch("GET", f"{origin}/api/", [], b"")
    assert (await refused(fetching)).code in ("BAD_URL", "NOT_ALLOWED")


async def test_a_loop_ends(make, serve, recorder):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", "/b")
    recorder.redirect("/b", "/a")
    error = await refused(make(connection("first", origin)).fetch("GET", f"{origin}/a", [], b""))
    assert error.code == "TOO_MANY_REDIRECTS"
    assert "[first]" in error.message
    assert len(recorder.requests) == MAX_REDIRECTS + 1


async def test_as_many_redirects_as_are_allowed(make, serve, recorder):
    origin = await serve(recorder.answer)
    for hop in range(MAX_REDIRECTS):
        recorder.redirect(f"/{hop}", f"/{hop + 1}")
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/0", [], b"")
    assert response.body == b"here"


async def test_the_time_is_that_of_all_hops_together(make, serve):
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response(status=302, headers={"Location": "/again"})

    origin = await serve(handler)
    fetching = make(connection("first", origin), wall=0.25).fetch("GET", f"{origin}/", [], b"")
    assert (await refused(fetching)).code == "TIMEOUT"


# What comes back --------------------------------------------------------------------------------


async def test_headers_keep_their_duplicates_and_their_order(make, serve_bytes):
    origin = await serve_bytes(
        b"HTTP/1.1 299 Fine Enough\r\nX-B: 1\r\nSet-Cookie: a=1; Path=/\r\nX-A: 2\r\n"
        b"set-cookie: b=2\r\nX-Utf: \xc3\xa9\r\nX-Old: \xe9\r\nContent-Length: 0\r\n\r\n"
    )
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/", [], b"")
    assert (response.status, response.phrase) == (299, "Fine Enough")
    assert list(response.headers.items()) == [
        ("X-B", "1"),
        ("Set-Cookie", "a=1; Path=/"),
        ("X-A", "2"),
        ("Set-Cookie", "b=2"),
        ("X-Utf", "é"),
        ("X-Old", "é"),
        ("Content-Length", "0"),
    ]


@pytest.mark.parametrize(
    ("line", "phrase"),
    [(b"404", "Not Found"), (b"404 ", "Not Found"), (b"599", ""), (b"200 \xe9", "é")],
)
async def test_the_phrase_of_a_status(make, serve_bytes, line, phrase):
    origin = await serve_bytes(b"HTTP/1.1 " + line + b"\r\nContent-Length: 0\r\n\r\n")
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/", [], b"")
    assert response.phrase == phrase


@pytest.mark.parametrize(
    ("method", "head"),
    [
        ("HEAD", b"200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip"),
        ("GET", b"204 No Content"),
        ("GET", b"304 Not Modified\r\nContent-Length: 1000\r\nX-A: x"),
    ],
)
async def test_answers_that_have_no_body(make, serve_bytes, method, head):
    origin = await serve_bytes(b"HTTP/1.1 " + head + b"\r\n\r\n")
    response = await make(connection("first", origin)).fetch(method, f"{origin}/", [], b"")
    assert response.body == b""
    names = [line.split(b":")[0].decode() for line in head.split(b"\r\n")[1:]]
    assert list(response.headers) == names  # what they say of the body that GET has stays


@pytest.mark.parametrize(
    ("name", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_a_compressed_body_comes_decompressed_and_says_so(make, serve, name, compress):
    async def handler(request: web.Request) -> web.Response:
        assert name in request.headers["Accept-Encoding"]
        return web.Response(body=compress(b"text" * 100), headers={"Content-Encoding": name})

    origin = await serve(handler)
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/", [], b"")
    assert response.body == b"text" * 100
    assert not {"Content-Encoding", "Content-Length"} & set(response.headers)


async def test_a_body_in_an_encoding_that_is_not_ours_comes_as_it_is(make, serve):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"odd", headers={"Content-Encoding": "x-odd"})

    origin = await serve(handler)
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/", [], b"")
    assert (response.body, response.headers["Content-Encoding"]) == (b"odd", "x-odd")


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_is_capped_after_decompression(make, serve, compressed):
    async def handler(request: web.Request) -> web.Response:
        body = bytes((1 << 20) + int(request.path[1:]))
        if compressed:
            return web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return web.Response(body=body)

    origin = await serve(handler)
    fetcher = make(connection("first", origin))
    assert len((await fetcher.fetch("GET", f"{origin}/0", [], b"")).body) == 1 << 20
    error = await refused(fetcher.fetch("GET", f"{origin}/1", [], b""))
    assert error.code == "RESPONSE_TOO_LARGE"
    assert "payloadMb" in (error.hint or "")


async def test_a_body_without_end_is_capped(make, serve):
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1 << 16))

    origin = await serve(handler)
    error = await refused(make(connection("first", origin)).fetch("GET", f"{origin}/", [], b""))
    assert error.code == "RESPONSE_TOO_LARGE"


async def test_a_host_that_is_slow_is_given_up_before_the_call_is(make, serve):
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.02)

    origin = await serve(handler)
    fetching = make(connection("first", origin), wall=0.3).fetch("GET", f"{origin}/", [], b"")
    error = await refused(fetching)
    assert error.code == "TIMEOUT"
    assert "[first]" in error.message


async def test_long_headers(make, serve_bytes):
    value = b"x" * 60_000
    origin = await serve_bytes(
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: " + value + b"\r\n\r\n"
    )
    response = await make(connection("first", origin)).fetch("GET", f"{origin}/", [], b"")
    assert response.headers["X-Long"] == value.decode()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/9 200\r\n\r\n",
        b"<html>",
    ],
)
async def test_an_answer_that_is_not_http(make, serve_bytes, answer):
    origin = await serve_bytes(answer + b"\r\n\r\n")
    fetching = make(connection("first", origin)).fetch("GET", f"{origin}/?q=s3cret", [], b"")
    assert (await refused(fetching)).code == "CONNECTION_LOST"


# Endpoints, and the log ---------------------------------------------------------------------------


async def test_posting_to_an_endpoint(make, serve, recorder):
    origin = await serve(recorder.answer)
    fetcher = make(HttpConnection("first", endpoint=f"{origin}/graphql?version=2"))
    await fetcher.post("first", b"{}")
    [request] = recorder.requests
    assert (request.method, request.raw_path) == ("POST", "/graphql?version=2")
    assert request.headers["Content-Type"] == "application/json"


async def test_posting_needs_an_endpoint(make):
    fetcher = make(HttpConnection("base", base_url="http://a.test/"))
    for name in ("base", "other", "x" * 10_000):
        error = await refused(fetcher.post(name, b"{}"))
        assert error.code == "NO_SUCH_CONNECTION"
        assert len(error.message) < 200


async def test_the_log_has_neither_urls_nor_secrets(make, serve, recorder, caplog):
    caplog.set_level(logging.DEBUG)
    origin = await serve(recorder.answer)
    recorder.redirect("/lost", "http://evil.test/?token=s3cret")
    fetcher = make(connection("first", origin))
    await fetcher.fetch("GET", f"{origin}/a?token=s3cret", [("Cookie", "s3cret")], b"s3cret")
    await refused(fetcher.fetch("GET", f"{origin}/lost?token=s3cret", [], b""))
    ours = [record for record in caplog.records if record.name == "atoll.connections"]
    assert [record.message for record in ours] == [
        "Starting HTTP request.",
        "Completed HTTP request.",
        "Starting HTTP request.",
        "Error making HTTP request.",
    ]
    assert {record.fields["connection"] for record in ours} == {"first"}
    assert ours[1].fields["status"] == 200
    assert ours[3].fields["code"] == "NOT_ALLOWED"
    for record in caplog.records:
        assert "s3cret" not in f"{record.getMessage()} {getattr(record, 'fields', '')}"


# Time, tries, and streams -------------------------------------------------------------------------


async def test_the_time_of_a_connection_is_that_of_all_its_redirects(make, serve):
    async def handler(request: web.Request) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response(status=302, headers={"Location": "/again"})

    origin = await serve(handler)
    api = replace(connection("first", origin), timeout=0.2)
    error = await refused(make(api).fetch("GET", f"{origin}/", [], b""))
    assert error.code == "TIMEOUT"


async def test_a_function_is_not_told_of_a_try_that_failed(make, serve, caplog):
    caplog.set_level(logging.INFO)
    statuses = [503, 302, 503, 200]

    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=statuses.pop(0), headers={"Location": "/next"})

    origin = await serve(handler)
    retries = RetrySettings(attempts=2, backoff_seconds=0)
    api = replace(connection("first", origin), retries=retries)
    assert (await make(api).fetch("GET", f"{origin}/", [], b"")).status == 200
    assert caplog.messages == [
        "Starting HTTP request.",
        "Retrying HTTP request.",
        "Retrying HTTP request.",
        "Completed HTTP request.",
    ]
    assert caplog.records[3].fields["attempts"] == 3


async def test_a_request_that_is_cancelled_is_in_the_log(make, serve, caplog):
    arrived = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    origin = await serve(handler)
    fetcher = make(connection("first", origin), HttpConnection("graph", endpoint=f"{origin}/g"))
    for sending in (
        fetcher.fetch("GET", f"{origin}/", [], b""),
        fetcher.post("graph", b"{}"),
        fetcher.stream("GET", f"{origin}/", [], b""),
    ):
        arrived.clear()
        task = asyncio.create_task(sending)
        await arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    ours = [record for record in caplog.records if record.name == "atoll.connections"]
    assert [record.message for record in ours] == [
        "Cancelled HTTP request.",
        "Cancelled GraphQL operation.",
        "Cancelled HTTP request.",
    ]
    assert {"connection", "method", "duration_ms", "attempts"} == set(ours[0].fields)


async def test_a_stream_follows_redirects_with_their_rules(make, serve):
    first, second = Recorder(), Recorder()
    origin, other = await serve(first.answer), await serve(second.answer)
    first.redirect("/a", f"{other}/b")
    fetcher = make(connection("first", origin), connection("second", other))
    stream = await fetcher.stream("GET", f"{origin}/a", [("Authorization", "own")], b"")
    assert (stream.status, stream.phrase) == (200, "OK")
    assert b"".join([chunk async for chunk in stream]) == b"here"
    [followed] = second.requests
    assert "Authorization" not in followed.headers
    assert followed.headers["X-Key-Second"] == "s3cret-2"


@pytest.mark.parametrize("place", ["http://evil.test/?s3cret", "/a"])
async def test_a_stream_does_not_follow_what_a_fetch_would_not(make, serve, recorder, place):
    origin = await serve(recorder.answer)
    recorder.redirect("/a", place)
    error = await refused(make(connection("first", origin)).stream("GET", f"{origin}/a", [], b""))
    assert error.code in ("NOT_ALLOWED", "TOO_MANY_REDIRECTS")


@pytest.mark.parametrize("how", ["read", "closed", "closed twice", "unread", "cut off"])
async def test_a_stream_is_in_the_log_once_when_it_has_ended(make, serve_bytes, caplog, how):
    caplog.set_level(logging.INFO)
    length = 100 if how == "cut off" else 4
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nbody"
    origin = await serve_bytes(head.encode())
    stream = await make(connection("first", origin)).stream("GET", f"{origin}/", [], b"")
    assert caplog.messages == ["Starting HTTP request."]
    if how != "unread":
        assert await anext(stream) == b"body"
    if how == "read":
        assert [chunk async for chunk in stream] == []
    if how == "cut off":
        await refused(anext(stream))
    await stream.aclose()
    if how == "closed twice":
        await stream.aclose()
    failed = how == "cut off"
    last = "Error making HTTP request." if failed else "Completed HTTP request."
    assert caplog.messages == ["Starting HTTP request.", last]


async def test_a_stream_has_the_time_of_a_request(make, serve):
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.02)

    origin = await serve(handler)
    fetcher = make(connection("first", origin), wall=0.3)
    stream = await fetcher.stream("GET", f"{origin}/", [], b"")

    async def read() -> None:
        async for _ in stream:
            pass

    assert (await refused(read())).code == "TIMEOUT"


async def test_without_a_name_there_must_be_one_endpoint(make, serve, recorder):
    origin = await serve(recorder.answer)
    base = connection("base", origin)
    one, two = (HttpConnection(name, endpoint=f"{origin}/{name}") for name in ("one", "two"))
    assert (await make(base, one).post("", b"{}")).status == 200
    assert recorder.requests[0].path == "/one"
    for connections, told in (((base,), "no http connections"), ((one, two), "2 http connections")):
        error = await refused(make(*connections).post("", b"{}"))
        assert error.code == "NO_SUCH_CONNECTION"
        assert told in error.message
