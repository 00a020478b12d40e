"""A component guest at work: its compiled code, linked, and executions of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from atoll.engine import (
    ComponentExecution,
    ComponentProgram,
    CoreModule,
    Engine,
    Err,
    Limits,
    Ok,
)
from atoll.guest.component.base import IMAGE, BaseCode, find_code
from atoll.guest.component.codec import decode_failure, decode_result, encode_arguments
from atoll.guest.component.frame import compose
from atoll.guest.component.wasi import IMPORTS, LiveSurroundings, OnCall
from atoll.guest.failure import BadGuestReply, GuestFailure, MetadataError
from atoll.guest.guest import HostSide, OnLog
from atoll.guest.metadata import Metadata, read_metadata
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface

Form: TypeAlias = Literal["split", "whole"]
"""``split`` compiles only the app's image (fast to build, for ``dev``); ``whole`` compiles image
and code together (some 10 seconds, but faster to instantiate, for ``serve``)."""


class BaseMissing(Exception):
    """An app was built for a Python base that is not in the cache.

    ``identity`` is the base's; whoever can build bases may build this installation's own and try
    again, and if that has another identity the app must be built again.
    """

    def __init__(self, identity: str) -> None:
        super().__init__(f"the app needs the Python base {identity[:12]}, which is not here")
        self.identity = identity
        self.code = "BASE_MISSING"
        self.message = str(self)
        self.hint: str | None = (
            "build the app again with this version of Atoll, or build it with --standalone,"
            " which needs no base"
        )
        self.location = None


class Instance:
    """A fresh instance at the border that it really has: JSON text. An async context manager."""

    __slots__ = ("_execution",)

    def __init__(self, execution: ComponentExecution) -> None:
        self._execution = execution

    async def __aenter__(self) -> Self:
        await self._execution.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._execution.__aexit__(kind, error, traceback)

    @property
    def cpu_used(self) -> float:
        """Seconds of computing so far."""
        return self._execution.cpu_used

    @property
    def waited(self) -> float:
        """Seconds that it has waited for its turn."""
        return self._execution.waited

    def renew(self) -> None:
        """Count its computing anew."""
        self._execution.renew()

    async def invoke(self, export: str, arguments: str) -> Ok | Err:
        """Call an exported function with JSON text; result and error are JSON text too.

        Raises EngineError when the guest is torn down (trap, deadline, exit).
        """
        reply: Ok | Err = await self._execution.call("invoke", export, arguments)
        return reply


class Invocation:
    """One execution: a fresh instance, for one call. An async context manager."""

    __slots__ = ("_instance", "_limit")

    def __init__(self, instance: Instance, limit: int) -> None:
        self._instance = instance
        self._limit = limit

    async def __aenter__(self) -> Self:
        await self._instance.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._instance.__aexit__(kind, error, traceback)

    @property
    def cpu_used(self) -> float:
        """Seconds of computing so far."""
        return self._instance.cpu_used

    @property
    def waited(self) -> float:
        """Seconds that it has waited for its turn."""
        return self._instance.waited

    def renew(self) -> None:
        """See ``guest.guest.Invocation``."""
        self._instance.renew()

    async def invoke(
        self, function: Function, arguments: Mapping[str, Any], selection: Selection | None
    ) -> Any:
        """See ``guest.guest.Invocation``. The guest sends its whole result, whatever is wanted."""
        text = encode_arguments(arguments)
        self._check_size("argument", text)
        reply = await self._instance.invoke(function.export, text)
        found = reply.value
        if not isinstance(found, str):
            raise BadGuestReply("the function's reply is not text")
        self._check_size("result", found)
        if isinstance(reply, Err):
            raise decode_failure(found)
        return decode_result(found)

    def _check_size(self, what: Literal["argument", "result"], text: str) -> None:
        if len(text) * 4 <= self._limit:  # no need to know exactly
            return
        size = len(text.encode())
        if size > self._limit:
            owned = "arguments" if what == "argument" else "result"
            raise GuestFailure(
                what,
                "PayloadTooLarge",
                f"the size of the function's {owned} is {size} bytes; the limit is"
                f" {self._limit} (limits.payloadMb in modus.json)",
            )


class ComponentGuest:
    """An app's compiled component, linked with the host's functions. Lives as long as the app."""

    exact = False
    may_wait = True

    def __init__(self, program: ComponentProgram, metadata: Metadata) -> None:
        self._program = program
        self.metadata = metadata

    @property
    def interface(self) -> Interface:
        return self.metadata.interface

    @classmethod
    def load(
        cls,
        engine: Engine,
        wasm: bytes | Path,
        *,
        form: Form = "whole",
        cache: Path | None = None,
        cached: bool = True,
        on_compile: Callable[[], None] | None = None,
    ) -> ComponentGuest:
        """Compile an app file, or take its code from the cache. Blocks, for seconds if it compiles.

        Args:
            engine: where it will run.
            wasm: the file that ``atoll build`` wrote: an image, or a self-contained component.
            form: how to compile an image; a component is always compiled whole.
            cache: the directory of Python bases; None for the default.
            cached: whether to keep the compiled image in split form (a development server has no
                use for it after the next change).
            on_compile: called before a compilation that takes seconds, if there is one.

        Raises:
            MetadataError: the file is not an app of ours.
            BaseMissing: it needs a base that is not in the cache.
            DamagedBase, EngineError: the code cannot be read or compiled.
        """
        data = wasm.read_bytes() if isinstance(wasm, Path) else wasm
        metadata = read_metadata(data)

        def compile_whole(produce: Callable[[], bytes], key: str) -> ComponentGuest:
            def source() -> bytes:
                if on_compile is not None:
                    on_compile()
                return produce()

            component = engine.compile_component(source, key=key)
            return cls(ComponentProgram(engine, component, IMPORTS), metadata)

        if metadata.base is None:
            if metadata.kind != "component":
                raise MetadataError(
                    "NOT_PYTHON", "the file is a core module that names no Python base"
                )
            return compile_whole(
                lambda: data, f"app {hashlib.blake2b(data, digest_size=32).hexdigest()}"
            )
        code = find_code(cache, metadata.base)
        if code is None:
            raise BaseMissing(metadata.base)
        if form == "split":
            image = engine.compile_module(data, cached=cached, for_component=True)
            return cls(_split_program(engine, code, image), metadata)
        return compile_whole(lambda: compose(code.frame(), data), _whole_key(code, data))

    def execute(
        self, limits: Limits, *, environment: Mapping[str, str], host: HostSide, on_log: OnLog
    ) -> Invocation:
        """See ``guest.guest.Guest``."""

        async def on_call(name: str, payload: str) -> Ok | Err:
            succeeded, text = await host.call(name, payload)
            return Ok(text) if succeeded else Err(text)

        instance = self.instantiate(limits, environment=environment, on_call=on_call, on_log=on_log)
        return Invocation(instance, host.payload_limit)

    def instantiate(
        self,
        limits: Limits,
        *,
        environment: Mapping[str, str],
        on_call: OnCall,
        on_log: OnLog,
    ) -> Instance:
        """A fresh instance, to be entered with ``async with``.

        Args:
            limits: of this execution.
            environment: the variables that the guest sees.
            on_call: does a host operation; what it raises tears the guest down.
            on_log: takes a line; called on whatever thread runs the guest, so it must be short and
                thread-safe.
        """
        surroundings = LiveSurroundings(environment, on_call, on_log)
        return Instance(self._program.execute(limits, surroundings))


def _split_program(engine: Engine, code: BaseCode, image: CoreModule) -> ComponentProgram:
    compiled = code.compiled(engine)
    modules = {**compiled.libraries, IMAGE: image}
    return ComponentProgram(engine, compiled.shell, IMPORTS, modules=modules)


def _whole_key(code: BaseCode, image: bytes) -> str:
    return f"python-app {code.identity} {_digest(image)}"


def _digest(data: bytes) -> str:
    """Not SHA-256, which takes twice as long: this is on the way of every start."""
    return hashlib.blake2b(data, digest_size=32).hexdigest()
