"""The allow-list as an attacker reads it: which URLs are on a connection."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
import yarl
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.allow_list import require_connection
from atoll.connections.target import resolve
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

BASE = HttpConnection("base", base_url="https://api.example.com/v1/")
EVERYWHERE = HttpConnection("everywhere", base_url="https://all.example.com/")
ENDPOINT = HttpConnection("endpoint", endpoint="https://one.example.com/graphql")
WITH_QUERY = HttpConnection("with-query", endpoint="https://two.example.com/q?version=2")
PORT = HttpConnection("port", base_url="http://api.example.com:8080/")
SIX = HttpConnection("six", base_url="http://[::1]:9000/")
IDN = HttpConnection("idn", base_url="https://bücher.example/")
ALL = (BASE, EVERYWHERE, ENDPOINT, WITH_QUERY, PORT, SIX, IDN)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.example.com/v1/x", "base"),
        ("https://api.example.com/v1/", "base"),
        ("https://api.example.com/v1", "base"),
        ("https://api.example.com/v1/x?to=https://evil.test/../..", "base"),
        ("https://api.example.com/v1/x#/../../secret", "base"),
        ("HTTPS://API.EXAMPLE.COM:443/V1/x", "base"),
        ("https://api.example.com/v1/a..b/...", "base"),
        ("https://api.example.com/v1/caf%C3%A9/100%", "base"),
        ("https://api.example.com/v1/a%20b/\u2026", "base"),
        ("https://all.example.com", "everywhere"),
        ("https://all.example.com?q=1", "everywhere"),
        ("https://all.example.com//x", "everywhere"),
        ("https://one.example.com/graphql", "endpoint"),
        ("https://one.example.com/GraphQL?a=1#x", "endpoint"),
        ("https://two.example.com/q?version=2", "with-query"),
        ("http://api.example.com:8080/anything", "port"),
        ("http://[0:0::1]:9000/x", "six"),
        ("https://bücher.example/x", "idn"),
        ("https://xn--bcher-kva.example/x", "idn"),
    ],
)
def test_on_a_connection(url, name):
    assert require_connection(ALL, url).name == name


@pytest.mark.parametrize(
    "url",
    [
        # other hosts that begin, end or look like an allowed one
        "https://api.example.com.evil.test/v1/x",
        "https://api.example.comevil.test/v1/x",
        "https://evilapi.example.com/v1/x",
        "https://evil.test/https://api.example.com/v1/",
        "https://evil.test/?https://api.example.com/v1/",
        "https://evil.test#https://api.example.com/v1/",
        "https://evil.test#@api.example.com/v1/",
        "https://api.example.com./v1/x",
        "https://api.example.com%2eevil.test/v1/x",
        "https://api%2eexample.com/v1/x",
        "https://api.example.com%00.evil.test/v1/x",
        "https://api.ex\u0430mple.com/v1/x",  # a Cyrillic letter
        "https://api.example.com\uff0eevil.test/v1/x",
        "https://api.example.com\uff0fevil.test/v1/x",
        # other schemes and ports
        "http://api.example.com/v1/x",
        "https://api.example.com:8443/v1/x",
        "https://api.example.com:80/v1/x",
        "http://api.example.com:80/v1/x",
        "ftp://api.example.com/v1/x",
        "https://api.example.com:443:80/v1/x",
        "http://[::1]/x",
        "http://[::ffff:1]:9000/x",
        "http://127.0.0.1:9000/x",
        "http://localhost:9000/x",
        # users
        "https://api.example.com@evil.test/v1/x",
        "https://api.example.com:443@evil.test/v1/x",
        "https://evil.test@api.example.com/v1/x",
        "https://u:p@api.example.com/v1/x",
        "https://api.example.com/v1/@evil.test:80@x/..",
        "https://evil.test\\@api.example.com/v1/x",
        "https://evil.test/\\@api.example.com/v1/x",
        "https://evil.test\n@api.example.com/v1/x",
        # other paths of the host
        "https://api.example.com/",
        "https://api.example.com/v1x",
        "https://api.example.com/v",
        "https://api.example.com/v1%2Fx",
        "https://api.example.com/%761/x",
        "https://api.example.com//v1/x",
        "https://api.example.com/./v1/x",
        "https://api.example.com?/v1/x",
        "https://api.example.com#/v1/x",
        "https://api.example.com;/v1/x",
        "https://api.example.com/v2/v1/x",
        # an endpoint is one URL
        "https://one.example.com/graphql/",
        "https://one.example.com/graphql/x",
        "https://one.example.com/graphqlx",
        "https://one.example.com/",
        "https://one.example.com/graphql;x",
        "https://two.example.com/q",
        "https://two.example.com/q?version=3",
        "https://two.example.com/q?version=2&version=3",
    ],
)
def test_on_none(url):
    with pytest.raises(ConnectionFailed) as caught:
        require_connection(ALL, url)
    assert caught.value.code in ("NOT_ALLOWED", "BAD_URL")


SLASHES = ["/", "%2f", "%2F", "%5c", "%252f", "%25252F", "%c0%af", "%E0%80%AF", "%C1%9C", "\uff0f"]
DOTS = [
    "..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%25252e.", "%c0%ae%c0%ae", "%c0%2e.",
    "%u002e%u002e", "%uff0e.", "..%00", "%00..", ".%09.", "..%20", ".%0d%0a.", "..;", "..;a=b",
    "..%3b", "..%3Ba", "\uff0e\uff0e", "%EF%BC%8E.", "\u2025", "..%7f",
]  # fmt: skip


@pytest.mark.parametrize("slash", SLASHES)
@pytest.mark.parametrize("dots", DOTS)
def test_no_way_up(dots, slash):
    for url in (
        f"https://api.example.com/v1/{dots}{slash}admin",
        f"https://api.example.com/v1/x{slash}{dots}",
        f"https://api.example.com/v1/x{slash}{dots}{slash}{dots}{slash}admin",
    ):
        with pytest.raises(ConnectionFailed) as caught:
            require_connection(ALL, url)
        assert caught.value.code == "NOT_ALLOWED"
        assert '".."' in caught.value.message


def test_of_several_connections_the_nearest_is_taken():
    wide = HttpConnection("wide", base_url="https://api.example.com/")
    narrow = HttpConnection("narrow", base_url="https://api.example.com/v1/secret/")
    exact = HttpConnection("exact", endpoint="https://api.example.com/v1/secret/x")
    for order in ((wide, narrow, BASE, exact), (exact, BASE, narrow, wide)):
        found = [
            require_connection(order, f"https://api.example.com/{path}").name
            for path in ("x", "v1/x", "v1/secret/y", "v1/secret/x", "v1/secretx")
        ]
        assert found == ["wide", "base", "narrow", "exact", "base"]


def test_connections_without_one_address_lead_nowhere():
    neither = HttpConnection("neither")
    both = HttpConnection("both", base_url="https://a.test/", endpoint="https://a.test/x")
    odd = HttpConnection("odd", base_url="https://{{HOST}}/")
    with pytest.raises(ConnectionFailed, match="no connection of the manifest"):
        require_connection((neither, both, odd), "https://a.test/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/v1/?key=s3cret",
        "https://evil.test/s3cret",
        "https://user:s3cret@evil.test/",
        "https://api.example.com/s3cret?s3cret#s3cret",
        "https://api.example.com/v1/../s3cret",
        "s3cret",
        "https://" + "s3cret" * 100 + "/",
    ],
)
def test_a_refusal_repeats_no_more_than_the_host(url):
    with pytest.raises(ConnectionFailed) as caught:
        require_connection(ALL, url)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    assert len(caught.value.message) < 500


def test_a_refusal_says_what_to_add_to_the_manifest():
    with pytest.raises(ConnectionFailed) as caught:
        require_connection(ALL, "http://new.example.com:81/x")
    assert "http://new.example.com:81" in caught.value.message
    assert '"baseUrl": "http://new.example.com:81/"' in (caught.value.hint or "")


pieces = st.lists(
    st.sampled_from(
        ["/", "v1", "x", "..", ".", "%2e", "%2F", "%5c", "\\", "%", "25", "2e", ";", "@", ":", "?",
         "#", "evil.test", "api.example.com", "\uff0e", "\uff0f", "\u2025", "\u00ad", "\t", " ",
         "%00", "%c0%ae", "ü", "\u212a"]
    ),
    max_size=10,
).map("".join)  # fmt: skip
starts = st.sampled_from(
    ["https://api.example.com/v1/", "https://api.example.com", "https://API.example.com:443/V1/",
     "https:", "https://", "http://[::1]:9000/", "https://one.example.com/graphql"]
)  # fmt: skip


@given(st.builds(str.__add__, starts, pieces))
def test_what_is_sent_lies_on_the_connection_for_other_parsers_too(url):
    try:
        connection = require_connection(ALL, url)
    except ConnectionFailed:
        return
    sent = str(resolve(connection, url, Secrets({})).url)
    address = connection.base_url or connection.endpoint
    split, allowed = urlsplit(sent), urlsplit(address)
    assert (split.scheme, split.hostname, split.username) == (
        allowed.scheme,
        allowed.hostname,
        None,
    )
    assert split.port == allowed.port
    parsed = yarl.URL(sent)  # decodes and resolves dots, as many servers do
    assert parsed.origin() == yarl.URL(address).origin()
    for path in (split.path, parsed.path, _resolved(split.path)):
        if connection.base_url:
            assert f"{path.lower()}/".startswith(allowed.path)
        else:
            assert path.lower() == allowed.path


def _resolved(path: str) -> str:
    """As a careless server would read it: decoded until nothing changes, then resolved."""
    while (decoded := unquote(path)) != path:
        path = decoded
    kept: list[str] = []
    for name in path.replace("\\", "/").split("/"):
        if name == "..":
            kept = kept[:-1]
        elif name != ".":
            kept.append(name)
    return "/".join(kept)


outside = st.sampled_from(
    ["evil.test", "api.example.com.evil.test", "example.com", "xapi.example.com", "127.0.0.1",
     "0x7f.1", "2130706433", "[::]", "[::ffff:127.0.0.1]", "[::1%25lo]", "localhost", "a.b_c-d",
     "bu\u0308cher.example.evil.test", "xn--bcher-kva.example.evil.test", "evil\u3002test",
     "one.example.com.", "\U0001f4a9.test", "", "%61pi.example.com", "api\u00ad.example.com.x"]
)  # fmt: skip
schemes = st.sampled_from(
    ["https", "http", "HTTPS", "hTTp", "ftp", "ws", "file", "javascript", "data", "", "https:https"]
)
users = st.sampled_from(
    ["", "@", "u@", "u:p@", "api.example.com@", "https://api.example.com/v1/@", "api.example.com:@"]
)
ports = st.sampled_from(["", ":", ":443", ":80", ":8080", ":9000", ":0", ":65536", ":x", ":443@"])
slashes = st.sampled_from(["://", ":", ":/", ":///", ":\\\\", ":/\\", "%3a//", ":\t//", "://\n"])
tails = st.one_of(
    pieces,
    st.sampled_from([f"/{one.base_url or one.endpoint}" for one in ALL]),
    st.sampled_from([f"?{one.base_url or one.endpoint}" for one in ALL]),
    st.sampled_from([f"#@{(one.base_url or one.endpoint).partition('//')[2]}" for one in ALL]),
    st.text(max_size=20),
)


@settings(max_examples=500)
@given(schemes, slashes, users, outside, ports, tails)
def test_another_host_is_refused_whatever_form_it_has(scheme, slash, user, host, port, tail):
    with pytest.raises(ConnectionFailed) as caught:
        require_connection(ALL, f"{scheme}{slash}{user}{host}{port}{tail}")
    assert caught.value.code in ("NOT_ALLOWED", "BAD_URL")


PUT_IN = [
    "", ".", "/", "\\", "@", ":", "#", "?", "%", "%2e", "..", "evil.test", "\t", "\r\n", " ", "\0",
    "\u3002", "\uff0f", "\u212a", "\u00ad", "[", "]", "//", "%00", ";", "\ud800",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The address of a connection with something put in, taken out or replaced."""
    connection = draw(st.sampled_from(ALL))
    text = (connection.base_url or connection.endpoint) + draw(st.sampled_from(["", "x", "x/y?z"]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        put = draw(st.sampled_from(PUT_IN) | st.text(max_size=2))
        text = text[:start] + put + text[end:]
    return text


@settings(max_examples=1000)
@given(damaged() | st.text(max_size=60))
def test_what_is_not_refused_goes_to_the_host_of_its_connection(url):
    try:
        connection = require_connection(ALL, url)
    except ConnectionFailed:
        return
    sent = resolve(connection, url, Secrets({})).url
    address = yarl.URL(connection.base_url or connection.endpoint)
    assert sent.origin() == address.origin()
    host = urlsplit(str(sent)).hostname
    assert host is not None
    assert host.isascii()
    assert sent.user is sent.password is None
    assert str(sent).isascii()
    assert not any(character <= " " for character in str(sent))
