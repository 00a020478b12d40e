from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest

from atoll.sdk import HostUnavailable, ModelError, models, testing


@dataclass
class Person:
    name: str
    age: int
    email: str | None = None


class Mood(Enum):
    HAPPY = "happy"
    SAD = "sad"


ANN = '{"name": "Ann", "age": 30, "email": null}'
writer = models.get("writer")


def generate(kind: Any, *answers: Any) -> tuple[Any, list[dict[str, Any]]]:
    """The value, and the requests that it took."""
    with testing.host(models={"writer": testing.in_turn(*answers)}) as host:
        value = writer.generate("Who?", as_=kind)
    return value, [request.input for request in host.requests]


def test_text() -> None:
    with testing.host(models={"writer": lambda request: " Hello. \n"}) as host:
        assert writer.generate("Hi", temperature=0.5, extra={"min_p": 0.1}) == "Hello."
        assert writer.generate([models.system("Be terse."), models.user("Hi")]) == "Hello."
        assert writer.generate("Hi", as_=str) == "Hello."
    assert host.requests[0].input == {
        "model": "writer",
        "messages": [{"role": "user", "content": "Hi"}],
        "temperature": 0.5,
        "min_p": 0.1,
    }
    assert [each["role"] for each in host.requests[1].input["messages"]] == ["system", "user"]
    assert "response_format" not in host.requests[2].input


def test_value_of_a_class() -> None:
    value, [request] = generate(Person, ANN)
    assert value == Person("Ann", 30)
    asked = request["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["name"] == "Person"
    assert asked["json_schema"]["strict"] is True
    assert asked["json_schema"]["schema"]["required"] == ["name", "age", "email"]


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        (list[Person], '{"value": [{"name": "Ann", "age": 30}]}', [Person("Ann", 30)]),
        (Mood, '{"value": "sad"}', Mood.SAD),
        (Literal["yes", "no"], '{"value": "no"}', "no"),
        (int | None, '{"value": null}', None),
        (Person | None, '{"value": {"name": "Ann", "age": 30}}', Person("Ann", 30)),
        (Decimal, '{"value": 0.1000000000000000000001}', Decimal("0.1000000000000000000001")),
    ],
)
def test_what_is_no_object_is_put_into_one(kind: Any, answer: str, value: Any) -> None:
    found, [request] = generate(kind, answer)
    assert found == value
    asked = request["response_format"]["json_schema"]["schema"]
    assert asked["type"] == "object"
    assert asked["required"] == ["value"]


def test_open_types_are_not_asked_for_strictly() -> None:
    value, [request] = generate(dict[str, int], '{"a": 1}')
    assert value == {"a": 1}
    assert request["response_format"]["json_schema"]["strict"] is False


@pytest.mark.parametrize(
    "answer",
    [
        f"```json\n{ANN}\n```",
        f"Sure! Here it is:\n{ANN}\nI hope that helps.",
        f"Sure!\n```\n{ANN}\n```\nDone [x].",
        '{"Name": "Ann", "AGE": "30"}',
    ],
)
def test_json_is_found_in_what_stands_around_it(answer: str) -> None:
    assert generate(Person, answer)[0] == Person("Ann", 30)


def test_value_without_the_object_around_it_does_too() -> None:
    assert generate(list[int], "[1, 2]")[0] == [1, 2]


def test_model_is_shown_once_what_was_wrong() -> None:
    value, requests = generate(Person, '{"name": "Ann", "age": "young"}', ANN)
    assert value == Person("Ann", 30)
    assert len(requests) == 2
    first, answer, repair = requests[1]["messages"]
    assert first == {"role": "user", "content": "Who?"}
    assert answer == {"role": "assistant", "content": '{"name": "Ann", "age": "young"}'}
    assert repair["role"] == "user"
    assert "age: expected int, got text" in repair["content"]
    assert '"additionalProperties": false' in repair["content"]


def test_second_bad_answer_is_an_error() -> None:
    with (
        testing.host(models={"writer": lambda request: "I do not know. " * 1000}) as host,
        pytest.raises(ModelError, match=r"not answer with Person: .*not JSON") as e,
    ):
        writer.generate("Who?", as_=Person)
    assert e.value.code == "BAD_STRUCTURED_OUTPUT"
    assert len(host.requests) == 2
    assert e.value.details["text"].startswith("I do not know.")
    assert len(e.value.details["text"]) < 2100


def test_answer_that_was_cut_off_is_not_asked_for_again() -> None:
    cut = testing.completion('{"name": "An')
    cut["choices"][0]["finish_reason"] = "length"
    with (
        testing.host(models={"writer": lambda request: cut}) as host,
        pytest.raises(ModelError, match="cut off") as failed,
    ):
        writer.generate("Who?", as_=Person, max_tokens=5)
    assert failed.value.hint == "Raise max_tokens."
    assert len(host.requests) == 1


def test_refusal() -> None:
    refusal = testing.completion(None)
    refusal["choices"][0]["message"]["refusal"] = "I will not."
    for options in ({}, {"as_": Person}):
        with (
            testing.host(models={"writer": lambda request: refusal}),
            pytest.raises(ModelError, match="refuses") as failed,
        ):
            writer.generate("Who?", **options)  # type: ignore[call-overload]
        assert failed.value.code == "MODEL_REFUSED"
        assert failed.value.details == {"text": "I will not."}


