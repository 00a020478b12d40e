"""The stores that collections can be in, each on a fresh place, and texts to put there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pytest

from atoll.collections.backend import Backend
from atoll.collections.index.limits import Limits
from atoll.collections.types import Generation, Hit, Shape, Text, Vectors

EAGER = Limits(smallest_graph=48, tail=16, step=200)
"""Has an index of few vectors."""


def _sqlite(request: pytest.FixtureRequest) -> str:
    folder: Path = request.getfixturevalue("tmp_path")
    return str(folder / ".atoll" / "collections")


def _postgresql(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("pgvector").new_schema()
    return url


STORES: dict[str, Callable[[pytest.FixtureRequest], str]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}
"""Each gives the address of a place where nothing is stored yet."""


def open_at(address: str, *, eager: bool = False) -> Backend:
    """The store at an address, which may be open elsewhere. An eager one begins early with an
    index. (Child processes of tests import this.)"""
    if address.startswith("postgresql:"):
        from atoll.collections.postgresql import PostgresqlBackend
        from atoll.collections.postgresql.limits import Limits as PostgresqlLimits

        few = PostgresqlLimits(smallest_index=48, few=16, few_filtered=8, furthest=200)
        return PostgresqlBackend(lambda: address, few if eager else PostgresqlLimits())
    from atoll.collections.sqlite import SqliteBackend

    return SqliteBackend(Path(address), EAGER) if eager else SqliteBackend(Path(address))


@pytest.fixture(params=list(STORES))
def address(request: pytest.FixtureRequest) -> str:
    """Of a store in which nothing is."""
    return STORES[request.param](request)


@pytest.fixture
def open_backend(address: str) -> Iterator[Callable[..., Backend]]:
    """Opens the store once more, as another process would."""
    opened: list[Backend] = []

    def open(*, eager: bool = False) -> Backend:
        opened.append(open_at(address, eager=eager))
        return opened[-1]

    yield open
    for each in opened:
        each.close()


@pytest.fixture
def backend(open_backend: Callable[..., Backend]) -> Backend:
    return open_backend()


@dataclass
class Docs:
    """A collection of texts with a search method; the vectors are known to the test as well."""

    backend: Backend
    generation: Generation
    name: str = "docs"

    def put(
        self,
        texts: Sequence[Text | str],
        vectors: Any,
        namespace: str = "",
    ) -> None:
        """Texts without a key are their own."""
        stored = [Text(each, each) if isinstance(each, str) else each for each in texts]
        matrix = numpy.ascontiguousarray(vectors, numpy.float32)
        self.backend.upsert(self.name, namespace, stored, {self.generation.id: matrix})

    def keys(self, hits: Sequence[Hit]) -> list[str]:
        found = self.backend.load([hit.id for hit in hits])
        return [found[hit.id].key for hit in hits]

    def near(self, vector: Any, limit: int = 10, namespaces: Sequence[str] = ("",), **how: Any):
        """Keys of what is near."""
        return self.keys(self.hits(vector, limit, namespaces, **how))

    def hits(
        self, vector: Any, limit: int = 10, namespaces: Sequence[str] = ("",), **how: Any
    ) -> list[Hit]:
        wanted = numpy.asarray(vector, numpy.float32)
        return self.backend.nearest(self.generation, namespaces, wanted, limit, **how)

    def ids(self, namespace: str = "") -> Mapping[str, int]:
        """By key."""
        found = self.backend.texts(self.name, namespace, limit=100_000)
        return {each.key: each.id for each in found}


def begin(backend: Backend, name: str = "docs", **shape: Any) -> Docs:
    """A new collection with one search method."""
    wanted = Shape(**{"dimension": 3, **shape})
    generation = backend.start_generation(
        name, "meaning", wanted, embedder="embed", probe=b"probe", build="b1"
    )
    return Docs(backend, generation, name)


@pytest.fixture
def new_docs(backend: Backend) -> Callable[..., Docs]:
    return lambda name="docs", **shape: begin(backend, name, **shape)


@pytest.fixture
def docs(new_docs: Callable[..., Docs]) -> Docs:
    """Of three dimensions."""
    return new_docs()


def random_vectors(count: int, dimension: int, seed: int = 1) -> Vectors:
    """Not all of one length."""
    generator = numpy.random.default_rng(seed)
    return generator.standard_normal((count, dimension), dtype=numpy.float32)
