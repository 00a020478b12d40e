"""Serving with several processes: the parent that owns the sockets and keeps workers alive.

The parent opens the listening sockets once and every worker accepts from them: while a worker is
being replaced, connections wait in the queue or go to the others. The parent itself serves nothing,
so that no request can bring it down.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from atoll.server.errors import ServerError
from atoll.server.listener import close, urls
from atoll.server.serve import GRACE
from atoll.server.shared_metrics import retire
from atoll.server.worker import VARIABLE, Seat

FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 10.0
"""Seconds before a worker that died is replaced; doubled each time it dies young."""

YOUNG: Final = 30.0
"""Seconds after which a worker's death says nothing about its successor."""

KILL_AFTER: Final = 10.0
"""Seconds beyond the grace that a worker gets before it is killed."""

log = logging.getLogger("atoll.server")


class Supervisor:
    """Keeps ``count`` workers running. Process lifetime; runs an event loop of its own.

    Args:
        command: starts a worker: a program that calls `serve` with the sockets of its `Seat`.
        sockets: from `listen`; closed at the end.
        on_listening: called with the addresses as soon as the first worker answers requests.
        grace: seconds that calls in flight get at the end; the workers' own `serve` keeps it.
    """

    def __init__(
        self,
        command: Sequence[str],
        count: int,
        sockets: Sequence[socket.socket],
        *,
        on_listening: Callable[[list[str]], None] | None = None,
        grace: float = GRACE,
    ) -> None:
        self._command = list(command)
        self._count = count
        self._sockets = list(sockets)
        self._on_listening = on_listening
        self._grace = grace
        self._workers: set[asyncio.subprocess.Process] = set()
        self._signals = 0
        self._listening = False
        self._stopping = asyncio.Event()
        self._failure: ServerError | None = None
        self._directory = Path()

    def run(self) -> None:
        """Serve until SIGINT, SIGTERM or SIGHUP. Raises `ServerError` when no worker can start."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="atoll-metrics-"))
        loop = asyncio.get_running_loop()
        handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in handled:
            loop.add_signal_handler(number, self._signalled)
        try:
            async with asyncio.TaskGroup() as group:
                ending = group.create_task(self._end())
                keepers = [group.create_task(self._keep()) for _ in range(self._count)]
                await asyncio.wait(keepers)
                ending.cancel()
        finally:
            for number in handled:
                loop.remove_signal_handler(number)
            close(self._sockets)
            shutil.rmtree(self._directory, ignore_errors=True)
        if self._failure is not None:
            raise self._failure

    def _signalled(self) -> None:
        self._signals += 1
        self._stopping.set()
        # Workers count signals as well: the second makes them cancel their calls.
        self._tell(signal.SIGTERM if self._signals < 3 else signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for worker in self._workers:
            with contextlib.suppress(ProcessLookupError):
                worker.send_signal(number)

    async def _end(self) -> None:
        await self._stopping.wait()
        close(self._sockets)  # with the workers' own copies this refuses new connections
        await asyncio.sleep(self._grace + KILL_AFTER)
        log.error("Workers did not end in time and are killed.")
        self._tell(signal.SIGKILL)

    async def _keep(self) -> None:
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            started = time.monotonic()
            status = await self._one_worker()
            if self._stopping.is_set():
                return
            if not self._listening:
                self._failure = ServerError(
                    "WORKER_FAILED",
                    f"A worker ended before it could serve ({_ending(status)}).",
                    "Its own message stands above. Without --workers the same error shows alone.",
                )
                self._stopping.set()
                self._tell(signal.SIGTERM)
                return
            if time.monotonic() - started > YOUNG:
                delay = FIRST_DELAY
            log.error(
                "A worker died and is replaced.",
                extra={"fields": {"ending": _ending(status), "delay_seconds": delay}},
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(2 * delay, LONGEST_DELAY)

    async def _one_worker(self) -> int:
        """Start a worker, and wait for its end. Returns its status, negative for a signal."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                worker = await self._start(theirs)
            self._workers.add(worker)
            if self._stopping.is_set():  # came while it was being started
                worker.send_signal(signal.SIGTERM)
            readiness = asyncio.create_task(self._await_ready(ours))
            try:
                return await worker.wait()
            finally:
                readiness.cancel()
                self._workers.discard(worker)
                if worker.returncode is None:
                    worker.kill()
                retire(self._directory, worker.pid)

    async def _start(self, lifeline: socket.socket) -> asyncio.subprocess.Process:
        listening = tuple(each.fileno() for each in self._sockets)
        seat = Seat(listening, lifeline.fileno(), str(self._directory))
        return await asyncio.create_subprocess_exec(
            *self._command,
            env={**os.environ, VARIABLE: msgspec.json.encode(seat).decode()},
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=(*listening, lifeline.fileno()),
            # Ctrl-C goes to the terminal's whole foreground group; workers hear of it from us.
            process_group=0,
        )

    async def _await_ready(self, ours: socket.socket) -> None:
        said = await asyncio.get_running_loop().sock_recv(ours, 1)
        if said and not self._listening:
            self._listening = True
            if self._on_listening is not None:
                self._on_listening(urls(self._sockets))


def _ending(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
