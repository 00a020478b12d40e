"""One call of a Go module, as its host functions see it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from atoll.guest.core import call
from atoll.guest.core.call import STDERR
from atoll.guest.guest import HostSide, OnLog

_FATAL = ("panic: ", "fatal error: ")
_TRACE = re.compile(r"goroutine \d+ |\[signal |runtime stack:")
_MOST_TRACE = 200
"""Lines."""


class Call(call.Call):
    """Tells a panic's message from the trace behind it.

    The standard runtime prints ``panic: TEXT``, lines of the same text that begin with a tab, and
    then the traces of goroutines, all to standard error; TinyGo's prints the first to standard
    output.
    """

    __slots__ = ("_in_trace", "trace")

    def __init__(self, environment: Mapping[str, str], host: HostSide, on_log: OnLog) -> None:
        super().__init__(environment, host, on_log)
        self.trace: list[str] = []
        self._in_trace = False

    def printed(self, fd: int, text: str) -> None:
        prefix = next((each for each in _FATAL if text.startswith(each)), None)
        if prefix is not None:
            self.flush_fatal()
            self.fatal = text.removeprefix(prefix)
            return
        if self.fatal is not None and fd == 2:
            if _TRACE.match(text):
                self._in_trace = True
            if self._in_trace:
                if len(self.trace) < _MOST_TRACE:
                    self.trace.append(text)
                return
            if text.startswith("\t"):
                self.fatal += f"\n{text.strip()}"
                return
        super().printed(fd, text)

    def flush_fatal(self) -> None:
        """Log a panic after which the guest went on: another program's words, or its own."""
        super().flush_fatal()
        trace, self.trace, self._in_trace = self.trace, [], False
        for line in trace:
            self.on_log(STDERR, line)
