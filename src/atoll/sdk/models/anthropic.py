"""Anthropic's Messages API, in its own form.

    from atoll.sdk.models import anthropic

    claude = anthropic.get("claude")
    reply = claude.create([anthropic.user("Hi")], system="Be terse.", max_tokens=500)
    print(reply.text, reply.usage.output_tokens)

Content blocks are written as the JSON that Anthropic's documentation shows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

from atoll.sdk.models.raw import RawModel, given
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

MAX_TOKENS = 4096
"""What is asked for unless ``max_tokens`` is given, which Anthropic wants to be told."""

Extra: TypeAlias = Mapping[str, Any]
Block: TypeAlias = Mapping[str, Any]
"""``{"type": "text", "text": "..."}`` and so on."""

_WHAT = "a message in Anthropic's form"


class Turn(TypedDict):
    """What one side says."""

    role: Literal["user", "assistant"]
    content: str | Sequence[Block]


class Tool(TypedDict, total=False):
    """``input_schema`` is a JSON Schema."""

    name: str
    description: str
    input_schema: Mapping[str, Any]


class CreateOptions(TypedDict, total=False):
    """What ``create`` takes besides the messages, by Anthropic's names."""

    system: str | Sequence[Block]
    max_tokens: int
    temperature: float
    top_p: float
    top_k: int
    stop_sequences: Sequence[str]
    tools: Sequence[Tool | Mapping[str, Any]]
    tool_choice: Mapping[str, Any]
    thinking: Mapping[str, Any]
    output_config: Mapping[str, Any]
    metadata: Mapping[str, Any]
    service_tier: str
    extra: Extra
    """Fields that this list does not know: they are sent as they are."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens."""

    input_tokens: int = 0
    output_tokens: int = 0
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """Text, a thought, or that the model asks for a tool. What its type does not have is None."""

    type: str
    text: str | None = None
    id: str | None = None
    name: str | None = None
    input: Any = None
    extra: Extra = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        known = {name: getattr(self, name) for name in _BLOCK if getattr(self, name) is not None}
        return {**known, **self.extra}


_BLOCK = ("type", "text", "id", "name", "input")


@dataclass(frozen=True, slots=True)
class Message:
    """An answer."""

    content: Sequence[ContentBlock]
    id: str = ""
    type: str = ""
    role: str = "assistant"
    model: str = ""
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: Usage = field(default_factory=Usage)
    extra: Extra = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is said, without blanks around it."""
        return "".join(block.text or "" for block in self.content if block.type == "text").strip()

    @property
    def tool_uses(self) -> list[ContentBlock]:
        """The calls of tools that the model asks for."""
        return [block for block in self.content if block.type == "tool_use"]

    def to_turn(self) -> Turn:
        """The same, to go on with the chat."""
        return {"role": "assistant", "content": [block.to_json() for block in self.content]}


class MessagesModel(RawModel):
    """A model of Anthropic's interface."""

    def create(self, messages: str | Sequence[Turn], **options: Unpack[CreateOptions]) -> Message:
        """Let the model answer. A lone string is what the user says."""
        request = _request(self.info.full_name, messages, options)
        return parse_message(self.model.invoke(request))

    async def create_async(
        self, messages: str | Sequence[Turn], **options: Unpack[CreateOptions]
    ) -> Message:
        info = await self.model.info_async()
        request = _request(info.full_name, messages, options)
        return parse_message(await self.model.invoke_async(request))

    def stream(
        self, messages: str | Sequence[Turn], **options: Unpack[CreateOptions]
    ) -> Iterator[dict[str, Any]]:
        """The events of an answer as it comes: ``message_start``, ``content_block_delta``..."""
        request = _request(self.info.full_name, messages, options)
        return self._events({**request, "stream": True})

    async def stream_async(
        self, messages: str | Sequence[Turn], **options: Unpack[CreateOptions]
    ) -> AsyncIterator[dict[str, Any]]:
        info = await self.model.info_async()
        request = _request(info.full_name, messages, options)
        async for event in self._events_async({**request, "stream": True}):
            yield event


def get(name: str) -> MessagesModel:
    """The model that ``modus.json`` calls so."""
    return MessagesModel(name)


def user(content: str | Sequence[Block]) -> Turn:
    return {"role": "user", "content": content}


def assistant(content: str | Sequence[Block]) -> Turn:
    return {"role": "assistant", "content": content}


def tool_result(use: ContentBlock | str, content: str, *, is_error: bool = False) -> Block:
    """The answer to a call of a tool (or to its id): a block of the user's next turn."""
    id = use if isinstance(use, str) else use.id
    failed = {"is_error": True} if is_error else {}
    return {"type": "tool_result", "tool_use_id": id, "content": content, **failed}


def parse_message(answer: Any) -> Message:
    """Read an answer. Raises ``ModelError``."""
    data = checked(answer, _WHAT)
    with reading(_WHAT):
        usage = fields(data.get("usage"))
        return Message(
            [_block(each) for each in objects(data["content"])],
            id=text(data.get("id")),
            type=text(data.get("type")),
            role=text(data.get("role")) or "assistant",
            model=text(data.get("model")),
            stop_reason=optional_text(data.get("stop_reason")),
            stop_sequence=optional_text(data.get("stop_sequence")),
            usage=Usage(
                count(usage.get("input_tokens")),
                count(usage.get("output_tokens")),
                rest(usage, ("input_tokens", "output_tokens")),
            ),
            extra=rest(
                data,
                ("content", "id", "type", "role", "model", "stop_reason", "stop_sequence", "usage"),
            ),
        )


def _block(data: dict[str, Any]) -> ContentBlock:
    return ContentBlock(
        text(data["type"]),
        optional_text(data.get("text")),
        optional_text(data.get("id")),
        optional_text(data.get("name")),
        data.get("input"),
        rest(data, _BLOCK),
    )


def _request(
    model: str, messages: str | Sequence[Turn], options: Mapping[str, Any]
) -> dict[str, Any]:
    said = [user(messages)] if isinstance(messages, str) else list(messages)
    return {"model": model, "max_tokens": MAX_TOKENS, "messages": said, **given(options)}
