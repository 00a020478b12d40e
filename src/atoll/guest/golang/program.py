"""A Go module at work: its compiled code, linked, and executions of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from atoll.engine import (
    CoreExecution,
    CoreProgram,
    Engine,
    GuestExit,
    GuestMemoryError,
    Limits,
    Trap,
)
from atoll.guest.core.call import WARNING
from atoll.guest.core.compiling import compile_module
from atoll.guest.core.exports import check_exported, check_start
from atoll.guest.core.fit import MAX_BYTES
from atoll.guest.core.imports import Types, check_helper, may_wait, shown, types_of
from atoll.guest.core.metadata import METADATA_SECTION, VERSION_SECTION
from atoll.guest.core.wasi import flush
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure, MetadataError
from atoll.guest.golang.call import Call
from atoll.guest.golang.calling import call_flat, call_with_record
from atoll.guest.golang.codec import MAX_LEAVES, Codec
from atoll.guest.golang.imports import module_imports
from atoll.guest.golang.module import Module, Signature
from atoll.guest.guest import HostSide, OnLog
from atoll.guest.metadata import Metadata, read_metadata
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface
from atoll.guest.wasm_binary import without_custom_sections

_log = logging.getLogger("atoll.guest")
_HELPERS: Mapping[str, Types] = {
    "__new": (["i32"], ["i32"]),
    "__make": (["i32", "i32"], ["i32"]),
    "__unpin": (["i32"], []),
    "__read_map": (["i32", "i32"], ["i64"]),
    "__write_map": (["i32"] * 4, []),
    "malloc": (["i32"], ["i32"]),
}
_RECORD: Types = (["i32"], ["i32"])
_PANICKED = 2
"""What the standard runtime exits with after a panic."""


class Invocation(CoreExecution):
    """One execution: a fresh instance, for one call. An async context manager."""

    def __init__(self, guest: GoGuest, limits: Limits, call: Call) -> None:
        super().__init__(guest.program, limits, call)
        self._guest = guest
        self._call = call
        self._started = False

    async def invoke(
        self, function: Function, arguments: Mapping[str, Any], selection: Selection | None
    ) -> Any:
        """See ``guest.guest.Invocation``."""
        call, guest = self._call, self._guest
        broken = guest.broken.get(function.export)
        if broken is not None:
            raise BadGuestReply(broken)
        codec = guest.codec.export(function.export)
        made = codec.encode(arguments)
        if function.streams:
            call.read_element = codec.element_reader(selection)
        calling = call_with_record if guest.module.calls == "records" else call_flat
        try:
            if not self._started:
                self._started = True
                await self._start()
            value = await calling(self, codec, made, selection)
        except GuestExit as exit:
            flush(self)
            return self._exited(exit)
        except Trap as trap:
            flush(self)
            raise self._trapped(trap) from None
        except GuestMemoryError as error:
            raise BadGuestReply(str(error)) from None
        finally:
            if call.lines:
                flush(self)
            call.flush_fatal()
        return value

    async def _start(self) -> None:
        start = self._guest.start
        try:
            await self.call(start)
        except GuestExit as exit:
            if exit.status == 0 and start == "_start":
                raise BadGuestReply(
                    "the module is a program that has ended before any function could be called;"
                    " build it again with Atoll"
                ) from None
            raise

    def _trapped(self, trap: Trap) -> Exception:
        """A panic of TinyGo's ends in a trap. What it said is the better message."""
        return self._panic() or trap if trap.kind == "unreachable" else trap

    def _exited(self, exit: GuestExit) -> None:
        panic = self._panic() if exit.status == _PANICKED else None
        if panic is not None:
            raise panic
        if exit.status == 0:
            self._call.on_log(WARNING, "Function ended prematurely with exit code 0.")
            return
        raise GuestEnded(exit.status)

    def _panic(self) -> GuestFailure | None:
        call = self._call
        if call.fatal is None:
            return None
        message, call.fatal = call.fatal.rstrip(), None
        if "out of memory" in message or "cannot allocate" in message:
            message += " (limits.memoryMb in modus.json)"
        trace, call.trace = "\n".join((message, *call.trace)), []
        return GuestFailure("exception", "", message, trace)


