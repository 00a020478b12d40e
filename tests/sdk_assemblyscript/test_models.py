"""Model interfaces: the JSON that goes out, and answers as providers give them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.failure import GuestEnded, GuestFailure

INVOKE = "modus_models.invokeModel"


class Provider:
    """Answers with the texts it is given, the last of them again and again."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.requests: list[dict[str, Any]] = []

    def info(self, name: str) -> dict[str, str] | None:
        return None if name == "none" else {"name": name, "fullName": "Big/Model"}

    def invoke(self, name: str, text: str) -> str | None:
        self.requests.append(json.loads(text))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture(params=[False, True], ids=["debug", "release"])
def app(run_app, provider: Provider, request):
    host = {"modus_models.getModelInfo": provider.info, INVOKE: provider.invoke}
    return run_app("models", release=request.param, host=host)


def completion(message: dict[str, Any] | None = None, **more: Any) -> str:
    choice = {
        "index": 0,
        "message": message or {"role": "assistant", "content": "Hi."},
        "finish_reason": "stop",
        "new": [{"}]": ['{"\\"}']}],
    }
    answer = {"id": "c1", "object": "chat.completion", "created": 1700000000, "model": "m-1"}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "x_details": {"y": 1}}
    return json.dumps({**answer, "choices": [choice], "usage": usage, **more}, ensure_ascii=False)


async def test_a_model_that_is_not_there(app):
    with pytest.raises(GuestFailure, match="Model none not found"):
        await app.call("unknown")


async def test_names(app):
    assert await app.call("fullName") == "Big/Model"


async def test_a_plain_chat(app, provider: Provider):
    provider.answers = [completion({"role": "assistant", "content": 'Hi ✨ "}]" \\ \n'})]
    assert await app.call("plain", text='a "b"\n\\ ✨') == 'Hi ✨ "}]" \\ \n'
    assert provider.requests == [
        {
            "model": "big/model",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": 'a "b"\n\\ ✨'},
            ],
        }
    ]


@pytest.mark.parametrize("answer", ["", None])
async def test_no_answer(app, provider: Provider, answer):
    provider.answers = [answer]
    with pytest.raises(GuestFailure, match=r"No response received|Failed to invoke m model"):
        await app.call("plain", text="x")


async def test_an_error_of_the_provider(app, provider: Provider):
    provider.answers = ['{"error": {"message": "quota }] used up", "type": "x", "code": null}}']
    with pytest.raises(GuestEnded):
        await app.call("plain", text="x")
    assert "quota }] used up" in app.logs[-1][1]


async def test_every_option(app, provider: Provider):
    provider.answers = [completion()]
    await app.call("everyOption")
    (request,) = provider.requests
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "description": "A"},
            "b": {"type": "number", "description": "B"},
        },
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    assert request == {
        "model": "big/model",
        "messages": [{"role": "user", "content": "x"}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "alloy", "format": "wav"},
        "frequency_penalty": 0.5,
        "logit_bias": {"50256": -100.0},
        "logprobs": True,
        "top_logprobs": 2,
        "max_tokens": 10,
        "max_completion_tokens": 11,
        "n": 2,
        "presence_penalty": -0.5,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "s", "schema": {"type": "object"}},
        },
        "seed": 7,
        "service_tier": "default",
        "stop": ["a", '"'],
        "temperature": 0.0,
        "top_p": 0.25,
        "tools": [
            {
                "type": "function",
                "function": {"name": "f", "description": "does", "parameters": schema},
            }
        ],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "parallel_tool_calls": False,
        "user": "me",
    }


async def test_choices_of_tools(app, provider: Provider):
    provider.answers = [completion()]
    await app.call("choices")
    assert [request["tool_choice"] for request in provider.requests] == ["none", "auto", "required"]
    assert provider.requests[0]["response_format"] == {"type": "json_object"}


async def test_messages_of_all_kinds(app, provider: Provider):
    provider.answers = [completion()]
    await app.call("messages")
    assert provider.requests[0]["messages"] == [
        {"role": "developer", "content": "d"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "look"},
                {
                    "type": "image_url",
                    "image_url": {"url": "data:image/png;base64,/wAA", "detail": "low"},
                },
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "AAEC", "format": "wav"}},
            ],
            "name": "Ada",
        },
        {
            "role": "assistant",
            "content": "hm",
            "refusal": "no",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
            ],
        },
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "never"}]},
        {"role": "tool", "content": "42", "tool_call_id": "c1"},
        {"role": "tool", "content": [1, 2], "tool_call_id": "c2"},
    ]


async def test_a_part_in_the_wrong_place(app):
    with pytest.raises(GuestFailure, match="system message cannot have a part of type image_url"):
        await app.call("wrongPart")


async def test_messages_that_were_stored(app, provider: Provider):
    provider.answers = [completion()]
    stored = [{"role": "user", "content": [{"text": "}]"}], "later": {"a": None}}, {"role": "tool"}]
    await app.call("again", data=json.dumps(stored))
    assert provider.requests[0]["messages"] == stored


