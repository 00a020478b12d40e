"""The scripted providers say what they are told, in each provider's form."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from itertools import repeat
from typing import Any

import pytest
from atoll_providers.replies import Call, Events, Fail, Predictions, Raw, Say, Vectors
from atoll_providers.server import Asked, Providers

CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
MESSAGES = "/v1/messages"
GEMINI = "/v1beta/models/gemini-pro:generateContent"
GEMINI_STREAM = "/v1beta/models/gemini-pro:streamGenerateContent?alt=sse"
LLAMA = "/model/llama3/invoke"
LLAMA_STREAM = "/model/llama3/invoke-with-response-stream"
PREDICT = "/classifier:predict"

WHOLE = {
    CHAT: lambda answer: answer["choices"][0]["message"]["content"],
    RESPONSES: lambda answer: answer["output"][0]["content"][0]["text"],
    MESSAGES: lambda answer: answer["content"][0]["text"],
    GEMINI: lambda answer: answer["candidates"][0]["content"]["parts"][0]["text"],
    LLAMA: lambda answer: answer["generation"],
}


def _chat_text(event: Any) -> str:
    return (event["choices"] or [{"delta": {}}])[0]["delta"].get("content") or ""


STREAMED = {
    CHAT: _chat_text,
    RESPONSES: lambda event: event.get("delta", ""),
    MESSAGES: lambda event: event.get("delta", {}).get("text", ""),
    GEMINI_STREAM: lambda event: event["candidates"][0]["content"]["parts"][0]["text"],
    LLAMA_STREAM: lambda event: event["generation"],
}


def _post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"X-Test": "yes"})
    return urllib.request.urlopen(request, timeout=20)


def _events(text: str) -> list[Any]:
    lines = [line for line in text.split("\n") if line.startswith("data: ")]
    return [json.loads(line[6:]) for line in lines if line != "data: [DONE]"]


@pytest.mark.parametrize("path", WHOLE)
def test_a_reply_comes_in_the_form_of_its_path(providers: Providers, path: str):
    providers.answer(Say("Good morning"))
    with _post(providers.url + path, {"model": "m"}) as answer:
        assert WHOLE[path](json.load(answer)) == "Good morning"
    assert providers.last.json == {"model": "m"}
    assert providers.last.headers["x-test"] == "yes"


@pytest.mark.parametrize("path", STREAMED)
def test_a_reply_is_streamed_when_the_request_asks_for_it(providers: Providers, path: str):
    providers.answer(Say("Good morning, wörld"))
    with _post(providers.url + path, {"stream": True}) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        events = _events(answer.read().decode())
    assert "".join(STREAMED[path](event) for event in events) == "Good morning, wörld"
    assert len(events) > 3


@pytest.mark.parametrize("path", [*WHOLE, "/v1/embeddings", PREDICT])
def test_nothing_scripted_is_answered_with_something_that_fits(providers: Providers, path: str):
    with _post(providers.url + path, {"input": "a", "instances": ["a"]}) as answer:
        assert json.load(answer)


def test_gemini_streams_an_array_unless_events_are_asked_for(providers: Providers):
    providers.answer(Say("one two"))
    with _post(providers.url + GEMINI_STREAM.partition("?")[0], {}) as answer:
        chunks = json.load(answer)
    assert "".join(STREAMED[GEMINI_STREAM](chunk) for chunk in chunks) == "one two"


def test_answers_are_given_in_order_and_requests_are_kept(providers: Providers):
    providers.answer(Say("one"), lambda asked: Say(asked.json["say"]))
    for said in ("one", "two"):
        with _post(providers.url + LLAMA, {"say": "two"}) as answer:
            assert json.load(answer)["generation"] == said
    assert [asked.interface for asked in providers.requests] == ["llama", "llama"]
    assert providers.unsaid == 0


@pytest.mark.parametrize(
    ("path", "kind", "status", "told"),
    [
        (CHAT, "context_overflow", 400, '"code": "context_length_exceeded"'),
        (MESSAGES, "overloaded", 529, '"type": "overloaded_error"'),
        (GEMINI, "rate_limited", 429, '"retryDelay": "2s"'),
        (LLAMA, "forbidden", 403, "don't have access"),
        (RESPONSES, "unauthorized", 401, '"code": "invalid_api_key"'),
    ],
)
def test_failures_are_in_each_provider_s_form(
    providers: Providers, path: str, kind: Any, status: int, told: str
):
    providers.answer(Fail(kind=kind, retry_after=2))
    with pytest.raises(urllib.error.HTTPError) as failed:
        _post(providers.url + path, {})
    with failed.value as answer:
        assert answer.code == status
        assert told in answer.read().decode()
        assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize("path", STREAMED)
def test_a_stream_may_end_in_an_error(providers: Providers, path: str):
    providers.answer(Say("some words", fails=Fail(kind="overloaded")))
    with _post(providers.url + path, {"stream": True}) as answer:
        last = _events(answer.read().decode())[-1]
    assert "error" in json.dumps(last) or "message" in last


def test_tools_are_called_in_pieces(providers: Providers):
    providers.answer(Say(calls=[Call("add", {"a": 1, "b": 2}), Call("add", "{bad")]))
    with _post(providers.url + CHAT, {"stream": True}) as answer:
        events = _events(answer.read().decode())
    pieces = [
        call
        for event in events
        for choice in event["choices"]
        for call in choice["delta"].get("tool_calls", ())
    ]
    texts = ["".join(p["function"]["arguments"] for p in pieces if p["index"] == i) for i in (0, 1)]
    assert texts == ['{"a": 1, "b": 2}', "{bad"]


def test_a_broken_off_answer_is_seen_as_such(providers: Providers):
    providers.answer(Say("one two three", cut_after=3), Raw({"a": "b" * 100}, cut_after=10))
    with (
        pytest.raises((HTTPException, OSError)),
        _post(providers.url + CHAT, {"stream": True}) as answer,
    ):
        answer.read()
    with pytest.raises((HTTPException, OSError)), _post(providers.url + CHAT, {}) as answer:
        answer.read()


def test_a_stream_may_stop_before_its_end(providers: Providers):
    providers.answer(Say("one two three", stop_after=2))
    with _post(providers.url + CHAT, {"stream": True}) as answer:
        assert len(_events(answer.read().decode())) == 2


def test_an_endless_answer_is_sent_as_it_is_read_and_its_end_is_noticed(providers: Providers):
    providers.answer(Say(pieces=repeat("la ")))
    with _post(providers.url + CHAT, {"stream": True}) as answer:
        assert b"la " in answer.read(10_000)
    assert providers.last.done.wait(10)
    assert providers.last.left
    assert providers.last.sent < 50_000_000


def test_a_held_stream_waits_after_its_first_event(providers: Providers):
    go_on = threading.Event()
    providers.answer(Events(events=[{"n": 1}, "data: 2\n\n"], hold=go_on))
    with _post(providers.url + CHAT, {"stream": True}) as answer:
        assert answer.readline() == b'data: {"n": 1}\n'
        assert not providers.last.done.is_set()
        go_on.set()
        assert answer.read() == b"\ndata: 2\n\n"


def test_characters_are_cut_in_two_where_asked_for(providers: Providers):
    providers.answer(Say("wörld", split=1))
    with _post(providers.url + CHAT, {"stream": True}) as answer:
        assert "wörld" in answer.read().decode()


def test_embeddings_depend_on_the_text_alone(providers: Providers):
    found = []
    for body in ({"input": ["a", "b", "a"]}, {"input": [1, 2]}, {"instances": ["a", "b"]}):
        path = PREDICT if "instances" in body else "/v1/embeddings"
        providers.answer(Vectors(dimensions=3))
        with _post(providers.url + path, body) as answer:
            found.append(json.load(answer))
    first, second, third = (each["embedding"] for each in found[0]["data"])
    assert first == third != second
    assert len(found[1]["data"]) == 1
    assert found[2]["predictions"] == [first, second]


def test_predictions_are_sent_as_given(providers: Providers):
    providers.answer(Predictions([{"label": "x"}]))
    with _post(providers.url + PREDICT, {"instances": ["a"]}) as answer:
        assert json.load(answer) == {"predictions": [{"label": "x"}]}


def test_what_a_request_is_about_is_known(providers: Providers):
    seen: list[Asked] = []
    providers.default = lambda asked: seen.append(asked) or Raw("{}")
    _post(f"{providers.url}/v1/embeddings?key=1", {}).close()
    providers.wait_for(1)
    assert (seen[0].interface, seen[0].query["key"], seen[0].method) == (
        "openai-embeddings",
        "1",
        "POST",
    )
