"""Tools and forms of answers, with the real local chat model."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import jsonschema
import pytest

from atoll.models import ModelError
from atoll.models.local import LocalModels

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather of a city",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "maxLength": 30},
                    "unit": {"enum": ["celsius", "fahrenheit"]},
                },
                "required": ["city"],
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Add two numbers",
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "required": ["a", "b"],
            },
        },
    },
]
PARAMETERS = {
    tool["function"]["name"]: tool["function"]["parameters"]  # type: ignore[index]
    for tool in TOOLS
}
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]


@pytest.fixture
def ask(chat_weights: str):
    models = LocalModels()

    async def ask(messages: Any = QUESTION, **fields: Any) -> dict[str, Any]:
        request = {"messages": messages, "max_tokens": 120, "temperature": 0, **fields}
        answer = json.loads(await models.invoke(chat_weights, "m", json.dumps(request).encode()))
        (choice,) = answer["choices"]
        return choice

    return ask


def require_calls(choice: dict[str, Any]) -> list[tuple[str, Any]]:
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    found = []
    for call in choice["message"]["tool_calls"]:
        assert call["type"] == "function"
        assert call["id"].startswith("call_")
        arguments = json.loads(call["function"]["arguments"])
        jsonschema.validate(arguments, PARAMETERS[call["function"]["name"]])
        found.append((call["function"]["name"], arguments))
    return found


async def test_a_required_call_is_one_with_valid_arguments(ask) -> None:
    ((name, _),) = require_calls(await ask(tools=TOOLS, tool_choice="required"))
    assert name in PARAMETERS


async def test_a_named_tool_is_called(ask) -> None:
    named = {"type": "function", "function": {"name": "add"}}
    question = [{"role": "user", "content": "What is 2 plus 3?"}]
    ((name, arguments),) = require_calls(await ask(question, tools=TOOLS, tool_choice=named))
    assert name == "add"
    assert all(type(value) is int for value in arguments.values())


async def test_auto_gives_a_call_or_an_answer(ask) -> None:
    choice = await ask(tools=TOOLS)
    if choice["message"].get("tool_calls"):
        require_calls(choice)
    else:
        assert choice["finish_reason"] in ("stop", "length")
        assert isinstance(choice["message"]["content"], str)
        assert not choice["message"]["content"].startswith("{")


async def test_none_gives_an_answer(ask) -> None:
    choice = await ask(tools=TOOLS, tool_choice="none", max_tokens=10)
    assert choice["message"]["content"]
    assert "tool_calls" not in choice["message"]


async def test_several_calls_in_one_answer(ask) -> None:
    question = [{"role": "user", "content": "Call get_weather for Paris, then for London."}]
    choice = await ask(
        question, tools=TOOLS[:1], tool_choice="required", parallel_tool_calls=True, max_tokens=400
    )
    calls = require_calls(choice)
    assert {name for name, _ in calls} == {"get_weather"}
    ids = [call["id"] for call in choice["message"]["tool_calls"]]
    assert len(set(ids)) == len(ids)


async def test_a_streamed_call_is_the_same(ask, chat_weights: str) -> None:
    request = {"messages": QUESTION, "max_tokens": 120, "temperature": 0, "tools": TOOLS}
    body = json.dumps({**request, "tool_choice": "required"}).encode()
    name, arguments, ended, roles = "", [], [], []
    async with aclosing(LocalModels().stream(chat_weights, "m", body)) as events:
        async for event in events:
            if event == "data: [DONE]\n\n":
                continue
            (choice,) = json.loads(event.removeprefix("data: "))["choices"]
            ended.append(choice["finish_reason"])
            roles.append(choice["delta"].get("role"))
            assert choice["delta"].get("content") is None
            for call in choice["delta"].get("tool_calls", ()):
                assert call["index"] == 0
                name += call["function"].get("name", "")
                arguments.append(call["function"].get("arguments", ""))
    whole = await ask(tools=TOOLS, tool_choice="required")
    expected = whole["message"]["tool_calls"][0]["function"]
    assert (name, "".join(arguments)) == (expected["name"], expected["arguments"])
    assert len(arguments) > 3, "arguments come as they are written"
    assert roles[0] == "assistant"
    assert ended[-1] == "tool_calls"
    assert set(ended[:-1]) == {None}


async def test_a_result_is_read_and_answered(ask) -> None:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'},
    }
    messages = [
        *QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny, 20 degrees"},
    ]
    choice = await ask(messages, tools=TOOLS[:1], max_tokens=40)
    assert "20" in choice["message"]["content"]


async def test_a_call_that_is_cut_off_says_so(ask) -> None:
    choice = await ask(tools=TOOLS, tool_choice="required", max_tokens=8)
    assert choice["finish_reason"] == "length"


NODE = {
    "type": "object",
    "properties": {
        "name": {"enum": ["a", "b"]},
        "below": {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 1},
    },
    "required": ["name"],
    "additionalProperties": False,
}
HARD_SCHEMAS = {
    "recursive": {"$ref": "#/$defs/node", "$defs": {"node": NODE}},
    "one of": {
        "oneOf": [
            {
                "type": "object",
                "properties": {"kind": {"const": "circle"}, "radius": {"type": "integer"}},
                "required": ["kind", "radius"],
            },
            {
                "type": "object",
                "properties": {"kind": {"const": "square"}, "side": {"type": "integer"}},
                "required": ["kind", "side"],
            },
        ]
    },
    "null or": {
        "type": "object",
        "properties": {"age": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
        "required": ["age"],
    },
    "bounds": {
        "type": "object",
        "properties": {
            "score": {"type": "integer", "minimum": 3, "maximum": 17},
            "tags": {"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2, "maxItems": 3},
            "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
            "day": {"type": "string", "format": "date"},
        },
        "required": ["score", "tags", "code", "day"],
    },
    "other letters": {
        "type": "object",
        "properties": {"größe": {"enum": ["klein", "groß"]}, 'a"b\\c': {"type": "boolean"}},
        "required": ["größe", 'a"b\\c'],
    },
    "tuple": {
        "type": "array",
        "prefixItems": [{"type": "boolean"}, {"enum": ["x"]}],
        "minItems": 2,
        "maxItems": 2,
    },
    "number": {"type": "integer", "minimum": 10, "maximum": 99},
}


@pytest.mark.parametrize("name", HARD_SCHEMAS)
async def test_answers_by_hard_schemas(ask, name: str) -> None:
    schema = HARD_SCHEMAS[name]
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    choice = await ask(
        [{"role": "user", "content": "Fill in the form."}], response_format=form, max_tokens=400
    )
    assert choice["finish_reason"] == "stop"
    jsonschema.validate(json.loads(choice["message"]["content"]), schema)


async def test_an_answer_in_a_form_beside_tools(ask) -> None:
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["good", "bad"]}},
        "required": ["mood"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    choice = await ask(tools=TOOLS, response_format=form)
    if "tool_calls" in choice["message"]:
        require_calls(choice)
    else:
        jsonschema.validate(json.loads(choice["message"]["content"]), schema)


@pytest.mark.parametrize(
    "tools",
    [
        "now",
        [{"type": "function"}],
        [{"type": "function", "function": {"name": "a b"}}],
        [{"type": "function", "function": {"name": "a", "parameters": {"properties": 5}}}],
        [
            {
                "type": "function",
                "function": {
                    "name": "a",
                    "parameters": {"type": "object", "properties": {"x": {"$ref": "#/nowhere"}}},
                },
            }
        ],
    ],
)
async def test_tools_that_cannot_be_understood_are_errors(ask, tools: Any) -> None:
    with pytest.raises(ModelError) as caught:
        await ask(tools=tools)
    assert caught.value.code == "MODEL_INPUT_INVALID"
