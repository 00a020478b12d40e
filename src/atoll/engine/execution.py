"""One call's life: a fresh instance on a fiber, driven by asyncio.

The task that awaits ``call`` owns the guest's future. Polling it runs the guest until it finishes
or suspends; wasmtime polls with a waker that does nothing, so *we* decide when to poll, and do so
only when there is something to go on with. A poll that comes back unfinished means one of two
things:

* a host function left an awaitable in ``_pending``: await it here, store its result where the guest
  expects it, set the flag that the continuation reads, poll again;
* the epoch went by: the guest is computing. If it has really had its slice, it continues on a
  worker thread (:mod:`atoll.engine.workers`) until it finishes or calls the host.

Rules that keep the process alive, each with a test in ``tests/engine/test_pitfalls.py``:

* a future is never polled after it said it is finished, and never deleted while a worker polls it;
* futures are deleted (which unwinds the fiber) before their store;
* a host callback writes a *ready* continuation before anything that can fail.

No Python frame is ever alive on a suspended fiber (callbacks return before it suspends), which is
why the interpreter does not notice that it was called from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
from collections.abc import Awaitable, Callable, Generator
from ctypes import c_uint8, c_uint64
from time import monotonic, perf_counter, thread_time
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from atoll.engine import _capi
from atoll.engine._capi import Ref, ref, ref_into
from atoll.engine.core_types import MAX_VALUES
from atoll.engine.current import current
from atoll.engine.errors import DeadlineExceeded, EngineError, GuestExit
from atoll.engine.limits import Limits
from atoll.engine.native import NativeEngine
from atoll.engine.slots import Slots
from atoll.engine.traps import frames_of, trap
from atoll.engine.workers import Job

if TYPE_CHECKING:
    from atoll.engine.engine import Engine

E = TypeVar("E", bound="Execution")

#: Seconds. A guest that yields before it had this much is polled once more on the loop: moving to
#: a worker costs more than most calls have left.
SHORT_SLICE = 0.001
#: Ticks that a guest on a worker computes before it is asked whether it should go on.
WORKER_TICKS = 4


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

    def __init__(self) -> None:
        super().__init__()
        self.address: int = ctypes.addressof(self)
        #: Itself as bytes: reading a struct through ctypes' own buffer protocol is slower.
        self.view = memoryview(self).cast("B")
        self.instance_ref = ref_into(self, 0)
        self.trap_ref = ref_into(self, TRAP)
        self.error_ref = ref_into(self, ERROR)
        self.memory_ref = ref_into(self, MEMORY)
        self.memory_handle_ref = ref_into(self, MEMORY + 8)
        self.function_ref = ref_into(self, FUNCTION)
        self.function_handle_ref = ref_into(self, FUNCTION + 8)
        self.arguments_ref = ref_into(self, ARGUMENTS)
        self.results_ref = ref_into(self, RESULTS)
        self.continuation_at: int = self.address + CONTINUATION
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


#: Stands for the block of an execution that has none.
NO_BLOCK = Block()


#: A host call the guest waits for: what to await, then how and where to store the value.
Pending = tuple[Any, Callable[[Any, int], None], int]


class _Done:
    """Awaited without a coroutine: leaving is synchronous but for a rare case."""

    def __await__(self) -> Generator[Any, Any, None]:
        return
        yield  # makes this a generator


_DONE = _Done()


class Execution:
    """A fresh instance, for one call (or a few in sequence). An async context manager: entering
    waits for a free slot and instantiates, leaving drops the instance.

    Not to be shared between tasks: one call at a time.
    """

    # Class attributes as initial values: an execution is made per call, and most never change.
    _store: Ref | None = None
    _future: Ref | None = None
    _context: Ref
    _slice = 0.0
    _has_slot = False
    _dead = False
    _pending: Pending | None = None
    _failure: BaseException | None = None
    _driver: asyncio.Task[Any] | None = None
    _left: asyncio.Future[None] | None = None
    _expired = False
    #: Whether there is an instance. While one is made, a start function of the module may call the
    #: host already, and the handle in the block is still that of an earlier execution.
    _ready = False
    _size = 0  # of the guest's memory, where that is looked into
    #: When it must be over, by the monotonic clock.
    deadline = 0.0
    _block = NO_BLOCK
    #: Seconds that it has waited for a free slot.
    waited = 0.0
    #: Seconds of guest computing so far.
    cpu_used = 0.0
    #: How many of them there may be.
    cpu_allowed = 0.0

    def __init__(
        self, engine: Engine, native: NativeEngine, slots: Slots, limits: Limits, data: object
    ) -> None:
        self._engine = engine
        self._slots = engine.reserved_slots if limits.reserved else slots
        self._native = native
        self.limits = limits
        self.cpu_allowed = limits.cpu
        #: Whatever the owner put in, for its host functions.
        self.data = data

    async def call(self, export: str, *arguments: Any) -> Any:
        """Run an exported function and give its result."""
        raise NotImplementedError

    # Entering and leaving -----------------------------------------------------------------------

    async def __aenter__(self: E) -> E:
        if self._store or self._dead:
            raise EngineError("An execution can be entered once.", code="EXECUTION_USED")
        self.deadline = monotonic() + self.limits.wall
        slots = self._slots
        if not slots.try_acquire():
            await self._wait_for_slot(slots)
        self._has_slot = True
        try:
            ticker = self._native.ticker
            ticker.alive += 1
            if ticker.asleep:
                ticker.wake()
            spare = self._engine.spare_blocks
            self._block = block = spare.pop() if spare else Block()
            self._open()
            # The deadline too: yielding alone leaves the first one in the past.
            _capi.set_epoch_deadline(self._context, 1)
            _capi.yield_on_epoch(self._context, 1)
            self._future = future = ref(self._instantiate())
            if not self._first_poll(future):
                await self._drive(future)
            self._future = None
            _capi.future_delete(future)
            if block.trap or block.error:
                raise self._failure_of(block)
            self._ready = True
        except BaseException:
            self._close()
            raise
        return self

    def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Awaitable[None]:
        if self._driver is not None:
            return self._stop_driver()
        self._close()
        return _DONE

    async def _stop_driver(self) -> None:
        """Left while another task's call is still running: end that first."""
        if self._driver is None or self._driver is asyncio.current_task():
            raise EngineError("A host function cannot end its own instance.", code="EXECUTION_BUSY")
        self._left = left = asyncio.get_running_loop().create_future()
        self._driver.cancel()
        while not left.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([left])
        self._close()

    def __del__(self) -> None:
        if self._has_slot:
            self._close()

    def _close(self) -> None:
        """Free everything; order matters. Also runs half-way through entering."""
        self._dead = True
        self._ready = False
        self._size = 0
        if self._future:
            self._unwind()
        if self._store:
            _capi.store_delete(self._store)
            self._store = None
        block = self._block
        if block is not NO_BLOCK:
            self._block = NO_BLOCK
            if block.trap or block.error:  # of a future that was deleted, so nobody took it
                self._failure_of(block)
            spare = self._engine.spare_blocks
            if len(spare) < self._engine.config.concurrency:
                spare.append(block)
        self._failure = None
        current.execution = None  # else this would live until the next poll
        if self._has_slot:
            self._has_slot = False
            self._native.ticker.alive -= 1
            self._slots.release()

    def _open(self) -> None:
        """Make the store, with its limits."""
        raise NotImplementedError

    def _instantiate(self) -> int:
        """Start instantiation: the future."""
        raise NotImplementedError

    # Running ------------------------------------------------------------------------------------

    def _refuse(self) -> NoReturn:
        """Why :meth:`call` cannot be used, or go on."""
        if self._future:
            raise EngineError("The instance is already running a call.", code="EXECUTION_BUSY")
        raise self._why_over()

    def _first_poll(self, future: Ref) -> bool:
        """The first slice, on the loop. True when finished: most calls end here.

        It keeps the GIL, as Python code of that length would: letting it go and fighting for it
        again costs more than most calls take. So the cheap clock will do.
        """
        current.execution = self
        before = perf_counter()
        finished = _capi.future_poll_held(future)
        self._slice = used = perf_counter() - before
        self.cpu_used += used
        return finished

    def _poll(self, future: Ref) -> bool:
        """One more slice, on this thread, whichever that is."""
        current.execution = self
        before = thread_time()
        finished = _capi.future_poll(future)
        self._slice = used = thread_time() - before
        self.cpu_used += used
        return finished

    async def _drive(self, future: Ref) -> None:
        """Go on with a future whose first poll came back unfinished, to its end. If that fails,
        the guest is unwound and the instance dead."""
        loop = asyncio.get_running_loop()
        self._driver = task = asyncio.current_task()
        cancelling = task.cancelling() if task is not None else 0
        deadlines = self._engine.deadlines
        deadlines.watch(self, loop)
        held = self._slice  # seconds of guest since this task last let others run
        moved = False
        try:
            while True:
                pending = self._pending
                if pending is not None:
                    awaitable, finish, results_at = pending
                    value = await awaitable
                    if self._expired or self._left is not None:
                        raise asyncio.CancelledError  # which the host function kept to itself
                    self._pending = None
                    finish(value, results_at)
                    # The continuation is ready, with a whole slice ahead.
                    self._block.flag = 1
                    _capi.set_epoch_deadline(self._context, 1)
                    moved = False
                    if self._poll(future):
                        return
                    held += self._slice
                    if held > SHORT_SLICE:  # for host calls that never really wait
                        held = 0.0
                        await asyncio.sleep(0)
                elif self.cpu_used > self.cpu_allowed:
                    raise DeadlineExceeded("cpu", self.limits.cpu)
                elif not moved and self._slice < SHORT_SLICE:
                    moved = True  # a tick fell right at the start; but only once
                    if self._poll(future):
                        return
                elif await self._compute(future, loop):
                    return
                else:
                    held = 0.0
        except BaseException as error:
            self._dead = True
            self._unwind()
            # A cancellation of our own doing is not the task's: take it back, and say why.
            ours = self._expired or self._left is not None
            alone = ours and task is not None and task.uncancel() <= cancelling
            if alone and isinstance(error, asyncio.CancelledError):
                raise self._why_over() from None
            raise
        finally:
            deadlines.forget(self)
            self._driver = None
            if self._left is not None and not self._left.done():
                self._left.set_result(None)

    def _why_over(self) -> EngineError:
        if self._expired:
            return DeadlineExceeded("wall", self.limits.wall)
        return EngineError("The instance is gone.", code="EXECUTION_OVER")

    def renew(self) -> None:
        """Count its computing anew, as if it had just begun. For a guest that is suspended."""
        self.cpu_allowed = self.cpu_used + self.limits.cpu

    def expire(self) -> None:
        """The wall deadline is past."""
        if self._driver is not None:
            self._expired = True
            self._driver.cancel()

    def _unwind(self) -> None:
        """Delete the unfinished future, and with it the guest's stack."""
        future, self._future = self._future, None
        if future is not None:
            _capi.future_delete(future)
        if self._pending is not None:  # end the host's coroutine without running it further
            awaitable, self._pending = self._pending[0], None
            end = getattr(awaitable, "close", None) or getattr(awaitable, "cancel", None)
            if end is not None:
                with contextlib.suppress(Exception):
                    end()

    async def _compute(self, future: Ref, loop: asyncio.AbstractEventLoop) -> bool:
        """Go on with a computing guest on a worker, until it finishes (true) or calls the host."""
        job = Job(self, future, loop)
        # Fewer returns from the guest: each needs the GIL, for which the loop competes.
        _capi.yield_on_epoch(self._context, WORKER_TICKS)
        self._engine.workers.submit(job)
        try:
            await asyncio.shield(job.done)
        except GeneratorExit:  # thrown away unfinished, so there is nothing left to await with
            self._engine.workers.stop(job)
            raise
        except BaseException:
            await self._take_back(job)
            raise
        if job.error is not None:
            raise job.error
        if not job.finished:
            _capi.yield_on_epoch(self._context, 1)
        return job.finished

    async def _take_back(self, job: Job) -> None:
        """Get a job off its worker, whatever happens to this task meanwhile: the future may be
        deleted only when nobody polls it. Takes a few ticks at most."""
        self._engine.workers.cancel(job)
        while not job.done.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([job.done])

    async def _wait_for_slot(self, slots: Slots) -> None:
        timeout = asyncio.timeout(self.limits.wall)
        began = monotonic()
        try:
            async with timeout:
                await slots.acquire()
            self.waited = monotonic() - began
        except TimeoutError:
            if timeout.expired():
                raise DeadlineExceeded("wall", self.limits.wall) from None
            raise

    def _no_instance(self) -> EngineError:
        """Why nothing can be asked of the instance."""
        if self._store:
            return EngineError(
                "The module called the host before it was ready: its start function cannot.",
                hint="Compile it with --exportStart _initialize.",
                code="NOT_READY",
            )
        return self._why_over()

    # Failing ------------------------------------------------------------------------------------

    def fail(self, error: BaseException) -> None:
        """Remember what a host function raised, to be raised again out of :meth:`call`."""
        if self._failure is None:
            self._failure = error

    def _failure_of(self, block: Any) -> BaseException:
        """The reason why the guest stopped, freeing what wasmtime gave for it."""
        self._dead = True
        code: int | None = None
        if block.trap:
            code, text = _capi.take_trap(block.trap)
            block.trap = 0
        else:
            text = _capi.take_error(block.error)
            block.error = 0
        failure, self._failure = self._failure, None
        if isinstance(failure, GuestExit):
            failure.frames = frames_of(text)
        return failure if failure is not None else trap(code, text)
