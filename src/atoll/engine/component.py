"""Components: a program (component + host functions, linked once) and its executions.

The linker gets no WASI from wasmtime: a guest that sleeps would block the host's thread with the
synchronous kind (no epoch interrupts it) and abort the process with the asynchronous kind. What the
host does not define traps when called.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Mapping, Sequence
from ctypes import c_uint64, memmove, memset
from typing import Any

import wasmtime
import wasmtime.component as wc

from atoll.engine import _capi
from atoll.engine._capi import ref
from atoll.engine.component_layout import SIZE
from atoll.engine.current import current
from atoll.engine.engine import Engine
from atoll.engine.errors import IncompatibleCode, ValueMismatch
from atoll.engine.execution import (
    ARGUMENTS,
    ERROR,
    FUNCTION,
    RESULTS,
    Execution,
)
from atoll.engine.imports import ComponentImport
from atoll.engine.limits import Limits
from atoll.engine.module import Component, CoreModule
from atoll.engine.native import TABLE_ELEMENTS
from atoll.engine.signature import Signature

#: Per store: room for the many small core instances and tables of one component. The memory limit
#: holds for each memory, so a component gets few of them.
INSTANCES = 200
TABLES = 100
MEMORIES = 2
MAX_ARGUMENTS = 16

_HOST_FAILED = b"host function failed"


class _Function:
    """An exported function: where it is in the component, and its type."""

    __slots__ = ("_keep", "index", "signature")

    def __init__(self, index: wc.ExportIndex, signature: Signature) -> None:
        self._keep = index
        self.index = _capi.pointer(index.ptr())
        self.signature = signature


class ComponentProgram:
    """An app's component, linked: per app, shared by all its executions.

    Imports are matched by instance and function name (versions as semver allows: one defined as
    ``@0.2.9`` serves an import of ``@0.2.3``); those the component does not want are ignored.
    ``modules`` are the core modules a split component imports at its root, compiled with
    ``for_component=True``.
    """

    def __init__(
        self,
        engine: Engine,
        component: Component,
        imports: Sequence[ComponentImport],
        *,
        modules: Mapping[str, CoreModule] = {},
    ) -> None:
        self.engine = engine
        self.component = component
        self._callbacks: list[object] = []
        native = component.store.engine
        linker = wc.Linker(native)
        wanted = _functions(component.native.type.imports(native), native)
        self._define_all(linker, imports, wanted)
        with linker.root() as root:
            for name, module in modules.items():
                if not module.for_component:
                    raise ValueError(f"the module {name!r} was not compiled for_component")
                root.add_module(name, module.native)
        try:
            linker.define_unknown_imports_as_traps(component.native)
        except wasmtime.WasmtimeError as error:
            first = str(error).split("\n", 1)[0]
            raise IncompatibleCode(f"The component does not fit this host: {first}.") from None
        self._modules = dict(modules)  # the linker borrows their code
        self._linker = linker
        self.linker_at = _capi.pointer(linker.ptr())
        self.component_at = _capi.pointer(component.native.ptr())
        self.native = component.store
        self._types = _functions(component.native.type.exports(native), native)
        self.exports: dict[str, _Function] = {}

    @property
    def functions(self) -> tuple[str, ...]:
        """The exported functions, those inside an instance as ``instance#name``."""
        return tuple(f"{path}#{name}" if path else name for path, name in self._types)

    def export(self, name: str) -> _Function:
        """The exported function ``name`` (or ``instance#name``). Raises
        :class:`IncompatibleCode`."""
        function = self.exports.get(name)
        if function is None:
            instance, _, last = name.rpartition("#")
            type = self._types.get((instance, last))
            native = self.component.native
            outer = native.get_export_index(instance) if instance else None
            index = native.get_export_index(last, outer)
            if type is None or index is None:
                raise IncompatibleCode(f"The component does not export a function {name!r}.")
            signature = Signature.of(type)
            if len(signature.parameters) > MAX_ARGUMENTS:
                raise IncompatibleCode(f"{name} has more than {MAX_ARGUMENTS} parameters")
            function = self.exports[name] = _Function(index, signature)
        return function

    def execute(self, limits: Limits, data: object = None) -> ComponentExecution:
        """A new execution, to be entered with ``async with``. ``data`` is for host functions."""
        return ComponentExecution(self, limits, data)

    def _define_all(
        self,
        linker: wc.Linker,
        imports: Sequence[ComponentImport],
        wanted: Mapping[tuple[str, str], wc.FuncType],
    ) -> None:
        by_instance: dict[str, list[tuple[ComponentImport, wc.FuncType]]] = {}
        for definition in imports:
            for (instance, name), type in wanted.items():
                if name == definition.name and _compatible(definition.instance, instance):
                    by_instance.setdefault(instance, []).append((definition, type))
        with linker.root() as root:
            for instance, functions in by_instance.items():
                if not instance:
                    for definition, type in functions:
                        self._define(root, definition, type)
                    continue
                with root.add_instance(instance) as inner:
                    for definition, type in functions:
                        self._define(inner, definition, type)

    def _define(
        self, instance: wc.LinkerInstance, definition: ComponentImport, type: wc.FuncType
    ) -> None:
        signature = Signature.of(type)
        callback: object
        if definition.is_async:
            add = _capi.component_add_func_async
            callback = _capi.COMPONENT_ASYNC(_async_callback(definition, signature))
        else:
            add = _capi.component_add_func
            callback = _capi.COMPONENT_SYNC(_sync_callback(definition, signature))
        self._callbacks.append(callback)
        name = definition.name.encode()
        _capi.check(
            add(_capi.pointer(instance.ptr()), name, len(name), _capi.pointer(callback), 0, 0)
        )


