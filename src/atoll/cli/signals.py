"""Being told to end: by SIGTERM and by SIGHUP as by Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from atoll.cli.failure import INTERRUPTED

_HANDLED = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ending_cleanly() -> Iterator[None]:
    """Have these signals end what runs inside as SIGINT does, so that it stops the processes and
    removes the files that it made. Raises SystemExit with the status that shells give the signal.

    Whoever handles them inside does so instead.
    """
    came: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        came.append(number)
        interrupt = signal.getsignal(signal.SIGINT)  # an event loop puts its own there
        if not callable(interrupt):  # ignored, as in a shell's background job
            raise KeyboardInterrupt
        interrupt(signal.SIGINT, frame)

    for number in _HANDLED:
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, handle)
    try:
        yield
    except SystemExit as ending:
        if came and ending.code == INTERRUPTED:
            raise SystemExit(128 + came[-1]) from None
        raise
