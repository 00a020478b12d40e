"""Calls of tools by any chat model: its answer is held to a JSON schema of them.

llama.cpp leaves tools out when the model's own template for chats does not know them, and does not
hold the answer to ``"tool_choice": "required"`` even when it does. So the tools are told in the
system message, the answer is constrained to one of

    {"name": "<tool>", "arguments": {...}}     a call
    [{"name": ...}, ...]                       calls, where several are allowed
    {"answer": "..."}                          none, unless a call is required

and read back into OpenAI's ``tool_calls``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from atoll.models.local.request import bad_request

MOST_TOOLS = 32
MOST_CALLS = 8
"""In one answer."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATA = frozenset({"const", "enum", "default", "examples"})
"""Keywords of a schema whose values are data, not schemas."""
_NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    parameters: dict[str, Any]
    """A JSON schema of an object."""


def with_tools(
    model: str, request: dict[str, Any], *, repeat: bool = False
) -> tuple[dict[str, Any], bool]:
    """The request without ``tools``, and whether its answer is to be read back into calls.

    Args:
        repeat: whether "auto" offers a tool again that has been called since the user's last
            message. Models that were not made for tools hardly ever stop calling one; without, a
            conversation comes to its end.

    Raises:
        ModelError: the tools, or the choice among them, cannot be understood.
    """
    plain = {key: value for key, value in request.items() if key not in _FIELDS}
    plain["messages"] = [_plain_message(message) for message in request["messages"]]
    tools = _tools(model, request.get("tools"))
    tools, required = _chosen(model, tools, request.get("tool_choice"))
    if not required and not repeat:
        called = _called(request["messages"])
        tools = [tool for tool in tools if tool.name not in called]
    if not tools:
        return plain, False
    several = request.get("parallel_tool_calls") is True
    form = plain.get("response_format")
    plain["messages"] = _told(plain["messages"], tools, required, several)
    schema = _schema(tools, _answer_schema(form), required=required, several=several)
    plain["response_format"] = {
        "type": "json_schema",
        "json_schema": {"name": "reply", "schema": schema},
    }
    return plain, True


_FIELDS = frozenset({"tools", "tool_choice", "parallel_tool_calls"})


def _tools(model: str, given: Any) -> list[Tool]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MOST_TOOLS:
        raise bad_request(model, f'"tools" must be a list of {MOST_TOOLS} tools at most')
    tools = [_tool(model, each) for each in given]
    if len({tool.name for tool in tools}) < len(tools):
        raise bad_request(model, "two tools have the same name")
    return tools


def _tool(model: str, given: Any) -> Tool:
    function = given.get("function") if isinstance(given, dict) else None
    if not isinstance(function, dict) or given.get("type", "function") != "function":
        raise bad_request(model, 'each of "tools" must have the type "function" and a "function"')
    name = function.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request(
            model, "a tool's name must be 1 to 64 letters, digits, underscores and hyphens"
        )
    parameters = function.get("parameters")
    if parameters is None or parameters == {}:
        parameters = _NO_PARAMETERS
    if not isinstance(parameters, dict) or parameters.get("type", "object") != "object":
        raise bad_request(model, f"parameters of tool {name} must be a JSON schema of an object")
    description = function.get("description")
    return Tool(name, description if isinstance(description, str) else "", parameters)


def _chosen(model: str, tools: list[Tool], choice: Any) -> tuple[list[Tool], bool]:
    """The tools that may be called, and whether one must be."""
    if choice in (None, "auto"):
        return tools, False
    if choice == "none":
        return [], False
    if choice == "required":
        if not tools:
            raise bad_request(model, '"tool_choice" requires a tool, and there is none')
        return tools, True
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    named = [tool for tool in tools if tool.name == name]
    if not named:
        raise bad_request(
            model, '"tool_choice" must be "auto", "none", "required" or name one of "tools"'
        )
    return named, True


def _called(messages: list[dict[str, Any]]) -> set[Any]:
    """The names of the tools that were called since the user's last message."""
    found: set[Any] = set()
    for message in reversed(messages):
        if message.get("role") == "user":
            break
        found |= {name for name, _ in _calls(message) if isinstance(name, str)}
    return found


