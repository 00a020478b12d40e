from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from atoll.connections import ConnectionFailed, HttpClient, HttpResponse
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

SECRETS = Secrets({"MODUS_MY_API_KEY": "s3cret-key"})


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(SECRETS)
    yield client
    await client.close()


def connection(origin: str) -> HttpConnection:
    return HttpConnection(
        "my-api",
        base_url=origin + "/",
        headers={"Authorization": "Bearer {{KEY}}", "X-Twice": "connection"},
        query_parameters={"key": "{{KEY}}"},
    )


async def send(
    client: HttpClient, origin: str, *, timeout: float = 10, max_bytes: int = 1 << 20
) -> HttpResponse:
    return await client.request(
        connection(origin),
        "POST",
        origin + "/path",
        headers=[("X-Twice", "guest")],
        body=b'{"a": 1}',
        timeout=timeout,
        max_bytes=max_bytes,
    )


async def test_sends_body_headers_and_query(client, serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(
            {
                "method": request.method,
                "url": str(request.rel_url),
                "body": await request.text(),
                "authorization": request.headers["Authorization"],
                "twice": request.headers.getall("X-Twice"),
            },
            status=418,
        )

    response = await send(client, await serve(handler))
    assert response.status == 418
    assert response.body == (
        b'{"method": "POST", "url": "/path?key=s3cret-key", "body": "{\\"a\\": 1}", '
        b'"authorization": "Bearer s3cret-key", "twice": ["guest", "connection"]}'
    )


async def test_follows_no_redirect_and_keeps_no_cookie(client, serve) -> None:
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie"))
        answer = web.Response(status=307, headers={"Location": "/elsewhere"})
        answer.set_cookie("state", "kept")
        return answer

    # By name: cookie jars ignore hosts that are addresses.
    origin = (await serve(handler)).replace("127.0.0.1", "localhost")
    assert (await send(client, origin)).status == 307
    assert (await send(client, origin)).status == 307
    assert seen == [None, None]


async def test_ignores_proxies_of_the_environment(client, serve, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    async def handler(request: web.Request) -> web.Response:
        return web.Response(text="direct")

    assert (await send(client, await serve(handler))).body == b"direct"


async def test_names_a_host_that_is_down(client) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(ConnectionFailed) as caught:
            await send(client, f"http://127.0.0.1:{port}")
    assert caught.value.code == "HOST_UNREACHABLE"
    assert f"[my-api] could not reach 127.0.0.1:{port}" in caught.value.message
    assert "s3cret" not in str(caught.value)


async def test_names_a_host_that_does_not_resolve(client) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, "http://nowhere.invalid")
    assert caught.value.code == "HOST_UNREACHABLE"


async def test_gives_up_on_a_host_that_never_answers(client, serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(ConnectionFailed) as caught:
        await send(client, await serve(handler), timeout=0.2)
    assert caught.value.code == "TIMEOUT"
    assert "within 0.2 s" in caught.value.message


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
    ],
)
async def test_half_an_answer_is_an_error(client, serve_bytes, answer: bytes) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, await serve_bytes(answer))
    assert caught.value.code == "CONNECTION_LOST"


@pytest.mark.parametrize("compressed", [False, True])
async def test_caps_the_response(client, serve, compressed: bool) -> None:
    async def handler(request: web.Request) -> web.Response:
        body = bytes(1 << 21)
        if compressed:
            headers = {"Content-Encoding": "gzip"}
            return web.Response(body=gzip.compress(body), headers=headers)
        return web.Response(body=body)

    with pytest.raises(ConnectionFailed) as caught:
        await send(client, await serve(handler))
    assert caught.value.code == "RESPONSE_TOO_LARGE"
    assert "1 MiB" in caught.value.message


async def test_refuses_a_certificate_that_nobody_vouches_for(client, servers, tmp_path) -> None:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    await servers.enter_async_context(server)
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert caught.value.code == "TLS_FAILED"
    assert "self-signed certificate" in caught.value.message


async def test_streams_chunks_as_they_come_and_leaving_closes_the_connection(client, serve) -> None:
    ended = asyncio.Event()
    received = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            await response.write(b"first")
            await received.wait()
            while True:
                await response.write(b"more")
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    origin = await serve(handler)
    async with client.stream(
        connection(origin), "GET", origin + "/", timeout=10, max_bytes=1 << 20
    ) as stream:
        chunks = aiter(stream)
        assert await anext(chunks) == b"first"  # while the server still waits for us
        received.set()
        assert (await anext(chunks)).startswith(b"more")
    await asyncio.wait_for(ended.wait(), 10)


async def test_a_thousand_requests_to_a_slow_host_wait_at_once_and_keep_no_other_waiting(
    client, serve
) -> None:
    arrived = 0
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        nonlocal arrived
        arrived += 1
        if arrived == 1000:
            release.set()
        await release.wait()
        return web.Response(text="slow")

    async def fast(request: web.Request) -> web.Response:
        return web.Response(text="fast")

    _allow_open_files(4096)
    slow_origin, fast_origin = await serve(slow), await serve(fast)
    waiting = [asyncio.create_task(send(client, slow_origin, timeout=60)) for _ in range(999)]
    async with asyncio.timeout(60):
        while arrived < 999:
            await asyncio.sleep(0.01)
        assert (await send(client, fast_origin)).body == b"fast"
        assert not any(task.done() for task in waiting)
        await send(client, slow_origin)
        assert {response.body for response in await asyncio.gather(*waiting)} == {b"slow"}


async def test_cancelling_a_request_closes_it_at_the_host(client, serve) -> None:
    arrived, cancelled = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    task = asyncio.create_task(send(client, await serve(handler)))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(cancelled.wait(), 10)


def test_redacts_secrets_and_the_words_in_them() -> None:
    client = HttpClient(SECRETS)
    text = client.redact(connection("http://host"), "key s3cret-key: Bearer s3cret-key is wrong")
    assert text == "key ***: *** is wrong"


def _allow_open_files(count: int) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def _self_signed(directory):
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = directory / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
