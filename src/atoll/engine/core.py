"""Core modules: a program, that is a module with its host functions, linked once per app."""

from __future__ import annotations

from collections.abc import Sequence

import wasmtime

from atoll.engine import _capi
from atoll.engine.core_callbacks import async_callback, sync_callback
from atoll.engine.core_types import ValueList, check_types
from atoll.engine.engine import Engine
from atoll.engine.errors import IncompatibleCode
from atoll.engine.imports import CoreImport
from atoll.engine.instance import CoreExecution
from atoll.engine.limits import Limits
from atoll.engine.module import CoreModule


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
    """An app's module, linked: shared by all its executions.

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
        self._callbacks: list[object] = []  # wasmtime only borrows them
        self._linker = linker = wasmtime.Linker(module.store.engine)
        wanted = {(i.module, i.name): i.type for i in module.native.imports}
        for definition in imports:
            found = wanted.get((definition.module, definition.name))
            if found is not None:
                self._define(definition, found)
        try:
            if unknown_imports_trap:
                linker.define_unknown_imports_as_traps(module.native)
            self._linked = linker.instantiate_pre(module.native)
        except wasmtime.WasmtimeError as error:
            first = str(error).split("\n", 1)[0]
            raise IncompatibleCode(f"The module does not fit this host: {first}.") from None
        self.pre = _capi.ref(_capi.pointer(self._linked.ptr()))
        self.native = module.store
        self.functions: dict[str, wasmtime.FuncType] = {}
        self.exports: dict[str, Export] = {}
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
        export = self.exports.get(name)
        if export is None:
            found = self.functions.get(name)
            if found is None:
                raise IncompatibleCode(f"The module does not export a function {name!r}.")
            export = self.exports[name] = Export(name, found)
        return export

    def execute(self, limits: Limits, data: object = None) -> CoreExecution:
        """A new execution, to be entered with ``async with``. ``data`` is for host functions."""
        return CoreExecution(self, limits, data)

    def _define(self, definition: CoreImport, found: object) -> None:
        title = f"{definition.module}.{definition.name}"
        check_types(definition.params, f"the import {title}")
        check_types(definition.results, f"the import {title}")
        expected = (
            ([str(t) for t in found.params], [str(t) for t in found.results])
            if isinstance(found, wasmtime.FuncType)
            else None
        )
        ours = (list(definition.params), list(definition.results))
        if expected != ours:
            theirs = _signature(*expected) if expected is not None else "another kind of thing"
            raise IncompatibleCode(
                f"The module imports {title} as {theirs}; this host offers {_signature(*ours)}."
            )
        type = wasmtime.FuncType(
            [getattr(wasmtime.ValType, t)() for t in definition.params],
            [getattr(wasmtime.ValType, t)() for t in definition.results],
        )
        callback: object
        if definition.is_async or definition.reenters:
            define = _capi.linker_define_async_func
            callback = _capi.CORE_ASYNC(async_callback(definition))
        else:
            define = _capi.linker_define_func_unchecked
            callback = _capi.CORE_SYNC(sync_callback(definition))
        self._callbacks.append(callback)
        module, name = definition.module.encode(), definition.name.encode()
        linker, shape = _capi.pointer(self._linker.ptr()), _capi.pointer(type.ptr())
        address = _capi.pointer(callback)
        _capi.check(define(linker, module, len(module), name, len(name), shape, address, 0, 0))


def _signature(params: list[str], results: list[str]) -> str:
    return f"({', '.join(params)}) -> ({', '.join(results)})"
