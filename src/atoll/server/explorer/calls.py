"""``calls``: the latest calls, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from atoll.app.call import Level
from atoll.app.call_record import CallRecord, KeptValue, RecentCalls
from atoll.host.timeline import HostOperation
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.frames import Frame, frames_of
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire, milliseconds

if TYPE_CHECKING:
    from pathlib import Path

    from atoll.server.explorer.explorer import Explorer

_PAGE: Final = 500
"""Calls that a list has unless more are asked for."""
_MOST: Final = 2_000
_LONGEST: Final = 500
"""Characters of an error's message in a list."""

_LEVELS: Final = {level: level.name.lower() for level in Level}


class ErrorSummary(Wire, frozen=True):
    code: str
    message: str


class CallSummary(Wire, frozen=True):
    """A call as a list has it."""

    id: str
    function: str
    reason: Literal["request", "embedder"]
    status: Literal["running", "ok", "failed", "cancelled"]
    started_at: float
    ms: float | None
    queue_ms: float
    instantiate_ms: float
    host_ms: float
    guest_ms: float
    operations: int
    lines: int
    error: ErrorSummary | None


class Calls(Wire, frozen=True):
    calls: Sequence[CallSummary]
    forgotten: int


class Kept(Wire, frozen=True):
    """A value, or the beginning of its JSON and how many bytes all of it has."""

    value: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    beginning: str | msgspec.UnsetType = msgspec.UNSET
    bytes: int | msgspec.UnsetType = msgspec.UNSET


class OperationInfo(Wire, frozen=True):
    name: str
    kind: Literal["operation", "span"]
    target: str | None
    detail: str | None
    start_ms: float
    ms: float | None
    failure: str | None
    depth: int
    times: int


class LogLine(Wire, frozen=True):
    at_ms: float
    level: str
    text: str


class CallError(Wire, frozen=True):
    code: str
    message: str
    hint: str | None
    detail: str | None
    frames: Sequence[Frame]


class Call(CallSummary, frozen=True):
    """All that is known of a call."""

    arguments: Kept | None
    result: Kept | None
    timeline: Sequence[OperationInfo]
    operations_not_kept: int
    log: Sequence[LogLine]
    errors: Sequence[CallError]


def summary(record: CallRecord) -> CallSummary:
    """A call, in short."""
    first = record.errors[0] if record.errors else None
    host, guest = record.host_seconds, record.guest_seconds
    if record.seconds is None:
        host = record.timeline.busy
        guest = max(0.0, guest - host)
    return CallSummary(
        record.id,
        record.function,
        record.reason,
        record.status,
        round(record.started_at * 1000, 3),
        None if record.seconds is None else milliseconds(record.seconds),
        milliseconds(record.queue_seconds),
        milliseconds(record.instantiate_seconds),
        milliseconds(host),
        milliseconds(guest),
        _operations(record),
        len(record.lines),
        None if first is None else ErrorSummary(first.code, first.message[:_LONGEST]),
    )


def call(record: CallRecord, folder: Path | None) -> Call:
    """A call in full.

    Args:
        folder: where the app's sources are.
    """
    short = summary(record)
    timeline = record.timeline
    return Call(
        **msgspec.structs.asdict(short),
        arguments=_kept(record.arguments),
        result=_kept(record.result),
        timeline=[_operation(each) for each in timeline.operations],
        operations_not_kept=timeline.left_out,
        log=[
            LogLine(milliseconds(at), _LEVELS[level], text)
            for at, level, text in tuple(record.lines)  # another thread may add to it
        ],
        errors=list(_errors(record, folder)),
    )


def _operations(record: CallRecord) -> int:
    timeline = record.timeline
    if not timeline.operations:
        return 0
    own = sum(1 for each in timeline.operations if each.kind == "operation")
    return own + timeline.left_out


def _operation(found: HostOperation) -> OperationInfo:
    return OperationInfo(
        found.name,
        found.kind,
        found.target,
        found.detail,
        milliseconds(found.start),
        None if found.seconds is None else milliseconds(found.seconds),
        found.failure,
        found.depth,
        found.times,
    )


def _errors(record: CallRecord, folder: Path | None) -> Iterator[CallError]:
    # How the call ended stands behind what it logged, and only of that more is known.
    last = len(record.errors) - 1
    for number, error in enumerate(record.errors):
        detail = record.detail if number == last else None
        frames = frames_of(detail or "", folder)
        yield CallError(error.code, error.message, error.hint, detail, frames)


def _kept(value: KeptValue | None) -> Kept | None:
    if value is None:
        return None
    if value.whole:
        return Kept(value=msgspec.Raw(value.text))
    return Kept(beginning=value.text, bytes=value.size)


def _before(calls: RecentCalls, id: str | None) -> Iterator[CallRecord]:
    """The calls that began before one, newest first; none where that is not known any more."""
    if not id:
        return iter(calls)
    return islice(dropwhile(lambda record: record.id != id, calls), 1, None)


async def _calls(explorer: Explorer, request: ExplorerRequest) -> Calls:
    limit = request.integer("limit", _PAGE, least=1, most=_MOST)
    found = islice(_before(explorer.calls, request.query.get("before")), limit)
    return Calls([summary(record) for record in found], explorer.calls.forgotten)


async def _call(explorer: Explorer, request: ExplorerRequest) -> Call:
    record = explorer.calls.get(request.parameters["id"])
    if record is None:
        raise ExplorerError(
            404,
            "CALL_UNKNOWN",
            "This call is not known any more.",
            "Only the newest calls are kept, and none when the server starts anew.",
        )
    return call(record, explorer.folder)


async def _clear(explorer: Explorer, request: ExplorerRequest) -> None:
    explorer.calls.clear()
    explorer.hub.cleared()


ROUTES = (
    Route("GET", "calls", _calls),
    Route("DELETE", "calls", _clear),
    Route("GET", "calls/{id}", _call),
)
