"""What one call logs: passed on at once, capped, and kept as far as its caller may see it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Final

from atoll.app.call import Level, LogLine
from atoll.app.call_record import CallRecord

_log = logging.getLogger("atoll.function")

NO_CALL: Final[Mapping[str, str]] = {}
CURRENT_CALL: Final[ContextVar[Mapping[str, str]]] = ContextVar("current_call", default=NO_CALL)
"""Fields for whatever is logged while a call is at work: which one, and of which function."""

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
    """Collects a call's lines. ``limit`` is in bytes of UTF-8, over all lines of the call;
    ``record`` gets them as well."""

    # Made when there is something to put in: most calls log nothing.
    printed: Sequence[LogLine] = ()
    errors: Sequence[LogLine] = ()

    def __init__(
        self, function: str, execution_id: str, limit: int, record: CallRecord | None = None
    ) -> None:
        self._record = record
        self._function = function
        self._execution_id = execution_id
        self._limit = limit
        self._left = limit

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
            self.printed = self._append(self.printed, line)
        elif known >= Level.ERROR and len(self.errors) < KEPT_ERRORS:
            self.errors = self._append(self.errors, line)
        self._write(known, message)

    @staticmethod
    def _append(lines: Sequence[LogLine], line: LogLine) -> Sequence[LogLine]:
        if not isinstance(lines, list):
            lines = list(lines)
        lines.append(line)
        return lines

    def _write(self, level: Level, message: str) -> None:
        if self._record is not None:
            self._record.add_line(level, message)
        _log.log(
            _LEVELS[level],
            "Message logged from function.",
            extra={
                "fields": {
                    "function": self._function,
                    "execution_id": self._execution_id,
                    "text": message,
                }
            },
        )
