from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.dgraph.address import Address, Login, parse_address
from atoll.connections.errors import ConnectionFailed


def of_string(conn_string: str) -> Address:
    return parse_address("graph", conn_string, "", "")


def of_target(target: str, key: str = "") -> Address:
    return parse_address("graph", "", target, key)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_loopback_targets_are_plain_and_get_no_key(host: str) -> None:
    found = of_target(f"{host}:9080", "k3y")
    assert (found.tls, found.authorization, found.target) == ("off", "", f"{host}:9080")


@pytest.mark.parametrize(
    ("target", "key", "authorization"),
    [
        ("graph-1.example.com:443", "", ""),
        ("graph-1.example.com:443", "k3y", "Bearer k3y"),
        ("my.grpc.cloud.dgraph.io:443", "k3y", "k3y"),
        ("10.0.0.1:9080", "k3y", "Bearer k3y"),
    ],
)
def test_other_targets_are_encrypted_and_get_the_key(
    target: str, key: str, authorization: str
) -> None:
    found = of_target(target, key)
    assert (found.tls, found.authorization, found.target) == ("verified", authorization, target)


@pytest.mark.parametrize(
    ("options", "tls", "authorization"),
    [
        ("", "off", ""),
        ("?sslmode=disable", "off", ""),
        ("?sslmode=require", "unverified", ""),
        ("?sslmode=verify-ca", "verified", ""),
        ("?apikey=k3y", "verified", "k3y"),
        ("?bearertoken=t%2Bk", "verified", "Bearer t+k"),
        ("?sslmode=require&bearertoken=t0k", "unverified", "Bearer t0k"),
    ],
)
def test_options_of_strings_say_how_to_encrypt_and_whom_to_be(
    options: str, tls: str, authorization: str
) -> None:
    found = of_string(f"dgraph://Graph.example.com:443{options}")
    assert found == Address("graph.example.com", 443, tls, authorization)  # type: ignore[arg-type]


def test_keys_are_sent_unencrypted_to_this_machine_only() -> None:
    assert of_string("dgraph://localhost:9080?sslmode=disable&apikey=k").authorization == "k"
    with pytest.raises(ConnectionFailed, match="unencrypted"):
        of_string("dgraph://graph.example.com:9080?sslmode=disable&apikey=k")


texts = st.text(st.characters(codec="utf-8"), min_size=1)


@given(texts, texts, st.integers(0, 2**64 - 1))
def test_users_and_passwords_are_decoded(user: str, password: str, namespace: int) -> None:
    encoded = f"{quote(user, safe='')}:{quote(password, safe='')}"
    found = of_string(f"dgraph://{encoded}@h:9080?namespace={namespace}")
    assert found.login == Login(user, password, namespace)
    assert "login=None" in repr(of_string("dgraph://h:1"))


def test_credentials_do_not_show() -> None:
    shown = repr(of_string("dgraph://user:p4ss@h:1?bearertoken=t0k"))
    assert "user" in shown
    assert "p4ss" not in shown
    assert "t0k" not in shown


@pytest.mark.parametrize(
    ("conn_string", "target", "key", "problem"),
    [
        ("", "", "", "needs either a connString or a grpcTarget"),
        ("dgraph://h:1", "h:1", "", "has both connString and grpcTarget (use one or the other)"),
        ("dgraph://h:1", "", "s3cret", "bearertoken"),
        ("http://s3cret:1", "", "", "dgraph://host:port"),
        ("dgraph://s3cret", "", "", "dgraph://host:port"),
        ("dgraph://s3cret:99999", "", "", "no URL"),
        ("dgraph://[s3cret:1", "", "", "no URL"),
        ("dgraph://h:1?s3cret", "", "", "no URL"),
        ("dgraph://h:1/s3cret", "", "", "path"),
        ("dgraph://h:1?sslmode=s3cret", "", "", "sslmode"),
        ("dgraph://h:1?ssl=on", "", "", "'ssl'"),
        ("dgraph://h:1?apikey=s3cret&bearertoken=b", "", "", "both an apikey and a bearertoken"),
        ("dgraph://s3cret@h:1", "", "", "without a password"),
        ("dgraph://h:1?namespace=1", "", "", "namespace"),
        ("dgraph://u:p@h:1?namespace=s3cret", "", "", "no number"),
        ("dgraph://u:p@h:1?namespace=18446744073709551616", "", "", "no number"),
        ("", "s3cret", "", "host:port"),
        ("", "s3cret:0", "", "host:port"),
        ("", "http://s3cret:1", "", "host:port"),
        ("", "u:p@s3cret:1", "", "host:port"),
    ],
)
def test_bad_addresses_are_refused_without_showing_them(
    conn_string: str, target: str, key: str, problem: str
) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        parse_address("graph", conn_string, target, key)
    assert caught.value.code == "BAD_ADDRESS"
    assert caught.value.message.startswith("connection [graph] ")
    assert problem in caught.value.message
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}"


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for conn_string, target in ((f"dgraph://{text}", ""), ("", text)):
        with suppress(ConnectionFailed):
            found = parse_address("graph", conn_string, target, "")
            assert found.host
            assert 0 < found.port < 65536
