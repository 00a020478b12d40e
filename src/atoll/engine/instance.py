"""Executions of core modules: calls with numbers, and the instance's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atoll.engine import _capi
from atoll.engine.errors import EngineError, GuestMemoryError, IncompatibleCode
from atoll.engine.execution import ARGUMENTS, ERROR, FUNCTION, MEMORY, RESULTS, TRAP, Execution
from atoll.engine.limits import Limits
from atoll.engine.native import TABLE_ELEMENTS
from atoll.engine.slots import Slots

if TYPE_CHECKING:
    from atoll.engine.core import CoreProgram

_WRITABLE = 0x200  # PyBUF_WRITE
_NOTHING = memoryview(b"")


class CoreExecution(Execution):
    """An execution of a core module. Pointers from the guest are checked: :meth:`read` and
    :meth:`write` raise :class:`GuestMemoryError` instead of leaving its memory."""

    # The memory as of the last look. It may have grown since, but never shrinks and, in a pool
    # slot, never moves: looking again when something seems outside is enough.
    _view = _NOTHING
    _size = 0
    _handle = 0

    def __init__(self, program: CoreProgram, limits: Limits, data: object) -> None:
        super().__init__(program.engine, program.native, limits, data)
        self._program = program

    def _slots(self) -> Slots:
        return self._engine.core_slots

    def _open(self) -> None:
        engine = self._engine
        self._store = store = _capi.store_new(self._native.pointer, 0, 0)
        self._context = _capi.store_context(store)
        memory = self.limits.memory
        if memory < engine.config.max_memory:  # else the slot's own size is the limit
            _capi.store_limiter(store, memory, TABLE_ELEMENTS, 1, 1, 1)

    def _instantiate(self) -> int:
        address = self._address
        future: int = _capi.instance_pre_instantiate_async(
            self._program.pre, self._context, address, address + TRAP, address + ERROR
        )
        return future

    def _close(self) -> None:
        self._view = _NOTHING
        self._size = 0
        super()._close()

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
        address, block, context = self._address, self._block, self._context
        target.arguments.pack_into(block, ARGUMENTS, arguments)
        function = address + FUNCTION
        if not _capi.instance_export_get(
            context, address, target.name, target.name_length, function
        ):
            raise IncompatibleCode(f"The module does not export a function {export!r}.")
        results = target.results
        self._future = future = _capi.func_call_async(
            context, function + 8,
            address + ARGUMENTS, target.arguments.count, address + RESULTS, results.count,
            address + TRAP, address + ERROR,
        )  # fmt: skip
        if not self._first_poll(future):
            await self._drive(future)
        self._future = 0
        _capi.future_delete(future)
        if block.trap or block.error:
            raise self._failure_of(block)
        count = results.count
        if count == 1:
            return results.unpack_from(block, RESULTS)[0]
        return results.unpack_from(block, RESULTS) if count else None

    # Memory -------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Take up the memory's present size."""
        if not self._store:
            raise EngineError("The instance is gone.", code="EXECUTION_OVER")
        context = self._context
        if not self._handle:
            name = self._program.memory_name
            at = self._address + MEMORY
            if name is None or not _capi.instance_export_get(
                context, self._address, name, len(name), at
            ):
                raise GuestMemoryError("The module exports no memory.")
            self._handle = at + 8
        size = _capi.memory_data_size(context, self._handle)
        if size != self._size:
            self._view = _capi.view(_capi.memory_data(context, self._handle), size, _WRITABLE)
            self._size = size

    def memory_size(self) -> int:
        """Bytes of the exported memory, as of now."""
        self._look()
        return self._size

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
