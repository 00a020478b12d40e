"""What a chat model answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from atoll.sdk.models.message import AssistantMessage, ToolCall
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    number,
    objects,
    optional_text,
    reading,
    rest,
    text,
    unreadable,
)

Extra = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    extra: Extra = field(default_factory=dict)


NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class AudioReply:
    id: str
    data: str
    """Base64."""
    transcript: str = ""
    expires_at: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    token: str
    logprob: float
    bytes: Sequence[int] | None = None
    top_logprobs: Sequence[TokenLogprob] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that the model wrote."""

    content: str | None
    role: str = "assistant"
    refusal: str | None = None
    tool_calls: Sequence[ToolCall] = ()
    audio: AudioReply | None = None
    reasoning: str | None = None
    """What the model thought, where its provider tells."""
    original: Extra | None = None
    """The reply in its provider's own form, where that has more to say than fits here."""
    extra: Extra = field(default_factory=dict)

    def to_message(self) -> AssistantMessage:
        """The same, to go on with the chat."""
        return AssistantMessage(
            self.content,
            refusal=self.refusal,
            tool_calls=self.tool_calls,
            audio_id=self.audio.id if self.audio else None,
            original=self.original,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    index: int
    message: Reply
    finish_reason: str | None = None
    logprobs: Sequence[TokenLogprob] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer. Fields without a place of their own are in ``extra``, here and below."""

    choices: Sequence[Choice]
    id: str = ""
    model: str = ""
    object: str = ""
    created: datetime | None = None
    usage: Usage = NO_USAGE
    service_tier: str | None = None
    system_fingerprint: str | None = None
    extra: Extra = field(default_factory=dict)

    @property
    def message(self) -> Reply:
        """The message of the first choice."""
        return self.choices[0].message

    @property
    def text(self) -> str:
        """What the first choice says, without blanks around it; empty if it says nothing."""
        return (self.message.content or "").strip()

    @property
    def tool_calls(self) -> Sequence[ToolCall]:
        return self.message.tool_calls


def parse_completion(answer: Any) -> Completion:
    """Read an OpenAI chat completion. Raises ``ModelError``."""
    what = "a chat completion in OpenAI's form"
    data = checked(answer, what)
    with reading(what):
        choices = objects(data.get("choices"))
        if not choices:
            raise unreadable(what)
        return Completion(
            choices=[_choice(choice, index) for index, choice in enumerate(choices)],
            id=text(data.get("id")),
            model=text(data.get("model")),
            object=text(data.get("object")),
            created=read_time(data.get("created")),
            usage=read_usage(data.get("usage")),
            service_tier=optional_text(data.get("service_tier")),
            system_fingerprint=optional_text(data.get("system_fingerprint")),
            extra=rest(
                data,
                ("choices", "id", "model", "object", "created", "usage", "service_tier",
                 "system_fingerprint"),
            ),
        )  # fmt: skip


def _choice(data: dict[str, Any], index: int) -> Choice:
    return Choice(
        index=count(data.get("index", index)),
        message=_reply(data["message"]),
        finish_reason=optional_text(data.get("finish_reason")),
        logprobs=read_logprobs(data.get("logprobs")),
        extra=rest(data, ("index", "message", "finish_reason", "logprobs")),
    )


def _reply(data: Any) -> Reply:
    data = fields(data)
    audio = data.get("audio")
    content, thoughts = read_content(data.get("content"))
    return Reply(
        content=content,
        role=text(data.get("role")) or "assistant",
        refusal=optional_text(data.get("refusal")),
        tool_calls=[_tool_call(call) for call in objects(data.get("tool_calls"))],
        audio=_audio(audio) if audio else None,
        reasoning=read_reasoning(data) or thoughts or None,
        extra=rest(data, REPLY_FIELDS),
    )


def read_content(value: Any) -> tuple[str | None, str]:
    """What is said and what is thought, of a reply's ``content``."""
    if not isinstance(value, list):
        return optional_text(value), ""
    # Not OpenAI's own servers, but some that speak its API, answer in parts.
    said, thought = [], []
    for part in objects(value):
        if part.get("type") == "text":
            said.append(text(part.get("text")))
        elif part.get("type") == "thinking":
            thought.append(read_content(part.get("thinking"))[0] or "")
    return "".join(said), "".join(thought)


REPLY_FIELDS = (
    *("role", "content", "refusal", "tool_calls", "audio"),
    *("reasoning_content", "reasoning"),
)


def read_reasoning(data: dict[str, Any]) -> str:
    """Thoughts, under the names that servers have for them: OpenAI's API has none."""
    for name in ("reasoning_content", "reasoning"):
        if (value := data.get(name)) and isinstance(value, str):
            return value
    return ""


def _tool_call(data: dict[str, Any]) -> ToolCall:
    function = fields(data.get("function"))
    return ToolCall(
        id=text(data.get("id")),
        name=_name(function["name"]),
        arguments=read_arguments(function.get("arguments")),
        type=text(data.get("type")) or "function",
        extra=rest(data, ("id", "function", "type")),
    )


def read_arguments(value: Any) -> str:
    """JSON text. Some servers send the object itself."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else text(value) or "{}"


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _audio(value: Any) -> AudioReply:
    data = fields(value)
    expires = data.get("expires_at")
    return AudioReply(
        id=text(data.get("id")),
        data=text(data.get("data")),
        transcript=text(data.get("transcript")),
        expires_at=None if expires is None else count(expires),
        extra=rest(data, ("id", "data", "transcript", "expires_at")),
    )


def read_time(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(number(seconds), UTC)


def read_logprobs(value: Any) -> list[TokenLogprob]:
    return [_logprob(each) for each in objects(fields(value).get("content"))]


def _logprob(data: dict[str, Any]) -> TokenLogprob:
    code = data.get("bytes")
    return TokenLogprob(
        token=text(data.get("token")),
        logprob=number(data["logprob"]),
        bytes=None if code is None else [count(each) for each in list(code)],
        top_logprobs=[_logprob(each) for each in objects(data.get("top_logprobs"))],
    )


def read_usage(value: Any) -> Usage:
    data = fields(value)
    return Usage(
        prompt_tokens=count(data.get("prompt_tokens")),
        completion_tokens=count(data.get("completion_tokens")),
        total_tokens=count(data.get("total_tokens")),
        extra=rest(data, ("prompt_tokens", "completion_tokens", "total_tokens")),
    )
