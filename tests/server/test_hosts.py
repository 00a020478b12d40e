from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.hosts import any_host, host_name, loopback_only


@pytest.mark.parametrize(
    "header",
    [
        "localhost",
        "LOCALHOST:8686",
        "localhost.",
        "my-app.localhost:1",
        "127.0.0.1",
        "127.0.0.1:8686",
        "127.1.2.3",
        "[::1]",
        "[::1]:8686",
        "[0:0:0:0:0:0:0:1]",
    ],
)
def test_loopback(header: str) -> None:
    assert loopback_only()(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        ":8686",
        "evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "127.0.0.1, evil.example",
        "localhost:80:80",
        "localhost@evil.example",
        "user@localhost",
        "192.168.1.2",
        "0.0.0.0",
        "[::]",
        "[::2]:80",
        "[::1",
        "::1",
        "localhost/x",
        "localhost\x00",
        "2130706433",
    ],
)
def test_not_loopback(header: str | None) -> None:
    assert not loopback_only()(header)


def test_an_address_that_the_user_bound() -> None:
    policy = loopback_only("192.168.1.2")

    assert policy("192.168.1.2:8686")
    assert policy("localhost")
    assert not policy("192.168.1.3")
    assert loopback_only("box.lan")("Box.lan:80")
    assert loopback_only("fd00::1")("[fd00::1]:80")


@pytest.mark.parametrize("wildcard", ["0.0.0.0", "::"])
def test_all_addresses_do_not_open_the_door_to_names(wildcard: str) -> None:
    policy = loopback_only(wildcard)

    assert policy("192.168.1.3")
    assert policy("[fd00::1]")
    assert not policy("evil.example")


def test_any_host() -> None:
    assert any_host(None)
    assert any_host("evil.example")


@given(st.text())
def test_any_text_is_judged(header: str) -> None:
    name = host_name(header)

    assert name is None or name in header.lower()
    loopback_only()(header)
