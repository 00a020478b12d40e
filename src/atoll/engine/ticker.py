"""The epoch ticker of one native engine.

Guests check the epoch at loops and calls; each tick they give their thread back. The tick comes
from a POSIX timer whose notification *is* ``wasmtime_engine_increment_epoch``: no Python, no GIL.
(A Python thread needs the GIL for every tick, and the fight for it with a thread that releases it
at every poll made each call a quarter slower; and a thread that hogs the GIL would stop the clock
that is to stop hostile guests.)

The timer runs only while executions are alive: an idle server should not wake up 250 times a
second. A thread that looks once a second turns it off.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
import time
from ctypes import c_int, c_long, c_size_t, c_uint8, c_void_p
from typing import Any

from atoll.engine import _capi
from atoll.engine.errors import EngineError

_libc = ctypes.CDLL(None, use_errno=True)
_CLOCK_MONOTONIC = 1
_SIGEV_THREAD = 2
_IDLE_AFTER = 1.0


class _Sigevent(ctypes.Structure):
    """``struct sigevent`` of glibc on x86-64."""

    _fields_ = (
        ("value", c_size_t),
        ("signal", c_int),
        ("notify", c_int),
        ("function", c_size_t),
        ("attributes", c_size_t),
        ("padding", c_uint8 * 32),
    )


class _Timespecs(ctypes.Structure):
    """``struct itimerspec``."""

    _fields_ = (
        ("interval_seconds", c_long),
        ("interval_nanoseconds", c_long),
        ("first_seconds", c_long),
        ("first_nanoseconds", c_long),
    )


#: Engines whose timer is gone, with when: a last notification may still be about to run, so the
#: memory it writes to stays a little longer.
_graveyard: list[tuple[float, Any]] = []
_KEEP_DEAD = 1.0


class Ticker:
    """Ticks ``engine`` (the C pointer; ``owner`` keeps it alive) every ``tick`` seconds."""

    def __init__(self, engine: int, owner: Any, tick: float) -> None:
        _bury()
        self._engine = engine
        self._owner = owner
        self._tick = tick
        self._timer: c_void_p | None = None
        self._process = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        #: Executions entered and not left; kept by them.
        self.alive = 0
        #: Whether the next execution must call :meth:`wake`; read without a lock on every call.
        self.asleep = True

    def wake(self) -> None:
        """Start ticking, if not already. Raises :class:`EngineError` once closed."""
        with self._lock:
            if self._closed:
                raise EngineError("The engine is closed.", code="ENGINE_CLOSED")
            if self._timer is None:
                self._create()
            self.asleep = False
            self._set(self._tick)
        self._wake.set()

    def _create(self) -> None:
        event = _Sigevent(value=self._engine, notify=_SIGEV_THREAD, function=_capi.INCREMENT_EPOCH)
        timer = c_void_p()
        if _libc.timer_create(_CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)):
            raise EngineError(
                f"No timer can be made on this host: {os.strerror(ctypes.get_errno())}.",
                code="NO_TIMER",
            )
        self._timer = timer
        threading.Thread(target=self._watch, name="atoll-engine-ticker", daemon=True).start()

    def _set(self, period: float) -> None:
        seconds, rest = divmod(round(period * 1e9), 10**9)
        spec = _Timespecs(seconds, rest, seconds, rest)
        _libc.timer_settime(self._timer, 0, ctypes.byref(spec), None)

    def _watch(self) -> None:
        while True:
            self._wake.wait()
            time.sleep(_IDLE_AFTER)
            with self._lock:
                if self._closed:
                    return
                if self.alive:
                    continue
                # In this order, so that an execution starting meanwhile either sees `asleep` and
                # wakes us, or is seen here.
                self._wake.clear()
                self.asleep = True
                if self.alive:
                    self.asleep = False
                    self._wake.set()
                else:
                    self._set(0)

    def pause(self) -> bool:
        """Before a fork: no tick may be under way in it, since the C library's thread that makes
        ticks holds a lock meanwhile, which the child would never get. Whether there were ticks."""
        with self._lock:
            ticking = self._timer is not None and not self.asleep
            if ticking:
                self._set(0)
            return ticking

    def resume(self) -> None:
        """In the parent, after a fork."""
        with self._lock:
            if self._timer is not None and not self.asleep:
                self._set(self._tick)

    def after_fork(self) -> None:
        """In the child: timers and threads did not come along."""
        self._timer = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self.asleep = True
        self.alive = 0

    def close(self) -> None:
        """Stop for good."""
        with self._lock:
            self._closed = True
            self.asleep = True
            timer, self._timer = self._timer, None
            if timer is not None:
                _libc.timer_delete(timer)
                _graveyard.append((time.monotonic(), self._owner))
        self._wake.set()
        _bury()


def _bury() -> None:
    with contextlib.suppress(IndexError):
        while _graveyard and _graveyard[0][0] < time.monotonic() - _KEEP_DEAD:
            _graveyard.pop(0)