def test_type_without_a_form_in_json() -> None:
    with testing.host(models={"writer": lambda request: "x"}) as host:
        with pytest.raises(TypeError, match="complex cannot be made"):
            writer.generate("Who?", as_=complex)
        assert host.requests == []


def test_option_that_is_not_there_is_not_sent() -> None:
    answers = {"writer": lambda request: "x", "embedder": lambda request: testing.embeddings([1.0])}
    kinds = {"embedder": "openai-embeddings"}
    with testing.host(models=answers, interfaces=kinds) as host:
        for ask in (writer.generate, writer.chat):
            with pytest.raises(TypeError, match=r"no option temprature: .* temperature, .*extra="):
                ask("Who?", temprature=0)  # type: ignore[operator]
        with pytest.raises(TypeError, match="no option temprature"):
            list(writer.stream("Who?", temprature=0))  # type: ignore[call-arg]
        with pytest.raises(TypeError, match=r"no option size: .* dimensions, "):
            models.get("embedder").embed("Who?", size=3)  # type: ignore[call-arg]
        assert host.requests == []
        writer.generate("Who?", extra={"top_k": 3})
        assert host.requests[0].input["top_k"] == 3


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"value":' * 100_000])
def test_deep_json_is_a_bad_answer(deep: str) -> None:
    with testing.host(models={"writer": lambda request: deep}), pytest.raises(ModelError) as failed:
        writer.generate("Who?", as_=list[int])
    assert failed.value.code == "BAD_STRUCTURED_OUTPUT"


async def test_async() -> None:
    def answer(request: Any) -> str:
        return ANN if "response_format" in request else "Hi"

    with testing.host(models={"writer": answer}):
        found = await asyncio.gather(
            writer.generate_async("Hi"), writer.generate_async("Who?", as_=Person)
        )
    assert found == ["Hi", Person("Ann", 30)]


def test_failures_of_the_model_come_through() -> None:
    with testing.host(), pytest.raises(ModelError, match="not found"):
        writer.generate("Hi")
    with pytest.raises(HostUnavailable):
        models.get("other").generate("Hi")


def test_interface_that_does_not_chat() -> None:
    with (
        testing.host(models={"e": lambda request: {}}, interfaces={"e": "openai-embeddings"}),
        pytest.raises(ModelError, match="does not chat"),
    ):
        models.get("e").generate("Hi")


def test_where_no_provider_enforces_a_schema_the_model_is_told_of_it() -> None:
    answer = {"generation": ANN, "stop_reason": "stop"}
    with testing.host(models={"w": lambda request: answer}, interfaces={"w": "llama"}) as host:
        assert models.get("w").generate("Who?", as_=Person) == Person("Ann", 30)
    assert "fits this JSON Schema" in host.requests[0].input["prompt"]


@dataclass
class Part:
    name: str
    parts: list[Part] = field(default_factory=list)


def test_anthropic_is_told_in_words_of_what_it_does_not_enforce() -> None:
    answer = {
        "role": "assistant",
        "content": [{"type": "text", "text": '{"name": "car", "parts": [{"name": "wheel"}]}'}],
        "stop_reason": "end_turn",
    }
    with testing.host(models={"w": lambda request: answer}, interfaces={"w": "anthropic"}) as host:
        found = models.get("w").generate("What is it made of?", as_=Part)
    assert found == Part("car", [Part("wheel")])
    assert "output_config" not in host.requests[0].input
    assert "fits this JSON Schema" in host.requests[0].input["system"]


def gemini(text: str) -> dict[str, Any]:
    reply = {"role": "model", "parts": [{"text": text}]}
    return {"candidates": [{"content": reply, "finishReason": "STOP"}]}


def test_schema_comes_after_the_tools_where_they_exclude_each_other() -> None:
    def lookup(word: str) -> str:
        return word

    answers = testing.in_turn(gemini("Ann, I think."), gemini(ANN))
    with testing.host(models={"w": answers}, interfaces={"w": "gemini"}) as host:
        found = models.get("w").generate("Who?", as_=Person, tools=[lookup], tool_choice="auto")
    assert found == Person("Ann", 30)
    first, second = (request.input for request in host.requests)
    assert "tools" in first
    assert "responseJsonSchema" not in json.dumps(first)
    assert "fits this JSON Schema" in json.dumps(first)
    assert "tools" not in second
    assert "responseJsonSchema" in json.dumps(second)


@pytest.mark.parametrize("interface", ["anthropic", "gemini", "openai-responses"])
def test_other_interfaces_get_the_schema_too(interface: str) -> None:
    answers = {
        "anthropic": {
            "id": "m", "type": "message", "role": "assistant", "model": "w",
            "content": [{"type": "text", "text": ANN}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 2},
        },
        "gemini": {
            "candidates": [{"content": {"role": "model", "parts": [{"text": ANN}]},
                            "finishReason": "STOP"}],
        },
        "openai-responses": {
            "id": "r", "object": "response", "status": "completed", "model": "w",
            "output": [{"type": "message", "id": "m", "role": "assistant", "status": "completed",
                        "content": [{"type": "output_text", "text": ANN, "annotations": []}]}],
        },
    }  # fmt: skip
    model = models.get("w")
    with testing.host(
        models={"w": lambda request: answers[interface]}, interfaces={"w": interface}
    ) as host:
        assert model.generate("Who?", as_=Person) == Person("Ann", 30)
    assert '"age"' in json.dumps(host.requests[0].input)
