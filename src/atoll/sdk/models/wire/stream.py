"""An answer as it comes in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import Completion
from atoll.sdk.models.response import unreadable
from atoll.sdk.models.wire import Wire
from atoll.sdk.models.wire.delta import Delta, ToolCallPiece
from atoll.sdk.models.wire.events import Event, EventReader
from atoll.sdk.models.wire.gathering import Gathering

__all__ = ["Delta", "DeltaReader", "Stream", "ToolCallPiece"]

JSON = dict[str, Any]


class Stream(Protocol):
    """Reads one answer's events, each the JSON object of one server-sent event."""

    @property
    def ended(self) -> bool:
        """Whether the answer is whole."""

    def read(self, data: JSON) -> Iterable[Delta]:
        """Raises ``ModelError`` if the event tells of an error, or is not of the format."""


class DeltaReader:
    """Reads a streamed answer from text that is cut anywhere.

    A server that answers with one JSON document, because it does not stream, is understood too.

    Args:
        keep: whether ``completion`` is wanted. Without, an answer of any length takes no memory.
    """

    def __init__(self, wire: Wire, *, keep: bool = True) -> None:
        self._wire = wire
        self._keep = keep
        self._stream = wire.stream(keep=keep)
        self._events = EventReader()
        self._gathering = Gathering()
        self._opening: str | None = ""  # until it tells an event from a document
        self._document: list[str] = []
        self._done = False
        self._whole: Completion | None = None

    @property
    def completion(self) -> Completion:
        """All that has come so far, as one answer."""
        return self._whole or self._gathering.completion()

    def feed(self, text: str) -> Iterator[Delta]:
        """The deltas that ``text`` completes. Raises ``ModelError``."""
        if self._opening is not None:
            text = self._opening + text
            start = text.lstrip("\ufeff \t\r\n")
            self._opening = None if start else text
            if start.startswith(("{", "[")):
                self._document.append("")
        if self._document:
            self._document.append(text)
        elif self._opening is None:
            for event in self._events.feed(text):
                yield from self._read(event)

    def close(self) -> Iterator[Delta]:
        """The last deltas. Raises ``ModelError`` if the answer was cut off."""
        if self._document:
            yield from self._read_document()
            return
        for event in self._events.close():
            yield from self._read(event)
        if not (self._done or self._stream.ended):
            raise ModelError(
                "MODEL_STREAM_CUT", "The model's answer broke off before its end.",
                "What came of it is in the stream's `completion`.",
            )  # fmt: skip

    def _read(self, event: Event) -> Iterator[Delta]:
        if event.data == "[DONE]":
            self._done = True
        elif event.data.strip():
            yield from self._take(_json(event.data))

    def _read_document(self) -> Iterator[Delta]:
        answer = _json("".join(self._document).lstrip("\ufeff"))
        if isinstance(answer, list):
            for each in answer:
                yield from self._take(each)
            return
        self._whole = self._wire.parse(answer)
        for choice in self._whole.choices:
            reply = choice.message
            yield Delta(
                reply.content or "",
                refusal=reply.refusal or "",
                tool_calls=[
                    ToolCallPiece(index, call.id, call.name, call.arguments, call.extra)
                    for index, call in enumerate(reply.tool_calls)
                ],
                finish_reason=choice.finish_reason,
                usage=self._whole.usage,
                choice=choice.index,
                logprobs=choice.logprobs,
            )

    def _take(self, data: Any) -> Iterator[Delta]:
        if not isinstance(data, dict):
            raise unreadable("a stream of JSON objects")
        for delta in self._stream.read(data):
            if self._keep:
                self._gathering.add(delta)
            yield delta


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ModelError("BAD_MODEL_RESPONSE", "The model's answer is not JSON.") from None
