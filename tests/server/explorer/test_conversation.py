"""Requests and answers of every interface read like a conversation, and nothing else breaks it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.server.explorer.conversation import LINE, answer_of, conversation_of, question_of
from atoll.server.explorer.wire import encode

PNG = "iVBORw0KGgo="


def read(input: Any, output: Any = None) -> list[tuple[Any, ...]]:
    """Roles with what they say, as the page gets it; answers are marked by ``>``."""
    found = conversation_of(input, output)
    assert found is not None
    plain = msgspec.json.decode(encode(found))
    return [
        (
            f">{message['role']}" if message["answer"] else message["role"],
            *(_short(part) for part in message["parts"]),
        )
        for message in plain
    ]


def _short(part: dict[str, Any]) -> Any:
    kind, *rest = part.values()
    return rest[0] if kind == "text" else (kind, *rest)


def test_openai_chat_with_tools_and_images():
    input = {
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "developer", "content": "Be terse."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                    {"type": "input_audio", "input_audio": {"format": "wav", "data": "AA"}},
                    {"type": "file", "file": {"filename": "a.pdf", "file_data": "AA"}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "c1", "function": {"name": "look", "arguments": '{"deep": true}'}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "a cat"},
        ],
    }
    output = {
        "choices": [
            {"message": {"role": "assistant", "content": "A cat.", "reasoning_content": "Hm."}}
        ]
    }
    assert read(input, output) == [
        ("system", "Be terse."),
        (
            "user",
            "What is it?",
            ("image", f"data:image/png;base64,{PNG}"),
            ("image", "https://example.com/a.png"),
            ("audio", "wav"),
            ("file", "a.pdf"),
        ),
        ("assistant", ("toolCall", "c1", "look", {"deep": True})),
        ("tool", ("toolResult", "c1", "a cat")),
        (">assistant", ("reasoning", "Hm."), "A cat."),
    ]


def test_openai_responses():
    input = {
        "instructions": "Be terse.",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Add 1 and 2."}]},
            {"type": "function_call", "call_id": "c1", "name": "add", "arguments": "[1, 2"},
            {"type": "function_call_output", "call_id": "c1", "output": "3"},
        ],
    }
    output = {
        "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Easy."}]},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "3"}],
            },
        ]
    }
    assert read(input, output) == [
        ("system", "Be terse."),
        ("user", "Add 1 and 2."),
        ("assistant", ("toolCall", "c1", "add", "[1, 2")),
        ("tool", ("toolResult", "c1", "3")),
        (">assistant", ("reasoning", "Easy.")),
        (">assistant", "3"),
    ]


def test_a_stream_of_responses_that_broke_off_says_what_came():
    output = {"output": [{"content": [{"type": "output_text", "text": "So far"}]}]}
    assert read({"input": "Go on"}, output) == [("user", "Go on"), (">assistant", "So far")]


@pytest.mark.parametrize("texts", ["One", ["One"]])
def test_openai_embeddings(texts):
    output = {"data": [{"index": 0, "embedding": [0.5, 1]}]}
    found = read({"input": texts, "model": "minilm"}, output)
    assert found == [("user", "One"), (">assistant", ("data", [0.5, 1]))]
    conversation = conversation_of({"input": texts}, output)
    assert answer_of(conversation, output) == "[2 numbers]"


def test_anthropic_messages():
    input = {
        "system": [{"type": "text", "text": "Be terse."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t1", "content": [
                        {"type": "text", "text": "sunny"}
                    ]},
                    {"type": "text", "text": "And here?"},
                    {"type": "image", "source": {
                        "type": "base64", "media_type": "image/png", "data": PNG
                    }},
                    {"type": "document", "title": "Notes", "source": {"type": "base64"}},
                ],
            }
        ],
    }  # fmt: skip
    output = {
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm."},
            {"type": "tool_use", "id": "t2", "name": "weather", "input": {"city": "Oslo"}},
        ],
    }
    assert read(input, output) == [
        ("system", "Be terse."),
        ("tool", ("toolResult", "t1", "sunny")),
        ("user", "And here?", ("image", f"data:image/png;base64,{PNG}"), ("file", "Notes")),
        (
            ">assistant",
            ("reasoning", "Hm."),
            ("toolCall", "t2", "weather", {"city": "Oslo"}),
        ),
    ]
    conversation = conversation_of(input, output)
    assert question_of(conversation, input) == "And here? [image] [Notes]"
    assert answer_of(conversation, output) == 'weather({"city": "Oslo"})'


def test_gemini():
    input = {
        "systemInstruction": {"parts": [{"text": "Be terse."}]},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": "What?"},
                    {"inlineData": {"mimeType": "image/png", "data": PNG}},
                    {"fileData": {"mimeType": "application/pdf", "fileUri": "https://x/a.pdf"}},
                ],
            },
            {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {"a": 1}}}]},
            {
                "role": "user",
                "parts": [{"functionResponse": {"name": "look", "response": {"found": "cat"}}}],
            },
        ],
    }
    output = {
        "candidates": [
            {"content": {"parts": [{"text": "Hm.", "thought": True}, {"text": "A cat."}]}}
        ]
    }
    assert read(input, output) == [
        ("system", "Be terse."),
        (
            "user",
            "What?",
            ("image", f"data:image/png;base64,{PNG}"),
            ("file", "https://x/a.pdf"),
        ),
        ("assistant", ("toolCall", "look", "look", {"a": 1})),
        ("tool", ("toolResult", "look", '{"found": "cat"}')),
        (">assistant", ("reasoning", "Hm."), "A cat."),
    ]


def test_llama():
    prompt = (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe terse.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
    assert read({"prompt": prompt}, {"generation": "Hello"}) == [
        ("system", "Be terse."),
        ("user", "Hi"),
        (">assistant", "Hello"),
    ]
    assert read({"prompt": "Just so"}) == [("user", "Just so")]


def test_classification():
    input = {"instances": ["I like it"], "labels": ["good", "bad"]}
    prediction = {"label": "good", "confidence": 0.93, "probabilities": []}
    output = {"predictions": [prediction]}
    assert read(input, output) == [
        ("system", "Labels: good, bad"),
        ("user", "I like it"),
        (">assistant", ("data", prediction)),
    ]
    assert answer_of(conversation_of(input, output), output) == "good (93%)"


def test_an_error_of_the_host_is_what_it_answered():
    input = {"messages": [{"role": "user", "content": "Hi"}]}
    output = {"error": {"message": "too many requests"}}
    assert read(input, output)[1:] == [(">assistant", "too many requests")]
    assert read(input, {"strange": 1})[1:] == [(">assistant", ("data", {"strange": 1}))]


@pytest.mark.parametrize("input", [None, "cut off …", [], {}, {"query": "x"}, 3])
def test_a_form_that_is_not_known_is_no_conversation(input):
    assert conversation_of(input, {"choices": []}) is None


def test_a_conversation_of_no_known_form_still_has_its_one_line():
    assert question_of(None, {"query": "a  b"}) == '{"query": "a b"}'
    assert question_of(None, "cut\noff …") == "cut off …"
    assert answer_of(None, None) == ""
    assert answer_of(None, ["x" * 500]) == '["' + "x" * (LINE - 3) + "…"


def test_the_question_is_what_was_asked_last():
    input = {
        "messages": [
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "yes"},
            {"role": "user", "content": "then\n\n  that"},
        ]
    }
    assert question_of(conversation_of(input, None), input) == "then that"


def test_images_are_only_what_a_browser_may_show():
    def image(url: Any) -> Any:
        part = {"type": "image_url", "image_url": {"url": url}}
        return read({"messages": [{"role": "user", "content": [part]}]})[0][1]

    for refused in ("javascript:alert(1)", "data:text/html,<b>", "file:///etc/passwd", 3, None):
        assert image(refused) == ("file", "image")
    cut = "data:image/png;base64,AAAA… [3000 more characters]"
    assert image(cut) == ("file", "an image, not stored whole")


def test_very_many_parts_are_no_matter():
    input = {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}] * 200_000}]}
    assert question_of(conversation_of(input, None), input) == question_of(None, input)


def test_what_is_nested_too_deep_is_no_conversation():
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    found = conversation_of({"messages": [{"role": "tool", "content": deep}]}, None)
    assert found is None or question_of(found, None) == "…"
    assert question_of(None, deep) == "…"


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_KEYS = (
    "messages", "contents", "instances", "prompt", "input", "system", "instructions", "role",
    "content", "parts", "type", "text", "image_url", "url", "tool_calls", "function", "name",
    "arguments", "choices", "message", "candidates", "predictions", "generation", "output", "data",
    "embedding", "functionCall", "functionResponse", "inlineData", "mimeType", "source", "images",
    "labels", "label", "confidence", "error", "summary", "file", "input_audio", "audio",
)  # fmt: skip
_WORDS = (
    "user", "assistant", "tool", "model", "text", "image_url", "input_audio", "file", "image",
    "document", "tool_use", "tool_result", "function_call", "function_call_output", "reasoning",
    "message", "refusal", "thinking", "data:image/png;base64,AA", "image/png",
)  # fmt: skip
alike = st.recursive(
    st.none() | st.integers() | st.sampled_from(_WORDS) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(_KEYS), inner, min_size=1, max_size=5)
    ),
    max_leaves=25,
)


@settings(max_examples=400)
@given(input=alike | json_data, output=alike | json_data)
def test_any_json_is_read_without_failing(input, output):
    conversation = conversation_of(input, output)
    for line in (question_of(conversation, input), answer_of(conversation, output)):
        assert len(line) <= LINE
        assert "\n" not in line
    if conversation is not None:
        for message in json.loads(json.dumps(msgspec.to_builtins(conversation))):
            assert message["parts"]


@given(prompt=st.text(), tail=st.text())
def test_any_prompt_is_read_without_failing(prompt, tail):
    header = "<|start_header_id|>user<|end_header_id|>"
    found = conversation_of({"prompt": f"{prompt}{header}{tail}"}, None)
    assert found is not None
