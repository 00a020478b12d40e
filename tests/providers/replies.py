"""What a scripted provider is told to answer, in words that are of no provider."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from atoll_providers.server import Asked

JSON = dict[str, Any]


def words(text: str | None) -> list[str]:
    """Text as a model says it: word by word, each with the blank before it."""
    first, *others = (text or "").split(" ")
    return [*([first] if first else []), *(f" {word}" for word in others)]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How an answer is delivered."""

    delay: float = 0
    """Seconds before the first byte of it, headers included."""
    pause: float = 0
    """Seconds between two events of a stream."""
    hold: threading.Event | None = None
    """A stream waits for it after its first event, so that a test can look at a half answer."""
    cut_after: int | None = None
    """The connection breaks after so many events of a stream, or bytes of another answer."""
    stop_after: int | None = None
    """A stream ends in good order after so many events, with the rest unsaid."""
    split: int | None = None
    """Bytes of each write, so that characters and lines are cut anywhere."""
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields added to the answer's outermost object (and to each event's)."""


@dataclass(frozen=True)
class Call:
    """The model asks for a tool."""

    name: str
    arguments: Any = field(default_factory=dict)
    """A string is sent as it is: it need not be JSON."""
    id: str = ""

    @property
    def text(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)

    @property
    def object(self) -> Any:
        try:
            return json.loads(self.text)
        except ValueError:
            return {"INVALID": self.text}


Finish: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter"]
FailureKind: TypeAlias = Literal[
    "bad_request",
    "context_overflow",
    "unauthorized",
    "forbidden",
    "not_found",
    "rate_limited",
    "server_error",
    "unavailable",
    "overloaded",
]


@dataclass(frozen=True)
class Say(Reply):
    """A model's reply. Streamed when the request asks for it."""

    text: str | None = ""
    """None is JSON's null where the format has it."""
    calls: Sequence[Call] = ()
    pieces: Iterable[str] | int | None = None
    """Of the text, in a stream: given, or so many characters each; words if None. A generator is
    read as the client reads, so that an answer may be endless."""
    finish: Finish | None = None
    """``stop``, or ``tool_calls`` where there are calls, if None."""
    usage: tuple[int, int] = (12, 7)
    """Tokens of the request and of the reply."""
    refusal: str | None = None
    thinking: str | None = None
    signature: str = "c2lnbmVk"
    """Of the thoughts (Anthropic, Gemini)."""
    logprobs: Sequence[JSON] | None = None
    """As OpenAI writes them; one for each piece if the request asks for them and none are given."""
    audio: JSON | None = None
    """``{"id", "data", "transcript", "expires_at"}``."""
    fails: Fail | None = None
    """A stream ends in this error, after the text."""

    @property
    def finished(self) -> Finish:
        return self.finish or ("tool_calls" if self.calls else "stop")

    @property
    def named_calls(self) -> list[Call]:
        """The calls, each with an id."""
        return [
            call if call.id else Call(call.name, call.arguments, f"call_{index + 1}")
            for index, call in enumerate(self.calls)
        ]

    def cut(self) -> Iterator[str]:
        """The pieces of the text."""
        text = self.text or ""
        if self.pieces is None:
            yield from words(text)
        elif isinstance(self.pieces, int):
            for start in range(0, len(text), self.pieces):
                yield text[start : start + self.pieces]
        else:
            yield from self.pieces


@dataclass(frozen=True)
class Fail(Reply):
    """The provider's own error of this kind."""

    kind: FailureKind = "server_error"
    message: str | None = None
    retry_after: int | None = None
    """Seconds."""


@dataclass(frozen=True)
class Raw(Reply):
    """Any answer: an object or array is sent as JSON, text and bytes as they are."""

    body: Any = b""
    status: int = 200
    content_type: str = "application/json"


@dataclass(frozen=True)
class Events(Reply):
    """A stream of events of any form: an object becomes the ``data`` of one."""

    events: Iterable[JSON | str] = ()


@dataclass(frozen=True)
class Vectors(Reply):
    """Embeddings; without any, each input gets one of its own that never changes."""

    vectors: Sequence[Sequence[float]] | None = None
    dimensions: int = 4


@dataclass(frozen=True)
class Predictions(Reply):
    """What a model of the experimental interfaces predicts."""

    predictions: Sequence[Any] = ()


Scripted: TypeAlias = Reply | Callable[["Asked"], Reply]
