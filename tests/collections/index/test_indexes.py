from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from atoll.collections.index.index import Index
from atoll.collections.index.indexes import Indexes
from atoll.collections.index.source import Changes, Position
from atoll.collections.types import Shape

from .clustered import clustered
from .conftest import SMALL
from .memory_source import GENERATION, NAMESPACE, MemorySource


class ManyNamespaces(MemorySource):
    """The same texts in each."""

    def changes(
        self, generation: int, namespace: int, since: Position | None, *, most: int
    ) -> Changes:
        return super().changes(GENERATION, NAMESPACE, since, most=most)


@pytest.fixture
def source() -> MemorySource:
    source = ManyNamespaces(16)
    source.add(clustered(100, 16, 1))
    return source


def test_an_index_is_loaded_once(source: MemorySource, tmp_path: Path) -> None:
    indexes = Indexes(tmp_path, source, SMALL)

    first = indexes.of(1, Shape(16), 1)

    assert indexes.of(1, Shape(16), 1) is first
    assert indexes.of(1, Shape(16), 2) is not first
    assert indexes.of(2, Shape(16), 1) is not first


def test_another_shape_has_another_index(source: MemorySource, tmp_path: Path) -> None:
    indexes = Indexes(tmp_path, source, SMALL)
    indexes.of(1, Shape(16), 1).refresh()
    before = indexes.bytes

    index = indexes.of(1, Shape(16, quantization="i8"), 1)
    index.refresh()

    assert index.shape.quantization == "i8"
    assert indexes.bytes == before
    assert indexes.loaded() == [(1, 1)]


def test_those_not_used_lately_are_dropped(source: MemorySource, tmp_path: Path) -> None:
    size = 100 * (16 * 4 + 8 + 1)
    indexes = Indexes(tmp_path, source, dataclasses.replace(SMALL, memory=3 * size))
    vector = clustered(1, 16, 2)[0]
    for namespace in (1, 2, 3):
        indexes.of(1, Shape(16), namespace).refresh()
    assert indexes.bytes == 3 * size

    kept = indexes.of(1, Shape(16), 1)
    dropped = indexes.of(1, Shape(16), 2)
    indexes.of(1, Shape(16), 3)
    indexes.of(1, Shape(16), 1)
    indexes.of(1, Shape(16), 4).refresh()

    assert indexes.loaded() == [(1, 3), (1, 1), (1, 4)]
    assert indexes.bytes == 3 * size
    assert indexes.of(1, Shape(16), 1) is kept
    assert dropped.search(vector, 5) == kept.search(vector, 5)
    assert indexes.bytes == 3 * size


def test_not_too_many_files_are_mapped_at_once(tmp_path: Path) -> None:
    limits = dataclasses.replace(SMALL, files=3)
    sources = {namespace: MemorySource(16) for namespace in range(8)}

    class Apart(MemorySource):
        """A file for each namespace."""

        def changes(
            self, generation: int, namespace: int, since: Position | None, *, most: int
        ) -> Changes:
            return sources[namespace].changes(GENERATION, NAMESPACE, since, most=most)

    for namespace, source in sources.items():
        source.add(clustered(0 if namespace == 1 else 1000, 16, namespace))
        if namespace != 1:
            index = Index(tmp_path, Shape(16), source, GENERATION, NAMESPACE, limits=limits)
            assert index.build_step()
    indexes = Indexes(tmp_path, Apart(16), limits)
    for namespace in sources:
        indexes.of(1, Shape(16), namespace).refresh()
    assert indexes.loaded() == [(1, 1), (1, 5), (1, 6), (1, 7)]
    assert indexes.of(1, Shape(16), 0).search(clustered(1, 16, 0)[0], 3)
    indexes.of(1, Shape(16), 0).refresh()
    assert indexes.loaded() == [(1, 1), (1, 6), (1, 7), (1, 0)]


def test_one_that_is_larger_than_the_bound_stays_while_it_is_used(
    source: MemorySource, tmp_path: Path
) -> None:
    indexes = Indexes(tmp_path, source, dataclasses.replace(SMALL, memory=1))

    index = indexes.of(1, Shape(16), 1)
    index.refresh()

    assert indexes.of(1, Shape(16), 1) is index


def test_those_of_a_generation_that_is_gone_are_dropped(
    source: MemorySource, tmp_path: Path
) -> None:
    indexes = Indexes(tmp_path, source, SMALL)
    for generation, namespace in ((1, 1), (1, 2), (2, 1)):
        indexes.of(generation, Shape(16), namespace).refresh()
    left = indexes.bytes / 3

    indexes.forget(1)

    assert indexes.loaded() == [(2, 1)]
    assert indexes.bytes == left


def test_nothing_is_built_once_they_are_closed(source: MemorySource, tmp_path: Path) -> None:
    source.add(clustered(1000, 16, 2))
    indexes = Indexes(tmp_path, source, SMALL)
    before = indexes.of(1, Shape(16), 1)

    indexes.close()

    assert not before.build_step()
    assert not indexes.of(1, Shape(16), 1).build_step()
    assert (indexes.bytes, indexes.loaded(), indexes.progress(1)) == (0, [], (0, 0))
