"""One call of a core module, as its host functions see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atoll.engine import CoreExecution
from atoll.guest.guest import HostSide, OnLog
from atoll.guest.streams import StreamBorder

STDOUT, STDERR, TRACE, DEBUG, INFO, WARNING, ERROR, FATAL = range(8)
"""Levels of a log's lines, as ``OnLog`` takes them."""

LEVELS = {
    "": INFO,
    "trace": TRACE,
    "debug": DEBUG,
    "info": INFO,
    "warning": WARNING,
    "error": ERROR,
    "fatal": FATAL,
}
"""By what ``logMessage`` calls them. Any other is taken for information."""
_PREFIXES = {
    "Debug": DEBUG,
    "Info": INFO,
    "Warning": WARNING,
    "Error": ERROR,
    "abort": FATAL,
    "panic": FATAL,
}
"""How printed lines tell their level."""


class Call:
    """What one execution's host functions work with: the ``data`` of the execution."""

    __slots__ = ("_border", "environment", "fatal", "host", "lines", "on_log")

    def __init__(self, environment: Mapping[str, str], host: HostSide, on_log: OnLog) -> None:
        self.environment = environment
        self.host = host
        self.on_log = on_log
        self.fatal: str | None = None
        """Why the guest is about to abort. It says so in its log, then exits."""
        self.lines: dict[int, bytearray] = {}
        """Beginnings of lines that were printed without their end, by file descriptor."""
        self._border: StreamBorder | None = None

    @property
    def border(self) -> StreamBorder:
        if self._border is None:
            self._border = StreamBorder(self.host.streams)
        return self._border

    def log(self, level: str, message: str) -> None:
        known = LEVELS.get(level, INFO)
        if known == FATAL:
            self.flush_fatal()
            self.fatal = message
        else:
            self.on_log(known, message)

    def printed(self, fd: int, text: str) -> None:
        """Take a line that the guest printed to standard output (1) or error (2)."""
        prefix, colon, rest = text.partition(": ")
        level = _PREFIXES.get(prefix) if colon else None
        if level is None:
            self.on_log(STDOUT if fd == 1 else STDERR, text)
        else:
            self.on_log(level, rest)

    def flush_fatal(self) -> None:
        """Log a fatal line after which the guest went on all the same."""
        if self.fatal is not None:
            self.on_log(FATAL, self.fatal)
            self.fatal = None


def call_of(execution: CoreExecution) -> Call:
    data: Any = execution.data
    return data  # type: ignore[no-any-return]  # `data` is whatever its owner put there
