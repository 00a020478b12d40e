"""The wire formats of providers: how a chat is asked for, and how its answer is read.

A chat is written in OpenAI's form everywhere else. An adapter turns it into its provider's own
form, and the answer into a ``Completion``, or, as it comes in, into ``Delta``s:

    wire = for_interface(info.interface)
    chat = chat_request(info.full_name, "Say hi.", {"temperature": 0})
    completion = wire.parse(model.invoke(wire.request(chat)))

    reader = DeltaReader(wire)                     # of a chat_request(..., stream=True)
    for chunk in chunks:                           # text, cut anywhere
        for delta in reader.feed(chunk):
            print(delta.text, end="")
    for delta in reader.close():                   # raises if the stream was cut off
        print(delta.text, end="")
    completion = reader.completion
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from atoll.sdk.errors import ModelError
from atoll.sdk.models.message import Message
from atoll.sdk.models.options import request_fields

if TYPE_CHECKING:
    from atoll.sdk.models.completion import Completion
    from atoll.sdk.models.wire.stream import Delta, DeltaReader, Stream, ToolCallPiece

__all__ = [
    "ChatRequest",
    "Delta",
    "DeltaReader",
    "Stream",
    "ToolCallPiece",
    "Wire",
    "chat_request",
    "for_interface",
]

JSON = dict[str, Any]

_MODULES = {
    "openai": "openai",
    "openai-responses": "responses",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "llama": "llama",
}


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A chat to go on with. ``chat_request`` makes it."""

    model: str
    """The model's name at its provider."""
    messages: Sequence[Mapping[str, Any]]
    """In the form of OpenAI's chat completions."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """``ChatOptions``, as JSON. An adapter refuses those that its provider knows nothing like."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the provider's own, which are sent as they are."""
    stream: bool = False


class Wire(Protocol):
    """One provider's wire format."""

    def request(self, chat: ChatRequest) -> JSON:
        """The JSON to send. Raises ``ModelError`` for what the provider has no form for."""

    def parse(self, answer: Any) -> Completion:
        """Read an answer. Raises ``ModelError`` if it tells of an error, or is none."""

    def stream(self, *, keep: bool = True) -> Stream:
        """What reads the events of one streamed answer; ``DeltaReader`` feeds it.

        ``keep`` is whether the answer's ``original`` is to be made.
        """


def for_interface(name: str) -> Wire:
    """The adapter of an interface (of the manifest). Raises ``ModelError`` if it has no chats."""
    module = _MODULES.get(name)
    if module is None:
        raise ModelError(
            "NOT_A_CHAT_MODEL",
            f"A model of interface [{name}] does not chat.",
            f"Chats work with these interfaces: {', '.join(_MODULES)}.",
        )
    return cast(Wire, import_module(f"{__name__}.{module}"))


def chat_request(
    model: str,
    messages: str | Sequence[Message | Mapping[str, Any]],
    options: Mapping[str, Any],
    *,
    stream: bool = False,
) -> ChatRequest:
    """A request from what users give: a lone string is what the user says."""
    said: Sequence[Message | Mapping[str, Any]] = (
        [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
    )
    known = {name: value for name, value in options.items() if name != "extra"}
    return ChatRequest(
        model,
        [dict(each) if isinstance(each, Mapping) else each.to_json() for each in said],
        request_fields(known),
        dict(options.get("extra") or {}),
        stream,
    )


def __getattr__(name: str) -> Any:
    # What reads streams is loaded with the first of them: most calls have none.
    if name in ("Delta", "DeltaReader", "Stream", "ToolCallPiece"):
        return getattr(import_module(f"{__name__}.stream"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
