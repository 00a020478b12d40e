"""Collections of the manifest: texts that are searched by their meaning, or by their words.

    from atoll.sdk import collections, models

    embedder = models.get("embedder")
    articles = collections.get("articles")

    def embed(texts: list[str]) -> list[list[float]]:
        return embedder.embed(texts).vectors

    def add_article(text: str, year: int) -> str:
        return articles.upsert(text, metadata={"year": year})

    def find_articles(words: str) -> list[collections.Match]:
        return articles.search(words, limit=5, where={"year": {"gte": 2020}})

``embed`` is named in ``modus.json`` as the ``embedder`` of a search method; the host calls it for
what is stored and for what is searched, and it is no part of the API. Every operation has an
``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.CollectionError``.
"""

from __future__ import annotations

from atoll.sdk.collections.classification import LabelShare, Neighbour, TextClassification
from atoll.sdk.collections.collection import Collection, Mode, get
from atoll.sdk.collections.entry import Entry
from atoll.sdk.collections.match import Match
from atoll.sdk.errors import CollectionError

__all__ = [
    "Collection",
    "CollectionError",
    "Entry",
    "LabelShare",
    "Match",
    "Mode",
    "Neighbour",
    "TextClassification",
    "get",
]
