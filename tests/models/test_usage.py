from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.models import Usage
from atoll.models.usage import usage_of_answer, usage_of_stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = st.sampled_from(
    (
        *("usage", "usageMetadata", "message", "response", "prompt_token_count"),
        *("prompt_tokens", "completion_tokens", "input_tokens", "promptTokenCount"),
    )
)


@pytest.mark.parametrize(
    ("answer", "usage"),
    [
        ({"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}, Usage(3, 4)),
        ({"usage": {"prompt_tokens": 3, "total_tokens": 3}}, Usage(3, 0)),
        ({"usage": {"input_tokens": 5, "output_tokens": 6}}, Usage(5, 6)),
        (
            {
                "usageMetadata": {
                    "promptTokenCount": 1,
                    "candidatesTokenCount": 2,
                    "thoughtsTokenCount": 3,
                }
            },
            Usage(1, 5),
        ),
        ({"prompt_token_count": 8, "generation_token_count": 9}, Usage(8, 9)),
        ({"usage": {"prompt_tokens": -3, "completion_tokens": 1 << 62}}, Usage(0, 1 << 53)),
        ({"usage": {"prompt_tokens": "many"}}, None),
        ({"usage": None}, None),
        ({"choices": []}, None),
        ([1], None),
    ],
)
def test_tokens_in_every_form(answer: object, usage: Usage | None) -> None:
    assert usage_of_answer(json.dumps(answer)) == usage


def test_the_last_word_of_a_stream_counts() -> None:
    events = [
        {"choices": [{"delta": {"content": "a"}}], "usage": None},
        {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 1}},
        {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 9}},
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    assert usage_of_stream(text) == Usage(2, 9)


def test_a_stream_that_counts_what_it_read_first_and_what_it_wrote_last() -> None:
    begin = {
        "type": "message_start",
        "message": {"usage": {"input_tokens": 25, "output_tokens": 1}},
    }
    end = {"type": "message_delta", "usage": {"output_tokens": 15}}
    text = f"event: message_start\ndata: {json.dumps(begin)}\n\nevent: x\ndata: {json.dumps(end)}\n"
    assert usage_of_stream(text) == Usage(25, 15)


def test_the_response_that_ends_a_stream() -> None:
    event = {
        "type": "response.completed",
        "response": {"usage": {"input_tokens": 1, "output_tokens": 2}},
    }
    assert usage_of_stream(f"data: {json.dumps(event)}\n\n") == Usage(1, 2)


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\x85", "\x1c", "\x0b"])
def test_lines_end_where_those_of_events_do(text: str) -> None:
    """Not at characters within a text that elsewhere end lines, too."""
    event = f'{{"text": "a{text}b", "usageMetadata": {{"promptTokenCount": 2}}}}'
    if text >= " ":  # others must be escaped
        assert usage_of_stream(f"data: {event}\r\n\r\n") == Usage(2, 0)
    assert usage_of_stream(f"{text}\rdata: {event.replace(text, '')}\r\r") == Usage(2, 0)


def test_a_stream_without_a_count() -> None:
    assert usage_of_stream('data: {"choices": []}\n\ndata: [DONE]\n\n') is None


@given(st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON))))
def test_whatever_an_answer_says_of_its_tokens(answer: object) -> None:
    usage = usage_of_answer(json.dumps(answer))
    assert usage is None or (usage.input_tokens >= 0 and usage.output_tokens >= 0)
    usage_of_stream(f"data: {json.dumps(answer)}")


@given(st.text())
def test_whatever_a_stream_is(text: str) -> None:
    usage_of_stream(text)
    usage_of_answer(text)
