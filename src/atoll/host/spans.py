"""The spans that a guest makes within its call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll import telemetry
from atoll.host.errors import HostError
from atoll.host.timeline import HostOperation, Timeline
from atoll.telemetry import Attributes, AttributeValue, Span

MOST = 1000
"""Spans that one call may make; what it says of further ones is dropped."""
_MOST_ATTRIBUTES = 64
_LONGEST_NAME = 200
_LONGEST_VALUE = 1000


class GuestSpans:
    """The spans of one call, one inside the other in the order in which they began.

    Args:
        timeline: where they are noted as well.
    """

    def __init__(self, timeline: Timeline | None = None) -> None:
        self._open: dict[int, Span] = {}
        self._timeline = timeline
        self._noted: dict[int, HostOperation] = {}
        self._last = 0

    @property
    def innermost(self) -> Span | None:
        """The parent of what the guest does now; None for the call itself."""
        return next(reversed(self._open.values()), None)

    def start(self, name: str, attributes: Mapping[str, Any]) -> int:
        """Begin a span; the number by which the guest ends it."""
        self._last += 1
        wanted = self._timeline is not None or telemetry.installed()
        if self._last > MOST or not wanted:
            return self._last
        shown = _plain(name)[:_LONGEST_NAME] or "span"
        if self._timeline is not None:
            self._noted[self._last] = self._timeline.begin(shown, "span")
        if not telemetry.installed():
            return self._last
        self._open[self._last] = telemetry.begin(
            shown, _attributes(attributes), parent=self.innermost
        )
        return self._last

    def end(self, number: int, error: str | None, attributes: Mapping[str, Any]) -> None:
        """End a span. One that is unknown or over is no matter: the guest's work is what counts.

        Raises HostError if there never was one of that number.
        """
        if not 0 < number <= self._last:
            raise HostError("NO_SUCH_SPAN", f"this call has begun no span {number}")
        if self._timeline is not None and (noted := self._noted.pop(number, None)) is not None:
            self._timeline.end(noted, None if error is None else "exception")
        span = self._open.pop(number, None)
        if span is None:
            return
        for name, value in _attributes(attributes).items():
            span.set(name, value)
        if error is not None:
            span.fail("exception", _plain(error)[:_LONGEST_VALUE])
        span.end()

    def close(self) -> None:
        """End what the guest left open."""
        for span in reversed(self._open.values()):
            span.end()
        self._open.clear()


def _attributes(given: Mapping[str, Any]) -> Attributes:
    """What a guest says, as far as traces can hold it."""
    found: dict[str, AttributeValue] = {}
    for name, value in given.items():
        if len(found) == _MOST_ATTRIBUTES:
            break
        shown = _list(value) if isinstance(value, list) else _value(value)
        if shown is not None:
            found[_plain(name)[:_LONGEST_NAME]] = shown
    return found


def _value(value: object) -> str | bool | int | float | None:
    if isinstance(value, str):
        return _plain(value)[:_LONGEST_VALUE]
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        fits = -(1 << 63) <= value < 1 << 63  # in what the format has for it
        return value if fits else str(value)[:_LONGEST_VALUE]
    return None


def _list(values: list[Any]) -> AttributeValue:
    """A list of one type; of several, their texts."""
    found = [shown for shown in map(_value, values[:_MOST_ATTRIBUTES]) if shown is not None]
    for kind in (bool, int, float):
        if all(type(value) is kind for value in found):
            return tuple(found)  # type: ignore[return-value]  # all are of that type
    return tuple(str(value) for value in found)


def _plain(text: str) -> str:
    """Text that has a form in UTF-8."""
    return text if text.isascii() else text.encode(errors="replace").decode()
