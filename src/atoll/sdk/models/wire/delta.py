"""Pieces of an answer that comes in bit by bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll.sdk.models.completion import TokenLogprob, Usage


@dataclass(frozen=True, slots=True)
class ToolCallPiece:
    """More of a tool call. The first piece has its id and name, all of them its index."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    """The next piece of the JSON text."""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """More of an answer. What a piece does not add to is empty."""

    text: str = ""
    reasoning: str = ""
    """What the model thinks, where its provider tells."""
    refusal: str = ""
    tool_calls: Sequence[ToolCallPiece] = ()
    finish_reason: str | None = None
    usage: Usage | None = None
    """Of the whole answer so far: a later one takes its place."""
    choice: int = 0
    """Which of several answers (``n``) this belongs to."""
    logprobs: Sequence[TokenLogprob] = ()
    audio: Mapping[str, Any] | None = None
    """``id``, ``data`` (base64), ``transcript``, ``expires_at``: those that came."""
    about: Mapping[str, Any] | None = None
    """Fields of the whole ``Completion`` as OpenAI names them: ``id``, ``model``, ``created``..."""
    original: Mapping[str, Any] | None = None
    """The whole answer in its provider's own form, for ``Reply.original``; with the last piece."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the reply without a place of their own."""
