"""Models that are asked in their provider's own form."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from atoll_providers import (
    anthropic_messages,
    bedrock_llama,
    gemini_generate,
    openai_responses,
)
from atoll_providers import (
    experimental as experimental_provider,
)
from atoll_providers.replies import Call, Predictions, Say, Vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.sdk import ModelError, models, testing
from atoll.sdk.models import anthropic, experimental, gemini, llama, responses

SAY = Say("Hi there", calls=[Call("f", {"a": 1}, "call_1")], thinking="Hm", extra={"novel": [1]})
REQUEST = {"model": "m", "instances": ["a", "b"]}
WHOLE: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "anthropic": (anthropic.parse_message, anthropic_messages.whole(SAY, REQUEST)),
    "gemini": (gemini.parse_generated, gemini_generate.whole(SAY, REQUEST)),
    "llama": (llama.parse_generation, bedrock_llama.whole(SAY, REQUEST)),
    "responses": (responses.parse_response, openai_responses.whole(SAY, REQUEST)),
    "classification": (
        lambda answer: experimental.parse_classification(answer, 2),
        experimental_provider.whole(Predictions(), REQUEST),
    ),
    "embeddings": (
        lambda answer: experimental.parse_vectors(answer, 2),
        experimental_provider.whole(Vectors(), REQUEST),
    ),
}


@pytest.mark.parametrize("name", ["anthropic", "gemini", "llama", "responses", "experimental"])
def test_modules_are_names_of_models(name: str) -> None:
    assert getattr(models, name) is importlib.import_module(f"atoll.sdk.models.{name}")


def test_no_other_name_is_made_up() -> None:
    with pytest.raises(AttributeError, match="no attribute 'mistral'"):
        _ = models.mistral


@pytest.mark.parametrize("form", ["anthropic", "gemini", "llama", "responses"])
def test_unknown_fields_survive(form: str) -> None:
    parse, answer = WHOLE[form]
    assert parse(answer).extra["novel"] == [1]


def test_anthropic_s_blocks_go_back_as_they_came() -> None:
    answer = WHOLE["anthropic"][1]
    message = anthropic.parse_message(answer)
    assert message.to_turn() == {"role": "assistant", "content": answer["content"]}
    assert (message.text, message.tool_uses[0].input) == ("Hi there", {"a": 1})
    assert message.stop_reason == "tool_use"
    assert message.usage.extra["service_tier"] == "standard"


def test_gemini_s_parts_go_back_as_they_came() -> None:
    answer = WHOLE["gemini"][1]
    candidate = gemini.parse_generated(answer).candidates[0]
    assert candidate.to_content() == answer["candidates"][0]["content"]
    assert (candidate.text, candidate.function_calls[0]["args"]) == ("Hi there", {"a": 1})


def test_gemini_tells_why_it_does_not_answer() -> None:
    rating = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}
    feedback = {"blockReason": "SAFETY", "safetyRatings": [rating]}
    reply = gemini.parse_generated({"promptFeedback": feedback})
    assert reply.text == ""
    assert reply.prompt_feedback is not None
    assert reply.prompt_feedback.block_reason == "SAFETY"
    found = reply.prompt_feedback.safety_ratings[0]
    assert (found.probability, found.extra) == ("HIGH", {"blocked": True})


def test_gemini_s_citations_by_both_of_their_names() -> None:
    source = {"startIndex": 1, "endIndex": 5, "uri": "https://x", "license": ""}
    for name in ("citationSources", "citations"):
        candidate = {"content": {"parts": []}, "citationMetadata": {name: [source]}}
        assert gemini.parse_generated({"candidates": [candidate]}).candidates[0].citations == [
            source
        ]


def test_items_of_the_responses_api_go_back_as_they_came() -> None:
    answer = WHOLE["responses"][1]
    response = responses.parse_response(answer)
    assert response.to_input() == answer["output"]
    assert (response.text, response.function_calls[0].arguments()) == ("Hi there", {"a": 1})
    assert responses.function_output(response.function_calls[0], [1]) == {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": "[1]",
    }


def test_why_a_response_is_incomplete() -> None:
    answer = openai_responses.whole(Say("Once", finish="length"), REQUEST)
    response = responses.parse_response(answer)
    assert (response.status, response.incomplete_reason) == ("incomplete", "max_output_tokens")


def test_requests_have_what_was_given_and_no_more() -> None:
    answers = {name: WHOLE[name][1] for name in ("anthropic", "gemini", "llama", "responses")}
    with testing.host(models={n: (lambda _, n=n: answers[n]) for n in answers}) as host:
        anthropic.get("anthropic").create("Hi", max_tokens=9, top_k=None)  # type: ignore[typeddict-item]
        gemini.get("gemini").generate([gemini.user("Hi", {"text": "!"}), gemini.model("Yes?")])
        llama.get("llama").generate("Hi", extra={"images": []})
        responses.get("responses").create("Hi")
        asyncio.run(responses.get("responses").create_async([responses.user("Hi")]))
    assert [request.input for request in host.requests] == [
        {
            "model": "anthropic",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}],
        },
        {
            "contents": [
                {"role": "user", "parts": [{"text": "Hi"}, {"text": "!"}]},
                {"role": "model", "parts": [{"text": "Yes?"}]},
            ]
        },
        {"prompt": "Hi", "images": []},
        {"model": "responses", "input": "Hi"},
        {"model": "responses", "input": [{"role": "user", "content": "Hi"}]},
    ]


def test_a_stream_that_is_left_early_is_closed() -> None:
    closed = []
    events = ['data: {"type": "one"}\n\ndata: {"ty', 'pe": "two"}\n\n']
    operations = {
        "models.stream": lambda request: {"handle": 7},
        "stream.next": lambda request: {"chunk": events.pop(0)},
        "stream.close": lambda request: closed.append(request["handle"]),
    }
    with testing.host(models={"m": lambda request: ""}, operations=operations):
        stream = anthropic.get("m").stream("Hi")
        assert [next(stream)["type"], next(stream)["type"]] == ["one", "two"]
        stream.close()  # type: ignore[attr-defined]
    assert closed == [7]


@pytest.mark.parametrize("chunk", ["data: {bad\n\n", "data: [1]\n\n", "data: 5\n\n"])
def test_a_stream_of_anything_else_is_no_answer(chunk: str) -> None:
    chunks = iter([{"chunk": chunk}, {"end": True}])
    operations = {
        "models.stream": lambda request: {"handle": 7},
        "stream.next": lambda request: next(chunks),
        "stream.close": lambda request: None,
    }
    host = testing.host(models={"m": lambda request: ""}, operations=operations)
    with host, pytest.raises(ModelError, match="not a stream of objects"):
        list(llama.get("m").stream("Hi"))


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_predictions_are_one_for_each_text(wanted: int) -> None:
    with pytest.raises(ModelError, match="one for each text"):
        experimental.parse_vectors({"predictions": [[1], [2]]}, wanted)
    with pytest.raises(ModelError, match="one for each text"):
        experimental.parse_classification({"predictions": [{"label": "a"}] * 2}, wanted)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**30) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """An answer in which something is not as it should be."""
    value = json.loads(json.dumps(whole))
    if draw(st.integers(0, 3)) == 0 or not isinstance(value, (dict, list)) or not value:
        return draw(ANY)
    keys = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    key = draw(st.sampled_from(keys))
    value[key] = draw(spoilt(value[key]))
    return value


@settings(max_examples=100)
@pytest.mark.parametrize("form", WHOLE)
@given(data=st.data())
def test_any_json_is_an_answer_or_a_model_error(form: str, data: st.DataObject) -> None:
    parse, whole = WHOLE[form]
    parse(whole)
    with suppress(ModelError):
        found = parse(data.draw(spoilt(whole)))
        _ = getattr(found, "text", None)
        for name in ("to_turn", "to_input"):
            if hasattr(found, name):
                getattr(found, name)()
        for candidate in getattr(found, "candidates", ()):
            _ = candidate.text, candidate.function_calls
        for call in getattr(found, "function_calls", ()):
            assert isinstance(call.name + call.call_id, str)
            with suppress(ValueError):
                call.arguments()
