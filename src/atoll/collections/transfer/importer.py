"""Many texts into one collection: some lots are embedded while others are written."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from atoll.collections.backend import Backend
from atoll.collections.errors import CollectionError
from atoll.collections.transfer.batches import Batch, Group
from atoll.collections.transfer.line import BadLine
from atoll.collections.types import StoredText, Text, Vector, Vectors

AT_ONCE: Final = 4
"""Lots in hand."""
READ_AHEAD: Final = 2
"""Lots."""

Item = TypeVar("Item")


class Store(Protocol):
    """What stores texts, and embeds those without vectors (``service.Collections``)."""

    async def store(
        self,
        collection: str,
        namespace: str,
        texts: Sequence[Text],
        vectors: Mapping[str, Vectors] | None = None,
    ) -> None: ...


@dataclass(slots=True)
class Counts:
    """What has become of lines so far. Each is counted once, when it is done with."""

    stored: int = 0
    replaced: int = 0
    """Of those that were stored: how many had been there before, with other content."""
    unchanged: int = 0
    """That were there already, with the same vectors if some were given, and so were not stored
    again."""
    bad: int = 0
    repeated: int = 0
    """That a later line took the place of, before they were stored."""
    size: float = 0
    """How much of the whole that is, in its own unit."""


class BadLineFound(Exception):
    """An import stopped at a line; those before it are stored."""

    def __init__(self, line: BadLine) -> None:
        super().__init__(f"line {line.number} {line.reason}")
        self.line = line


class NotStored(Exception):
    """Lines, with vectors that were given or without, could not be stored, for a reason that is
    none of theirs alone."""

    def __init__(
        self, first: int, last: int, cause: CollectionError, *, with_vectors: bool = False
    ) -> None:
        super().__init__(cause.message)
        self.first = first
        self.last = last
        self.cause = cause
        self.with_vectors = with_vectors


class Importer:
    """One import.

    Args:
        collection: into which one.
        store: stores texts.
        backend: says what is stored.
        skip_bad: whether bad lines are passed over, where they would stop it.
        on_batch: told of each lot before it is stored.
        on_progress: told after each one.
    """

    def __init__(
        self,
        collection: str,
        store: Store,
        backend: Backend,
        *,
        skip_bad: bool = False,
        on_batch: Callable[[Batch], None] = lambda batch: None,
        on_progress: Callable[[Counts], None] = lambda counts: None,
    ) -> None:
        self.counts = Counts()
        self._collection = collection
        self._store = store
        self._backend = backend
        self._skip_bad = skip_bad
        self._on_batch = on_batch
        self._on_progress = on_progress
        self._tasks: dict[asyncio.Task[None], set[tuple[str, str]]] = {}

    async def run(self, batches: Iterable[Batch]) -> None:
        """Store all lots. They are read by a thread, since that may block.

        What is in hand when one fails is stored; when this is cancelled, it is given up.

        Raises:
            BadLineFound: there is one, and bad ones are not to be skipped.
            NotStored: see there.
        """
        try:
            async with aclosing(_read_ahead(batches)) as coming:
                async for batch in coming:
                    await self._start(batch)
            await self._wait_for(lambda: not self._tasks)
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError):
                for task in self._tasks:
                    task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            raise

    async def _start(self, batch: Batch) -> None:
        self._on_batch(batch)
        share = batch.size / max(len(batch.groups), 1)
        for group in batch.groups:
            keys = group.keys
            # Of two lines with one key the later one counts, so it must not overtake the other.
            await self._wait_for(
                lambda keys=keys: (  # type: ignore[misc]
                    len(self._tasks) < AT_ONCE
                    and all(keys.isdisjoint(others) for others in self._tasks.values())
                )
            )
            self._tasks[asyncio.create_task(self._run(group, share))] = keys
        self.counts.bad += len(batch.bad)
        self.counts.repeated += len(batch.repeated)
        if not batch.groups:
            self.counts.size += batch.size
        if batch.bad and not self._skip_bad:
            await self._wait_for(lambda: not self._tasks)
            raise BadLineFound(batch.bad[0])

    async def _wait_for(self, condition: Callable[[], bool]) -> None:
        while not condition():
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self._tasks[task]
            for task in done:
                task.result()

    async def _run(self, group: Group, share: float) -> None:
        numbers = [line.number for line in group.lines]
        try:
            await self._store_group(group)
        except CollectionError as error:
            raise NotStored(
                min(numbers), max(numbers), error, with_vectors=bool(group.methods)
            ) from error
        self.counts.size += share
        self._on_progress(self.counts)

    async def _store_group(self, group: Group) -> None:
        known, unchanged = await asyncio.to_thread(self._look_up, group)
        lines = tuple(line for line in group.lines if line.text.key not in unchanged)
        if lines:
            changed = dataclasses.replace(group, lines=lines)
            texts = [line.text for line in lines]
            await self._store.store(self._collection, group.namespace, texts, changed.vectors())
        self.counts.stored += len(lines)
        self.counts.replaced += sum(line.text.key in known for line in lines)
        self.counts.unchanged += len(unchanged)

    def _look_up(self, group: Group) -> tuple[set[str], set[str]]:
        """The keys that are stored, and those of them whose texts and vectors are as given."""
        keys = [line.text.key for line in group.lines]
        found = self._backend.find(self._collection, group.namespace, keys)
        known = {stored.key: stored for stored in found}
        same = [line for line in group.lines if _is_same(line.text, known.get(line.text.key))]
        for method in group.methods if same else ():
            vectors = self._vectors(method, [known[line.text.key].id for line in same])
            same = [
                line
                for line in same
                if _is_equal(line.vectors[method], vectors.get(known[line.text.key].id))
            ]
        return set(known), {line.text.key for line in same}

    def _vectors(self, method: str, ids: Sequence[int]) -> dict[int, Vector]:
        """Those that serve, by the texts' ids. None while they are being replaced, since what is
        given then is for those that come."""
        generations = self._backend.generations(self._collection)
        of_method = [each for each in generations if each.method == method]
        if [each.state for each in of_method] != ["serving"]:
            return {}
        return dict(zip(*self._backend.vectors(of_method[0].id, ids), strict=True))


def _is_same(text: Text, stored: StoredText | None) -> bool:
    return (
        stored is not None
        and (stored.text, stored.labels) == (text.text, text.labels)
        and _canonical(stored.metadata) == _canonical(text.metadata)
    )


def _is_equal(given: Vector, stored: Vector | None) -> bool:
    return stored is not None and given.tobytes() == stored.tobytes()


def _canonical(metadata: Mapping[str, Any]) -> str:
    return json.dumps(metadata, sort_keys=True)


async def _read_ahead(items: Iterable[Item]) -> AsyncGenerator[Item, None]:
    """The items, which a thread of its own makes. It is left behind where it waits for input."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item | BaseException | None] = asyncio.Queue()
    room = threading.Semaphore(READ_AHEAD)
    left = threading.Event()

    def put(item: Item | BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def read() -> None:
        try:
            iterator: Iterator[Item] = iter(items)
            while not left.is_set() and (item := next(iterator, None)) is not None:
                put(item)
                room.acquire()
            put(None)
        except BaseException as error:
            put(error)

    threading.Thread(target=read, daemon=True, name="atoll-import").start()
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
            room.release()
    finally:
        left.set()
        room.release()
