"""Another embedder takes the place of one: its vectors are made behind the back of searches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from atoll.collections import earlier, generations
from atoll.collections.backend import Backend
from atoll.collections.errors import CollectionError
from atoll.collections.generations import PROBES
from atoll.collections.service import Collections
from atoll.manifest import Collection, IndexSettings, SearchMethod

from .embedders import BuildsOfTest, Embedders, SharedBackend, by_words

MEANING = SearchMethod("meaning", "embed")
DOCS = Collection("docs", {"meaning": MEANING})

Open = Callable[..., Awaitable[Collections]]


@pytest.fixture
async def run(backend: Backend) -> AsyncIterator[Open]:
    """Runs a build of an app on the store of the test."""
    known: dict[str, Embedders] = {}
    BuildsOfTest.closed = []
    async with AsyncExitStack() as stack:

        async def run(embedders: Embedders, *collections: Collection) -> Collections:
            builds = BuildsOfTest(embedders, known)
            found = {each.name: each for each in collections or (DOCS,)}
            service = Collections(found, lambda: SharedBackend(backend), embedders, builds)
            service.start()
            stack.push_async_callback(service.close)
            return service

        yield run


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def is_built(backend: Backend, salt: str, method: str = "meaning") -> Callable[[], bool]:
    def check() -> bool:
        states = [
            (each.state, each.probe)
            for each in backend.generations("docs")
            if each.method == method
        ]
        return [state for state, _ in states] == ["serving"] and states[0][1] == probe(salt)

    return check


def probe(salt: str) -> bytes:
    import numpy

    from atoll.collections.generations import PROBES

    rows = [by_words(text, salt=salt + "embed") for text in PROBES]
    return numpy.array(rows, "<f4").tobytes()


async def keys(service: Collections, words: str, limit: int = 1) -> list[str]:
    return [each.key for each in await service.search("docs", [], "", words, limit)]


async def test_old_vectors_serve_with_their_own_embedder_until_the_new_ones_are_whole(
    run: Open, backend: Backend
):
    old = Embedders(id="old", salt="old")
    first = await run(old)
    texts = {f"k{i}": f"thing{i} word{i}" for i in range(30)}
    await first.upsert("docs", "", list(texts), list(texts.values()))
    await first.close()

    new = Embedders(id="new", salt="new")
    new.open.clear()
    second = await run(new)
    await until(lambda: len(backend.generations("docs")) == 2)
    old.texts.clear()
    assert await keys(second, "thing7 word7") == ["k7"]
    assert old.texts == [*PROBES, "thing7 word7"]  # asked by the old one
    found = await second.vector("docs", "", "", "k7")
    assert found == pytest.approx(by_words("thing7 word7", salt="oldembed"), abs=1e-6)

    # What is stored meanwhile is found now and later.
    await second.upsert("docs", "", ["late"], ["late arrival"])
    await second.upsert("docs", "", ["k1"], ["changed meanwhile"])
    await second.remove("docs", "", "k2")
    assert await keys(second, "late arrival") == ["late"]

    new.open.set()
    await until(is_built(backend, "new"))
    assert await keys(second, "thing7 word7") == ["k7"]
    old.texts.clear()  # the first search may have found out
    assert await keys(second, "late arrival") == ["late"]
    assert await keys(second, "changed meanwhile") == ["k1"]
    assert "k2" not in await keys(second, "thing2 word2", 100)
    assert old.texts == []
    found = await second.vector("docs", "", "", "k7")
    assert found == pytest.approx(by_words("thing7 word7", salt="newembed"), abs=1e-6)


async def test_another_dimension_is_another_embedder(run: Open, backend: Backend):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a", "b"], ["one", "two"])
    await first.close()
    second = await run(Embedders(id="new", dimension=48))
    await until(lambda: [g.shape.dimension for g in backend.generations("docs")] == [48])
    assert await keys(second, "two") == ["b"]
    assert len(await second.vector("docs", "", "", "a") or []) == 48


async def test_the_same_embedder_in_another_build_changes_nothing(run: Open, backend: Backend):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    before = backend.generations("docs")
    same = Embedders(id="new")
    second = await run(same)
    assert await keys(second, "one") == ["a"]
    assert backend.generations("docs") == before
    await second.close()
    same.texts.clear()
    third = await run(same)  # it is known by now
    assert await keys(third, "one") == ["a"]
    assert same.texts == ["one"]


async def test_another_model_under_the_same_name_is_noticed_after_a_day(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    embedders = Embedders(salt="old")
    first = await run(embedders)
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    second = await run(embedders)  # finds them known
    assert await keys(second, "one") == ["a"]
    await second.close()
    embedders.salt = "new"
    monkeypatch.setattr(generations, "TRUSTED", 0.0)
    third = await run(embedders)
    await until(is_built(backend, "new"))
    assert await keys(third, "one") == ["a"]


async def test_what_is_kept_of_builds_does_not_grow_for_ever(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(generations, "BUILDS", 3)
    for number in range(6):
        service = await run(Embedders(id=f"build{number}"))
        await service.upsert("docs", "", ["a"], ["one"])
        await service.close()
    kept = backend.note(f"seen {backend.generations('docs')[0].id}") or ""
    assert [line.split()[0] for line in kept.splitlines()] == ["build3", "build4", "build5"]


async def test_a_new_search_method_gets_vectors_of_the_texts_that_are_there(
    run: Open, backend: Backend
):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a", "b"], ["one", "two"])
    await first.close()
    both = Collection("docs", {"meaning": MEANING, "more": SearchMethod("more", "other")})
    embedders = Embedders(id="new")
    embedders.open.clear()
    second = await run(embedders, both)
    await until(lambda: len(backend.generations("docs")) == 2)
    with pytest.raises(CollectionError) as caught:
        await second.search("docs", [], "more", "one", 1)
    assert caught.value.code == "NOT_EMBEDDED_YET"
    embedders.open.set()
    await until(lambda: {g.state for g in backend.generations("docs")} == {"serving"})
    found = await second.search("docs", [], "more", "two", 1)
    assert [each.key for each in found] == ["b"]


async def test_vectors_of_a_method_that_is_gone_do_not_stay(run: Open, backend: Backend):
    both = Collection("docs", {"meaning": MEANING, "more": SearchMethod("more", "other")})
    first = await run(Embedders(id="old"), both)
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    assert len(backend.generations("docs")) == 2
    second = await run(Embedders(id="new"))
    await second.upsert("docs", "", ["b"], ["two"])
    assert [each.method for each in backend.generations("docs")] == ["meaning"]
    assert await keys(second, "one") == ["a"]


async def test_a_build_that_cannot_be_run_any_more(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    first = await run(Embedders(id="old", salt="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()

    def refuse(self: BuildsOfTest, content: bytes) -> None:
        raise ValueError("of another version")

    monkeypatch.setattr(BuildsOfTest, "open", refuse)
    new = Embedders(id="new", salt="new")
    second = await run(new)
    good = new.__class__.__call__
    hold = asyncio.Event()

    async def slowly(self: Embedders, name: str, texts: list[str]):
        if "one" in texts:
            await hold.wait()
        return await good(self, name, texts)

    monkeypatch.setattr(Embedders, "__call__", slowly)
    await until(lambda: len(backend.generations("docs")) == 2)
    for attempt in (second.search("docs", [], "", "x", 1), second.upsert("docs", "", [], ["x"])):
        with pytest.raises(CollectionError) as caught:
            await attempt
        assert caught.value.code == "NOT_EMBEDDED_YET"
    assert await second.texts("docs", "") == {"a": "one"}  # texts are there all the time
    hold.set()
    await until(is_built(backend, "new"))
    assert await keys(second, "one") == ["a"]


async def test_a_build_that_ends_later_works_with_the_vectors_of_the_new_one(
    run: Open, backend: Backend
):
    old = Embedders(id="old", salt="old")
    first = await run(old)
    await first.upsert("docs", "", ["a"], ["one"])
    new = Embedders(id="new", salt="new")
    second = await run(new)
    await until(is_built(backend, "new"))
    # Neither begins anew for it: they would do so for ever.
    assert await keys(first, "one") == ["a"]
    await first.upsert("docs", "", ["b"], ["two"])
    assert await keys(second, "two") == ["b"]
    assert is_built(backend, "new")()
    found = await second.vector("docs", "", "", "b")
    assert found == pytest.approx(by_words("two", salt="newembed"), abs=1e-6)


async def test_a_build_that_is_taken_back_is_embedded_for(run: Open, backend: Backend):
    first = await run(Embedders(id="old", salt="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    second = await run(Embedders(id="new", salt="new"))
    await until(is_built(backend, "new"))
    await second.close()
    third = await run(Embedders(id="old", salt="old"))
    await until(is_built(backend, "old"))
    assert await keys(third, "one") == ["a"]


async def test_embedding_goes_on_after_a_failure(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    from atoll.collections import upkeep

    monkeypatch.setattr(upkeep, "LONGEST_PAUSE", 0.1)
    first = await run(Embedders(id="old", salt="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    new = Embedders(id="new", salt="new")
    good = new.__class__.__call__
    failures = 0

    async def fail(self: Embedders, name: str, texts: list[str]):
        nonlocal failures
        if self is new and "one" in texts and failures < 3:
            failures += 1
            raise CollectionError("EMBEDDER_FAILED", "not yet")
        return await good(self, name, texts)

    monkeypatch.setattr(Embedders, "__call__", fail)
    await run(new)
    await until(is_built(backend, "new"))
    assert failures == 3


async def test_an_embedder_that_fails_does_not_hold_up_others(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    other = Collection("other", {"meaning": SearchMethod("meaning", "other")})
    first = await run(Embedders(id="old", salt="old"), DOCS, other)
    for name in ("docs", "other"):
        await first.upsert(name, "", ["a"], ["one"])
    await first.close()
    new = Embedders(id="new", salt="new")
    good = new.__class__.__call__

    async def fail(self: Embedders, name: str, texts: list[str]):
        if name == "embed" and self is new and "one" in texts:
            raise CollectionError("EMBEDDER_FAILED", "never")
        return await good(self, name, texts)

    monkeypatch.setattr(Embedders, "__call__", fail)
    second = await run(new, DOCS, other)
    old = backend.generations("other")[0].id
    await until(lambda: [g.state for g in backend.generations("other") if g.id != old] != [])
    await until(lambda: [g.state for g in backend.generations("other")] == ["serving"])
    assert [each.key for each in await second.search("other", [], "", "one", 1)] == ["a"]
    assert len(backend.generations("docs")) == 2


async def test_what_can_be_embedded_is_embedded_once_though_another_text_fails(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    from atoll.collections import upkeep

    monkeypatch.setattr(upkeep, "LONGEST_PAUSE", 0.1)
    first = await run(Embedders(id="old", salt="old"))
    texts = [f"text{number}" for number in range(150)]
    await first.upsert("docs", "", texts, texts)
    await first.close()
    new = Embedders(id="new", salt="new")
    good = new.__class__.__call__
    failures = 0

    async def fail(self: Embedders, name: str, texts: list[str]):
        nonlocal failures
        if self is new and "text149" in texts:
            failures += 1
            raise CollectionError("EMBEDDER_FAILED", "too long")
        return await good(self, name, texts)

    monkeypatch.setattr(Embedders, "__call__", fail)
    await run(new)
    await until(lambda: failures >= 20)
    assert {new.texts.count(text) for text in texts[:149]} <= {1, 2}  # the first may be tried
    (stats,) = backend.stats("docs")
    assert [each.missing for each in stats.generations] == [0, 1]


async def test_a_new_search_method_whose_embedder_does_not_work_at_first(
    run: Open, backend: Backend
):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    both = Collection("docs", {"meaning": MEANING, "more": SearchMethod("more", "other")})
    embedders = Embedders(id="new")
    embedders.failure = CollectionError("EMBEDDER_FAILED", "not yet")
    second = await run(embedders, both)
    # Nothing found would be a lie.
    with pytest.raises(CollectionError) as caught:
        await second.search("docs", [], "more", "one", 1)
    assert caught.value.code == "EMBEDDER_FAILED"
    with pytest.raises(CollectionError) as caught:
        await second.search_by_vector("docs", [], "more", [1.0] * 32, 1)
    assert caught.value.code == "NOT_EMBEDDED_YET"
    embedders.failure = None
    await until(lambda: [g.state for g in backend.generations("docs")] == ["serving"] * 2)
    found = await second.search("docs", [], "more", "one", 1)
    assert [each.key for each in found] == ["a"]


async def test_a_build_that_ends_later_keeps_the_vectors_of_a_method_that_is_new(
    run: Open, backend: Backend
):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    both = Collection("docs", {"meaning": MEANING, "more": SearchMethod("more", "other")})
    second = await run(Embedders(id="new"), both)
    await until(lambda: [g.state for g in backend.generations("docs")] == ["serving"] * 2)
    before = backend.generations("docs")
    await first.upsert("docs", "", ["b"], ["two"])
    assert backend.generations("docs") == before
    found = await second.search("docs", [], "more", "two", 1)
    assert [each.key for each in found] == ["b"]


async def test_a_build_that_ends_later_waits_until_the_new_one_is_kept(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    keep = threading.Event()
    good = BuildsOfTest.content

    def content(self: BuildsOfTest) -> bytes:
        if self.id == "new":
            keep.wait(20)
        return good(self)

    monkeypatch.setattr(BuildsOfTest, "content", content)
    first = await run(Embedders(id="old", salt="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await run(Embedders(id="new", salt="new"))
    await until(lambda: any(each.build == "new" for each in backend.generations("docs")))
    storing = asyncio.create_task(first.upsert("docs", "", ["b"], ["two"]))
    asked = asyncio.create_task(first.upsert("docs", "", ["c"], ["three"]))
    await asyncio.sleep(0.1)
    asked.cancel()  # others do not notice
    keep.set()
    await storing
    assert await keys(first, "two") == ["b"]


async def test_an_earlier_build_ends_when_its_vectors_are_replaced(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(earlier, "GRACE", 0.0)
    first = await run(Embedders(id="old", salt="old"))
    await first.upsert("docs", "", ["a", "b"], ["one", "two"])
    await first.close()
    new = Embedders(id="new", salt="new")
    new.open.clear()
    second = await run(new)
    await until(lambda: len(backend.generations("docs")) == 2)
    assert await keys(second, "one") == ["a"]
    assert BuildsOfTest.closed == []
    new.open.set()
    await until(lambda: BuildsOfTest.closed == ["old"])
    assert await keys(second, "one") == ["a"]


async def test_an_earlier_build_whose_model_is_another_one_is_not_asked(
    run: Open, backend: Backend
):
    old = Embedders(id="old", salt="old")
    first = await run(old)
    await first.upsert("docs", "", ["a", "b"], ["one", "two"])
    await first.close()
    old.salt = "new"  # under the same name
    new = Embedders(id="new", salt="new")
    new.open.clear()
    second = await run(new)
    await until(lambda: len(backend.generations("docs")) == 2)
    with pytest.raises(CollectionError) as caught:
        await keys(second, "one")
    assert caught.value.code == "NOT_EMBEDDED_YET"
    new.open.set()
    await until(is_built(backend, "new"))
    assert await keys(second, "one") == ["a"]


async def test_other_settings_of_the_index_need_no_embedding(run: Open, backend: Backend):
    first = await run(Embedders(id="old"))
    await first.upsert("docs", "", ["a"], ["one"])
    await first.close()
    embedders = Embedders(id="new")
    changed = Collection(
        "docs",
        {
            "meaning": SearchMethod(
                "meaning", "embed", "cosine", IndexSettings("hnsw", "f16", ef_search=99)
            )
        },
    )
    second = await run(embedders, changed)
    await until(lambda: backend.generations("docs")[0].shape.quantization == "f16")
    assert await keys(second, "one") == ["a"]
    assert "one" in embedders.texts
    assert embedders.texts.count("one") == 1  # as the query
    shape = backend.generations("docs")[0].shape
    assert (shape.distance, shape.ef_search) == ("cosine", 99)


async def test_a_text_that_the_new_embedder_refuses_is_named(
    run: Open, backend: Backend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    first = await run(Embedders(id="old", salt="old"))
    names = [f"k{i}" for i in range(40)]
    await first.upsert("docs", "", names, [f"thing {name}" for name in names])
    await first.close()
    new = Embedders(id="new", salt="new")
    good = new.__class__.__call__

    async def refuse(self: Embedders, name: str, texts: list[str]):
        if self is new and "thing k23" in texts:
            raise CollectionError("EMBEDDER_FAILED", "not that")
        return await good(self, name, texts)

    monkeypatch.setattr(Embedders, "__call__", refuse)
    await run(new)
    missing: list[str] = []

    def all_others_are_embedded() -> bool:
        building = [each for each in backend.generations("docs") if each.state == "building"]
        missing[:] = [each.key for each in backend.missing(building[0].id)] if building else []
        return missing == ["k23"]

    await until(all_others_are_embedded)
    told = lambda: [getattr(each, "fields", {}).get("detail", "") for each in caplog.records]  # noqa: E731
    await until(lambda: any("not that, for the text [k23]" in each for each in told()))
