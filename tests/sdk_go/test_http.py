"""http: requests as the host gets them, responses and headers as apps see them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

URL = "https://example.com/a?b=c"
FETCH = "modus_http_client.fetch"
FAILED = "HTTP fetch failed - check the logs for more information"


def headers_of(*headers: tuple[str, list[str]]) -> dict[str, Any]:
    """As they lie in a guest: by the name in small letters."""
    return {"data": {name.lower(): {"name": name, "values": values} for name, values in headers}}


def response(body: bytes = b"", status: int = 200, *headers: tuple[str, list[str]]) -> Any:
    return {
        "status": status,
        "statusText": "Fine",
        "headers": headers_of(*headers),
        "body": body,
    }


@pytest.fixture
def sent(host) -> Any:
    """Method, headers and body of each request."""
    host.answers[FETCH] = response()

    def sent() -> list[tuple[Any, ...]]:
        assert {call[0] for call in host.calls} == {FETCH}
        requests = [request for _, request in host.calls]
        assert {request["url"] for request in requests} == {URL}
        return [(request["method"], request["headers"], request["body"]) for request in requests]

    return sent


async def test_a_url_alone(app, host):
    host.answers[FETCH] = response(b"\xff", 201, ("A", ["1"]))
    # Headers keep their map for themselves: nothing of them can be told.
    told = {"status": 201, "statusText": "Fine", "headers": {}, "body": "/w=="}
    assert await app.call("fetchUrl", url=URL) == told
    assert host.calls == [(FETCH, {"url": URL, "method": "GET", "headers": None, "body": None})]


async def test_options_of_every_type(app, sent):
    await app.call("fetchWithOptions", url=URL)
    value = '{"name":"\\u003cé\\u003e","sizes":[1]}'.encode()
    assert sent() == [
        ("GET", None, None),
        ("GET", None, None),
        ("POST", None, None),
        ("GET", headers_of(("X-Mine", ["1"])), None),
        ("GET", headers_of(("A", ["1", "2"])), None),
        ("GET", headers_of(("A", ["1", "2", "3"]), ("B", [""])), None),
        ("GET", headers_of(("A", ["1", "2"])), None),
        ("GET", headers_of(("A", ["1", "2"])), None),
        ("GET", None, None),
        ("GET", None, "text é✨".encode()),
        ("GET", None, b"pointer"),
        ("GET", None, b"\x00\xff\x80"),
        ("GET", None, b"\x00\xff\x80"),
        ("GET", None, b"content"),
        ("GET", None, value),
        ("GET", None, value),
        ("GET", None, b"[" + value + b"]"),
        ("GET", None, b'{"n":null}'),
        ("GET", None, b"true"),
        ("GET", None, None),
        ("PATCH", headers_of(("A", ["1", "2"])), b""),
    ]


async def test_requests_and_their_clones(app, sent):
    await app.call("fetchRequests", url=URL)
    own, other = headers_of(("A", ["1"])), headers_of(("B", ["2", "3"]))
    assert sent() == [
        ("GET", None, None),
        ("GET", None, None),
        ("PUT", own, b"body"),
        ("PUT", other, b"body"),
        ("PUT", own, b"body"),
        # With options beside them, which replace what they name for that request alone.
        ("DELETE", own, b"body"),
        ("PUT", headers_of(("C", ["4"])), b"body"),
        ("PUT", own, b""),
        ("PUT", own, b"body"),
        ("PUT", own, b"body"),
    ]


async def test_what_a_request_tells_about_itself(app):
    body = '{"a": 1e2}'
    assert await app.call("readRequest", body=body) == [body, body, '{"a":100}', "", body, ""]
    told = await app.call("readRequest", body="{")
    assert told == ["{", "{", "null", "unexpected end of JSON input", "{", told[3]]


async def test_a_response_as_the_app_sees_it(app, host):
    body = "é\x00✨".encode()
    many = [("Set-Cookie", ["a=1", "b=2"]), ("Content-Type", ["text/x"]), ("Empty", [])]
    host.answers[FETCH] = response(body, 404, *many)
    for name in ("Set-Cookie", "set-cookie", "SET-COOKIE"):
        assert await app.call("answered", url=URL, header=name) == {
            "status": 404,
            "statusText": "Fine",
            "ok": False,
            "text": body.decode(),
            "bytes": b64encode(body).decode(),
            "header": "a=1,b=2",
            "entries": ["Content-Type: text/x", "Set-Cookie: a=1", "Set-Cookie: b=2"],
        }
    assert (await app.call("answered", url=URL, header="empty"))["header"] == ""
    assert (await app.call("answered", url=URL, header="other"))["header"] is None


@pytest.mark.parametrize("body", [b"", b"\x00", bytes(range(256)), bytes(range(256)) * 2000])
async def test_bodies_of_any_bytes(app, host, body):
    host.answers[FETCH] = response(body)
    assert (await app.call("answered", url=URL, header=""))["bytes"] == b64encode(body).decode()


async def test_a_response_that_lacks_everything(app, host):
    host.answers[FETCH] = {"status": 0, "statusText": "", "headers": None, "body": None}
    told = await app.call("answered", url=URL, header="a")
    assert told == {
        "status": 0, "statusText": "", "ok": False, "text": "", "bytes": None, "header": None,
        "entries": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "ok"), [(199, False), (200, True), (299, True), (300, False), (65535, False)]
)
async def test_which_statuses_are_of_success(app, host, status, ok):
    host.answers[FETCH] = response(status=status)
    told = await app.call("answered", url=URL, header="")
    assert (told["status"], told["ok"]) == (status, ok)


async def test_bodies_in_json(app, host):
    host.answers[FETCH] = response(b' {"n": 12345678901234567890, "t": "\\u003c\\ud83c\\udf89"} ')
    # Numbers are float64 here.
    assert await app.call("responseAsAny", url=URL) == '{"n":12345678901234567000,"t":"<🎉"}'
    host.answers[FETCH] = response(b'{"name": "x", "SIZES": [1, -2], "more": {"a": 0.5}, "z": []}')
    assert await app.call("responseAsItem", url=URL) == {
        "name": "x",
        "sizes": [1, -2],
        "more": [{"key": "a", "value": 0.5}],
    }


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "unexpected end of JSON input"),
        (b"<html>", "invalid character '<' looking for beginning of value"),
        (b'{"name": 1}', ("Thing.Name of type string", "Thing.name of type string")),
    ],
)
async def test_a_body_that_is_not_the_json_asked_for(app, host, body, error):
    host.answers[FETCH] = response(body)
    # Versions of Go differ in whether they name a field as Go or as JSON does.
    assert (await app.error("responseAsItem", url=URL)).endswith(error)


async def test_no_response_is_an_error(app, host):
    host.answers[FETCH] = None
    assert await app.error("fetchUrl", url=URL) == FAILED
    assert len(host.calls) == 1


@pytest.mark.parametrize("url", ["", "no url", "a/b", "http://[::1", "%zz"])
async def test_what_is_no_url_does_not_reach_the_host(app, host, url):
    assert await app.error("fetchUrl", url=url) == "invalid URL"
    assert host.calls == []


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("fetch", "Too many arguments to Fetch"),
        ("request", "Too many arguments to NewRequest"),
        ("headers", "Invalid headers type"),
        ("body", "json: unsupported type: func()"),
    ],
)
async def test_misuse_panics(app, host, how, message):
    assert message in await app.panic("misuseHttp", how=how)
    assert host.calls == []


async def test_no_request_is_an_error(app, host):
    assert await app.error("misuseHttp", how="nil") == "a request is required"
    assert host.calls == []