def _functions(items: Mapping[str, Any], engine: wasmtime.Engine) -> dict[tuple[str, str], Any]:
    """All functions by (instance, name); those at the root have the instance ``""``."""
    found: dict[tuple[str, str], Any] = {}
    for name, item in items.items():
        type = item.ty
        if isinstance(type, wc.FuncType):
            found["", name] = type
        elif isinstance(type, wc.ComponentInstanceType):
            for inner, extern in type.exports(engine).items():
                function = extern.ty
                if isinstance(function, wc.FuncType):
                    found[name, inner] = function
    return found


_VERSION = re.compile(r"^(.*)@(\d+)\.(\d+)\.(\d+)$")


def _compatible(offered: str, wanted: str) -> bool:
    """Whether a host instance serves an imported one: same name, semver-compatible version."""
    if offered == wanted:
        return True
    ours, theirs = _VERSION.match(offered), _VERSION.match(wanted)
    if ours is None or theirs is None or ours[1] != theirs[1]:
        return False
    if ours[2] != "0" or theirs[2] != "0":
        return ours[2] == theirs[2]
    return ours[3] == theirs[3] and ours[3] != "0"


class ComponentExecution(Execution):
    """An execution of a component; it has no memory to look into: values are copied."""

    def __init__(self, program: ComponentProgram, limits: Limits, data: object) -> None:
        engine = program.engine
        super().__init__(engine, program.native, engine.component_slots, limits, data)
        self._program = program

    def _open(self) -> None:
        self._store = store = ref(_capi.store_new(self._native.ref, None, None))
        self._context_at = _capi.store_context(store)
        self._context = ref(self._context_at)
        _capi.store_limiter(
            store, ref(self.limits.memory), TABLE_ELEMENTS, INSTANCES, TABLES, MEMORIES
        )

    def _instantiate(self) -> int:
        program, address = self._program, self._block.address
        future: int = _capi.component_linker_instantiate_async(
            program.linker_at, self._context_at, program.component_at, address, address + ERROR
        )
        return future

    async def call(self, export: str, *arguments: Any) -> Any:
        """Run an exported function (``name``, or ``instance#name``): its result, or ``None``.

        Raises :class:`Trap`, :class:`DeadlineExceeded`, :class:`IncompatibleCode` (no such
        export), :class:`ValueMismatch`, or whatever a host function raised. After any of the
        first two or the last the instance is dead.
        """
        if self._future or self._dead or not self._store:
            self._refuse()
        program = self._program
        target = program.exports.get(export) or program.export(export)
        signature = target.signature
        encoders = signature.encode_parameters
        if len(arguments) != len(encoders):
            raise ValueMismatch(f"expected {len(encoders)} arguments, got {len(arguments)}")
        block = self._block
        address = block.address
        at, result_at = address + ARGUMENTS, address + RESULTS
        memset(at, 0, SIZE * len(encoders))
        memset(result_at, 0, SIZE)
        try:
            for encode, argument in zip(encoders, arguments, strict=True):
                encode(argument, at)
                at += SIZE
            if not _capi.component_instance_get_func(
                address, self._context_at, target.index, address + FUNCTION
            ):
                raise IncompatibleCode(f"The component does not export a function {export!r}.")
            decode = signature.decode_result
            self._future = future = ref(
                _capi.component_func_call_async(
                    address + FUNCTION, self._context_at,
                    address + ARGUMENTS, len(encoders),
                    result_at, 1 if decode is not None else 0, address + ERROR,
                )
            )  # fmt: skip
            if not self._first_poll(future):
                await self._drive(future)
            self._future = None
            _capi.future_delete(future)
            if block.error:
                raise self._failure_of(block)
            return decode(result_at) if decode is not None else None
        finally:
            # By now no future reads or writes these: it finished or was deleted.
            for index in range(len(encoders)):
                _capi.component_val_delete(address + ARGUMENTS + SIZE * index)
            _capi.component_val_delete(result_at)


