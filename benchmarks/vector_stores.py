"""Atoll's collections as contestants of a benchmark: their store, the service over it, and
functions over that."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import glosses
import numpy

from atoll.collections.backend import Backend
from atoll.collections.generations import PROBES
from atoll.collections.service import Collections
from atoll.collections.sqlite import SqliteBackend
from atoll.collections.types import Shape, Text
from atoll.manifest import Manifest, parse_manifest
from atoll.manifest.collection import Quantization

COLLECTION, METHOD = "glosses", "meaning"
BATCH = 10_000
VECTOR = numpy.eye(1, glosses.DIMENSION, dtype="<f4")[0]
"""What the app's embedder gives for each text; all that is stored and asked for here is vectors."""


def manifest(kept: Quantization = "f32") -> Manifest:
    method = {"embedder": "embed", "index": {"quantization": kept}}
    text = json.dumps({"collections": {COLLECTION: {"searchMethods": {METHOD: method}}}})
    return parse_manifest(text)


def store(
    backend: Backend, vectors: Any, texts: Sequence[str], kept: Quantization = "f32"
) -> float:
    """Put all of them into a new collection; their keys are their rows. Gives seconds."""
    generation = backend.start_generation(
        COLLECTION,
        METHOD,
        Shape(vectors.shape[1], quantization=kept),
        embedder="embed",
        probe=VECTOR.tobytes() * len(PROBES),
        build="",
    )
    seconds = 0.0
    for start in range(0, len(vectors), BATCH):
        part = numpy.ascontiguousarray(vectors[start : start + BATCH], numpy.float32)
        rows = [Text(str(start + row), texts[start + row]) for row in range(len(part))]
        started = time.perf_counter()
        backend.upsert(COLLECTION, "", rows, {generation.id: part})
        seconds += time.perf_counter() - started
    return seconds


def index(backend: Backend) -> float:
    """Index all that is not yet. Gives seconds."""
    started = time.perf_counter()
    while backend.maintain(whole=True):
        pass
    return time.perf_counter() - started


class Store:
    """`Backend.nearest`: no embedder, and no text is loaded."""

    efforts = ()

    def __init__(self, kept: Quantization = "f32") -> None:
        self._kept = kept

    def build(self, vectors: Any, folder: Path, threads: int) -> dict[str, float]:
        """In a folder that has a collection already, only its index is made anew."""
        del threads  # as many as it takes by itself
        backend = SqliteBackend(folder)
        seconds = {}
        if known := backend.generations(COLLECTION):
            shape = dataclasses.replace(known[0].shape, quantization=self._kept)
            backend.reshape(known[0].id, shape)
        else:
            texts = glosses.texts(len(vectors))
            seconds["import"] = store(backend, vectors, texts, self._kept)
            self._is_exact(backend, vectors)
        seconds["index"] = index(backend)
        [stats] = backend.stats(COLLECTION)
        assert [each.indexed for each in stats.generations] == [len(vectors)]
        backend.close()
        return seconds

    def open(self, folder: Path) -> None:
        self._backend = SqliteBackend(folder)
        [self._generation] = self._backend.generations(COLLECTION)
        self._first = self._backend.texts(COLLECTION, "", limit=1)[0].id

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        # Ids grow by one, in the order of the rows.
        hits = self._backend.nearest(self._generation, [""], vector, limit)
        return [hit.id - self._first for hit in hits]

    def _is_exact(self, backend: Backend, vectors: Any) -> None:
        """What is stored is found before it is indexed."""
        [generation] = backend.generations(COLLECTION)
        row = len(vectors) // 2
        vector = numpy.ascontiguousarray(vectors[row], numpy.float32)
        [hit] = backend.nearest(generation, [""], vector, 1)
        assert backend.load([hit.id])[hit.id].key == str(row)


class Service:
    """`Collections.search_by_vector`, as calls of functions reach it: with texts and metadata."""

    efforts = ()

    def open(self, folder: Path) -> None:
        async def embed(name: str, texts: Sequence[str]) -> Any:
            return [VECTOR.tolist()] * len(texts)

        self._service = Collections(manifest().collections, lambda: SqliteBackend(folder), embed)
        self._runner = asyncio.Runner()

    def search(self, vector: Any, limit: int) -> Sequence[int]:
        found = self._runner.run(
            self._service.search_by_vector(COLLECTION, [""], "", vector.tolist(), limit)
        )
        return [int(each.key) for each in found]
