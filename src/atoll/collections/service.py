"""An app's collections, as its functions use them."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from atoll.collections import limits
from atoll.collections.backend import Backend
from atoll.collections.builds import Builds
from atoll.collections.embedding import EMBEDDING, EmbedderCall
from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.filters import Filter, parse_filter
from atoll.collections.generations import Generations, Serving
from atoll.collections.ranking import fuse, label_shares, near, neighbours, rank_score, score
from atoll.collections.types import (
    Classification,
    Found,
    Generation,
    Hit,
    Mode,
    Neighbour,
    StoredText,
    Text,
    Vector,
    Vectors,
)
from atoll.collections.upkeep import Upkeep
from atoll.manifest import Collection, SearchMethod

_log = logging.getLogger("atoll.collections")

READERS: Final = 8
WRITERS: Final = 16
"""Threads; writers mostly wait for the disk, together."""
TRIES: Final = 8
"""Of what finds other vectors than it was made for."""
HYBRID_FACTOR: Final = 3
HYBRID_LEAST: Final = 50
"""Of each of the searches of a hybrid one, before they are made one."""

Result = TypeVar("Result")


class Collections:
    """The collections of one app. App lifetime; of one event loop.

    The store is opened when it is first needed.

    Args:
        collections: those of the manifest, by name.
        open_backend: opens the store; it blocks.
        call: runs an embedder of the app.
        builds: of the app; None where the store does not outlive the build.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        open_backend: Callable[[], Backend],
        call: EmbedderCall,
        builds: Builds | None = None,
    ) -> None:
        self._collections = collections
        self._open_backend = open_backend
        self._call = call
        self._builds = builds
        self._opened: tuple[Backend, Generations, Upkeep] | None = None
        self._opening = asyncio.Lock()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="atoll-collections")
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="atoll-collections-write")
        self._namespaces: dict[str, set[str]] = {}
        """Those that are known to be there; none ever goes."""
        self._closed = False
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Do what is to be done in the background from now on, if there are any collections.
        Called on the event loop."""
        if self._collections and not self._closed:
            self._starting = asyncio.get_running_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._open()
        except CollectionError as error:  # whoever needs it tries again
            fields = {"code": error.code, "hint": error.hint or ""}
            _log.error(error.message, extra={"fields": fields})

    async def close(self) -> None:
        """End what is being done, and close the store."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        async with self._opening:
            opened, self._opened = self._opened, None
        if opened is not None:
            backend, generations, upkeep = opened
            await upkeep.close()
            await generations.close()
            await asyncio.to_thread(backend.close)
        self._readers.shutdown(wait=False)
        self._writers.shutdown(wait=False)

    # Texts.

    async def upsert(
        self,
        collection: str,
        namespace: str,
        keys: Sequence[str],
        texts: Sequence[str],
        labels: Sequence[Sequence[str]] = (),
        metadata: Sequence[Mapping[str, Any]] = (),
    ) -> list[str]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        made = list(keys) if keys else [new_key() for _ in texts]
        _same_length("keys and texts must have the same length", made, texts)
        for name, given in (("labels", labels), ("metadata", metadata)):
            if given:
                _same_length(f"mismatch in number of {name} and texts", given, texts)
        entries = [
            Text(
                key,
                text,
                tuple(labels[index]) if labels else (),
                metadata[index] if metadata else {},
            )
            for index, (key, text) in enumerate(zip(made, texts, strict=True))
        ]
        if entries:
            await self.store(found.name, namespace, entries)
        return made

    async def store(
        self,
        collection: str,
        namespace: str,
        texts: Sequence[Text],
        vectors: Mapping[str, Vectors] | None = None,
    ) -> None:
        """Store texts, all or none of them.

        Args:
            collection: its name.
            namespace: where.
            texts: their keys differ from each other.
            vectors: by search method, where they are known already; the others are embedded.

        Raises:
            CollectionError: see ``docs/collections.md``; nothing was stored.
        """
        found = self._collection(collection)
        _forbid_in_embedders()
        _check_texts(namespace, texts)
        given = vectors or {}
        _check_given(found, given, len(texts))
        _, generations, upkeep = await self._open()
        made: dict[int, Vectors] = {}
        for _ in range(TRIES):
            wanted = await generations.all(found, given)
            made = await self._make(wanted, texts, given, made)
            try:
                await self._write(partial(_upsert, collection, namespace, texts, made))
            except GenerationsChanged:
                await generations.refresh(collection)
                continue
            upkeep.wake()
            return
        raise _unsettled(collection)

    async def remove(self, collection: str, namespace: str, key: str) -> None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        _forbid_in_embedders()
        await self._check_namespaces(found, [namespace])
        removed = await self._write(lambda b: b.remove(collection, namespace, [key]))
        if not removed:
            raise CollectionError(
                "NO_SUCH_KEY",
                f"collection [{collection}] has no text of the key [{_shown(key)}]",
                f"in its namespace [{_shown(namespace)}]" if namespace else None,
            )
        (await self._open())[2].wake()

    async def entry(self, collection: str, namespace: str, key: str) -> StoredText | None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])
        texts = await self._read(lambda b: b.find(collection, namespace, [key]))
        return texts[0] if texts else None

    async def texts(self, collection: str, namespace: str) -> dict[str, str]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])

        def read(backend: Backend) -> dict[str, str]:
            texts: dict[str, str] = {}
            after = 0
            while page := backend.texts(collection, namespace, after=after):
                texts.update((each.key, each.text) for each in page)
                after = page[-1].id
            return texts

        return await self._read(read)

    async def namespaces(self, collection: str) -> list[str]:
        """See ``host.context.CollectionService``."""
        self._collection(collection)
        found = await self._read(lambda b: b.namespaces(collection))
        return sorted(name for name, texts in found.items() if texts)

    async def vector(
        self, collection: str, namespace: str, method: str, key: str
    ) -> list[float] | None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        await self._check_namespaces(found, [namespace])

        def read(backend: Backend, generation: Generation) -> list[float] | None:
            vector = _vector_of(backend, generation, namespace, key)
            values: list[float] | None = None if vector is None else vector.tolist()
            return values

        return await self._with_serving(found, chosen, read)

    # Searches.

    async def search(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        text: str,
        limit: int,
        *,
        mode: Mode = "vector",
        filter: Any = None,
    ) -> list[Found]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        limits.check_limit(limit)
        limits.check_text(text)
        condition = parse_filter(filter)
        within = await self._check_namespaces(found, namespaces or [""])
        if mode == "text":
            return await self._read(
                lambda b: _by_words(b, collection, within, text, limit, condition)
            )
        chosen = self._method(found, method)
        for _ in range(TRIES):
            serving = await self._serving(found, chosen)
            if serving is None or not limit:
                return []
            vector = (await serving.embedder.embed([text], urgent=True))[0]
            words = text if mode == "hybrid" else None
            try:
                return await self._nearest(serving, within, vector, limit, condition, words)
            except GenerationsChanged:
                await self._refresh(collection)
        raise _unsettled(collection)

    async def search_by_vector(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        vector: Sequence[float],
        limit: int,
        *,
        filter: Any = None,
    ) -> list[Found]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        limits.check_limit(limit)
        condition = parse_filter(filter)
        query = read_vector(vector)
        within = await self._check_namespaces(found, namespaces or [""])
        for _ in range(TRIES):
            serving = await self._serving(found, chosen)
            if serving is None or not limit:
                return []
            _check_dimension(serving.generation, len(query), "the vector")
            try:
                return await self._nearest(serving, within, query, limit, condition, None)
            except GenerationsChanged:
                await self._refresh(collection)
        raise _unsettled(collection)

    async def classify(
        self, collection: str, namespace: str, method: str, text: str
    ) -> Classification:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])
        counts = await self._read(lambda b: b.namespaces(collection))
        most = neighbours(counts.get(namespace, 0))
        hits = await self.search(collection, [namespace], method, text, most)
        kept = near([hit.distance for hit in hits])
        cluster = [hit for hit, keep in zip(hits, kept, strict=True) if keep]
        return Classification(
            label_shares([hit.labels for hit in cluster]),
            tuple(Neighbour(hit.key, hit.labels, hit.distance, hit.score) for hit in cluster),
        )

    async def distance(
        self, collection: str, namespace: str, method: str, key1: str, key2: str
    ) -> tuple[float, float]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        await self._check_namespaces(found, [namespace])

        def compare(backend: Backend, generation: Generation) -> float:
            from atoll.collections.index.distance import exactly

            vectors = [_vector_of(backend, generation, namespace, key) for key in (key1, key2)]
            for key, vector in zip((key1, key2), vectors, strict=True):
                if vector is None:
                    raise _no_vector(key)
            first, second = vectors
            assert first is not None
            assert second is not None
            return float(exactly(generation.shape.distance, first[None, :], second)[0])

        value = await self._with_serving(found, chosen, compare)
        if value is None:
            raise _no_vector(key1)
        return value, score(value, chosen.distance)

    async def recompute(self, collection: str, namespace: str, method: str) -> str:
        """See ``host.context.CollectionService``. The present vectors serve until the new ones are
        whole; that goes on though whoever asked for it leaves."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        _forbid_in_embedders()
        await self._check_namespaces(found, [namespace])
        _, generations, upkeep = await self._open()
        if await generations.serving(found, chosen) is not None:
            begun = await generations.renew(found, chosen)
            await upkeep.wait_for(begun)
        return chosen.name

    # What goes before all of them.

    def _collection(self, name: str) -> Collection:
        found = self._collections.get(name)
        if found is None:
            raise CollectionError(
                "NO_SUCH_COLLECTION",
                f"collection {_shown(name)} not found in manifest",
                f"modus.json has: {', '.join(self._collections) or 'none'}",
            )
        return found

    def _method(self, collection: Collection, name: str) -> SearchMethod:
        methods = collection.methods
        if not name and len(methods) == 1:
            return next(iter(methods.values()))
        if name in methods:
            return methods[name]
        raise CollectionError(
            "NO_SUCH_SEARCH_METHOD",
            f"search method {_shown(name)} not found in collection {collection.name}"
            if name
            else f"collection {collection.name} has {len(methods)} search methods: name one",
            f"it has: {', '.join(methods) or 'none'}",
        )

    async def _check_namespaces(
        self, collection: Collection, namespaces: Iterable[str]
    ) -> Sequence[str]:
        """The namespaces, each once. Raises CollectionError: nothing was ever stored in one."""
        wanted = tuple(dict.fromkeys(namespaces))
        if len(wanted) > limits.NAMESPACES:
            raise CollectionError(
                "INVALID_ARGUMENT",
                f"a search may look at {limits.NAMESPACES} namespaces, not {len(wanted)}",
            )
        known = self._namespaces.setdefault(collection.name, {""})
        if not known.issuperset(wanted):
            known.update(await self._read(lambda b: b.namespaces(collection.name)))
        for name in wanted:
            if name not in known:
                raise CollectionError(
                    "NO_SUCH_NAMESPACE",
                    f"namespace {_shown(name)} not found in collection {collection.name}",
                    "it is there once a text was stored in it",
                )
        return wanted

    async def _open(self) -> tuple[Backend, Generations, Upkeep]:
        if self._opened is not None:
            return self._opened
        async with self._opening:
            if self._opened is None:
                if self._closed:
                    raise CollectionError("STORE_UNAVAILABLE", "the app is being closed")
                loop = asyncio.get_running_loop()
                backend = await loop.run_in_executor(self._writers, self._open_backend)
                upkeep = Upkeep(backend, self._collections)
                generations = Generations(
                    backend, self._call, self._builds, self._in_writer, upkeep.wake
                )
                upkeep.start(generations)
                self._opened = backend, generations, upkeep
        return self._opened

    async def _read(self, work: Callable[[Backend], Result]) -> Result:
        backend = (await self._open())[0]
        return await asyncio.get_running_loop().run_in_executor(self._readers, work, backend)

    async def _write(self, work: Callable[[Backend], Result]) -> Result:
        backend = (await self._open())[0]
        return await asyncio.get_running_loop().run_in_executor(self._writers, work, backend)

    async def _in_writer(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._writers, work)

    async def _refresh(self, collection: str) -> None:
        await (await self._open())[1].refresh(collection)

    async def _serving(self, collection: Collection, method: SearchMethod) -> Serving | None:
        _forbid_in_embedders()
        generations = (await self._open())[1]
        return await generations.serving(collection, method)

    async def _with_serving(
        self,
        collection: Collection,
        method: SearchMethod,
        work: Callable[[Backend, Generation], Result],
    ) -> Result | None:
        """Do something with the vectors that serve; None if there are none."""
        for _ in range(TRIES):
            generation = await (await self._open())[1].serving_now(collection, method)
            if generation is None:
                return None
            with suppress(GenerationsChanged):
                return await self._read(partial(_serving_still, work, generation))
            await self._refresh(collection.name)
        raise _unsettled(collection.name)

    async def _make(
        self,
        wanted: Sequence[Serving],
        texts: Sequence[Text],
        given: Mapping[str, Vectors],
        made: Mapping[int, Vectors],
    ) -> dict[int, Vectors]:
        """The texts' vectors for each generation; those ``made`` before are not made again."""

        async def make(serving: Serving) -> Vectors:
            generation = serving.generation
            if generation.id in made:
                return made[generation.id]
            vectors = given.get(generation.method)
            if vectors is None:
                vectors = await serving.embedder.embed([each.text for each in texts])
                _check_dimension(generation, vectors.shape[1], f"embedder {serving.embedder.name}")
            else:
                _check_dimension(generation, vectors.shape[1], "what was given")
            return vectors

        vectors = await asyncio.gather(*map(make, wanted))
        return {each.generation.id: made for each, made in zip(wanted, vectors, strict=True)}

    async def _nearest(
        self,
        serving: Serving,
        namespaces: Sequence[str],
        vector: Vector,
        limit: int,
        filter: Filter | None,
        words: str | None,
    ) -> list[Found]:
        generation = serving.generation
        _check_dimension(generation, len(vector), f"embedder {serving.embedder.name}")

        def search(backend: Backend) -> list[Found]:
            _still(backend, generation)
            if words is None:
                hits = backend.nearest(generation, namespaces, vector, limit, filter)
                kind = generation.shape.distance
                return _loaded(backend, [(h.id, h.value, score(h.value, kind)) for h in hits])
            return _hybrid(backend, generation, namespaces, vector, words, limit, filter)

        return await self._read(search)


