"""Texts reach the store in order, several lots at once, and each is accounted for."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy
import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.transfer.batches import Batch, make_batches
from atoll.collections.transfer.importer import (
    AT_ONCE,
    BadLineFound,
    Importer,
    NotStored,
)
from atoll.collections.transfer.line import BadLine, Line
from atoll.collections.types import Generation, Shape, State, StoredText, Text


class Memory:
    """What the importer needs of a service and of a store, in memory; a slow one.

    The order in which lots come to an end is the reverse of their beginning.
    """

    def __init__(self) -> None:
        self.texts: dict[str, Text] = {}
        self.given: dict[str, dict[str, Any]] = {}
        self.states: dict[str, list[State]] = {}
        self.most_at_once = 0
        self.stores = 0
        self.fail_on: str | None = None
        self.hold: asyncio.Event | None = None
        self._running = 0

    def find(self, collection: str, namespace: str, keys: Iterable[str]) -> list[StoredText]:
        found = [self.texts[key] for key in keys if key in self.texts]
        ids = list(self.texts)
        return [
            StoredText(ids.index(one.key), "", one.key, one.text, one.labels, one.metadata)
            for one in found
        ]

    def generations(self, collection: str) -> list[Generation]:
        return [
            Generation(number, collection, method, state, Shape(2), "embed", b"")
            for number, method in enumerate(self.states)
            for state in self.states[method]
        ]

    def vectors(self, generation: int, ids: Sequence[int]) -> tuple[list[int], Any]:
        method, keys = list(self.states)[generation], list(self.texts)
        found = [id for id in ids if method in self.given[keys[id]]]
        return found, numpy.array([self.given[keys[id]][method] for id in found])

    async def store(self, collection, namespace, texts, vectors=None) -> None:
        self.stores += 1
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            if self.hold is not None:
                await self.hold.wait()
            for _ in range(100 - 10 * self._running):
                await asyncio.sleep(0)
            if any(text.key == self.fail_on for text in texts):
                raise CollectionError("EMBEDDER_FAILED", "embedder embed gave nonsense")
            for index, text in enumerate(texts):
                self.texts[text.key] = text
                self.given[text.key] = {name: of[index] for name, of in (vectors or {}).items()}
        finally:
            self._running -= 1


def lines(*keys: str, text: str = "text") -> list[Line]:
    return [Line(number, Text(key, f"{text} {key}")) for number, key in enumerate(keys, 1)]


def lots(given: Iterable[Line | BadLine], size: int = 2) -> Iterator[Batch]:
    """Lots of ``size`` lines."""
    given = list(given)
    for start in range(0, len(given), size):
        part = given[start : start + size]
        yield from make_batches(part, lambda line: line, position=lambda: 1, stop_at_bad=False)


def importer(memory: Memory, **options) -> Importer:
    return Importer("docs", memory, memory, **options)  # type: ignore[arg-type]


async def test_all_are_stored_several_lots_at_once():
    memory = Memory()
    keys = [str(number) for number in range(40)]
    seen: list[float] = []
    one = importer(memory, on_progress=lambda counts: seen.append(counts.size))
    await one.run(lots(lines(*keys)))
    assert set(memory.texts) == set(keys)
    assert one.counts.stored == 40
    assert one.counts.replaced == 0
    assert memory.most_at_once == AT_ONCE
    assert seen == [float(number) for number in range(1, 21)]


async def test_a_key_in_two_lots_ends_as_the_later_one_has_it():
    memory = Memory()
    given = [Line(number, Text("same", f"text {number}")) for number in range(1, 9)]
    one = importer(memory)
    await one.run(lots(given, 1))
    assert memory.texts["same"].text == "text 8"
    assert one.counts.stored == 8
    assert one.counts.replaced == 7


async def test_what_is_unchanged_is_not_embedded_again():
    memory = Memory()
    await importer(memory).run(lots(lines("a", "b", "c")))
    before = memory.stores
    again = importer(memory)
    await again.run(lots(lines("a", "b", "c")))
    assert memory.stores == before
    assert (again.counts.stored, again.counts.unchanged) == (0, 3)
    changed = importer(memory)
    await changed.run(lots([*lines("a"), Line(2, Text("b", "text b", ("label",)))]))
    assert (changed.counts.stored, changed.counts.replaced, changed.counts.unchanged) == (1, 1, 1)
    # Equal to Python, but not the same JSON.
    await importer(memory).run(lots([Line(1, Text("d", "d", (), {"n": 1}))]))
    other = importer(memory)
    await other.run(lots([Line(1, Text("d", "d", (), {"n": True}))]))
    assert other.counts.replaced == 1


def with_vectors(a: Sequence[float], b: Sequence[float], **more: Sequence[float]) -> list[Line]:
    """Two texts, whose vectors of method "m" these are; the second one may have more."""
    given = [{"m": a}, {"m": b, **more}]
    return [
        Line(
            number,
            Text("ab"[number], "text"),
            None,
            {method: numpy.array(vector, numpy.float32) for method, vector in vectors.items()},
        )
        for number, vectors in enumerate(given)
    ]


async def test_texts_with_the_vectors_they_have_are_unchanged():
    memory = Memory()
    memory.states = {"m": ["serving"], "n": ["serving"]}
    await importer(memory).run(lots(with_vectors([1, 2], [3, 0.1])))
    for given, unchanged in (
        (with_vectors([1, 2], [3, 0.1]), 2),
        (with_vectors([1, 2], [3, 0.2]), 1),
        (with_vectors([1, 2], [3, 0.2], n=[1, 1]), 1),  # had none of n
        (with_vectors([1, 2], [3, 0.2], n=[1, 1]), 2),
        (with_vectors([1, 3], [3, 0.2], n=[1, 2]), 0),
    ):
        again = importer(memory)
        await again.run(lots(given))
        assert (again.counts.unchanged, again.counts.stored) == (unchanged, 2 - unchanged)
    assert memory.given["a"]["m"].tolist() == [1, 3]
    assert memory.given["b"]["n"].tolist() == [1, 2]
    other = importer(memory)
    changed = [dataclasses.replace(one, text=Text(one.text.key, "other")) for one in given]
    await other.run(lots(changed))
    assert other.counts.replaced == 2


@pytest.mark.parametrize("states", [[], ["building"], ["serving", "building"]])
async def test_vectors_that_are_given_while_there_are_others_to_come_are_stored(states):
    memory = Memory()
    memory.states = {"m": states}
    given = with_vectors([1, 2], [3, 4])
    await importer(memory).run(lots(given))
    again = importer(memory)
    await again.run(lots(given))
    assert again.counts.stored == 2


async def test_it_stops_at_a_bad_line_when_all_before_it_is_stored():
    memory = Memory()
    given = [*lines("a", "b", "c"), BadLine(4, "is bad"), *lines("d")]
    one = importer(memory)
    with pytest.raises(BadLineFound) as found:
        await one.run(lots(given))
    assert found.value.line == BadLine(4, "is bad")
    assert set(memory.texts) == {"a", "b", "c"}
    assert (one.counts.stored, one.counts.bad) == (3, 1)
    skipping = importer(memory, skip_bad=True)
    await skipping.run(lots(given))
    assert set(memory.texts) == {"a", "b", "c", "d"}
    assert skipping.counts.bad == 1


async def test_a_lot_that_fails_is_named_and_the_others_in_hand_are_stored():
    memory = Memory()
    memory.fail_on = "d"
    one = importer(memory)
    with pytest.raises(NotStored) as failed:
        await one.run(lots(lines(*"abcdefgh")))
    assert (failed.value.first, failed.value.last) == (3, 4)
    assert failed.value.cause.code == "EMBEDDER_FAILED"
    assert not failed.value.with_vectors
    assert "c" not in memory.texts
    assert one.counts.stored == len(memory.texts)


async def test_a_lot_that_fails_is_told_rather_than_a_bad_line_behind_it():
    memory = Memory()
    memory.fail_on = "a"
    with pytest.raises(NotStored):
        await importer(memory).run(lots([*lines("a", "b", "c"), BadLine(4, "is bad")]))


async def test_cancelling_gives_up_what_is_in_hand_though_input_is_waited_for():
    memory = Memory()
    memory.hold = asyncio.Event()
    blocked = threading.Event()

    def reading() -> Iterator[Batch]:
        yield from lots(lines("a", "b"))
        blocked.wait(60)

    task = asyncio.create_task(importer(memory).run(reading()))
    while not memory.stores:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert memory.texts == {}
    blocked.set()


async def test_what_fails_in_reading_is_raised():
    def reading() -> Iterator[Batch]:
        yield from lots(lines("a", "b"))
        raise OSError("the disk is gone")

    memory = Memory()
    with pytest.raises(OSError, match="disk is gone"):
        await importer(memory).run(reading())
    assert set(memory.texts) == {"a", "b"}


async def test_reading_does_not_run_far_ahead():
    memory = Memory()
    memory.hold = asyncio.Event()
    read = 0

    def reading() -> Iterator[Batch]:
        nonlocal read
        for batch in lots(lines(*(str(n) for n in range(200)))):
            read += 1
            yield batch

    task = asyncio.create_task(importer(memory).run(reading()))
    while memory.stores < AT_ONCE:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert read < 12
    memory.hold.set()
    await task
    assert len(memory.texts) == 200
