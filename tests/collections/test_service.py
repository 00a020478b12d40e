"""An app's collections, on each store, with embedders of the test."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy
import pytest

from atoll.collections import limits
from atoll.collections.backend import Backend
from atoll.collections.embedding import EMBEDDING
from atoll.collections.errors import CollectionError
from atoll.collections.service import Collections
from atoll.collections.types import Text
from atoll.manifest import Collection, SearchMethod

from .embedders import BuildsOfTest, Embedders, SharedBackend, by_words

OPEN: dict[str, Collection] = {
    "docs": Collection("docs", {"meaning": SearchMethod("meaning", "embed")}),
    "two": Collection(
        "two",
        {
            "first": SearchMethod("first", "embed", "cosine"),
            "second": SearchMethod("second", "other", "euclidean"),
        },
    ),
    "bare": Collection("bare"),
}


@pytest.fixture
def embedders() -> Embedders:
    return Embedders()


@pytest.fixture
async def collections(backend: Backend, embedders: Embedders) -> AsyncIterator[Collections]:
    service = Collections(OPEN, lambda: backend, embedders)
    try:
        yield service
    finally:
        await service.close()


async def refused(code: str, awaitable: Any) -> CollectionError:
    with pytest.raises(CollectionError) as caught:
        await awaitable
    assert caught.value.code == code, caught.value.message
    return caught.value


async def test_a_text_is_found_by_meaning(collections: Collections):
    await collections.upsert(
        "docs",
        "",
        ["cat", "dog", "sun"],
        ["the cat sleeps", "the dog barks", "bright light in summer"],
        [["pet"], ["pet", "loud"], []],
        [{"legs": 4}, {"legs": 4}, {}],
    )
    found = await collections.search("docs", [], "meaning", "the cat", 2)
    assert [each.key for each in found] == ["cat", "dog"]
    best = found[0]
    assert (best.text, best.labels, dict(best.metadata)) == (
        "the cat sleeps",
        ("pet",),
        {"legs": 4},
    )
    expected = 1 - sum(
        a * b
        for a, b in zip(
            by_words("the cat", salt="embed"), by_words("the cat sleeps", salt="embed"), strict=True
        )
    )
    assert best.distance == pytest.approx(expected, abs=1e-6)
    assert best.score == pytest.approx(1 - best.distance)


async def test_texts_are_given_in_pages_by_their_keys(collections: Collections):
    await collections.upsert("docs", "", ["b", "a", "c"], ["two", "one", "three"])
    await collections.upsert("docs", "n", ["z"], ["in a namespace"])
    assert [each.key for each in await collections.page("docs", "", limit=2)] == ["a", "b"]
    assert [each.key for each in await collections.page("docs", "", after="b")] == ["c"]
    assert [each.key for each in await collections.page("docs", "", search="O")] == ["a", "b"]
    assert [each.key for each in await collections.page("docs", "n")] == ["z"]
    await refused("NO_SUCH_COLLECTION", collections.page("none", ""))
    await refused("NO_SUCH_NAMESPACE", collections.page("docs", "none"))
    await refused("INVALID_ARGUMENT", collections.page("docs", "", search="\0"))
    await refused("INVALID_ARGUMENT", collections.page("docs", "", limit=100_000))


async def test_a_sample_of_texts_has_their_vectors(collections: Collections):
    assert await collections.sample("docs", None, "meaning", 10) == ((), None, 0)
    texts = [f"text number {index}" for index in range(40)]
    await collections.upsert("docs", "", texts, texts)
    await collections.upsert("docs", "n", ["z"], ["in a namespace"])
    for namespace, limit, total in ((None, 100, 41), ("", 8, 40), ("n", 5, 1)):
        sample = await collections.sample("docs", namespace, "meaning", limit)
        assert sample.total == total
        assert sample.vectors is not None
        assert 0 < len(sample.texts) == len(sample.vectors) <= limit
        for text, vector in zip(sample.texts, sample.vectors, strict=True):
            expected = by_words(text.text, salt="embed")
            numpy.testing.assert_allclose(vector, expected, atol=1e-6)
    await refused("NO_SUCH_SEARCH_METHOD", collections.sample("docs", None, "none", 10))
    await refused("NO_SUCH_NAMESPACE", collections.sample("docs", "none", "meaning", 10))


async def test_stats_are_of_all_that_is_stored(collections: Collections):
    assert await collections.stats() == []
    await collections.upsert("docs", "n", ["z"], ["in a namespace"])
    (stats,) = await collections.stats()
    assert (stats.collection, stats.namespaces) == ("docs", {"n": 1})


async def test_an_app_without_collections_opens_no_store(embedders: Embedders):
    def open() -> Backend:
        raise AssertionError("it was opened")

    service = Collections({}, open, embedders)
    assert await service.stats() == []
    await service.close()


@pytest.mark.parametrize("asked", [False, True])
async def test_a_store_that_is_being_opened_when_the_app_ends_is_closed(
    backend: Backend, embedders: Embedders, asked: bool
):
    go_on, closed = threading.Event(), []

    class Slow(SharedBackend):
        def close(self) -> None:
            closed.append(self)

    def open() -> Backend:
        go_on.wait(20)
        return Slow(backend)

    service = Collections(OPEN, open, embedders)
    if asked:  # by a call that is canceled
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await service.namespaces("docs")
    else:
        service.start()
        await asyncio.sleep(0.05)
    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0.05)
    go_on.set()
    await closing
    assert len(closed) == 1
    await refused("STORE_UNAVAILABLE", service.namespaces("docs"))


async def test_keys_are_made_for_texts_without(collections: Collections):
    keys = await collections.upsert("docs", "", [], ["a", "b"])
    assert [uuid.UUID(key).version for key in keys] == [7, 7]
    assert await collections.texts("docs", "") == dict(zip(keys, ["a", "b"], strict=True))


async def test_the_same_key_is_stored_once(collections: Collections):
    await collections.upsert("docs", "", ["k"], ["first words"], [["old"]])
    await collections.upsert("docs", "", ["k"], ["other text"])
    entry = await collections.entry("docs", "", "k")
    assert entry is not None
    assert (entry.text, entry.labels) == ("other text", ())
    assert [each.text for each in await collections.search("docs", [], "", "first", 10)] == [
        "other text"
    ]


async def test_what_was_removed_is_gone(collections: Collections):
    await collections.upsert("docs", "", ["a", "b"], ["one", "two"])
    await collections.remove("docs", "", "a")
    assert await collections.texts("docs", "") == {"b": "two"}
    assert [each.key for each in await collections.search("docs", [], "", "one", 10)] == ["b"]
    assert await collections.vector("docs", "", "", "a") is None
    error = await refused("NO_SUCH_KEY", collections.remove("docs", "", "a"))
    assert "[docs]" in error.message


async def test_all_texts_are_not_read_if_they_are_too_many_for_an_answer(
    backend: Backend, embedders: Embedders
):
    service = Collections(OPEN, lambda: SharedBackend(backend), embedders, max_bytes=2 << 20)
    try:
        await service.upsert("docs", "", ["a", "b"], ["x" * (1 << 20)] * 2)
        error = await refused("TEXT_TOO_LARGE", service.texts("docs", ""))
        assert "[docs] have more than 2 MiB" in error.message
        await service.remove("docs", "", "a")
        assert list(await service.texts("docs", "")) == ["b"]
    finally:
        await service.close()


async def test_names_that_there_are_not(collections: Collections):
    await collections.upsert("docs", "", ["a"], ["one"])
    error = await refused("NO_SUCH_COLLECTION", collections.search("nope", [], "", "x", 1))
    assert error.message == "collection nope not found in manifest"
    assert "docs" in (error.hint or "")
    await refused("NO_SUCH_SEARCH_METHOD", collections.search("docs", [], "nope", "x", 1))
    await refused("NO_SUCH_SEARCH_METHOD", collections.search("two", [], "", "x", 1))
    await refused("NO_SUCH_SEARCH_METHOD", collections.search("bare", [], "", "x", 1))
    await refused("NO_SUCH_NAMESPACE", collections.search("docs", ["nope"], "", "x", 1))
    await refused("NO_SUCH_NAMESPACE", collections.entry("docs", "nope", "a"))
    await refused("NO_SUCH_KEY", collections.distance("docs", "", "", "a", "nope"))
    await refused("NO_SUCH_COLLECTION", collections.upsert("nope", "", [], ["x"]))


async def test_nothing_is_found_where_nothing_was_stored(collections: Collections):
    assert await collections.search("docs", [], "", "x", 5) == []
    assert await collections.search("docs", [], "", "x", 5, mode="hybrid") == []
    assert await collections.search("docs", [], "", "x", 5, mode="text") == []
    assert await collections.search_by_vector("docs", [], "", [1.0], 5) == []
    assert await collections.texts("docs", "") == {}
    assert await collections.namespaces("docs") == []
    assert (await collections.classify("docs", "", "", "x")).cluster == ()
    await collections.recompute("docs", "", "")


async def test_namespaces_are_apart(collections: Collections):
    await collections.upsert("docs", "one", ["k"], ["red apple"])
    await collections.upsert("docs", "two", ["k"], ["green apple"])
    assert await collections.namespaces("docs") == ["one", "two"]
    found = await collections.search("docs", ["one"], "", "apple", 5)
    assert [(each.namespace, each.text) for each in found] == [("one", "red apple")]
    both = await collections.search("docs", ["one", "two", "one"], "", "green apple", 5)
    assert [each.namespace for each in both] == ["two", "one"]
    assert await collections.search("docs", [], "", "apple", 5) == []
    assert len(await collections.search("docs", ["one", "two"], "", "apple", 1)) == 1


async def test_limits(collections: Collections):
    await collections.upsert("docs", "", ["a", "b"], ["one", "two"])
    assert await collections.search("docs", [], "", "one", 0) == []
    assert await collections.search_by_vector("docs", [], "", by_words("x"), 0) == []
    for limit in (-1, 10_001):
        await refused("INVALID_ARGUMENT", collections.search("docs", [], "", "one", limit))


async def test_arguments_that_do_not_go_together(collections: Collections):
    error = await refused("INVALID_ARGUMENT", collections.upsert("docs", "", ["a"], ["x", "y"]))
    assert "keys and texts must have the same length" in error.message
    error = await refused("INVALID_ARGUMENT", collections.upsert("docs", "", [], ["x"], [[], []]))
    assert "mismatch in number of labels and texts: 2 != 1" in error.message
    await refused("INVALID_ARGUMENT", collections.upsert("docs", "", [], ["x"], [], [{}, {}]))
    await refused("DUPLICATE_KEY", collections.upsert("docs", "", ["a", "a"], ["x", "y"]))
    await refused("TEXT_TOO_LARGE", collections.upsert("docs", "", [], ["x" * (1 << 20 | 1)]))
    await refused("INVALID_ARGUMENT", collections.upsert("docs", "", [], ["\0"]))
    await refused("INVALID_FILTER", collections.search("docs", [], "", "x", 1, filter=5))
    assert await collections.texts("docs", "") == {}


async def test_vectors_that_are_given_have_no_more_numbers_than_any_store_takes(
    collections: Collections,
):
    vectors = numpy.ones((1, limits.DIMENSION + 1), numpy.float32)
    store = collections.store("docs", "", [Text("k", "x")], {"meaning": vectors})
    await refused("INVALID_VECTOR", store)


@pytest.mark.parametrize("vector", [[], [float("nan")] * 32, [1e300] * 32, ["x"] * 32])
async def test_what_is_no_vector(collections: Collections, vector: Any):
    await collections.upsert("docs", "", [], ["x"])
    await refused("INVALID_VECTOR", collections.search_by_vector("docs", [], "", vector, 1))


async def test_a_vector_of_another_dimension(collections: Collections, embedders: Embedders):
    await collections.upsert("docs", "", ["a"], ["x"])
    error = await refused(
        "DIMENSION_MISMATCH", collections.search_by_vector("docs", [], "", [1.0], 1)
    )
    assert "32" in error.message
    embedders.dimension = 16
    await refused("DIMENSION_MISMATCH", collections.upsert("docs", "", ["b"], ["y"]))
    await refused("DIMENSION_MISMATCH", collections.search("docs", [], "", "y", 1))
    assert await collections.texts("docs", "") == {"a": "x"}


async def test_nothing_is_stored_when_an_embedder_fails(
    collections: Collections, embedders: Embedders
):
    await collections.upsert("two", "", ["a"], ["before"])
    embedders.failure = CollectionError("EMBEDDER_FAILED", "out of order")
    await refused("EMBEDDER_FAILED", collections.upsert("two", "", ["a", "b"], ["x", "y"]))
    embedders.failure = None
    assert await collections.texts("two", "") == {"a": "before"}
    assert [each.text for each in await collections.search("two", [], "first", "x", 5)] == [
        "before"
    ]


async def test_each_method_has_its_own_vectors(collections: Collections):
    await collections.upsert("two", "", ["a", "b"], ["red apple", "green pear"])
    first = await collections.vector("two", "", "first", "a")
    second = await collections.vector("two", "", "second", "a")
    assert first == pytest.approx(by_words("red apple", salt="embed"), abs=1e-6)
    assert second == pytest.approx(by_words("red apple", salt="other"), abs=1e-6)
    distance, score = await collections.distance("two", "", "second", "a", "b")
    expected = numpy.linalg.norm(numpy.array(second) - by_words("green pear", salt="other"))
    assert distance == pytest.approx(float(expected), abs=1e-6)
    assert score == pytest.approx(1 / (1 + distance))


async def test_a_collection_without_methods_keeps_texts(collections: Collections):
    await collections.upsert("bare", "", ["a"], ["plain words"])
    assert await collections.texts("bare", "") == {"a": "plain words"}
    found = await collections.search("bare", [], "", "words", 5, mode="text")
    assert [each.key for each in found] == ["a"]


async def test_words_are_found_where_meaning_is_far(collections: Collections):
    texts = [f"text about thing {i}" for i in range(60)] + ["serial XK-4711 of a machine"]
    await collections.upsert("docs", "", [str(i) for i in range(61)], texts)
    found = await collections.search("docs", [], "", "xk-4711", 3, mode="text")
    assert [each.key for each in found] == ["60"]
    hybrid = await collections.search("docs", [], "", "XK-4711 thing", 5, mode="hybrid")
    assert "60" in [each.key for each in hybrid]
    assert [each.score for each in hybrid] == sorted((e.score for e in hybrid), reverse=True)
    vector = numpy.array(by_words("XK-4711 thing", salt="embed"))
    for each in hybrid:
        other = numpy.array(by_words(each.text, salt="embed"))
        assert each.distance == pytest.approx(1 - float(vector @ other), abs=1e-5)


@pytest.mark.parametrize("mode", ["vector", "hybrid", "text"])
async def test_filters_hold_in_every_mode(collections: Collections, mode: Any):
    await collections.upsert(
        "docs",
        "",
        [str(i) for i in range(20)],
        ["same words"] * 20,
        [["even"] if i % 2 == 0 else [] for i in range(20)],
        [{"number": i} for i in range(20)],
    )
    where = {"number": {"gte": 10}, "$labels": {"contains": "even"}}
    found = await collections.search("docs", [], "", "words", 20, mode=mode, filter=where)
    assert {each.key for each in found} == {"10", "12", "14", "16", "18"}


async def test_neighbours_classify_a_text(collections: Collections):
    good = [f"good lovely nice {i}" for i in range(60)]
    bad = [f"bad awful nasty {i}" for i in range(60)]
    await collections.upsert(
        "docs", "", [], [*good, *bad], [["good"]] * 60 + [["bad", "seen"]] * 60
    )
    found = await collections.classify("docs", "", "", "awful and nasty and bad")
    assert len(found.cluster) <= 4
    assert {share.label: share.confidence for share in found.labels} == {"bad": 0.5, "seen": 0.5}
    assert [each.distance for each in found.cluster] == sorted(e.distance for e in found.cluster)


async def test_an_embedder_cannot_use_collections(collections: Collections):
    token = EMBEDDING.set(True)
    try:
        await refused("EMBEDDER_RECURSION", collections.upsert("docs", "", [], ["x"]))
        await refused("EMBEDDER_RECURSION", collections.search("docs", [], "", "x", 1))
    finally:
        EMBEDDING.reset(token)


async def test_vectors_that_are_known_are_not_made(collections: Collections, embedders: Embedders):
    vectors = numpy.array([by_words("x", salt="embed")], numpy.float32)
    await collections.store("docs", "", [Text("a", "x")], {"meaning": vectors})
    await collections.store("docs", "", [Text("b", "y")], {"meaning": vectors})
    assert embedders.texts == []
    found = await collections.search("docs", [], "", "x", 5)
    assert [each.key for each in found] == ["a", "b"]
    assert found[0].distance == pytest.approx(0, abs=1e-6)
    await refused(
        "NO_SUCH_SEARCH_METHOD", collections.store("docs", "", [Text("c", "z")], {"no": vectors})
    )
    await refused(
        "INVALID_ARGUMENT",
        collections.store("docs", "", [Text("c", "z"), Text("d", "z")], {"meaning": vectors}),
    )
    await refused(
        "DIMENSION_MISMATCH",
        collections.store("docs", "", [Text("c", "z")], {"meaning": vectors[:, :5].copy()}),
    )


async def test_vectors_that_the_embedder_would_never_make(backend: Backend, embedders: Embedders):
    builds = BuildsOfTest(embedders, {})
    collections = Collections(OPEN, lambda: SharedBackend(backend), embedders, builds)
    vectors = numpy.ones((1, 5), numpy.float32)
    error = await refused(
        "DIMENSION_MISMATCH", collections.store("docs", "", [Text("a", "x")], {"meaning": vectors})
    )
    await collections.close()
    assert "5" in error.message
    assert "32" in error.message


async def test_vectors_are_stored_though_the_embedder_does_not_work(
    collections: Collections, embedders: Embedders, backend: Backend
):
    embedders.failure = CollectionError("EMBEDDER_FAILED", "no key")
    vectors = numpy.array([by_words("x", salt="embed")], numpy.float32)
    await collections.store("docs", "", [Text("a", "x")], {"meaning": vectors})
    vector = vectors[0].tolist()
    assert [e.key for e in await collections.search_by_vector("docs", [], "", vector, 1)] == ["a"]
    later = Collections(OPEN, lambda: SharedBackend(backend), embedders)  # knows nothing yet
    await later.store("docs", "", [Text("b", "y")], {"meaning": vectors})
    assert len(await later.search_by_vector("docs", [], "", vector, 5)) == 2
    await later.close()
    embedders.failure = None
    assert [e.key for e in await collections.search("docs", [], "", "x", 1)] == ["a"]


async def test_an_embedder_is_asked_for_what_is_stored_and_nothing_else(
    collections: Collections, embedders: Embedders
):
    await collections.upsert("docs", "", ["a"], ["one"])
    assert embedders.texts == ["one"]


async def test_a_text_that_stays_the_same_is_not_embedded_again(
    collections: Collections, embedders: Embedders
):
    await collections.upsert("two", "", ["a", "b", "c"], ["one", "two", "three"])
    embedders.texts.clear()
    await collections.upsert(
        "two", "", ["c", "a", "b", "d"], ["three", "one", "changed", "four"], [["new"]] * 4
    )
    assert sorted(embedders.texts) == ["changed", "changed", "four", "four"]
    for text in ("three", "one", "changed", "four"):
        for method in ("first", "second"):
            (found,) = await collections.search("two", [], method, text, 1)
            assert (found.text, found.labels) == (text, ("new",))
            assert found.distance == pytest.approx(0, abs=1e-3)
    embedders.texts.clear()
    await collections.upsert("two", "", ["a"], ["one"], [], [{"year": 1}])
    assert embedders.texts == []


async def test_a_code_is_found_among_texts_that_mean_the_same(collections: Collections):
    keys = [f"P{i:04}" for i in range(400)]
    texts = [f"Spare part for the machine, article ZX-{1000 + i}" for i in range(400)]
    await collections.upsert("docs", "", keys, texts)
    for question in ("ZX-1017", "article ZX-1017"):
        found = await collections.search("docs", [], "", question, 3, mode="hybrid")
        assert found[0].key == "P0017"


async def test_a_word_that_one_text_has_outweighs_being_slightly_nearer(tmp_path: Path):
    from atoll.collections.sqlite import SqliteBackend

    service = Collections(OPEN, lambda: SqliteBackend(tmp_path / "store"), Embedders())
    keys = [f"P{i:04}" for i in range(400)]
    texts = [f"Spare part for the machine, article ZX-{1000 + i}" for i in range(400)]
    await service.upsert("docs", "", keys, texts)
    # The embedder knows no parts of words, so that it takes these for others.
    for question in ("ZX 1017", "article ZX 1017"):
        found = await service.search("docs", [], "", question, 3, mode="hybrid")
        assert found[0].key == "P0017"
    await service.close()


async def test_all_is_embedded_anew_on_demand(collections: Collections, embedders: Embedders):
    await collections.upsert("docs", "", ["a", "b"], ["one", "two"])
    await collections.upsert("docs", "other", ["c"], ["three"])
    embedders.texts.clear()
    assert await collections.recompute("docs", "", "") == "meaning"
    assert {"one", "two", "three"} <= set(embedders.texts)
    assert [each.key for each in await collections.search("docs", [], "", "one", 1)] == ["a"]


async def test_embedding_anew_tells_of_its_failure(collections: Collections, embedders: Embedders):
    await collections.upsert("docs", "", ["a"], ["one"])
    good = embedders.__class__.__call__

    async def fail(self: Embedders, name: str, texts: Any) -> Any:
        if "one" in texts:
            raise CollectionError("EMBEDDER_FAILED", "not this one")
        return await good(self, name, texts)

    embedders.__class__.__call__ = fail  # type: ignore[method-assign]
    try:
        await refused("EMBEDDER_FAILED", collections.recompute("docs", "", ""))
    finally:
        embedders.__class__.__call__ = good  # type: ignore[method-assign]
    assert [each.key for each in await collections.search("docs", [], "", "x", 1)] == ["a"]


async def test_many_write_and_search_at_once(collections: Collections):
    async def write(worker: int) -> None:
        for i in range(10):
            await collections.upsert("docs", "", [f"{worker}-{i}"], [f"word{worker} number{i}"])
            found = await collections.search("docs", [], "", f"word{worker} number{i}", 1)
            assert found[0].distance == pytest.approx(0, abs=1e-6)

    await asyncio.gather(*map(write, range(8)))
    assert len(await collections.texts("docs", "")) == 80


@pytest.mark.parametrize("mode", ["vector", "hybrid", "text"])
async def test_what_is_replaced_while_it_is_found_is_found(
    collections: Collections, backend: Backend, monkeypatch: pytest.MonkeyPatch, mode: Any
):
    await collections.upsert("docs", "", ["a", "b"], ["red apple", "green apple"])
    load = backend.load
    vectors = numpy.array([by_words("red apple", salt="embed")], numpy.float32)
    replaced = False

    def replace_first(ids: Any) -> Any:
        nonlocal replaced
        if not replaced:
            replaced = True
            generation = backend.generations("docs")[0].id
            backend.upsert("docs", "", [Text("a", "red apple")], {generation: vectors})
        return load(ids)

    monkeypatch.setattr(backend, "load", replace_first)
    found = await collections.search("docs", [], "", "red apple", 5, mode=mode)
    assert {each.key for each in found} == {"a", "b"}
    assert replaced


async def test_a_store_that_cannot_be_opened_is_tried_again(embedders: Embedders, tmp_path: Path):
    from atoll.collections.sqlite import SqliteBackend

    tries = 0

    def open_backend() -> Backend:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise CollectionError("STORE_UNAVAILABLE", "not now")
        return SqliteBackend(tmp_path / "store")

    service = Collections(OPEN, open_backend, embedders)
    await refused("STORE_UNAVAILABLE", service.upsert("docs", "", [], ["x"]))
    await service.upsert("docs", "", ["a"], ["x"])
    assert await service.texts("docs", "") == {"a": "x"}
    await service.close()
    await refused("STORE_UNAVAILABLE", service.texts("docs", ""))
