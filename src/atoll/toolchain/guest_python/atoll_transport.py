"""The wire between the guest and its host: the functions that the world imports.

The modules imported here without types are written by componentize-py when the base is built.
"""

from __future__ import annotations

import atoll_loop
from componentize_py_types import Err  # type: ignore[import-not-found]  # see above
from wit_world.imports import environment, host  # type: ignore[import-not-found]  # see above

from atoll.sdk import _host


class WitTransport:
    """Host calls through the component's imports."""

    def call(self, name: str, payload: str) -> str:
        try:
            answer: str = host.call(name, payload)
        except Err as failed:
            raise _host.error_from(failed.value) from None
        return answer

    async def call_async(self, name: str, payload: str) -> str:
        return await atoll_loop.running().host_call(name, payload)

    def log(self, level: int, message: str) -> None:
        # A lone surrogate has no UTF-8 form, and would be a trap at the border.
        if not message.isascii():
            message = message.encode("utf-8", "backslashreplace").decode()
        host.log(level, message)


def install() -> None:
    _host.install(WitTransport())


def read_environment() -> list[tuple[str, str]]:
    """The variables that the host gives to this call."""
    pairs: list[tuple[str, str]] = environment.get_environment()
    return pairs


def error(text: str) -> Exception:
    """What an export raises to answer with the error half of its result."""
    failed: Exception = Err(text)
    return failed
