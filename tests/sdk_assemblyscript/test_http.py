"""http: requests as the host gets them, responses and headers as apps see them."""

from __future__ import annotations

import codecs
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure
from atoll.guest.wasm_binary import custom_section

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
URL = "https://example.com/a?b=c"
APPS = Path(__file__).parents[2] / "sdk" / "assemblyscript" / "tests"
SDK = "~lib/@hypermode/modus-sdk-as/assembly/http/"


class Service:
    """Answers each request with the response it was given."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.response: dict[str, Any] | None = response()

    def fetch(self, request: dict[str, Any]) -> dict[str, Any] | None:
        self.requests.append(request)
        return self.response


def response(body: bytes = b"", status: int = 200, *headers: tuple[str, list[str]]) -> Any:
    return {
        "status": status,
        "statusText": "Fine",
        "headers": headers_of(*headers),
        "body": body,
    }


def headers_of(*headers: tuple[str, list[str]]) -> dict[str, Any]:
    """As they lie in a guest: by the name in small letters."""
    return {"data": {name.lower(): {"name": name, "values": values} for name, values in headers}}


def told(value: dict[str, Any]) -> dict[str, Any]:
    """A request or response, or headers, as a function's result is told to callers."""
    if "data" in value:
        return {"data": [{"key": key, "value": header} for key, header in value["data"].items()]}
    return {**value, "headers": told(value["headers"]), "body": base64(value["body"])}


def base64(data: bytes) -> str:
    """How a buffer is told to callers."""
    return b64encode(data).decode()


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def started(request, run_app, service: Service) -> Any:
    return run_app("web", release=request.param, host={"modus_http_client.fetch": service.fetch})


@pytest.fixture
def app(started, service: Service) -> Any:
    service.requests.clear()
    service.response = response()
    return started


async def test_a_url_alone(app, service: Service):
    assert await app.call("byUrl") == {"status": 200, "statusText": "Fine", "ok": True, "text": ""}
    assert service.requests == [{"url": URL, "method": "GET", "headers": headers_of(), "body": b""}]


async def test_a_url_with_options(app, service: Service):
    await app.call("byUrlAndOptions")
    assert service.requests == [
        {
            "url": URL,
            "method": "POST",
            "headers": headers_of(("Content-Type", ["text/plain"])),
            "body": "é✨🎉".encode(),
        }
    ]


async def test_a_request_with_and_without_options(app, service: Service):
    await app.call("byRequest")
    assert [request["method"] for request in service.requests] == ["GET", "DELETE"]


async def test_options_that_say_little(app, service: Service):
    await app.call("byPartialOptions")
    said = [
        (request["method"], request["headers"], request["body"]) for request in service.requests
    ]
    assert said == [
        ("PUT", headers_of(), b""),
        ("GET", headers_of(), b"b"),
        ("GET", headers_of(("A", ["b"])), b""),
        ("GET", headers_of(), b""),
        ("PATCH", headers_of(("X-Mine", ["1"])), b"[1,2]"),
    ]


async def test_what_a_request_tells_about_itself(app):
    assert await app.call("byRequestOfOptions") == f"{URL}|POST|[1]|3|3|0|1"


async def test_a_clone_keeps_what_its_options_do_not_say(app):
    headers = headers_of(("Accept", ["a", "b"]))
    original = {"url": URL, "method": "POST", "headers": headers, "body": b"body"}
    assert await app.call("clones") == [
        told({**original, "headers": headers_of(("Accept", ["a", "b", "c"]))}),
        told({**original, "method": "PUT"}),
        told({**original, "headers": headers_of(("X", ["y"]))}),
        told({**original, "body": b"new"}),
        told(original),
    ]


async def test_requests_and_responses_in_signatures(app, service: Service):
    request = {
        "url": "http://x/",
        "method": "HEAD",
        "headers": headers_of(("A", ["1", "2"])),
        "body": b"\x00\xff",
    }
    service.response = response(b"\xfe", 404, ("B", ["3"]))
    assert await app.call("forward", request=request) == told(service.response)
    assert service.requests == [request]


