"""Making the objects that a writer has written down.

Either the module's entries make them all at once from their records (``mail``), or its allocator is
called for each (``place``). The guest's collector runs in its allocator only, so an object must be
pinned before the next one is made.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from atoll.guest.assemblyscript.layout import ARRAY_BUFFER_ID
from atoll.guest.assemblyscript.memory import Memory, Record, Steps

_WORD = struct.Struct("<I")
_RECORD = struct.Struct("<6I")
"""Size, class id, place and size of the content, place and count of the references."""
RECORD_SIZE = _RECORD.size
BUILD = "atoll:build"
"""The added function that makes objects of records (``entries.wat``)."""


def mail(records: Sequence[Record]) -> bytes:
    """The records as ``$build`` of ``entries.wat`` reads them; places are relative to them."""
    if len(records) == 1 and not records[0].refs:  # a text
        size, class_id, content, _ = records[0]
        at = _WORD.size + RECORD_SIZE
        return _ONE.pack(1, size, class_id, at, len(content), 0, 0) + content
    at = _WORD.size + RECORD_SIZE * len(records)
    heads = [_WORD.pack(len(records))]
    tail = []
    for size, class_id, content, refs in records:
        padding = -len(content) % 4
        refs_at = at + len(content) + padding
        heads.append(_RECORD.pack(size, class_id, at, len(content), refs_at, len(refs)))
        tail += [content, bytes(padding)]
        if refs:
            tail.append(struct.pack(f"<{2 * len(refs)}I", *[word for ref in refs for word in ref]))
        at = refs_at + 8 * len(refs)
    return b"".join(heads + tail)


_ONE = struct.Struct("<7I")


class Room:
    """An object in an instance for the records of what one call's host functions give."""

    __slots__ = ("_address", "_size")

    def __init__(self) -> None:
        self._address = self._size = 0

    def build(self, records: Sequence[Record], memory: Memory, handle: int) -> Steps[int]:
        """Make the objects; the address of the one with that handle. None of them stays pinned."""
        data = mail(records)
        if len(data) > self._size:
            if self._size:
                yield ("__unpin", signed(self._address))
            pointer: int = yield ("__new", len(data), ARRAY_BUFFER_ID)
            yield ("__pin", pointer)
            self._address, self._size = pointer & 0xFFFFFFFF, len(data)
        memory.write(self._address, data)
        yield (BUILD, signed(self._address), 1)
        at = self._address + 8 + RECORD_SIZE * (handle - 1)
        (address,) = _WORD.unpack(memory.view()[at : at + _WORD.size])
        return int(address)


def place(records: Sequence[Record], memory: Memory, *, keep: bool) -> Steps[list[int]]:
    """Make the objects by calls of the module's allocator; their addresses.

    Args:
        keep: leave them pinned; else they are not, and the guest must not run before it holds them.
    """
    addresses: list[int] = []
    last = len(records) - 1
    for index, record in enumerate(records):
        pointer: int = yield ("__new", record.size, signed(record.class_id))
        addresses.append(pointer & 0xFFFFFFFF)
        if index < last:
            yield ("__pin", pointer)
    for address, (_, _, content, refs) in zip(addresses, records, strict=True):
        memory.write(address, _with_addresses(content, refs, addresses) if refs else content)
    if not keep:
        for address in addresses[:-1]:
            yield ("__unpin", signed(address))
    return addresses


def _with_addresses(
    content: bytes, refs: Sequence[tuple[int, int]], addresses: Sequence[int]
) -> bytes:
    data = bytearray(content)
    for offset, handle in refs:
        (distance,) = _WORD.unpack_from(data, offset)
        _WORD.pack_into(data, offset, (addresses[handle - 1] + distance) & 0xFFFFFFFF)
    return bytes(data)


def signed(pointer: int) -> int:
    """As the engine takes it."""
    return pointer if pointer < 1 << 31 else pointer - (1 << 32)
