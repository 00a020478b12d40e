"""WebSockets: any messages, any frames."""

from __future__ import annotations

import socket
from collections.abc import Callable
from random import Random
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
EXPECTED = {1000, 1003, 1007, 4400, 4409, 4429}
"""Our own end of a connection, and what may be wrong with a message."""
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


@SETTINGS
@given(random=st.randoms(use_true_random=False))
def test_any_messages_leave_the_server_well(
    target: Any, traffic: ModuleType, random: Random
) -> None:
    messages = [traffic.any_message(random) for _ in range(random.randint(1, 4))]
    with connect(
        target.served.url.replace("http", "ws"),
        subprotocols=["graphql-transport-ws"],
    ) as client:
        try:
            client.send('{"type": "connection_init"}')
            for message in messages:
                client.send(message)
            # Answered last, unless something was wrong before.
            client.send('{"type": "ping", "payload": {"last": true}}')
            while client.recv(timeout=60) != '{"type":"pong","payload":{"last":true}}':
                pass
        except ConnectionClosed:
            assert client.close_code in EXPECTED, client.close_reason
    target.assert_well()


@SETTINGS
@given(frames=st.lists(st.binary(max_size=64) | st.sampled_from((b"\x81\xff", b"\x89\x80" * 9))))
def test_any_frames_leave_the_server_well(
    target: Any, exchange: Callable[[int, bytes], bytes], frames: list[bytes]
) -> None:
    answer = exchange(target.served.port, UPGRADE + b"".join(frames))
    assert not answer or answer.startswith(b"HTTP/1.1 101 "), answer
    target.assert_well()


def test_the_upgrade_of_this_test_is_accepted(target: Any) -> None:
    with socket.create_connection(("127.0.0.1", target.served.port), timeout=60) as connection:
        connection.sendall(UPGRADE)
        assert connection.recv(12) == b"HTTP/1.1 101"
