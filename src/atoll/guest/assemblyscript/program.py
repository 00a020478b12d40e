"""An AssemblyScript module at work: its compiled code, linked, and executions of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from atoll.engine import (
    CompileError,
    CoreExecution,
    CoreProgram,
    Engine,
    GuestExit,
    Limits,
    Trap,
)
from atoll.guest.assemblyscript.call import Call
from atoll.guest.assemblyscript.codec import Arguments, Codec
from atoll.guest.assemblyscript.entries import PREFIX, add_entries, has_free_start
from atoll.guest.assemblyscript.entry import Entry
from atoll.guest.assemblyscript.imports import module_imports, wasm_signature
from atoll.guest.assemblyscript.module import Module
from atoll.guest.assemblyscript.placing import place
from atoll.guest.core.call import WARNING
from atoll.guest.core.compiling import compile_module
from atoll.guest.core.exports import STARTS, check_exported, check_start
from atoll.guest.core.fit import MAX_BYTES
from atoll.guest.core.imports import (
    Types,
    check_helper,
    check_types,
    may_wait,
    mismatch,
    types_of,
)
from atoll.guest.core.wasi import flush
from atoll.guest.failure import GuestEnded, GuestFailure, MetadataError
from atoll.guest.guest import HostSide, OnLog
from atoll.guest.metadata import Metadata, read_metadata
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface

_NEEDED: Mapping[str, Types] = {
    "__new": (["i32", "i32"], ["i32"]),
    "__pin": (["i32"], ["i32"]),
    "__unpin": (["i32"], []),
}
_SET_ARGUMENTS_LENGTH = "__setArgumentsLength"
_LENGTH: Types = (["i32"], [])
_NOT_OWN = ("~", "<", "atoll:")
_IN_LIBRARY = re.compile(r" at ~lib/\S+:\d+:\d+\Z")
ABORTED = 255
"""The exit code of ``abort``, which ``throw`` is as well."""


class Invocation(CoreExecution):
    """One execution: a fresh instance, for one call. An async context manager."""

    def __init__(self, guest: AssemblyScriptGuest, limits: Limits, call: Call) -> None:
        super().__init__(guest.program, limits, call)
        self._guest = guest
        self._call = call

    async def invoke(
        self, function: Function, arguments: Mapping[str, Any], selection: Selection | None
    ) -> Any:
        """See ``guest.guest.Invocation``."""
        call, guest = self._call, self._guest
        codec = guest.codec.export(function.export)
        arguments_made = codec.encode(arguments)
        if function.streams:
            call.border.read_element = codec.element_reader(selection)
        try:
            entry = guest.entry(function.export)
            if entry is not None:
                value = await entry.call(self, arguments_made, selection)
            else:
                value = await self._call_plainly(function.export, arguments_made, selection)
        except GuestExit as exit:
            return self._exited(exit)
        except Trap as trap:
            call.flush_fatal()
            raise self._explained(trap) from None
        except BaseException:
            call.flush_fatal()
            raise
        finally:
            if call.lines:
                flush(self)
        call.flush_fatal()
        return value

    async def _call_plainly(
        self, export: str, arguments: Arguments, selection: Selection | None
    ) -> Any:
        """Call a function that has no entry: the same in more steps."""
        guest = self._guest
        codec = guest.codec.export(export)
        await self.call(guest.start)
        raws = arguments.raws
        if arguments.records:
            addresses = await self._run(place(arguments.records, self, keep=True))
            raws = codec.with_addresses(raws, addresses)
        if codec.takes_length and guest.takes_length:
            await self.call(_SET_ARGUMENTS_LENGTH, arguments.given)
        raw = await self.call(export, *raws)
        return codec.decoder(selection)(self, raw)

    async def _run(self, steps: Any) -> Any:
        """Run steps, which are calls of the guest."""
        result = None
        try:
            while True:
                result = await self.call(*steps.send(result))
        except StopIteration as stop:
            return stop.value

    def _explained(self, trap: Trap) -> Trap:
        """With the function that trapped, if the module has names (debug builds do)."""
        message = trap.message
        limit = self.limits.memory
        if trap.kind == "unreachable" and self.memory_size() > limit // 2:
            # Its allocator ends so when it gets no more memory.
            message = (
                f"The guest aborted with {self.memory_size() >> 20} of {limit >> 20} MiB of memory"
                " in use: it may need more (limits.memoryMb in modus.json)."
            )
        where = _own_function(trap.frames)
        if where:
            message = f"{message.removesuffix('.')}, in {where}."
        return Trap(trap.kind, message, trap.frames)

    def _exited(self, exit: GuestExit) -> None:
        call, status = self._call, exit.status
        if status == ABORTED:
            message, call.fatal = call.fatal or "the function aborted", None
            where = _own_function(exit.frames)
            if where and _IN_LIBRARY.search(message):
                message = f"{message}, called by {where}"
            raise GuestFailure("exception", "", message)
        call.flush_fatal()
        if status == 0:
            call.on_log(WARNING, "Function ended prematurely with exit code 0.")
            return
        raise GuestEnded(status)


class AssemblyScriptGuest:
    """An app's module, linked with the host's functions. Lives as long as the app.

    Args:
        max_bytes: of the arguments and of the result of a function, in the guest's memory.
    """

    exact = True

    def __init__(
        self,
        program: CoreProgram,
        metadata: Metadata,
        codec: Codec,
        *,
        start: str,
        may_wait: bool,
        has_entries: bool,
        free_start: bool,
    ) -> None:
        self.program = program
        self.metadata = metadata
        self.codec = codec
        self.start = start
        """The export that makes a fresh instance ready."""
        self.may_wait = may_wait
        self.takes_length = _SET_ARGUMENTS_LENGTH in program.functions
        self._free_start = free_start
        self.has_entries = has_entries
        self._entries: dict[str, Entry | None] = {}

    def entry(self, export: str) -> Entry | None:
        """How the function is called in one step; None if it cannot be."""
        try:
            return self._entries[export]
        except KeyError:
            found = None
            if self.has_entries and f"{PREFIX}{export}" in self.program.functions:
                found = Entry(
                    self.codec,
                    self.codec.module.exports[export],
                    start=self.start,
                    free_start=self._free_start,
                )
            return self._entries.setdefault(export, found)

    @property
    def interface(self) -> Interface:
        return self.metadata.interface

    @classmethod
    def load(
        cls,
        engine: Engine,
        wasm: bytes | Path,
        *,
        cached: bool = True,
        max_bytes: int = MAX_BYTES,
        metadata: Metadata | None = None,
        entries: bool = True,
        on_compile: Callable[[], None] | None = None,
    ) -> AssemblyScriptGuest:
        """Compile a module, or take its code from the cache. Blocks.

        Args:
            metadata: what ``read_metadata`` says of it, if that is known already.
            entries: whether functions of the host's own may be added to it, which makes calls
                quicker and nothing else.

        Raises:
            MetadataError: the file is not an app in AssemblyScript, or its code is not what it
                says of itself.
            EngineError: the code cannot be compiled.
        """
        data = wasm.read_bytes() if isinstance(wasm, Path) else wasm
        metadata = metadata or read_metadata(data)
        described = metadata.module
        if not isinstance(described, Module):
            raise MetadataError(
                "NOT_ASSEMBLYSCRIPT", "the file is not a module compiled from AssemblyScript"
            )
        codec = Codec(described, max_bytes=max_bytes)
        extended = add_entries(data, described, STARTS) if entries else None
        module = None
        if extended is not None:
            with contextlib.suppress(CompileError):  # the module as it is says why
                module = compile_module(engine, extended, cached=cached, on_compile=on_compile)
        has_entries = module is not None
        if module is None:
            module = compile_module(engine, data, cached=cached, on_compile=on_compile)
        imports = module_imports(module.native, codec)
        program = CoreProgram(engine, module, imports)
        start = _check_exports(program, described)
        return cls(
            program,
            metadata,
            codec,
            start=start,
            may_wait=may_wait(module.native, imports),
            has_entries=has_entries,
            free_start=has_free_start(data),
        )

    def execute(
        self, limits: Limits, *, environment: Mapping[str, str], host: HostSide, on_log: OnLog
    ) -> Invocation:
        """See ``guest.guest.Guest``."""
        return Invocation(self, limits, Call(environment, host, on_log, self.has_entries))


def _own_function(frames: Sequence[str]) -> str | None:
    """The innermost function that the app's author wrote: ``assembly/index/sum``. Optimised
    modules have no names."""
    names = (frame.rpartition("!")[2].removeprefix("export:") for frame in frames)
    return next((name for name in names if not name.startswith(_NOT_OWN)), None)


def _check_exports(program: CoreProgram, module: Module) -> str:
    """Check that the code is as metadata says; the name of the function that starts it."""
    functions = program.functions
    check_exported(functions, module.exports)
    for name, signature in module.exports.items():
        what = f"exports the function {name[:100]}"
        check_types(what, wasm_signature(signature), types_of(functions[name]))
    for name, expected in _NEEDED.items():
        if name not in functions:
            raise mismatch(
                f"the module does not export {name}, by which values are passed to it",
                "compile it with --exportRuntime",
            )
        check_helper(name, types_of(functions[name]), expected)
    if _SET_ARGUMENTS_LENGTH in functions:
        check_helper(_SET_ARGUMENTS_LENGTH, types_of(functions[_SET_ARGUMENTS_LENGTH]), _LENGTH)
    return check_start(program, "compile it with --exportStart _initialize")
