from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import HostError, HostUnavailable, ModelError, models, testing

PNG = b"\x89PNG"


def ask(messages: Any, answer: Any = "Hi", **options: Any) -> dict[str, Any]:
    """The request that a chat makes."""
    with testing.host(models={"writer": lambda request: answer}) as host:
        models.get("writer").chat(messages, **options)
    return host.requests[0].input


def test_chat_with_a_string() -> None:
    with testing.host(models={"writer": lambda request: " Hello there. "}) as host:
        reply = models.get("writer").chat("Hi")
    assert reply.text == "Hello there."
    assert host.requests == [
        testing.ModelRequest(
            "writer", {"model": "writer", "messages": [{"role": "user", "content": "Hi"}]}
        )
    ]


def test_model_is_the_full_name_as_it_is_written() -> None:
    def info(request: Any) -> Any:
        return {"name": request["model"], "fullName": "Meta-Llama/Llama-3"}

    answers = {"writer": lambda request: "Hi"}
    with testing.host(models=answers, operations={"models.info": info}) as host:
        model = models.get("writer")
        model.chat("Hi")
        assert model.info == models.ModelInfo("writer", "Meta-Llama/Llama-3")
    assert host.requests[0].input["model"] == "Meta-Llama/Llama-3"


def test_all_roles_and_parts() -> None:
    call = models.ToolCall("call_1", "weather", '{"city":"Oslo"}')
    messages = [
        models.system("Be terse."),
        models.developer("Really.", name="dev"),
        models.user(
            [
                models.TextPart("What is this?"),
                models.ImagePart("https://example.com/a.png", "low"),
                models.ImagePart.from_data(PNG, "png"),
                models.AudioPart.from_data(b"abc", "audio/wav"),
            ],
            name="ann",
        ),
        models.AssistantMessage([models.TextPart("Hm."), models.RefusalPart("No.")]),
        models.AssistantMessage(tool_calls=[call], audio_id="audio_1"),
        models.tool_result(call, {"rain": True}),
        {"role": "user", "content": "raw"},
    ]
    assert ask(messages)["messages"] == [
        {"role": "system", "content": "Be terse."},
        {"role": "developer", "content": "Really.", "name": "dev"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is this?"},
                {
                    "type": "image_url",
                    "image_url": {"url": "https://example.com/a.png", "detail": "low"},
                },
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
                {"type": "input_audio", "input_audio": {"data": "YWJj", "format": "wav"}},
            ],
            "name": "ann",
        },
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Hm."},
                {"type": "refusal", "refusal": "No."},
            ],
        },
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
                }
            ],
            "audio": {"id": "audio_1"},
        },
        {"role": "tool", "content": '{"rain": true}', "tool_call_id": "call_1"},
        {"role": "user", "content": "raw"},
    ]


# Every field of the request, by its name in OpenAI's API.
FIELDS: dict[str, Any] = {
    "modalities": ["text", "audio"],
    "audio": {"voice": "alloy", "format": "mp3"},
    "frequency_penalty": 0.5,
    "presence_penalty": -0.5,
    "logit_bias": {"50256": -100},
    "logprobs": True,
    "top_logprobs": 2,
    "max_tokens": 5,
    "max_completion_tokens": 6,
    "n": 2,
    "response_format": models.json_schema({"type": "object"}, name="thing"),
    "seed": 7,
    "service_tier": "auto",
    "stop": ["\n"],
    "temperature": 0.1,
    "top_p": 0.9,
    "tool_choice": models.use_tool("weather"),
    "parallel_tool_calls": False,
    "user": "u1",
}


@pytest.mark.parametrize("name", FIELDS)
def test_field_is_sent_when_given(name: str) -> None:
    assert ask("Hi", **{name: FIELDS[name]})[name] == FIELDS[name]
    assert name not in ask("Hi")


def test_unknown_fields_are_sent_as_they_are() -> None:
    assert ask("Hi", extra={"min_p": 0.05})["min_p"] == 0.05
    assert "extra" not in ask("Hi", extra={})


def test_response_formats() -> None:
    assert models.json_object() == {"type": "json_object"}
    assert models.json_schema({"type": "object"}) == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}},
    }


def test_tools() -> None:
    tool = (
        models.Tool("weather", "The weather now")
        .with_parameter("city", "string", "where")
        .with_parameter("days", "integer", minimum=1)
    )
    assert ask("Hi", tools=[tool, {"type": "custom"}])["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "The weather now",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "city": {"type": "string", "description": "where"},
                        "days": {"type": "integer", "minimum": 1},
                    },
                    "required": ["city", "days"],
                    "additionalProperties": False,
                },
            },
        },
        {"type": "custom"},
    ]


