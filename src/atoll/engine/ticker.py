"""The epoch ticker: one daemon thread per engine.

It advances the epoch of every native engine each tick while executions are alive, and sleeps when
there are none: an idle server should not wake up 250 times a second.
"""

from __future__ import annotations

import threading
import time

from atoll.engine import _capi

_IDLE_TICKS = 50


class Ticker:
    def __init__(self, tick: float) -> None:
        self._tick = tick
        self._engines: tuple[int, ...] = ()
        self._wake = threading.Event()
        self._closed = False
        self._idle_for = 0
        self._thread: threading.Thread | None = None
        #: Whether the next execution must call :meth:`wake`; read without a lock on every call.
        self.asleep = True
        self.alive = 0

    def add(self, engine: int) -> None:
        """Tick this native engine (a pointer that stays valid) from now on."""
        self._engines += (engine,)

    def wake(self) -> None:
        """Start ticking, if not already."""
        self.asleep = False
        self._idle_for = 0
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="atoll-engine-ticker", daemon=True
            )
            self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            time.sleep(self._tick)
            for engine in self._engines:
                _capi.increment_epoch(engine)
            if self.alive:
                self._idle_for = 0
                continue
            self._idle_for += 1
            if self._idle_for < _IDLE_TICKS:
                continue
            # Order: clear, then say so, then look again, so that an execution that starts
            # meanwhile either sees `asleep` and wakes us, or is seen here.
            self._wake.clear()
            self.asleep = True
            if not self.alive:
                self._wake.wait()
            self.asleep = False

    def close(self) -> None:
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
