"""Spans, wherever they go.

Code that is traced knows this module only. Nothing is traced until a ``Tracing`` is installed;
until then a span costs a function call.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Literal, Protocol, TypeAlias

AttributeValue: TypeAlias = (
    str
    | bool
    | int
    | float
    | tuple[str, ...]
    | tuple[bool, ...]
    | tuple[int, ...]
    | tuple[float, ...]
)
Attributes: TypeAlias = Mapping[str, AttributeValue]
Kind: TypeAlias = Literal["internal", "server", "client"]


class Span(Protocol):
    """One thing that happens. Used in a ``with``, it is the parent of what begins inside."""

    @property
    def recording(self) -> bool:
        """Whether anybody wants its attributes."""

    def set(self, name: str, value: AttributeValue) -> None: ...

    def rename(self, name: str) -> None: ...

    def fail(self, type: str, message: str = "") -> None:
        """Note why it failed; ``type`` is a short code."""

    def end(self) -> None:
        """It is over. Called once; leaving a ``with`` calls it."""

    def __enter__(self) -> Span: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Tracing(Protocol):
    """What makes spans and sends them somewhere."""

    def begin(
        self, name: str, kind: Kind, attributes: Attributes, parent: Span | None, remote: str
    ) -> Span: ...

    def current(self) -> Span: ...

    def close(self) -> None:
        """Send what has not been sent. Blocks, for a bounded time."""


class _NoSpan:
    """A span that nobody looks at."""

    __slots__ = ()

    recording = False

    def set(self, name: str, value: AttributeValue) -> None:
        pass

    def rename(self, name: str) -> None:
        pass

    def fail(self, type: str, message: str = "") -> None:
        pass

    def end(self) -> None:
        pass

    def __enter__(self) -> Span:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass


NO_SPAN: Final[Span] = _NoSpan()
_NONE: Final[Attributes] = {}
_tracing: Tracing | None = None


def install(tracing: Tracing | None) -> None:
    """Send the spans of this process to ``tracing``; None for nowhere."""
    global _tracing
    _tracing = tracing


def installed() -> bool:
    """Whether spans go anywhere: what only serves their attributes can be spared if not."""
    return _tracing is not None


def span(
    name: str,
    attributes: Attributes = _NONE,
    *,
    kind: Kind = "internal",
    parent: Span | None = None,
    remote: str = "",
) -> Span:
    """A span for a ``with``.

    Args:
        parent: the current span, unless given.
        remote: a parent in another process, by its ``traceparent`` header, or "".
    """
    if _tracing is None:
        return NO_SPAN
    return _tracing.begin(name, kind, attributes, parent, remote)


def begin(
    name: str,
    attributes: Attributes = _NONE,
    *,
    kind: Kind = "internal",
    parent: Span | None = None,
) -> Span:
    """A span that is ended by hand: what begins meanwhile does not become its child by itself."""
    if _tracing is None:
        return NO_SPAN
    return _tracing.begin(name, kind, attributes, parent, "")


def current() -> Span:
    """The innermost span whose ``with`` we are in."""
    return NO_SPAN if _tracing is None else _tracing.current()
