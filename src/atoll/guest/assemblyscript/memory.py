"""What codecs need of an instance, and what bounds their work."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Protocol, TypeAlias, TypeVar

from atoll.guest.failure import BadGuestReply

T = TypeVar("T")
Steps: TypeAlias = Generator[tuple[Any, ...], Any, T]
"""Calls of the guest that lead to a value: ``pointer = yield ("__new", size, id)``."""


class Memory(Protocol):
    """An instance's memory (``engine.CoreExecution``)."""

    def view(self) -> memoryview:
        """All of it as of now; not to be used after the guest has run again."""

    def write(self, pointer: int, data: bytes) -> None: ...


class Reader:
    """One reading of values. ``left`` counts down what may still be read, in bytes."""

    __slots__ = ("depth", "left", "size", "view", "visits", "words")

    def __init__(self, view: memoryview, max_bytes: int) -> None:
        self.view = view
        self.words = view.cast("I")
        self.size = len(view)
        self.left = max_bytes
        self.depth = 0
        self.visits: dict[int, int] = {}
        """How often an object of a class that can contain itself is being read right now."""

    def span(self, pointer: int, size: int) -> memoryview:
        """Some bytes, counted. Raises BadGuestReply: they are not all inside the memory."""
        self.left -= size
        if pointer < 0 or size < 0 or pointer + size > self.size or self.left < 0:
            raise self.refusal(pointer, size)
        return self.view[pointer : pointer + size]

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.refusal(0, 0)

    def refusal(self, pointer: int, size: int) -> BadGuestReply:
        if self.left < 0:
            return BadGuestReply("the value is larger than limits.payloadMb in modus.json allows")
        return BadGuestReply(
            f"the guest named {size} bytes at address {pointer}, which is outside its memory"
        )


class Writer:
    """One writing of values: objects are made by the guest's allocator.

    The guest's collector runs in its allocator only, so an object must be pinned before the next
    one is made, and the last one need not be.
    """

    __slots__ = ("_last", "left", "memory", "pinned")

    def __init__(self, memory: Memory, max_bytes: int) -> None:
        self.memory = memory
        self.left = max_bytes
        self.pinned: list[int] = []
        self._last = 0

    def new(self, size: int, class_id: int) -> Steps[int]:
        """Make an object; its content is zero."""
        self.left -= size + 16
        if self.left < 0:
            raise TooLarge
        if self._last:
            yield ("__pin", _signed(self._last))
            self.pinned.append(self._last)
        pointer: int = yield ("__new", size, _signed(class_id))
        self._last = pointer & 0xFFFFFFFF
        return self._last

    def release(self) -> Steps[None]:
        """Unpin all that was made; the guest must not run in between and its end."""
        for pointer in self.pinned:
            yield ("__unpin", _signed(pointer))
        self.pinned.clear()


class TooLarge(Exception):
    """What is to be written is larger than may be."""


def _signed(pointer: int) -> int:
    return pointer if pointer < 1 << 31 else pointer - (1 << 32)
