"""The host's side of one call of an app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from atoll.host.calls import HostCalls
from atoll.host.context import Context
from atoll.host.streams import Streams


class CallHost:
    """See ``guest.guest.HostSide``. Made when the guest first asks for something: most do not.

    Args:
        context: makes what the call's operations may touch.
        payload_limit: bytes of UTF-8 that arguments and result may have.
    """

    __slots__ = ("_context", "calls", "payload_limit")

    def __init__(self, context: Callable[[], Context], payload_limit: int) -> None:
        self._context = context
        self.payload_limit = payload_limit
        self.calls: HostCalls | None = None

    def _open(self) -> HostCalls:
        if self.calls is None:
            self.calls = HostCalls(self._context())
        return self.calls

    @property
    def streams(self) -> Streams:
        return self._open().streams

    def call(self, name: str, payload: str) -> Awaitable[tuple[bool, str]]:
        return self._open().call(name, payload)

    def run_import(self, name: str, arguments: Sequence[Any]) -> Awaitable[Any]:
        return self._open().run_import(name, arguments)

    def refuse_result(self, name: str, reason: str) -> None:
        self._open().refuse_result(name, reason)