def test_classes_have_the_names_and_fields_that_hosts_know(build_assemblyscript):
    said = json.loads(custom_section(build_assemblyscript(APPS / "web"), "modus_metadata") or "")
    fields = {
        name.removeprefix(SDK): [(field["name"], field["type"]) for field in type["fields"]]
        for name, type in said["types"].items()
        if name.startswith(SDK)
    }
    text, buffer = "~lib/string/String", "~lib/arraybuffer/ArrayBuffer"
    headers, header = f"{SDK}Headers", f"{SDK}Header"
    assert fields == {
        "Request": [("url", text), ("method", text), ("headers", headers), ("body", buffer)],
        "Response": [
            ("status", "u16"), ("statusText", text), ("headers", headers), ("body", buffer)
        ],
        "Headers": [("data", f"~lib/map/Map<{text},{header}>")],
        "Header": [("name", text), ("values", f"~lib/array/Array<{text}>")],
    }  # fmt: skip
    assert said["fnImports"]["modus_http_client.fetch"] == {
        "parameters": [{"name": "request", "type": f"{SDK}Request"}],
        "results": [{"type": f"{SDK}Response"}],
    }


async def test_no_response_is_an_error(app, service: Service):
    service.response = None
    with pytest.raises(GuestFailure, match="HTTP fetch failed"):
        await app.call("byUrl")


@pytest.mark.parametrize(
    ("status", "ok"),
    [(199, False), (200, True), (204, True), (299, True), (300, False), (404, False), (0, False)],
)
async def test_which_statuses_are_of_success(app, service: Service, status, ok):
    service.response = response(b"", status)
    shown = await app.call("byUrl")
    assert (shown["status"], shown["ok"]) == (status, ok)


async def test_a_response_that_an_app_makes_is_empty(app):
    shown = await app.call("emptyResponse")
    assert shown == {"status": 0, "statusText": "", "ok": False, "text": ""}


# Bodies.


@pytest.mark.parametrize("text", ["", "a", "é✨🎉\x00"])
async def test_a_text_is_sent_as_utf_8(app, text):
    assert await app.call("textBody", text=text) == base64(text.encode())


async def test_half_of_a_character_is_not_sent(app):
    assert await app.call("lonelyBody") == base64("a\ufffdb".encode())


async def test_bytes_are_sent_as_they_are(app):
    every = bytes(range(256))
    assert await app.call("bufferBody", bytes=every) == base64(every)
    assert await app.call("bufferBody", bytes=b"") == ""
    assert await app.call("bytesBody", bytes=every, start=0, end=256) == base64(every)


async def test_of_a_part_of_bytes_only_the_part_is_sent(app):
    assert await app.call("bytesBody", bytes=b"abcdef", start=2, end=5) == base64(b"cde")
    assert await app.call("bytesBody", bytes=b"abcdef", start=2, end=2) == ""


async def test_anything_else_is_sent_as_json(app):
    item = '{"name":"é\\n}","sizes":[],"more":{}}'
    assert await app.call("jsonBodies") == [
        item,
        f"[{item}]",
        '{"k\\"":[1]}',
        '["a","]"]',
        "-7",
        "1.5",
        "true",
        '{"x": 1}',
        '"1970-01-01T00:00:00.000Z"',
    ]


async def test_content_can_be_read_again(app):
    text = '{"name":"é"}'
    assert await app.call("contentOf", text=text) == f"é|13|{text}"


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", bytes(range(256)) * 300])
async def test_the_bytes_of_a_response(app, service: Service, body):
    service.response = response(body)
    assert await app.call("responseBytes") == base64(body)
    assert await app.call("responseBody") == base64(body)


ODD_BYTES = st.lists(
    st.sampled_from(
        [b"a", b"\x00", b"\x7f", b"\x80", b"\xbf", b"\xc0", b"\xc1", b"\xc2", b"\xdf", b"\xe0",
         b"\xa0", b"\x9f", b"\xed", b"\xef", b"\xbb", b"\xf0", b"\x90", b"\x8f", b"\xf4", b"\xf5",
         b"\xff", "é".encode(), "✨".encode(), "🎉".encode()]
    )
)  # fmt: skip


