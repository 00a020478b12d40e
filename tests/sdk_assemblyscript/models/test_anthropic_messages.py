"""Messages to models of Anthropic, and their answers."""

from __future__ import annotations

import json


async def test_a_plain_request(app, provider):
    await app.call("claudePlain")
    assert provider.requests == [
        {
            "model": "Big/Model",
            "messages": [{"role": "user", "content": 'hi "}"'}],
            "max_tokens": 4096,
        }
    ]


async def test_every_option(app, provider):
    await app.call("claudeFull")
    assert provider.requests == [
        {
            "model": "Big/Model",
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": "yes?"},
                {"role": "user", "content": "so"},
            ],
            "max_tokens": 5,
            "metadata": {"user_id": "u"},
            "stop_sequences": ["s"],
            "system": "sys",
            "temperature": 0.5,
            "tool_choice": {"type": "tool", "name": "t"},
            "tools": [
                {"name": "t", "input_schema": {"type": "object"}},
                {"name": "u", "input_schema": {}, "description": "d"},
            ],
            "top_k": 3,
            "top_p": 0.5,
        }
    ]


async def test_choices_of_tools(app):
    assert await app.call("claudeChoices") == (
        '[{"type":"auto"},{"type":"any"},{"type":"tool","name":"t\\""},{"type":"none"}]{}'
    )


async def test_an_answer(app, provider):
    answer = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
        "content": [
            {"type": "text", "text": "}] ✨", "citations": [{"a": ["}"]}]},
            {"type": "tool_use", "id": "t1", "name": "t", "input": {"a": ["}"]}},
            {"type": "thinking", "thinking": "hm"},
        ],
        "stop_reason": "tool_use", "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 2, "cache": {"x": 1}},
    }  # fmt: skip
    blocks = '|text/}] ✨/|-|-|tool_use//t1|t|{"a": ["}"]}|thinking//|-|-'
    provider.answers = [json.dumps(answer)]
    head = "msg_1|message|m|assistant|tool_use|"
    assert await app.call("claudeAnswer") == f"{head}-|1.0|2.0{blocks}"
    provider.answers = [json.dumps({**answer, "stop_sequence": "s", "usage": None})]
    assert await app.call("claudeAnswer") == f"{head}s|0.0|0.0{blocks}"
