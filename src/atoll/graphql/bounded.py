"""What is remembered, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A cache that is bounded by the number and by the size of its entries, oldest use first out.

    Args:
        forget: told of each entry that goes.
    """

    def __init__(
        self,
        max_entries: int,
        max_size: int,
        *,
        forget: Callable[[V], None] | None = None,
    ) -> None:
        self._max_entries = max_entries
        self._max_size = max_size
        self._forget = forget
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._sizes: dict[K, int] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: K, value: V, size: int) -> None:
        """Remember a value under a key that has none."""
        self._entries[key] = value
        self._sizes[key] = size
        self._size += size
        while len(self._entries) > self._max_entries or self._size > self._max_size:
            oldest, forgotten = self._entries.popitem(last=False)
            self._size -= self._sizes.pop(oldest)
            if self._forget is not None:
                self._forget(forgotten)
