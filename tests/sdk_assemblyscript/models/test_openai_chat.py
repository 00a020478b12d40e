"""Chat: the JSON that goes out, and answers as providers give them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestEnded


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


async def test_a_plain_chat(app, provider):
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


async def test_escapes_in_an_answer(app, provider):
    provider.answers = [
        r'{"\u0063hoices" : [ {"message":{"content":"\u00e9\/\ud83c\udf89 \u007d\u005d\"\\"}} ] }'
    ]
    assert await app.call("plain", text="x") == 'é/🎉 }]"\\'


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ({"message": "quota }] used", "type": "x", "param": None, "code": None}, "quota }] used"),
        ({"message": "busy", "code": 503, "metadata": {"a": ["]"]}}, "busy"),
        ("model is loading", "model is loading"),
        ({"code": 7}, '{"code": 7}'),
    ],
)
async def test_an_error_of_the_provider(app, provider, error, shown):
    provider.answers = [json.dumps({"choices": [], "error": error})]
    with pytest.raises(GuestEnded) as caught:
        await app.call("plain", text="x")
    assert caught.value.status == 1
    level, line = app.logs[-1]
    assert level == ERROR
    assert line.endswith(f": {shown}")


async def test_what_only_looks_like_an_error(app, provider):
    message = {"content": '"error": {}', "error": {"message": "not here"}}
    provider.answers = [completion(message, error=None)]
    assert await app.call("plain", text="x") == '"error": {}'


async def test_every_option(app, provider):
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


async def test_defaults_are_left_out(app, provider):
    await app.call("everyDefault")
    bare, with_tool = provider.requests
    assert bare == {"model": "big/model", "messages": []}
    assert with_tool == {
        **bare,
        "tools": [{"type": "function", "function": {"name": ""}}],
    }


async def test_spoken_answers(app, provider):
    await app.call("spoken")
    assert provider.requests == [
        {
            "model": "big/model",
            "messages": [],
            "modalities": ["audio", "text"],
            "audio": {"voice": "v", "format": "mp3"},
            "service_tier": "auto",
        }
    ]


async def test_choices_of_tools(app, provider):
    await app.call("choices")
    named = {"type": "function", "function": {"name": 'f"'}}
    found = [request["tool_choice"] for request in provider.requests]
    assert found == ["none", "auto", "required", named]
    assert provider.requests[0]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"none"', 'none"none"'),
        (
            '{ "function": {"name": "}"}, "type": "function" }',
            'function{"type":"function","function":{"name":"}"}}',
        ),
    ],
)
async def test_choices_that_were_stored(app, text, expected):
    assert await app.call("rereadChoice", text=text) == expected


async def test_tools(app, provider):
    await app.call("literalTools")
    parameters = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert [tool["function"] for tool in provider.requests[0]["tools"]] == [
        {"name": "f", "strict": True, "parameters": parameters},
        {"name": "g", "description": 'says "}"'},
        {"name": "h", "description": "", "parameters": {"type": "object"}},
    ]


async def test_forms_of_answers(app):
    assert await app.call("formats") == (
        'text[{"type":"text"},{"type":"json_object"},'
        '{"type":"json_schema","json_schema":{"name":"s"}}]'
    )


async def test_two_rounds_with_a_tool(app, provider):
    call = {"id": "c9", "type": "function", "function": {"name": "count", "arguments": '{"a":"}"}'}}
    other = {**call, "id": "c10"}
    asked = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call, other]}
    provider.answers = [completion(asked), completion({"role": "assistant", "content": "3"})]
    assert await app.call("loop") == "3"
    first, second = provider.requests
    assert second["tools"] == first["tools"]
    assert second["messages"] == [
        *first["messages"],
        {"role": "assistant", "content": "", "tool_calls": [call, other]},
        {"role": "tool", "content": '{"a":"}"}', "tool_call_id": "c9"},
        {"role": "tool", "content": '{"a":"}"}', "tool_call_id": "c10"},
    ]


async def test_an_answer_with_everything(app, provider):
    token = {"token": "a", "logprob": -0.5, "bytes": [97, 255], "top_logprobs": [
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
        "c1|chat.completion|m-1|fp|2023-11-14T22:13:20.000Z|default|1|2|3|length|1|c|r|"
        "a -0.5 97,255 b -1.5 none|a1t31970-01-01T00:00:01.000Z"
    )


async def test_an_answer_with_little(app, provider):
    provider.answers = ['{"choices":[{"message":{"content":null,"tool_calls":null}}],"usage":null}']
    assert (await app.call("output")).endswith("|-|0|0|0||0||-|-|-")
