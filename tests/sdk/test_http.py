from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import HostError, HttpError, http, testing
from atoll.sdk.http.response import _Lines

URL = "https://api.example.com/people"


@dataclass
class Person:
    name: str
    born_on: date | None = None


def gives(answer: Any) -> Any:
    return testing.host(connections={"https://api.example.com/": lambda request: answer})


def test_get() -> None:
    answer = testing.HttpAnswer('{"name":"Ann","bornOn":"2001-02-03"}', 200, {"X-A": "1"})
    with gives(answer) as host:
        response = http.get(URL, headers={"Accept": "text/*"}, params={"page": 2, "no": None})
    assert (response.status, response.ok, response.headers["x-a"]) == (200, True, "1")
    assert response.json() == {"name": "Ann", "bornOn": "2001-02-03"}
    assert response.json(Person) == Person("Ann", date(2001, 2, 3))
    assert response.raise_for_status() is response
    assert host.http_requests == [
        testing.HttpRequest("GET", f"{URL}?page=2", [("Accept", "text/*")], b"")
    ]


@pytest.mark.parametrize(
    ("options", "content_type", "body"),
    [
        ({"json": Person("Zoë")}, "application/json", '{"name":"Zoë","born_on":null}'.encode()),
        ({"json": None}, "application/json", b"null"),
        ({"data": "Zoë"}, "text/plain; charset=utf-8", "Zoë".encode()),
        (
            {"data": {"a": "1 2", "b": [1, 2]}},
            "application/x-www-form-urlencoded",
            b"a=1+2&b=1&b=2",
        ),
        ({"data": b"\x00\xff"}, None, b"\x00\xff"),
        ({"json": 1, "headers": {"content-type": "application/x"}}, "application/x", b"1"),
        ({}, None, b""),
    ],
)
def test_bodies(options: Any, content_type: str | None, body: bytes) -> None:
    with gives("") as host:
        http.post(URL, **options)
    [request] = host.http_requests
    assert request.body == body
    assert {n.lower(): v for n, v in request.headers}.get("content-type") == content_type


@pytest.mark.parametrize(
    ("url", "params", "whole"),
    [
        ("https://x/", {"a": "ä&="}, "https://x/?a=%C3%A4%26%3D"),
        ("https://x/?b=1#top", {"a": [1, 2], "yes": True}, "https://x/?b=1&a=1&a=2&yes=true#top"),
        ("https://x/", {}, "https://x/"),
    ],
)
def test_urls(url: str, params: Any, whole: str) -> None:
    with testing.host(connections={"https://x/": lambda request: ""}) as host:
        http.get(url, params=params)
    assert host.http_requests[0].url == whole


def test_requests_that_cannot_be_sent() -> None:
    for options, message in (
        ({"json": 1, "data": "x"}, "one body"),
        ({"json": object()}, "json cannot be sent"),
        ({"jsn": 1}, "no option jsn"),
    ):
        with gives(""), pytest.raises(TypeError, match=message):
            http.post(URL, **options)  # type: ignore[arg-type]
    with gives(""), pytest.raises(TypeError, match="a URL is a str"):
        http.get(None)  # type: ignore[arg-type]


def test_methods() -> None:
    with gives("") as host:
        http.get(URL)
        http.post(URL)
        http.put(URL)
        http.patch(URL)
        http.delete(URL)
        http.fetch(URL, method="head")
    methods = [request.method for request in host.http_requests]
    assert methods == ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]


async def test_async_twins() -> None:
    with gives("hi") as host:
        for send in (
            http.get_async,
            http.post_async,
            http.put_async,
            http.patch_async,
            http.delete_async,
            http.fetch_async,
        ):
            assert (await send(URL)).text() == "hi"
        async with http.stream_async(URL) as response:
            assert [piece async for piece in response] == [b"hi"]
        async with http.stream_async(URL) as response:
            assert [line async for line in response.lines_async()] == ["hi"]
    assert len(host.http_requests) == 8


