"""Collections are listed, read and searched as functions and commands do it."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.types import CollectionStats, Generation, GenerationStats, Shape
from atoll.manifest import Collection, SearchMethod
from atoll.server.explorer.collections import _info, refused

MANIFEST = """{
  "collections": {
    "docs": {
      "searchMethods": {
        "byLetters": { "embedder": "embed", "distance": "cosine" },
        "byLength": { "embedder": "embed_by_length", "distance": "euclidean" }
      }
    },
    "broken": { "searchMethods": { "byNothing": { "embedder": "no_such_function" } } }
  }
}"""


@pytest.fixture
async def shown(show):
    shown = show(MANIFEST)
    texts = ["the cat sleeps", "the dog barks", "rain and sun"]
    await shown.app.collections.upsert(
        "docs",
        "",
        ["cat", "dog", "rain"],
        texts,
        [["pet", "quiet"], ["pet"], []],
        [{"legs": 4, "big": 2**70}, {"legs": 4}, {}],
    )
    await shown.app.collections.upsert("docs", "old", ["x"], ["an old cat"])
    return shown


async def test_an_app_without_collections_has_none(show, tmp_path):
    assert await show().get("collections") == {"collections": []}
    assert not (tmp_path / ".atoll" / "collections").exists()


async def test_they_are_listed_as_they_are_stored(shown):
    docs, broken = (await shown.get("collections"))["collections"]
    assert docs == {
        "name": "docs",
        "namespaces": [{"name": "", "texts": 3}, {"name": "old", "texts": 1}],
        "methods": [
            {
                "name": "byLetters",
                "embedder": "embed",
                "distance": "cosine",
                "index": "hnsw",
                "dimension": 26,
                "vectors": 4,
                "state": "ready",
            },
            {
                "name": "byLength",
                "embedder": "embed_by_length",
                "distance": "euclidean",
                "index": "hnsw",
                "dimension": 3,
                "vectors": 4,
                "state": "ready",
            },
        ],
        "location": {"line": 3, "column": 5},
    }
    assert broken["namespaces"] == []
    assert broken["methods"][0]["state"] == "nothing stored yet"


async def test_one_that_the_manifest_names_no_more_is_listed(shown, show):
    await shown.app.collections.close()
    later = show('{"collections": {"other": {"searchMethods": {}}}}')
    other, docs = (await later.get("collections"))["collections"]
    assert other["name"] == "other"
    assert (docs["name"], docs["methods"], docs["location"]) == ("docs", [], None)
    assert docs["namespaces"][0] == {"name": "", "texts": 3}


def _stats(state: Any, vectors: int, missing: int) -> GenerationStats:
    generation = Generation(vectors, "docs", "m", state, Shape(3), "embed", b"")
    return GenerationStats(generation, vectors, missing, 0, 0, 0)


@pytest.mark.parametrize(
    ("generations", "vectors", "state"),
    [
        ([], 0, "nothing stored yet"),
        ([_stats("serving", 8, 0)], 8, "ready"),
        ([_stats("serving", 8, 1200)], 8, "1,200 still to be embedded"),
        ([_stats("building", 3, 1)], 3, "being embedded, 75 %"),
        ([_stats("building", 0, 0)], 0, "being embedded, 0 %"),
        ([_stats("serving", 8, 0), _stats("building", 2, 6)], 8, "being embedded anew, 25 %"),
        ([_stats("building", 2, 6), _stats("serving", 8, 0)], 8, "being embedded anew, 25 %"),
    ],
)
def test_what_is_being_done_is_said(generations, vectors, state):
    known = Collection("docs", {"m": SearchMethod("m", "embed")})
    (method,) = _info("docs", known, CollectionStats("docs", {}, tuple(generations))).methods
    assert (method.vectors, method.state) == (vectors, state)


async def test_entries_by_key(shown):
    first = await shown.get("collections/docs/entries", limit="2")
    assert first["more"] is True
    assert first["entries"][0] == {
        "namespace": "",
        "key": "cat",
        "text": "the cat sleeps",
        "labels": ["pet", "quiet"],
        "metadata": {"legs": 4, "big": 2**70},
    }
    rest = await shown.get("collections/docs/entries", limit="2", after="dog")
    assert [each["key"] for each in rest["entries"]] == ["rain"]
    assert rest["more"] is False
    found = await shown.get("collections/docs/entries", search="THE", after="cat")
    assert [each["key"] for each in found["entries"]] == ["dog"]
    one = await shown.get("collections/docs/entries", key="dog")
    assert ([each["key"] for each in one["entries"]], one["more"]) == (["dog"], False)
    assert (await shown.get("collections/docs/entries", key="x"))["entries"] == []
    old = await shown.get("collections/docs/entries", namespace="old")
    assert [each["key"] for each in old["entries"]] == ["x"]


async def search(shown: Any, **asked: Any) -> list[str]:
    wanted = {"method": "byLetters", "mode": "vector", "text": "", "namespaces": [], "filter": None}
    found = await shown.post("collections/docs/search", {**wanted, "limit": 10, **asked})
    assert found["ms"] >= 0
    return [each["key"] for each in found["hits"]]


async def test_searches(shown):
    assert (await search(shown, text="the cat sleeps"))[0] == "cat"
    assert await search(shown, text="rain", mode="text", method="") == ["rain"]
    assert (await search(shown, text="dog", mode="hybrid", limit=1)) == ["dog"]
    assert await search(shown, text="cat", namespaces=["old"]) == ["x"]
    assert set(await search(shown, text="cat", namespaces=["", "old"], limit=99_999)) == {
        "cat",
        "dog",
        "rain",
        "x",
    }
    assert await search(shown, text="cat", filter={"$labels": {"contains": "quiet"}}) == ["cat"]
    found = await shown.post(
        "collections/docs/search",
        {"method": "byLetters", "mode": "vector", "text": "the cat sleeps", "limit": 1},
    )
    (best,) = found["hits"]
    assert best["distance"] == pytest.approx(0, abs=1e-6)
    assert best["score"] == pytest.approx(1)
    assert best["labels"] == ["pet", "quiet"]


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        ("none", {}, 404, "NO_SUCH_COLLECTION"),
        ("docs", {"method": "none"}, 404, "NO_SUCH_SEARCH_METHOD"),
        ("docs", {"method": ""}, 404, "NO_SUCH_SEARCH_METHOD"),
        ("docs", {"namespaces": ["none"]}, 404, "NO_SUCH_NAMESPACE"),
        ("docs", {"filter": {"$odd": 1}}, 400, "INVALID_FILTER"),
        ("docs", {"limit": -1}, 400, "INVALID_ARGUMENT"),
        ("docs", {"limit": "x"}, 400, "BAD_REQUEST"),
        ("docs", {"mode": "none"}, 400, "BAD_REQUEST"),
        ("docs", {"text": "\0"}, 400, "INVALID_ARGUMENT"),
    ],
)
async def test_what_is_wrong_with_a_search_is_said(shown, path, asked, status, code):
    body = {"method": "byLetters", "mode": "vector", "text": "cat", "limit": 3, **asked}
    found, error = await shown.ask("POST", f"collections/{path}/search", body)
    assert (found, error["code"]) == (status, code)
    assert error["message"]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("none/entries", {}, "NO_SUCH_COLLECTION"),
        ("docs/entries", {"namespace": "none"}, "NO_SUCH_NAMESPACE"),
        ("docs/entries", {"namespace": "x" * 300}, "INVALID_ARGUMENT"),
        ("docs/entries", {"after": "\0"}, "INVALID_ARGUMENT"),
        ("docs/entries", {"limit": "0"}, "BAD_REQUEST"),
        ("docs/map", {"method": "none"}, "NO_SUCH_SEARCH_METHOD"),
        ("docs/map", {"namespace": "none", "method": "byLetters"}, "NO_SUCH_NAMESPACE"),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(shown, path, query, code):
    status, error = await shown.ask("GET", f"collections/{path}", **query)
    assert (status in (400, 404), error["code"]) == (True, code)


def test_what_lies_in_an_embedder_is_no_fault_of_the_request():
    for code, status in (("EMBEDDER_FAILED", 502), ("EMBEDDER_BUSY", 503)):
        error = refused(CollectionError(code, "the embedder is odd", "mend it"))
        assert (error.status, error.code, error.hint) == (status, code, "mend it")
        assert error.message == "The embedder is odd."


async def test_a_store_that_cannot_be_opened(show, tmp_path):
    (tmp_path / ".atoll").write_text("a file where a folder should be")
    environ = {"ATOLL_INFERENCES": "off"}
    shown = show(MANIFEST, environ)
    status, error = await shown.ask("GET", "collections")
    assert (status, error["code"]) == (503, "STORE_UNAVAILABLE")
