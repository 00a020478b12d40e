"""The wire between the SDK and the host: the two functions that the world imports."""

from __future__ import annotations

import atoll_loop
from componentize_py_types import Err  # type: ignore[import-not-found]  # generated with the base
from wit_world.imports import host  # type: ignore[import-not-found]  # generated with the base

from atoll.sdk import _host


class WitTransport:
    """Host calls through the component's imports."""

    def call(self, name: str, payload: str) -> str:
        try:
            answer: str = host.call(name, payload)
        except Err as error:
            raise _host.error_from(error.value) from None
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
