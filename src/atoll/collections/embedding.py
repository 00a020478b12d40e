"""Vectors of texts, by functions of the app: in batches, a few at once, with a bound on what waits.

Searches do not wait behind imports: a request that is urgent goes first, and has room of its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from atoll.collections.arguments import UNFIT, fits
from atoll.collections.errors import CollectionError
from atoll.collections.limits import DIMENSION
from atoll.collections.types import Vectors

EmbedderCall: TypeAlias = Callable[[str, Sequence[str]], Awaitable[Any]]
"""Runs the function of that name with texts; what it gives, as JSON data.

Raises CollectionError: there is no such function, it is no embedder, or it failed.
"""

BATCH: Final = 100
"""Texts in one call of an embedder."""
BATCH_CHARACTERS: Final = 200_000
"""Of the texts in one call, unless a single one has more."""
AT_ONCE: Final = 4
"""Calls of an embedder at the same time, for stores of texts."""
URGENT_AT_ONCE: Final = 4
"""Calls besides those, for searches."""
WAITING: Final = 20_000
"""Texts that may wait for one embedder."""

MOST_FAILURES: Final = 3
"""One after the other, until it is clear that an embedder fails for all."""

EMBEDDING: Final[ContextVar[bool]] = ContextVar("embedding", default=False)
"""Whether an embedder is at work here. It may not use collections, which would need it again."""


@dataclass(slots=True)
class _Request:
    """Texts of one asker that go into one call."""

    texts: Sequence[str]
    urgent: bool
    done: asyncio.Future[Vectors]
    context: Context
    """Of the asker, to whose trace the call belongs."""

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))


class Embedder:
    """One embedder function of one build of an app. Of one event loop.

    Args:
        name: of the function.
        call: runs it.
    """

    def __init__(self, name: str, call: EmbedderCall) -> None:
        self.name = name
        self._call = call
        self._waiting: deque[_Request] = deque()
        self._urgent: deque[_Request] = deque()
        self._texts = {False: 0, True: 0}
        self._closed = False
        self._at_work = {False: 0, True: 0}
        self._tasks: set[asyncio.Task[None]] = set()

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """The vectors of some texts, in their order.

        Raises:
            CollectionError: the embedder failed, gave something else than vectors, or too many
                texts wait for it; or this was closed.
        """
        import numpy

        requests = [self._request(part, urgent) for part in _parts(texts)]
        size, waiting = len(texts), self._texts[urgent]
        if self._closed:
            raise _closed()
        if waiting and waiting + size > WAITING:
            raise CollectionError(
                "EMBEDDER_BUSY",
                f"{waiting} texts wait for embedder [{self.name}], and {WAITING} may",
                "store fewer at once, or try again in a moment",
            )
        self._texts[urgent] += size
        try:
            (self._urgent if urgent else self._waiting).extend(requests)
            self._pump()
            if requests:
                futures = [each.done for each in requests]
                await asyncio.wait(futures, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._texts[urgent] -= size
            for each in requests:
                each.done.cancel()  # what is not begun, and has failed as a whole, is left
        for each in requests:
            if not each.done.cancelled() and (error := each.done.exception()) is not None:
                raise error
        parts = [each.done.result() for each in requests]
        if len({part.shape[1] for part in parts}) > 1:
            raise self._bad("vectors of different dimensions")
        return parts[0] if len(parts) == 1 else numpy.concatenate(parts)

    @property
    def busy(self) -> bool:
        """Whether anybody waits for vectors."""
        return any(self._texts.values())

    async def close(self) -> None:
        """End all calls, and those who wait for one."""
        self._closed = True
        for queue in (self._urgent, self._waiting):
            for request in queue:
                _fail(request, _closed())
            queue.clear()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _request(self, texts: Sequence[str], urgent: bool) -> _Request:
        done: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        return _Request(texts, urgent, done, copy_context())

    def _pump(self) -> None:
        for urgent, queue, most in (
            (True, self._urgent, URGENT_AT_ONCE),
            (False, self._waiting, AT_ONCE),
        ):
            while self._at_work[urgent] < most:
                batch = list(_batch(queue))
                if not batch:
                    break
                self._at_work[urgent] += 1
                work = self._run(batch)
                task = asyncio.get_running_loop().create_task(work, context=batch[0].context)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _run(self, batch: list[_Request]) -> None:
        try:
            await self._answer(batch)
        finally:
            for request in batch:
                _fail(request, _closed())  # unless it has its answer
            self._at_work[batch[0].urgent] -= 1
            self._pump()

    async def _answer(self, batch: list[_Request]) -> None:
        try:
            vectors = await self._vectors([text for each in batch for text in each.texts])
        except Exception as error:
            if len(batch) == 1:
                _fail(batch[0], error)
                return
            failures = 0
            for request in batch:  # one of them may be at fault, and the others are not
                if failures == MOST_FAILURES:
                    _fail(request, error)
                elif not request.done.done():
                    await self._answer([request])
                    failed = not request.done.cancelled() and request.done.exception() is not None
                    failures = failures + 1 if failed else 0
            return
        start = 0
        for request in batch:
            end = start + len(request.texts)
            if not request.done.done():
                request.done.set_result(vectors[start:end])
            start = end

    async def _vectors(self, texts: list[str]) -> Vectors:
        token = EMBEDDING.set(True)
        try:
            rows = await self._call(self.name, texts)
        finally:
            EMBEDDING.reset(token)
        return self._checked(rows, len(texts))

    def _checked(self, rows: Any, count: int) -> Vectors:
        import numpy

        if not isinstance(rows, list):
            raise self._bad("no list of vectors")
        if len(rows) != count:
            raise CollectionError(
                "EMBEDDER_FAILED",
                f"mismatch in number of embeddings generated by embedder {self.name}: "
                f"{len(rows)} for {count} texts",
                "it must give one vector for each text, in their order",
            )
        sizes = {len(row) if isinstance(row, list | tuple) else -1 for row in rows}
        if sizes & {-1, 0}:
            raise self._bad("something that is no vector, or an empty one")
        if len(sizes) > 1:
            raise self._bad(f"vectors of different dimensions: {sorted(sizes)[:4]}")
        if max(sizes, default=0) > DIMENSION:
            raise self._bad(f"vectors of {max(sizes)} numbers; at most {DIMENSION} are possible")
        try:
            with numpy.errstate(over="ignore"):
                vectors = numpy.array(rows, dtype=numpy.float64).astype(numpy.float32)
        except (TypeError, ValueError, OverflowError):
            raise self._bad("vectors that have something else than numbers") from None
        if vectors.ndim != 2 or not fits(vectors):
            raise self._bad(f"vectors with {UNFIT}")
        return numpy.ascontiguousarray(vectors)

    def _bad(self, what: str) -> CollectionError:
        return CollectionError(
            "EMBEDDER_FAILED",
            f"embedder {self.name} gave {what}",
            "it must give one list of finite numbers for each text, all of the same length",
        )


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in lots of which each fits into one call."""
    part: list[str] = []
    characters = 0
    for text in texts:
        if part and (len(part) == BATCH or characters + len(text) > BATCH_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append(text)
        characters += len(text)
    if part:
        yield part


def _batch(queue: deque[_Request]) -> Iterator[_Request]:
    """Take requests that fit into one call; those that nobody waits for any more are dropped."""
    texts = characters = 0
    while queue:
        request = queue[0]
        if request.done.done():
            queue.popleft()
            continue
        texts += len(request.texts)
        characters += request.characters
        if texts > len(request.texts) and (texts > BATCH or characters > BATCH_CHARACTERS):
            return
        yield queue.popleft()


def _closed() -> CollectionError:
    return CollectionError("STORE_UNAVAILABLE", "the app is being closed")


def _fail(request: _Request, error: Exception) -> None:
    if not request.done.done():
        request.done.set_exception(error)
