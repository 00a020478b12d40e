from __future__ import annotations

import numpy

from atoll.collections.index.source import Ids
from atoll.collections.index.tail import Tail
from atoll.collections.types import Vectors

from .clustered import clustered


def some(first: int, count: int) -> tuple[Ids, Vectors]:
    return numpy.arange(first, first + count, dtype=numpy.uint64), clustered(count, 4, first)


def test_an_older_tail_stays_as_it_was() -> None:
    first = Tail.empty(4).with_added(*some(1, 10))
    second = first.with_added(*some(11, 5))
    ids, vectors = first.ids.tolist(), first.vectors.tolist()

    third, _ = second.with_added(*some(16, 200)).without(numpy.array([3], numpy.uint64))

    assert (first.ids.tolist(), first.vectors.tolist()) == (ids, vectors)
    assert (first.count, second.count, third.count) == (10, 15, 214)
    assert third.vectors[:10].tolist() == vectors


def test_a_search_goes_on_with_what_it_began_with() -> None:
    before = Tail.empty(4).with_added(*some(1, 10))

    after, _ = before.without(numpy.array([3], numpy.uint64))

    assert (before.count, after.count) == (10, 9)
    assert before.alive.all()


def test_what_it_does_not_have_is_told() -> None:
    tail = Tail.empty(4).with_added(*some(1, 10))

    left, others = tail.without(numpy.array([2, 99, 5, 50], numpy.uint64))

    assert left.count == 8
    assert sorted(others.tolist()) == [50, 99]


def test_removed_vectors_give_their_memory_back() -> None:
    tail = Tail.empty(4).with_added(*some(1, 100))

    left, _ = tail.without(numpy.arange(1, 91, dtype=numpy.uint64))

    assert left.ids.tolist() == list(range(91, 101))
    assert left.bytes < tail.bytes / 5
    assert left.vectors.tolist() == tail.vectors[90:].tolist()
