"""Calling an exported function, by either convention."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from atoll.engine import CoreExecution
from atoll.guest.failure import BadGuestReply
from atoll.guest.golang.codec import Arguments, ExportCodec, gathered, spread
from atoll.guest.golang.maps import finish
from atoll.guest.golang.memory import ADDRESS, Steps, signed
from atoll.guest.golang.placing import Placed
from atoll.guest.selection import Selection

_CALLS_IN_A_ROW = 500
"""They take about as long as what a guest may compute before it has to make room for others."""


async def call_with_record(
    execution: CoreExecution, codec: ExportCodec, arguments: Arguments, selection: Selection | None
) -> Any:
    """Call a function that takes and gives the address of an object with all its values.

    Raises:
        BadGuestReply: what the guest returned cannot be what it says.
        EngineError: the guest was torn down.
    """
    signature = codec.signature
    data = await run(execution, arguments.place(execution, Placed(codec.word)))
    address = 0
    if signature.parameters:
        address = await execution.call("__new", signature.arguments_id) & ADDRESS
        if not address:
            raise BadGuestReply("the module does not know the type of its own arguments")
        execution.write(address, data)
    results_at = await execution.call(signature.name, signed(address)) & ADDRESS
    if not signature.results:
        return None
    if not results_at:
        raise BadGuestReply("the guest gave no results")
    return await _read(execution, codec, results_at, selection)


async def call_flat(
    execution: CoreExecution, codec: ExportCodec, arguments: Arguments, selection: Selection | None
) -> Any:
    """Call a function that takes its values spread out, as TinyGo compiles it.

    Its collector does not look into memory that ``malloc`` gave. So of results that hold maps, to
    list which the guest must run, copies are kept in variables of its own, made before the call.

    Raises:
        BadGuestReply: what the guest returned cannot be what it says.
        EngineError: the guest was torn down.
    """
    signature, layout = codec.signature, codec.results
    if codec.is_too_large:
        raise BadGuestReply("the result is larger than limits.payloadMb in modus.json allows")
    data = await run(execution, arguments.place(execution, Placed(codec.word)))
    words = spread(codec.leaves, data)
    kept = [(part, await _variable(execution, part.id)) for part in codec.kept]
    is_direct = layout.leaves == 1
    at = 0
    if signature.results and layout.size and not (is_direct and codec.reads_words):
        at = await _allocated(execution, layout.size)
    if not is_direct:
        if at:
            words.insert(0, signed(at))
        await execution.call(signature.name, *words)
        value = execution.read(at, layout.size) if kept else b""
    else:
        word = await execution.call(signature.name, *words)
        value = gathered(codec.result_leaves, layout.size, [word])
        if codec.reads_words:
            return codec.read_words(execution, value, selection)
        execution.write(at, value)
    for part, variable in kept:
        if not part.is_pointer:
            execution.write(variable, value[part.offset : part.offset + part.size])
            continue
        target = int.from_bytes(value[part.offset : part.offset + codec.word], "little")
        if target:
            execution.write(variable, execution.read(target, part.size))
            execution.write(at + part.offset, variable.to_bytes(codec.word, "little"))
    if not signature.results:
        return None
    return await _read(execution, codec, at, selection)


async def _variable(execution: CoreExecution, id: int) -> int:
    pointer: int = await execution.call("__new", signed(id)) & ADDRESS
    if not pointer:
        raise BadGuestReply(f"the module does not know the type with id {id} of its own")
    return pointer


async def _allocated(execution: CoreExecution, size: int) -> int:
    pointer: int = await execution.call("malloc", size) & ADDRESS
    if not pointer:
        raise BadGuestReply("the module could not allocate memory for its results")
    execution.write(pointer, bytes(size))
    return pointer


async def _read(
    execution: CoreExecution, codec: ExportCodec, at: int, selection: Selection | None
) -> Any:
    reader, value = codec.read(execution, at, selection)
    if reader.later:
        await run(execution, finish(reader, execution, codec.word))
    return value


async def run(execution: CoreExecution, steps: Steps[Any]) -> Any:
    """Run steps, which are calls of the guest. As each is over at once, others get their turns
    between some of them."""
    result = None
    try:
        for number in itertools.count(1):
            result = await execution.call(*steps.send(result))
            if number % _CALLS_IN_A_ROW == 0:
                await asyncio.sleep(0)
    except StopIteration as stop:
        return stop.value
