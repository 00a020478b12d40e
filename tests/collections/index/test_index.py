from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy
import pytest

from atoll.collections.index.limits import Limits
from atoll.collections.index.segment import GraphSegment
from atoll.collections.index.source import Ids
from atoll.collections.index.tail import Mask
from atoll.collections.types import Shape
from atoll.manifest.collection import Distance, Quantization

from .clustered import clustered, nearest, recall
from .conftest import SMALL, Opener
from .memory_source import GENERATION, NAMESPACE, MemorySource

DISTANCES: list[Distance] = ["dot", "cosine", "euclidean"]
QUANTIZATIONS: list[Quantization] = ["f32", "f16", "i8"]
QUERIES = clustered(40, 32, 99)


def test_nothing_is_found_where_nothing_is(open_index: Opener) -> None:
    index = open_index(MemorySource(32), Shape(32))

    assert index.search(QUERIES[0], 10) == []
    assert not index.build_step(whole=True)


@pytest.mark.parametrize("limit", [0, -1])
def test_no_results_are_given_if_none_are_wanted(limit: int, open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(10, 32, 1))

    assert open_index(source, Shape(32)).search(QUERIES[0], limit) == []


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("distance", DISTANCES)
def test_searches_without_a_graph_are_exact(
    distance: Distance, exact: bool, open_index: Opener
) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1, unit=False))
    index = open_index(source, Shape(32, distance, exact=exact), Limits(tail=200))
    if exact:
        assert index.build_step()
        assert index.refresh().indexed == 1000
    source.add(clustered(100, 32, 2, unit=False))
    index.refresh()

    for vector in QUERIES:
        found = index.search(vector, 20)
        expected = nearest(distance, *source.all(), vector, 20)
        assert found == expected


@pytest.mark.parametrize("unit", [True, False])
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
@pytest.mark.parametrize("distance", DISTANCES)
def test_a_graph_finds_nearly_all_of_the_nearest(
    distance: Distance, quantization: Quantization, unit: bool, open_index: Opener
) -> None:
    source = MemorySource(32)
    source.add(clustered(4000, 32, 1, unit=unit))
    index = open_index(source, Shape(32, distance, quantization))
    assert index.build_step()
    source.scanned = 0

    found = [index.search(vector, 10) for vector in QUERIES]

    truth = [nearest(distance, *source.all(), vector, 10) for vector in QUERIES]
    assert recall(found, truth) >= 0.97
    assert source.scanned == 0
    for hits, expected in zip(found, truth, strict=True):
        known = dict(expected)
        assert hits == sorted(hits, key=lambda hit: (hit.value, hit.id))
        for hit in hits:
            assert hit.value == pytest.approx(known.get(hit.id, hit.value), rel=1e-4, abs=1e-5)


def test_more_effort_finds_more(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(4000, 32, 1))
    poor = open_index(source, Shape(32, connectivity=4, ef_construction=8, ef_search=1))
    poor.build_step()
    good = open_index(source, Shape(32, connectivity=4, ef_construction=8, ef_search=400))
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]

    some = recall([poor.search(vector, 10) for vector in QUERIES], truth)
    most = recall([good.search(vector, 10) for vector in QUERIES], truth)

    assert some < most


