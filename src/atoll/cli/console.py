"""Where the command line writes: results to stdout, everything else to stderr.

Colour and moving progress only on a terminal, and never with ``NO_COLOR``; without one, progress
is plain lines.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that something takes its time, and how long it took once it is done."""
    start = time.monotonic()
    if coloured() and sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(f"{title} ..."):
            yield
    else:
        note(f"{title} ...")
        yield
    note(f"{styled('done', 'green')}  {title} ({time.monotonic() - start:.1f} s)")
