"""The text of a stream becomes the answer that the provider would have given without one."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.history.assembled import assemble, events_of


def answer(*events: Any, end: str = "") -> Any:
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + end
    return assemble(list(events_of(text)))


def test_chat_completions():
    def chunk(delta: dict[str, Any], **choice: Any) -> dict[str, Any]:
        choices = [{"index": 0, "delta": delta, "finish_reason": None, **choice}]
        return {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": choices}

    call = {
        "index": 0,
        "id": "t1",
        "type": "function",
        "function": {"name": "add", "arguments": ""},
    }
    found = answer(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hel"}),
        chunk({"content": "lo"}),
        chunk({"tool_calls": [call]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"a"'}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]}),
        chunk({}, finish_reason="tool_calls"),
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        end="data: [DONE]\n\n",
    )
    assert found == {
        "object": "chat.completion",
        "id": "c",
        "model": "m",
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls",
                "message": {
                    "role": "assistant",
                    "content": "Hello",
                    "tool_calls": [
                        {**call, "function": {"name": "add", "arguments": '{"a": 1}'}},
                    ],
                },
            }
        ],
    }


def test_several_choices_stay_apart():
    found = answer(
        {"choices": [{"index": 0, "delta": {"content": "a"}}]},
        {"choices": [{"index": 1, "delta": {"content": "x"}}]},
        {"choices": [{"index": 0, "delta": {"content": "b"}}]},
    )
    assert [c["message"]["content"] for c in found["choices"]] == ["ab", "x"]


def test_an_error_in_the_middle_stays():
    found = answer({"choices": [{"delta": {"content": "a"}}]}, {"error": {"message": "too bad"}})
    assert found["error"] == {"message": "too bad"}
    assert found["choices"][0]["message"]["content"] == "a"


def test_anthropic_messages():
    text = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    tool = {"type": "tool_use", "id": "t", "name": "add", "input": {}}
    found = answer(
        {"type": "message_start", "message": {"id": "m", "role": "assistant", "content": [],
                                              "usage": {"input_tokens": 5, "output_tokens": 1}}},
        text,
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lo"}},
        {"type": "content_block_start", "index": 1, "content_block": tool},
        {"type": "content_block_delta", "index": 1,
         "delta": {"type": "input_json_delta", "partial_json": '{"a":'}},
        {"type": "content_block_delta", "index": 1,
         "delta": {"type": "input_json_delta", "partial_json": " 1}"}},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"},
         "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    )  # fmt: skip
    assert found == {
        "id": "m",
        "role": "assistant",
        "content": [{"type": "text", "text": "Hello"}, {**tool, "input": {"a": 1}}],
        "usage": {"input_tokens": 5, "output_tokens": 9},
        "stop_reason": "tool_use",
    }


def test_responses():
    whole = {"id": "r", "output": [{"content": [{"type": "output_text", "text": "Hello"}]}]}
    started = {"type": "response.created", "response": {"id": "r", "output": []}}
    said = [
        {"type": "response.output_text.delta", "delta": text, "output_index": 0}
        for text in ("Hel", "lo")
    ]
    assert answer(started, *said, {"type": "response.completed", "response": whole}) == whole
    assert answer(started, *said) == whole  # cut off


def test_gemini():
    def piece(text: str, **more: Any) -> dict[str, Any]:
        content = {"role": "model", "parts": [{"text": text}]}
        return {"candidates": [{"index": 0, "content": content, **more}]}

    found = answer(
        piece("Hel"), {**piece("lo", finishReason="STOP"), "usageMetadata": {"totalTokenCount": 3}}
    )
    assert found == {
        "candidates": [
            {
                "index": 0,
                "content": {"role": "model", "parts": [{"text": "Hello"}]},
                "finishReason": "STOP",
            }
        ],
        "usageMetadata": {"totalTokenCount": 3},
    }


def test_what_is_no_answer_of_these_is_none():
    assert answer({"token": "a"}, {"token": "b"}) is None
    assert assemble([]) is None


def test_lines_may_end_in_any_way_and_events_may_have_names():
    text = 'event: x\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: note\rdata:2\r\rdata: [DONE]\n\ndata: {"c'
    assert list(events_of(text)) == [{"a": 1}, 2, '{"c']


KEYS = st.sampled_from(
    ["type", "choices", "delta", "index", "message", "content", "candidates", "parts", "text",
     "response", "usage", "tool_calls", "content_block", "partial_json", "input", "error", "role"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["message_start", "content_block_start", "content_block_delta", "message_delta", "error",
     "response.created", "response.completed", "response.output_text.delta", "x"]
)  # fmt: skip
EVENTS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(st.lists(EVENTS, max_size=6))
@settings(max_examples=800, deadline=None, database=None)
def test_no_host_can_make_it_fail(events: list[Any]):
    json.dumps(assemble(events))
