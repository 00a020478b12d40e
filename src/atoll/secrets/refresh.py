"""Following what providers have while an app runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection
from typing import Final

from atoll.secrets.sources import SecretSources

LOOK: Final = 1.0
"""Seconds between looks at providers that can tell cheaply that something changed."""

_logger = logging.getLogger(__name__)

OnChange = Callable[[dict[str, str]], None]


class SecretsRefresher:
    """Asks providers again and again; an async context manager, of one event loop.

    Args:
        sources: loaded before.
        on_change: called on the event loop with all variables, whenever one changed. When it
            raises, that is logged.
        seconds: between questions to providers that cannot tell cheaply that something changed.
        look: between questions to the others.
        besides: names of providers that somebody else follows.
    """

    def __init__(
        self,
        sources: SecretSources,
        on_change: OnChange,
        seconds: float,
        *,
        look: float = LOOK,
        besides: Collection[str] = (),
    ) -> None:
        self._sources = sources
        self._on_change = on_change
        self._seconds = seconds
        self._look = min(look, seconds)
        self._besides = besides
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> SecretsRefresher:
        self._loop = asyncio.get_running_loop()
        # A daemon, which nobody waits for: the end of the server must not wait for a provider
        # that does not answer, as it would for threads of asyncio.to_thread.
        threading.Thread(target=self._follow, name="atoll-secrets", daemon=True).start()
        return self

    async def __aexit__(self, *error: object) -> None:
        self._stop.set()

    def _follow(self) -> None:
        asked = time.monotonic()
        while not self._stop.wait(self._look):
            due = time.monotonic() - asked >= self._seconds
            if due:
                asked = time.monotonic()
            if self._sources.refresh(everything=due, besides=self._besides):
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    assert self._loop is not None
                    self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        if self._stop.is_set():
            return
        try:
            self._on_change(self._sources.environ())
        except Exception as error:
            # Errors of ours are made to be shown; what others say may hold a value.
            told, hint = hasattr(error, "code"), getattr(error, "hint", None)
            fields = {"reason": str(error) if told else type(error).__name__}
            if told and hint:
                fields["hint"] = hint
            _logger.error("Changed secrets cannot be used.", extra={"fields": fields})