@given(chosen=ODD_BYTES, text=st.text())
@SOME
async def test_bytes_that_are_not_utf_8_become_replacement_characters(
    app, service: Service, chosen, text
):
    body = b"".join(chosen) + text.encode()
    service.response = response(body)
    expected = body.removeprefix(codecs.BOM_UTF8).decode(errors="replace")
    assert await app.call("responseText") == expected


async def test_a_byte_order_mark_is_no_part_of_a_text(app, service: Service):
    service.response = response(codecs.BOM_UTF8 + b'["a"]')
    assert await app.call("responseText") == '["a"]'
    assert await app.call("responseStrings") == ["a"]
    assert await app.call("responseBytes") == base64(codecs.BOM_UTF8 + b'["a"]')


# JSON.


async def test_json_of_a_class(app, service: Service):
    more = {"a": ["}", {"b": '{["\\'}]}
    value = {"more": more, "unknown": {"}": ["{"]}, "sizes": [1, -2], "name": '"/\\ é✨🎉}]'}
    for ascii_only in (True, False):
        body = json.dumps(value, ensure_ascii=ascii_only)
        service.response = response(body.encode())
        raw = json.dumps(more, ensure_ascii=ascii_only)
        assert await app.call("responseItem") == f'"/\\ é✨🎉}}]|1,-2|{raw}'


async def test_json_with_escapes(app, service: Service):
    body = rb'["\u00e9\u2728\ud83c\udf89", "https:\/\/x\/", "\"}]\\", "\u005b\b\f\n\r\t"]'
    service.response = response(body)
    assert await app.call("responseStrings") == json.loads(body)


async def test_json_of_other_types(app, service: Service):
    service.response = response(b' {"a" : 1.5, "}" : -2e3} ')
    assert await app.call("responseMap") == [
        {"key": "a", "value": 1.5},
        {"key": "}", "value": -2000.0},
    ]
    assert await app.call("responseRaw") == '{"a" : 1.5, "}" : -2e3}'
    service.response = response(b"[]")
    assert await app.call("responseItems") == "[]"
    service.response = response(b"-5")
    assert await app.call("responseNumber") == -5


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"name":', b"[1,2", b"null", b"\xff", b"{} {}", b'{"a":\x00}']
)
async def test_a_body_that_is_not_the_json_asked_for(app, service: Service, body):
    service.response = response(body)
    with pytest.raises(GuestFailure, match="This is not JSON"):
        await app.call("responseItem")


# Headers.


async def test_the_case_of_a_name_does_not_matter(app, service: Service):
    service.response = response(b"", 200, ("Content-Type", ["a/b"]), ("Set-Cookie", ["a=1", "b"]))
    for name in ("content-type", "Content-Type", "CONTENT-TYPE"):
        assert await app.call("responseHeader", name=name) == "a/b"
    assert await app.call("responseHeader", name="SET-cookie") == "a=1,b"
    assert await app.call("responseHeader", name="content") is None
    assert await app.call("responseHeaders") == [
        ["Content-Type", "a/b"],
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b"],
    ]


async def test_the_first_spelling_of_a_name_stays(app):
    headers = headers_of(("X-First", ["1", "2"]), ("Y", [""]))
    assert await app.call("appended") == told(headers)


async def test_headers_of_pairs(app):
    pairs = [["A", "1"], ["b", "2"], ["a", "3"]]
    shown = await app.call("headersOfPairs", pairs=pairs)
    assert shown == [["A", "1"], ["A", "3"], ["b", "2"]]
    assert await app.call("headersOfPairs", pairs=[]) == []


async def test_headers_of_maps(app):
    values = {"A": "1", "b": "2"}
    assert await app.call("headersOfMap", map=values) == [["A", "1"], ["b", "2"]]
    lists = {"A": ["1", "2"], "b": [], "C": ["3"]}
    assert await app.call("headersOfLists", map=lists) == [["A", "1"], ["A", "2"], ["C", "3"]]


async def test_headers_of_something_else(app):
    with pytest.raises(GuestFailure, match="Headers cannot be made from i32"):
        await app.call("headersOfNumber")


async def test_headers_in_a_signature(app):
    headers = headers_of(("Accept", ["x", "y"]))
    assert await app.call("headerOf", headers=headers, name="accept") == "x,y"
    assert await app.call("headerOf", headers=headers_of(), name="accept") is None
