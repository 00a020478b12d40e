"""What is said to a chat model: messages and their parts, in OpenAI's form."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image by its URL, which may be a data URL."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None

    @classmethod
    def from_data(
        cls,
        data: bytes | str,
        content_type: str,
        detail: Literal["auto", "low", "high"] | None = None,
    ) -> ImagePart:
        """An image from its bytes, or their base64 text. ``content_type`` is ``png`` or such."""
        kind = content_type if content_type.startswith("image/") else f"image/{content_type}"
        return cls(f"data:{kind};base64,{_base64(data)}", detail)

    def to_json(self) -> dict[str, Any]:
        image = {"url": self.url}
        if self.detail is not None:
            image["detail"] = self.detail
        return {"type": "image_url", "image_url": image}


@dataclass(frozen=True, slots=True)
class AudioPart:
    """Sound: ``data`` is base64, ``format`` is ``wav``, ``mp3`` or what else the model takes."""

    data: str
    format: str

    @classmethod
    def from_data(cls, data: bytes | str, content_type: str) -> AudioPart:
        """Sound from its bytes, or their base64 text. ``content_type`` is ``wav`` or such."""
        return cls(_base64(data), content_type.removeprefix("audio/"))

    def to_json(self) -> dict[str, Any]:
        return {"type": "input_audio", "input_audio": {"data": self.data, "format": self.format}}


@dataclass(frozen=True, slots=True)
class RefusalPart:
    refusal: str

    def to_json(self) -> dict[str, Any]:
        return {"type": "refusal", "refusal": self.refusal}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model asks for a tool: ``arguments`` is the JSON text that it wrote."""

    id: str
    name: str
    arguments: str
    type: str = "function"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def parsed(self) -> Any:
        """The arguments. Raises ``ValueError`` if the model did not write JSON."""
        return json.loads(self.arguments)

    def to_json(self) -> dict[str, Any]:
        function = {"name": self.name, "arguments": self.arguments}
        return {"id": self.id, "type": self.type, "function": function, **self.extra}


Part: TypeAlias = TextPart | ImagePart | AudioPart | RefusalPart
Content: TypeAlias = str | Sequence[Part]


@dataclass(frozen=True, slots=True)
class SystemMessage:
    content: str | Sequence[TextPart]
    name: str | None = None

    def to_json(self) -> dict[str, Any]:
        return _message("system", self.content, name=self.name)


@dataclass(frozen=True, slots=True)
class DeveloperMessage:
    content: str | Sequence[TextPart]
    name: str | None = None

    def to_json(self) -> dict[str, Any]:
        return _message("developer", self.content, name=self.name)


@dataclass(frozen=True, slots=True)
class UserMessage:
    content: str | Sequence[TextPart | ImagePart | AudioPart]
    name: str | None = None

    def to_json(self) -> dict[str, Any]:
        return _message("user", self.content, name=self.name)


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """What a model said before. ``audio_id`` names sound that it answered with.

    ``original`` is a reply in its provider's own form, with what that wants to see again, such as
    signed thoughts. Only models of the same interface are sent it.
    """

    content: str | Sequence[TextPart | RefusalPart] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: Sequence[ToolCall] = ()
    audio_id: str | None = None
    original: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return _message(
            "assistant",
            self.content,
            name=self.name,
            refusal=self.refusal,
            tool_calls=[call.to_json() for call in self.tool_calls] or None,
            audio=None if self.audio_id is None else {"id": self.audio_id},
            original=self.original,
        )


@dataclass(frozen=True, slots=True)
class ToolMessage:
    content: str | Sequence[TextPart]
    tool_call_id: str

    def to_json(self) -> dict[str, Any]:
        return _message("tool", self.content, tool_call_id=self.tool_call_id)


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message kept as it is, such as one from a stored chat."""

    fields: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return dict(self.fields)


Message: TypeAlias = (
    SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage | RawMessage
)


def system(content: str | Sequence[TextPart], name: str | None = None) -> SystemMessage:
    """Instructions for the model."""
    return SystemMessage(content, name)


def developer(content: str | Sequence[TextPart], name: str | None = None) -> DeveloperMessage:
    """Instructions, for the models that call them so."""
    return DeveloperMessage(content, name)


def user(
    content: str | Sequence[TextPart | ImagePart | AudioPart], name: str | None = None
) -> UserMessage:
    return UserMessage(content, name)


def assistant(content: str, name: str | None = None) -> AssistantMessage:
    return AssistantMessage(content, name)


def tool_result(call: ToolCall | str, result: object) -> ToolMessage:
    """The answer to a tool call (or its id). What is no string is written as JSON."""
    content = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    return ToolMessage(content, call if isinstance(call, str) else call.id)


def parse_messages(text: str) -> list[RawMessage]:
    """Messages from the JSON array of a stored chat; every field survives."""
    messages = json.loads(text)
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        raise ValueError("a chat is a JSON array of messages")
    return [RawMessage(each) for each in messages]


def _message(role: str, content: Content | None, **fields: Any) -> dict[str, Any]:
    body = (
        content
        if content is None or isinstance(content, str)
        else [part.to_json() for part in content]
    )
    given = {name: value for name, value in fields.items() if value is not None}
    if body is None and given.keys() & {"tool_calls", "audio", "refusal"}:
        return {"role": role, **given}
    return {"role": role, "content": body, **given}


def _base64(data: bytes | str) -> str:
    return data if isinstance(data, str) else base64.b64encode(data).decode("ascii")
