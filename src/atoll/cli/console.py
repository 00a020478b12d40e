"""Where the command line writes: results to stdout, everything else to stderr.

Colour and moving progress only on a terminal, and never with ``NO_COLOR``; without one, progress
is plain lines.
"""

from __future__ import annotations

import os
import sys
import time

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def coloured() -> bool:
    """Whether stderr takes colours."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stderr.isatty()


def styled(text: str, *styles: str) -> str:
    """``text`` in the given styles when stderr takes colours, otherwise as it is."""
    if not coloured():
        return text
    codes = ";".join(_STYLES[style] for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m"


def result(text: str) -> None:
    """Print what the command was asked for, to stdout."""
    print(text, flush=True)


def note(text: str = "") -> None:
    """Tell the user something, on stderr."""
    print(text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    note(f"{styled('warning:', 'yellow', 'bold')} {text}")


class Steps:
    """Shows what is being done, and how long each step took. Steps may come from any thread.

    As a context manager it leaves a clean line behind, whatever happens.
    """

    def __init__(self) -> None:
        self._name: str | None = None
        self._start = 0.0
        self._handled: BaseException | None = None
        self._moving = sys.stderr.isatty()

    def step(self, name: str) -> None:
        """Begin a step; that ends the one before."""
        self.done()
        self._name, self._start = name, time.monotonic()
        self._handled = sys.exception()
        if self._moving:
            sys.stderr.write(f"{styled('..', 'dim')} {name}")
            sys.stderr.flush()
        else:
            note(f"{name} ...")

    def done(self) -> None:
        """End the current step, if there is one.

        In a ``finally`` that an exception passes through the step has failed. An exception that was
        being handled when the step began is not the step's.
        """
        if sys.exception() is not self._handled:
            self.failed()
        elif self._name is not None:
            name = self._close_line()
            note(f"{styled('ok', 'green')} {name} ({time.monotonic() - self._start:.1f} s)")

    def failed(self) -> None:
        """The current step did not succeed; the error says why."""
        if (name := self._close_line()) is not None:
            note(f"{styled('!!', 'red')} {name}")

    def _close_line(self) -> str | None:
        name, self._name = self._name, None
        if self._moving and name is not None:
            sys.stderr.write("\r\x1b[K")
        return name

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.done()
        else:
            self.failed()
