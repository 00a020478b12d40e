"""What a chat model answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from atoll.sdk.models.message import AssistantMessage, ToolCall
from atoll.sdk.models.response import checked, rest, unreadable

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
    extra: Extra = field(default_factory=dict)

    def to_message(self) -> AssistantMessage:
        """The same, to go on with the chat."""
        return AssistantMessage(
            self.content,
            refusal=self.refusal,
            tool_calls=self.tool_calls,
            audio_id=self.audio.id if self.audio else None,
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
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices:
        raise unreadable(what)
    try:
        created = data.get("created")
        return Completion(
            choices=[_choice(choice, index) for index, choice in enumerate(choices)],
            id=data.get("id") or "",
            model=data.get("model") or "",
            object=data.get("object") or "",
            created=None if created is None else datetime.fromtimestamp(created, UTC),
            usage=_usage(data.get("usage") or {}),
            service_tier=data.get("service_tier"),
            system_fingerprint=data.get("system_fingerprint"),
            extra=rest(
                data,
                ("choices", "id", "model", "object", "created", "usage", "service_tier",
                 "system_fingerprint"),
            ),
        )  # fmt: skip
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        raise unreadable(what) from None


def _choice(data: dict[str, Any], index: int) -> Choice:
    logprobs = (data.get("logprobs") or {}).get("content") or []
    return Choice(
        index=data.get("index", index),
        message=_reply(data["message"]),
        finish_reason=data.get("finish_reason"),
        logprobs=[_logprob(each) for each in logprobs],
        extra=rest(data, ("index", "message", "finish_reason", "logprobs")),
    )


def _reply(data: dict[str, Any]) -> Reply:
    audio = data.get("audio")
    return Reply(
        content=data.get("content"),
        role=data.get("role") or "assistant",
        refusal=data.get("refusal"),
        tool_calls=[_tool_call(call) for call in data.get("tool_calls") or []],
        audio=_audio(audio) if audio else None,
        extra=rest(data, ("content", "role", "refusal", "tool_calls", "audio")),
    )


def _tool_call(data: dict[str, Any]) -> ToolCall:
    function = data["function"]
    return ToolCall(
        id=data.get("id") or "",
        name=function["name"],
        arguments=function.get("arguments") or "{}",
        type=data.get("type") or "function",
        extra=rest(data, ("id", "function", "type")),
    )


def _audio(data: dict[str, Any]) -> AudioReply:
    return AudioReply(
        id=data["id"],
        data=data.get("data") or "",
        transcript=data.get("transcript") or "",
        expires_at=data.get("expires_at"),
        extra=rest(data, ("id", "data", "transcript", "expires_at")),
    )


def _logprob(data: dict[str, Any]) -> TokenLogprob:
    return TokenLogprob(
        token=data["token"],
        logprob=data["logprob"],
        bytes=data.get("bytes"),
        top_logprobs=[_logprob(each) for each in data.get("top_logprobs") or []],
    )


def _usage(data: dict[str, Any]) -> Usage:
    return Usage(
        prompt_tokens=data.get("prompt_tokens") or 0,
        completion_tokens=data.get("completion_tokens") or 0,
        total_tokens=data.get("total_tokens") or 0,
        extra=rest(data, ("prompt_tokens", "completion_tokens", "total_tokens")),
    )
