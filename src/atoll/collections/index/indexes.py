"""The indexes of all namespaces, as far as they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from pathlib import Path

from atoll.collections.index.index import Index
from atoll.collections.index.limits import DEFAULTS, Limits
from atoll.collections.index.source import Source
from atoll.collections.types import Shape


class Indexes:
    """Loaded when they are asked for; those that were not for the longest time are dropped when all
    of them hold too much memory, or too many files. App lifetime; any thread.

    Args:
        folder: of the files; there already.
        source: the store that has the vectors.
        limits: when vectors are put into files, and how much is held in memory.
    """

    def __init__(self, folder: Path, source: Source, limits: Limits = DEFAULTS) -> None:
        self._folder = folder
        self._source = source
        self._limits = limits
        self._lock = threading.Lock()
        self._indexes: OrderedDict[tuple[int, int], Index] = OrderedDict()
        """By generation and namespace; those asked for last come last."""
        self._bytes = 0
        self._files = 0
        self._closed = False

    @property
    def bytes(self) -> int:
        """Of memory that they hold, mapped files not counted."""
        return self._bytes

    def of(self, generation: int, shape: Shape, namespace: int) -> Index:
        """The index of a namespace. It is loaded when it is first searched or refreshed."""
        key = generation, namespace
        with self._lock:
            found = self._indexes.get(key)
            if found is not None and found.shape == shape:
                self._indexes.move_to_end(key)
                return found
            index = Index(
                self._folder,
                shape,
                self._source,
                generation,
                namespace,
                limits=self._limits,
                grown=partial(self._count, key),
            )
            if self._closed:
                index.close()
                return index
            self._indexes[key] = index
            self._indexes.move_to_end(key)
            if found is not None:
                self._bytes -= found.bytes
                self._files -= found.files
                found.close()
        return index

    def loaded(self) -> list[tuple[int, int]]:
        """Generations and namespaces whose indexes are in memory."""
        with self._lock:
            return list(self._indexes)

    def forget(self, generation: int) -> None:
        """Drop those of a generation, which is gone."""
        with self._lock:
            for key in [key for key in self._indexes if key[0] == generation]:
                self._drop(key)

    def progress(self, generation: int) -> tuple[int, int]:
        """As `Index.progress`, of all namespaces of a generation."""
        with self._lock:
            found = [each.progress for key, each in self._indexes.items() if key[0] == generation]
        return sum(done for done, _ in found), sum(of for _, of in found)

    def close(self) -> None:
        """Give up what is being built, and drop all. Never raises."""
        with self._lock:
            self._closed = True
            for key in list(self._indexes):
                self._drop(key)

    def _drop(self, key: tuple[int, int]) -> None:
        """Whoever uses it just now may go on, and what it holds is given back after that."""
        index = self._indexes.pop(key)
        self._bytes -= index.bytes
        self._files -= index.files
        index.close()

    def _count(self, key: tuple[int, int], index: Index, more_bytes: int, more_files: int) -> None:
        with self._lock:
            if self._indexes.get(key) is not index:
                return
            self._bytes += more_bytes
            self._files += more_files
            for other in list(self._indexes):
                too_large = self._bytes > self._limits.memory
                too_many = self._files > self._limits.files
                if not too_large and not too_many:
                    break
                helps = too_large or self._indexes[other].files > 0
                if helps and other != key and not self._indexes[other].is_building:
                    self._drop(other)
