"""Executions of core modules: calls with numbers, and the instance's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atoll.engine import _capi
from atoll.engine._capi import ref
from atoll.engine.core_types import REFUSED
from atoll.engine.errors import GuestMemoryError, IncompatibleCode
from atoll.engine.execution import ARGUMENTS, RESULTS, Execution
from atoll.engine.limits import Limits
from atoll.engine.native import TABLE_ELEMENTS

if TYPE_CHECKING:
    from atoll.engine.core import CoreProgram

_NOTHING = memoryview(b"")


class CoreExecution(Execution):
    """An execution of a core module. Pointers from the guest are checked: :meth:`read` and
    :meth:`write` raise :class:`GuestMemoryError` instead of leaving its memory."""

    # The memory as of the last look. It may have grown since, but never shrinks and, in a pool
    # slot, never moves: looking again when something seems outside is enough.
    _view = _NOTHING
    _located = False
    #: Nested calls of the guest that are not over (:mod:`atoll.engine.reentry`).
    nesting = 0

    def __init__(self, program: CoreProgram, limits: Limits, data: object) -> None:
        engine = program.engine
        super().__init__(engine, program.native, engine.core_slots, limits, data)
        self._program = program

    def _open(self) -> None:
        engine = self._engine
        self._store = store = ref(_capi.store_new(self._native.ref, None, None))
        self._context = ref(_capi.store_context(store))
        memory = self.limits.memory
        if memory < engine.config.max_memory:  # else the slot's own size is the limit
            _capi.store_limiter(store, ref(memory), TABLE_ELEMENTS, 1, 1, 1)

    def _instantiate(self) -> int:
        block = self._block
        return _capi.instance_pre_instantiate_async(
            self._program.pre, self._context, block.instance_ref, block.trap_ref, block.error_ref
        )

    async def call(self, export: str, *arguments: Any) -> Any:
        """Run an exported function: its result, ``None`` if it has none, a tuple if several.

        Raises :class:`Trap`, :class:`DeadlineExceeded`, :class:`IncompatibleCode` (no such
        export), :class:`ValueMismatch`, or whatever a host function raised. After any of the
        first two or the last the instance is dead.
        """
        if self._future or self._dead or not self._store:
            self._refuse()
        program = self._program
        target = program.exports.get(export) or program.export(export)
        block, context = self._block, self._context
        parameters = target.arguments
        try:
            parameters.pack(block.view, ARGUMENTS, *arguments)
        except REFUSED:
            parameters.pack_into(block.view, ARGUMENTS, arguments)
        if not _capi.instance_export_get(
            context, block.instance_ref, target.name, target.name_length, block.function_ref
        ):
            raise IncompatibleCode(f"The module does not export a function {export!r}.")
        results = target.results
        self._future = future = ref(
            _capi.func_call_async(
                context, block.function_handle_ref,
                block.arguments_ref, parameters.count, block.results_ref, results.count,
                block.trap_ref, block.error_ref,
            )
        )  # fmt: skip
        if not self._first_poll(future):
            await self._drive(future)
        self._future = None
        _capi.future_delete(future)
        if block.trap or block.error:
            raise self._failure_of(block)
        count = results.count
        if count == 1:
            return results.unpack_from(block.view, RESULTS)[0]
        return results.unpack_from(block.view, RESULTS) if count else None

    # Memory -------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take up the memory's present size."""
        if not self._ready:
            raise self._no_instance()
        context, block = self._context, self._block
        if not self._located:
            name = self._program.memory_name
            if name is None or not _capi.instance_export_get(
                context, block.instance_ref, name, len(name), block.memory_ref
            ):
                raise GuestMemoryError("The module exports no memory.")
            self._located = True
        handle = block.memory_handle_ref
        size = _capi.memory_data_size(context, handle)
        if size != self._size:
            self._view = _capi.view(_capi.memory_data(context, handle), size)
            self._size = size

    def memory_size(self) -> int:
        """Bytes of the exported memory, as of now."""
        self._look()
        return self._size

    def view(self) -> memoryview:
        """The whole exported memory as of now, without a copy. Not to be used after the guest has
        run again or is gone: read at once."""
        self._look()
        return self._view

    def read(self, pointer: int, length: int) -> bytes:
        """A copy of ``length`` bytes at ``pointer``. Raises :class:`GuestMemoryError`."""
        end = pointer + length
        if end > self._size or not self._size:
            self._look()
        if pointer < 0 or length < 0 or end > self._size:
            raise GuestMemoryError(_outside(pointer, length))
        return self._view[pointer:end].tobytes()

    def write(self, pointer: int, data: bytes) -> None:
        """Copy ``data`` to ``pointer``. Raises :class:`GuestMemoryError`."""
        end = pointer + len(data)
        if end > self._size or not self._size:
            self._look()
        if pointer < 0 or end > self._size:
            raise GuestMemoryError(_outside(pointer, len(data)))
        self._view[pointer:end] = data


def _outside(pointer: int, length: int) -> str:
    return f"The guest named {length} bytes at address {pointer}, which is outside its memory."
