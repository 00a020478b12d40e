"""Making one answer of the pieces in which it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.sdk.models.completion import (
    NO_USAGE,
    AudioReply,
    Choice,
    Completion,
    Reply,
    TokenLogprob,
    Usage,
)
from atoll.sdk.models.message import ToolCall
from atoll.sdk.models.wire.delta import Delta, ToolCallPiece

_PLACES = ("id", "model", "object", "created", "service_tier", "system_fingerprint")
_FEW = 256


class Pieces:
    """Text that grows. A piece may be one character, and there may be millions of them."""

    def __init__(self) -> None:
        self._long: list[str] = []
        self._short: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._long or self._short)

    def add(self, piece: str) -> None:
        if not piece:
            return
        self._short.append(piece)
        if len(self._short) == _FEW:
            self._long.append("".join(self._short))
            self._short.clear()

    def text(self) -> str:
        return "".join((*self._long, *self._short))


class Gathering:
    """All deltas of an answer."""

    def __init__(self) -> None:
        self._choices: dict[int, _Choice] = {}
        self._about: dict[str, Any] = {}
        self._usage: Usage = NO_USAGE

    def add(self, delta: Delta) -> None:
        if delta.about:
            self._about.update(delta.about)
        if delta.usage is not None:
            self._usage = delta.usage
        if delta.choice not in self._choices:
            self._choices[delta.choice] = _Choice()
        self._choices[delta.choice].add(delta)

    def completion(self) -> Completion:
        about = self._about
        choices = [choice.whole(index) for index, choice in sorted(self._choices.items())]
        return Completion(
            choices=choices or [_Choice().whole(0)],
            usage=self._usage,
            **{name: about[name] for name in _PLACES if name in about},
            extra={name: value for name, value in about.items() if name not in _PLACES},
        )


class _Choice:
    def __init__(self) -> None:
        self._text, self._reasoning, self._refusal = Pieces(), Pieces(), Pieces()
        self._calls: dict[int, _Call] = {}
        self._logprobs: list[TokenLogprob] = []
        self._audio: _Audio | None = None
        self._finish_reason: str | None = None
        self._original: Mapping[str, Any] | None = None
        self._extra: dict[str, Any] = {}

    def add(self, delta: Delta) -> None:
        self._text.add(delta.text)
        self._reasoning.add(delta.reasoning)
        self._refusal.add(delta.refusal)
        for call in delta.tool_calls:
            self._calls.setdefault(call.index, _Call()).add(call)
        self._logprobs.extend(delta.logprobs)
        if delta.audio:
            self._audio = self._audio or _Audio()
            self._audio.add(delta.audio)
        self._finish_reason = delta.finish_reason or self._finish_reason
        self._original = delta.original or self._original
        self._extra.update(delta.extra)

    def whole(self, index: int) -> Choice:
        silent = self._calls or self._refusal or self._audio
        reply = Reply(
            content=self._text.text() or (None if silent else ""),
            refusal=self._refusal.text() or None,
            tool_calls=[call.whole() for _, call in sorted(self._calls.items())],
            audio=self._audio.whole() if self._audio else None,
            reasoning=self._reasoning.text() or None,
            original=self._original,
            extra=self._extra,
        )
        return Choice(index, reply, self._finish_reason, self._logprobs)


class _Audio:
    def __init__(self) -> None:
        self._data, self._transcript = Pieces(), Pieces()
        self._rest: dict[str, Any] = {}

    def add(self, audio: Mapping[str, Any]) -> None:
        self._data.add(audio.get("data") or "")
        self._transcript.add(audio.get("transcript") or "")
        known = ("data", "transcript")
        self._rest.update({name: value for name, value in audio.items() if name not in known})

    def whole(self) -> AudioReply:
        rest = dict(self._rest)
        return AudioReply(
            id=rest.pop("id", None) or "",
            data=self._data.text(),
            transcript=self._transcript.text(),
            expires_at=rest.pop("expires_at", None),
            extra=rest,
        )


class _Call:
    def __init__(self) -> None:
        self._id = self._name = ""
        self._arguments = Pieces()
        self._extra: dict[str, Any] = {}

    def add(self, piece: ToolCallPiece) -> None:
        self._id = self._id or piece.id
        self._name = self._name or piece.name
        self._extra.update(piece.extra)
        self._arguments.add(piece.arguments)

    def whole(self) -> ToolCall:
        arguments = self._arguments.text() or "{}"
        return ToolCall(self._id, self._name, arguments, extra=self._extra)
