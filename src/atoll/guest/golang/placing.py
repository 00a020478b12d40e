"""Making the objects that a writer has written down, by calls of the module's allocator.

Every object is pinned by the guest as it is made, so none is lost while the next one is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from atoll.guest.failure import BadGuestReply
from atoll.guest.golang.memory import (
    ADDRESS,
    POOL,
    WORD,
    MapRecord,
    Memory,
    Ref,
    Steps,
    Writer,
    signed,
)

BYTES_ID = 1
"""Of ``[]byte``, in all modules."""
_SPARE = 16
"""Bytes behind the pool, so that no address in it is that of another object; and small objects are
not aligned."""


class Placed:
    """The objects that were made."""

    __slots__ = ("_addresses", "_pool", "pinned", "word")

    def __init__(self, word: int) -> None:
        self.word = word
        self._pool = 0
        self._addresses: list[int] = []
        self.pinned: list[int] = []
        """What the allocator gave, in order."""

    def resolve(self, content: bytes, refs: Sequence[Ref]) -> bytes:
        """A content with addresses in it."""
        if not refs:
            return content
        data = bytearray(content)
        pack = WORD[self.word].pack_into
        for offset, target, distance in refs:
            base = self._pool if target == POOL else self._addresses[target]
            pack(data, offset, (base + distance) & ADDRESS)
        return bytes(data)

    def place(self, writer: Writer, memory: Memory) -> Steps[None]:
        """Make all objects of a writer."""
        if writer.pool:
            cell = yield from self._make(BYTES_ID, len(writer.pool) + _SPARE)
            self._pool = self._data_of(memory, cell)
            memory.write(self._pool, bytes(writer.pool))
        cells: list[int] = []
        for record in writer.records:
            if isinstance(record, MapRecord):
                cells.append((yield from self._make_map(record, cells, memory)))
                continue
            if record.length is None:
                cell = address = yield from self._new(record.id)
            else:
                cell = yield from self._make(record.id, record.length)
                address = self._data_of(memory, cell)
            cells.append(cell)
            self._addresses.append(address)
            if record.content:
                memory.write(address, self.resolve(record.content, record.refs))

    def _make_map(self, record: MapRecord, cells: list[int], memory: Memory) -> Steps[int]:
        cell = yield from self._make(record.id, record.length)
        if record.length:
            arguments = record.id, cell, cells[record.keys], cells[record.values]
            yield ("__write_map", *map(signed, arguments))
        self._addresses.append(self._data_of(memory, cell))
        return cell

    def _new(self, id: int) -> Steps[int]:
        return self._pin((yield ("__new", signed(id))), id)

    def _make(self, id: int, count: int) -> Steps[int]:
        return self._pin((yield ("__make", signed(id), count)), id)

    def _pin(self, pointer: int, id: int) -> int:
        pointer &= ADDRESS
        if not pointer:
            raise BadGuestReply(f"the module does not know the type with id {id} of its own")
        self.pinned.append(pointer)
        return pointer

    def _data_of(self, memory: Memory, cell: int) -> int:
        """What the variable that the allocator made holds first."""
        (address,) = WORD[self.word].unpack(memory.read(cell, self.word))
        return int(address) & ADDRESS

    def unpin(self) -> Steps[None]:
        """Let the guest's collector have what is not in use otherwise."""
        for pointer in reversed(self.pinned):
            yield ("__unpin", signed(pointer))
        self.pinned.clear()
