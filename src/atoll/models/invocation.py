"""What one invocation of a model came to, for whoever keeps account of it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Protocol

from atoll.manifest import Model


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the model's host counts them; 0 where it does not say."""

    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def total(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(slots=True)
class ModelInvocation:
    """One invocation that has ended, however it did."""

    id: str
    """A UUID of version 7: they sort by time."""
    model: Model
    """The model that was asked."""
    asked: str
    """The model that the function named; another one if this is its fallback."""
    call_id: str
    """The execution id of the call that asked, or ""."""
    function: str
    input: str
    """The request as it was sent, JSON text."""
    started_at: float
    """Seconds since the epoch."""
    streamed: bool
    output: str | None = None
    """The answer as it came: JSON text; of a stream its whole text (server-sent events), cut after
    ``KEPT_OF_STREAM`` characters. None if there was none."""
    seconds: float = 0
    first_seconds: float | None = None
    """Until a stream's first chunk came."""
    attempts: int = 1
    """Requests that were sent, with those that were sent again; 0 if it was not its turn."""
    failure: str | None = None
    """The code of its error, ``CANCELLED``, or None."""
    usage: Usage | None = None
    cost: float | None = None
    """What ``usage`` costs by the manifest's prices."""
    currency: str = ""


KEPT_OF_STREAM = 1 << 20
"""Characters of a stream that are kept for its account."""


class InvocationObserver(Protocol):
    """Learns of every invocation, on the event loop: it must be quick, and never raises."""

    def invocation_finished(self, invocation: ModelInvocation) -> None: ...


def invocation_id() -> str:
    """A new UUID of version 7 (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = milliseconds << 16 | 0x7000 | random >> 68
    low = 0b10 << 62 | random & (1 << 62) - 1
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
