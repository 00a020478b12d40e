"""Meta's Llama as Amazon Bedrock serves it: a prompt in, a generation out.

The format is that of the Amazon Bedrock user guide, "Meta Llama models"; the prompt is that of
Meta's documentation, "Llama 3 prompt formats" and "Llama 4 prompt formats".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from atoll.sdk.models.completion import Choice, Completion, Reply, Usage
from atoll.sdk.models.response import (
    checked,
    count,
    optional_text,
    reading,
    reported,
    rest,
    text,
)
from atoll.sdk.models.wire import ChatRequest
from atoll.sdk.models.wire.delta import Delta
from atoll.sdk.models.wire.form import (
    Options,
    embedded,
    parts,
    understanding,
    unknown_role,
    unsupported_part,
)

_PROVIDER = "Llama"
_WHAT = "a generation in Llama's form"
_KNOWN = ("generation", "prompt_token_count", "generation_token_count", "stop_reason")
_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
}
_SPECIAL = re.compile(r"<\|([a-z0-9_]+)\|>")
_LLAMA_4 = re.compile(r"llama-?4")


@dataclass(frozen=True, slots=True)
class _Template:
    header: str
    end: str


_THIRD = _Template("<|start_header_id|>{}<|end_header_id|>\n\n", "<|eot_id|>")
_FOURTH = _Template("<|header_start|>{}<|header_end|>\n\n", "<|eot|>")


def request(chat: ChatRequest) -> dict[str, Any]:
    options = Options(chat, _PROVIDER)
    prompt, images = _prompt(chat)
    body: dict[str, Any] = {"prompt": prompt}
    if images:
        body["images"] = images
    body.update(options.take_named({"temperature": "temperature", "top_p": "top_p"}))
    if (most := options.take_max_tokens()) is not None:
        body["max_gen_len"] = most
    options.refuse_rest()
    return {**body, **chat.extra}


def _prompt(chat: ChatRequest) -> tuple[str, list[str]]:
    """The text of the chat up to where the model goes on, and its images in base64."""
    template = _FOURTH if _LLAMA_4.search(chat.model.lower()) else _THIRD
    images: list[str] = []
    pieces = ["<|begin_of_text|>"]
    for message in chat.messages:
        with understanding(message):
            if message["role"] not in _ROLES:
                raise _unknown(message["role"])
            if message.get("tool_calls"):
                raise _unknown("tool")
            said = "".join(_said(part, images) for part in parts(message.get("content")))
            pieces += [template.header.format(_ROLES[message["role"]]), said.strip(), template.end]
    pieces.append(template.header.format("assistant"))
    return "".join(pieces), images


def _unknown(role: Any) -> Exception:
    if role == "tool":
        return unsupported_part(_PROVIDER, {"type": "tool"})
    return unknown_role(role)


def _said(part: Mapping[str, Any], images: list[str]) -> str:
    if part["type"] in ("text", "refusal"):
        # What someone says must not end their turn and speak for another.
        return _SPECIAL.sub(r"<| \1 |>", part[part["type"]])
    if part["type"] == "image_url" and (data := embedded(part["image_url"]["url"])) is not None:
        images.append(data[1])
        return "<|image|>"
    raise unsupported_part(_PROVIDER, part)


def parse(answer: Any) -> Completion:
    data = _checked(answer)
    with reading(_WHAT):
        finish = optional_text(data.get("stop_reason"))
        return Completion(
            [Choice(0, Reply(optional_text(data["generation"])), finish)],
            usage=_usage(data, Usage()),
            extra=rest(data, _KNOWN),
        )


def _checked(answer: Any) -> dict[str, Any]:
    data = checked(answer, _WHAT)
    if "generation" not in data and isinstance(data.get("message"), str):
        raise reported(data["message"])
    return data


def _usage(data: dict[str, Any], so_far: Usage) -> Usage:
    asked = count(data.get("prompt_token_count")) or so_far.prompt_tokens
    told = count(data.get("generation_token_count")) or so_far.completion_tokens
    return Usage(asked, told, asked + told)


def stream(*, keep: bool = True) -> _Stream:
    return _Stream()


class _Stream:
    def __init__(self) -> None:
        self.ended = False
        self._usage = Usage()

    def read(self, data: dict[str, Any]) -> list[Delta]:
        data = _checked(data)
        with reading(_WHAT):
            return list(self._deltas(data))

    def _deltas(self, data: dict[str, Any]) -> Iterator[Delta]:
        finish = optional_text(data.get("stop_reason"))
        self.ended = self.ended or finish is not None
        self._usage = _usage(data, self._usage)
        yield Delta(
            text(data.get("generation")),
            finish_reason=finish,
            usage=self._usage,
            about=rest(data, _KNOWN),
        )
