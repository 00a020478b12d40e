from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.media_type import GRAPHQL_RESPONSE, JSON, Accepted, accepted, is_json


@pytest.mark.parametrize(
    ("accept", "media_type", "named"),
    [
        (None, JSON, False),
        ("", JSON, False),
        ("*/*", JSON, False),
        ("application/*", JSON, False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON, False),
        ("application/json", JSON, True),
        ("Application/JSON; charset=utf-8", JSON, True),
        ("application/graphql-response+json", GRAPHQL_RESPONSE, True),
        ("application/json, application/graphql-response+json", GRAPHQL_RESPONSE, True),
        ("application/graphql-response+json;q=0.5, application/json;q=0.9", JSON, True),
        ("application/graphql-response+json;q=0, */*", JSON, False),
        ("text/event-stream", JSON, False),
    ],
)
def test_choice(accept: str | None, media_type: str, named: bool) -> None:
    found = accepted(accept)

    assert found is not None
    assert (found.media_type, found.named) == (media_type, named)


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "application/json;q=0, */*", "x"],
)
def test_nothing_that_we_have(accept: str) -> None:
    assert accepted(accept) is None


def test_streams() -> None:
    assert accepted("application/json, text/event-stream") == Accepted(JSON, True, True)
    assert accepted("text/event-stream;q=0, */*") == Accepted(JSON, False, False)


@given(
    st.text() | st.lists(st.sampled_from(["*/*", JSON, ";q=", "1", ",", "0.5", " "])).map("".join)
)
def test_any_text_is_read(accept: str) -> None:
    found = accepted(accept)

    assert found is None or found.media_type in (JSON, GRAPHQL_RESPONSE)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("APPLICATION/JSON", True),
        ('application/json; charset="utf-8"', True),
        ("application/json;boundary=x;charset=UTF8", True),
        ("application/json; charset=utf-16", False),
        ("application/jsonx", False),
        ("text/plain; application/json", False),
        ("text/plain, application/json", False),
        ("", False),
        (None, False),
    ],
)
def test_json(content_type: str | None, expected: bool) -> None:
    assert is_json(content_type) is expected
