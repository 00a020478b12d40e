from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import numpy
import pytest
from usearch.index import Index as Graph

from atoll.collections.index import building, segment
from atoll.collections.index.segment import GraphSegment
from atoll.collections.types import Hit, Shape

from .clustered import clustered, nearest
from .conftest import SMALL, Opener
from .memory_source import MemorySource

QUERIES = clustered(20, 16, 99)
OneView = Callable[[GraphSegment], AbstractContextManager[Graph]]


@pytest.mark.parametrize("exact", [False, True])
def test_searches_go_on_while_files_are_built(exact: bool, open_index: Opener) -> None:
    source = MemorySource(16)
    lasting = source.add(clustered(600, 16, 1))
    marks = source.add(QUERIES)
    passing = source.add(clustered(600, 16, 2))
    shape = Shape(16, exact=exact)
    indexes = [open_index(source, shape), open_index(source, shape)]
    removed: set[int] = set()
    stop = threading.Event()

    def search(number: int) -> int:
        index, searches = indexes[number % 2], 0
        while not stop.is_set():
            place = searches % len(QUERIES)
            gone = set(removed)
            index.refresh()
            found = index.search(QUERIES[place], 30)
            assert found[0].id == marks[place]
            assert len({hit.id for hit in found}) == 30
            assert not {hit.id for hit in found} & gone
            searches += 1
        return searches

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(search, number) for number in range(4)]
        try:
            for seed in range(8):
                source.add(clustered(250, 16, 10 + seed))
                gone, passing = passing[:60], passing[60:]
                source.remove(gone)
                removed |= set(gone)
                indexes[0].build_step(whole=True)
        finally:
            stop.set()
        assert all(each.result() for each in running)
    assert set(lasting) <= set(source.seqs)
    assert indexes[0].refresh().indexed


def test_searches_of_one_graph_do_not_wait_for_each_other(
    open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    index = open_index(source, Shape(16))
    index.build_step()
    both = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(GraphSegment, "_one_view", _met(GraphSegment._one_view, both))

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda i: index.search(QUERIES[i], 5), range(2)))

    assert all(len(hits) == 5 for hits in found)


def _met(one_view: OneView, barrier: threading.Barrier) -> OneView:
    """All hold a view at the same time, or the barrier breaks."""

    @contextmanager
    def meeting(segment: GraphSegment) -> Iterator[Graph]:
        with one_view(segment) as view:
            barrier.wait()
            yield view

    return meeting


def test_more_searches_than_views_take_turns(
    open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "_VIEWS", 2)
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    index = open_index(source, Shape(16))
    index.build_step()
    alone = [index.search(vector, 5) for vector in QUERIES]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda i: index.search(QUERIES[i % 20], 5), range(200)))

    assert found == alone * 10
    [graph] = index.refresh().segments
    assert isinstance(graph, GraphSegment)
    assert len(graph._free) <= 2


@pytest.mark.parametrize("inside", [0, 1 << 30])
def test_a_build_is_given_up_when_the_index_is_closed(inside: int, open_index: Opener) -> None:
    source = MemorySource(16, batch=50)
    source.add(clustered(20_000, 16, 1))
    limits = dataclasses.replace(SMALL, inside=inside)
    index = open_index(source, Shape(16), limits)

    with ThreadPoolExecutor(1) as threads:
        step = threads.submit(index.build_step)
        while index.progress[0] < 1000:
            assert not step.done()
            time.sleep(0.001)
        index.close()
        assert not step.result(30)

    assert source.segments == {}
    assert list(index._folder.iterdir()) == []
    assert index.progress == (0, 0)


def test_progress_is_told(open_index: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    source = MemorySource(16, batch=100)
    source.add(clustered(1000, 16, 1))
    index = open_index(source, Shape(16))
    told = []
    fits = building.Encoding.fits

    def noted(self: building.Encoding, vectors: numpy.ndarray) -> bool:
        told.append(index.progress)
        return fits(self, vectors)

    monkeypatch.setattr(building.Encoding, "fits", noted)
    assert index.progress == (0, 0)
    index.build_step()

    assert told == [(done, 1000) for done in range(0, 1000, 100)]
    assert index.progress == (0, 0)


def test_what_is_committed_is_found_by_all_searches_after(open_index: Opener) -> None:
    source = MemorySource(16)
    source.add(clustered(1000, 16, 1))
    index = open_index(source, Shape(16))
    index.build_step()

    def write_and_find(number: int) -> tuple[int, Hit]:
        vector = clustered(1, 16, 1000 + number)
        [id] = source.add(vector)
        index.refresh()
        return id, index.search(vector[0], 1)[0]

    with ThreadPoolExecutor(4) as threads:
        pairs = list(threads.map(write_and_find, range(100)))

    assert all(id == hit.id for id, hit in pairs)
    truth = nearest("dot", *source.all(), QUERIES[0], 1)
    assert index.search(QUERIES[0], 1)[0].id == truth[0].id
