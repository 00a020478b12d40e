"""OpenAI's chat completions, which many other servers speak too.

The format is that of the OpenAI API reference, "Chat Completions" and "Chat Completions streaming".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atoll.sdk.models.completion import (
    REPLY_FIELDS,
    Completion,
    Usage,
    parse_completion,
    read_arguments,
    read_content,
    read_logprobs,
    read_reasoning,
    read_time,
    read_usage,
)
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

_WHAT = "a stream of chat completions in OpenAI's form"


def request(chat: ChatRequest) -> dict[str, Any]:
    streamed = {"stream": True, "stream_options": {"include_usage": True}} if chat.stream else {}
    return {
        "model": chat.model,
        "messages": [
            {name: value for name, value in message.items() if name != "original"}
            for message in chat.messages
        ],
        **chat.options,
        **streamed,
        **chat.extra,
    }


def parse(answer: Any) -> Completion:
    return parse_completion(answer)


def stream(*, keep: bool = True) -> _Stream:
    return _Stream()


class _Stream:
    def __init__(self) -> None:
        self.ended = False

    def read(self, data: dict[str, Any]) -> list[Delta]:
        checked(data, _WHAT)
        with reading(_WHAT):
            return list(self._deltas(data))

    def _deltas(self, data: dict[str, Any]) -> Iterator[Delta]:
        about = rest(data, ("choices", "usage", "obfuscation"))
        if "created" in about:
            about["created"] = read_time(about["created"])
        for name in ("id", "model", "object"):
            if name in about:
                about[name] = text(about[name])
        usage = read_usage(data["usage"]) if data.get("usage") else None
        choices = objects(data.get("choices"))
        for choice in choices:
            yield self._delta(choice, about, usage)
        if not choices:
            yield Delta(usage=usage, about=about)

    def _delta(self, choice: dict[str, Any], about: dict[str, Any], usage: Usage | None) -> Delta:
        added = fields(choice.get("delta"))
        finished = optional_text(choice.get("finish_reason"))
        self.ended = self.ended or finished is not None
        said, thought = read_content(added.get("content"))
        return Delta(
            text=said or "",
            reasoning=thought or read_reasoning(added),
            refusal=text(added.get("refusal")),
            tool_calls=[
                _piece(call, position)
                for position, call in enumerate(objects(added.get("tool_calls")))
            ],
            finish_reason=finished,
            usage=usage,
            choice=count(choice.get("index")),
            logprobs=read_logprobs(choice.get("logprobs")),
            audio=_audio(added.get("audio")),
            about=about,
            extra=rest(added, REPLY_FIELDS),
        )


def _piece(call: dict[str, Any], position: int) -> ToolCallPiece:
    function = fields(call.get("function"))
    arguments = function.get("arguments")
    return ToolCallPiece(
        index=count(call.get("index", position)),
        id=text(call.get("id")),
        name=text(function.get("name")),
        arguments=read_arguments(arguments) if arguments else "",
        extra=rest(call, ("index", "id", "type", "function")),
    )


def _audio(value: Any) -> dict[str, Any] | None:
    audio = fields(value)
    for name in ("id", "data", "transcript"):
        if name in audio:
            text(audio[name])
    return audio or None
