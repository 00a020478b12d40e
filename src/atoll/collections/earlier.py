"""Earlier builds of an app, run beside the present one while vectors that they made are needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from atoll.collections.backend import Backend
from atoll.collections.builds import Builds, EarlierBuild
from atoll.collections.embedding import Embedder

_log = logging.getLogger("atoll.collections")

PATIENCE: Final = 10.0
"""Seconds until a build that has begun something must have been kept."""
GRACE: Final = 30.0
"""Seconds that a build runs on when it is not needed any more: somebody may be about to ask it."""


@dataclass(slots=True)
class _Running:
    opening: asyncio.Task[EarlierBuild | None]
    embedders: dict[str, Embedder] = field(default_factory=dict)


class EarlierBuilds:
    """Those of one app. App lifetime; of one event loop.

    Args:
        backend: where they are kept.
        builds: runs them.
        in_thread: runs what blocks.
    """

    def __init__(
        self,
        backend: Backend,
        builds: Builds,
        in_thread: Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]],
    ) -> None:
        self._backend = backend
        self._builds = builds
        self._in_thread = in_thread
        self._running: dict[str, _Running] = {}
        self._ending = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()

    async def embedder(self, build: str, name: str, *, patient: bool) -> Embedder | None:
        """An embedder of a build, or None if it cannot be run.

        Args:
            patient: whether the build is a new one, that may be about to be kept.
        """
        running = self._running.get(build)
        if running is None:
            opening = asyncio.get_running_loop().create_task(self._open(build, patient))
            running = self._running[build] = _Running(opening)
        # It goes on if whoever waits for it leaves.
        opened = await asyncio.shield(running.opening)
        if opened is None:
            return None
        if name not in running.embedders:
            running.embedders[name] = Embedder(name, opened.call)
        return running.embedders[name]

    def runs(self, build: str) -> bool:
        return build in self._running

    def keep_only(self, builds: Collection[str]) -> None:
        """End the other ones soon."""
        for id in self._running.keys() - builds:
            leaving = asyncio.get_running_loop().create_task(self._leave(self._running.pop(id)))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """End all."""
        self._ending.set()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for running in tuple(self._running.values()):
            await _end(running)

    async def _open(self, id: str, patient: bool) -> EarlierBuild | None:
        try:
            content = await self._content(id, PATIENCE if patient else 0)
        except BaseException:
            self._running.pop(id, None)
            raise
        if content is None:
            self._running.pop(id, None)  # it may be kept later
            return None
        try:
            opened: EarlierBuild = await self._in_thread(lambda: self._builds.open(content))
        except Exception as error:
            _log.warning(
                "The build that made the vectors cannot be run any more.",
                extra={"fields": {"build": id, "detail": str(error)}},
            )
            return None
        return opened

    async def _content(self, id: str, seconds: float) -> bytes | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            content: bytes | None = await self._in_thread(lambda: self._backend.build(id))
            if content is not None or loop.time() >= end or self._ending.is_set():
                return content
            await asyncio.sleep(0.1)

    async def _leave(self, running: _Running) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._ending.wait()
        for embedder in running.embedders.values():
            await self._finished(embedder)
        await _end(running)

    async def _finished(self, embedder: Embedder) -> None:
        while True:
            if self._ending.is_set() or not embedder.busy:
                return
            await asyncio.sleep(0.1)


async def _end(running: _Running) -> None:
    for embedder in running.embedders.values():
        await embedder.close()
    (found,) = await asyncio.gather(running.opening, return_exceptions=True)
    if isinstance(found, EarlierBuild):
        await found.close()
