"""One call of a Go module, as its host functions see it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from atoll.guest.core import call
from atoll.guest.core.call import STDERR
from atoll.guest.golang.codec import ReadElement
from atoll.guest.guest import HostSide, OnLog

_FATAL = ("panic: ", "fatal error: ")
_TRACE = re.compile(r"goroutine \d+ |\[signal |runtime stack:")
_BEFOREHAND = re.compile(r"runtime: (out of memory|cannot allocate)")
"""What the runtime prints before a fatal error, and says again with it."""
_MOST_TRACE = 200
"""Lines."""
_LONGEST = 1 << 16
"""Of a message. What a panic says of itself in further lines is dropped beyond."""


class Call(call.Call):
    """Tells a panic's message from the trace behind it.

    The standard runtime prints ``panic: TEXT``, lines of the same text that begin with a tab, and
    then the traces of goroutines, all to standard error; TinyGo's prints the first to standard
    output.
    """

    __slots__ = ("_before", "_in_trace", "read_element", "trace")

    def __init__(self, environment: Mapping[str, str], host: HostSide, on_log: OnLog) -> None:
        super().__init__(environment, host, on_log)
        self.trace: list[str] = []
        self._in_trace = False
        self._before = ""
        """The line before, on standard error."""
        self.read_element: ReadElement | None = None
        """Of what the running function streams; None while it streams nothing."""

    def printed(self, fd: int, text: str) -> None:
        prefix = next((each for each in _FATAL if text.startswith(each)), None)
        if prefix is not None:
            if self.fatal is not None:
                self.flush_fatal()
            self.fatal = text.removeprefix(prefix)
            return
        if fd == 2 and not self.trace and _BEFOREHAND.match(text):
            self.trace.append(text)
            return
        if self.fatal is None and fd == 2 and _TRACE.match(text) and _FATAL[0] in self._before:
            # What the guest had printed before the panic had no end of line.
            self.fatal = self._before.partition(_FATAL[0])[2]
        if self.fatal is not None and fd == 2:
            if _TRACE.match(text):
                self._in_trace = True
            if self._in_trace:
                if len(self.trace) < _MOST_TRACE:
                    self.trace.append(text)
                return
            if text.startswith("\t"):
                if len(self.fatal) + len(text) <= _LONGEST:
                    self.fatal += f"\n{text[1:]}"
                return
        if fd == 2:
            self._before = text
        super().printed(fd, text)

    def flush_fatal(self) -> None:
        """Log a panic after which the guest went on: another program's words, or its own."""
        super().flush_fatal()
        trace, self.trace, self._in_trace = self.trace, [], False
        for line in trace:
            self.on_log(STDERR, line)
