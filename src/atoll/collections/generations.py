"""Which vectors serve a search method, who made them, and what replaces them.

A generation of vectors is known by its probe: the vectors of some fixed texts. When the embedder of
the running app gives others for them, whatever the reason (its code, its model, its dimension), new
vectors are made in the background; the old ones serve until the new ones are whole, with the
embedder of the build that made them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from atoll.collections.backend import Backend
from atoll.collections.builds import Builds
from atoll.collections.earlier import EarlierBuilds
from atoll.collections.embedding import Embedder, EmbedderCall
from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.types import Generation, Shape, Vectors
from atoll.manifest import Collection, SearchMethod

_log = logging.getLogger("atoll.collections")

PROBES: Final = (
    "The quick brown fox jumps over the lazy dog: 0123456789.",
    "banana",
    "A lighthouse keeper writes letters to a friend who lives on another island, and waits for"
    " the boat that takes them there once a month; in winter it may not come at all.",
)
SAME: Final = 0.999
"""Least cosine of two vectors of one embedder for the same text. Providers round, and answer
slightly otherwise at times."""

TRUSTED: Final = 24 * 3600.0
"""Seconds for which a build's embedder is not looked at again where the app starts: a provider may
put another model in the place of one."""
BUILDS: Final = 20
"""Builds of which it is kept when they were looked at."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Vectors that can be searched, and what makes the vector of a query for them."""

    generation: Generation
    embedder: Embedder