async def test_two_rounds_with_a_tool(app, provider: Provider):
    call = {"id": "c9", "type": "function", "function": {"name": "count", "arguments": '{"a":"}"}'}}
    asked = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call, call]}
    provider.answers = [completion(asked), completion({"role": "assistant", "content": "3"})]
    assert await app.call("loop") == "3"
    assert provider.requests[1]["messages"][1]["tool_calls"] == [call, call]
    assert provider.requests[1]["messages"][3] == {
        "role": "tool",
        "content": '{"a":"}"}',
        "tool_call_id": "c9",
    }


async def test_an_answer_with_everything(app, provider: Provider):
    token = {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [
        {"token": "b", "logprob": -1.5, "bytes": None}]}  # fmt: skip
    choice = {
        "index": 1,
        "finish_reason": "length",
        "logprobs": {"content": [token], "refusal": None},
        "message": {
            "role": "assistant", "content": "c", "refusal": "r", "annotations": [],
            "audio": {"id": "a1", "expires_at": 1, "data": "AAEC", "transcript": "t"},
        },
    }  # fmt: skip
    provider.answers = [
        completion(choices=[choice], system_fingerprint="fp", service_tier="default")
    ]
    assert await app.call("output") == (
        "c1|chat.completion|m-1|fp|2023-11-14T22:13:20.000Z|default|1|2|3|length|1|c|r|a-1.5|"
        "a1t31970-01-01T00:00:01.000Z"
    )


async def test_an_answer_with_little(app, provider: Provider):
    provider.answers = ['{"choices":[{"message":{"content":null,"tool_calls":null}}],"usage":null}']
    assert (await app.call("output")).endswith("|0|0|0||0||-|-|-")


async def test_embeddings(app, provider: Provider):
    data = [{"object": "embedding", "index": i, "embedding": [0.5, -1e-3 * i]} for i in range(2)]
    provider.answers = [json.dumps({"object": "list", "data": data, "model": "m", "usage": {}})]
    assert await app.call("embed") == [0.5, -0.001]
    one, tokens, several = provider.requests
    assert one == {"model": "big/model", "input": "one"}
    assert tokens == {"model": "big/model", "input": [[1, 2], [3]]}
    assert several == {"model": "big/model", "input": ["a", "b"], "dimensions": 2}


async def test_anthropic(app, provider: Provider):
    provider.answers = [
        json.dumps(
            {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
                "content": [
                    {"type": "text", "text": "hello"},
                    {"type": "tool_use", "id": "t1", "name": "t", "input": {"a": ["}"]}},
                ],
                "stop_reason": "tool_use", "stop_sequence": None,
                "usage": {"input_tokens": 1, "output_tokens": 2, "cache": {"x": 1}},
            }
        )
    ]  # fmt: skip
    assert await app.call("claude") == 'hello|t1|t|{"a": ["}"]}|tool_use|2.0|assistant'
    plain, full = provider.requests
    assert plain == {
        "model": "Big/Model",
        "messages": [{"role": "user", "content": "hi"}],
        "max_tokens": 4096,
    }
    assert full == {
        "model": "Big/Model",
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "yes?"},
        ],
        "max_tokens": 5,
        "metadata": {"user_id": "u"},
        "stop_sequences": ["s"],
        "system": "sys",
        "temperature": 0.5,
        "tool_choice": {"type": "tool", "name": "t"},
        "tools": [{"name": "t", "input_schema": {"type": "object"}}],
        "top_k": 3,
        "top_p": 0.5,
    }


async def test_gemini(app, provider: Provider):
    candidate = {
        "index": 0,
        "content": {"role": "model", "parts": [{"text": "ok", "thought": True}]},
        "finishReason": "STOP",
        "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}],
        "citationMetadata": {"citationSources": [{"startIndex": 1, "endIndex": 2, "uri": "u"}]},
    }
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 3}
    provider.answers = [json.dumps({"candidates": [candidate], "usageMetadata": usage})]
    assert await app.call("gemini") == "ok|STOP|LOW|u|3"
    contents = [
        {"role": "user", "parts": [{"text": "hi"}]},
        {"role": "model", "parts": [{"text": "yes"}]},
    ]
    plain, full = provider.requests
    assert plain == {"contents": contents, "generationConfig": None}
    assert full == {
        "contents": contents,
        "systemInstruction": {"role": "system", "parts": [{"text": "sys"}]},
        "generationConfig": {"temperature": 0.5, "responseMimeType": "application/json"},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    }


async def test_llama(app, provider: Provider):
    provider.answers = ['{"generation":"g","generation_token_count":3,"stop_reason":"stop"}']
    assert await app.call("llama") == "g3stop"
    assert provider.requests == [
        {"prompt": "p"},
        {"prompt": "p", "temperature": 0.1, "max_gen_len": 9},
    ]


async def test_experimental(app, provider: Provider):
    provider.answers = [
        '{"predictions":[{"label":"l","confidence":0.5,"probabilities":'
        '[{"label":"p","probability":0.25}]}]}'
    ]
    assert await app.call("classify") == "l0.5p"
    provider.answers = ['{"predictions":[[0.5,1],[]]}']
    assert await app.call("vectors") == [[0.5, 1.0], []]
    assert provider.requests[1] == {"instances": ["a", "b"]}
