"""URLs taken apart: what is refused, and that all who read one read the same."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import yarl
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.url import LONGEST, parse_url


@pytest.mark.parametrize(
    ("text", "origin", "path", "query"),
    [
        ("https://api.example.com", ("https", "api.example.com", 443), "/", ""),
        ("HTTPS://API.Example.COM:443/A", ("https", "api.example.com", 443), "/A", ""),
        ("http://a:8080/x?y=1&z#frag", ("http", "a", 8080), "/x", "y=1&z"),
        ("http://a?q", ("http", "a", 80), "/", "q"),
        ("http://a#/b", ("http", "a", 80), "/", ""),
        ("http://[::1]:8080/", ("http", "::1", 8080), "/", ""),
        ("http://[0:0:0:0:0:0:0:1]/", ("http", "::1", 80), "/", ""),
        ("http://[2001:DB8::1]/", ("http", "2001:db8::1", 80), "/", ""),
        ("https://bücher.example/", ("https", "xn--bcher-kva.example", 443), "/", ""),
        ("https://BÜCHER.example/", ("https", "xn--bcher-kva.example", 443), "/", ""),
        ("http://a/ü x\"<>'", ("http", "a", 80), "/%C3%BC%20x%22%3C%3E'", ""),
        ("http://a/%7e%ZZ", ("http", "a", 80), "/%7e%ZZ", ""),
        ("http://a:/x", ("http", "a", 80), "/x", ""),
    ],
)
def test_one_form(text, origin, path, query):
    url = parse_url(text)
    assert url is not None
    assert (url.origin, url.path, url.query) == (origin, path, query)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.example.com",
        "/path",
        "//api.example.com/",
        "ftp://a/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/a/",
        "https:a",
        "https:///a",
        "https://",
        "https://:443/",
        "https://a:0/",
        "https://a:65536/",
        "https://a:-1/",
        "https://a:port/",
        "https://a:8o/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[bad]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        " https://a/",
        "\thttps://a/",
        "https://a/\r\nHost: b",
        "ht\ntps://a/",
        "https://a\t.b/",
        "https://a/\0",
        "https://a/\x7f",
        "https://a\\.evil.test/",
        "https:\\\\a\\",
        "https://a/\\..\\b",
        "https://a%2eb/",
        "https://a%00b/",
        "https://a b/",
        "https://a<b/",
        "https://a/\ud800",
        "https://a/?\ud800",
        "https://\ud800/",
        "https://" + "a" * 254 + "/",
        "https://a/" + "x" * LONGEST,
    ],
)
def test_what_is_doubtful_is_no_url(text):
    assert parse_url(text) is None


def test_the_user_is_found_however_it_is_hidden():
    for text in ("https://u@a/", "https://u:p@a/", "https://a@b@c/", "https://a:80@c/"):
        url = parse_url(text)
        assert url is not None
        assert url.userinfo
        assert url.host in ("a", "c")


def test_the_longest_url_is_one():
    assert parse_url("https://a/" + "x" * (LONGEST - 10)) is not None


# Everything that URL parsers have ever disagreed about, in any order.
pieces = st.lists(
    st.sampled_from(
        ["http:", "https:", "//", "/", "\\", "a", "A.example", "evil.test", ":", ":80", ":8080",
         "@", "#", "?", "..", "%2e", "%2F", "%00", "%", ";", "[::1]", "[", "]", "ü",
         "\uff0f", "\u2024",
         "\u3002", "\u00ad", "\t", "\n", " ", "\xa0", "127.0.0.1", "0x7f.1", "\ud800"]
    ),
    max_size=9,
).map("".join)  # fmt: skip
texts = st.one_of(
    pieces, pieces.map("https://a".__add__), st.text(), st.text().map("http://a".__add__)
)


@given(texts)
def test_two_other_parsers_agree(text):
    url = parse_url(text)
    if url is None:
        return
    sent = f"{url.shown_origin}{url.path}" + (f"?{url.query}" if url.query else "")
    ours = (url.scheme, url.host, url.port, url.path)
    split = urlsplit(sent)
    ports = {"http": 80, "https": 443}
    assert (split.scheme, split.hostname, split.port or ports[split.scheme], split.path) == ours
    parsed = yarl.URL(sent, encoded=True)
    assert (parsed.scheme, parsed.raw_host, parsed.port, parsed.raw_path) == ours
    # And of what was given, not only of what is sent: who reads on is led to the same host.
    given_host = urlsplit(text).hostname or ""
    assert yarl.URL.build(scheme="http", host=given_host).raw_host == url.host


@given(texts)
def test_what_is_sent_is_read_as_itself(text):
    url = parse_url(text)
    if url is not None:
        again = parse_url(f"{url.shown_origin}{url.path}")
        assert again is not None
        assert (again.origin, again.path) == (url.origin, url.path)
        assert url.path.isascii()
        assert url.path.isprintable()
        assert " " not in url.path