class Generations:
    """The generations of one app's collections. App lifetime; of one event loop.

    Args:
        backend: where they are.
        call: runs an embedder of the app.
        builds: of the app; None where the store does not outlive the build.
        in_thread: runs what blocks.
        on_started: told when there is something to be embedded in the background.
    """

    def __init__(
        self,
        backend: Backend,
        call: EmbedderCall,
        builds: Builds | None,
        in_thread: Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]],
        on_started: Callable[[], None],
    ) -> None:
        self._backend = backend
        self._call = call
        self._builds = builds
        self._in_thread = in_thread
        self._on_started = on_started
        self._embedders: dict[str, Embedder] = {}
        self._own: set[int] = set()
        """Generations that the running build's embedders make."""
        self._settled: set[int] = set()
        """Those of which it is known whether they do."""
        self._known: dict[str, list[Generation]] = {}
        """Of each collection, as they were when last looked at."""
        self._keeping: set[asyncio.Task[None]] = set()
        self._since = time.time()
        self._checking: dict[tuple[str, str], asyncio.Lock] = {}
        self._earlier = EarlierBuilds(backend, builds, in_thread) if builds else None
        self._faithful: dict[int, bool] = {}
        """Generations of earlier builds, and whether their embedders give still what they gave."""

    def embedder(self, name: str) -> Embedder:
        """An embedder of the running build."""
        if name not in self._embedders:
            self._embedders[name] = Embedder(name, self._call)
        return self._embedders[name]

    async def known(self, collection: str) -> list[Generation]:
        """The generations as they were when last looked at: whoever uses them finds out whether
        they are others by now, and calls `refresh`."""
        found = self._known.get(collection)
        return await self.refresh(collection) if found is None else found

    async def refresh(self, collection: str) -> list[Generation]:
        """Look at them again."""
        found: list[Generation] = await self._in_thread(
            lambda: self._backend.generations(collection)
        )
        self._known[collection] = found
        if self._earlier is not None:
            known = [each for of_one in self._known.values() for each in of_one]
            self._earlier.keep_only({each.build for each in known if each.id not in self._own})
        return found

    async def serving(self, collection: Collection, method: SearchMethod) -> Serving | None:
        """What is searched at the moment; None if nothing was ever stored.

        Raises:
            CollectionError: the vectors are being made, and there are no earlier ones that serve.
        """
        found = self._serving_of(await self.known(collection.name), method)
        if found is not None and found.id in self._settled - self._own:
            # Of another build: others may have taken its place by now.
            found = self._serving_of(await self.refresh(collection.name), method)
        if found is None or found.id not in self._settled:
            generations = await self.check(collection, method)
            found = self._serving_of(generations, method)
            if found is None:
                if not await self._has_texts(collection):
                    return None
                generations = await self.check(collection, method, begin=True)
                found = self._serving_of(generations, method)
            if found is None:
                raise self._not_yet(collection, method.name)
        return Serving(found, await self._maker(collection, found))

    async def serving_now(self, collection: Collection, method: SearchMethod) -> Generation | None:
        """The vectors that serve, whoever made them; None if nothing was ever stored.

        Raises:
            CollectionError: the vectors are being made, and there are no earlier ones that serve.
        """
        found = self._serving_of(await self.known(collection.name), method)
        if found is None:
            has_texts = await self._has_texts(collection)
            found = self._serving_of(await self.refresh(collection.name), method)
            if found is None and has_texts:
                raise self._not_yet(collection, method.name)
        return found

    async def _has_texts(self, collection: Collection) -> bool:
        texts = await self._in_thread(partial(self._backend.namespaces, collection.name))
        return any(texts.values())

    async def all(self, collection: Collection, given: Mapping[str, Vectors]) -> list[Serving]:
        """All generations that a text of the collection is to have a vector in, each with what
        makes it; missing ones are begun, those of methods that are gone are dropped.

        Args:
            collection: whose.
            given: vectors by method, for which an embedder need not work.
        """
        found = await self.known(collection.name)
        if any(each.id not in self._own for each in found):
            found = await self.refresh(collection.name)
        settled = all(each.id in self._settled or each.method in given for each in found)
        if not settled or {each.method for each in found} != collection.methods.keys():
            for method in collection.methods.values():
                found = await self.check(
                    collection, method, begin=True, given=given.get(method.name)
                )
            found = await self._drop_foreign(collection, found)
        return [Serving(each, await self._maker_beside(collection, each, given)) for each in found]

    async def _maker_beside(
        self, collection: Collection, generation: Generation, given: Mapping[str, Vectors]
    ) -> Embedder:
        if generation.method in given:  # it will not be asked
            return self.embedder(collection.methods[generation.method].embedder)
        return await self._maker(collection, generation)

    async def check(
        self,
        collection: Collection,
        method: SearchMethod,
        *,
        begin: bool = False,
        given: Vectors | None = None,
    ) -> list[Generation]:
        """Have the method's generations be those that the manifest and the embedder ask for.

        Args:
            begin: whether to begin the method's first generation.
            given: vectors that are to be stored, for which the embedder need not work.

        Returns:
            All of the collection.
        """
        name = collection.name
        lock = self._checking.setdefault((name, method.name), asyncio.Lock())
        async with lock:  # one probe will do
            found = await self.refresh(name)
            mine = [each for each in found if each.method == method.name]
            if not mine and not begin:
                return found
            if given is not None:
                if not mine:
                    await self._begin_with(collection, method, given.shape[1])
                    found = await self.refresh(name)
            elif not mine or any(each.id not in self._settled for each in mine):
                await self._settle(collection, method, mine)
                found = await self.refresh(name)
            return found

    async def unprobed(self, collection: Collection) -> list[SearchMethod]:
        """Search methods that begin with the vectors of the first texts, since the store does not
        outlive the build: their embedders need not be asked for anything else."""
        if self._builds is not None:
            return []
        known = {each.method for each in await self.known(collection.name)}
        return [each for each in collection.methods.values() if each.name not in known]

    async def renew(self, collection: Collection, method: SearchMethod) -> Generation:
        """Begin a generation that is made anew, whatever there is."""
        embedder = self.embedder(method.embedder)
        probe = await embedder.embed(PROBES)
        return await self._begin(collection, method, probe.shape[1], _bytes(probe))

    async def close(self) -> None:
        """End what is being embedded."""
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for embedder in self._embedders.values():
            await embedder.close()
        if self._earlier is not None:
            await self._earlier.close()

    def _serving_of(self, generations: list[Generation], method: SearchMethod) -> Generation | None:
        for each in reversed(generations):
            if each.method == method.name and each.state == "serving":
                return each
        return None

    async def _settle(
        self, collection: Collection, method: SearchMethod, mine: list[Generation]
    ) -> None:
        """Find out which of the method's generations are those of the running build."""
        if mine and self._builds is None:
            for each in mine:
                await self._take(method, each)
            return
        embedder = self.embedder(method.embedder)
        unknown = []
        for each in mine:
            if self._since < await self._seen(each, method.embedder) + TRUSTED:
                await self._take(method, each)
            else:
                unknown.append(each)
        if mine and not unknown:
            return
        probe = await embedder.embed(PROBES)
        for each in unknown:
            if await self._is_made_by(each, probe):
                await self._take(method, each)
                await self._set_seen(each, method.embedder)
        if not any(each.id in self._own for each in mine) and await self._may_replace(mine):
            if mine:
                _log.info(
                    "The embedder gives other vectors than before: texts are embedded anew.",
                    extra={"fields": {"collection": collection.name, "method": method.name}},
                )
            for each in mine:
                if each.state == "building":  # nobody will finish it
                    await self._in_thread(partial(self._backend.drop_generation, each.id))
            await self._begin(collection, method, probe.shape[1], _bytes(probe))
        self._settled.update(each.id for each in mine)

    async def _begin_with(
        self, collection: Collection, method: SearchMethod, dimension: int
    ) -> None:
        """Begin a generation with vectors that are given, though its embedder may not work here."""
        if self._builds is None:
            await self._begin(collection, method, dimension, b"")
            return
        try:
            probe = await self.embedder(method.embedder).embed(PROBES)
        except CollectionError as error:
            fields = {"collection": collection.name, "method": method.name, "code": error.code}
            _log.warning(
                "The embedder does not work; vectors are stored as they are given.",
                extra={"fields": {**fields, "detail": error.message}},
            )
            await self._begin(collection, method, dimension, b"")
            return
        if probe.shape[1] != dimension:
            raise CollectionError(
                "DIMENSION_MISMATCH",
                f"the vectors that are given have {dimension} numbers, and those of embedder "
                f"{method.embedder} have {probe.shape[1]}",
                "store vectors of the model that the embedder asks",
            )
        await self._begin(collection, method, dimension, _bytes(probe))

    async def _seen(self, generation: Generation, embedder: str) -> float:
        """When the running build's embedder was last seen to make it; 0 if it never was."""
        if self._builds is None:
            return 0.0
        of_build = f"{self._builds.id} {embedder} "
        for line in (await self._note(f"seen {generation.id}") or "").splitlines():
            if line.startswith(of_build):
                return float(line.removeprefix(of_build))
        return 0.0

    async def _set_seen(self, generation: Generation, embedder: str) -> None:
        if self._builds is None:
            return
        # Two who write at once lose one line, and a build is looked at once more.
        lines = (await self._note(f"seen {generation.id}") or "").splitlines()
        of_build = f"{self._builds.id} {embedder} "
        others = [line for line in lines if not line.startswith(of_build)]
        value = "\n".join([*others[1 - BUILDS :], f"{of_build}{time.time()!r}"])
        await self._set_note(f"seen {generation.id}", value)

    async def _is_made_by(self, generation: Generation, probe: Vectors) -> bool:
        """Whether the embedder that gives this probe makes the generation."""
        stored = generation.probe
        if not stored:  # begun with vectors that were given
            text = await self._note(f"probe {generation.id}")
            if text is None:
                if probe.shape[1] != generation.shape.dimension:
                    return False
                await self._set_note(f"probe {generation.id}", _bytes(probe).hex())
                return True
            stored = bytes.fromhex(text)
        return _same(stored, probe)

    async def _take(self, method: SearchMethod, generation: Generation) -> None:
        """Know a generation for one that the running build makes."""
        self._own.add(generation.id)
        self._settled.add(generation.id)
        wanted = shape_of(method, generation.shape.dimension)
        if wanted != generation.shape:
            with suppress(GenerationsChanged):  # which whoever uses it finds out
                await self._in_thread(lambda: self._backend.reshape(generation.id, wanted))

    async def _may_replace(self, mine: list[Generation]) -> bool:
        """Not what began after this app did: where a new build takes the place of another one, the
        old one goes on for a while, and works with the new one's vectors."""
        if not mine:
            return True
        begun = await self._note(f"begun {mine[-1].id}")
        return begun is None or float(begun) <= self._since

    async def _begin(
        self, collection: Collection, method: SearchMethod, dimension: int, probe: bytes
    ) -> Generation:
        shape = shape_of(method, dimension)
        build = self._builds.id if self._builds else ""

        begun: Generation = await self._in_thread(
            partial(
                self._backend.start_generation,
                collection.name,
                method.name,
                shape,
                embedder=method.embedder,
                probe=probe,
                build=build,
            )
        )
        if build:
            # Nobody waits for it: packing a build takes long.
            task: asyncio.Task[None] = asyncio.get_running_loop().create_task(
                self._in_thread(self._keep_build)
            )
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)
        await self._set_note(f"begun {begun.id}", repr(time.time()))
        await self._take(method, begun)
        if begun.state == "building":
            self._on_started()
        return begun

    def _keep_build(self) -> None:
        builds = self._builds
        assert builds is not None
        try:
            if self._backend.build(builds.id) is None:
                self._backend.keep_build(builds.id, builds.content())
        except (CollectionError, OSError) as error:
            # Without it, searches wait for the vectors of the next embedder.
            _log.warning(
                "The build whose embedder makes the vectors could not be kept.",
                extra={"fields": {"build": builds.id, "detail": str(error)}},
            )

    async def _drop_foreign(
        self, collection: Collection, found: list[Generation]
    ) -> list[Generation]:
        others = [each for each in found if each.method not in collection.methods]
        # Those of a build that takes this one's place stay.
        foreign = [e for e in others if self._builds is None or await self._may_replace([e])]
        for each in foreign:
            _log.info(
                "Dropping the vectors of a search method that modus.json no longer has.",
                extra={"fields": {"collection": collection.name, "method": each.method}},
            )
            await self._in_thread(partial(self._backend.drop_generation, each.id))
        if foreign:
            return await self.refresh(collection.name)
        return found

    async def _maker(self, collection: Collection, generation: Generation) -> Embedder:
        """What makes vectors of this generation."""
        if generation.id in self._own or self._earlier is None:
            return self.embedder(collection.methods[generation.method].embedder)
        earlier, build = self._earlier, generation.build
        patient = not earlier.runs(build) and not await self._may_replace([generation])
        found = await earlier.embedder(build, generation.embedder, patient=patient)
        if found is None or not await self._is_faithful(generation, found):
            raise self._not_yet(collection, generation.method)
        return found

    async def _is_faithful(self, generation: Generation, embedder: Embedder) -> bool:
        """Whether the embedder of an earlier build gives what it gave. Its model may be another
        one by now, of the same name."""
        if generation.id not in self._faithful:
            probe = await embedder.embed(PROBES, urgent=True)
            found = await self._is_made_by(generation, probe)
            self._faithful[generation.id] = found
            if not found:
                fields = {"collection": generation.collection, "build": generation.build}
                _log.warning(
                    "The embedder that made the vectors gives others by now.",
                    extra={"fields": fields},
                )
        return self._faithful[generation.id]

    async def _note(self, name: str) -> str | None:
        found: str | None = await self._in_thread(lambda: self._backend.note(name))
        return found

    async def _set_note(self, name: str, value: str) -> None:
        await self._in_thread(lambda: self._backend.set_note(name, value))

    def is_own(self, generation: Generation) -> bool:
        """Whether the running build's embedder makes it."""
        return generation.id in self._own

    def _not_yet(self, collection: Collection, method: str) -> CollectionError:
        return CollectionError(
            "NOT_EMBEDDED_YET",
            f"the texts of collection [{collection.name}] are being embedded for search method "
            f"[{method}]",
            "`atoll collections stats` shows how far that is; try again when it is done",
        )


def shape_of(method: SearchMethod, dimension: int) -> Shape:
    """What the manifest asks for, for vectors of that dimension."""
    index = method.index
    return Shape(
        dimension,
        method.distance,
        index.quantization,
        index.type == "sequential",
        index.connectivity,
        index.ef_construction,
        index.ef_search,
    )


def _bytes(probe: Vectors) -> bytes:
    content: bytes = probe.astype("<f4").tobytes()
    return content


def _same(stored: bytes, probe: Vectors) -> bool:
    """Whether two probes are those of one embedder."""
    import numpy

    if len(stored) != probe.size * 4:
        return False
    before = numpy.frombuffer(stored, "<f4").reshape(probe.shape).astype(numpy.float64)
    now = probe.astype(numpy.float64)
    lengths = numpy.linalg.norm(before, axis=1), numpy.linalg.norm(now, axis=1)
    # Longer or shorter ones are others too, though they point in the same direction.
    if not numpy.allclose(*lengths, rtol=0.01, atol=0):
        return False
    products = (before * now).sum(axis=1)
    return bool((products >= SAME * lengths[0] * lengths[1]).all())
