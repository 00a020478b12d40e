"""Server-sent events, however they are cut."""

from __future__ import annotations

import codecs
import random
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
from atoll_providers.replies import Call, Say
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk.models.wire.events import Event, EventReader


def events(*chunks: str) -> list[Event]:
    reader = EventReader()
    found = [event for chunk in chunks for event in reader.feed(chunk)]
    return found + list(reader.close())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data: a\n\ndata: b\n\n", [Event("a"), Event("b")]),
        ("data:a\r\n\r\ndata:  b\r\r", [Event("a"), Event(" b")]),
        ("event: x\ndata: a\ndata: b\n\ndata: c\n\n", [Event("a\nb", "x"), Event("c")]),
        ("event: x\r\ndata: a\r\ndata: b\r\n\r\n", [Event("a\nb", "x")]),
        (": ping\n\n\n\nid: 1\nretry: 5\n\n", []),
        ("\ufeffdata: a\n\n", [Event("a")]),
        ("data\n\n", [Event("")]),
        ("data: a", [Event("a")]),
        ("data: a\n", [Event("a")]),
        ("event: x\n\ndata: a\n\n", [Event("a")]),
        ("nonsense: data: a\ndata: a: b\n\n", [Event("a: b")]),
        ("data: a\u2028b\x0bc\n\n", [Event("a\u2028b\x0bc")]),
    ],
)
def test_events_are_read_as_the_standard_says(text: str, expected: list[Event]) -> None:
    assert events(text) == expected
    assert events(*text) == expected


@given(st.text(alphabet="da:t \r\n\ufeffévent\u2028"), st.randoms(use_true_random=False))
def test_where_text_is_cut_changes_nothing(text: str, chance: random.Random) -> None:
    assert events(*_cut(text, chance)) == events(text)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1)))
def test_what_is_written_is_read(values: list[str]) -> None:
    text = "".join(f"data: {value}\r\n\r\n" for value in values)
    assert [event.data for event in events(text)] == values


def _cut(text: str, chance: random.Random) -> Iterable[str]:
    places = sorted(chance.randint(0, len(text)) for _ in range(chance.randint(0, 9)))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_answers_cut_at_any_place_are_the_same(
    interface: str, provider: ModuleType, read: Any, ending: str
) -> None:
    calls = [] if interface == "llama" else [Call("f", {"ü": "\U0001f600"})]
    say = Say("Grüezi \U0001f600 wörld", calls=calls, thinking="Hm.")
    request = {"model": "m", "stream_options": {"include_usage": True}}
    text = "".join(provider.stream(say, request)).replace("\n", ending)
    expected = read(interface, [text])
    assert read(interface, text) == expected
    for seed in range(20):
        assert read(interface, _cut(text, random.Random(seed))) == expected


def test_bytes_may_end_within_a_character(interface: str, provider: ModuleType, read: Any) -> None:
    # As the host reads them: what is given to a function are whole characters.
    decoder = codecs.getincrementaldecoder("utf-8")()
    content = "".join(provider.stream(Say("Grüezi \U0001f600"), {"model": "m"})).encode()
    chunks = [decoder.decode(content[at : at + 1]) for at in range(len(content))]
    assert read(interface, chunks)[1].text == "Grüezi \U0001f600"


def test_lone_surrogates_and_control_characters_survive(
    interface: str, provider: ModuleType, read: Any
) -> None:
    text = "a\ud800 b\x00 c\x1b"
    written = "".join(provider.stream(Say(text), {"model": "m"}))
    assert read(interface, [written])[1].message.content == text
