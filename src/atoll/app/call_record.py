"""The latest calls of an app, for people who look at them: what was asked, what came of it, and
where the time went.

Nothing is recorded unless an app is given a `RecentCalls`.
"""

from __future__ import annotations

import json
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

import msgspec

from atoll.app.call import FunctionError, Level, Outcome
from atoll.host.timeline import Timeline

Status: TypeAlias = Literal["running", "ok", "failed", "cancelled"]
Reason: TypeAlias = Literal["request", "embedder"]
"""Why a function was called: somebody asked for it, or a collection needed its vectors."""

Listener: TypeAlias = Callable[["CallRecord"], None]

_LONGEST_MESSAGE: Final = 8 << 10
_LONGEST_DETAIL: Final = 64 << 10
"""Characters of what is kept of an error."""
_OVERHEAD: Final = 2_000
"""Bytes that a record takes, about, besides its texts."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value as JSON text, or the beginning of that."""

    text: str
    size: int
    """Bytes of the whole text in UTF-8."""
    whole: bool


@dataclass(slots=True, eq=False)
class CallRecord:
    """One call, from its start on. Seconds are those of `time.perf_counter` but for ``started_at``.

    Lines may be added by any thread; all else is for the event loop.
    """

    id: str
    function: str
    reason: Reason
    started_at: float
    """Seconds since the epoch."""
    arguments: KeptValue | None
    timeline: Timeline = field(default_factory=Timeline)
    status: Status = "running"
    seconds: float | None = None
    """None while it is running."""
    queue_seconds: float = 0.0
    """That it waited for a free sandbox."""
    instantiate_seconds: float = 0.0
    """Until its instance was ready, after that."""
    host_seconds: float = 0.0
    """In which at least one of its host operations was at work."""
    result: KeptValue | None = None
    errors: Sequence[FunctionError] = ()
    detail: str | None = None
    """The failure in full, as the log has it."""
    has_entered: bool = False
    """Whether its instance was ever ready."""
    abandoned: bool = False
    """Whether it was a stream whose client has left."""
    lines: list[tuple[float, Level, str]] = field(default_factory=list)
    """What it logged: seconds since its start, level, text."""

    @property
    def guest_seconds(self) -> float:
        """The rest: that the function itself was at work."""
        if not self.has_entered:
            return 0.0
        whole = time.perf_counter() - self.timeline.began if self.seconds is None else self.seconds
        return max(0.0, whole - self.queue_seconds - self.instantiate_seconds - self.host_seconds)

    def add_line(self, level: Level, text: str) -> None:
        self.lines.append((time.perf_counter() - self.timeline.began, level, text))

    def entered(self, waited: float) -> None:
        """Its instance is ready, after it has waited for so many seconds for its turn."""
        self.has_entered = True
        self.queue_seconds = waited
        since = time.perf_counter() - self.timeline.began
        self.instantiate_seconds = max(0.0, since - waited)

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        size = _OVERHEAD + 400 * len(self.timeline.operations)
        for kept in (self.arguments, self.result):
            if kept is not None:
                size += sys.getsizeof(kept.text)
        if self.lines:
            size += sum(100 + sys.getsizeof(text) for _, _, text in self.lines)
        if self.errors:
            size += sum(sys.getsizeof(error.message) for error in self.errors)
        return size if self.detail is None else size + sys.getsizeof(self.detail)


class RecentCalls:
    """The latest calls, the oldest of which are forgotten. Of one event loop; it may outlive apps.

    Args:
        most: calls that are kept.
        most_bytes: that they may take, about.
        keep_values: whether arguments and results are kept.
        most_of_value: bytes of one of those, about.
    """

    def __init__(
        self,
        most: int = 10_000,
        *,
        most_bytes: int = 128 << 20,
        keep_values: bool = True,
        most_of_value: int = 64 << 10,
    ) -> None:
        self.keep_values = keep_values
        self.forgotten = 0
        """Calls of which nothing is known any more, though nobody has cleared them."""
        self._most = most
        self._most_bytes = most_bytes
        self._most_of_value = most_of_value
        self._calls: OrderedDict[str, CallRecord] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._bytes = 0
        self._listeners: list[Listener] = []

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[CallRecord]:
        """Newest first."""
        return reversed(self._calls.values())

    def get(self, id: str) -> CallRecord | None:
        return self._calls.get(id)

    def clear(self) -> None:
        """Forget all that have ended."""
        for call in list(self._calls.values()):
            if call.seconds is not None:
                self._forget(call.id)
        self.forgotten = 0

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called when a call starts and when it has ended, until what this
        returns is called."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    def begin(
        self, id: str, function: str, arguments: Mapping[str, Any], reason: Reason
    ) -> CallRecord:
        """A call starts now."""
        record = CallRecord(id, function, reason, time.time(), self._kept(arguments))
        self._calls[id] = record
        self._measure(record)
        self._tell(record)
        self._make_room()
        return record

    def finish(self, record: CallRecord, outcome: Outcome | None) -> None:
        """A call has ended: with an outcome, unless it was cancelled."""
        timeline = record.timeline
        timeline.close()
        record.seconds = time.perf_counter() - timeline.began
        record.host_seconds = timeline.busy
        if record.detail is not None:
            record.detail = _cut(record.detail, _LONGEST_DETAIL)
        if not record.has_entered:  # there was no sandbox for it in time
            record.queue_seconds = record.seconds
        if outcome is None or record.abandoned:
            record.status = "cancelled"
        else:
            record.status = "failed" if outcome.failed else "ok"
            record.errors = tuple(_shortened(error) for error in outcome.errors)
            if not outcome.failed:
                record.result = self._kept(outcome.value)
        if record.id in self._calls:
            self._measure(record)
        self._tell(record)
        self._make_room()

    def _measure(self, record: CallRecord) -> None:
        size = record.size
        self._bytes += size - self._sizes.get(record.id, 0)
        self._sizes[record.id] = size

    def _tell(self, record: CallRecord) -> None:
        for listener in tuple(self._listeners):
            listener(record)

    def _make_room(self) -> None:
        while self._calls and (len(self._calls) > self._most or self._bytes > self._most_bytes):
            self._forget(next(iter(self._calls)))
            self.forgotten += 1

    def _forget(self, id: str) -> None:
        del self._calls[id]
        self._bytes -= self._sizes.pop(id, 0)

    def _kept(self, value: Any) -> KeptValue | None:
        if not self.keep_values:
            return None
        data = _json(value)
        if data is None:
            return None
        most = self._most_of_value
        if len(data) <= most:
            return KeptValue(data.decode(), len(data), True)
        # Four bytes at most are a character.
        return KeptValue(data[: 4 * most].decode(errors="ignore")[:most], len(data), False)


def _shortened(error: FunctionError) -> FunctionError:
    """An error as it is kept: its texts are the guest's, and may be of any length."""
    hint = error.hint and _cut(error.hint, _LONGEST_MESSAGE)
    return replace(error, message=_cut(error.message, _LONGEST_MESSAGE), hint=hint)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _json(value: Any) -> bytes | None:
    """JSON data as text; None for what has no such form."""
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError):
        pass
    try:
        # It has a form for half of a surrogate pair.
        return json.dumps(value, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        return None
