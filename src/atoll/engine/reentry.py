"""Host calls that go back into the guest before they return (:class:`OnFiber`).

The continuation of such a call is Python. It runs on the guest's fiber and polls a nested call
there, under the outer one: the only place where wasmtime allows it. A nested call that suspends
(for the host, or because it computes) makes the continuation say "not yet", so the outer call
suspends with it and the driver handles both as one. A guest that spins in a nested call is thus
moved to a worker and stopped like any other.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
from collections.abc import Callable, Generator
from ctypes import c_uint8, c_uint64
from typing import TYPE_CHECKING, Any

from atoll.engine import _capi
from atoll.engine._capi import Ref, ref, ref_into
from atoll.engine.core_types import MAX_VALUES
from atoll.engine.errors import EngineError, IncompatibleCode
from atoll.engine.imports import OnFiber

if TYPE_CHECKING:
    from atoll.engine.core import Export
    from atoll.engine.instance import CoreExecution

Steps = Generator[Any, Any, Any]

#: How deep calls of the host and of the guest may nest in one execution. Each level takes a stack.
MAX_NESTING = 4


class _NestedBlock(ctypes.Structure):
    """As the execution's block, which the outer call is using."""

    _fields_ = (
        ("function", c_uint8 * _capi.EXTERN),
        ("trap", c_uint64),
        ("error", c_uint64),
        ("arguments", c_uint8 * (_capi.VAL * MAX_VALUES)),
        ("results", c_uint8 * (_capi.VAL * MAX_VALUES)),
    )


class Reentry:
    """One such host call: from the callback to the continuation's finalizer."""

    __slots__ = (
        "_block", "_execution", "_fail", "_finish", "_future", "_key", "_returned", "_steps",
        "_target", "_waits",
    )  # fmt: skip

    def __init__(
        self, execution: CoreExecution, finish: Callable[[Any], None], fail: Callable[[], None]
    ) -> None:
        self._execution = execution
        self._finish = finish
        self._fail = fail
        self._steps: Steps | None = None
        self._returned: Any = None
        self._future: Ref | None = None
        self._key = next(_keys)
        self._block: Any = None
        self._target: Export | None = None
        self._waits = False

    def install(self, continuation: int) -> None:
        """Make this the continuation of the host call."""
        reentries[self._key] = self
        words = (c_uint64 * 3).from_address(continuation)
        words[0], words[1], words[2] = _CONTINUE_AT, self._key, _FINALIZE_AT

    def settle(self, value: Any) -> None:
        """The host's part is done: ``value`` is the result, or the steps that lead to it."""
        self._steps = value.steps if isinstance(value, OnFiber) else _just(value)

    def advance(self) -> bool:
        """On the fiber: go on; true when the host call is finished."""
        if self._steps is None or self._waits:
            return False
        while True:
            if self._future is not None:
                if not _capi.future_poll(self._future):
                    return False
                self._returned = self._end()
            try:
                request = self._steps.send(self._returned)
            except StopIteration as stop:
                self._finish(stop.value)
                return True
            if not isinstance(request, tuple):
                self._waits = True
                self._execution._pending = (request, self._resume, 0)
                return False
            self._start(*request)

    def _resume(self, value: Any, _: int) -> None:
        """What the steps waited for is there; they go on at the next poll."""
        self._waits = False
        self._returned = value

    def _start(self, export: str, *arguments: Any) -> None:
        execution = self._execution
        if not execution._ready:
            raise execution._no_instance()
        if execution.nesting >= MAX_NESTING:
            raise EngineError(
                "The guest called the host while the host called it, again and again.",
                code="NESTED_TOO_DEEPLY",
            )
        self._target = target = execution._program.export(export)
        self._block = block = _NestedBlock()
        outer = execution._block
        target.arguments.pack_into(block, _NestedBlock.arguments.offset, arguments)
        if not _capi.instance_export_get(
            execution._context,
            outer.instance_ref,
            target.name,
            target.name_length,
            ref_into(block, 0),
        ):
            raise IncompatibleCode(f"The module does not export a function {export!r}.")
        self._future = ref(
            _capi.func_call_async(
                execution._context, ref_into(block, 8),
                ref_into(block, _NestedBlock.arguments.offset), target.arguments.count,
                ref_into(block, _NestedBlock.results.offset), target.results.count,
                ref_into(block, _NestedBlock.trap.offset),
                ref_into(block, _NestedBlock.error.offset),
            )
        )  # fmt: skip
        execution.nesting += 1

    def _end(self) -> Any:
        """The nested call finished: its result."""
        self._delete_future()
        block, target = self._block, self._target
        if block.trap or block.error or target is None:
            raise self._execution._failure_of(block)
        found = target.results.unpack_from(block, _NestedBlock.results.offset)
        return found[0] if target.results.count == 1 else found or None

    def _delete_future(self) -> None:
        future, self._future = self._future, None
        if future is not None:
            _capi.future_delete(future)
            self._execution.nesting -= 1

    def fail(self, error: BaseException) -> None:
        """The guest is to trap, and ``error`` to come out of the execution."""
        self._execution.fail(error)
        self._fail()

    def drop(self) -> None:
        """The outer call is over or being unwound: end what is nested in it first."""
        self._delete_future()
        if self._steps is not None:
            with contextlib.suppress(Exception):
                self._steps.close()


def _just(value: Any) -> Steps:
    return value
    yield ()  # makes this a generator


_keys = itertools.count(1)
#: By the key that wasmtime carries for us: alive from the host call to its finalizer.
reentries: dict[int, Reentry] = {}


def _continue(key: int) -> bool:
    reentry = reentries[key]
    try:
        return reentry.advance()
    except BaseException as error:
        reentry.fail(error)
        return True


def _finalize(key: int) -> None:
    reentry = reentries.pop(key, None)
    if reentry is not None:
        reentry.drop()


_CONTINUE = _capi.CONTINUE(_continue)
_FINALIZE = _capi.FINALIZE(_finalize)
_CONTINUE_AT = _capi.pointer(_CONTINUE)
_FINALIZE_AT = _capi.pointer(_FINALIZE)
