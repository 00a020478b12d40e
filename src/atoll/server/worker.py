"""A worker process's side of serving with several processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from atoll.server.metrics import Metrics
from atoll.server.shared_metrics import SharedMetrics

VARIABLE: Final = "ATOLL_WORKER"
"""Set by the supervisor for its workers; never by users."""


class Seat(msgspec.Struct, frozen=True):
    """What a worker got from its supervisor: file descriptors, and where metrics are shared."""

    sockets: tuple[int, ...]
    """Listening sockets, shared with the other workers."""
    lifeline: int
    """A socket to the supervisor; it ends when the supervisor does."""
    metrics: str
    """A private directory."""

    @classmethod
    def taken(cls, environ: Mapping[str, str]) -> Seat | None:
        """The seat of this process; None if it is no worker."""
        text = environ.get(VARIABLE)
        return msgspec.json.decode(text, type=cls) if text else None

    def listening(self) -> list[socket.socket]:
        """The sockets to serve on."""
        sockets = [socket.socket(fileno=number) for number in self.sockets]
        for each in sockets:
            each.setblocking(False)
        return sockets

    def ready(self) -> None:
        """Tell the supervisor that this worker answers requests."""
        with contextlib.suppress(OSError):
            os.write(self.lifeline, b"r")

    async def abandoned(self) -> None:
        """Return when the supervisor is gone."""
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        # The supervisor never writes: readable means closed.
        loop.add_reader(self.lifeline, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self.lifeline)

    @contextlib.asynccontextmanager
    async def sharing(self, metrics: Metrics) -> AsyncIterator[None]:
        """Share this worker's figures with the others, and theirs with it."""
        shared = SharedMetrics(Path(self.metrics), os.getpid())
        metrics.peers = shared.others
        task = asyncio.create_task(shared.keep_published(metrics))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
