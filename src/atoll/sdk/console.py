"""Log lines by level, and timers, like a browser's ``console``.

What is logged as an error reaches the API's client beside the function's value; all other levels
are for the app's log.
"""

from __future__ import annotations

from time import perf_counter

from atoll.sdk import _host
from atoll.sdk._logging import DEBUG, ERROR, INFO, WARNING

_timers: dict[str, float] = {}


def log(message: object) -> None:
    """Log at level info."""
    _host.log(INFO, str(message))


def debug(message: object) -> None:
    _host.log(DEBUG, str(message))


def info(message: object) -> None:
    _host.log(INFO, str(message))


def warn(message: object) -> None:
    _host.log(WARNING, str(message))


def error(message: object) -> None:
    """Log an error. The client sees it; the function goes on."""
    _host.log(ERROR, str(message))


def assert_(condition: object, message: object = "") -> None:
    """Log an error unless the condition holds."""
    if not condition:
        error(f"Assertion failed: {message}" if message else "Assertion failed")


def time(label: str = "default") -> None:
    """Start a timer."""
    if label in _timers:
        warn(f"Label '{label}' already exists for console.time")
        return
    _timers[label] = perf_counter()


def time_log(label: str = "default") -> None:
    """Log how long a timer runs by now."""
    started = _timers.get(label)
    if started is None:
        warn(f"No such label '{label}' for console.time_log")
        return
    info(f"{label}: {(perf_counter() - started) * 1000:.3f}ms")


def time_end(label: str = "default") -> None:
    """Log how long a timer ran, and drop it."""
    time_log(label)
    _timers.pop(label, None)
