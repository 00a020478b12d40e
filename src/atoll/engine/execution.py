"""One call's life: a fresh instance on a fiber, driven by asyncio.

The task that awaits :meth:`Execution.call` owns the guest's future. Polling it runs the guest until
it finishes or suspends; wasmtime polls with a waker that does nothing, so *we* decide when to poll,
and do so only when there is something to go on with. A poll that comes back unfinished means one
of two things:

* a host function left an awaitable in ``_pending``: await it here, store its result where the guest
  expects it, set the flag that the continuation reads, poll again;
* the epoch went by: the guest is computing. If it has really had its slice, it continues on a
  worker thread (:mod:`atoll.engine.workers`) until it finishes or calls the host.

Rules that keep the process alive, each with a test in ``tests/engine/test_pitfalls.py``:

* a future is never polled after it said it is finished, and never deleted while a worker polls it;
* futures are deleted (which unwinds the fiber) before their store;
* a host callback writes a *ready* continuation before anything that can fail.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading
import time
from collections.abc import Awaitable, Callable
from ctypes import c_uint8, c_uint64
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from atoll.engine import _capi
from atoll.engine.core_types import MAX_VALUES
from atoll.engine.errors import DeadlineExceeded, EngineError
from atoll.engine.limits import Limits
from atoll.engine.traps import trap
from atoll.engine.workers import Job

if TYPE_CHECKING:
    from atoll.engine.engine import Engine

T = TypeVar("T")

#: Seconds. A guest that yields before it had this much is polled once more on the loop: moving to
#: a worker costs more than most calls have left.
SHORT_SLICE = 0.001


class Block(ctypes.Structure):
    """The C memory of one execution: out-parameters, the function being called, values, the
    continuation and its flag. Recycled: allocating and typing it costs more than a poll."""

    _fields_ = (
        ("instance", c_uint64 * 2),
        ("trap", c_uint64),
        ("error", c_uint64),
        ("memory", c_uint8 * _capi.EXTERN),
        ("function", c_uint8 * _capi.EXTERN),
        ("arguments", c_uint8 * (_capi.VAL * MAX_VALUES)),
        ("results", c_uint8 * (_capi.VAL * MAX_VALUES)),
        ("continuation", c_uint64 * 3),
        ("flag", c_uint64),
    )

    address: int
    continuation_at: int

    def __init__(self) -> None:
        super().__init__()
        self.address = ctypes.addressof(self)
        self.continuation_at = self.address + CONTINUATION
        self.continuation[0] = _capi.FLAG_IS_SET
        self.continuation[1] = self.address + FLAG


TRAP: int = Block.trap.offset
ERROR: int = Block.error.offset
MEMORY: int = Block.memory.offset
FUNCTION: int = Block.function.offset
ARGUMENTS: int = Block.arguments.offset
RESULTS: int = Block.results.offset
CONTINUATION: int = Block.continuation.offset
FLAG: int = Block.flag.offset


class _Current(threading.local):
    """The execution being polled on this thread: how a host callback finds its own."""

    execution: Any = None


current = _Current()


class Pending:
    """A host call the guest waits for. ``finish`` stores its value for the guest."""

    __slots__ = ("awaitable", "finish")

    def __init__(self, awaitable: Any, finish: Callable[[Any], None]) -> None:
        # What the host function returned; if it is no awaitable, awaiting it says so.
        self.awaitable: Awaitable[Any] = awaitable
        self.finish = finish

    def drop(self) -> None:
        """The guest is gone: end the coroutine without running it."""
        close = getattr(self.awaitable, "close", None) or getattr(self.awaitable, "cancel", None)
        if close is not None:
            with contextlib.suppress(Exception):
                close()


class Execution:
    """A fresh instance, for one call (or a few in sequence). An async context manager: entering
    waits for a free slot and instantiates, leaving drops the instance.

    Not to be shared between tasks: one call at a time.
    """

    __slots__ = (
        "__weakref__", "_address", "_block", "_context", "_cpu_limit", "_dead", "_engine",
        "_failure", "_future", "_has_slot", "_pending", "_slice", "_slots", "_started", "_store",
        "cpu_used", "data", "limits",
    )  # fmt: skip

    def __init__(self, engine: Engine, limits: Limits, data: object) -> None:
        self.data = data
        self.limits = limits
        #: Seconds of guest computing so far.
        self.cpu_used = 0.0
        self._cpu_limit = limits.cpu
        self._slice = 0.0
        self._engine = engine
        self._slots = engine.core_slots
        self._started = 0.0
        self._has_slot = False
        self._store = 0
        self._context = 0
        self._future = 0
        self._block: Block
        self._address = 0
        self._pending: Pending | None = None
        self._failure: BaseException | None = None
        self._dead = False

    # Entering and leaving -----------------------------------------------------------------------

    async def __aenter__(self) -> Any:
        if self._store or self._dead:
            raise EngineError("An execution can be entered once.", code="EXECUTION_USED")
        self._started = time.monotonic()
        if not self._slots.try_acquire():
            await self._within_wall(self._slots.acquire())
        self._has_slot = True
        try:
            engine = self._engine
            engine.enter()
            self._block = engine.take_block()
            self._address = self._block.address
            self._store = self._new_store()
            self._context = context = _capi.store_context(self._store)
            # Both: the second alone leaves the first deadline in the past.
            _capi.set_epoch_deadline(context, 1)
            _capi.yield_on_epoch(context, 1)
            await self._run(self._instantiate())
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def __del__(self) -> None:
        if getattr(self, "_has_slot", False):
            self._close()

    def _close(self) -> None:
        """Free everything; order matters. Also runs half-way through entering."""
        self._dead = True
        if self._future:
            _capi.future_delete(self._future)
            self._future = 0
        if self._pending is not None:
            self._pending.drop()
            self._pending = None
        self._failure = None
        if self._store:
            _capi.store_delete(self._store)
            self._store = 0
        if self._address:
            block = self._block
            self._address = 0
            if block.trap or block.error:  # of a future that was deleted, so nobody took it
                self._take_failure()
            del self._block
            self._engine.give_block(block)
        if self._has_slot:
            self._has_slot = False
            self._engine.leave()
            self._slots.release()

    def _new_store(self) -> int:
        raise NotImplementedError

    def _instantiate(self) -> int:
        """Start instantiation: the future."""
        raise NotImplementedError

    # Running ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._dead or not self._store:
            raise EngineError("The instance is gone.", code="EXECUTION_OVER")
        if self._future:
            raise EngineError("The instance is already running a call.", code="EXECUTION_BUSY")

    async def _run(self, future: int) -> None:
        """Drive ``future`` to its end. Afterwards it is deleted, or the instance is dead."""
        self._future = future
        try:
            if not self._poll(future):
                await self._drive(future)
            self._future = 0
            _capi.future_delete(future)
            block = self._block
            if block.trap or block.error:
                raise self._take_failure()
        except BaseException:
            self._dead = True
            if self._future:  # unwinds the fiber
                self._future = 0
                _capi.future_delete(future)
            raise

    def _poll(self, future: int) -> bool:
        """One slice on this thread. True when finished."""
        current.execution = self
        before = time.thread_time()
        finished: bool = _capi.future_poll(future)
        self._slice = used = time.thread_time() - before
        self.cpu_used += used
        return finished

    async def _drive(self, future: int) -> None:
        """Go on with a future whose first poll came back unfinished."""
        moved = False
        while True:
            pending = self._pending
            if pending is not None:
                value = await self._within_wall(pending.awaitable)
                self._pending = None
                pending.finish(value)
                self._resume()
                moved = False
                if self._poll(future):
                    return
            elif self.cpu_used > self._cpu_limit:
                raise DeadlineExceeded("cpu", self.limits.cpu)
            elif not moved and self._slice < SHORT_SLICE:
                moved = True  # a tick fell right at the start: not the guest's fault, but only once
                if self._poll(future):
                    return
            elif await self._compute(future):
                return

    def _resume(self) -> None:
        """Make the continuation ready, with a whole slice ahead: the epoch went on meanwhile."""
        self._block.flag = 1
        _capi.set_epoch_deadline(self._context, 1)

    async def _compute(self, future: int) -> bool:
        """Go on with a computing guest on a worker, until it finishes (true) or calls the host."""
        job = Job(self, future, asyncio.get_running_loop())
        self._engine.workers.submit(job)
        try:
            await self._within_wall(asyncio.shield(job.done))
        except BaseException:
            await self._take_back(job)
            raise
        if job.error is not None:
            raise job.error
        return job.finished

    async def _take_back(self, job: Job) -> None:
        """Get a job off its worker, whatever happens to this task meanwhile: the future may be
        deleted only when nobody polls it. Takes at most a tick."""
        self._engine.workers.cancel(job)
        while not job.done.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([job.done])
        if job.finished:
            self._future = 0
            _capi.future_delete(job.future)

    async def _within_wall(self, awaitable: Awaitable[T]) -> T:
        """Await, until the wall deadline."""
        left = self._started + self.limits.wall - time.monotonic()
        timeout = asyncio.timeout(left)
        try:
            async with timeout:
                return await awaitable
        except TimeoutError:
            if timeout.expired():
                raise DeadlineExceeded("wall", self.limits.wall) from None
            raise

    # What a host callback does ------------------------------------------------------------------

    def fail(self, error: BaseException) -> None:
        """Remember what a host function raised, to be raised again out of :meth:`call`."""
        if self._failure is None:
            self._failure = error

    def _take_failure(self) -> BaseException:
        """The reason why the guest stopped, freeing what wasmtime gave for it."""
        return self._failure_of(self._block)

    def _failure_of(self, block: Any) -> BaseException:
        code: int | None = None
        if block.trap:
            code, text = _capi.take_trap(block.trap)
            block.trap = 0
        else:
            text = _capi.take_error(block.error)
            block.error = 0
        failure, self._failure = self._failure, None
        return failure if failure is not None else trap(code, text)
