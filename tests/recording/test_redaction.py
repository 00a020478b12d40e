from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from atoll.recording.redaction import REDACTED, Redaction

SECRET = "s3cr/et+ value"


@pytest.fixture
def redaction() -> Redaction:
    found = Redaction()
    found.learn("KEY", SECRET)
    return found


def test_values_are_replaced_by_names_wherever_they_stand(redaction: Redaction) -> None:
    value = {"a": [f"x {SECRET} y", 1, None], SECRET: quote(SECRET, safe="")}
    assert redaction.json(value) == {
        "a": ["x REDACTED-KEY y", 1, None],
        "REDACTED-KEY": "REDACTED-KEY",
    }
    assert redaction.bytes(b"\xff" + SECRET.encode()) == b"\xffREDACTED-KEY"


@pytest.mark.parametrize("ascii_only", [True, False])
def test_values_in_json_that_is_kept_as_text(ascii_only: bool) -> None:
    """As in the events of a stream."""
    redaction = Redaction()
    redaction.learn("PEM", 'BEGIN "é"\n\\END')
    text = "data: " + json.dumps({"key": 'BEGIN "é"\n\\END'}, ensure_ascii=ascii_only)
    assert redaction.text(text) == 'data: {"key": "REDACTED-PEM"}'
    assert redaction.chunks([text[:25], text[25:]]) == ['data: {"key": "REDACTED-PEM"}']


def test_short_values_are_in_any_text() -> None:
    redaction = Redaction()
    redaction.learn("KEY", "abc")
    redaction.learn("EMPTY", "")
    redaction.learn("NONE", None)
    assert redaction.text("abc") == "abc"


def test_a_value_within_another_does_not_leave_half_of_it() -> None:
    redaction = Redaction()
    redaction.learn("SHORT", "abcd")
    redaction.learn("LONG", "abcdefgh")
    assert redaction.text("abcdefgh abcd") == "REDACTED-LONG REDACTED-SHORT"


@pytest.mark.parametrize(
    "name",
    ["Authorization", "proxy-authorization", "X-API-Key", "apikey", "Set-Cookie", "cookie",
     "x-goog-api-key", "X-Auth-Token", "x-signature", "Ocp-Apim-Subscription-Key"],
)  # fmt: skip
def test_headers_that_hold_secrets(redaction: Redaction, name: str) -> None:
    assert redaction.headers([(name, "anything")]) == [[name, REDACTED]]


def test_other_headers_stay(redaction: Redaction) -> None:
    headers = [("Accept", "text/plain"), ("X-Keyboard", SECRET)]
    expected = [["Accept", "text/plain"], ["X-Keyboard", "REDACTED-KEY"]]
    assert redaction.headers(headers) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/p?api_key=abc&page=2", "http://h/p?api_key=REDACTED&page=2"),
        ("http://h/p?page=2&access_token=abc#x", "http://h/p?page=2&access_token=REDACTED#x"),
        ("http://h/p?key=abc", "http://h/p?key=REDACTED"),
        ("http://h/p?keyboard=abc&monkey=1", "http://h/p?keyboard=abc&monkey=1"),
        (f"http://h/{quote(SECRET, safe='')}", "http://h/REDACTED-KEY"),
    ],
)
def test_urls(redaction: Redaction, url: str, expected: str) -> None:
    assert redaction.url(url) == expected


def test_a_secret_that_is_cut_by_chunks(redaction: Redaction) -> None:
    assert redaction.chunks(["one ", "two"]) == ["one ", "two"]
    assert redaction.chunks(["a s3cr/", "et+ value b"]) == ["a REDACTED-KEY b"]
    binary = {"base64": base64.b64encode(b"\xff s3cr/").decode()}
    (found,) = redaction.chunks([binary, "et+ value"])
    assert base64.b64decode(found["base64"]) == b"\xff REDACTED-KEY"
