"""The store of an app's collections while the app runs: opened when first needed, reached from
threads, kept in order in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from atoll.collections.backend import Backend
from atoll.collections.builds import Builds
from atoll.collections.embedding import EmbedderCall
from atoll.collections.errors import CollectionError
from atoll.collections.generations import Generations
from atoll.collections.upkeep import Upkeep
from atoll.manifest import Collection

_log = logging.getLogger("atoll.collections")

READERS: Final = 8
WRITERS: Final = 16
"""Threads; writers mostly wait for the disk, together."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open store, and what goes on about it."""

    backend: Backend
    generations: Generations
    upkeep: Upkeep


class StoreInUse:
    """App lifetime; of one event loop. See `Collections` for the arguments."""

    def __init__(
        self,
        collections: Mapping[str, Collection],
        open_backend: Callable[[], Backend],
        call: EmbedderCall,
        builds: Builds | None,
    ) -> None:
        self._collections = collections
        self._open_backend = open_backend
        self._call = call
        self._builds = builds
        self._opened: Opened | None = None
        self._opening: asyncio.Task[Opened] | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="atoll-collections")
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="atoll-collections-write")
        self._closed = False
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Open it soon, though nobody needs it yet, and embed anew what is to be."""
        if not self._closed:
            self._starting = asyncio.get_running_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            (await self.opened()).upkeep.start_embedding()
        except CollectionError as error:  # whoever needs it tries again
            fields = {"code": error.code, "hint": error.hint or ""}
            _log.error(error.message, extra={"fields": fields})

    async def close(self) -> None:
        """End what is being done, and close it."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._opening is not None:
            await asyncio.wait([self._opening])
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.upkeep.close()
            await opened.generations.close()
            await asyncio.to_thread(opened.backend.close)
        self._readers.shutdown(wait=False)
        self._writers.shutdown(wait=False)

    async def opened(self) -> Opened:
        """Raises CollectionError: it cannot be opened."""
        if self._opened is not None:
            return self._opened
        if self._closed:
            raise CollectionError("STORE_UNAVAILABLE", "the app is being closed")
        if self._opening is None or self._opening.done():
            self._opening = asyncio.get_running_loop().create_task(self._open())
        # It goes on if whoever waits for it leaves: what is opened is to be closed.
        return await asyncio.shield(self._opening)

    async def _open(self) -> Opened:
        if (builds := self._builds) is not None:
            await self._in_writer(lambda: builds.id)  # which is made of all its code, once
        backend = await self._in_writer(self._open_backend)
        upkeep = Upkeep(backend, self._collections)
        generations = Generations(backend, self._call, self._builds, self._in_writer, upkeep.wake)
        upkeep.start(generations)
        if self._starting is not None:
            upkeep.start_embedding()
        self._opened = Opened(backend, generations, upkeep)
        return self._opened

    async def read(self, work: Callable[[Backend], Result]) -> Result:
        """What ``work`` gives, in a thread."""
        backend = (await self.opened()).backend
        return await asyncio.get_running_loop().run_in_executor(self._readers, work, backend)

    async def write(self, work: Callable[[Backend], Result]) -> Result:
        """What ``work`` gives, in a thread where it may wait."""
        backend = (await self.opened()).backend
        return await asyncio.get_running_loop().run_in_executor(self._writers, work, backend)

    async def _in_writer(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._writers, work)