def test_small_namespaces_have_no_file(open_index: Opener, tmp_path: Path) -> None:
    source = MemorySource(32)
    source.add(clustered(499, 32, 1))
    index = open_index(source, Shape(32))

    assert not index.build_step()
    assert not index.build_step(whole=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("exact", [False, True])
def test_added_vectors_are_found_at_once_and_indexed_when_they_are_many(
    exact: bool, open_index: Opener
) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()

    [one] = source.add(QUERIES[:1])
    index.refresh()
    assert index.search(QUERIES[0], 1)[0].id == one
    assert not index.build_step()

    source.add(clustered(300, 32, 2))
    assert index.build_step()
    assert index.refresh().indexed == 1301
    assert not len(index.refresh().tail)
    assert index.search(QUERIES[0], 1)[0].id == one
    assert not index.build_step(whole=True)


def test_the_whole_tail_is_indexed_if_that_is_asked_for(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()
    source.add(clustered(3, 32, 2))

    assert not index.build_step()
    assert index.build_step(whole=True)

    assert index.refresh().indexed == 1003


@pytest.mark.parametrize("exact", [False, True])
def test_removed_texts_are_never_found(exact: bool, open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()
    ids += source.add(clustered(150, 32, 2))
    index.refresh()
    gone = {hit.id for vector in QUERIES for hit in index.search(vector, 3)}
    gone |= set(ids[-50:])

    source.remove(sorted(gone))
    index.refresh()

    others = open_index(source, Shape(32, exact=exact))
    for each in (index, others):
        found = [each.search(vector, 10) for vector in QUERIES]
        assert not {hit.id for hits in found for hit in hits} & gone
        assert {len(hits) for hits in found} == {10}
        truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
        assert recall(found, truth) > 0.95


def test_removed_texts_are_left_out_of_the_next_file(open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()

    source.remove(ids[:100])
    source.add(clustered(250, 32, 2))
    assert index.build_step()

    state = index.refresh()
    assert (state.indexed, len(state.tail), len(state.removed)) == (1150, 0, 0)
    assert source.removals == []
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) > 0.97


@pytest.mark.parametrize("exact", [False, True])
def test_a_file_of_which_much_is_removed_is_built_anew(exact: bool, open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()

    source.remove(ids[:199])
    assert not index.build_step()
    source.remove(ids[199:210])
    assert index.build_step()

    assert index.refresh().indexed == 790
    assert source.removals == []
    assert not index.build_step()


@pytest.mark.parametrize("exact", [False, True])
def test_removed_texts_that_no_file_has_are_no_reason_to_build_one_anew(
    exact: bool, open_index: Opener
) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()

    source.remove(source.add(clustered(600, 32, 2)))

    assert len(index.refresh().removed) == 600
    assert not index.build_step()


def test_a_graph_in_which_much_was_replaced_is_built_anew(open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()
    left_out = []

    for seed in range(5):
        source.remove(ids[:150])
        ids = ids[150:] + source.add(clustered(200, 32, 10 + seed))
        assert index.build_step()
        [segment] = index.refresh().segments
        assert isinstance(segment, GraphSegment)
        left_out.append(segment.left_out)

    assert left_out == [150, 300, 450, 0, 150]
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) > 0.97


@pytest.mark.parametrize("exact", [False, True])
def test_a_namespace_that_is_emptied_has_no_file(exact: bool, open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()

    source.remove(ids)
    assert index.build_step()

    assert source.segments == {}
    assert index.search(QUERIES[0], 10) == []
    assert not index.build_step()


@pytest.mark.parametrize("divisor", [2, 10, 300])
@pytest.mark.parametrize("exact", [False, True])
def test_only_what_is_allowed_is_found(divisor: int, exact: bool, open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(3000, 32, 1))
    index = open_index(source, Shape(32, exact=exact))
    index.build_step()
    source.add(clustered(150, 32, 2))
    index.refresh()

    def allowed(ids: Ids) -> Mask:
        mask: Mask = ids % numpy.uint64(divisor) == 0
        return mask

    ids, vectors = source.all()
    few = ids[allowed(ids)]
    truth = [nearest("dot", few, vectors[allowed(ids)], vector, 8) for vector in QUERIES]
    masked = [index.search(vector, 8, allowed) for vector in QUERIES]
    assert all(hit.id % divisor == 0 for hits in masked for hit in hits)
    assert recall(masked, truth) > 0.97
    assert {len(hits) for hits in masked} == {8}
    assert [index.search(vector, 8, few=few) for vector in QUERIES] == truth


def test_all_that_is_allowed_is_found_though_it_is_far_away(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(2000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()
    far = nearest("dot", *source.all(), QUERIES[0], 2000)[-300:]
    places = numpy.array([hit.id for hit in far], numpy.uint64)

    found = index.search(QUERIES[0], 5, lambda ids: numpy.isin(ids, places))

    assert [hit.id for hit in found] == [hit.id for hit in far[:5]]


def test_as_many_are_found_as_there_are(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()
    source.add(clustered(50, 32, 2))
    index.refresh()

    found = index.search(QUERIES[0], 5000)

    assert len({hit.id for hit in found}) == 1050


def test_texts_removed_in_the_meantime_are_left_out_of_few(open_index: Opener) -> None:
    source = MemorySource(32)
    ids = source.add(clustered(10, 32, 1))
    index = open_index(source, Shape(32))
    source.remove(ids[:5])

    found = index.search(QUERIES[0], 10, few=numpy.array(ids, numpy.uint64))

    assert {hit.id for hit in found} == set(ids[5:])


def test_vectors_beyond_the_memory_are_read_for_each_search(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32), dataclasses.replace(SMALL, tail_bytes=4 * 32 * 100))

    state = index.refresh()

    assert (len(state.tail), state.more) == (100, True)
    for vector in QUERIES:
        assert index.search(vector, 5) == nearest("dot", *source.all(), vector, 5)
    assert index.build_step()
    assert not index.refresh().more
    assert index.refresh().indexed == 1000


def test_many_vectors_are_indexed_in_steps(open_index: Opener) -> None:
    source = MemorySource(32, batch=100)
    source.add(clustered(1500, 32, 1))
    index = open_index(source, Shape(32), dataclasses.replace(SMALL, step=600))

    steps = []
    while index.build_step():
        steps.append(index.refresh().indexed)

    assert steps == [600, 1200, 1500]
    assert len(source.segments) == 1


def test_a_large_file_grows_no_more(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    limits = dataclasses.replace(SMALL, segment_bytes=1)
    index = open_index(source, Shape(32), limits)
    index.build_step()
    first = list(source.segments.values())
    ids = source.add(clustered(600, 32, 2))

    assert index.build_step()

    assert len(source.segments) == 2
    assert first[0] in source.segments.values()
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) > 0.97

    source.remove(ids[:500])
    while index.build_step():
        pass
    assert sum(row.count for row in source.segments.values()) == 1100
    assert source.removals == []


def test_flat_files_stay_few(open_index: Opener) -> None:
    source = MemorySource(32)
    index = open_index(source, Shape(32, exact=True))

    for seed in range(40):
        source.add(clustered(200, 32, seed))
        assert index.build_step()

    assert len(source.segments) <= 6
    assert index.refresh().indexed == 8000


def test_other_vectors_than_the_first_ones_are_indexed(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(600, 32, 1))
    index = open_index(source, Shape(32, "dot", "i8"))
    index.build_step()

    source.add(50 * clustered(600, 32, 2))
    assert index.build_step()

    assert index.refresh().indexed == 1200
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) > 0.95


def test_another_shape_has_its_files_built_anew(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    open_index(source, Shape(32)).build_step()
    [before] = source.segments.values()

    index = open_index(source, Shape(32, quantization="i8"))
    truth = [nearest("dot", *source.all(), vector, 10) for vector in QUERIES]
    assert recall([index.search(vector, 10) for vector in QUERIES], truth) == 1
    assert index.build_step()

    [after] = source.segments.values()
    assert after.bytes < before.bytes
    assert (after.low, after.high, after.count) == (0, 1000, 1000)


def test_a_file_is_there_for_searches_that_began_before_it_was_deleted(
    open_index: Opener, tmp_path: Path
) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    index = open_index(source, Shape(32))
    index.build_step()
    before = index.search(QUERIES[0], 10)

    for path in tmp_path.iterdir():
        path.unlink()

    [segment] = index.refresh().segments
    segment._free.clear()  # as if all views were in use
    assert index.search(QUERIES[0], 10) == before


def test_each_process_sees_what_another_one_built(open_index: Opener) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    one, other = open_index(source, Shape(32)), open_index(source, Shape(32))
    other.refresh()

    one.build_step()

    assert other.refresh().indexed == 1000
    assert other.bytes < 1000 * 32 * 4


def test_names_of_files_tell_whose_they_are(open_index: Opener, tmp_path: Path) -> None:
    source = MemorySource(32)
    source.add(clustered(1000, 32, 1))
    open_index(source, Shape(32)).build_step()

    [row] = source.segments.values()
    assert row.file.startswith(f"{GENERATION}-{NAMESPACE}-")
    assert {path.name for path in tmp_path.iterdir()} == {row.file, f"{row.file}.ok"}
