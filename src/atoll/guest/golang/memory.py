"""What codecs need of an instance, and what bounds their work."""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from atoll.guest.failure import BadGuestReply

T = TypeVar("T")
Steps: TypeAlias = Generator[Any, Any, T]
"""What leads to a value in the guest: calls of it (``pointer = yield ("__new", id)``), and inside a
host function also what is to be awaited meanwhile (``found = yield awaitable``)."""

MAX_DEPTH = 100
MAX_VISITS = 5
"""How often an object may occur inside itself; what is deeper is read as null."""
ENTRY_COST = 8
"""Of an element, over its own bytes: lists take more of our memory than of the guest's."""
_LEVEL_COST = 64
"""Likewise of an object or a list. What is found by many ways is read as often."""
OBJECT_COST = 16
"""Of an object or a list in place, and of a pair of a map."""


class Memory(Protocol):
    """An instance's memory (``engine.CoreExecution``)."""

    def view(self) -> memoryview:
        """All of it as of now; not to be used after the guest has run again."""

    def read(self, pointer: int, length: int) -> bytes: ...

    def write(self, pointer: int, data: bytes) -> None: ...


class Later(NamedTuple):
    """A map that is still to be read, which takes calls of the guest."""

    plan: Any
    """``maps.MapPlan``."""
    at: int
    """Address of the variable that holds it."""
    into: Any
    """The list or dict that is given out for it already."""
    depth: int


class Reader:
    """One reading of values. ``left`` counts down what may still be read, in bytes.

    Whatever is in memory is hostile: addresses and lengths are checked before they are used.
    """

    __slots__ = ("depth", "later", "left", "size", "view", "visits")

    def __init__(self, view: memoryview, max_bytes: int) -> None:
        self.view = view
        self.size = len(view)
        self.left = max_bytes
        self.depth = 0
        self.later: list[Later] = []
        self.visits: dict[tuple[int, int], int] = {}
        """How often an object that can contain itself is being read right now."""

    def renew(self, view: memoryview) -> None:
        """Go on after the guest has run."""
        self.view = view
        self.size = len(view)

    def text(self, at: int, length: int) -> str:
        end = at + length
        self.left -= length + ENTRY_COST
        if end > self.size or self.left < 0:
            raise self.refusal(at, length)
        return str(self.view[at:end], "utf-8", "replace")

    def span(self, at: int, size: int) -> memoryview:
        """Some bytes, counted."""
        self.left -= size
        if at + size > self.size or self.left < 0:
            raise self.refusal(at, size)
        return self.view[at : at + size]

    def items(self, at: int, count: int, size: int, cost: int = ENTRY_COST) -> memoryview:
        """The bytes of a list's elements, counted."""
        total = count * size
        self.left -= total + count * cost
        if at + total > self.size or self.left < 0:
            raise self.refusal(at, total)
        return self.view[at : at + total]

    def enter(self) -> None:
        """Go a level deeper, until ``depth`` is counted down again."""
        self.depth += 1
        self.left -= _LEVEL_COST
        if self.depth > MAX_DEPTH:
            raise BadGuestReply(f"the value nests deeper than {MAX_DEPTH} levels")

    def visit(self, kind: int, at: int) -> bool:
        """Begin to read an object that can contain itself; whether that goes too far."""
        visits = self.visits.get((kind, at), 0)
        self.visits[kind, at] = visits + 1
        return visits > MAX_VISITS

    def leave(self, kind: int, at: int) -> None:
        self.visits[kind, at] -= 1

    def map(self, plan: Any, at: int) -> Any:
        """What stands for a map until it is read."""
        into: Any = plan.empty()
        self.left -= ENTRY_COST
        self.later.append(Later(plan, at, into, self.depth))
        return into

    def refusal(self, at: int, size: int) -> BadGuestReply:
        if self.left < 0:
            return BadGuestReply("the value is larger than limits.payloadMb in modus.json allows")
        return BadGuestReply(
            f"the guest named {size} bytes at address {at}, which is outside its memory"
        )


POOL = -1
"""Stands for the pool of bytes in references."""


class Ref(NamedTuple):
    """Where in a content which address belongs."""

    offset: int
    target: int
    """Number of an object, or POOL."""
    distance: int = 0
    """From the beginning of that object."""


class Record(NamedTuple):
    """An object to be made: by ``__new`` of its type's id, or with a count by ``__make``."""

    id: int
    length: int | None
    content: bytes
    refs: Sequence[Ref]


class MapRecord(NamedTuple):
    """A map to be made of keys and values, which are slices made before."""

    id: int
    length: int
    keys: int
    values: int


class Writer:
    """One writing of values: the objects to be made, in an order in which each needs earlier ones
    only. What has no pointers (texts, lists of numbers) lies together in one pool of bytes.

    Args:
        max_bytes: of all together.
    """

    __slots__ = ("left", "pool", "records")

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes
        self.pool = bytearray()
        self.records: list[Record | MapRecord] = []

    def add(self, record: Record | MapRecord) -> int:
        """Its number. Raises TooLarge."""
        size = len(record.content) if isinstance(record, Record) else 16 * record.length
        self.spend(size + _LEVEL_COST)
        self.records.append(record)
        return len(self.records) - 1

    def put(self, data: bytes, align: int) -> int:
        """Put bytes into the pool; where they begin there. Raises TooLarge."""
        pool = self.pool
        padding = -len(pool) % align
        self.spend(len(data) + padding)
        if padding:
            pool += bytes(padding)
        at = len(pool)
        pool += data
        return at

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLarge


class TooLarge(Exception):
    """What is to be written is larger than may be."""


ADDRESS = 0xFFFFFFFF
"""The bits of an address."""


def signed(value: int) -> int:
    """An address or an id as the engine takes it."""
    value &= ADDRESS
    return value if value < 1 << 31 else value - (1 << 32)


WORD = {4: struct.Struct("<I"), 8: struct.Struct("<Q")}
