"""Anthropic's Messages API.

The format is that of the Claude API documentation, "Messages" and "Streaming messages".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from atoll.sdk.models.completion import Choice, Completion, Reply, Usage
from atoll.sdk.models.message import ToolCall
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    objects,
    optional_text,
    reading,
    rest,
    text,
)
from atoll.sdk.models.wire import ChatRequest
from atoll.sdk.models.wire.delta import Delta, ToolCallPiece
from atoll.sdk.models.wire.form import (
    Options,
    arguments,
    chosen_function,
    embedded,
    functions,
    original,
    parts,
    plain_text,
    understanding,
    unknown_role,
    unsupported_part,
)
from atoll.sdk.models.wire.gathering import Pieces

MAX_TOKENS = 4096
"""What is asked for when nothing is said: Anthropic wants to be told."""

_INTERFACE = "anthropic"
_PROVIDER = "Anthropic's Messages API"
_WHAT = "a message in Anthropic's form"
_ANSWERED = ("id", "model", "type", "role", "content", "stop_reason", "usage")
_FINISHES = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
_CHOICES = {"auto": "auto", "required": "any", "none": "none"}


def request(chat: ChatRequest) -> dict[str, Any]:
    options = Options(chat, _PROVIDER)
    system, messages = _messages(chat)
    most = options.take_max_tokens()
    body: dict[str, Any] = {
        "model": chat.model,
        "max_tokens": MAX_TOKENS if most is None else most,
        "messages": messages,
    }
    if system:
        body["system"] = system
    body.update(options.take_named({"temperature": "temperature", "top_p": "top_p"}))
    if stop := options.take_stop():
        body["stop_sequences"] = stop
    if (user := options.take("user")) is not None:
        body["metadata"] = {"user_id": user}
    if (wanted := options.take_schema()) is not None:
        if wanted[0] != "json_schema":
            raise options.refused("JSON output without a schema")
        body["output_config"] = {"format": {"type": wanted[0], "schema": wanted[1]["schema"]}}
    body.update(_tools(options))
    options.refuse_rest()
    if chat.stream:
        body["stream"] = True
    return {**body, **chat.extra}


def _tools(options: Options) -> dict[str, Any]:
    tools, choice = options.take("tools"), options.take("tool_choice")
    one_at_a_time = options.take("parallel_tool_calls") is False
    if not tools:
        return {}
    body: dict[str, Any] = {"tools": [_tool(each) for each in functions(tools)]}
    if choice is not None or one_at_a_time:
        name = chosen_function(choice or "auto")
        chosen: dict[str, Any] = {"type": "tool", "name": name}
        if name is None:
            chosen = {"type": _CHOICES.get(choice or "auto", choice)}
        if one_at_a_time and chosen["type"] != "none":
            chosen["disable_parallel_tool_use"] = True
        body["tool_choice"] = chosen
    return body


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: function[name] for name in ("name", "description", "strict") if name in function}
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    return {**given, "input_schema": schema}


def _messages(chat: ChatRequest) -> tuple[str, list[dict[str, Any]]]:
    """The system prompt, and the rest, in which the two sides take turns."""
    system: list[str] = []
    turns: list[dict[str, Any]] = []
    for message in chat.messages:
        with understanding(message):
            role = message["role"]
            if role in ("system", "developer"):
                system.append(plain_text(message.get("content")))
                continue
            side = "assistant" if role == "assistant" else "user"
            blocks = _blocks(message)
            if turns and turns[-1]["role"] == side:
                turns[-1]["content"].extend(blocks)
            elif blocks:
                turns.append({"role": side, "content": blocks})
    return "\n\n".join(filter(None, system)), turns


def _blocks(message: Mapping[str, Any]) -> list[Any]:
    role, content = message["role"], message.get("content")
    if role == "user":
        return [_block(part) for part in parts(content)]
    if role == "tool":
        return [
            {
                "type": "tool_result",
                "tool_use_id": message["tool_call_id"],
                "content": plain_text(content),
            }
        ]
    if role != "assistant":
        raise unknown_role(role)
    if (kept := original(message, _INTERFACE)) is not None:
        return list(kept["content"])
    said = [part.get("text") or part.get("refusal") for part in parts(content)]
    blocks: list[Any] = [{"type": "text", "text": each} for each in said if each]
    if message.get("refusal"):
        blocks.append({"type": "text", "text": message["refusal"]})
    for call in message.get("tool_calls") or ():
        name = call["function"]["name"]
        blocks.append(
            {"type": "tool_use", "id": call["id"], "name": name, "input": arguments(call)}
        )
    return blocks


def _block(part: Mapping[str, Any]) -> dict[str, Any]:
    if part["type"] == "text":
        return {"type": "text", "text": part["text"]}
    if part["type"] == "image_url":
        url = part["image_url"]["url"]
        if (data := embedded(url)) is None:
            return {"type": "image", "source": {"type": "url", "url": url}}
        source = {"type": "base64", "media_type": data[0], "data": data[1]}
        return {"type": "image", "source": source}
    raise unsupported_part(_PROVIDER, part)


def parse(answer: Any) -> Completion:
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        reply = _reply(objects(data["content"]))
        return Completion(
            [Choice(0, reply, _finish(data.get("stop_reason")))],
            id=text(data.get("id")),
            model=text(data.get("model")),
            object=text(data.get("type")),
            usage=_usage(fields(data.get("usage"))),
            extra=rest(data, _ANSWERED),
        )


def _reply(content: list[dict[str, Any]]) -> Reply:
    said = [text(block.get("text")) for block in content if block.get("type") == "text"]
    thought = [text(block.get("thinking")) for block in content if block.get("type") == "thinking"]
    calls = [
        ToolCall(
            text(block.get("id")),
            text(block["name"]),
            json.dumps(fields(block.get("input")), ensure_ascii=False),
        )
        for block in content
        if block.get("type") == "tool_use"
    ]
    return Reply(
        "".join(said) if said or not calls else None,
        tool_calls=calls,
        reasoning="".join(thought) or None,
        original=_original(content),
    )


def _original(content: list[dict[str, Any]]) -> dict[str, Any] | None:
    if all(block.get("type") in ("text", "tool_use") for block in content):
        return None
    return {"interface": _INTERFACE, "content": content}


def _finish(reason: Any) -> str | None:
    told = optional_text(reason)
    return None if told is None else _FINISHES.get(told, told)


def _usage(data: dict[str, Any]) -> Usage:
    # What was read from a cache, or written into one, is counted apart.
    asked = sum(
        count(data.get(name))
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    )
    told = count(data.get("output_tokens"))
    return Usage(asked, told, asked + told, rest(data, ("input_tokens", "output_tokens")))


def stream(*, keep: bool = True) -> _Stream:
    return _Stream(keep)


class _Stream:
    def __init__(self, keep: bool) -> None:
        self.ended = False
        self._keep = keep
        self._usage: dict[str, Any] = {}
        self._blocks: dict[int, _Block] = {}

    def read(self, data: dict[str, Any]) -> list[Delta]:
        checked(data, _WHAT)
        with reading(_WHAT):
            return list(self._deltas(data))

    def _deltas(self, data: dict[str, Any]) -> Iterator[Delta]:
        kind = data.get("type")
        if kind == "message_start":
            message = fields(data.get("message"))
            self._usage = dict(fields(message.get("usage")))
            about = {
                "id": text(message.get("id")),
                "model": text(message.get("model")),
                "object": text(message.get("type")),
                **rest(message, _ANSWERED),
            }
            yield Delta(usage=_usage(self._usage), about=about)
        elif kind == "content_block_start":
            yield from self._start(count(data.get("index")), fields(data.get("content_block")))
        elif kind == "content_block_delta":
            block = self._blocks[count(data.get("index"))]
            yield from block.add(fields(data.get("delta")))
        elif kind == "message_delta":
            yield self._change(fields(data.get("delta")), fields(data.get("usage")))
        elif kind == "message_stop":
            self.ended = True

    def _start(self, index: int, content: dict[str, Any]) -> Iterator[Delta]:
        calls = sum(block.kind == "tool_use" for block in self._blocks.values())
        block = self._blocks[index] = _Block(content, calls, self._keep)
        yield from block.start()

    def _change(self, delta: dict[str, Any], usage: dict[str, Any]) -> Delta:
        self._usage.update({name: each for name, each in usage.items() if each is not None})
        finish = _finish(delta.get("stop_reason"))
        self.ended = self.ended or finish is not None
        content = [block.whole() for _, block in sorted(self._blocks.items())]
        return Delta(
            finish_reason=finish,
            usage=_usage(self._usage),
            about=rest(delta, ("stop_reason",)),
            original=_original(content) if self._keep else None,
        )


class _Block:
    """A content block that comes in pieces."""

    def __init__(self, content: dict[str, Any], call: int, keep: bool) -> None:
        self.kind = content.get("type")
        self._content = content
        self._call = call  # its index among the tool calls
        self._keep = keep
        self._pieces: dict[str, Pieces] = {}
        self._citations: list[Any] = []

    def start(self) -> Iterator[Delta]:
        content = self._content
        if self.kind == "tool_use":
            given = fields(content.get("input"))
            text_given = json.dumps(given, ensure_ascii=False) if given else ""
            piece = ToolCallPiece(
                self._call, text(content.get("id")), text(content["name"]), text_given
            )
            yield Delta(tool_calls=[piece])
        elif self.kind == "text" and content.get("text"):
            yield Delta(text(content["text"]))
        elif self.kind == "thinking" and content.get("thinking"):
            yield Delta(reasoning=text(content["thinking"]))

    def add(self, delta: dict[str, Any]) -> Iterator[Delta]:
        kind = delta.get("type")
        if kind == "text_delta":
            yield Delta(self._take(delta, "text"))
        elif kind == "thinking_delta":
            yield Delta(reasoning=self._take(delta, "thinking"))
        elif kind == "signature_delta":
            self._take(delta, "signature")
        elif kind == "input_json_delta":
            if (piece := self._take(delta, "partial_json")) and self.kind == "tool_use":
                yield Delta(tool_calls=[ToolCallPiece(self._call, arguments=piece)])
        elif kind == "citations_delta":
            self._citations.append(delta.get("citation"))

    def whole(self) -> dict[str, Any]:
        content = dict(self._content)
        for name, pieces in self._pieces.items():
            if name != "partial_json":
                content[name] = text(content.get(name)) + pieces.text()
        if written := self._pieces.get("partial_json"):
            content["input"] = arguments({"function": {"arguments": written.text()}})
        if self._citations:
            content["citations"] = self._citations
        return content

    def _take(self, delta: dict[str, Any], name: str) -> str:
        piece = text(delta.get(name))
        if self._keep:
            self._pieces.setdefault(name, Pieces()).add(piece)
        return piece
