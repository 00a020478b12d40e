"""Calling a function through its entry (``entries.py``)."""

from __future__ import annotations

import contextlib
import struct
from functools import lru_cache
from typing import Any

from atoll.engine import CoreExecution, Trap
from atoll.guest.assemblyscript.codec import Arguments, Codec
from atoll.guest.assemblyscript.entries import (
    END_OF_MAIL,
    GROW,
    MAIL,
    PREFIX,
    WALK,
    is_walked,
)
from atoll.guest.assemblyscript.layout import ARRAY_BUFFER_ID
from atoll.guest.assemblyscript.module import Signature
from atoll.guest.assemblyscript.outline import outline_of, read_output
from atoll.guest.assemblyscript.placing import mail, signed
from atoll.guest.core.fit import SELECTIONS
from atoll.guest.selection import Selection

_HEAD = struct.Struct("<3I")
"""See ``entries.wat``: given arguments, whether to start, place of the records."""
_MOST = 1 << 30
_ADDRESS = 0xFFFFFFFF


class Entry:
    """The entry of one exported function.

    Args:
        start: the export that makes an instance ready.
        free_start: whether mail may lie at the beginning of memory, which saves two steps.
    """

    def __init__(self, codec: Codec, signature: Signature, *, start: str, free_start: bool) -> None:
        self._export = f"{PREFIX}{signature.name}"
        self._start = start
        self._longest = END_OF_MAIL - MAIL if free_start else 0
        self._codec = codec.export(signature.name)
        self._most = min(codec.max_bytes, _MOST)
        types, result = codec.module.types, signature.result

        def outline(selection: Selection | None) -> bytes | None:
            if result is None or not is_walked(result):
                return None
            return outline_of(types, result, selection)

        self._outline = lru_cache(SELECTIONS)(outline)

    async def call(
        self, execution: CoreExecution, arguments: Arguments, selection: Selection | None
    ) -> Any:
        """Make the instance ready, call the function, and read its result.

        Raises:
            BadGuestReply: what the guest returned cannot be what it says.
            EngineError: the guest was torn down.
        """
        records, raws, given = arguments
        objects = mail(records) if records else b""
        size = _HEAD.size + len(objects)
        if size <= self._longest:
            at, starts = MAIL, 1
        else:
            at, starts = await self._make_room(execution, size), 0
        records_at = at + _HEAD.size if records else 0
        execution.write(at, _HEAD.pack(given, starts, records_at) + objects)
        raw = await execution.call(self._export, *raws, signed(at))
        outline = self._outline(selection)
        if outline is not None:
            with contextlib.suppress(Trap):  # the decoder finds the words for what is wrong
                return await self._walk(execution, raw, outline)
        return self._codec.decoder(selection)(execution, raw)

    async def _walk(self, execution: CoreExecution, raw: int, outline: bytes) -> Any:
        """Read the object that ``raw`` names. Raises Trap: it cannot be read like that."""
        at, base, limit = MAIL, MAIL + len(outline), END_OF_MAIL
        if base > self._longest:
            at = await execution.call(GROW, len(outline)) & _ADDRESS
            base = limit = 0
        execution.write(at, outline)
        found = await execution.call(WALK, raw, signed(at), base, limit, self._most)
        base, size = found >> 32 & _ADDRESS, found & _ADDRESS
        return read_output(execution.view()[base : base + size])

    async def _make_room(self, execution: CoreExecution, size: int) -> int:
        """Make the instance ready, and an object in it for mail; its address.

        Raises:
            GuestMemoryError: the module's allocator lies.
        """
        await execution.call(self._start)
        pointer: int = await execution.call("__new", size, ARRAY_BUFFER_ID)
        execution.read(pointer & _ADDRESS, size)
        await execution.call("__pin", pointer)
        return pointer & _ADDRESS
