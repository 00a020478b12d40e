"""What modules get of WASI preview 1: clocks, randomness, two variables, output, exit.

None of it comes from wasmtime: its WASI would block the host's thread on a sleep, and refuses exit
codes from 126 on, which is how AssemblyScript aborts. Functions that are not here answer "no such
function". Error numbers are those of WASI's ``errno``.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from atoll.engine import CoreExecution, CoreImport, GuestExit, GuestMemoryError
from atoll.guest.core.call import Call, call_of

MODULE = "wasi_snapshot_preview1"
SUCCESS, BAD_DESCRIPTOR, BAD_ADDRESS, INVALID, NO_SUCH_FUNCTION = 0, 8, 21, 28, 52
MAX_RANDOM = 1 << 20
_MAX_VECTORS = 1024
_MAX_OUTPUT = 1 << 16
"""Bytes that are taken of one write; the rest is dropped. A list of vectors may name all memory a
thousand times."""
_MAX_LINE = 1 << 16
_WORD = struct.Struct("<I")
_LONG = struct.Struct("<Q")
_MASK = 0xFFFFFFFF

Function = Callable[..., Any]


def wasi_import(name: str, params: Sequence[str], results: Sequence[str]) -> CoreImport:
    """The function ``name`` with the signature that the module declares."""
    types = tuple(params), tuple(results)
    if name == "poll_oneoff" and types == _POLL:
        return CoreImport(MODULE, name, *types, _poll_oneoff, is_async=True)
    known = _FUNCTIONS.get(name)
    if known is not None and known[0] == types:
        return CoreImport(MODULE, name, *types, _guarded(known[1]))
    return CoreImport(MODULE, name, *types, _missing(types[1]))


def _guarded(function: Function) -> Function:
    def call(execution: CoreExecution, *arguments: int) -> Any:
        try:
            return function(execution, *arguments)
        except GuestMemoryError:
            return BAD_ADDRESS

    return call


def _missing(results: tuple[str, ...]) -> Function:
    def call(execution: CoreExecution, *arguments: int) -> Any:
        return NO_SUCH_FUNCTION if results else None

    return call


def _proc_exit(execution: CoreExecution, status: int) -> None:
    raise GuestExit(status & _MASK)


def _now(clock: int) -> int | None:
    """Nanoseconds; None if there is no such clock. Processor time is not for guests."""
    if clock == 0:
        return time.time_ns()
    return time.monotonic_ns() if clock in (1, 2, 3) else None


def _clock_time_get(execution: CoreExecution, clock: int, precision: int, at: int) -> int:
    now = _now(clock)
    if now is None:
        return INVALID
    execution.write(at & _MASK, _LONG.pack(now))
    return SUCCESS


def _clock_res_get(execution: CoreExecution, clock: int, at: int) -> int:
    if _now(clock) is None:
        return INVALID
    execution.write(at & _MASK, _LONG.pack(1))
    return SUCCESS


def _random_get(execution: CoreExecution, at: int, size: int) -> int:
    size &= _MASK
    if size > MAX_RANDOM:
        return INVALID
    execution.write(at & _MASK, os.urandom(size))
    return SUCCESS


def _variables(execution: CoreExecution) -> list[bytes]:
    environment = call_of(execution).environment
    return [f"{name}={value}\0".encode() for name, value in environment.items()]


def _environ_sizes_get(execution: CoreExecution, count_at: int, size_at: int) -> int:
    variables = _variables(execution)
    execution.write(count_at & _MASK, _WORD.pack(len(variables)))
    execution.write(size_at & _MASK, _WORD.pack(sum(map(len, variables))))
    return SUCCESS


def _environ_get(execution: CoreExecution, pointers_at: int, at: int) -> int:
    pointers_at &= _MASK
    at &= _MASK
    for index, variable in enumerate(_variables(execution)):
        execution.write(pointers_at + 4 * index, _WORD.pack(at & _MASK))
        execution.write(at, variable)
        at += len(variable)
    return SUCCESS


def _args_sizes_get(execution: CoreExecution, count_at: int, size_at: int) -> int:
    execution.write(count_at & _MASK, _WORD.pack(0))
    execution.write(size_at & _MASK, _WORD.pack(0))
    return SUCCESS


def _succeed(execution: CoreExecution, *arguments: int) -> int:
    return SUCCESS


def _no_descriptor(execution: CoreExecution, *arguments: int) -> int:
    return BAD_DESCRIPTOR


def _fd_read(execution: CoreExecution, fd: int, vectors: int, count: int, read_at: int) -> int:
    if fd != 0:
        return BAD_DESCRIPTOR
    execution.write(read_at & _MASK, _WORD.pack(0))  # the end of the input
    return SUCCESS


def _fd_write(execution: CoreExecution, fd: int, vectors: int, count: int, written_at: int) -> int:
    if fd not in (1, 2):
        return BAD_DESCRIPTOR
    if not 0 <= count <= _MAX_VECTORS:
        return INVALID
    vectors &= _MASK
    written, printed = 0, bytearray()
    for index in range(count):
        pointer, size = struct.unpack("<II", execution.read(vectors + 8 * index, 8))
        printed += execution.read(pointer, min(size, _MAX_OUTPUT - len(printed)))
        written += size
    execution.write(written_at & _MASK, _WORD.pack(min(written, _MASK)))
    _take(call_of(execution), fd, printed)
    return SUCCESS


def _take(call: Call, fd: int, printed: bytearray) -> None:
    """Pass on the lines that are complete, or longer than any should be."""
    *lines, rest = printed.split(b"\n")
    pending = call.lines.setdefault(fd, bytearray())
    for line in lines:
        pending += line
        _print(call, fd, pending)
        pending.clear()
    pending += rest
    if len(pending) > _MAX_LINE:
        _print(call, fd, pending)
        pending.clear()


def flush(execution: CoreExecution) -> None:
    """Pass on lines that were printed without their end."""
    call = call_of(execution)
    for fd, line in call.lines.items():
        _print(call, fd, line)
    call.lines.clear()


def _print(call: Call, fd: int, line: bytearray) -> None:
    text = line.decode(errors="replace")
    if text:
        call.printed(fd, text)


_SUBSCRIPTION, _EVENT = struct.Struct("<QB7xI4xQQH6x"), struct.Struct("<QHB21x")
_CLOCK, _WRITABLE = 0, 2
_ABSOLUTE = 1
_DAY = 86400.0


def _poll_oneoff(
    execution: CoreExecution, subscriptions: int, events: int, count: int, count_at: int
) -> Awaitable[int]:
    """Sleep, without holding a thread; that is what guests use it for.

    The events are written before the wait, on the guest's fiber: it cannot look meanwhile.
    """
    if not 0 < count <= _MAX_VECTORS:
        return _answer(INVALID, 0)
    try:
        data = execution.read(subscriptions & _MASK, count * _SUBSCRIPTION.size)
        due = sorted(map(_event, _SUBSCRIPTION.iter_unpack(data)), key=lambda each: each[0])
        seconds = due[0][0]
        first = [event for at, event in due if at == seconds]
        execution.write(events & _MASK, b"".join(first))
        execution.write(count_at & _MASK, _WORD.pack(len(first)))
    except GuestMemoryError:
        return _answer(BAD_ADDRESS, 0)
    return _answer(SUCCESS, seconds)


async def _answer(errno: int, seconds: float) -> int:
    await asyncio.sleep(seconds)
    return errno


def _event(subscription: tuple[int, int, int, int, int, int]) -> tuple[float, bytes]:
    """In how many seconds it happens, and what the guest is told then."""
    userdata, kind, subject, timeout, _precision, flags = subscription
    if kind != _CLOCK:
        known = kind == _WRITABLE and subject in (1, 2)
        return 0, _EVENT.pack(userdata, SUCCESS if known else BAD_DESCRIPTOR, kind)
    now = _now(subject)
    if now is None:
        return 0, _EVENT.pack(userdata, INVALID, kind)
    wait = timeout - now if flags & _ABSOLUTE else timeout
    return min(max(wait / 1e9, 0), _DAY), _EVENT.pack(userdata, SUCCESS, kind)


_I1 = ("i32",)
_POLL = _I1 * 4, _I1
_FUNCTIONS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], Function]] = {
    "proc_exit": ((_I1, ()), _proc_exit),
    "clock_time_get": ((("i32", "i64", "i32"), _I1), _clock_time_get),
    "clock_res_get": ((_I1 * 2, _I1), _clock_res_get),
    "random_get": ((_I1 * 2, _I1), _random_get),
    "environ_sizes_get": ((_I1 * 2, _I1), _environ_sizes_get),
    "environ_get": ((_I1 * 2, _I1), _environ_get),
    "args_sizes_get": ((_I1 * 2, _I1), _args_sizes_get),
    "args_get": ((_I1 * 2, _I1), _succeed),
    "sched_yield": (((), _I1), _succeed),
    "fd_write": ((_I1 * 4, _I1), _fd_write),
    "fd_read": ((_I1 * 4, _I1), _fd_read),
    "fd_close": ((_I1, _I1), _no_descriptor),
    "fd_seek": ((("i32", "i64", "i32", "i32"), _I1), _no_descriptor),
    "fd_fdstat_get": ((_I1 * 2, _I1), _no_descriptor),
    "fd_prestat_get": ((_I1 * 2, _I1), _no_descriptor),
}
