"""OpenAI's Responses API.

The format is that of the OpenAI API reference, "Responses" and "Responses streaming".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atoll.sdk.models.completion import (
    Choice,
    Completion,
    Reply,
    TokenLogprob,
    Usage,
    read_arguments,
    read_logprobs,
    read_time,
)
from atoll.sdk.models.message import ToolCall
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    objects,
    optional_text,
    reading,
    reported,
    rest,
    text,
)
from atoll.sdk.models.wire import ChatRequest
from atoll.sdk.models.wire.delta import Delta, ToolCallPiece
from atoll.sdk.models.wire.form import (
    Options,
    chosen_function,
    functions,
    original,
    parts,
    plain_text,
    understanding,
    unknown_role,
    unsupported_part,
)

_INTERFACE = "openai-responses"
_PROVIDER = "OpenAI's Responses API"
_WHAT = "a response in the form of OpenAI's Responses API"
_SAME = (
    "temperature",
    "top_p",
    "parallel_tool_calls",
    "service_tier",
    "user",
    "top_logprobs",
)
_LOGPROBS = "message.output_text.logprobs"


def request(chat: ChatRequest) -> dict[str, Any]:
    options = Options(chat, _PROVIDER)
    body: dict[str, Any] = {"model": chat.model, "input": []}
    for message in chat.messages:
        with understanding(message):
            body["input"].extend(_items(message))
    body.update(options.take_named({name: name for name in _SAME}))
    if (most := options.take_max_tokens()) is not None:
        body["max_output_tokens"] = most
    if options.take("logprobs"):
        body["include"] = [_LOGPROBS]
    if (wanted := options.take_schema()) is not None:
        body["text"] = {"format": {"type": wanted[0], **wanted[1]}}
    if tools := options.take("tools"):
        body["tools"] = [_tool(each) for each in functions(tools)]
    if (choice := options.take("tool_choice")) is not None:
        name = chosen_function(choice)
        body["tool_choice"] = choice if name is None else {"type": "function", "name": name}
    options.refuse_rest()
    if chat.stream:
        body["stream"] = True
    return {**body, **chat.extra}


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    # Not strict unless told so, as in chat completions: here it would be.
    return {
        "type": "function",
        "parameters": {"type": "object", "properties": {}},
        "strict": False,
        **function,
    }


def _items(message: Mapping[str, Any]) -> list[Any]:
    role, content = message["role"], message.get("content")
    if role in ("system", "developer", "user"):
        said = content if isinstance(content, str) else [_part(each) for each in parts(content)]
        return [{"role": role, "content": said}]
    if role == "tool":
        return [
            {
                "type": "function_call_output",
                "call_id": message["tool_call_id"],
                "output": plain_text(content),
            }
        ]
    if role != "assistant":
        raise unknown_role(role)
    if (kept := original(message, _INTERFACE)) is not None:
        return list(kept["output"])
    items: list[Any] = []
    refusal = message.get("refusal") or "".join(
        part["refusal"] for part in parts(content) if part["type"] == "refusal"
    )
    if said := plain_text(content):
        items.append({"role": "assistant", "content": said})
    if refusal:
        part = {"type": "refusal", "refusal": refusal}
        items.append({"role": "assistant", "content": [part]})
    for call in message.get("tool_calls") or ():
        function = call["function"]
        items.append(
            {
                "type": "function_call",
                "call_id": call["id"],
                "name": function["name"],
                "arguments": function.get("arguments") or "{}",
            }
        )
    return items


def _part(part: Mapping[str, Any]) -> Mapping[str, Any]:
    if part["type"] == "text":
        return {"type": "input_text", "text": part["text"]}
    if part["type"] == "image_url":
        image = part["image_url"]
        return {
            "type": "input_image",
            "image_url": image["url"],
            "detail": image.get("detail", "auto"),
        }
    if part["type"] == "input_audio" or str(part["type"]).startswith("input_"):
        return part
    raise unsupported_part(_PROVIDER, part)


def parse(answer: Any) -> Completion:
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        output = objects(data["output"])
        return Completion(
            [Choice(0, _reply(output), _finish(data, output), _spoken_logprobs(output))],
            usage=_usage(data.get("usage")),
            **_about(data),
        )


def _about(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": text(data.get("id")),
        "model": text(data.get("model")),
        "object": text(data.get("object")),
        "created": read_time(data.get("created_at")),
        "service_tier": optional_text(data.get("service_tier")),
        "extra": rest(
            data, ("id", "model", "object", "created_at", "service_tier", "output", "usage")
        ),
    }


def _reply(output: list[dict[str, Any]]) -> Reply:
    spoken = [part for item in output if item.get("type") == "message" for part in _parts(item)]
    said = [text(part.get("text")) for part in spoken if part.get("type") == "output_text"]
    refusals = [text(part.get("refusal")) for part in spoken if part.get("type") == "refusal"]
    notes = [note for part in spoken for note in objects(part.get("annotations"))]
    calls = [_call(item) for item in output if item.get("type") == "function_call"]
    return Reply(
        content="".join(said) if said or not (refusals or calls) else None,
        refusal="".join(refusals) or None,
        tool_calls=calls,
        reasoning="\n\n".join(_thoughts(output)) or None,
        original=_original(output),
        extra={"annotations": notes} if notes else {},
    )


def _original(output: list[dict[str, Any]]) -> dict[str, Any] | None:
    if all(item.get("type") in ("message", "function_call") for item in output):
        return None
    return {"interface": _INTERFACE, "output": output}


def _parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    return objects(item.get("content"))


def _thoughts(output: list[dict[str, Any]]) -> list[str]:
    return [
        text(part.get("text"))
        for item in output
        if item.get("type") == "reasoning"
        for part in objects(item.get("content")) or objects(item.get("summary"))
    ]


def _call(item: dict[str, Any]) -> ToolCall:
    return ToolCall(
        id=text(item.get("call_id")) or text(item.get("id")),
        name=text(item["name"]),
        arguments=read_arguments(item.get("arguments")),
    )


def _finish(data: dict[str, Any], output: list[dict[str, Any]]) -> str:
    reason = text(fields(data.get("incomplete_details")).get("reason"))
    if reason:
        return "length" if reason == "max_output_tokens" else reason
    called = any(item.get("type") == "function_call" for item in output)
    return "tool_calls" if called else "stop"


def _spoken_logprobs(output: list[dict[str, Any]]) -> list[TokenLogprob]:
    return [
        each
        for item in output
        if item.get("type") == "message"
        for part in _parts(item)
        for each in read_logprobs({"content": part.get("logprobs")})
    ]


def _usage(value: Any) -> Usage:
    data = fields(value)
    asked, told = count(data.get("input_tokens")), count(data.get("output_tokens"))
    return Usage(
        asked,
        told,
        count(data.get("total_tokens")) or asked + told,
        rest(data, ("input_tokens", "output_tokens", "total_tokens")),
    )


def stream(*, keep: bool = True) -> _Stream:
    return _Stream()


class _Stream:
    def __init__(self) -> None:
        self.ended = False
        self._calls: dict[int, int] = {}  # output index to index among the calls
        self._begun: set[int] = set()  # those whose arguments have come in part

    def read(self, data: dict[str, Any]) -> list[Delta]:
        if data.get("type") == "error":
            raise reported(data["error"] if isinstance(data.get("error"), dict) else data)
        checked(data, _WHAT)
        with reading(_WHAT):
            return list(self._deltas(data))

    def _deltas(self, data: dict[str, Any]) -> Iterator[Delta]:
        kind = text(data.get("type"))
        if kind == "response.output_text.delta":
            logprobs = read_logprobs({"content": data.get("logprobs")})
            yield Delta(text(data.get("delta")), logprobs=logprobs)
        elif kind in ("response.reasoning_summary_text.delta", "response.reasoning_text.delta"):
            yield Delta(reasoning=text(data.get("delta")))
        elif kind == "response.refusal.delta":
            yield Delta(refusal=text(data.get("delta")))
        elif kind == "response.function_call_arguments.delta":
            place = count(data.get("output_index"))
            self._begun.add(place)
            yield self._piece(place, arguments=text(data.get("delta")))
        elif kind in ("response.output_item.added", "response.output_item.done"):
            yield from self._item(data, fields(data.get("item")))
        elif kind == "response.created":
            yield Delta(about=_flat(fields(data.get("response"))))
        elif kind in ("response.completed", "response.incomplete"):
            yield self._end(fields(data.get("response")))
        elif kind == "response.failed":
            self.ended = True
            raise reported(fields(data.get("response")).get("error") or "the response failed")

    def _item(self, data: dict[str, Any], item: dict[str, Any]) -> Iterator[Delta]:
        if item.get("type") != "function_call":
            return
        place = count(data.get("output_index"))
        if place not in self._calls:
            call = _call(item)
            yield self._piece(place, id=call.id, name=call.name)
        if place not in self._begun and item.get("arguments"):
            self._begun.add(place)
            yield self._piece(place, arguments=read_arguments(item["arguments"]))

    def _piece(self, place: int, id: str = "", name: str = "", arguments: str = "") -> Delta:
        index = self._calls.setdefault(place, len(self._calls))
        return Delta(tool_calls=[ToolCallPiece(index, id, name, arguments)])

    def _end(self, response: dict[str, Any]) -> Delta:
        self.ended = True
        output = objects(response.get("output"))
        return Delta(
            finish_reason=_finish(response, output),
            usage=_usage(response.get("usage")),
            about=_flat(response),
            original=_original(output),
        )


def _flat(response: dict[str, Any]) -> dict[str, Any]:
    about = _about(response)
    return {**about.pop("extra"), **about}