ANSWER = {
    "id": "c1",
    "object": "chat.completion",
    "created": 1735689600,
    "model": "m",
    "service_tier": "default",
    "system_fingerprint": "fp",
    "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.1},
    "provider": "somebody",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "native_finish_reason": "stop",
            "message": {
                "role": "assistant",
                "content": None,
                "reasoning": "hm",
                "refusal": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
                        "index": 0,
                    }
                ],
                "audio": {"id": "a1", "expires_at": 5, "data": "YQ==", "transcript": "hi"},
            },
            "logprobs": {
                "content": [
                    {
                        "token": "a",
                        "logprob": -0.5,
                        "bytes": [97],
                        "top_logprobs": [{"token": "b", "logprob": -1.0, "bytes": None}],
                    }
                ]
            },
        }
    ],
}


def test_response_is_typed_and_keeps_what_it_does_not_know() -> None:
    with testing.host(models={"writer": lambda request: ANSWER}):
        reply = models.get("writer").chat("Hi")
    assert (reply.id, reply.model, reply.service_tier) == ("c1", "m", "default")
    assert reply.created is not None
    assert reply.created.isoformat() == "2025-01-01T00:00:00+00:00"
    assert reply.usage.total_tokens == 3
    assert reply.text == ""
    (call,) = reply.tool_calls
    assert call.parsed() == {"city": "Oslo"}
    assert reply.message.audio is not None
    assert reply.message.audio.transcript == "hi"
    assert reply.choices[0].logprobs[0].top_logprobs[0].token == "b"
    assert reply.extra == {"provider": "somebody"}
    assert reply.usage.extra == {"cost": 0.1}
    assert reply.choices[0].extra == {"native_finish_reason": "stop"}
    assert (reply.message.reasoning, reply.message.extra) == ("hm", {})
    assert call.extra == {"index": 0}
    assert reply.message.to_message().to_json() == {
        "role": "assistant",
        "tool_calls": [ANSWER["choices"][0]["message"]["tool_calls"][0]],  # type: ignore[index]
        "audio": {"id": "a1"},
    }


def test_error_in_the_response() -> None:
    answer = {"error": {"message": "too long", "type": "bad", "code": "context_length"}}
    with (
        testing.host(models={"writer": lambda request: answer}),
        pytest.raises(ModelError, match=r"^The chat model returned an error: too long$") as failed,
    ):
        models.get("writer").chat("Hi")
    assert failed.value.code == "context_length"


@pytest.mark.parametrize(
    "answer", [[], 5, {}, {"choices": []}, {"choices": "x"}, {"choices": [{}]}, {"choices": [None]}]
)
def test_response_of_another_form(answer: Any) -> None:
    with (
        testing.host(models={"writer": lambda request: answer}),
        pytest.raises(ModelError, match="not a chat completion"),
    ):
        models.get("writer").chat("Hi")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["choices", "usage", "created", "id", "error"]), json_values)
)
def test_any_response_is_read_or_refused(answer: Any) -> None:
    with testing.host(models={"writer": lambda request: answer}), contextlib.suppress(ModelError):
        models.get("writer").chat("Hi")


def test_embeddings() -> None:
    answer = {
        "object": "list",
        "model": "e",
        "usage": {"prompt_tokens": 2, "total_tokens": 2},
        "data": [
            {"object": "embedding", "index": 1, "embedding": [1, 2.5]},
            {"object": "embedding", "index": 0, "embedding": "AACAPwAAAEA="},
        ],
    }
    with testing.host(models={"embedder": lambda request: answer}) as host:
        found = models.get("embedder").embed(["a", "b"], dimensions=2)
    assert host.requests[0].input == {"model": "embedder", "input": ["a", "b"], "dimensions": 2}
    assert found.vectors == [[1.0, 2.0], [1.0, 2.5]]
    assert found.vector == [1.0, 2.0]
    assert found.usage.prompt_tokens == 2


def test_invoke_passes_json_through() -> None:
    with testing.host(models={"any": lambda request: {"got": request}}):
        assert models.get("any").invoke({"instances": ["é"]}) == {"got": {"instances": ["é"]}}


async def test_async_twins() -> None:
    answers = {"writer": lambda request: "Hi", "any": lambda request: [1]}
    with testing.host(models=answers):
        replies = await asyncio.gather(
            models.get("writer").chat_async("Hi"), models.get("any").invoke_async({})
        )
    assert replies[0].text == "Hi"
    assert replies[1] == [1]


def test_unknown_model() -> None:
    with testing.host(), pytest.raises(ModelError, match=r"Model writer not found\."):
        models.get("writer").chat("Hi")


def test_failing_model() -> None:
    def fail(request: Any) -> Any:
        raise RuntimeError("out of order")

    with testing.host(models={"writer": fail}), pytest.raises(ModelError, match="out of order"):
        models.get("writer").chat("Hi")


def test_outside_of_a_host() -> None:
    model = models.get("writer")
    with pytest.raises(HostUnavailable) as failed:
        model.chat("Hi")
    assert isinstance(failed.value, HostError)
    assert failed.value.hint is not None
    assert "testing.host" in failed.value.hint


def test_parse_messages_keeps_every_field() -> None:
    chat = [{"role": "user", "content": "Hi", "cache_control": {"type": "ephemeral"}}]
    assert ask(models.parse_messages(json.dumps(chat)))["messages"] == chat
    with pytest.raises(ValueError, match="JSON array"):
        models.parse_messages("{}")