def _calls(message: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Names and arguments of the calls in a message, whatever was sent as such."""
    calls = message.get("tool_calls")
    functions = [
        call.get("function")
        for call in (calls if isinstance(calls, list) else ())
        if isinstance(call, dict)
    ]
    return [
        (function.get("name"), function.get("arguments"))
        for function in functions
        if isinstance(function, dict)
    ]


def _schema(
    tools: list[Tool], answer: dict[str, Any], *, required: bool, several: bool
) -> dict[str, Any]:
    """All schemas of the user's stand under ``$defs``, with their references led there."""
    definitions: dict[str, Any] = {}
    calls = []
    for number, tool in enumerate(tools):
        definitions[f"tool{number}"] = _moved(tool.parameters, f"#/$defs/tool{number}")
        calls.append(
            _object({"name": {"const": tool.name}, "arguments": {"$ref": f"#/$defs/tool{number}"}})
        )
    call: dict[str, Any] = calls[0] if len(calls) == 1 else {"anyOf": calls}
    if several:
        call = {"type": "array", "items": call, "minItems": 1, "maxItems": MOST_CALLS}
    root = call
    if not required:
        definitions["answer"] = _moved(answer, "#/$defs/answer")
        root = {"anyOf": [call, _object({"answer": {"$ref": "#/$defs/answer"}})]}
    return {**root, "$defs": definitions}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _moved(schema: Any, place: str) -> Any:
    """A schema that is no longer the root: its references lead to where it is now."""
    if isinstance(schema, list):
        return [_moved(each, place) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: place + value.removeprefix("#")
        if key == "$ref" and isinstance(value, str) and value.startswith("#")
        else (value if key in _DATA else _moved(value, place))
        for key, value in schema.items()
    }


def _answer_schema(form: Any) -> dict[str, Any]:
    """What an answer without a call must be: a text, unless the request has a form for it."""
    kind = form.get("type") if isinstance(form, dict) else None
    if kind == "json_schema":
        given = form.get("json_schema")
        schema = given.get("schema") if isinstance(given, dict) else None
        return schema if isinstance(schema, dict) else {"type": "object"}
    return {"type": "object"} if kind == "json_object" else {"type": "string"}


def _told(
    messages: list[dict[str, Any]], tools: list[Tool], required: bool, several: bool
) -> list[dict[str, Any]]:
    """The messages, with the tools in the system message."""
    lines = ["You can call these tools:"]
    lines += [
        json.dumps(
            {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters.get("properties", {}),
            },
            ensure_ascii=False,
        )
        for tool in tools
    ]
    call = '{"name": TOOL, "arguments": {...}}'
    lines.append(f"To call {'some' if several else 'one'}, reply with JSON: ")
    lines[-1] += f"[{call}, ...]" if several else call
    if not required:
        lines.append('To answer without a tool, reply: {"answer": TEXT}')
    told = "\n".join(lines)
    first = messages[0]
    if first.get("role") != "system":
        return [{"role": "system", "content": told}, *messages]
    given = first.get("content")
    if isinstance(given, list):
        content: Any = [*given, {"type": "text", "text": f"\n\n{told}"}]
    else:
        content = f"{given}\n\n{told}" if given else told
    return [{**first, "content": content}, *messages[1:]]


def _plain_message(message: dict[str, Any]) -> dict[str, Any]:
    """A message of a conversation with tools, in words that any template can show."""
    if message.get("role") == "tool":
        content = message.get("content")
        if isinstance(content, list):
            told: Any = [{"type": "text", "text": "The tool answered: "}, *content]
        else:
            told = f"The tool answered: {content}"
        return {"role": "user", "content": told}
    if "tool_calls" not in message:
        return message
    kept = {key: value for key, value in message.items() if key != "tool_calls"}
    content = message.get("content")
    # In words: shown as the JSON that it was, the model would write that again.
    said = [content] if isinstance(content, str) and content else []
    for name, arguments in _calls(message):
        written = arguments if isinstance(arguments, str) else json.dumps(arguments)
        said.append(f"I call the tool {name} with {written}.")
    return {**kept, "content": "\n".join(said)}
