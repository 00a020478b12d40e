"""OpenAI's API "Responses": requests, answers whole and piece by piece, their way back."""

from __future__ import annotations

import json

import pytest
from atoll_providers.replies import Call, Events, Fail, Raw, Say


async def test_pieces(app, providers):
    providers.answer(Say("né 🎉 you", split=1, thinking="hm"))
    assert await app.stream("respond", text='"') == ["né", " 🎉", " you"]
    assert providers.last.json == {"model": "big/model", "input": '"', "stream": True}


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_function_and_its_result(app, providers, streamed):
    say = Say("Let me see.", calls=[Call("f", {"a": "é}"}), Call("g", "{broken")], thinking="hm")
    providers.answer(say, Say("Seven.", usage=(5, 6), finish="length"))
    told = await app.call("respondTwice", streamed=streamed)
    assert told == "Seven.|incomplete|max_output_tokens|5|6|11|2025-03-10T01:25:52.000Z"
    first, second = (asked.json for asked in providers.requests)
    assert first["input"] == [{"role": "user", "content": "x"}]
    _, thought, message, f, g, of_f, of_g = second["input"]
    assert thought["type"] == "reasoning"
    assert thought["summary"] == [{"type": "summary_text", "text": "hm"}]
    assert message["content"] == [{"type": "output_text", "text": "Let me see.", "annotations": []}]
    assert [call["call_id"] for call in (f, g)] == ["call_1", "call_2"]
    assert g["arguments"] == "{broken"
    output = {"type": "function_call_output", "call_id": "call_1", "output": 'f{"a": "\\u00e9}"}'}
    assert of_f == output
    assert of_g["output"] == "g{broken"


async def test_what_an_answer_has_besides_comes_back(app, providers):
    item = {"type": "web_search_call", "id": "w", "action": {"query": '"}'}, "new": [None]}
    answer = {"id": "r", "status": "completed", "output": [item], "error": None}
    providers.default = Raw(answer)
    await app.call("respondTwice", streamed=False)
    assert providers.last.json["input"][1] == item


async def test_every_option(app, providers):
    await app.call("respondFully")
    full, *others = (asked.json for asked in providers.requests)
    png = "data:image/png;base64,AAA="
    assert full == {
        "model": "big/model",
        "input": [
            {"role": "developer", "content": 'be "brief"'},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "t"},
                    {"type": "input_image", "image_url": "http://x", "detail": "low"},
                    {"type": "input_image", "image_url": png, "detail": "auto"},
                    {"type": "input_file", "file_url": "http://y"},
                    {
                        "type": "input_file",
                        "filename": "a.pdf",
                        "file_data": "data:application/pdf;base64,AAA=",
                    },
                ],
            },
            {"type": "item_reference", "id": "i"},
        ],
        "instructions": "i",
        "max_output_tokens": 9,
        "temperature": 0,
        "top_p": 0.5,
        "tools": [
            {"type": "function", "name": "f", "description": "d", "strict": False},
            {"type": "function", "name": "g", "strict": True},
        ],
        "tool_choice": {"type": "function", "name": "f"},
        "parallel_tool_calls": False,
        "text": {
            "format": {
                "type": "json_schema",
                "name": "s",
                "schema": {"type": "object"},
                "strict": True,
            }
        },
        "reasoning": {"effort": "low", "summary": "auto"},
        "previous_response_id": "r0",
        "store": False,
        "include": ["message.output_text.logprobs"],
        "metadata": {"k": "v"},
        "service_tier": "flex",
        "user": "other",
        "truncation": "auto",
    }
    assert [each["tool_choice"] for each in others] == ["none", "auto", "required"]


async def test_a_refusal_and_all_that_the_provider_said(app, providers):
    providers.answer(Say(refusal="I will not", extra={"new": {"}": 1}}))
    head, answer = (await app.call("respondRefused")).split("|")
    assert head == "message refusal I will not"
    assert json.loads(answer)["new"] == {"}": 1}


@pytest.mark.parametrize(
    "reply",
    [
        Say("a b", fails=Fail("overloaded", "too much")),
        Events([{"type": "error", "code": "x", "message": "too much", "param": None}]),
        Events([{"type": "error", "error": {"message": "too much"}}]),
    ],
)
async def test_an_error_within_the_stream(app, providers, reply):
    providers.answer(reply)
    message = await app.failure("respondTwice", streamed=True)
    assert message == "The chat model returned an error: too much"


async def test_a_failed_answer(app, providers):
    failed = {"status": "failed", "error": {"code": "server_error", "message": "too much"}}
    providers.answer(Raw(failed))
    message = await app.failure("respondTwice", streamed=False)
    assert message == "The chat model returned an error: too much"