# Host callbacks -----------------------------------------------------------------------------------


def _store_result(signature: Signature, value: Any, at: int) -> None:
    """Give wasmtime the result. Nothing is left behind if it does not fit."""
    encode = signature.encode_result
    if encode is None:
        if value is not None:
            raise ValueMismatch("a host function without a result returned a value")
        return
    block = (c_uint64 * (SIZE // 8))()
    address = ctypes.addressof(block)
    try:
        encode(value, address)
    except BaseException:
        _capi.component_val_delete(address)
        raise
    memmove(at, address, SIZE)


def _sync_callback(definition: ComponentImport, signature: Signature) -> Callable[..., int]:
    call = definition.call
    decoders = signature.decode_parameters

    def callback(
        env: int, context: int, type: int, args: int, nargs: int, results: int, nresults: int
    ) -> int:
        execution = current.execution
        try:
            arguments = [decode(args + SIZE * i) for i, decode in enumerate(decoders)]
            _store_result(signature, call(execution, *arguments), results)
            return 0
        except BaseException as error:
            execution.fail(error)
            failed: int = _capi.error_new(_HOST_FAILED)
            return failed

    return callback


def _async_callback(definition: ComponentImport, signature: Signature) -> Callable[..., None]:
    call = definition.call
    decoders = signature.decode_parameters

    def finish(value: Any, results_at: int) -> None:
        _store_result(signature, value, results_at)

    def callback(
        env: int, context: int, type: int, args: int, nargs: int,
        results: int, nresults: int, error_ret: int, continuation: int,
    ) -> None:  # fmt: skip
        execution = current.execution
        block = execution._block
        # First of all a continuation that is ready: without one the process aborts, and one that
        # never gets ready would suspend for ever.
        block.flag = 1
        memmove(continuation, block.continuation_at, _capi.CONTINUATION)
        try:
            arguments = [decode(args + SIZE * i) for i, decode in enumerate(decoders)]
            execution._pending = (call(execution, *arguments), finish, results)
            block.flag = 0
        except BaseException as error:
            # Read as soon as this returns; writing it later would be writing to freed memory,
            # which is why a failing coroutine tears the guest down instead.
            execution.fail(error)
            c_uint64.from_address(error_ret).value = _capi.error_new(_HOST_FAILED)

    return callback
