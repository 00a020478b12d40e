"""What is done behind the back of those who store and search: texts are embedded anew for another
embedder, and the store keeps its index in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from atoll.collections.arguments import shown
from atoll.collections.backend import Backend
from atoll.collections.embedding import AT_ONCE, BATCH
from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.types import Generation, StoredText
from atoll.manifest import Collection, SearchMethod

if TYPE_CHECKING:
    from atoll.collections.generations import Generations

_log = logging.getLogger("atoll.collections")

IDLE: Final = 2.0
"""Seconds between two looks at the store, whether or not anything was stored here."""
GATHERING: Final = 0.1
"""Seconds in which more may be stored before it is looked at."""
LONGEST_PAUSE: Final = 60.0
"""Seconds between two tries of what fails."""

Failure: TypeAlias = tuple[Mapping[str, str], CollectionError]
"""What failed, and in which collection and method, as fields of a line of the log."""

Result = TypeVar("Result")


class Upkeep:
    """The background work of one app's collections. App lifetime; of one event loop."""

    def __init__(self, backend: Backend, collections: Mapping[str, Collection]) -> None:
        self._backend = backend
        self._collections = collections
        self._generations: Generations | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_embedding = False
        self._stored = asyncio.Event()
        self._begun = asyncio.Event()
        self._asked = asyncio.Event()
        """Somebody waits for what is embedded."""
        self._failures: dict[int, CollectionError] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="atoll-collections-upkeep")

    def start(self, generations: Generations) -> None:
        """Keep the index in order from now on."""
        self._generations = generations
        self._start(self._keep_indexed)

    def start_embedding(self) -> None:
        """Embed anew what is to be, from now on. Not for those who leave in a moment: it takes
        long, and costs money."""
        if not self._is_embedding:
            self._is_embedding = True
            self._start(self._keep_looked_at)
            self._start(self._keep_embedded)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work()))

    def wake(self) -> None:
        """Something was stored or begun."""
        self._stored.set()
        self._begun.set()

    async def wait_for(self, generation: Generation) -> None:
        """Return when it serves. Raises CollectionError: what embeds it failed."""
        self.start_embedding()
        self._failures.pop(generation.id, None)
        self._asked.set()
        self.wake()
        while True:
            found = await self._in_thread(lambda: self._backend.generations(generation.collection))
            state = next((each.state for each in found if each.id == generation.id), None)
            if state != "building":  # or it was replaced in its turn
                return
            if failure := self._failures.get(generation.id):
                raise failure
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """End it; what the store is about ends when the store is closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    # The index.

    async def _keep_indexed(self) -> None:
        async def work() -> Sequence[Failure]:
            while await self._in_thread(self._backend.maintain):
                pass
            return ()

        await self._repeat(work, self._stored, "The index of collections cannot be kept up.")

    async def _repeat(
        self, work: Callable[[], Awaitable[Sequence[Failure]]], woken: asyncio.Event, failed: str
    ) -> None:
        pause = IDLE
        while True:
            woken.clear()
            failures: Sequence[Failure] = ()
            try:
                failures = await work()
                pause = pause if failures else IDLE
            except CollectionError as error:
                failures = [({}, error)]
            except Exception:
                _log.exception(failed)
                pause = min(pause * 2, LONGEST_PAUSE)
            for fields, failure in failures if pause == IDLE else ():
                told = {**fields, "code": failure.code, "detail": failure.message}
                _log.error(failed, extra={"fields": told})
            if failures:
                pause = min(pause * 2, LONGEST_PAUSE)
            # What failed is not tried again because something else was stored.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await (woken if pause == IDLE else self._asked).wait()
            self._asked.clear()
            await asyncio.sleep(GATHERING)

    # Embedding anew.

    async def _keep_looked_at(self) -> None:
        """Notice, once, embedders that are others by now, and search methods that are new."""
        unknown = [(each, m) for each in self._collections.values() for m in each.methods.values()]

        async def work() -> Sequence[Failure]:
            failures: list[Failure] = []
            for each in tuple(unknown):
                collection, method = each
                try:
                    await self._look(collection, method)
                    unknown.remove(each)
                except GenerationsChanged:
                    pass  # the next look will tell
                except CollectionError as error:
                    fields = {"collection": collection.name, "method": method.name}
                    failures.append((fields, error))
            return failures

        failed = "It is not known whether the embedder is the one that made the vectors."
        await self._repeat(work, asyncio.Event(), failed)

    async def _look(self, collection: Collection, method: SearchMethod) -> None:
        assert self._generations is not None
        texts = await self._in_thread(partial(self._backend.namespaces, collection.name))
        if any(texts.values()):
            await self._generations.check(collection, method, begin=True)
            self._begun.set()

    async def _keep_embedded(self) -> None:
        async def work() -> Sequence[Failure]:
            return [each for name in self._collections for each in await self._embed_all(name)]

        await self._repeat(work, self._begun, "Texts cannot be embedded anew.")

    async def _embed_all(self, collection: str) -> list[Failure]:
        """Gives what failed: one embedder is not to hold up the others."""
        assert self._generations is not None
        failures: list[Failure] = []
        for each in await self._in_thread(lambda: self._backend.generations(collection)):
            if each.state == "building" and self._generations.is_own(each):
                lock = await self._in_thread(partial(self._backend.lock, f"embed {each.id}"))
                if lock is None:  # another process does it
                    continue
                try:
                    await self._embed(each)
                except CollectionError as error:
                    self._failures[each.id] = error
                    failures.append(({"collection": collection, "method": each.method}, error))
                except GenerationsChanged:
                    pass
                finally:
                    await asyncio.shield(self._in_thread(lock.release))
        return failures

    async def _embed(self, generation: Generation) -> None:
        """Make the vectors of all texts that have none, and have the generation serve."""
        fields: dict[str, Any] = {
            "collection": generation.collection,
            "method": generation.method,
        }
        _log.info("Embedding texts anew.", extra={"fields": fields})
        after = done = 0
        while True:
            texts = await self._in_thread(
                partial(self._backend.missing, generation.id, after=after, limit=BATCH * AT_ONCE)
            )
            if texts:
                done += await self._add(generation, texts)
                after = texts[-1].id
            elif after:
                after = 0  # some may have come behind
            elif await self._in_thread(lambda: self._backend.finish_generation(generation.id)):
                break
        fields["texts"] = done
        _log.info("All texts are embedded anew; their vectors serve.", extra={"fields": fields})
        assert self._generations is not None
        await self._generations.refresh(generation.collection)

    async def _add(self, generation: Generation, texts: Sequence[StoredText]) -> int:
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return await self._add_parts(generation, parts)

    async def _add_parts(
        self, generation: Generation, parts: Sequence[Sequence[StoredText]]
    ) -> int:
        """What can be embedded is stored, though something else fails: it may cost money."""
        found = await asyncio.gather(
            *(self._add_part(generation, part) for part in parts if part), return_exceptions=True
        )
        added = 0
        for each in found:
            if isinstance(each, BaseException):
                raise each
            added += each
        return added

    async def _add_part(self, generation: Generation, texts: Sequence[StoredText]) -> int:
        try:
            return await self._add_together(generation, texts)
        except CollectionError as error:
            if len(texts) == 1:
                raise _of_text(error, generation, texts[0]) from error
            if len(texts) >= BATCH // 2 and await self._is_out_of_order(generation, texts):
                raise
            # One of them is at fault, and the others are not.
            middle = len(texts) // 2
            return await self._add_parts(generation, [texts[:middle], texts[middle:]])

    async def _is_out_of_order(self, generation: Generation, texts: Sequence[StoredText]) -> bool:
        """Whether the embedder fails for any text."""
        assert self._generations is not None
        embedder = self._generations.embedder(generation.embedder)
        for text in (texts[0], texts[-1]):
            with contextlib.suppress(CollectionError):
                await embedder.embed([text.text])
                return False
        return True

    async def _add_together(self, generation: Generation, texts: Sequence[StoredText]) -> int:
        assert self._generations is not None
        embedder = self._generations.embedder(generation.embedder)
        vectors = await embedder.embed([each.text for each in texts])
        ids = [each.id for each in texts]
        if vectors.shape[1] != generation.shape.dimension:
            raise CollectionError(
                "DIMENSION_MISMATCH",
                f"embedder {embedder.name} gave vectors of {vectors.shape[1]} numbers, and "
                f"{generation.shape.dimension} before",
            )
        return await self._in_thread(lambda: self._backend.add_vectors(generation.id, ids, vectors))


def _of_text(error: CollectionError, generation: Generation, text: StoredText) -> CollectionError:
    """The same error, which says for which text it came."""
    where = f"in namespace [{shown(text.namespace)}] of collection [{generation.collection}]"
    message = f"{error.message}, for the text [{shown(text.key)}] {where}"
    return CollectionError(error.code, message, error.hint)
