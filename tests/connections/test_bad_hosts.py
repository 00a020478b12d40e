"""Hosts that are down, slow, broken or hostile: each an error that names the connection."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from atoll.connections import ConnectionFailed, Fetcher, HttpClient, HttpResponse, failures
from atoll.manifest import HttpConnection, Manifest
from atoll.secrets import Secrets

SECRETS = Secrets({"MODUS_API_KEY": "s3cret"})
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(SECRETS)
    yield client
    await client.close()


def connection(origin: str, **more: Any) -> HttpConnection:
    return HttpConnection(
        "api",
        base_url=f"{origin}/",
        headers={"Authorization": "Bearer {{KEY}}"},
        query_parameters={"key": "{{KEY}}"},
        **more,
    )


async def send(
    client: HttpClient, origin: str, *, seconds: float = 30, max_bytes: int = 1 << 20
) -> HttpResponse:
    api = connection(origin)
    return await client.request(api, "GET", api.base_url, timeout=seconds, max_bytes=max_bytes)


async def failure(sending: Awaitable[Any]) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await sending
    error = caught.value
    assert "[api]" in error.message
    assert "s3cret" not in f"{error.message} {error.hint}"
    return error


@pytest.fixture
def talk(servers: AsyncExitStack) -> Callable[[Talk], Awaitable[str]]:
    """A server that holds its end of the conversation in bytes."""

    async def start(handler: Talk, **options: Any) -> str:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await handler(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, **options)
        await servers.enter_async_context(server)
        scheme = "https" if options.get("ssl") else "http"
        return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    return start


# Not there ----------------------------------------------------------------------------------------


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes packets and says nothing: its queue of connections is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filling = stack.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


async def test_a_black_hole(client, black_hole, monkeypatch):
    monkeypatch.setattr(failures, "CONNECT_SECONDS", 0.2)
    error = await failure(send(client, f"http://127.0.0.1:{black_hole}"))
    assert error.code == "TIMEOUT"
    assert f"could not reach 127.0.0.1:{black_hole} within 0.2 s" in error.message


async def test_a_black_hole_takes_no_longer_than_the_request_may(client, black_hole):
    error = await failure(send(client, f"http://127.0.0.1:{black_hole}", seconds=0.2))
    assert error.code == "TIMEOUT"


# Slow ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_a_slow_host(client, talk, start):
    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(start)
        piece = b"1\r\nx\r\n" if b"chunked" in start else b"X-A: 1\r\n"
        while True:
            writer.write(piece if start else b"")
            await writer.drain()
            await asyncio.sleep(0.01)

    assert (await failure(send(client, await talk(slowly), seconds=0.3))).code == "TIMEOUT"


async def test_a_host_that_does_not_read(client, talk):
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    api = connection(await talk(deaf, limit=1))
    sending = client.request(
        api, "POST", api.base_url, body=bytes(32 << 20), timeout=0.5, max_bytes=1
    )
    assert (await failure(sending)).code == "TIMEOUT"


# Broken -------------------------------------------------------------------------------------------

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"5\r\nhalf",
        CHUNKED + b"5\r\nwhole\r\n",
        CHUNKED + b"zz\r\nwhole\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nwhole\r\n0\r\n\r\n",
        CHUNKED + b"ffffffffffffffffff\r\nwhole\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nwholeXX0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4, 5\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: br\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 -200 OK\r\n\r\n",
        b"\x16\x03\x01\x00",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\0" * 100_000,
    ],
)
async def test_a_broken_answer(client, serve_bytes, answer):
    assert (await failure(send(client, await serve_bytes(answer)))).code == "CONNECTION_LOST"


async def test_a_gzip_body_that_breaks_off(client, serve_bytes):
    body = gzip.compress(bytes(range(256)) * 100)[:-20]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body) + 20}\r\n\r\n"
    error = await failure(send(client, await serve_bytes(head.encode() + body)))
    assert error.code == "CONNECTION_LOST"


async def test_bytes_that_are_no_text(client, serve_bytes):
    origin = await serve_bytes(
        b"HTTP/1.1 200 \xff\xfe\r\nX-A: \xff\r\nX-B: \xc3\xa9\r\nContent-Length: 2\r\n\r\n\xff\xfe"
    )
    response = await send(client, origin)
    assert (response.phrase, response.body) == ("ÿþ", b"\xff\xfe")
    assert (response.headers["X-A"], response.headers["X-B"]) == ("ÿ", "é")


async def test_notices_before_the_answer_are_passed_over(client, serve_bytes):
    origin = await serve_bytes(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 5
        + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    response = await send(client, origin)
    assert (response.status, response.body) == (200, b"ok")
    assert "Link" not in response.headers


async def test_notices_without_end(client, talk):
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)
            await writer.drain()
            await asyncio.sleep(0)

    origin = await talk(flood)
    tracemalloc.start()
    try:
        assert (await failure(send(client, origin, seconds=0.5))).code == "TIMEOUT"
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


async def test_a_protocol_that_nobody_asked_for(client, serve_bytes):
    origin = await serve_bytes(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
    )
    with contextlib.suppress(ConnectionFailed):
        assert (await send(client, origin, seconds=1)).status == 101


# Too much -----------------------------------------------------------------------------------------


def _bomb(megabytes: int, pack: Any) -> bytes:
    zeros = bytes(1 << 20)
    return b"".join([*(pack.compress(zeros) for _ in range(megabytes)), pack.flush()])


@pytest.mark.parametrize(("coding", "bits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
async def test_a_small_body_that_becomes_a_large_one(client, serve, coding, bits):
    bomb = _bomb(256, zlib.compressobj(9, wbits=bits))
    assert len(bomb) < 512 << 10

    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": coding})

    origin = await serve(handler)
    tracemalloc.start()
    try:
        error = await failure(send(client, origin, max_bytes=4 << 20))
        assert error.code == "RESPONSE_TOO_LARGE"
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


async def test_no_coding_is_offered_that_cannot_be_read(client, serve):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["Accept-Encoding"])

    offered = (await send(client, await serve(handler))).body.decode()
    assert {"gzip", "deflate"} <= set(offered.replace(" ", "").split(","))


# TLS ----------------------------------------------------------------------------------------------


class Authority:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test Authority")])
        self.file = folder / "authority.pem"
        certificate = self._sign(self._name, self._key, -1, 1, None)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, *, host: str = "localhost", days: int = 1) -> ssl.SSLContext:
        """A server's, with a certificate for ``host`` that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        certificate = self._sign(name, key, -10, days, host)
        file = self._folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        first: int,
        last: int,
        host: str | None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=first))
            .not_valid_after(now + timedelta(days=last))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that the client trusts."""
    import aiohttp.connector

    made = Authority(tmp_path)
    trusting = ssl.create_default_context(cafile=str(made.file))
    # The library makes its context when it is imported, of what SSL_CERT_FILE says then.
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting)
    return made


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def test_a_certificate_of_an_authority_that_is_trusted(client, talk, authority):
    origin = await talk(answer, ssl=authority.context())
    for _ in range(3):
        assert (await send(client, origin.replace("127.0.0.1", "localhost"))).body == b"ok"


async def test_an_expired_certificate(client, talk, authority):
    origin = await talk(answer, ssl=authority.context(days=-1))
    error = await failure(send(client, origin.replace("127.0.0.1", "localhost")))
    assert error.code == "TLS_FAILED"
    assert "certificate has expired" in error.message


async def test_a_certificate_for_another_host(client, talk, authority):
    origin = await talk(answer, ssl=authority.context(host="other.test"))
    error = await failure(send(client, origin.replace("127.0.0.1", "localhost")))
    assert error.code == "TLS_FAILED"
    assert "mismatch" in error.message


async def test_a_self_signed_certificate(client, talk, tmp_path):
    origin = await talk(answer, ssl=Authority(tmp_path).context())
    error = await failure(send(client, origin.replace("127.0.0.1", "localhost")))
    assert error.code == "TLS_FAILED"


async def test_a_host_without_tls(client, serve):
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    origin = await serve(handler)
    error = await failure(send(client, origin.replace("http:", "https:")))
    assert error.code in ("TLS_FAILED", "CONNECTION_LOST")


async def test_a_host_with_tls_alone(client, talk, authority):
    origin = await talk(answer, ssl=authority.context())
    error = await failure(send(client, origin.replace("https:", "http:")))
    assert error.code == "CONNECTION_LOST"


async def test_credentials_do_not_go_from_https_to_http(client, talk, serve, authority):
    seen = []

    async def plain(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response()

    target = await serve(plain)

    async def away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 307 Go\r\nLocation: {target}/x\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())

    origin = (await talk(away, ssl=authority.context())).replace("127.0.0.1", "localhost")
    open_one = HttpConnection("open", base_url=f"{target}/")
    for others in ({}, {"open": open_one}):
        manifest = Manifest(connections={"api": connection(origin), **others})
        fetcher = Fetcher(manifest, client, max_bytes=1 << 20)
        sending = fetcher.fetch("GET", f"{origin}/", [("Cookie", "own"), ("X-A", "1")], b"")
        if others:
            await sending
        else:
            with pytest.raises(ConnectionFailed) as caught:
                await sending
            assert caught.value.code == "NOT_ALLOWED"
    [request] = seen
    assert request.headers["X-A"] == "1"
    assert not {"Authorization", "Cookie", "Referer"} & set(request.headers)
    assert "s3cret" not in request.raw_path
