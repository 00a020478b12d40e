"""What one call logs: passed on at once, capped, and kept as far as its caller may see it."""

from __future__ import annotations

import logging

from atoll.app.call import Level, LogLine

_log = logging.getLogger("atoll.function")

KEPT_ERRORS = 100
"""Error lines that become errors of the API response; the rest is in the log only."""

_LEVELS = {
    Level.STDOUT: logging.INFO,
    Level.STDERR: logging.INFO,
    Level.TRACE: logging.DEBUG,
    Level.DEBUG: logging.DEBUG,
    Level.INFO: logging.INFO,
    Level.WARNING: logging.WARNING,
    Level.ERROR: logging.ERROR,
    Level.FATAL: logging.CRITICAL,
}


class CallLog:
    """Collects a call's lines. ``limit`` is in bytes of UTF-8, over all lines of the call."""

    def __init__(self, function: str, execution_id: str, limit: int) -> None:
        self._fields = {"function": function, "execution_id": execution_id}
        self._limit = limit
        self._left = limit
        self.printed: list[LogLine] = []
        self.errors: list[LogLine] = []

    def add(self, level: int, message: str) -> None:
        """Take a line from the guest, whose level may be any number and whose text any text."""
        if self._left < 0:
            return
        # The constant is what an empty line costs us: a flood of those must run dry as well.
        self._left -= len(message.encode(errors="replace")) + 16
        if self._left < 0:
            self._write(
                Level.WARNING,
                f"log limit of {self._limit} bytes reached; further lines are dropped",
            )
            return
        known = Level(level) if level in _LEVELS else Level.INFO
        line = LogLine(known, message)
        if known <= Level.STDERR:
            self.printed.append(line)
        elif known >= Level.ERROR and len(self.errors) < KEPT_ERRORS:
            self.errors.append(line)
        self._write(known, message)

    def _write(self, level: Level, message: str) -> None:
        _log.log(
            _LEVELS[level],
            "Message logged from function.",
            extra={"fields": {**self._fields, "text": message}},
        )
