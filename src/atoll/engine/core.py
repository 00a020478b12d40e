"""Core modules: a program (module + host functions, linked once) and its executions."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
from collections.abc import Callable, Generator, Sequence
from ctypes import c_uint8, c_uint64, memmove, string_at
from typing import Any

import wasmtime

from atoll.engine import _capi
from atoll.engine.core_types import ValueList, check_types
from atoll.engine.engine import Engine
from atoll.engine.errors import EngineError, GuestMemoryError, IncompatibleCode, ValueMismatch
from atoll.engine.execution import (
    ARGUMENTS,
    ERROR,
    FUNCTION,
    MEMORY,
    RESULTS,
    TRAP,
    Execution,
    Pending,
    current,
)
from atoll.engine.imports import CoreImport, OnFiber
from atoll.engine.limits import Limits
from atoll.engine.module import CoreModule

_HOST_FAILED = b"host function failed"
#: Per store, beside memory: what any one module may have (a pool slot holds one of each).
TABLE_ELEMENTS = 200_000


class Export:
    """An exported function, as the hot path wants it."""

    __slots__ = ("arguments", "name", "name_length", "results")

    def __init__(self, name: str, type: wasmtime.FuncType) -> None:
        params = [str(ty) for ty in type.params]
        results = [str(ty) for ty in type.results]
        check_types(params, f"the export {name}")
        check_types(results, f"the export {name}")
        self.name = name.encode()
        self.name_length = len(self.name)
        self.arguments = ValueList(params)
        self.results = ValueList(results)


class CoreProgram:
    """An app's module, linked: per app, shared by all its executions.

    Imports are matched by module and name; those the module does not want are ignored. What
    remains traps when called, or with ``unknown_imports_trap=False`` is an
    :class:`IncompatibleCode` now.
    """

    def __init__(
        self,
        engine: Engine,
        module: CoreModule,
        imports: Sequence[CoreImport],
        *,
        unknown_imports_trap: bool = True,
    ) -> None:
        if module.for_component:
            raise ValueError("this module was compiled to be part of a component")
        self.engine = engine
        self.module = module
        self._callbacks: list[object] = []  # must outlive the linker's use of them
        linker = wasmtime.Linker(module.store.engine)
        wanted = {(i.module, i.name): i.type for i in module.native.imports}
        for definition in imports:
            found = wanted.get((definition.module, definition.name))
            if found is not None:
                self._define(linker, definition, found)
        try:
            if unknown_imports_trap:
                linker.define_unknown_imports_as_traps(module.native)
            self._linked = linker.instantiate_pre(module.native)
        except wasmtime.WasmtimeError as error:
            raise IncompatibleCode(_link_problem(str(error))) from None
        self._linker = linker
        self.pre = _capi.pointer(self._linked.ptr())
        self.native_engine = module.store.pointer
        self.functions: dict[str, wasmtime.FuncType] = {}
        self._exports: dict[str, Export] = {}
        self.memory_name: bytes | None = None
        for export in module.native.exports:
            if isinstance(export.type, wasmtime.FuncType):
                self.functions[export.name] = export.type
            elif isinstance(export.type, wasmtime.MemoryType) and (
                self.memory_name is None or export.name == "memory"
            ):
                self.memory_name = export.name.encode()

    def export(self, name: str) -> Export:
        """The exported function ``name``. Raises :class:`IncompatibleCode`."""
        export = self._exports.get(name)
        if export is None:
            found = self.functions.get(name)
            if found is None:
                raise IncompatibleCode(f"The module does not export a function {name!r}.")
            export = self._exports[name] = Export(name, found)
        return export

    def execute(self, limits: Limits, data: object = None) -> CoreExecution:
        """A new execution, to be entered with ``async with``. ``data`` is for the host functions."""
        return CoreExecution(self, limits, data)

    def _define(self, linker: wasmtime.Linker, definition: CoreImport, found: object) -> None:
        title = f"{definition.module}.{definition.name}"
        check_types(definition.params, f"the import {title}")
        check_types(definition.results, f"the import {title}")
        if isinstance(found, wasmtime.FuncType):
            expected = ([str(t) for t in found.params], [str(t) for t in found.results])
            ours = (list(definition.params), list(definition.results))
            if expected != ours:
                raise IncompatibleCode(
                    f"The module imports {title} with the type {_signature(*expected)}; "
                    f"this host offers {_signature(*ours)}."
                )
        type = wasmtime.FuncType(
            [getattr(wasmtime.ValType, t)() for t in definition.params],
            [getattr(wasmtime.ValType, t)() for t in definition.results],
        )
        callback: object
        if definition.is_async or definition.reenters:
            define = _capi.linker_define_async_func
            callback = _capi.CORE_ASYNC(_async_callback(definition))
        else:
            define = _capi.linker_define_func_unchecked
            callback = _capi.CORE_SYNC(_sync_callback(definition))
        self._callbacks.append(callback)
        module, name = definition.module.encode(), definition.name.encode()
        _capi.check(
            define(
                _capi.pointer(linker.ptr()), module, len(module), name, len(name),
                _capi.pointer(type.ptr()), _capi.pointer(callback), 0, 0,
            )
        )  # fmt: skip


def _signature(params: list[str], results: list[str]) -> str:
    return f"({', '.join(params)}) -> ({', '.join(results)})"


def _link_problem(text: str) -> str:
    first = text.split("\n", 1)[0]
    return f"The module does not fit this host: {first}."


class CoreExecution(Execution):
    """An execution of a core module. Pointers from the guest are checked: :meth:`read` and
    :meth:`write` raise :class:`GuestMemoryError` instead of leaving its memory."""

    __slots__ = ("_memory", "_program")

    def __init__(self, program: CoreProgram, limits: Limits, data: object) -> None:
        super().__init__(program.engine, limits, data)
        self._program = program
        self._memory = 0

    def _new_store(self) -> int:
        store: int = _capi.store_new(self._program.native_engine, 0, 0)
        _capi.store_limiter(store, self.limits.memory, TABLE_ELEMENTS, 1, 1, 1)
        return store

    def _instantiate(self) -> int:
        address = self._address
        future: int = _capi.instance_pre_instantiate_async(
            self._program.pre, self._context, address, address + TRAP, address + ERROR
        )
        return future

    async def call(self, export: str, *arguments: Any) -> Any:
        """Run an exported function: its result, ``None`` if it has none, a tuple if several.

        Raises :class:`Trap`, :class:`DeadlineExceeded`, :class:`IncompatibleCode` (no such
        export), :class:`ValueMismatch`, or whatever a host function raised. After any of the
        first two or the last the instance is dead.
        """
        self._begin()
        target = self._program._exports.get(export) or self._program.export(export)
        address = self._address
        block = self._block
        values = target.arguments
        if values.count or arguments:
            values.pack_into(block, ARGUMENTS, arguments)
        if not _capi.instance_export_get(
            self._context, address, target.name, target.name_length, address + FUNCTION
        ):
            raise IncompatibleCode(f"The module does not export a function {export!r}.")
        results = target.results
        await self._run(
            _capi.func_call_async(
                self._context, address + FUNCTION + 8,
                address + ARGUMENTS, values.count, address + RESULTS, results.count,
                address + TRAP, address + ERROR,
            )
        )  # fmt: skip
        if results.count == 1:
            return results.unpack_from(block, RESULTS)[0]
        return results.unpack_from(block, RESULTS) if results.count else None

    # Memory -------------------------------------------------------------------------------------

    def _memory_handle(self) -> int:
        if not self._store:
            raise EngineError("The instance is gone.", code="EXECUTION_OVER")
        if not self._memory:
            name = self._program.memory_name
            at = self._address + MEMORY
            if name is None or not _capi.instance_export_get(
                self._context, self._address, name, len(name), at
            ):
                raise GuestMemoryError("The module exports no memory.")
            self._memory = at + 8
        return self._memory

    def memory_size(self) -> int:
        """Bytes of the exported memory, as of now."""
        size: int = _capi.memory_data_size(self._context, self._memory_handle())
        return size

    def read(self, pointer: int, length: int) -> bytes:
        """A copy of ``length`` bytes at ``pointer``. Raises :class:`GuestMemoryError`."""
        handle = self._memory or self._memory_handle()
        if not self._store:
            self._memory_handle()
        if (
            pointer < 0
            or length < 0
            or pointer + length > _capi.memory_data_size(self._context, handle)
        ):
            raise GuestMemoryError(_outside(pointer, length))
        return string_at(_capi.memory_data(self._context, handle) + pointer, length)

    def write(self, pointer: int, data: bytes) -> None:
        """Copy ``data`` to ``pointer``. Raises :class:`GuestMemoryError`."""
        handle = self._memory or self._memory_handle()
        if not self._store:
            self._memory_handle()
        length = len(data)
        if pointer < 0 or pointer + length > _capi.memory_data_size(self._context, handle):
            raise GuestMemoryError(_outside(pointer, length))
        memmove(_capi.memory_data(self._context, handle) + pointer, data, length)


def _outside(pointer: int, length: int) -> str:
    return f"The guest named {length} bytes at address {pointer}, which is outside its memory."


# Host callbacks -----------------------------------------------------------------------------------


def _new_trap() -> int:
    trap: int = _capi.trap_new(_HOST_FAILED, len(_HOST_FAILED))
    return trap


def _set_trap(trap_ret: int) -> None:
    c_uint64.from_address(trap_ret).value = _new_trap()


def _returned(values: ValueList, value: Any) -> Sequence[Any]:
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


def _sync_callback(definition: CoreImport) -> Callable[..., int]:
    call = definition.call
    params = ValueList(definition.params, raw=True)
    results = ValueList(definition.results, raw=True)
    slots = c_uint8 * max(params.size, results.size, 1)

    def callback(env: int, caller: int, values: int, count: int) -> int:
        execution = current.execution
        try:
            buffer = slots.from_address(values) if count else None
            arguments = params.unpack_from(buffer) if params.count else ()
            value = call(execution, *arguments)
            if results.count or value is not None:
                results.pack_into(buffer, 0, _returned(results, value))
            return 0
        except BaseException as error:
            execution.fail(error)
            return _new_trap()

    return callback


def _async_callback(definition: CoreImport) -> Callable[..., None]:
    call = definition.call
    params = ValueList(definition.params)
    results = ValueList(definition.results)
    arguments_type = c_uint8 * max(params.size, 1)
    results_type = c_uint8 * max(results.size, 1)
    reenters = definition.reenters

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
            arguments = (
                params.unpack_from(arguments_type.from_address(args)) if params.count else ()
            )
            value = call(execution, *arguments)
            if reenters:
                reentry = Reentry(execution, results, results_at, trap_ret)
                if isinstance(value, OnFiber):
                    reentry.settle(value)
                else:
                    execution._pending = Pending(value, reentry.settle)
                reentry.install(continuation)
                return

            def finish(value: Any) -> None:
                if results.count or value is not None:
                    results.pack_into(
                        results_type.from_address(results_at), 0, _returned(results, value)
                    )

            execution._pending = Pending(value, finish)
            block.flag = 0
        except BaseException as error:
            execution.fail(error)
            _set_trap(trap_ret)

    return callback


class Reentry:
    """A host call that may go back into the guest: its continuation is Python and runs on the
    fiber, where the nested call is polled under the outer one. A nested call that suspends makes
    the outer one suspend too, so a guest that spins in it is handled like any other."""

    __slots__ = (
        "_context", "_execution", "_function", "_future", "_key", "_results", "_results_at",
        "_returned", "_steps", "_target", "_trap_ret", "_values",
    )  # fmt: skip

    def __init__(
        self, execution: CoreExecution, results: ValueList, results_at: int, trap_ret: int
    ) -> None:
        self._execution = execution
        self._results = results
        self._results_at = results_at
        self._trap_ret = trap_ret
        self._steps: Generator[tuple[Any, ...], Any, Any] | None = None
        self._returned: Any = None
        self._future = 0
        self._target: Export | None = None
        self._key = next(_keys)

    def install(self, continuation: int) -> None:
        reentries[self._key] = self
        words = (c_uint64 * 3).from_address(continuation)
        words[0], words[1], words[2] = _CONTINUE_AT, self._key, _FINALIZE_AT

    def settle(self, value: Any) -> None:
        """The host's part is done: ``value`` is the result, or the steps that lead to it."""
        if isinstance(value, OnFiber):
            self._steps = value.steps
        else:
            self._steps = _just(value)

    def advance(self) -> bool:
        """On the fiber: go on; true when the host call is finished."""
        if self._steps is None:
            return False
        while True:
            if self._future:
                if not _capi.future_poll(self._future):
                    return False
                self._returned = self._end()
            try:
                request = self._steps.send(self._returned)
            except StopIteration as stop:
                results = self._results
                if results.count or stop.value is not None:
                    memory = (c_uint8 * max(results.size, 1)).from_address(self._results_at)
                    results.pack_into(memory, 0, _returned(results, stop.value))
                return True
            self._start(*request)

    def _start(self, export: str, *arguments: Any) -> None:
        execution = self._execution
        self._target = target = execution._program.export(export)
        # Not the execution's block: that is in use by the outer call.
        self._values = values = _NestedBlock()
        address = ctypes.addressof(values)
        target.arguments.pack_into(values, _NestedBlock.arguments.offset, arguments)
        if not _capi.instance_export_get(
            execution._context, execution._address, target.name, target.name_length, address
        ):
            raise IncompatibleCode(f"The module does not export a function {export!r}.")
        self._future = _capi.func_call_async(
            execution._context, address + 8,
            address + _NestedBlock.arguments.offset, target.arguments.count,
            address + _NestedBlock.results.offset, target.results.count,
            address + _NestedBlock.trap.offset, address + _NestedBlock.error.offset,
        )  # fmt: skip

    def _end(self) -> Any:
        future, self._future = self._future, 0
        _capi.future_delete(future)
        values, target = self._values, self._target
        if values.trap or values.error or target is None:
            raise self._execution._failure_of(values)
        results = target.results
        found = results.unpack_from(values, _NestedBlock.results.offset)
        if results.count == 1:
            return found[0]
        return found or None

    def fail(self, error: BaseException) -> None:
        self._execution.fail(error)
        _set_trap(self._trap_ret)

    def drop(self) -> None:
        """The outer call is over or being unwound: end what is nested in it first."""
        if self._future:
            future, self._future = self._future, 0
            _capi.future_delete(future)
        if self._steps is not None:
            with contextlib.suppress(Exception):
                self._steps.close()


class _NestedBlock(ctypes.Structure):
    _fields_ = (
        ("function", c_uint8 * _capi.EXTERN),
        ("trap", c_uint64),
        ("error", c_uint64),
        ("arguments", c_uint8 * (_capi.VAL * 16)),
        ("results", c_uint8 * (_capi.VAL * 16)),
    )


def _just(value: Any) -> Generator[tuple[Any, ...], Any, Any]:
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