class GoGuest:
    """An app's module, linked with the host's functions. Lives as long as the app.

    Args:
        start: the export that makes a fresh instance ready.
        broken: functions that cannot be called, and why.
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
        broken: Mapping[str, str],
    ) -> None:
        self.program = program
        self.metadata = metadata
        self.codec = codec
        self.module = codec.module
        self.start = start
        self.may_wait = may_wait
        self.broken = broken

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
        on_compile: Callable[[], None] | None = None,
    ) -> GoGuest:
        """Compile a module, or take its code from the cache. Blocks.

        Args:
            max_bytes: of the arguments and of the results of a function, in the guest's memory.
            metadata: what ``read_metadata`` says of it, if that is known already.

        Raises:
            MetadataError: the file is not an app in Go, or its code is not what it says of itself.
            EngineError: the code cannot be compiled.
        """
        data = wasm.read_bytes() if isinstance(wasm, Path) else wasm
        metadata = metadata or read_metadata(data)
        described = metadata.module
        if not isinstance(described, Module):
            raise MetadataError("NOT_GO", "the file is not a module compiled from Go")
        codec = Codec(described, max_bytes=max_bytes)
        # Without what it says of itself: a module that is only built again has the same code.
        code = without_custom_sections(data, (VERSION_SECTION, METADATA_SECTION))
        module = compile_module(engine, code, cached=cached, on_compile=on_compile)
        imports = module_imports(module.native, codec)
        program = CoreProgram(engine, module, imports)
        return cls(
            program,
            metadata,
            codec,
            start=_check_exports(program, described),
            may_wait=may_wait(module.native, imports),
            broken=_broken(program, codec),
        )

    def execute(
        self, limits: Limits, *, environment: Mapping[str, str], host: HostSide, on_log: OnLog
    ) -> Invocation:
        """See ``guest.guest.Guest``."""
        return Invocation(self, limits, Call(environment, host, on_log))


def _check_exports(program: CoreProgram, module: Module) -> str:
    """Check that the code is as metadata says; the name of the function that starts it."""
    functions = program.functions
    check_exported(functions, module.exports)
    for name, expected in _HELPERS.items():
        if name in functions:
            check_helper(name, types_of(functions[name]), expected)
    start = check_start(program)
    if start == "_start":
        _log.warning("The app was built as a program, not as a reactor; build it again with Atoll.")
    return start


def _broken(program: CoreProgram, codec: Codec) -> dict[str, str]:
    """Functions that are not as their description says. The others can be called all the same."""
    found = {}
    for name, signature in codec.module.exports.items():
        reason = _reason(signature, types_of(program.functions[name]), codec)
        if reason is not None:
            found[name] = f"the function {name[:100]} cannot be called: {reason}"
    return found


def _reason(signature: Signature, types: Types, codec: Codec) -> str | None:
    unknown = codec.unknown_in(signature)
    if unknown is not None:
        return f"its type {unknown[:100]} is not described; build the app again with Atoll"
    if codec.module.calls == "records":
        return None if types == _RECORD else f"it is exported as {shown(types)}"
    layouts = codec.layouts
    parameters = layouts.struct([slot.type for slot in signature.parameters])
    results = layouts.struct([result.type for result in signature.results])
    if parameters.leaves >= MAX_LEAVES:
        return f"its parameters are {parameters.leaves} values, of which {MAX_LEAVES - 1} can pass"
    expected = [leaf.wasm for leaf in codec.export(signature.name).leaves]
    returned: list[str] = []
    if results.leaves == 1:
        types_returned = layouts.all_leaves([result.type for result in signature.results])
        returned = [types_returned[0].wasm]
    elif results.size:
        expected.insert(0, "i32")
    if (expected, returned) != types:
        described = shown((expected, returned))
        return f"it is exported as {shown(types)}, which its description makes {described}"
    return None
