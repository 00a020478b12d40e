"""Where a guest's output goes: every line printed or logged is a line of the host's log."""

from __future__ import annotations

import io
import logging
import sys

from atoll.sdk import _host
from atoll.sdk._logging import HostHandler

STDOUT = 0
STDERR = 1

LONGEST_LINE = 16_384
"""Characters; what is longer is logged in pieces."""


class LogStream(io.TextIOBase):
    """A text stream that logs each line as it is completed."""

    def __init__(self, level: int, name: str) -> None:
        super().__init__()
        self._level = level
        self._rest = ""
        self.name = name

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only here, as in TextIOWrapper
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]  # as above
        return "backslashreplace"

    @property
    def line_buffering(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, rest = (self._rest + text).split("\n")
        for line in lines:
            self._log(line)
        while len(rest) > LONGEST_LINE:
            self._log(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        self._rest = rest
        return len(text)

    def finish(self) -> None:
        """Log what stands after the last line break."""
        if self._rest:
            rest, self._rest = self._rest, ""
            self._log(rest)

    def _log(self, line: str) -> None:
        for start in range(0, len(line) or 1, LONGEST_LINE):
            _host.log(self._level, line[start : start + LONGEST_LINE])


# ``flush`` keeps half a line, so that ``print(..., end="", flush=True)`` still logs whole lines.
_stdout = LogStream(STDOUT, "<stdout>")
_stderr = LogStream(STDERR, "<stderr>")


def install() -> None:
    """Log what is printed, and what goes to the root logger at level INFO or above."""
    streams = {"stdin": io.StringIO(""), "stdout": _stdout, "stderr": _stderr}
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    root = logging.getLogger()
    if not any(isinstance(handler, HostHandler) for handler in root.handlers):
        root.addHandler(HostHandler())
        root.setLevel(logging.INFO)


def flush() -> None:
    for stream in (_stdout, _stderr):
        stream.finish()
