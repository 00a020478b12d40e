"""The host functions of a Go module, linked by name to what it imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import wasmtime

from atoll.engine import CoreExecution, CoreImport, OnFiber
from atoll.guest.core.call import call_of
from atoll.guest.core.fit import UnfitResult
from atoll.guest.core.imports import (
    Wanted,
    check_types,
    undescribed,
    unknown,
    wanted_imports,
)
from atoll.guest.golang.call import Call
from atoll.guest.golang.codec import MAX_LEAVES, Codec, ImportCodec
from atoll.guest.golang.maps import finish
from atoll.guest.golang.memory import ADDRESS, Reader, Steps
from atoll.guest.golang.placing import Placed
from atoll.guest.golang.types import Array, GoType, Map, Named, Pointer, String
from atoll.guest.streams import stream_imports

_LOG = "modus_system.logMessage"


def module_imports(native: wasmtime.Module, codec: Codec) -> list[CoreImport]:
    """A host function for each import of the module.

    Raises:
        MetadataError: ``MODULE_MISMATCH`` or ``IMPORT_UNKNOWN``: an import is not as the module
            describes it, or nothing that a host could know.
    """
    streams = stream_imports(lambda execution: call_of(execution).border)
    return [
        *_described(native, codec),
        *(each for each in streams if each.name != "put"),
        CoreImport("atoll_stream", "put", ("i32",), ("i32",), _put(codec), reenters=True),
    ]


def _described(native: wasmtime.Module, codec: Codec) -> Iterator[CoreImport]:
    for wanted in wanted_imports(native):
        if isinstance(wanted, CoreImport):
            yield wanted
        elif wanted.module.startswith(("modus_", "atoll_")):
            yield _host_function(codec, wanted)
        else:
            raise unknown(wanted.title, "no host function has that name")


def _host_function(codec: Codec, wanted: Wanted) -> CoreImport:
    signature = codec.module.imports.get(wanted.title)
    if signature is None:
        raise undescribed(wanted.title)
    if len(signature.results) > 1 or codec.layouts.struct(signature.types).leaves > MAX_LEAVES:
        raise unknown(wanted.title, "a host function has few arguments and one result")
    if any(_lies_in_memory(slot.type, codec) for slot in signature.parameters):
        raise unknown(wanted.title, "a host function takes maps and arrays by their addresses")
    imported = codec.imported(wanted.title)
    expected = list(imported.params), list(imported.results)
    check_types(f"imports {wanted.title[:200]}", expected, wanted.types)
    texts = [slot.type for slot in signature.parameters] == [Pointer("*string", String())] * 2
    if wanted.title == _LOG and texts and not wanted.results:
        return CoreImport(*wanted, _log_message(imported))
    return CoreImport(*wanted, _operation(wanted.title, imported, codec), reenters=True)


def _lies_in_memory(type: GoType, codec: Codec) -> bool:
    """Whether reading a value takes an address of it, so that words of it are not enough."""
    real = codec.module.real(type)
    if isinstance(real, Named) and codec.layouts.of(real).leaves:
        return any(_lies_in_memory(part, codec) for part in codec.module.inside(real))
    return isinstance(real, Array | Map)


def _log_message(codec: ImportCodec) -> Any:
    """On its own, since it waits for nothing."""

    def call(execution: CoreExecution, level: int, message: int) -> None:
        _, (level_name, text) = codec.decode(execution, (level, message))
        call_of(execution).log(level_name or "", text or "")

    return call


def _put(codec: Codec) -> Any:
    """As ``guest.streams`` describes it; but maps in an element only the guest can list."""

    def steps(execution: CoreExecution, reader: Reader, element: Any) -> Steps[int]:
        yield from finish(reader, execution, codec.module.word)
        taken: int = yield call_of(execution).border.send(element)
        return taken

    def call(execution: CoreExecution, slot: int) -> Any:
        running = call_of(execution)
        assert isinstance(running, Call)
        if running.read_element is None:
            return _nobody_listens()
        reader, element = running.read_element(execution, slot & ADDRESS)
        if reader.later:
            return OnFiber(steps(execution, reader, element))
        return running.border.send(element)

    return call


async def _nobody_listens() -> int:
    return 1


def _operation(title: str, imported: ImportCodec, codec: Codec) -> Any:
    # Modules of the standard compiler release by themselves what they were given.
    unpins = codec.module.calls == "flat"

    def steps(execution: CoreExecution, reader: Reader, arguments: Sequence[Any]) -> Steps[Any]:
        yield from imported.finish(reader, execution)
        result = yield call_of(execution).host.run_import(title, arguments)
        return (yield from give(execution, result))

    def give(execution: CoreExecution, result: Any) -> Steps[Any]:
        try:
            encoded = imported.encode(result)
        except UnfitResult as error:
            call_of(execution).host.refuse_result(title, str(error))
            encoded = None
        if encoded is None:
            return imported.raw(None)
        placed = Placed(codec.module.word)
        data = yield from encoded.place(execution, placed)
        if unpins:
            yield from placed.unpin()
        return imported.raw(data)

    async def run(execution: CoreExecution, arguments: Sequence[Any]) -> OnFiber:
        result = await call_of(execution).host.run_import(title, arguments)
        return OnFiber(give(execution, result))

    def call(execution: CoreExecution, *raw: Any) -> Any:
        # Read now, on the fiber: memory must not be touched while the guest is suspended.
        reader, arguments = imported.decode(execution, raw)
        if reader.later:  # maps, which only the guest can list
            return OnFiber(steps(execution, reader, arguments))
        return run(execution, arguments)

    return call