def new_key() -> str:
    """A UUID of version 7 (RFC 9562): later ones are larger."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def read_vector(values: Sequence[float]) -> Vector:
    """The f32 vector of numbers. Raises CollectionError: it is none."""
    import numpy

    if not values:
        raise CollectionError("INVALID_VECTOR", "the vector is empty")
    try:
        with numpy.errstate(over="ignore"):
            vector = numpy.asarray(values, dtype=numpy.float64).astype(numpy.float32)
    except (TypeError, ValueError, OverflowError):
        raise CollectionError("INVALID_VECTOR", "the vector must be a list of numbers") from None
    if vector.ndim != 1 or not numpy.isfinite(vector).all():
        raise CollectionError(
            "INVALID_VECTOR", "the vector has NaN, infinity or a number beyond those of f32"
        )
    return vector


def _hybrid(
    backend: Backend,
    generation: Generation,
    namespaces: Sequence[str],
    vector: Vector,
    words: str,
    limit: int,
    filter: Filter | None,
) -> list[Found]:
    from atoll.collections.index.distance import exactly

    most = min(max(limit * HYBRID_FACTOR, HYBRID_LEAST), limits.LIMIT)
    by_meaning = backend.nearest(generation, namespaces, vector, most, filter)
    by_words = backend.matching(generation.collection, namespaces, words, most, filter)
    best = fuse(by_meaning, by_words)[:limit]
    known = {hit.id: hit.value for hit in by_meaning}
    if others := [id for id, _ in best if id not in known]:
        ids, vectors = backend.vectors(generation.id, others)
        if ids:
            values = exactly(generation.shape.distance, vectors, vector)
            known.update(zip(ids, values.tolist(), strict=True))
    return _loaded(backend, [(id, known[id], value) for id, value in best if id in known])


def _by_words(
    backend: Backend,
    collection: str,
    namespaces: Sequence[str],
    words: str,
    limit: int,
    filter: Filter | None,
) -> list[Found]:
    hits: Sequence[Hit] = ()
    if limit:
        hits = backend.matching(collection, namespaces, words, limit, filter)
    scores = [rank_score(rank) for rank in range(len(hits))]
    return _loaded(
        backend, [(hit.id, 1 - value, value) for hit, value in zip(hits, scores, strict=True)]
    )


def _loaded(backend: Backend, hits: Sequence[tuple[int, float, float]]) -> list[Found]:
    """What was found, without what is gone in the meantime."""
    texts = backend.load([id for id, _, _ in hits]) if hits else {}
    return [
        Found(text.namespace, text.key, text.text, text.labels, text.metadata, distance, its_score)
        for id, distance, its_score in hits
        if (text := texts.get(id)) is not None
    ]


def _upsert(
    collection: str,
    namespace: str,
    texts: Sequence[Text],
    vectors: Mapping[int, Vectors],
    backend: Backend,
) -> None:
    backend.upsert(collection, namespace, texts, vectors)


def _serving_still(
    work: Callable[[Backend, Generation], Result], generation: Generation, backend: Backend
) -> Result:
    return work(backend, _still(backend, generation))


def _still(backend: Backend, generation: Generation) -> Generation:
    """The generation as it is now. Raises GenerationsChanged: it serves no more."""
    for each in backend.generations(generation.collection):
        if each.id == generation.id and each.state == "serving":
            return each
    raise GenerationsChanged


def _vector_of(backend: Backend, generation: Generation, namespace: str, key: str) -> Vector | None:
    texts = backend.find(generation.collection, namespace, [key])
    if not texts:
        return None
    ids, vectors = backend.vectors(generation.id, [texts[0].id])
    return vectors[0] if ids else None


def _check_texts(namespace: str, texts: Sequence[Text]) -> None:
    limits.check_namespace(namespace)
    if len(texts) > limits.TEXTS:
        raise CollectionError(
            "INVALID_ARGUMENT",
            f"{len(texts)} texts are too many to be stored at once; {limits.TEXTS} are possible",
            "store them in parts",
        )
    seen: set[str] = set()
    for each in texts:
        limits.check_key(each.key)
        if each.key in seen:
            raise CollectionError(
                "DUPLICATE_KEY", f"the key [{_shown(each.key)}] is given to two texts"
            )
        seen.add(each.key)
        limits.check_text(each.text)
        limits.check_labels(each.labels)
        limits.check_metadata(each.metadata)


def _check_given(collection: Collection, given: Mapping[str, Vectors], texts: int) -> None:
    import numpy

    for method, vectors in given.items():
        if method not in collection.methods:
            raise CollectionError(
                "NO_SUCH_SEARCH_METHOD",
                f"search method {_shown(method)} not found in collection {collection.name}",
                f"it has: {', '.join(collection.methods) or 'none'}",
            )
        if len(vectors) != texts:
            raise CollectionError(
                "INVALID_ARGUMENT", f"{len(vectors)} vectors are given for {texts} texts"
            )
        if not numpy.isfinite(vectors).all():
            raise CollectionError("INVALID_VECTOR", "a vector has NaN or infinity")


def _check_dimension(generation: Generation, dimension: int, what: str) -> None:
    if dimension != generation.shape.dimension:
        raise CollectionError(
            "DIMENSION_MISMATCH",
            f"{what} has vectors of {dimension} numbers, and search method [{generation.method}] "
            f"of collection [{generation.collection}] has {generation.shape.dimension}",
            "an embedder must give vectors of one length",
        )


def _same_length(message: str, first: Sequence[Any], second: Sequence[Any]) -> None:
    if len(first) != len(second):
        raise CollectionError("INVALID_ARGUMENT", f"{message}: {len(first)} != {len(second)}")


def _forbid_in_embedders() -> None:
    if EMBEDDING.get():
        raise CollectionError(
            "EMBEDDER_RECURSION",
            "an embedder cannot store or search texts, which would need itself",
            "have it call a model only",
        )


def _no_vector(key: str) -> CollectionError:
    return CollectionError("NO_SUCH_KEY", f"vector for key {_shown(key)} not found")


def _unsettled(collection: str) -> CollectionError:
    return CollectionError(
        "NOT_EMBEDDED_YET",
        f"the vectors of collection [{collection}] are being replaced all the time",
        "look into the log for builds of the app that work against each other",
    )


def _shown(name: str) -> str:
    return name if len(name) <= 100 else f"{name[:100]}…"
