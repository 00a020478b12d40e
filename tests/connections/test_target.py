from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.target import resolve
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

BASE = "https://api.example.com/v1/"
NONE = Secrets({})


def connection(**fields: object) -> HttpConnection:
    return HttpConnection("my-api", **{"base_url": BASE, **fields})  # type: ignore[arg-type] # keywords of one call


def test_adds_query_parameters_to_those_of_the_url_and_sorts_the_keys() -> None:
    api = connection(query_parameters={"key": "{{KEY}}", "a": "1"})
    target = resolve(api, BASE + "x?z=1&b=2&key=first", Secrets({"MODUS_MY_API_KEY": "s&cr t"}))
    assert str(target.url) == BASE + "x?a=1&b=2&key=first&key=s%26cr+t&z=1"


def test_leaves_a_query_alone_when_nothing_is_added() -> None:
    assert str(resolve(connection(), BASE + "x?z=1&b=%2F#part", NONE).url) == BASE + "x?z=1&b=%2F"


def test_renders_headers() -> None:
    api = connection(headers={"Authorization": "Basic {{base64(U:P)}}", "X-Plain": "yes"})
    secrets = Secrets({"MODUS_MY_API_U": "a", "MODUS_MY_API_P": "b"})
    assert resolve(api, BASE, secrets).headers == (
        ("Authorization", "Basic YTpi"),
        ("X-Plain", "yes"),
    )


def test_knows_what_a_basic_header_encodes() -> None:
    api = connection(headers={"Authorization": "Basic {{base64(U:P)}}"})
    secrets = Secrets({"MODUS_MY_API_U": "someone", "MODUS_MY_API_P": "pass:word"})
    assert {"someone:pass:word", "someone", "pass:word"} <= set(resolve(api, BASE, secrets).secrets)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com.evil.test/v1/",
        "https://evil.test/",
        "http://api.example.com/v1/",
        "https://api.example.com:8443/v1/",
        "https://api.example.com@evil.test/",
        "file:///etc/passwd",
        "//evil.test/",
        "https://api.example.com:port/",
        "https://[bad/",
        "",
    ],
)
def test_refuses_urls_that_are_not_on_the_connections_host(url: str) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        resolve(connection(), url, NONE)
    assert caught.value.code == "BAD_URL"
    assert "[my-api]" in caught.value.message


def test_the_default_port_is_the_same_host() -> None:
    target = resolve(connection(), "https://API.example.com:443/v1/x", NONE)
    assert target.host == "api.example.com:443"


def test_refuses_a_secret_that_would_break_the_header() -> None:
    api = connection(headers={"Authorization": "Bearer {{KEY}}"})
    with pytest.raises(ConnectionFailed) as caught:
        resolve(api, BASE, Secrets({"MODUS_MY_API_KEY": "secret\r\nX-Other: 1"}))
    assert caught.value.code == "BAD_HEADER"
    assert "Authorization" in caught.value.message
    assert "secret\r" not in caught.value.message


def test_its_repr_holds_no_secret() -> None:
    api = connection(headers={"A": "{{KEY}}"}, query_parameters={"k": "{{KEY}}"})
    target = resolve(api, BASE, Secrets({"MODUS_MY_API_KEY": "s3cret"}))
    assert "s3cret" not in repr(target)


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)


@given(present=st.lists(st.tuples(words, words)), added=st.dictionaries(words, words, min_size=1))
def test_no_parameter_is_lost_or_changed(
    present: list[tuple[str, str]], added: dict[str, str]
) -> None:
    from urllib.parse import urlencode

    templates = {name: "{{" + str(index) + "}}" for index, name in enumerate(added)}
    secrets = {f"MODUS_MY_API_{index}": value for index, value in enumerate(added.values())}
    api = connection(query_parameters=templates)
    target = resolve(api, f"{BASE}?{urlencode(present)}", Secrets(secrets))
    pairs = parse_qsl(urlsplit(str(target.url)).query, keep_blank_values=True)
    assert sorted(pairs) == sorted([*present, *added.items()])
    assert [name for name, _ in pairs] == sorted(name for name, _ in pairs)
