"""anthropic: the JSON that goes out, and answers as apps see them."""

from __future__ import annotations

import json
from typing import Any


def message(*content: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "content": [*content],
        "model": "m-1", "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 2**40},
    }  # fmt: skip


async def test_a_text(app, provider):
    answer = message({"type": "text", "text": "<é✨>"})
    provider.answers = [json.dumps({**answer, "stop_sequence": None, "new": [1]})]
    got = json.loads(await app.call("askAnthropic", text='a "<b>"\n'))
    assert got == {**answer, "new": [1]}
    assert provider.texts == [
        '{"model":"Big/Model","messages":[{"role":"user","content":"a \\"<b>\\"\\n"}],'
        '"max_tokens":16}'
    ]


async def test_tools_and_every_option(app, provider):
    call = {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "é", "n": 1.50}}
    words = {"type": "text", "text": ""}
    answer = {**message({"type": "text", "text": "Rain."}), "stop_sequence": "END"}
    provider.answers = [json.dumps(message(words, call)), json.dumps(answer)]
    assert json.loads(await app.call("askAnthropicWithTools")) == answer
    first, second = provider.requests
    use = {"type": "tool_use", "id": "t0", "name": "weather", "input": {"city": "<é>"}}
    result = {"type": "tool_result", "tool_use_id": "t0", "is_error": True, "content": "none"}
    content = [{"type": "text", "text": "Weather?"}, use, result]
    assert first == {
        "model": "Big/Model",
        "messages": [{"role": "user", "content": content}],
        "max_tokens": 512,
        "metadata": {"user_id": "u"},
        "stop_sequences": ["END"],
        "system": "Be brief.",
        "temperature": 0,
        "tool_choice": {"type": "tool", "name": "weather", "disable_parallel_tool_use": True},
        "tools": [
            {"name": "weather", "input_schema": {"type": "object"}, "description": "Tells"},
            {"name": "none", "input_schema": None},
        ],
        "top_k": 5,
        "top_p": 0.5,
    }
    told = {"type": "tool_result", "tool_use_id": "t1", "is_error": False, "content": "rain"}
    assert second == {
        "model": "Big/Model",
        "messages": [
            {"role": "assistant", "content": [words, call]},
            {"role": "user", "content": [told]},
        ],
        "tool_choice": {"type": "any"},
    }