def test_headers() -> None:
    headers = http.Headers([("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X", "y")])
    assert headers["SET-COOKIE"] == "a=1, b=2"
    assert headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert headers.get("none") is None
    assert "x" in headers
    assert (len(headers), list(headers)) == (2, ["set-cookie", "x"])
    assert http.Headers({"A": ["1", "2"], "b": "3"}).pairs() == [
        ("A", "1"),
        ("A", "2"),
        ("b", "3"),
    ]
    assert http.Headers(headers).pairs() == headers.pairs()


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", "é".encode(), "é"),
        ("text/plain; charset=ISO-8859-1", b"\xe9", "é"),
        ('text/plain; charset="utf-8"', b"\xff", "�"),
        ("text/plain; charset=base64", b"hi", "hi"),
        ("text/plain; charset=nonsense", b"hi", "hi"),
        ("text/plain; charset=idna", b"hi", "hi"),
    ],
)
def test_text(content_type: str, body: bytes, text: str) -> None:
    with gives(testing.HttpAnswer(body, headers={"Content-Type": content_type})):
        assert http.get(URL).text() == text


def test_a_status_that_is_no_success() -> None:
    url = "https://user:hidden@api.example.com/people?token=hidden#hidden"
    with testing.host(connections={"https://": lambda request: testing.HttpAnswer("gone", 404)}):
        response = http.get(url)
    assert not response.ok
    with pytest.raises(http.StatusError) as failed:
        response.raise_for_status()
    assert failed.value.message == "https://api.example.com/people answered with status 404"
    assert failed.value.response is response


def test_answers_that_do_not_fit() -> None:
    with gives("<html>"), pytest.raises(HttpError, match="is not JSON"):
        http.get(URL).json()
    with gives({"town": 1}), pytest.raises(HttpError, match="does not fit Person"):
        http.get(URL).json(Person)


def test_no_answer() -> None:
    def fail(request: Any) -> Any:
        raise HostError("HOST_UNREACHABLE", "down", "try again")

    with testing.host(connections={URL: fail}), pytest.raises(HttpError) as failed:
        http.get(URL)
    assert (failed.value.code, failed.value.hint) == ("HOST_UNREACHABLE", "try again")
    with testing.host(), pytest.raises(HttpError, match="no connection for"):
        http.get(URL)


def test_the_stand_in_of_the_longest_beginning_answers() -> None:
    connections = {"https://a/": lambda request: "all", "https://a/b": lambda request: "one"}
    with testing.host(connections=connections):
        assert [http.get(f"https://a/{path}").text() for path in ("b/c", "c")] == ["one", "all"]


def test_stream() -> None:
    pieces = [b"one\r\ntw", b"o\n\nth\xc3", b"\xa9\n", b"end"]
    answer = testing.HttpAnswer(pieces=pieces)
    with gives(answer), http.stream(URL, method="POST", json={"a": 1}) as response:
        assert response.raise_for_status().status == 200
        assert list(response) == pieces
    with gives(answer), http.stream(URL) as response:
        assert list(response.lines()) == ["one", "two", "", "thé", "end"]


def test_a_stream_that_is_left_is_closed() -> None:
    closed: list[Any] = []
    answer = testing.HttpAnswer(pieces=[b"a", b"b"])
    with testing.host(
        connections={URL: lambda request: answer},
        operations={"stream.close": closed.append},
    ):
        with http.stream(URL) as response:
            assert next(iter(response)) == b"a"
        assert len(closed) == 1


@given(st.text(st.sampled_from("a\r\né🏝")), st.data())
def test_lines_do_not_depend_on_the_pieces(text: str, data: st.DataObject) -> None:
    rest = text.encode()
    lines = _Lines("utf-8")
    found: list[str] = []
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        found += lines.feed(rest[:size])
        rest = rest[size:]
    found += lines.end()
    expected = [line.removesuffix("\r") for line in text.split("\n")]
    # The last line has no end of its own, so that nothing is taken from it.
    expected[-1] = text.split("\n")[-1]
    assert found == (expected if expected[-1] else expected[:-1])


@given(st.binary())
def test_any_bytes_are_text_or_no_json(body: bytes) -> None:
    with gives(body):
        response = http.get(URL)
    assert response.bytes == body
    response.text().encode()
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        with pytest.raises(HttpError):
            response.json()
