"""Calling a function through its entry (``entries.py``)."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import msgspec

from atoll.engine import CoreExecution, Trap
from atoll.guest.assemblyscript.codec import SELECTIONS, Arguments, Codec
from atoll.guest.assemblyscript.entries import END_OF_MAIL, MAIL, PREFIX, is_walked
from atoll.guest.assemblyscript.layout import ARRAY_BUFFER_ID
from atoll.guest.assemblyscript.module import Signature
from atoll.guest.assemblyscript.outline import outline_of, read_output
from atoll.guest.assemblyscript.placing import mail, signed
from atoll.guest.selection import Selection

_HEAD = struct.Struct("<8I")
"""See ``entries.wat``: phase, result, given arguments, bytes of output, its place, whether to
start, places of the records and of the outline."""
_MOST = 1 << 30
_WORD = 4
_WRITING = struct.pack("<I", 1)
_NO_OUTLINE = b""


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
        self._walked = is_walked(signature.result)
        types, result = codec.module.types, signature.result

        def outline(selection: Selection | None) -> bytes:
            if not self._walked or result is None:
                return _NO_OUTLINE
            return outline_of(types, result, selection) or _NO_OUTLINE

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
        outline = self._outline(selection)
        objects = mail(records) if records else b""
        size = _HEAD.size + len(objects) + len(outline)
        at, starts, output = MAIL, 1, MAIL + size
        if size > self._longest:
            at, starts, output = await self._make_room(execution, size), 0, 0
        records_at = at + _HEAD.size
        outline_at = records_at + len(objects)
        head = _HEAD.pack(
            0,
            0,
            given,
            self._most,
            output,
            starts,
            records_at if records else 0,
            outline_at if outline else 0,
        )
        execution.write(at, head + objects + outline)
        try:
            raw = await execution.call(self._export, *raws, signed(at))
        except Trap:
            # The function itself, or the writing of its result: of something that is not as it
            # should be, which the host can put into words.
            if not outline or execution.read(at, _WORD) != _WRITING:
                raise
            return self._read(execution, self._result(execution, at), selection)
        if outline:
            base, length = raw >> 32 & 0xFFFFFFFF, raw & 0xFFFFFFFF
            try:
                return read_output(execution.view()[base : base + length])
            except (msgspec.DecodeError, ValueError, struct.error):
                raw = self._result(execution, at)
        return self._read(execution, raw, selection)

    def _read(self, execution: CoreExecution, raw: Any, selection: Selection | None) -> Any:
        return self._codec.decoder(selection)(execution, raw)

    @staticmethod
    def _result(execution: CoreExecution, at: int) -> int:
        """What the function returned, as the mail has it."""
        return int.from_bytes(execution.read(at + _WORD, _WORD), "little")

    async def _make_room(self, execution: CoreExecution, size: int) -> int:
        """Make the instance ready, and an object in it for mail; its address."""
        await execution.call(self._start)
        at: int = await execution.call("__new", size, ARRAY_BUFFER_ID)
        await execution.call("__pin", at)
        return at & 0xFFFFFFFF
