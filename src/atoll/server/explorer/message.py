"""What an inference is as a conversation: messages, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, TypeAlias

from atoll.server.explorer.wire import Wire

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]


class TextPart(Wire, frozen=True, tag="text", tag_field="type"):
    text: str


class ReasoningPart(Wire, frozen=True, tag="reasoning", tag_field="type"):
    text: str


class ImagePart(Wire, frozen=True, tag="image", tag_field="type"):
    source: str
    """A ``data:`` URL, or an address."""


class AudioPart(Wire, frozen=True, tag="audio", tag_field="type"):
    format: str


class FilePart(Wire, frozen=True, tag="file", tag_field="type"):
    name: str


class ToolCallPart(Wire, frozen=True, tag="toolCall", tag_field="type"):
    id: str
    name: str
    arguments: Any


class ToolResultPart(Wire, frozen=True, tag="toolResult", tag_field="type"):
    id: str
    content: str


class DataPart(Wire, frozen=True, tag="data", tag_field="type"):
    value: Any


Part: TypeAlias = (
    TextPart
    | ReasoningPart
    | ImagePart
    | AudioPart
    | FilePart
    | ToolCallPart
    | ToolResultPart
    | DataPart
)

_ROLES: Final[dict[str, Role]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
}
_SHOWN: Final = ("data:image/", "http://", "https://")
_CUT: Final = "… ["
"""Stands in a text of which a part was not stored (`atoll.history.stored`)."""


class Message(Wire, frozen=True):
    role: Role
    parts: tuple[Part, ...]
    answer: bool = False


def role_of(value: Any, default: Role = "user") -> Role:
    """The role that a message says that it has."""
    return _ROLES.get(value, default) if isinstance(value, str) else default


def messages_of(role: Role, parts: Sequence[Part], *, answer: bool = False) -> Iterator[Message]:
    """Parts as a message, if there are any; results of tools as one of their own."""
    results = tuple(part for part in parts if isinstance(part, ToolResultPart))
    others = tuple(part for part in parts if not isinstance(part, ToolResultPart))
    if results:
        yield Message("tool", results, answer)
    if others:
        yield Message(role, others, answer)


def picture(source: Any) -> Part:
    """An image, by its URL."""
    if not isinstance(source, str) or not source.startswith(_SHOWN):
        return FilePart("image")
    return FilePart("an image, not stored whole") if _CUT in source else ImagePart(source)


def embedded(media_type: Any, data: Any) -> Part:
    """What is given as base64."""
    kind = media_type if isinstance(media_type, str) else ""
    if kind.startswith("image/") and isinstance(data, str):
        return picture(f"data:{kind};base64,{data}")
    if kind.startswith("audio/"):
        return AudioPart(kind.removeprefix("audio/"))
    return FilePart(kind or "file")


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
