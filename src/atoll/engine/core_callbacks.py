"""What wasmtime calls when a core module calls the host.

Callbacks run on the guest's fiber, under a poll, on whichever thread polls. Nothing may escape
them: an exception is kept in the execution, and the guest gets a trap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ctypes import c_uint8, c_uint64, memmove
from typing import Any

from atoll.engine import _capi
from atoll.engine.core_types import ValueList
from atoll.engine.current import current
from atoll.engine.errors import ValueMismatch
from atoll.engine.imports import CoreImport, OnFiber
from atoll.engine.reentry import Reentry

_HOST_FAILED = b"host function failed"


def returned(values: ValueList, value: Any) -> Sequence[Any]:
    """A host function's return value as the sequence of its results."""
    if values.count == 1:
        return (value,)
    if values.count == 0:
        if value is not None:
            raise ValueMismatch("a host function without results returned a value")
        return ()
    if not isinstance(value, (tuple, list)):
        raise ValueMismatch("a host function with several results must return a tuple")
    return value


def _memory_of(values: ValueList, address: int) -> Any:
    return (c_uint8 * max(values.size, 1)).from_address(address)


def set_trap(trap_ret: int) -> None:
    """Have the guest trap as soon as the host call is over."""
    c_uint64.from_address(trap_ret).value = _capi.trap_new(_HOST_FAILED, len(_HOST_FAILED))


def sync_callback(definition: CoreImport) -> Callable[..., int]:
    """The C callback of a sync host function: arguments and results share one array."""
    call = definition.call
    params = ValueList(definition.params, raw=True)
    results = ValueList(definition.results, raw=True)
    array = c_uint8 * max(params.size, results.size, 1)

    def callback(env: int, caller: int, values: int, count: int) -> int:
        execution = current.execution
        try:
            buffer = array.from_address(values) if count else None
            arguments = params.unpack_from(buffer) if params.count else ()
            value = call(execution, *arguments)
            if results.count or value is not None:
                results.pack_into(buffer, 0, returned(results, value))
            return 0
        except BaseException as error:
            execution.fail(error)
            trap: int = _capi.trap_new(_HOST_FAILED, len(_HOST_FAILED))
            return trap

    return callback


def async_callback(definition: CoreImport) -> Callable[..., None]:
    """The C callback of an async host function: it makes the awaitable, and the continuation by
    which the guest waits for it."""
    call = definition.call
    params = ValueList(definition.params)
    results = ValueList(definition.results)
    array = c_uint8 * max(params.size, 1)
    result_array = c_uint8 * max(results.size, 1)
    reenters = definition.reenters

    def finish(value: Any, results_at: int) -> None:
        if results.count or value is not None:
            results.pack_into(result_array.from_address(results_at), 0, returned(results, value))

    def callback(
        env: int, caller: int, args: int, nargs: int,
        results_at: int, nresults: int, trap_ret: int, continuation: int,
    ) -> None:  # fmt: skip
        execution = current.execution
        block = execution._block
        # First of all a continuation that is ready: without one the process aborts, and one that
        # never gets ready would suspend for ever.
        block.flag = 1
        memmove(continuation, block.continuation_at, _capi.CONTINUATION)
        try:
            arguments = params.unpack_from(array.from_address(args)) if params.count else ()
            value = call(execution, *arguments)
            if not reenters:
                execution._pending = (value, finish, results_at)
                block.flag = 0
                return
            reentry = Reentry(
                execution,
                lambda value: finish(value, results_at),
                lambda: set_trap(trap_ret),
            )
            if isinstance(value, OnFiber):
                reentry.settle(value)
            else:
                execution._pending = (value, lambda value, _: reentry.settle(value), 0)
            reentry.install(continuation)
        except BaseException as error:
            execution.fail(error)
            set_trap(trap_ret)

    return callback
