"""What codecs need of an instance, and what bounds their work."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

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
        self.visits: dict[int, int] | None = None
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


Refs: TypeAlias = Sequence[tuple[int, int]]
"""Where in an object's content which other object's address belongs: offset, and handle. What
stands there before is added to the address."""


class Record(NamedTuple):
    """An object to be made."""

    size: int
    class_id: int
    content: bytes
    """Of its beginning; the rest is zero."""
    refs: Refs


class Writer:
    """One writing of values: the objects to be made, each known by its number, from 1 on.

    Args:
        max_bytes: of all objects together.
    """

    __slots__ = ("left", "records")

    def __init__(self, max_bytes: int) -> None:
        self.left = max_bytes
        self.records: list[Record] = []

    def new(self, size: int, class_id: int, content: bytes, refs: Refs = ()) -> int:
        """Its handle. Raises TooLarge."""
        self.left -= size + 16
        if self.left < 0:
            raise TooLarge
        self.records.append(Record(size, class_id, content, refs))
        return len(self.records)


class TooLarge(Exception):
    """What is to be written is larger than may be."""
