"""Embedders of tests: vectors whose neighbours one can tell."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Sequence
from typing import Any, ClassVar

from atoll.collections.backend import Backend
from atoll.collections.builds import EarlierBuild
from atoll.collections.errors import CollectionError
from atoll.collections.generations import PROBES


def by_words(text: str, dimension: int = 32, salt: str = "") -> list[float]:
    """A unit vector in which each word has its part: texts with the same words are near."""
    vector = [0.0] * dimension
    for word in text.lower().split():
        digest = hashlib.sha256((salt + word).encode()).digest()
        for place in digest[:4]:
            vector[place % dimension] += 1.0 if place % 2 else -1.0
    length = math.sqrt(math.fsum(each * each for each in vector))
    return [each / length for each in vector] if length else [1.0, *vector[1:]]


class Embedders:
    """The embedder functions of a build, as a service calls them."""

    def __init__(self, *, dimension: int = 32, salt: str = "", id: str = "one") -> None:
        self.dimension = dimension
        self.salt = salt
        self.id = id
        self.texts: list[str] = []
        """All that were embedded."""
        self.failure: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        """Cleared, all but single texts and probes wait, as imports and rebuilds do."""

    async def __call__(self, name: str, texts: Sequence[str]) -> Any:
        if name not in ("embed", "other"):
            raise CollectionError("NO_SUCH_EMBEDDER", f"there is no {name}")
        if len(texts) > 1 and tuple(texts) != PROBES:
            await self.open.wait()
        if self.failure is not None:
            raise self.failure
        self.texts += texts
        return [by_words(text, self.dimension, self.salt + name) for text in texts]


class BuildsOfTest:
    """See ``atoll.collections.builds.Builds``; earlier builds are found in ``known``."""

    known: dict[str, Embedders]
    closed: ClassVar[list[str]] = []
    """Earlier builds that were closed."""

    def __init__(self, embedders: Embedders, known: dict[str, Embedders]) -> None:
        self.id = embedders.id
        self.known = known
        known[self.id] = embedders
        self.opened: list[str] = []

    def content(self) -> bytes:
        return self.id.encode()

    def open(self, content: bytes) -> EarlierBuild:
        id = content.decode()
        self.opened.append(id)

        async def close() -> None:
            self.closed.append(id)

        return EarlierBuild(self.known[id], close)


class SharedBackend:
    """A backend that several services have, none of which closes it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __getattr__(self, name: str):
        return getattr(self._backend, name)

    def close(self) -> None:
        pass
