"""Calls of tools by a model whose template knows none: what it is asked, and how it is read."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.models import ModelError
from atoll.models.local.tool_reply import ToolReply, whole_message
from atoll.models.local.tools import with_tools

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
TREE = {
    "type": "function",
    "function": {
        "name": "plant",
        "parameters": {
            "type": "object",
            "properties": {"root": {"$ref": "#/$defs/node"}, "like": {"$ref": "#"}},
            "$defs": {
                "node": {
                    "type": "object",
                    "properties": {
                        "name": {"const": {"$ref": "#/kept"}},
                        "below": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                    },
                    "required": ["name"],
                }
            },
        },
    },
}
NOW = {"type": "function", "function": {"name": "now"}}


def asked(**fields: Any) -> dict[str, Any]:
    request = {"messages": [{"role": "user", "content": "Hi"}], **fields}
    plain, _ = with_tools("m", request)
    return plain


def schema(**fields: Any) -> dict[str, Any]:
    form = asked(**fields)["response_format"]
    assert form["type"] == "json_schema"
    found: dict[str, Any] = form["json_schema"]["schema"]
    return found


def allows(form: dict[str, Any], value: Any) -> bool:
    return jsonschema.Draft202012Validator(form).is_valid(value)


CALL = {"name": "get_weather", "arguments": {"city": "Paris"}}


def test_auto_allows_a_call_or_an_answer() -> None:
    form = schema(tools=[WEATHER, NOW])
    assert allows(form, CALL)
    assert allows(form, {"name": "now", "arguments": {}})
    assert allows(form, {"answer": "Hello"})
    assert not allows(form, {"name": "get_weather", "arguments": {}})
    assert not allows(form, {"name": "other", "arguments": {}})
    assert not allows(form, {"answer": 5})
    assert not allows(form, [CALL])
    assert form == schema(tools=[WEATHER, NOW], tool_choice="auto")


def test_required_allows_a_call_only() -> None:
    form = schema(tools=[WEATHER, NOW], tool_choice="required")
    assert allows(form, CALL)
    assert not allows(form, {"answer": "Hello"})


def test_a_named_tool_is_the_only_one() -> None:
    named = {"type": "function", "function": {"name": "now"}}
    form = schema(tools=[WEATHER, NOW], tool_choice=named)
    assert allows(form, {"name": "now", "arguments": {}})
    assert not allows(form, CALL)
    assert not allows(form, {"answer": "Hello"})


def test_several_calls_are_a_list_when_they_are_allowed() -> None:
    form = schema(tools=[WEATHER, NOW], tool_choice="required", parallel_tool_calls=True)
    assert allows(form, [CALL, {"name": "now", "arguments": {}}])
    assert not allows(form, CALL)
    assert not allows(form, [])
    assert allows(schema(tools=[WEATHER], parallel_tool_calls=True), {"answer": "Hello"})


def test_none_tells_the_model_of_no_tool() -> None:
    plain = asked(tools=[WEATHER], tool_choice="none", parallel_tool_calls=True)
    assert plain == {"messages": [{"role": "user", "content": "Hi"}]}
    assert asked(tools=[]) == plain


def test_an_answer_keeps_the_form_that_the_request_asks_for() -> None:
    wanted = {
        "type": "object",
        "properties": {"mood": {"$ref": "#/$defs/mood"}},
        "required": ["mood"],
        "$defs": {"mood": {"enum": ["good", "bad"]}},
    }
    response_format = {"type": "json_schema", "json_schema": {"name": "x", "schema": wanted}}
    form = schema(tools=[WEATHER], response_format=response_format)
    assert allows(form, {"answer": {"mood": "good"}})
    assert not allows(form, {"answer": {"mood": "so so"}})
    assert allows(form, CALL)


def test_references_inside_parameters_lead_to_where_they_are_now() -> None:
    form = schema(tools=[WEATHER, TREE], tool_choice="required")
    node = {"name": {"$ref": "#/kept"}, "below": [{"name": {"$ref": "#/kept"}}]}
    assert allows(form, {"name": "plant", "arguments": {"root": node, "like": {"root": node}}})
    bad = {"name": "plant", "arguments": {"root": node, "like": {"root": {"name": "x"}}}}
    assert not allows(form, bad)


def test_tools_are_told_in_the_system_message() -> None:
    first, second = asked(tools=[WEATHER])["messages"]
    assert first["role"] == "system"
    assert "get_weather" in first["content"]
    assert "The weather of a city" in first["content"]
    assert second == {"role": "user", "content": "Hi"}
    system = {"role": "system", "content": "Be brief."}
    (told,) = asked(messages=[system], tools=[WEATHER])["messages"]
    assert told["content"].startswith("Be brief.\n\nYou can call")
    parts = {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}
    (told,) = asked(messages=[parts], tools=[WEATHER])["messages"]
    assert told["content"][0]["text"] == "Be brief."
    assert "get_weather" in told["content"][1]["text"]


def test_earlier_calls_and_their_results_are_told_in_words() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    messages = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "noon"},
    ]
    told = asked(messages=messages)["messages"]
    assert told == [
        {"role": "assistant", "content": "I call the tool now with {}."},
        {"role": "user", "content": "The tool answered: noon"},
    ]


def test_a_tool_that_was_called_is_not_offered_again_by_itself() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    user = {"role": "user", "content": "What time is it?"}
    called = [
        user,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "noon"},
    ]
    form = schema(messages=called, tools=[WEATHER, NOW])
    assert allows(form, CALL)
    assert not allows(form, {"name": "now", "arguments": {}})
    assert "response_format" not in asked(messages=called, tools=[NOW])
    again = {"name": "now", "arguments": {}}
    offered, _ = with_tools("m", {"messages": called, "tools": [NOW]}, repeat=True)
    assert allows(offered["response_format"]["json_schema"]["schema"], again)
    assert allows(schema(messages=called, tools=[NOW], tool_choice="required"), again)
    assert allows(schema(messages=[*called, user], tools=[NOW]), again)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "tool_calls": 5},
        {"role": "assistant", "tool_calls": [5, {}, {"function": 5}, {"function": {"name": []}}]},
        {"role": "assistant", "content": ["x"], "tool_calls": None},
        {"role": "tool"},
        {"role": "tool", "content": {}},
        {"role": 5},
        {},
    ],
)
def test_whatever_an_earlier_message_is(message: dict[str, Any]) -> None:
    assert asked(messages=[message], tools=[NOW])["messages"]


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": "now"},
        {"tools": ["now"]},
        {"tools": [{"type": "web_search"}]},
        {"tools": [{"type": "function", "function": {"name": "a b"}}]},
        {"tools": [{"type": "function", "function": {"name": "x" * 65}}]},
        {"tools": [{"type": "function", "function": {"name": "x", "parameters": 5}}]},
        {
            "tools": [
                {"type": "function", "function": {"name": "x", "parameters": {"type": "array"}}}
            ]
        },
        {"tools": [NOW, NOW]},
        {"tools": [NOW] * 33},
        {"tools": [], "tool_choice": "required"},
        {"tools": [NOW], "tool_choice": "sometimes"},
        {"tools": [NOW], "tool_choice": {"type": "function", "function": {"name": "other"}}},
    ],
)
def test_what_cannot_be_understood_is_an_error(fields: dict[str, Any]) -> None:
    with pytest.raises(ModelError) as caught:
        asked(**fields)
    assert caught.value.code == "MODEL_INPUT_INVALID"


# Reading the answer back


def in_pieces(text: str, cuts: list[int]) -> tuple[str, list[dict[str, Any]]]:
    """What the deltas come to, as a client puts them together."""
    reply = ToolReply()
    content, calls = "", []
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        delta = reply.feed(text[start:end])
        content += delta.get("content", "")
        for call in delta.get("tool_calls", ()):
            if "id" in call:
                assert call["index"] == len(calls)
                calls.append({"name": call["function"]["name"], "arguments": ""})
            calls[call["index"]]["arguments"] += call["function"].get("arguments", "")
    assert reply.calls == len(calls)
    return content, calls


TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
CALL_OF_ANY = st.builds(
    # The name comes first: so the schema has it.
    lambda name, arguments: {"name": name, "arguments": arguments},
    st.text("abc_-", min_size=1),
    st.dictionaries(TEXT, JSON, max_size=3),
)
CALLS = st.lists(CALL_OF_ANY, min_size=1, max_size=3)
CUTS = st.lists(st.integers(0, 10_000), max_size=8)
WRITTEN = st.sampled_from([None, 1, "\n "])


@given(CALLS, CUTS, WRITTEN, st.booleans())
def test_calls_are_read_however_they_are_cut(
    calls: list[dict[str, Any]], cuts: list[int], indent: Any, ascii_only: bool
) -> None:
    text = json.dumps(calls, indent=indent, ensure_ascii=ascii_only)
    content, found = in_pieces(text, cuts)
    assert content == ""
    read = [{**call, "arguments": json.loads(call["arguments"])} for call in found]
    assert read == calls
    one = json.dumps(calls[0], indent=indent, ensure_ascii=ascii_only)
    assert len(in_pieces(one, cuts)[1]) == 1


@given(st.text(), CUTS, WRITTEN, st.booleans())
def test_an_answer_is_read_however_it_is_cut(
    answer: str, cuts: list[int], indent: Any, ascii_only: bool
) -> None:
    text = json.dumps({"answer": answer}, indent=indent, ensure_ascii=ascii_only)
    assert in_pieces(text, cuts) == (answer, [])


@given(
    st.dictionaries(TEXT, JSON, max_size=3) | st.integers() | st.booleans() | st.lists(JSON), CUTS
)
def test_an_answer_in_a_form_of_its_own_stays_json(answer: Any, cuts: list[int]) -> None:
    content, calls = in_pieces(json.dumps({"answer": answer}), cuts)
    assert (json.loads(content), calls) == (answer, [])


@given(CALLS, st.integers(0, 400))
def test_a_reply_that_is_cut_off_is_read_as_far_as_it_goes(
    calls: list[dict[str, Any]], length: int
) -> None:
    text = json.dumps(calls)[:length]
    _, found = in_pieces(text, list(range(len(text))))
    assert all(
        json.dumps(call["arguments"]).startswith(given["arguments"])
        for call, given in zip(calls, found, strict=False)
    )


def test_a_whole_message() -> None:
    message = whole_message(ToolReply(), '[{"name": "now", "arguments": {"a": 1}}]')
    (call,) = message["tool_calls"]
    assert message["content"] is None
    assert call["id"].startswith("call_")
    assert call == {
        "id": call["id"],
        "type": "function",
        "function": {"name": "now", "arguments": '{"a": 1}'},
    }
    assert whole_message(ToolReply(), '{"answer": "a\\nb"}') == {"content": "a\nb"}


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    in_pieces(text, [])
