"""Answers of models of Anthropic, whole and piece by piece, and their way back to the model."""

from __future__ import annotations

import pytest
from atoll_providers.replies import Call, Events, Fail, Raw, Say


async def test_pieces(app, providers):
    providers.answer(Say("né 🎉 you", split=1, thinking="hm"))
    assert await app.stream("claude", text="x") == ["né", " 🎉", " you"]
    assert providers.last.json == {
        "model": "Big/Model",
        "messages": [{"role": "user", "content": "x"}],
        "max_tokens": 4096,
        "stream": True,
    }


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_tool_and_its_result(app, providers, streamed):
    say = Say("Let me see.", calls=[Call("f", {"a": "é}"})], thinking="hm so", signature="c2ln")
    providers.answer(say, Say("Seven.", usage=(5, 6), finish="length"))
    told = await app.call("claudeTwice", streamed=streamed)
    assert told == "Seven. 5.0 max_tokens"
    first, second = (asked.json for asked in providers.requests)
    assert first["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    assert second["messages"][1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm so", "signature": "c2ln"},
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "call_1", "name": "f", "input": {"a": "é}"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "call_1",
                    "content": "it's 7",
                    "is_error": True,
                }
            ],
        },
    ]


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_an_answer_has_besides_comes_back(app, providers, streamed):
    new = {"type": "server_tool_use", "id": "s1", "name": "search", "input": {"q": 1}, "x": ["}"]}
    cited = {"type": "text", "text": "t", "citations": [{"a": 1}]}
    if streamed:
        start = {"type": "message_start", "message": {"id": "m", "content": []}}
        events = [start] + [
            {"type": "content_block_start", "index": index, "content_block": block}
            for index, block in enumerate([cited, new])
        ]
        events[2:2] = [{"type": "ping"}, {"type": "new_event", "delta": {"type": "new"}}]
        providers.answer(Events([*events, {"type": "message_stop"}]))
    else:
        providers.answer(Raw({"id": "m", "content": [cited, new]}))
    await app.call("claudeTwice", streamed=streamed)
    assert providers.requests[1].json["messages"][1]["content"] == [cited, new]


async def test_parts_of_messages(app, providers):
    await app.call("claudeBlocks")
    user, assistant = providers.last.json["messages"]
    assert assistant == {"role": "assistant", "content": []}
    assert user["role"] == "user"
    pdf = {"type": "base64", "media_type": "application/pdf", "data": "AAA="}
    text = {"type": "text", "media_type": "text/plain", "data": 'a "b"'}
    png = {"type": "base64", "media_type": "image/png", "data": "AAA="}
    assert user["content"] == [
        {"type": "text", "text": '"}'},
        {"type": "image", "source": {"type": "url", "url": "http://x"}},
        {"type": "image", "source": png},
        {"type": "document", "source": text, "title": "t"},
        {"type": "document", "source": pdf},
        {"type": "document", "source": {"type": "url", "url": "http://y"}},
        {"type": "tool_use", "id": "i", "name": "n", "input": {"a": 1}},
        {"type": "tool_result", "tool_use_id": "i", "content": "r"},
        {"type": "new", "x": [1]},
    ]


async def test_an_error_within_the_stream(app, providers):
    providers.answer(Say("a b", fails=Fail("overloaded")))
    assert await app.failure("claudeTwice", streamed=True) == (
        "The chat model returned an error: Overloaded"
    )


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_refused_request(app, providers, streamed):
    providers.default = Fail("context_overflow")
    message = await app.failure("claudeTwice", streamed=streamed)
    assert "model [claude]" in message or "Failed to invoke claude model" in message
