"""What the store tells its indexes: a log of vectors that came, and of those that went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy
import pytest

from atoll.collections.errors import GenerationsChanged
from atoll.collections.index.source import Position, SegmentRow
from atoll.collections.sqlite import SqliteBackend
from atoll.collections.types import Text

from ..conftest import EAGER, Docs, begin, random_vectors  # noqa: TID252 - tests have no names


class Log:
    """The source, as one index asks it."""

    def __init__(self, folder: Path) -> None:
        self.backend = SqliteBackend(folder, EAGER)
        self.docs: Docs = begin(self.backend, dimension=2)
        self.source = self.backend._store().source
        self.generation = self.docs.generation.id
        self.namespace = 1
        """The first one that is stored in."""

    def put(self, *keys: str, namespace: str = "") -> list[int]:
        """Gives the ids."""
        vectors = [[len(key), 1] for key in keys]
        self.docs.put([Text(key, key) for key in keys], vectors, namespace)
        ids = self.docs.ids(namespace)
        return [ids[key] for key in keys]

    def remove(self, *keys: str) -> None:
        self.backend.remove("docs", "", keys)

    def changes(self, since: Position | None = None, most: int = 1000):
        return self.source.changes(self.generation, self.namespace, since, most=most)

    def replace(self, old: Sequence[int], new: SegmentRow | None, removed_until: int = 0) -> bool:
        args = (self.generation, self.namespace, old, new, removed_until)
        return self.source.replace_segments(*args)


@pytest.fixture
def log(tmp_path: Path):
    found = Log(tmp_path)
    yield found
    found.backend.close()


def segment(low: int, high: int) -> SegmentRow:
    return SegmentRow(0, f"{low}-{high}.usearch", low, high, high - low, 10, "sum")


def test_all_comes_at_first_and_then_what_is_new(log: Log):
    first = log.put("a", "b")
    found = log.changes()
    assert found.segments == ()
    assert found.ids.tolist() == first
    assert found.vectors.tolist() == [[1, 1], [1, 1]]
    assert found.removed.tolist() == []
    nothing = log.changes(found.position)
    assert nothing.segments is None
    assert nothing.ids.tolist() == nothing.removed.tolist() == []
    assert nothing.vectors.shape == (0, 2)
    assert nothing.position == found.position
    second = log.put("b", "ccc")
    log.remove("a")
    new = log.changes(found.position)
    assert new.ids.tolist() == second
    assert new.vectors.tolist() == [[1, 1], [3, 1]]
    assert sorted(new.removed.tolist()) == sorted(first)


def test_many_come_in_parts(log: Log):
    ids = log.put(*(f"k{number}" for number in range(10)))
    found, position = [], None
    for _ in range(4):
        part = log.changes(position, most=3)
        assert len(part.ids) <= 3
        found += part.ids.tolist()
        position = part.position
    assert found == ids


def test_namespaces_have_logs_of_their_own(log: Log):
    ids = log.put("a")
    log.put("b", namespace="n")
    log.backend.remove("docs", "n", ["b"])
    assert log.changes().ids.tolist() == ids
    assert log.changes().removed.tolist() == []
    assert log.source.counts(log.generation, log.namespace)[0] == 1


def test_segments_are_taken_over_by_all(log: Log):
    log.put("a", "b")
    before = log.changes().position
    _, high = log.source.counts(log.generation, log.namespace)
    assert log.replace([], segment(0, high))
    tail = log.put("c")
    found = log.changes(before)
    assert found.segments is not None
    assert [(each.low, each.high) for each in found.segments] == [(0, high)]
    assert found.ids.tolist() == tail
    assert log.changes(found.position).segments is None


def test_segments_are_replaced_only_as_they_were_known(log: Log):
    log.put("a", "b", "c")
    assert log.replace([], segment(0, 2))
    (known,) = log.changes().segments
    assert not log.replace([known.id + 1], segment(0, 3))
    assert not log.replace([], segment(1, 3)), "two would have the same vectors"
    assert log.replace([], segment(2, 3))
    assert log.replace([known.id], segment(0, 2))
    assert not log.replace([known.id], segment(0, 2))
    assert [each.low for each in log.changes().segments] == [0, 2]
    log.backend.drop_generation(log.generation)
    assert not log.replace([], segment(3, 4))


def test_removals_are_remembered_as_long_as_a_file_needs_them(log: Log):
    first = log.put("a", "b", "c")
    second = log.put("d", "e")
    assert log.replace([], segment(0, 3))
    assert log.replace([], segment(3, 5))
    one, two = log.changes().segments
    log.remove("a", "d")
    until = log.changes().position.removed
    log.remove("b")
    assert sorted(log.changes().removed.tolist()) == sorted([first[0], first[1], second[0]])
    # Built of what there was before "b" was removed.
    assert log.replace([one.id], segment(0, 3), until)
    assert sorted(log.changes().removed.tolist()) == sorted([first[1], second[0]])
    assert log.replace([two.id], segment(3, 5), until)
    assert log.changes().removed.tolist() == [first[1]]
    (one, two) = log.changes().segments
    assert log.replace([one.id], None)
    assert log.changes().removed.tolist() == []


def test_removals_from_the_tail_are_not_needed_after_a_change_of_segments(log: Log):
    ids = log.put("a", "b", "c")
    assert log.replace([], segment(0, 2))
    log.remove("c", "a")
    assert sorted(log.changes().removed.tolist()) == [ids[0], ids[2]]
    (known,) = log.changes().segments
    assert log.replace([known.id], segment(0, 2))
    assert log.changes().removed.tolist() == [ids[0]]


def test_batches_have_a_range_in_order(log: Log, monkeypatch):
    ids = log.put(*(f"k{number}" for number in range(200)))
    log.remove("k5")
    monkeypatch.setattr("atoll.collections.sqlite.source._BATCH_BYTES", 0)

    def batches(low: int, high: int | None) -> list[int]:
        found, last = [], low
        for some, vectors, seq in log.source.batches(log.generation, log.namespace, low, high):
            assert len(some) == len(vectors) <= 64
            assert seq > last
            last = seq
            found += some.tolist()
        return found

    assert batches(0, None) == [id for id in ids if id != ids[5]]
    assert batches(10, 150) == ids[10:150]
    assert batches(10**6, None) == []


def test_a_generation_that_is_gone(log: Log):
    log.put("a")
    log.backend.drop_generation(log.generation)
    while log.backend.maintain():
        pass
    log.source._dimensions.clear()
    for ask in (
        lambda: log.changes(),
        lambda: log.source.vectors(log.generation, [1]),
        lambda: list(log.source.batches(log.generation, log.namespace, 0, None)),
    ):
        with pytest.raises(GenerationsChanged):
            ask()
    assert log.source.counts(log.generation, log.namespace) == (0, 0)


def test_a_text_that_is_replaced_while_it_is_searched_is_found(tmp_path: Path, monkeypatch):
    """The search has the index as it was before, and the vectors as they are after."""
    backend = SqliteBackend(tmp_path, EAGER)
    docs = begin(backend, dimension=8)
    keys = [f"k{number}" for number in range(100)]
    docs.put(keys, random_vectors(100, 8))
    while backend.maintain():
        pass
    source = backend._store().source
    batches = source.batches
    replaced = []

    def replace_first(*args):
        if not replaced:
            replaced.append(True)
            docs.put(keys[:50], random_vectors(50, 8, seed=2))
        return batches(*args)

    monkeypatch.setattr(source, "batches", replace_first)
    assert sorted(docs.near(numpy.ones(8), 1000)) == sorted(keys)
    assert replaced
    backend.close()
