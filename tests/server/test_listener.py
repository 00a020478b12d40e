from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from atoll.server.errors import ServerError
from atoll.server.listener import check_port, close, listen, urls


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


def test_default_is_loopback_on_one_port() -> None:
    sockets = listen(None, 0)
    try:
        names = [each.getsockname() for each in sockets]
        assert {name[0] for name in names} <= {"127.0.0.1", "::1"}
        assert names[0][0] == "127.0.0.1"
        assert len({name[1] for name in names}) == 1
        assert urls(sockets) == [f"http://localhost:{names[0][1]}"]
    finally:
        close(sockets)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_port_in_use(taken: int, host: str) -> None:
    with pytest.raises(ServerError) as caught:
        listen(host, taken)

    assert caught.value.code == "PORT_IN_USE"
    assert f"Port {taken} is already in use" in caught.value.message
    assert f"--port {taken + 1}" in str(caught.value.hint)


def test_a_port_in_use_is_found_before_listening(taken: int) -> None:
    with pytest.raises(ServerError):
        check_port(None, taken)


def test_a_checked_port_is_free_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    check_port(None, port)
    check_port(None, port)


def test_all_addresses() -> None:
    sockets = listen("0.0.0.0", 0)
    port = sockets[0].getsockname()[1]
    try:
        assert urls(sockets) == [f"http://localhost:{port}"]
    finally:
        close(sockets)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 300, ""])
def test_an_unknown_host(host: str) -> None:
    with pytest.raises(ServerError) as caught:
        listen(host or "\x00", 0)

    assert caught.value.code == "HOST_UNKNOWN"


def test_an_address_of_another_machine() -> None:
    with pytest.raises(ServerError) as caught:
        listen("192.0.2.1", 0)

    assert caught.value.code == "CANNOT_LISTEN"
    assert "192.0.2.1" in caught.value.message
