"""What is asked of collections, and how core modules ask it: by values instead of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from atoll.collections import limits


class OfCollection(msgspec.Struct, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """``search_method`` may be "" if the collection has but one."""

    collection: str


class _OfNamespace(OfCollection, kw_only=True):
    namespace: str = ""


class Upsert(_OfNamespace, kw_only=True):
    """Lists are empty, or have an element for each text."""

    texts: list[str]
    keys: list[str] = []
    labels: list[list[str]] = []
    metadata: list[dict[str, Any]] = []


class Key(_OfNamespace, kw_only=True):
    key: str


class VectorOf(Key, kw_only=True):
    search_method: str = ""


class SearchIn(OfCollection, kw_only=True):
    namespaces: list[str] = []
    search_method: str = ""
    limit: int = 10
    return_text: bool = True
    filter: Any = None
    """See ``atoll.collections.filters``."""


class Search(SearchIn, kw_only=True):
    text: str
    mode: str = "vector"


class SearchByVector(SearchIn, kw_only=True):
    vector: list[float]


class Classify(_OfNamespace, kw_only=True):
    search_method: str = ""
    text: str


class Recompute(_OfNamespace, kw_only=True):
    search_method: str = ""


class Distance(_OfNamespace, kw_only=True):
    search_method: str = ""
    key1: str
    key2: str


class Namespace(_OfNamespace, kw_only=True):
    """Of whose texts all are wanted."""


class Collection(OfCollection, kw_only=True):
    """Of which something as a whole is wanted."""


def _texts(arguments: Sequence[Any]) -> dict[str, Any]:
    """The leading arguments of most imports."""
    names = ("collection", "namespace", "search_method")
    return {name: value or "" for name, value in zip(names, arguments, strict=False)}


def key_of(arguments: Sequence[Any]) -> Key:
    return Key(**_texts(arguments[:2]), key=arguments[2] or "")


def _of_search(arguments: Sequence[Any]) -> dict[str, Any]:
    """What searches of all kinds have in common; SDKs ask for all there is by a large number.

    Texts are always given, as the original does.
    """
    collection, namespaces, method, _, limit, _ = arguments
    return {
        "collection": collection or "",
        "namespaces": namespaces or [],
        "search_method": method or "",
        "limit": min(limit, limits.LIMIT),
    }


def upsert_of(arguments: Sequence[Any]) -> Upsert:
    keys, texts, labels = arguments[2:]
    return Upsert(
        **_texts(arguments[:2]),
        keys=keys or [],
        texts=texts or [],
        labels=[each or [] for each in labels or ()],
    )


def search_of(arguments: Sequence[Any]) -> Search:
    return Search(**_of_search(arguments), text=arguments[3] or "")


def search_by_vector_of(arguments: Sequence[Any]) -> SearchByVector:
    return SearchByVector(**_of_search(arguments), vector=arguments[3] or [])


def classify_of(arguments: Sequence[Any]) -> Classify:
    return Classify(**_texts(arguments[:3]), text=arguments[3] or "")


def recompute_of(arguments: Sequence[Any]) -> Recompute:
    return Recompute(**_texts(arguments))


def distance_of(arguments: Sequence[Any]) -> Distance:
    key1, key2 = arguments[3:]
    return Distance(**_texts(arguments[:3]), key1=key1 or "", key2=key2 or "")


def namespace_of(arguments: Sequence[Any]) -> Namespace:
    return Namespace(**_texts(arguments))


def collection_of(arguments: Sequence[Any]) -> Collection:
    return Collection(**_texts(arguments))


def vector_of(arguments: Sequence[Any]) -> VectorOf:
    return VectorOf(**_texts(arguments[:3]), key=arguments[3] or "")
