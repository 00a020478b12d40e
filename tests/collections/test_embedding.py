"""Texts wait for their embedder in lots, and what it gives is looked at closely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import numpy
import pytest

from atoll.collections import embedding
from atoll.collections.embedding import BATCH, EMBEDDING, Embedder
from atoll.collections.errors import CollectionError


class Function:
    """An embedder that a test holds in its hands."""

    def __init__(self, answer: Callable[[Sequence[str]], Any] | None = None) -> None:
        self.calls: list[list[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.at_work = self.most_at_work = 0
        self._answer = answer or (lambda texts: [[float(len(text)), 1.0] for text in texts])

    async def __call__(self, name: str, texts: Sequence[str]) -> Any:
        self.calls.append(list(texts))
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await self.open.wait()
            assert EMBEDDING.get()
            return self._answer(texts)
        finally:
            self.at_work -= 1


async def test_each_text_has_its_vector():
    found = await Embedder("embed", Function()).embed(["a", "bb", "ccc"])
    assert found.dtype == numpy.float32
    assert found.tolist() == [[1, 1], [2, 1], [3, 1]]


async def test_no_more_texts_go_into_one_call_than_a_batch():
    function = Function()
    texts = ["x" * (i % 7) for i in range(BATCH * 3 + 5)]
    found = await Embedder("embed", function).embed(texts)
    assert [len(call) for call in function.calls] == [BATCH, BATCH, BATCH, 5]
    assert found[:, 0].tolist() == [len(text) for text in texts]


async def test_long_texts_go_in_smaller_lots(monkeypatch):
    monkeypatch.setattr(embedding, "BATCH_CHARACTERS", 10)
    function = Function()
    await Embedder("embed", function).embed(["x" * 6, "y" * 4, "z" * 20, "w"])
    assert [len(call) for call in function.calls] == [2, 1, 1]


async def test_those_who_wait_share_a_call():
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    tasks = [asyncio.create_task(embedder.embed([str(i)])) for i in range(20)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert function.at_work == embedding.AT_ONCE
    function.open.set()
    found = await asyncio.gather(*tasks)
    assert [row[0].tolist() for row in found] == [[len(str(i)), 1] for i in range(20)]
    assert len(function.calls) == embedding.AT_ONCE + 1
    assert len(function.calls[-1]) == 20 - embedding.AT_ONCE


async def test_a_search_does_not_wait_behind_an_import():
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    importing = asyncio.create_task(embedder.embed(["x"] * BATCH * 20))
    await asyncio.sleep(0)
    searching = asyncio.create_task(embedder.embed(["query"], urgent=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ["query"] in function.calls
    function.open.set()
    await asyncio.gather(importing, searching)


async def test_one_bad_text_does_not_fail_what_shares_its_call():
    def answer(texts: Sequence[str]) -> Any:
        if "bad" in texts:
            raise CollectionError("EMBEDDER_FAILED", "bad text")
        return [[1.0] for _ in texts]

    function = Function(answer)
    embedder = Embedder("embed", function)
    function.open.clear()
    blocking = [asyncio.create_task(embedder.embed(["x"])) for _ in range(embedding.AT_ONCE)]
    await asyncio.sleep(0)
    tasks = [asyncio.create_task(embedder.embed([text])) for text in ("good", "bad", "fine")]
    await asyncio.sleep(0)
    function.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*blocking)
    assert ["good", "bad", "fine"] in function.calls
    assert [isinstance(each, CollectionError) for each in found] == [False, True, False]


async def test_a_failure_leaves_what_was_not_begun():
    def answer(texts: Sequence[str]) -> Any:
        raise CollectionError("EMBEDDER_FAILED", "out of order")

    function = Function(answer)
    with pytest.raises(CollectionError):
        await Embedder("embed", function).embed(["x"] * BATCH * 50)
    assert len(function.calls) <= 2 * embedding.AT_ONCE


async def test_an_embedder_that_fails_for_all_is_not_asked_for_each():
    def answer(texts: Sequence[str]) -> Any:
        raise CollectionError("EMBEDDER_FAILED", "out of order")

    function = Function(answer)
    embedder = Embedder("embed", function)
    function.open.clear()
    tasks = [asyncio.create_task(embedder.embed([str(i)])) for i in range(60)]
    await asyncio.sleep(0)
    function.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, CollectionError) for each in found)
    assert len(function.calls) < 20


async def test_too_many_that_wait_are_refused(monkeypatch):
    monkeypatch.setattr(embedding, "WAITING", 10)
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    first = asyncio.create_task(embedder.embed(["x"] * 12))  # alone, it may be larger
    await asyncio.sleep(0)
    with pytest.raises(CollectionError) as caught:
        await embedder.embed(["y"])
    assert caught.value.code == "EMBEDDER_BUSY"
    function.open.set()
    await first
    assert len(await embedder.embed(["y"])) == 1


async def test_what_nobody_waits_for_is_not_embedded():
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    blocking = [asyncio.create_task(embedder.embed(["x"])) for _ in range(embedding.AT_ONCE)]
    await asyncio.sleep(0)
    left = asyncio.create_task(embedder.embed(["left"]))
    await asyncio.sleep(0)
    left.cancel()
    function.open.set()
    await asyncio.gather(*blocking)
    with pytest.raises(asyncio.CancelledError):
        await left
    assert await embedder.embed(["more"]) is not None
    assert ["left"] not in function.calls


async def test_a_call_belongs_to_who_asked_for_it():
    asker: ContextVar[str] = ContextVar("asker", default="nobody")
    askers: list[str] = []

    def answer(texts: Sequence[str]) -> Any:
        askers.append(asker.get())
        return [[1.0] for _ in texts]

    async def ask(name: str) -> None:
        asker.set(name)
        await embedder.embed(["x"] * BATCH)

    embedder = Embedder("embed", Function(answer))
    names = [f"asker {i}" for i in range(embedding.AT_ONCE * 2)]  # some begin when others end
    await asyncio.gather(*map(ask, names))
    assert sorted(askers) == names


async def test_an_import_leaves_room_for_searches():
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    importing = [
        asyncio.create_task(embedder.embed(["x"] * (embedding.WAITING // 2))) for _ in range(2)
    ]
    await asyncio.sleep(0)
    searching = asyncio.create_task(embedder.embed(["query"], urgent=True))
    await asyncio.sleep(0)
    function.open.set()
    assert len(await searching) == 1
    await asyncio.gather(*importing)


async def test_closing_ends_those_who_wait():
    function = Function()
    embedder = Embedder("embed", function)
    function.open.clear()
    many = embedding.AT_ONCE * 2  # not all of them are at work
    waiting = [asyncio.create_task(embedder.embed(["x"] * BATCH)) for _ in range(many)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await embedder.close()
    for each in waiting:
        with pytest.raises(CollectionError) as caught:
            await each
        assert caught.value.code == "STORE_UNAVAILABLE"
    assert function.at_work == 0
    assert len(function.calls) == embedding.AT_ONCE
    with pytest.raises(CollectionError):
        await embedder.embed(["more"])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (None, "no list of vectors"),
        ("text", "no list of vectors"),
        ([[1.0]], "mismatch in number of embeddings"),
        ([[1.0], [2.0], [3.0]], "mismatch in number of embeddings"),
        ([[1.0], None], "no vector"),
        ([[1.0], 5], "no vector"),
        ([[], []], "empty"),
        ([[1.0], [1.0, 2.0]], "different dimensions"),
        ([[1.0] * 16_001] * 2, "vectors of 16001 numbers; at most 16000 are possible"),
        ([[1.0], ["x"]], "something else than numbers"),
        ([[1.0], [None]], "NaN, infinity"),
        ([[1.0], [[1.0]]], "something else than numbers"),
        ([[1.0], [float("nan")]], "NaN, infinity"),
        ([[1.0], [float("inf")]], "NaN, infinity"),
        ([[1.0], [1e300]], "a number beyond 1e"),
        ([[1.0], [10**400]], "something else than numbers"),
    ],
)
async def test_what_is_no_vector_is_refused(rows: Any, words: str):
    with pytest.raises(CollectionError, match=words) as caught:
        await Embedder("embed", Function(lambda texts: rows)).embed(["a", "b"])
    assert caught.value.code == "EMBEDDER_FAILED"
    assert "embed" in caught.value.message
