"""What can go wrong in the engine, as data.

Every error has a stable ``code`` for programs, a ``message`` for people and, where there is
something to do about it, a ``hint``. Messages name the guest by what happened in it and never
contain host paths, addresses or stack traces, because they may reach API clients. (The one
exception is :class:`CacheUnwritable`, which only whoever starts the process sees.)

A host function that raises is not wrapped: the guest is torn down and the same exception comes
out of ``Execution.call``.
"""

from __future__ import annotations

from typing import Literal


class EngineError(Exception):
    """Base of every error the engine defines."""

    code: str = "ENGINE_ERROR"
    #: Engine errors are about binaries and running instances, which have no place in a source file.
    location: None = None

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code


class CompileError(EngineError):
    """The bytes are not a WebAssembly module (or component) that this engine accepts."""

    code = "WASM_INVALID"


class IncompatibleCode(EngineError):
    """The module is valid but does not fit the program: imports of the wrong type, a missing
    export, more memory than a slot has."""

    code = "WASM_INCOMPATIBLE"


class Trap(EngineError):
    """The guest stopped itself or was stopped by the sandbox; its instance is dead.

    ``kind`` says why (``"unreachable"``, ``"stack_overflow"``, ``"memory"``, ... : the values of
    :data:`atoll.engine.traps.KINDS`); ``frames`` are the guest functions on the stack, innermost
    first, by the names in the binary.
    """

    code = "GUEST_TRAP"

    def __init__(self, kind: str, message: str, frames: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.frames = frames


class DeadlineExceeded(EngineError):
    """The execution used up its CPU or wall time (``which``), ``seconds`` being the limit."""

    code = "DEADLINE_EXCEEDED"

    def __init__(self, which: Literal["cpu", "wall"], seconds: float) -> None:
        what = "CPU time" if which == "cpu" else "time"
        super().__init__(f"The call used more than its {seconds:g} s of {what} and was stopped.")
        self.which: Literal["cpu", "wall"] = which
        self.seconds = seconds


class GuestExit(EngineError):
    """The guest asked to exit (for host functions such as ``proc_exit`` to raise)."""

    code = "GUEST_EXIT"

    def __init__(self, status: int) -> None:
        super().__init__(f"The guest exited with status {status} before it returned a result.")
        self.status = status
        self.frames: tuple[str, ...] = ()
        """Of the guest's stack, as those of :class:`Trap`."""


class GuestMemoryError(EngineError):
    """A pointer and length from the guest do not lie within its memory."""

    code = "GUEST_MEMORY"


class ValueMismatch(EngineError):
    """A value given to the guest does not fit the declared type of the parameter or result."""

    code = "VALUE_MISMATCH"


class CacheUnwritable(EngineError):
    """The directory for compiled code cannot be written, or others could write to it."""

    code = "CACHE_UNWRITABLE"
