"""openai: the JSON that goes out, and answers as providers give them."""

from __future__ import annotations

import json
from typing import Any

import pytest

SCHEMA = {"type": "object", "required": ["a"], "additionalProperties": False}
PARAMETER_A = {"a": {"type": "string", "description": 'A "é"'}}
PARAMETER_B = {"b": {"type": "number", "description": "B"}}


def completion(message: dict[str, Any] | None = None, **more: Any) -> str:
    choice = {
        "index": 0,
        "message": message or {"role": "assistant", "content": "Hi."},
        "finish_reason": "stop",
        "new": [{"}": 1}],
    }
    answer = {"id": "c1", "object": "chat.completion", "created": 1700000000, "model": "m-1"}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "x_details": {"y": 1}}
    return json.dumps({**answer, "choices": [choice], "usage": usage, **more}, ensure_ascii=False)


def tool(name: str, **function: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **function}}


async def test_a_plain_chat(app, provider):
    provider.answers = [completion({"role": "assistant", "content": 'Hi ✨ "}]" \\ \n'})]
    assert await app.call("chatPlainly", text='<a> "b"\n\\ ✨') == 'Hi ✨ "}]" \\ \n'
    assert provider.texts == [
        '{"model":"big/model","messages":[{"role":"system","content":"Be brief."},'
        '{"role":"user","content":"<a> \\"b\\"\\n\\\\ ✨"}]}'
    ]


async def test_every_option(app, provider):
    provider.answers = [completion()]
    await app.call("chatWithEveryOption")
    both = {**SCHEMA, "properties": {**PARAMETER_A, **PARAMETER_B}, "required": ["a", "b"]}
    assert provider.requests == [
        {
            "model": "big/model",
            "messages": [{"role": "developer", "content": "x"}],
            "modalities": ["text", "audio"],
            "audio": {"voice": "alloy", "format": "wav"},
            "frequency_penalty": 0.5,
            "logit_bias": {"50256": -100},
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
            "temperature": 0,
            "top_p": 0.25,
            "tools": [
                tool("f", description="does <it>", parameters=both),
                tool(
                    "f", description="does <it>", parameters={**SCHEMA, "properties": PARAMETER_A}
                ),
                tool("g", strict=True, parameters={"type": "object"}),
            ],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
            "parallel_tool_calls": False,
            "user": "me",
        }
    ]


async def test_choices_of_tools(app, provider):
    provider.answers = [completion()]
    await app.call("chatWithToolChoices")
    assert [request["tool_choice"] for request in provider.requests] == ["none", "auto", "required"]
    assert provider.requests[0]["response_format"] == {"type": "json_object"}


async def test_messages_and_parts_of_every_kind(app, provider):
    provider.answers = [completion()]
    await app.call("chatWithParts")

    def text(said: str) -> dict[str, str]:
        return {"type": "text", "text": said}

    def image(url: str, **detail: str) -> dict[str, Any]:
        return {"type": "image_url", "image_url": {"url": url, **detail}}

    def audio(data: str, format: str) -> dict[str, Any]:
        return {"type": "input_audio", "input_audio": {"data": data, "format": format}}

    assert provider.requests[0]["messages"] == [
        {"role": "user", "content": "named", "name": "Ann"},
        {
            "role": "assistant",
            "content": "said",
            "name": "Bot",
            "refusal": "no",
            "audio": {"id": "a1"},
        },
        {"role": "system", "content": [text("<s>")]},
        {"role": "developer", "content": []},
        {
            "role": "user",
            "content": [
                text("é✨"),
                image("https://x/y.png", detail="low"),
                image("data:image/png;base64,AP8="),
                image("data:image/jpeg;base64,AP8=", detail="high"),
                audio("AQI=", "wav"),
                audio("AQI=", "mp3"),
            ],
        },
        {"role": "assistant", "content": [text("a"), {"type": "refusal", "refusal": "r"}]},
        {"role": "tool", "content": "", "tool_call_id": "t0"},
        {"role": "tool", "content": "text", "tool_call_id": "t1"},
        {"role": "tool", "content": "failed", "tool_call_id": "t2"},
        {"role": "tool", "content": '{"a":[1]}', "tool_call_id": '"t3"'},
        {"role": "tool", "content": [text("part")], "tool_call_id": "t4"},
    ]


