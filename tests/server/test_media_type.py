from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.media_type import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    JSON,
    Accepted,
    accepted,
    is_browser,
    is_json,
)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("", JSON),
        (" ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html, image/gif, *; q=.2", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        ("application/json", JSON),
        ("Application/JSON; charset=utf-8", JSON),
        ("application/json, */*", JSON),
        ("application/graphql-response+json", GRAPHQL_RESPONSE),
        ("application/graphql-response+json, */*", GRAPHQL_RESPONSE),
        ("application/json, application/graphql-response+json", GRAPHQL_RESPONSE),
        ("application/graphql-response+json;q=0.5, application/json;q=0.9", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_RESPONSE),
        ("application/graphql-response+json;q=0, */*", JSON),
        ("application/json;q=0, */*", GRAPHQL_RESPONSE),
        ("application/json;q=0.1, application/*;q=0.5", GRAPHQL_RESPONSE),
        (", ".join(["x/y"] * 1000 + ["application/graphql-response+json"]), GRAPHQL_RESPONSE),
    ],
)
def test_choice(accept: str | None, media_type: str) -> None:
    assert accepted(accept) == Accepted(media_type)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/*",
        "application/json;q=0",
        "*/*;q=0",
        "text/*",
        "text/event-stream;q=0",
        "application/*;q=0, */*",
        "x",
    ],
)
def test_nothing_that_we_have(accept: str) -> None:
    assert accepted(accept) is None


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/event-stream", Accepted(JSON, events=True, events_first=True)),
        ("text/event-stream, */*;q=0.1", Accepted(JSON, events=True, events_first=True)),
        ("application/json, text/event-stream", Accepted(JSON, events=True)),
        ("text/event-stream, */*", Accepted(JSON, events=True)),
        (
            "application/graphql-response+json, text/event-stream;q=0.5",
            Accepted(GRAPHQL_RESPONSE, events=True),
        ),
        ("text/event-stream;q=0, */*", Accepted(JSON)),
        ("*/*", Accepted(JSON)),
    ],
)
def test_events(accept: str, expected: Accepted) -> None:
    assert accepted(accept) == expected


RANGES = [GRAPHQL_RESPONSE, JSON, EVENT_STREAM, "application/*", "*/*", "text/html"]


@given(st.dictionaries(st.sampled_from(RANGES), st.integers(0, 10)), st.permutations(RANGES))
def test_no_type_is_preferred_to_one_that_the_client_likes_better(
    tenths: dict[str, int], order: list[str]
) -> None:
    given_ranges = [name for name in order if name in tenths]
    accept = ", ".join(f"{name};q={tenths[name] / 10}" for name in given_ranges)

    def liked(media_type: str) -> Fraction:
        """RFC 9110 §12.5.1: the most specific range counts."""
        group = media_type.partition("/")[0] + "/*"
        for name in (media_type, group, "*/*"):
            if name in tenths:
                return Fraction(tenths[name], 10)
        return Fraction(0)

    found = accepted(accept)

    if not accept:
        assert found == Accepted(JSON)
    elif found is None:
        assert liked(JSON) == liked(GRAPHQL_RESPONSE) == 0 == tenths.get(EVENT_STREAM, 0)
    else:
        best = max(liked(JSON), liked(GRAPHQL_RESPONSE))
        events = Fraction(tenths.get(EVENT_STREAM, 0), 10)
        assert liked(found.media_type) == best
        assert found.events == (events > 0)
        assert found.events_first == (events > best)


@given(
    st.text() | st.lists(st.sampled_from(["*/*", JSON, ";q=", "1", ",", "0.5", " "])).map("".join)
)
def test_any_text_is_read(accept: str) -> None:
    found = accepted(accept)

    assert found is None or found.media_type in (JSON, GRAPHQL_RESPONSE)
    assert accepted(accept) == found
    assert is_browser(accept) in (True, False)


def test_browsers() -> None:
    assert is_browser("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not is_browser("*/*")
    assert not is_browser("text/html;q=0, */*")
    assert not is_browser(None)


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
        ("application/json;" + "x" * 1000, True),
        ("application/json;" + "x" * 1000 + ";charset=latin1", False),
    ],
)
def test_json(content_type: str | None, expected: bool) -> None:
    assert is_json(content_type) is expected


@given(st.text() | st.lists(st.sampled_from([JSON, ";", "charset=", "utf-8", '"'])).map("".join))
def test_what_a_form_could_send_is_never_json(content_type: str) -> None:
    # Browsers send these three across origins without asking first (fetch.spec.whatwg.org).
    for simple in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert not is_json(f"{simple};{content_type}")
        assert not is_json(f"{simple},{content_type}")
    assert is_json(content_type) in (True, False)


@given(
    st.sampled_from([JSON, "Application/Json", " application/json "]),
    st.lists(st.sampled_from(["a=b", " x = y ", 'q="1"']), max_size=3),
    st.sampled_from([None, "utf-8", "UTF-8", '"utf-8"', "utf-16", "latin1"]),
)
def test_json_with_parameters(name: str, parameters: list[str], charset: str | None) -> None:
    parts = [name, *parameters] if charset is None else [name, *parameters, f"charset={charset}"]

    assert is_json(";".join(parts)) is (charset not in ("utf-16", "latin1"))
