"""Running the application: one process with one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from functools import partial
from types import FrameType
from typing import Any, Final, TypeVar

import uvicorn
import uvloop

from atoll.server.asgi import Application
from atoll.server.listener import BACKLOG, urls
from atoll.server.protocol import BoundedProtocol
from atoll.server.worker import Seat

GRACE: Final = 30.0
"""Seconds that calls in flight get to finish when the server stops."""

KEEP_ALIVE: Final = 75
"""Seconds that an idle connection is kept; longer than load balancers keep theirs (60)."""

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` on the event loop that the server is made for."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def serve(
    application: Application,
    sockets: Sequence[socket.socket],
    *,
    on_listening: Callable[[list[str]], None] | None = None,
    grace: float = GRACE,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or until ``stop`` is set; then let calls finish.

    A second signal cancels them, a third ends the process. Closes the application's deployments and
    the sockets.

    Args:
        sockets: from `listen`, or from the `Seat` of a worker.
        on_listening: called with the addresses as soon as requests are answered.
        grace: seconds that calls in flight get.
    """
    _spare_the_collector()
    seat = Seat.taken(os.environ)
    server = _Server(application, grace)
    shown = urls(sockets)

    def listening() -> None:
        if seat is not None:
            seat.ready()
        if on_listening is not None:
            on_listening(shown)

    server.on_listening = listening
    async with contextlib.AsyncExitStack() as stack:
        if stop is not None:
            await stack.enter_async_context(_ending_on(stop.wait(), server))
        if seat is not None:
            await stack.enter_async_context(_ending_on(seat.abandoned(), server))
            await stack.enter_async_context(seat.sharing(application.metrics))
        await server.serve(list(sockets))


def _spare_the_collector() -> None:
    """Python's garbage collector, left as it is, takes a quarter of the time of many calls at once.

    What start-up made stays, so that there is nothing to find among it, and what calls leave behind
    is freed without the collector but for the odd cycle.
    """
    gc.freeze()
    gc.set_threshold(20_000, 50, 20)


class _Server(uvicorn.Server):
    def __init__(self, application: Application, grace: float) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                loop="none",  # ours runs already
                http=BoundedProtocol,
                ws=partial(_websocket, application),  # type: ignore[arg-type]  # any callable will do
                ws_per_message_deflate=False,  # each connection would keep what it compressed
                lifespan="on",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE,
            )
        )
        # Seconds; uvicorn declares whole ones and passes them to asyncio.
        self.config.timeout_graceful_shutdown = grace  # type: ignore[assignment]  # see above
        self.on_listening: Callable[[], None] = lambda: None
        self._application = application

    def end(self) -> None:
        """Stop; called again, stop now: the calls in flight are cancelled."""
        # Not by uvicorn's force_exit, which would leave the application open.
        if self.should_exit:
            self.config.timeout_graceful_shutdown = 0
            for task in self.server_state.tasks:
                task.cancel()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # They would not end by themselves, and uvicorn waits for requests in flight.
        self._application.end_streams()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Unlike uvicorn's: a second SIGTERM counts too, and a process that was asked to stop and
        # did so ends with status 0.
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        loop = asyncio.get_running_loop()
        signals = 0

        def handle(number: int, frame: FrameType | None) -> None:
            nonlocal signals
            signals += 1
            if signals == 2:
                signal.signal(number, signal.SIG_DFL)
            loop.call_soon_threadsafe(self.end)

        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, handle) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _websocket(application: Application, **options: Any) -> asyncio.Protocol:
    """Make the protocol of one connection."""
    # Here, because the library behind it takes longer to import than an app to load.
    from atoll.server.websocket_protocol import BoundedWebSocket

    return BoundedWebSocket(**options, max_message=application.max_message)


@contextlib.asynccontextmanager
async def _ending_on(event: Coroutine[Any, Any, object], server: _Server) -> AsyncIterator[None]:
    async def end() -> None:
        await event
        server.end()

    task = asyncio.create_task(end())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
