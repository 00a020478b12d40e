"""How far something is that takes long, on stderr."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

from atoll.cli.console import note

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SECONDS: Final = 10.0
"""Between two lines, without a terminal."""
RATE_SECONDS: Final = 600.0
"""Of which the time that is left is estimated. A lot of texts can take a slow embedder minutes."""


class ProgressBar:
    """A bar on a terminal; without one, a line now and then, and none for what is done soon.

    Args:
        title: what is being done.
        total: when it is done; None if that is not known.
        seconds: between two lines.
    """

    def __init__(self, title: str, total: float | None, *, seconds: float = SECONDS) -> None:
        self._title = title
        self._total = total
        self._seconds = seconds
        self._said_at = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> ProgressBar:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._bar = _make_bar(self._title, self._total)
            before = sys.stderr
            self._bar[0].start()
            _log_to(sys.stderr, in_place_of=before)  # above the bar, not through it
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            before = sys.stderr
            self._bar[0].stop()
            _log_to(sys.stderr, in_place_of=before)

    def update(
        self, done: float, said: str, total: float | None = None, *, at_once: bool = False
    ) -> None:
        """Show how much is done, and what more there is to say of that.

        Args:
            done: of the total.
            said: a few words.
            total: if it is another one by now.
            at_once: whether a line is due however short ago the one before was.
        """
        self._total = self._total if total is None else total
        if self._bar is not None:
            progress, task = self._bar
            part = f"{100 * done / self._total:.0f}%" if self._total else ""
            progress.update(task, completed=done, total=self._total, said=said, part=part)
        elif at_once or time.monotonic() - self._said_at >= self._seconds:
            self._said_at = time.monotonic()
            part = f"{100 * done / self._total:.0f} %, " if self._total else ""
            note(f"{self._title}: {part}{said}")


def _log_to(stream: TextIO, *, in_place_of: TextIO) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is in_place_of:
            handler.setStream(stream)


def _make_bar(title: str, total: float | None) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[part]}", markup=False),
        TextColumn("{task.fields[said]}", markup=False),
        TimeRemainingColumn(compact=True),  # shows nothing without a total
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=RATE_SECONDS,
    )
    return progress, progress.add_task(title, total=total, said="", part="")
