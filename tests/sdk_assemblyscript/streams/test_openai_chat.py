"""Chat answers that come piece by piece, from a provider to whoever called the function."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from atoll_providers.replies import Call, Events, Fail, Raw, Say

from atoll.app.stream import StreamFailed


async def test_pieces_reach_the_client_as_they_come(app, providers):
    providers.answer(Say("Hi, you there ✨"))
    assert await app.stream("chat", text='a "b"') == ["Hi,", " you", " there", " ✨"]
    assert providers.last.json == {
        "model": "big/model",
        "messages": [{"role": "user", "content": 'a "b"'}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert providers.last.headers["Authorization"] == "Bearer s3cret"
    held = threading.Event()
    providers.answer(lambda asked: Say(pieces=said()))

    def said():
        yield "first"
        assert held.wait(10)
        yield "second"

    pieces = app.app.stream(app._function("chat"), {"text": "x"})
    assert await anext(pieces) == "first"  # while the provider is still silent about the rest
    held.set()
    assert await anext(pieces) == "second"
    assert [each async for each in pieces] == []


async def test_a_client_that_leaves_ends_the_request(app, providers):
    providers.answer(lambda asked: Say(pieces=iter(lambda: "more", None)))
    pieces = app.app.stream(app._function("chat"), {"text": "x"})
    assert await anext(pieces) == "more"
    await pieces.aclose()
    assert await asyncio.to_thread(providers.last.done.wait, 10)
    assert providers.last.left


async def test_a_long_answer_takes_no_memory(open_app, providers):
    app = open_app(providers.url, memoryMb=8)
    piece = "né" * 5000
    providers.answer(lambda asked: Say(pieces=(piece for _ in range(2000))))
    size = 0
    async for each in app.app.stream(app._function("chatLong"), {}):
        assert each == piece
        size += len(each)
    assert size == 20_000_000


@pytest.mark.parametrize("split", [1, 7])
async def test_events_cut_anywhere(app, providers, split):
    providers.answer(Say("né 🎉 ende", split=split))
    assert await app.call("chatWhole", text="x") == "né 🎉 ende"


async def test_all_of_an_answer(app, providers):
    calls = [Call("f", {"a": 'é"'}), Call("g", "{broken")]
    providers.answer(Say("So:", calls=calls, usage=(3, 4)))
    output = await app.call("chatOutput", logprobs=True, n=1)
    assert providers.last.json["reasoning_effort"] == "low"
    (choice,) = output["choices"]
    assert choice["message"]["content"] == "So:"
    assert choice["message"]["toolCalls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": calls[0].text}},
        {"id": "call_2", "type": "function", "function": {"name": "g", "arguments": "{broken"}},
    ]
    assert choice["finishReason"] == "tool_calls"
    assert output["usage"] == {"completionTokens": 4, "promptTokens": 3, "totalTokens": 7}
    assert (output["id"], output["model"]) == ("chatcmpl-123", "big/model")
    assert output["_created"] == 1_741_569_952
    assert [each["token"] for each in choice["logprobs"]["content"]] == ["So:"]


async def test_a_refusal_and_an_answer_that_is_cut(app, providers):
    providers.answer(Say(refusal="No, I will not", finish="length"))
    (choice,) = (await app.call("chatOutput", logprobs=False, n=1))["choices"]
    assert choice["message"]["refusal"] == "No, I will not"
    assert choice["finishReason"] == "length"
    assert choice["logprobs"] is None


async def test_sound(app, providers):
    audio = {"id": "a1", "data": "AAECAwQFBgc=", "transcript": "said aloud", "expires_at": 99}
    providers.answer(Say(None, audio=audio))
    (choice,) = (await app.call("chatOutput", logprobs=False, n=1))["choices"]
    found = choice["message"]["audio"]
    assert (found["id"], found["transcript"]) == ("a1", "said aloud")
    assert (found["_data"], found["_expiresAt"]) == ("AAECAwQFBgc=", 99)


async def test_several_choices(app, providers):
    providers.answer(Say("a b"))
    output = await app.call("chatOutput", logprobs=False, n=3)
    contents = [(each["index"], each["message"]["content"]) for each in output["choices"]]
    assert contents == [(0, "a b"), (1, "a b"), (2, "a b")]


async def test_chunks(app, providers):
    providers.answer(Say("a b", usage=(1, 2)))
    assert await app.call("chatChunks") == ["", "a", " b", "-", "-3"]


async def test_a_stream_that_is_not_read_to_its_end(app, providers):
    providers.answer(lambda asked: Say(pieces=iter(lambda: "more", None)))
    assert await app.call("chatLeft") == "more"
    assert await asyncio.to_thread(providers.last.done.wait, 10)
    assert providers.last.left


async def test_without_the_mark_of_the_end(app, providers):
    delta = {"choices": [{"index": 0, "delta": {"content": "x"}}]}
    last = {"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]}
    providers.answer(Events([delta, last]))
    assert await app.call("chatWhole", text="x") == "xx"
    providers.answer(Events([delta, f"data: {json.dumps(last)}"]))  # nor that of the last event
    assert await app.call("chatWhole", text="x") == "xx"
    providers.answer(Events([delta, "data: [DONE]\n\n", delta]))
    assert await app.call("chatWhole", text="x") == "x"


async def test_what_may_be_missing_or_new(app, providers):
    events = [
        {"id": "1", "choices": []},
        {"choices": [{"delta": {"content": None, "new": [1]}, "new": {"}": 1}}], "usage": None},
        {"choices": [{"delta": {"content": "a"}, "finish_reason": None}]},
        {"choices": [{"delta": {"tool_calls": [{"index": 7, "function": {"name": "f"}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": -1, "function": {"arguments": "{}"}}]}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        ": a remark\n\n",
    ]
    providers.answer(Events(events))
    output = await app.call("chatOutput", logprobs=False, n=1)
    (choice,) = output["choices"]
    assert choice["message"]["content"] == "a"
    [call] = choice["message"]["toolCalls"]
    assert call["function"] == {"name": "f", "arguments": "{}"}
    assert choice["finishReason"] == "stop"
    assert output["id"] == "1"


@pytest.mark.parametrize("kind", ["bad_request", "unauthorized", "rate_limited", "server_error"])
async def test_a_refused_request(app, providers, kind):
    providers.default = Fail(kind)
    message = await app.failure("chatWhole", text="x")
    assert "connection [provider]" in message
    assert "model [chat]" in message


async def test_an_error_within_the_stream(app, providers):
    providers.answer(Say("a b", fails=Fail("overloaded", "too much }]")))
    message = await app.failure("chatWhole", text="x")
    assert message == "The chat model returned an error: too much }]"


async def test_a_broken_connection(app, providers):
    providers.answer(Say("a b c d", cut_after=3))
    message = await app.failure("chatWhole", text="x")
    assert "model [chat]" in message


@pytest.mark.parametrize(
    ("event", "message"),
    [("data: {broken\n\n", "This is not JSON"), ("data: [1]\n\n", "This is not JSON")],
)
async def test_events_that_are_wrong(app, providers, event, message):
    providers.answer(Events([event]))
    assert message in await app.failure("chatWhole", text="x")


async def test_an_answer_that_is_no_stream(app, providers):
    providers.answer(Raw({"choices": []}))
    message = await app.failure("chatWhole", text="x")
    assert message.startswith('The answer is not a stream of events: {"choices": []}')
    providers.answer(Raw(b""))
    assert "broke off before its end" in await app.failure("chatWhole", text="x")


@pytest.mark.parametrize("function", ["chat", "claude", "respond", "gemini"])
async def test_an_answer_that_ends_too_early_is_not_whole(app, providers, function):
    providers.answer(Say("a b c", stop_after=2))
    pieces = app.app.stream(app._function(function), {"text": "x"})
    with pytest.raises(StreamFailed, match="broke off before its end"):
        _ = [each async for each in pieces]


@pytest.mark.parametrize("function", ["chat", "claude", "respond", "gemini"])
async def test_an_answer_that_is_read_to_its_end_is_not_taken_for_given_up(
    app, providers, caplog, function
):
    caplog.set_level("INFO", "atoll.models")
    providers.answer(Say("a b"))
    assert await app.stream(function, text="x") == ["a", " b"]
    said = [record.message for record in caplog.records if record.name == "atoll.models"]
    assert said[-1] == "Completed model invocation."
    assert "Cancelled model invocation." not in said


async def test_a_connection_that_breaks_behind_the_end(app, providers):
    delta = {"choices": [{"index": 0, "delta": {"content": "x"}}]}
    providers.answer(Events([delta, "data: [DONE]\n\n", ": more\n\n", delta], cut_after=3))
    assert await app.call("chatWhole", text="x") == "x"
