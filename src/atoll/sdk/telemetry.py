"""Spans of one's own in the trace of a call.

    from atoll.sdk import span

    with span("rank", documents=len(documents)) as ranking:
        best = rank(documents)
        ranking.set(best=best.title)

Where the host has no tracing, or there is no host, they do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from atoll.sdk import _host
from atoll.sdk.errors import HostError

_LONGEST_ERROR = 1000


class span:
    """Times the block of its ``with`` or ``async with``, with attributes that say what is done.

    Attributes are strings, numbers, booleans, or lists of one of these; anything else is told as
    its ``str()``. An exception that leaves the block marks the span as failed, and goes on.
    """

    def __init__(self, name: str, /, **attributes: Any) -> None:
        self.name = name
        self._attributes = attributes
        self._later: dict[str, Any] = {}
        self._id: Any = None

    def set(self, **attributes: Any) -> None:
        """Add attributes, while the block runs."""
        self._later.update(attributes)

    def __enter__(self) -> span:
        try:
            self._id = _host.call("telemetry.start", self._start())["span"]
        except HostError:  # no host, or one without tracing: the work itself is what matters
            self._id = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._id is None:
            return
        try:
            _host.call("telemetry.end", self._end(error))
        except HostError:
            self._id = None

    async def __aenter__(self) -> span:
        try:
            answer = await _host.call_async("telemetry.start", self._start())
            self._id = answer["span"]
        except HostError:
            self._id = None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._id is None:
            return
        try:
            await _host.call_async("telemetry.end", self._end(error))
        except HostError:
            self._id = None

    def _start(self) -> dict[str, Any]:
        return {"name": self.name, "attributes": _plain(self._attributes)}

    def _end(self, error: BaseException | None) -> dict[str, Any]:
        text = None
        if error is not None:
            text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        later, self._later = self._later, {}
        return {"span": self._id, "error": text, "attributes": _plain(later)}


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in attributes.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_scalar(item) for item in value]
        same = len({type(item) for item in items}) <= 1
        return items if same else [str(item) for item in items]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)  # JSON has no such numbers
    return value if type(value) in (str, bool, int, float) else str(value)
