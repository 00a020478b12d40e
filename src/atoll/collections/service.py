"""An app's collections, as its functions use them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from atoll.collections import limits
from atoll.collections.arguments import (
    check_dimension,
    check_given,
    check_same_length,
    check_texts,
    new_key,
    read_vector,
    shown,
)
from atoll.collections.backend import Backend
from atoll.collections.builds import Builds
from atoll.collections.embedding import EMBEDDING, EmbedderCall
from atoll.collections.errors import CollectionError, GenerationsChanged
from atoll.collections.filters import Filter, parse_filter
from atoll.collections.generations import Serving
from atoll.collections.ranking import label_shares, near, neighbours, score
from atoll.collections.searching import (
    by_meaning,
    by_words,
    hybrid,
    ids_of_same,
    still,
    vector_of,
    vectors_of_same,
)
from atoll.collections.store_in_use import StoreInUse
from atoll.collections.types import (
    Classification,
    CollectionStats,
    Found,
    Generation,
    Mode,
    Neighbour,
    Sample,
    StoredText,
    Text,
    Vector,
    Vectors,
)
from atoll.manifest import Collection, SearchMethod

PAGE: Final = 250
"""Texts that are read at once, where all are."""
FEW: Final = 100
"""Texts that can be checked while others wait."""
TRIES: Final = 8
"""Of what finds other vectors than it was made for."""

Result = TypeVar("Result")


class Collections:
    """The collections of one app. App lifetime; of one event loop.

    The store is opened when it is first needed.

    Args:
        collections: those of the manifest, by name.
        open_backend: opens the store; it blocks.
        call: runs an embedder of the app.
        builds: of the app; None where the store does not outlive the build.
        max_bytes: of one answer; more is not read.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        open_backend: Callable[[], Backend],
        call: EmbedderCall,
        builds: Builds | None = None,
        *,
        max_bytes: int = 1 << 30,
    ) -> None:
        self._collections = collections
        self._max_bytes = max_bytes
        self._place = StoreInUse(collections, open_backend, call, builds)
        self._namespaces: dict[str, set[str]] = {}
        """Those that are known to be there; none ever goes."""

    def start(self) -> None:
        """Do what is to be done in the background from now on, if there are any collections.
        Called on the event loop."""
        if self._collections:
            self._place.start()

    async def close(self) -> None:
        """End what is being done, and close the store."""
        await self._place.close()

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
        check_same_length("keys and texts must have the same length", made, texts)
        for name, given in (("labels", labels), ("metadata", metadata)):
            if given:
                check_same_length(f"mismatch in number of {name} and texts", given, texts)
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
        if len(texts) > FEW:
            await asyncio.to_thread(check_texts, namespace, texts)
        else:
            check_texts(namespace, texts)
        given = vectors or {}
        check_given(found, given, len(texts))
        opened = await self._place.opened()
        for method in await opened.generations.unprobed(found):
            if method.name not in given:
                embedder = opened.generations.embedder(method.embedder)
                first = await embedder.embed([each.text for each in texts])
                given = {**given, method.name: first}
        same = await self._place.read(partial(ids_of_same, collection, namespace, texts))
        made: dict[int, Vectors] = {}
        for _ in range(TRIES):
            wanted = await opened.generations.all(found, given)
            made = await self._make(wanted, texts, given, made, same)
            try:
                await self._place.write(partial(_upsert, collection, namespace, texts, made))
            except GenerationsChanged:
                await opened.generations.refresh(collection)
                continue
            opened.upkeep.wake()
            return
        raise _unsettled(collection)

    async def remove(self, collection: str, namespace: str, key: str) -> None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        _forbid_in_embedders()
        await self._check_namespaces(found, [namespace])
        removed = await self._place.write(lambda b: b.remove(collection, namespace, [key]))
        if not removed:
            raise CollectionError(
                "NO_SUCH_KEY",
                f"collection [{collection}] has no text of the key [{shown(key)}]",
                f"in its namespace [{shown(namespace)}]" if namespace else None,
            )
        (await self._place.opened()).upkeep.wake()

    async def entry(self, collection: str, namespace: str, key: str) -> StoredText | None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])
        texts = await self._place.read(lambda b: b.find(collection, namespace, [key]))
        return texts[0] if texts else None

    async def texts(self, collection: str, namespace: str) -> dict[str, str]:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])

        def read(backend: Backend) -> dict[str, str]:
            texts: dict[str, str] = {}
            after = size = 0
            while page := backend.texts(collection, namespace, after=after, limit=PAGE):
                texts.update((each.key, each.text) for each in page)
                after = page[-1].id
                size += sum(len(each.key) + len(each.text) for each in page)
                if size > self._max_bytes:
                    raise _too_many(collection, self._max_bytes)
            return texts

        return await self._place.read(read)

    async def page(
        self,
        collection: str,
        namespace: str,
        *,
        after: str = "",
        limit: int = 100,
        search: str = "",
    ) -> list[StoredText]:
        """See `Backend.page`. Raises CollectionError."""
        found = self._collection(collection)
        limits.check_limit(limit)
        limits.check_namespace(namespace)
        for text in (after, search):
            limits.check_text(text)
        await self._check_namespaces(found, [namespace])
        return await self._place.read(
            lambda b: b.page(collection, namespace, after=after, limit=limit, search=search)
        )

    async def sample(
        self, collection: str, namespace: str | None, method: str, limit: int
    ) -> Sample:
        """Some texts (`Backend.sample`) with their vectors; those without one are left out. Raises
        CollectionError."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        limits.check_limit(limit)
        if namespace is not None:
            limits.check_namespace(namespace)
            await self._check_namespaces(found, [namespace])

        def read(backend: Backend, generation: Generation) -> Sample:
            counts = backend.namespaces(collection)
            total = sum(counts.values()) if namespace is None else counts.get(namespace, 0)
            texts = {each.id: each for each in backend.sample(collection, namespace, limit)}
            ids, vectors = backend.vectors(generation.id, list(texts))
            return Sample([texts[id] for id in ids], vectors, total)

        return await self._with_serving(found, chosen, read) or Sample()

    async def stats(self) -> list[CollectionStats]:
        """What is stored, also of collections that the manifest does not name any more; nothing if
        it names none. Raises CollectionError."""
        return await self._place.read(lambda b: b.stats()) if self._collections else []

    async def namespaces(self, collection: str) -> list[str]:
        """See ``host.context.CollectionService``."""
        self._collection(collection)
        found = await self._place.read(lambda b: b.namespaces(collection))
        return sorted(name for name, texts in found.items() if texts)

    async def vector(
        self, collection: str, namespace: str, method: str, key: str
    ) -> list[float] | None:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        chosen = self._method(found, method)
        await self._check_namespaces(found, [namespace])

        def read(backend: Backend, generation: Generation) -> list[float] | None:
            vector = vector_of(backend, generation, namespace, key)
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
            return await self._place.read(
                lambda b: by_words(b, collection, within, text, limit, condition)
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

        def search(backend: Backend, generation: Generation) -> list[Found]:
            check_dimension(generation, len(query), "the vector")
            if not limit:
                return []
            return by_meaning(backend, generation, within, query, limit, condition)

        return await self._with_serving(found, chosen, search) or []

    async def classify(
        self, collection: str, namespace: str, method: str, text: str
    ) -> Classification:
        """See ``host.context.CollectionService``."""
        found = self._collection(collection)
        await self._check_namespaces(found, [namespace])
        counts = await self._place.read(lambda b: b.namespaces(collection))
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

            vectors = [vector_of(backend, generation, namespace, key) for key in (key1, key2)]
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
        opened = await self._place.opened()
        if await opened.generations.serving(found, chosen) is not None:
            begun = await opened.generations.renew(found, chosen)
            await opened.upkeep.wait_for(begun)
        return chosen.name

    # What goes before all of them.

    def _collection(self, name: str) -> Collection:
        found = self._collections.get(name)
        if found is None:
            raise CollectionError(
                "NO_SUCH_COLLECTION",
                f"collection {shown(name)} not found in manifest",
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
            f"search method {shown(name)} not found in collection {collection.name}"
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
            known.update(await self._place.read(lambda b: b.namespaces(collection.name)))
        for name in wanted:
            if name not in known:
                raise CollectionError(
                    "NO_SUCH_NAMESPACE",
                    f"namespace {shown(name)} not found in collection {collection.name}",
                    "it is there once a text was stored in it",
                )
        return wanted

    async def _serving(self, collection: Collection, method: SearchMethod) -> Serving | None:
        _forbid_in_embedders()
        generations = (await self._place.opened()).generations
        return await generations.serving(collection, method)

    async def _refresh(self, collection: str) -> None:
        await (await self._place.opened()).generations.refresh(collection)

    async def _with_serving(
        self,
        collection: Collection,
        method: SearchMethod,
        work: Callable[[Backend, Generation], Result],
    ) -> Result | None:
        """Do something with the vectors that serve; None if there are none."""
        for _ in range(TRIES):
            generation = await (await self._place.opened()).generations.serving_now(
                collection, method
            )
            if generation is None:
                return None
            with suppress(GenerationsChanged):
                return await self._place.read(partial(_serving_still, work, generation))
            await self._refresh(collection.name)
        raise _unsettled(collection.name)

    async def _make(
        self,
        wanted: Sequence[Serving],
        texts: Sequence[Text],
        given: Mapping[str, Vectors],
        made: Mapping[int, Vectors],
        same: Mapping[str, int],
    ) -> dict[int, Vectors]:
        """The texts' vectors for each generation. Those ``made`` before are not made again, nor
        those of texts that are stored as they are: ``same`` has their ids by key."""

        async def make(serving: Serving) -> Vectors:
            generation = serving.generation
            if generation.id in made:
                return made[generation.id]
            vectors = given.get(generation.method)
            if vectors is None:
                vectors = await self._vectors_of(serving, texts, same)
                check_dimension(generation, vectors.shape[1], f"embedder {serving.embedder.name}")
            else:
                check_dimension(generation, vectors.shape[1], "what was given")
            return vectors

        vectors = await asyncio.gather(*map(make, wanted))
        return {each.generation.id: made for each, made in zip(wanted, vectors, strict=True)}

    async def _vectors_of(
        self, serving: Serving, texts: Sequence[Text], same: Mapping[str, int]
    ) -> Vectors:
        known: dict[str, Vector] = {}
        if same:
            read = partial(vectors_of_same, serving.generation.id, same)
            known = await self._place.read(read)
        others = [each.text for each in texts if each.key not in known]
        embedded = await serving.embedder.embed(others) if others else None
        if not known:
            assert embedded is not None
            return embedded
        import numpy

        rows = iter(() if embedded is None else embedded)
        return numpy.array([known[each.key] if each.key in known else next(rows) for each in texts])

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
        check_dimension(generation, len(vector), f"embedder {serving.embedder.name}")

        def search(backend: Backend) -> list[Found]:
            still(backend, generation)
            if words is None:
                return by_meaning(backend, generation, namespaces, vector, limit, filter)
            return hybrid(backend, generation, namespaces, vector, words, limit, filter)

        return await self._place.read(search)


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
    return work(backend, still(backend, generation))


def _forbid_in_embedders() -> None:
    if EMBEDDING.get():
        raise CollectionError(
            "EMBEDDER_RECURSION",
            "an embedder cannot store or search texts, which would need itself",
            "have it call a model only",
        )


def _no_vector(key: str) -> CollectionError:
    return CollectionError("NO_SUCH_KEY", f"vector for key {shown(key)} not found")


def _too_many(collection: str, most: int) -> CollectionError:
    return CollectionError(
        "TEXT_TOO_LARGE",
        f"the texts of collection [{collection}] have more than {most >> 20} MiB together, and one "
        "answer may not",
        "search for those that are needed, or raise limits.payloadMb in modus.json",
    )


def _unsettled(collection: str) -> CollectionError:
    return CollectionError(
        "NOT_EMBEDDED_YET",
        f"the vectors of collection [{collection}] are being replaced all the time",
        "look into the log for builds of the app that work against each other",
    )
