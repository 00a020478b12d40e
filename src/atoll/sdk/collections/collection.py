"""Using a collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from atoll.sdk import _host
from atoll.sdk.collections import request
from atoll.sdk.collections.classification import LabelShare, Neighbour, TextClassification
from atoll.sdk.collections.entry import Entry
from atoll.sdk.collections.match import Match
from atoll.sdk.errors import CollectionError, HostError, HostUnavailable

Mode: TypeAlias = Literal["vector", "hybrid", "text"]
"""How a search finds texts: by their meaning, by both, or by their words alone."""


def get(name: str) -> Collection:
    """The collection that ``modus.json`` calls so.

    Nothing is asked of the host before the collection is used, so that a module may do this at its
    top.
    """
    return Collection(name)


class Collection:
    """A collection that the manifest names. Operations raise ``CollectionError``, and ``TypeError``
    for what cannot be sent.

    A ``namespace`` is a part of a collection with keys of its own; storing the first text in one
    makes it, and "" is always there. A ``method`` is a search method of the manifest; it may be
    left out if the collection has but one.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"collections.get({self.name!r})"

    def upsert(
        self,
        text: str,
        *,
        key: str | None = None,
        labels: Sequence[str] = (),
        metadata: Mapping[str, Any] | None = None,
        namespace: str = "",
    ) -> str:
        """Store a text, in place of the one of that key if there is one. Gives the key.

        It is found by each search that begins afterwards. Without a key, one is made, which sorts
        by time. ``metadata`` is any JSON object; dates in it become text (ISO 8601), which
        searches can compare.
        """
        return self.upsert_many([request.entry(text, key, labels, metadata)], namespace=namespace)[
            0
        ]

    async def upsert_async(
        self,
        text: str,
        *,
        key: str | None = None,
        labels: Sequence[str] = (),
        metadata: Mapping[str, Any] | None = None,
        namespace: str = "",
    ) -> str:
        entry = request.entry(text, key, labels, metadata)
        return (await self.upsert_many_async([entry], namespace=namespace))[0]

    def upsert_many(self, entries: Iterable[request.Given], *, namespace: str = "") -> list[str]:
        """Store texts, all or none of them; see ``upsert``. Gives their keys, in their order.

        An entry may also be a dict with the members of ``Entry``, or the text alone.
        Either all have a key, each another one, or none has. This is much faster than to store
        them one by one, since they are embedded together. At most 10,000 go at once.
        """
        members = request.upsert(entries, namespace)
        return self._call("upsert", members)["keys"] if members["texts"] else []

    async def upsert_many_async(
        self, entries: Iterable[request.Given], *, namespace: str = ""
    ) -> list[str]:
        members = request.upsert(entries, namespace)
        if not members["texts"]:
            return []
        keys: list[str] = (await self._call_async("upsert", members))["keys"]
        return keys

    def remove(self, key: str, *, namespace: str = "") -> None:
        """Delete a text. It is an error (``NO_SUCH_KEY``) if there is none."""
        self._call("remove", {"namespace": namespace, "key": key})

    async def remove_async(self, key: str, *, namespace: str = "") -> None:
        await self._call_async("remove", {"namespace": namespace, "key": key})

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        where: request.Filter | None = None,
        mode: Mode = "vector",
        method: str = "",
        namespaces: str | Sequence[str] = (),
    ) -> list[Match]:
        """The texts that fit best, the best first, ``limit`` of them at most.

        Args:
            where: conditions on metadata. ``{"year": 2020}`` compares for equality,
                ``{"year": {"gte": 2000, "lt": 2010}}`` by operators: ``eq``, ``ne``, ``lt``,
                ``lte``, ``gt``, ``gte``, ``in``, ``notIn``, ``contains`` (of a list or a text) and
                ``exists``. Several conditions must all hold; ``{"or": [..., ...]}``, ``and`` and
                ``not`` combine others. ``"author.name"`` is a path, ``"$labels"`` are the labels
                and ``"$key"`` is the key.
            mode: ``vector`` searches by meaning, ``text`` by words (any of them counts), and
                ``hybrid`` takes both together.
            namespaces: those to search; without any, the default one.
        """
        members = request.search(limit, where, method, namespaces, text=text, mode=mode)
        return _matches(self._call("search", members))

    async def search_async(
        self,
        text: str,
        *,
        limit: int = 10,
        where: request.Filter | None = None,
        mode: Mode = "vector",
        method: str = "",
        namespaces: str | Sequence[str] = (),
    ) -> list[Match]:
        members = request.search(limit, where, method, namespaces, text=text, mode=mode)
        return _matches(await self._call_async("search", members))

    def search_by_vector(
        self,
        vector: Iterable[float],
        *,
        limit: int = 10,
        where: request.Filter | None = None,
        method: str = "",
        namespaces: str | Sequence[str] = (),
    ) -> list[Match]:
        """The texts whose vectors are nearest to one; see ``search``."""
        members = request.search(limit, where, method, namespaces, vector=request.numbers(vector))
        return _matches(self._call("searchByVector", members))

    async def search_by_vector_async(
        self,
        vector: Iterable[float],
        *,
        limit: int = 10,
        where: request.Filter | None = None,
        method: str = "",
        namespaces: str | Sequence[str] = (),
    ) -> list[Match]:
        members = request.search(limit, where, method, namespaces, vector=request.numbers(vector))
        return _matches(await self._call_async("searchByVector", members))

    def classify(self, text: str, *, method: str = "", namespace: str = "") -> TextClassification:
        """Which labels fit a text, by those of the stored texts that are nearest to it."""
        members = {"namespace": namespace, "searchMethod": method, "text": text}
        return _classification(self._call("classify", members))

    async def classify_async(
        self, text: str, *, method: str = "", namespace: str = ""
    ) -> TextClassification:
        members = {"namespace": namespace, "searchMethod": method, "text": text}
        return _classification(await self._call_async("classify", members))

    def recompute(self, *, method: str = "", namespace: str = "") -> None:
        """Embed all texts anew. Searches find with the present vectors until that is done."""
        self._call("recompute", {"namespace": namespace, "searchMethod": method})

    async def recompute_async(self, *, method: str = "", namespace: str = "") -> None:
        await self._call_async("recompute", {"namespace": namespace, "searchMethod": method})

    def distance(self, key1: str, key2: str, *, method: str = "", namespace: str = "") -> float:
        """How far two texts are from each other: 0 if they mean the same."""
        answer = self._call("distance", request.pair(key1, key2, method, namespace))
        return float(answer["distance"])

    async def distance_async(
        self, key1: str, key2: str, *, method: str = "", namespace: str = ""
    ) -> float:
        answer = await self._call_async("distance", request.pair(key1, key2, method, namespace))
        return float(answer["distance"])

    def text(self, key: str, *, namespace: str = "") -> str | None:
        """A text by its key; None if there is none."""
        found = self.entry(key, namespace=namespace)
        return None if found is None else found.text

    async def text_async(self, key: str, *, namespace: str = "") -> str | None:
        found = await self.entry_async(key, namespace=namespace)
        return None if found is None else found.text

    def entry(self, key: str, *, namespace: str = "") -> Entry | None:
        """A text with its labels and metadata; None if there is none."""
        return _stored(self._call("entry", {"namespace": namespace, "key": key}))

    async def entry_async(self, key: str, *, namespace: str = "") -> Entry | None:
        return _stored(await self._call_async("entry", {"namespace": namespace, "key": key}))

    def texts(self, *, namespace: str = "") -> dict[str, str]:
        """All texts of a namespace by their keys, in the order in which they were stored."""
        found: dict[str, str] = self._call("texts", {"namespace": namespace})
        return found

    async def texts_async(self, *, namespace: str = "") -> dict[str, str]:
        found: dict[str, str] = await self._call_async("texts", {"namespace": namespace})
        return found

    def namespaces(self) -> list[str]:
        """Those that have texts."""
        found: list[str] = self._call("namespaces", {})
        return found

    async def namespaces_async(self) -> list[str]:
        found: list[str] = await self._call_async("namespaces", {})
        return found

    def vector(self, key: str, *, method: str = "", namespace: str = "") -> list[float] | None:
        """The vector that the embedder made of a text; None if there is no such text."""
        members = {"namespace": namespace, "searchMethod": method, "key": key}
        found: list[float] | None = self._call("vector", members)
        return found

    async def vector_async(
        self, key: str, *, method: str = "", namespace: str = ""
    ) -> list[float] | None:
        members = {"namespace": namespace, "searchMethod": method, "key": key}
        found: list[float] | None = await self._call_async("vector", members)
        return found

    def labels(self, key: str, *, namespace: str = "") -> list[str] | None:
        """The labels of a text; None if there is no such text."""
        found: list[str] | None = self._call("labels", {"namespace": namespace, "key": key})
        return found

    async def labels_async(self, key: str, *, namespace: str = "") -> list[str] | None:
        members = {"namespace": namespace, "key": key}
        found: list[str] | None = await self._call_async("labels", members)
        return found

    def _call(self, operation: str, members: Mapping[str, Any]) -> Any:
        payload = request.payload(self.name, members)
        try:
            return json.loads(_host.call_text(f"collections.{operation}", payload))
        except HostError as error:
            raise _error(error) from None

    async def _call_async(self, operation: str, members: Mapping[str, Any]) -> Any:
        payload = request.payload(self.name, members)
        try:
            return json.loads(await _host.call_text_async(f"collections.{operation}", payload))
        except HostError as error:
            raise _error(error) from None


def _error(error: HostError) -> HostError:
    if isinstance(error, (CollectionError, HostUnavailable)):
        return error
    return CollectionError(error.code, error.message, error.hint, error.details)


def _matches(answer: Mapping[str, Any]) -> list[Match]:
    return [
        Match(
            each["key"],
            each["text"],
            each["score"],
            each["distance"],
            each["labels"],
            each["metadata"],
            each["namespace"],
        )
        for each in answer["objects"]
    ]


def _classification(answer: Mapping[str, Any]) -> TextClassification:
    return TextClassification(
        [LabelShare(each["label"], each["confidence"]) for each in answer["labelsResult"]],
        [
            Neighbour(each["key"], each["labels"], each["distance"], each["score"])
            for each in answer["cluster"]
        ],
    )


def _stored(answer: Mapping[str, Any] | None) -> Entry | None:
    if answer is None:
        return None
    return Entry(answer["text"], answer["key"], answer["labels"], answer["metadata"])
