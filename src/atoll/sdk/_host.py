"""The one place where the SDK talks to its host.

Inside a guest the runtime installs a transport before any app code runs. Outside there is none,
unless a test installs one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Protocol

from atoll.sdk.errors import HostError, HostUnavailable

LEVELS = ("stdout", "stderr", "trace", "debug", "info", "warning", "error", "fatal")


class Transport(Protocol):
    """Carries host calls; payloads and answers are JSON texts. Calls raise ``HostError``."""

    def call(self, name: str, payload: str) -> str: ...

    async def call_async(self, name: str, payload: str) -> str: ...

    def log(self, level: int, message: str) -> None: ...


class _NoHost:
    def call(self, name: str, payload: str) -> str:
        raise HostUnavailable(name)

    async def call_async(self, name: str, payload: str) -> str:
        raise HostUnavailable(name)

    def log(self, level: int, message: str) -> None:
        print(f"{LEVELS[level]}: {message}", file=sys.stderr)


_transport: Transport = _NoHost()


def install(transport: Transport | None) -> Transport:
    """Send host calls through ``transport`` (None: refuse them), and return the one before."""
    global _transport
    before, _transport = _transport, transport or _NoHost()
    return before


Number = Callable[[str], Any]
"""Makes a number with a fraction or an exponent of its text."""


def call(name: str, payload: object, number: Number | None = None) -> Any:
    """Do one host operation, and wait for it."""
    return json.loads(_transport.call(name, encode(payload)), parse_float=number)


async def call_async(name: str, payload: object, number: Number | None = None) -> Any:
    """Do one host operation while other tasks run."""
    return json.loads(await _transport.call_async(name, encode(payload)), parse_float=number)


def call_text(name: str, payload: str) -> str:
    """Do one host operation, with JSON text both ways, and wait for it."""
    return _transport.call(name, payload)


async def call_text_async(name: str, payload: str) -> str:
    """The same while other tasks run."""
    return await _transport.call_async(name, payload)


def log(level: int, message: str) -> None:
    """Write to the host's log; levels are the indices of ``LEVELS``."""
    _transport.log(level, message)


def encode(value: object) -> str:
    """JSON as it crosses the border: raw text, no spaces, no NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return encodable(text)


def encodable(text: str) -> str:
    """JSON text that crosses the border, whatever characters are in it."""
    # A lone surrogate has no UTF-8 form; JSON can still say it, by an escape.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def error_from(text: str) -> HostError:
    """Read the host's error (``{"code", "message", "hint", "details"}``)."""
    try:
        error = json.loads(text)
        return HostError(error["code"], error["message"], error.get("hint"), error.get("details"))
    except (ValueError, TypeError, KeyError, AttributeError):
        return HostError("HOST_ERROR", text or "the host gave no reason")
