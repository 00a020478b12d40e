"""Connections that are used again, and their hosts that thought otherwise."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress

import pytest

from atoll.connections import ConnectionFailed, HttpClient, HttpResponse
from atoll.manifest import HttpConnection, RetrySettings
from atoll.secrets import Secrets

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Behave = Callable[["Host", socket.socket, int], None]


class Host:
    """A server in a thread: what it does, it does while the loop of the client stands still."""

    def __init__(self, behave: Behave) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.closed = threading.Semaphore(0)
        """Released with each connection that it has closed."""
        self._count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self._listener.accept()
                connected.settimeout(30)
                number, self._count = self._count, self._count + 1
                threading.Thread(target=self._serve, args=(connected, number), daemon=True).start()

    def _serve(self, connected: socket.socket, number: int) -> None:
        with suppress(OSError), connected:
            self._behave(self, connected, number)
        self.closed.release()

    def receive(self, connected: socket.socket) -> bool:
        """A whole request; False at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data or not data.endswith((b"\r\n\r\n", b"body")):
            piece = connected.recv(1 << 16)
            if not piece:
                return False
            data += piece
        self.requests.append(data)
        return True

    def wait_closed(self) -> None:
        assert self.closed.acquire(timeout=30)

    def stop(self) -> None:
        self._listener.close()


@pytest.fixture
def host() -> Iterator[Callable[[Behave], Host]]:
    hosts = []

    def start(behave: Behave) -> Host:
        hosts.append(Host(behave))
        return hosts[-1]

    yield start
    for each in hosts:
        each.stop()


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(Secrets({}))
    yield client
    await client.close()


def connection(host: Host, retries: RetrySettings | None = None) -> HttpConnection:
    return HttpConnection("api", base_url=f"{host.origin}/", retries=retries or RetrySettings())


async def send(
    client: HttpClient,
    host: Host,
    method: str,
    retries: RetrySettings | None = None,
    body: bytes = b"body",
) -> HttpResponse:
    return await client.request(
        connection(host, retries),
        method,
        f"{host.origin}/",
        body=body if method == "POST" else b"",
        timeout=30,
        max_bytes=1 << 20,
    )


def closes_at_once(host: Host, connected: socket.socket, number: int) -> None:
    if host.receive(connected):
        connected.sendall(OK)


def keeps_open(host: Host, connected: socket.socket, number: int) -> None:
    while host.receive(connected):
        connected.sendall(OK)


def dies_with_the_second(host: Host, connected: socket.socket, number: int) -> None:
    """The first connection serves one request, reads another, and closes."""
    while host.receive(connected):
        if number == 0 and len(host.requests) == 2:
            return
        connected.sendall(OK)


def dies_always(host: Host, connected: socket.socket, number: int) -> None:
    """Each connection serves the first request of all alone."""
    while host.receive(connected):
        if len(host.requests) > 1:
            return
        connected.sendall(OK)


async def test_a_connection_is_used_again(client, host):
    counted = host(keeps_open)
    for _ in range(5):
        assert (await send(client, counted, "POST")).body == b"ok"
    assert counted._count == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_host_that_closes_after_each_answer_is_no_problem(client, host, method):
    closing = host(closes_at_once)
    for number in range(1, 11):
        assert (await send(client, closing, method)).body == b"ok"
        closing.wait_closed()  # with the loop held: it cannot have seen the end
        assert len(closing.requests) == number


async def test_a_host_that_was_restarted_is_no_problem(client, host):
    release = threading.Event()

    def until_restart(host: Host, connected: socket.socket, number: int) -> None:
        if host.receive(connected):
            connected.sendall(OK)
            release.wait(30)

    restarted = host(until_restart)
    await asyncio.gather(*(send(client, restarted, "POST") for _ in range(5)))
    release.set()
    for _ in range(5):
        restarted.wait_closed()
    assert (await send(client, restarted, "POST")).body == b"ok"


async def test_what_may_arrive_twice_is_sent_again_when_a_used_connection_dies(client, host):
    dying = host(dies_with_the_second)
    for _ in range(2):
        assert (await send(client, dying, "GET")).body == b"ok"
    assert (dying._count, len(dying.requests)) == (2, 3)


async def test_what_a_host_has_read_is_not_sent_again_if_it_may_arrive_only_once(client, host):
    dying = host(dies_with_the_second)
    await send(client, dying, "POST")
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, dying, "POST")
    assert caught.value.code == "CONNECTION_LOST"
    assert len(dying.requests) == 2


async def test_a_new_connection_that_dies_is_no_stale_one(client, host):
    def dies(host: Host, connected: socket.socket, number: int) -> None:
        host.receive(connected)

    dying = host(dies)
    with pytest.raises(ConnectionFailed) as caught:
        await send(client, dying, "GET")
    assert caught.value.code == "CONNECTION_LOST"
    assert len(dying.requests) == 1


async def test_the_second_time_is_over_a_new_connection_and_the_last(client, host):
    ready = threading.Barrier(3)
    died = []

    def together(host: Host, connected: socket.socket, number: int) -> None:
        while host.receive(connected):
            if len(host.requests) > 3:
                died.append(number)
                return
            ready.wait(30)
            connected.sendall(OK)

    dying = host(together)
    await asyncio.gather(*(send(client, dying, "GET") for _ in range(3)))
    with pytest.raises(ConnectionFailed):
        await send(client, dying, "GET")
    assert died[0] < 3  # one of three that were used
    assert died[1:] == [3]


async def test_the_policy_counts_tries_and_not_stale_connections(client, host):
    dying = host(dies_always)
    await send(client, dying, "GET")
    with pytest.raises(ConnectionFailed):
        await send(client, dying, "GET", RetrySettings(attempts=3, backoff_seconds=0))
    assert len(dying.requests) == 1 + 2 + 1 + 1


@pytest.mark.parametrize("held", [True, False])
async def test_an_answer_to_nothing_is_not_taken_for_that_to_the_next_request(client, host, held):
    sent = threading.Event()

    def answers_twice(host: Host, connected: socket.socket, number: int) -> None:
        while host.receive(connected):
            connected.sendall(OK)
            if number == 0:
                time.sleep(0.05)  # until the client holds it for free
                connected.sendall(OK.replace(b"ok", b"no"))
                sent.set()

    odd = host(answers_twice)
    assert (await send(client, odd, "GET")).body == b"ok"
    if held:
        assert sent.wait(30)
    else:
        while not sent.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
    assert (await send(client, odd, "GET")).body == b"ok"


@pytest.mark.parametrize("size", [0, 1 << 16, 4 << 20])
async def test_a_body_arrives_whole_the_second_time(client, host, size):
    dying = host(dies_with_the_second)
    policy = RetrySettings(methods=frozenset(("POST",)))
    await send(client, dying, "POST", policy)
    body = bytes(size) + b"body"
    assert (await send(client, dying, "POST", policy, body)).body == b"ok"
    first, *others = [request.partition(b"\r\n\r\n")[2] for request in dying.requests]
    assert first == b"body"
    assert others == [body, body]