async def test_a_conversation_with_tools(app, provider):
    calls = [
        {"id": f"t{n}", "type": "function", "function": {"name": "weather", "arguments": city}}
        for n, city in enumerate(('{"city": "Oslo"}', '{"city": "é✨"}'))
    ]
    asking = {"role": "assistant", "content": None, "refusal": None, "tool_calls": calls}
    provider.answers = [completion(asking), completion({"content": "Rain."})]
    assert await app.call("chatWithTools") == "Rain."
    first, second = provider.requests
    assert first["messages"] == [{"role": "user", "content": "Weather?"}]
    assert second == {
        **first,
        "messages": [
            *first["messages"],
            {"role": "assistant", "content": "", "tool_calls": calls},
            {"role": "tool", "content": "rain in Oslo", "tool_call_id": "t0"},
            {"role": "tool", "content": "rain in é✨", "tool_call_id": "t1"},
        ],
    }


async def test_all_of_an_answer(app, provider):
    token = {"token": "é", "logprob": -0.5, "bytes": [195, 169]}
    audio = {"id": "a1", "expires_at": 1700000001, "data": "AP8=", "transcript": "é"}
    message = {"role": "assistant", "content": None, "refusal": "no", "audio": audio}
    choice = {"index": 1, "finish_reason": "length", "message": message}
    logprobs = {"content": [{**token, "top_logprobs": [token, {**token, "bytes": None}]}]}
    provider.answers = [
        completion(
            choices=[{**choice, "logprobs": logprobs}, {**choice, "logprobs": None}],
            service_tier="default",
            system_fingerprint="fp",
        )
    ]
    told = json.loads(await app.call("chatAnswer"))
    # Bytes are shown as base64, and times as the app has them.
    shown = {**token, "bytes": "w6k="}
    audio = {**audio, "expires_at": "2023-11-14T22:13:21Z"}
    choice["message"] = {"content": "", "refusal": "no", "audio": audio}
    logprobs = {"content": [{**shown, "top_logprobs": [shown, {**shown, "bytes": None}]}]}
    assert told == {
        "id": "c1",
        "object": "chat.completion",
        "choices": [{**choice, "logprobs": logprobs}, {**choice, "logprobs": {"content": None}}],
        "created": "2023-11-14T22:13:20Z",
        "model": "m-1",
        "service_tier": "default",
        "system_fingerprint": "fp",
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }


async def test_an_error_of_the_provider(app, provider):
    error = {"message": "é }] used", "type": "quota", "param": "p", "code": "c"}
    provider.answers = [json.dumps({"choices": [], "error": error})]
    told = await app.error("chatPlainly", text="x")
    assert told == "the chat model returned an error: é }] used quota p c"
    provider.answers = [json.dumps({"error": {"message": "m", "code": None}})]
    told = await app.error("chatPlainly", text="x")
    assert told == "the chat model returned an error: m   "


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (None, "failed to invoke model m"),
        ("", "no response received from model invocation"),
        ("<html>", "invalid response received from model invocation: <html>"),
        ('{"error": "busy"}', "error parsing chat model error response: json: "),
        ('{"choices": {}}', "failed to deserialize model output for m: json: "),
    ],
)
async def test_what_is_no_answer(app, provider, answer, error):
    provider.answers = [answer]
    assert (await app.error("chatPlainly", text="x")).startswith(error)


async def test_what_only_looks_like_an_error(app, provider):
    message = {"content": '"error": {}', "error": {"message": "not here"}}
    provider.answers = [completion(message, error=None)]
    assert await app.call("chatPlainly", text="x") == '"error": {}'


EMBEDDED = {
    "object": "list",
    "model": "m-1",
    "usage": {"promptTokens": 5, "completionTokens": 0, "totalTokens": 5},
    "data": [
        {"object": "embedding", "index": 0, "embedding": [0.1, -2, 1e-7]},
        {"object": "embedding", "index": 1, "embedding": []},
    ],
}


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("text", {"input": "é✨"}),
        (
            "texts",
            {"input": ["a", "b"], "encoding_format": "float", "dimensions": 3, "user": "me"},
        ),
        ("tokens", {"input": [1, 2]}),
        ("bytes", {"input": [1, 255]}),
        ("lists", {"input": [[1], [2, 3]]}),
        ("byteLists", {"input": [[1], [2]]}),
    ],
)
async def test_embeddings(app, provider, kind, sent):
    usage = {"prompt_tokens": 5, "total_tokens": 5}
    provider.answers = [json.dumps({**EMBEDDED, "usage": usage})]
    embedded = await app.call("embed", kind=kind)
    assert embedded == {**EMBEDDED, "usage": embedded["usage"], "extra": None}
    assert embedded["usage"].items() >= EMBEDDED["usage"].items()
    assert provider.requests == [{"model": "big/model", **sent}]


@pytest.mark.parametrize(("kind", "type"), [("bad", "float64"), ("none", "<nil>")])
async def test_embeddings_of_something_else(app, provider, kind, type):
    assert await app.error("embed", kind=kind) == f"invalid embedding content type: {type}"
    assert provider.texts == []
