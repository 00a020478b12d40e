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
from atoll.guest.assemblyscript.placing import mail
from atoll.guest.selection import Selection

_HEAD = struct.Struct("<7I")
"""See ``entries.wat``: phase, result, given arguments, bytes of output, its place, whether to
start, place of the records."""
_BODY = MAIL + _HEAD.size
_MOST = 1 << 30
_WRITING = struct.pack("<I", 1)
_NO_OUTLINE = b""


class Entry:
    """The entry of one exported function.

    Args:
        start: the export that makes an instance ready, for calls that take a second step.
    """

    def __init__(self, codec: Codec, signature: Signature, start: str) -> None:
        self._export = f"{PREFIX}{signature.name}"
        self._start = start
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
        body = mail(records) if records else b""
        size = len(body)
        starts, at, output = 1, _BODY, _BODY + size + len(outline)
        body = b"".join((body, outline, bytes(-len(outline) % 4)))
        if len(body) > END_OF_MAIL - _BODY:
            at = await self._make_room(execution, body)
            starts, output, body = 0, _BODY, b""
        records_at = at if records else 0
        outline_at = at + size if outline else 0
        head = _HEAD.pack(0, 0, given, self._most, output, starts, records_at)
        execution.write(MAIL, head + body)
        try:
            raw = await execution.call(self._export, *raws, outline_at)
        except Trap:
            # The function itself, or the writing of its result: of something that is not as it
            # should be, which the host can put into words.
            if not outline or execution.read(MAIL, 4) != _WRITING:
                raise
            (result,) = struct.unpack("<I", execution.read(MAIL + 4, 4))
            return self._codec.decoder(selection)(execution, result)
        if outline:
            base, length = raw >> 32 & 0xFFFFFFFF, raw & 0xFFFFFFFF
            try:
                return read_output(execution.view()[base : base + length])
            except (msgspec.DecodeError, ValueError, struct.error):
                (raw,) = struct.unpack("<I", execution.read(MAIL + 4, 4))
        return self._codec.decoder(selection)(execution, raw)

    async def _make_room(self, execution: CoreExecution, body: bytes) -> int:
        """Put what does not fit into the first KiB behind all other memory."""
        await execution.call(self._start)
        await execution.call("__new", 0, ARRAY_BUFFER_ID)  # see placing.grow
        at: int = await execution.call(f"{PREFIX}grow", len(body)) & 0xFFFFFFFF
        execution.write(at, body)
        return at
