"""Collections, from functions in AssemblyScript and Go down to the store: the original's API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

HALF = 0.5**0.5
"""Of a vector of length 1 with two equal parts."""
DONE = {"collection": "docs", "status": "success", "error": ""}
NEAR = pytest.approx
SMALL = 1e-6


def entry(key: str, text: str, *labels: str) -> dict[str, Any]:
    return {"collection": "docs", "key": key, "text": text, "labels": list(labels)}


async def fill(library: Any) -> None:
    for each in (
        entry("b", "a bike", "vehicle"),
        entry("bc", "a bike and a car", "vehicle", "two"),
        entry("t", "a tree", "plant"),
    ):
        await library("upsert", **each)


def keys(result: dict[str, Any]) -> list[str]:
    return [each["key"] for each in result["objects"]]


async def test_a_text_is_stored_under_its_key(library):
    done = await library("upsert", **entry("k", "a bike <é✨>", "ä"))
    assert done == {**DONE, "operation": "upsert", "keys": ["k"]}
    assert await library("getText", collection="docs", key="k") == "a bike <é✨>"
    assert await library("getLabels", collection="docs", key="k") == ["ä"]
    assert await library("getVector", collection="docs", key="k") == [1, 0, 0, 0]


async def test_a_text_without_a_key_gets_one(library):
    done = await library("upsert", collection="docs", text="a bike")
    [key] = done["keys"]
    assert key
    assert await library("getText", collection="docs", key=key) == "a bike"


async def test_texts_are_stored_together(library):
    texts = ["a bike", "a car", "a rose"]
    done = await library("upsertBatch", collection="docs", texts=texts, namespace="n")
    assert len(set(done["keys"])) == 3
    for key, text in zip(done["keys"], texts, strict=True):
        assert await library("getText", collection="docs", key=key, namespace="n") == text
    done = await library(
        "upsertBatch", collection="docs", keys=["1", "2"], texts=texts[:2], labels=[["a"], []]
    )
    assert done == {**DONE, "operation": "upsert", "keys": ["1", "2"]}
    assert await library("getLabels", collection="docs", key="1") == ["a"]
    assert await library("getLabels", collection="docs", key="2") == []


async def test_a_text_replaces_the_one_of_its_key(library):
    await library("upsert", **entry("k", "a bike", "a"))
    await library("upsert", **entry("k", "a tree", "b"))
    found = await library("search", collection="docs", text="bike tree")
    assert [(each["text"], each["labels"]) for each in found["objects"]] == [("a tree", ["b"])]


async def test_the_nearest_texts_are_found_first(library):
    await fill(library)
    found = await library("search", collection="docs", text="bike")
    objects = found.pop("objects")
    assert found == {**DONE, "searchMethod": "byMeaning"}
    assert objects == [
        {
            "namespace": "", "key": "b", "text": "a bike", "labels": ["vehicle"],
            "distance": NEAR(0, abs=SMALL), "score": NEAR(1),
        },
        {
            "namespace": "", "key": "bc", "text": "a bike and a car", "labels": ["vehicle", "two"],
            "distance": NEAR(1 - HALF), "score": NEAR(HALF),
        },
        {
            "namespace": "", "key": "t", "text": "a tree", "labels": ["plant"],
            "distance": NEAR(1), "score": NEAR(0, abs=SMALL),
        },
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (2**31 - 1, 3)])
async def test_a_search_gives_as_many_as_are_wanted(library, limit, count):
    await fill(library)
    found = await library("search", collection="docs", text="bike", limit=limit)
    assert keys(found) == ["b", "bc", "t"][:count]
    found = await library("searchByVector", collection="docs", vector=[1, 0, 0, 0], limit=limit)
    assert keys(found) == ["b", "bc", "t"][:count]


async def test_namespaces_are_apart_and_can_be_searched_together(library):
    await fill(library)
    await library("upsert", **entry("b", "bike bike car"), namespace="n")
    search = {"collection": "docs", "text": "bike"}
    assert keys(await library("search", **search, namespaces=["n"])) == ["b"]
    found = await library("search", **search, namespaces=["n", ""], limit=3)
    assert [(each["namespace"], each["key"]) for each in found["objects"]] == [
        ("", "b"), ("n", "b"), ("", "bc"),
    ]  # fmt: skip
    names = await library("getNamespaces", collection="docs")
    assert sorted(names) == ["", "n"]


async def test_a_search_by_vector(library):
    await fill(library)
    found = await library("searchByVector", collection="docs", vector=[0, 0, 1, 0], limit=1)
    assert keys(found) == ["t"]
    [object] = found["objects"]
    assert (object["distance"], object["text"]) == (NEAR(0, abs=SMALL), "a tree")


async def test_a_text_is_classified_by_its_neighbours(library):
    await fill(library)
    found = await library("nnClassify", collection="docs", text="my bike")
    assert found == {
        **DONE,
        "searchMethod": "byMeaning",
        "labelsResult": [{"label": "vehicle", "confidence": 1}],
        "cluster": [
            {
                "key": "b", "labels": ["vehicle"], "distance": NEAR(0, abs=SMALL),
                "score": NEAR(1),
            }
        ],
    }  # fmt: skip


async def test_vectors_are_computed_anew(library):
    await fill(library)
    done = await library("recompute", collection="docs")
    assert done == {**DONE, "operation": "recompute", "searchMethod": "byMeaning"}
    assert keys(await library("search", collection="docs", text="tree", limit=1)) == ["t"]


async def test_the_distance_of_two_texts(library):
    await fill(library)
    found = await library("computeDistance", collection="docs", key1="b", key2="bc")
    assert found == {
        "namespace": "", "key": "", "text": "", "labels": [], "distance": NEAR(1 - HALF),
        "score": NEAR(HALF),
    }  # fmt: skip


async def test_distances_are_those_of_the_manifest(library):
    for key, text in (("b", "bike"), ("c", "car")):
        await library("upsert", collection="more", key=key, text=text)
    found = await library("computeDistance", collection="more", key1="b", key2="c")
    assert (found["distance"], found["score"]) == (NEAR(2**0.5), NEAR(1 / (1 + 2**0.5)))


async def test_all_texts_of_a_namespace(library):
    await fill(library)
    found = await library("getTexts", collection="docs")
    assert {each["key"]: each["value"] for each in found} == {
        "b": "a bike", "bc": "a bike and a car", "t": "a tree",
    }  # fmt: skip


async def test_of_a_text_that_is_not_there(library):
    await fill(library)
    assert await library("getText", collection="docs", key="x") == ""
    assert await library("getLabels", collection="docs", key="x") == []
    assert await library("getVector", collection="docs", key="x") == []


async def test_a_removed_text_is_nowhere(library):
    await fill(library)
    done = await library("remove", collection="docs", key="b")
    assert done == {**DONE, "operation": "delete", "keys": ["b"]}
    assert keys(await library("search", collection="docs", text="bike")) == ["bc", "t"]
    assert await library("getText", collection="docs", key="b") == ""
    assert await library("getLabels", collection="docs", key="b") == []
    assert await library("getVector", collection="docs", key="b") == []
    assert len(await library("getTexts", collection="docs")) == 2
    classified = await library("nnClassify", collection="docs", text="bike")
    assert [each["key"] for each in classified["cluster"]] == ["bc"]


# Failures -----------------------------------------------------------------------------------------

SAID = {
    "upsert": ("Error upserting to Text index.", "failed to upsert"),
    "upsertBatch": ("Error upserting to Text index.", "failed to upsert"),
    "remove": ("Error deleting from Text index.", "failed to delete"),
    "search": ("Error searching Text index.", "failed to search"),
    "searchByVector": ("Error searching Text index by vector.", "failed to search"),
    "nnClassify": ("Error classifying Text index.", "failed to classify"),
    "recompute": ("Error recomputing Text index.", "failed to recompute"),
    "computeDistance": (None, "failed to compute distance"),
    "getTexts": (None, "failed to get texts"),
    "getNamespaces": (None, "failed to get namespaces"),
    "getVector": (None, "failed to get vector for key"),
}
"""What functions say, in AssemblyScript and in Go."""
EMPTY: dict[str, Any] = {
    "computeDistance": {
        "namespace": "", "key": "", "text": "", "labels": [], "distance": 0, "score": 0,
    },
    "getText": "", "getTexts": [], "getNamespaces": [], "getVector": [], "getLabels": [],
}  # fmt: skip
"""What functions give in AssemblyScript that have no room for an error."""


async def expect_failure(
    library: Any, codes: Any, code: str | list[str], name: str, **arguments: Any
) -> None:
    """A function fails in its language's way, and the log says why."""
    result = await library.ask(name, **arguments)
    said = getattr(result, "said", result)
    as_says, go_says = SAID.get(name, (None, None))
    if name == "getText":  # of which the host gives an empty one
        assert said == ""
    elif library.is_original:
        assert said is None
    elif library.language == "golang":
        assert said == (go_says if name != "getLabels" else [])
    else:
        assert said == (as_says or EMPTY[name])
    assert codes() == ([code] if isinstance(code, str) else code)


COLLECTION = {"collection": "docs"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "upsert": entry("k", "a bike"),
    "upsertBatch": {**COLLECTION, "texts": ["a bike", "a car"]},
    "remove": {**COLLECTION, "key": "b"},
    "search": {**COLLECTION, "text": "bike"},
    "searchByVector": {**COLLECTION, "vector": [1, 0, 0, 0]},
    "nnClassify": {**COLLECTION, "text": "bike"},
    "recompute": COLLECTION,
    "computeDistance": {**COLLECTION, "key1": "b", "key2": "t"},
    "getText": {**COLLECTION, "key": "b"},
    "getTexts": COLLECTION,
    "getNamespaces": COLLECTION,
    "getVector": {**COLLECTION, "key": "b"},
    "getLabels": {**COLLECTION, "key": "b"},
}
OF_METHOD = [
    "search", "searchByVector", "nnClassify", "recompute", "computeDistance", "getVector",
]  # fmt: skip
OF_NAMESPACE = [
    "remove", "search", "searchByVector", "nnClassify", "recompute", "computeDistance", "getText",
    "getTexts", "getVector", "getLabels",
]  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
async def test_a_collection_that_is_not_in_the_manifest(library, codes, name):
    arguments = {**ARGUMENTS[name], "collection": "nothing"}
    await expect_failure(library, codes, "NO_SUCH_COLLECTION", name, **arguments)


@pytest.mark.parametrize("name", OF_METHOD)
async def test_a_search_method_that_is_not_in_the_manifest(library, codes, name):
    await fill(library)
    arguments = {**ARGUMENTS[name], "method": "nothing"}
    await expect_failure(library, codes, "NO_SUCH_SEARCH_METHOD", name, **arguments)


@pytest.mark.parametrize("name", OF_NAMESPACE)
async def test_a_namespace_that_nothing_was_stored_in(library, codes, name):
    await fill(library)
    where = {"namespaces": ["n"]} if name.startswith("search") else {"namespace": "n"}
    await expect_failure(library, codes, "NO_SUCH_NAMESPACE", name, **ARGUMENTS[name], **where)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("upsert", {"key": "k" * 1025}, "INVALID_ARGUMENT"),
        ("upsert", {"text": "x" * ((1 << 20) + 1)}, "TEXT_TOO_LARGE"),
        ("upsert", {"text": "a\0b"}, "INVALID_ARGUMENT"),
        ("upsert", {"labels": ["a"] * 101}, "INVALID_ARGUMENT"),
        ("upsert", {"text": "unspeakable"}, "EMBEDDER_FAILED"),
        ("upsertBatch", {"keys": ["k"]}, "INVALID_ARGUMENT"),
        ("upsertBatch", {"keys": ["k", "k"]}, "DUPLICATE_KEY"),
        ("upsertBatch", {"labels": [["a"]]}, "INVALID_ARGUMENT"),
        ("upsertBatch", {"texts": ["a bike", "unspeakable"]}, "EMBEDDER_FAILED"),
        ("remove", {"key": "x"}, "NO_SUCH_KEY"),
        ("search", {"limit": -1}, "INVALID_ARGUMENT"),
        ("search", {"text": "unspeakable"}, "EMBEDDER_FAILED"),
        ("searchByVector", {"limit": -1}, "INVALID_ARGUMENT"),
        ("searchByVector", {"vector": [1, 0]}, "DIMENSION_MISMATCH"),
        ("nnClassify", {"text": "unspeakable"}, "EMBEDDER_FAILED"),
        ("computeDistance", {"key1": "x"}, "NO_SUCH_KEY"),
        ("computeDistance", {"key2": "x"}, "NO_SUCH_KEY"),
    ],
)
async def test_what_cannot_be_done_fails(library, codes, name, arguments, code):
    await fill(library)
    await expect_failure(library, codes, code, name, **{**ARGUMENTS[name], **arguments})
    assert len(await library("getTexts", collection="docs")) == 3


@pytest.mark.parametrize("name", ["upsert", "upsertBatch"])
async def test_a_function_that_is_no_embedder(library, codes, name):
    arguments = {**ARGUMENTS[name], "collection": "wrong"}
    await expect_failure(library, codes, "INVALID_EMBEDDER", name, **arguments)


async def test_an_embedder_that_is_not_there_or_uses_collections(library, codes):
    arguments = {**ARGUMENTS["upsert"], "collection": "within"}
    code = "NO_SUCH_EMBEDDER" if library.is_original else ["EMBEDDER_RECURSION", "EMBEDDER_FAILED"]
    await expect_failure(library, codes, code, "upsert", **arguments)


async def test_many_texts_at_once(library):
    texts = [f"{'car ' * (n % 7)}{'bike ' * (n % 5)}{'tree ' * (n % 3)}é✨{n}" for n in range(1000)]
    keys = (await library("upsertBatch", collection="docs", texts=texts))["keys"]
    assert len(set(keys)) == 1000
    given = await library("getTexts", collection="docs")
    assert {each["key"]: each["value"] for each in given} == dict(zip(keys, texts, strict=True))
    found = await library("search", collection="docs", text="bike", limit=1000)
    distances = [each["distance"] for each in found["objects"]]
    assert len(distances) == 1000
    assert distances == sorted(distances)


async def test_calls_at_the_same_time_leave_one_text_of_a_key(library):
    calls = [library("upsert", **entry("k", f"bike {n}", str(n))) for n in range(20)]
    assert {done["keys"][0] for done in await asyncio.gather(*calls)} == {"k"}
    found = await library("search", collection="docs", text="bike")
    [object] = found["objects"]
    assert object["text"] == f"bike {object['labels'][0]}"


# The API ------------------------------------------------------------------------------------------


async def test_results_are_types_of_the_api(new_library):
    await fill(new_library)
    answer = await new_library.query(
        """{
          search(collection: "docs", method: "byMeaning", text: "bike", limit: 1, namespaces: []) {
            __typename status objects { __typename key labels score } }
          nnClassify(collection: "docs", method: "byMeaning", text: "bike", namespace: "") {
            __typename labelsResult { __typename label } cluster { __typename key } }
          distance: computeDistance(
            collection: "docs", method: "byMeaning", key1: "b", key2: "b", namespace: "") {
              __typename }
          recompute(collection: "docs", method: "byMeaning", namespace: "") { __typename }
          vector(collection: "docs", method: "byMeaning", key: "t", namespace: "")
          texts(collection: "docs", namespace: "") { key value }
        }"""
    )
    assert "errors" not in answer
    data = answer["data"]
    assert data["search"] == {
        "__typename": "CollectionSearchResult",
        "status": "success",
        "objects": [
            {
                "__typename": "CollectionSearchResultObject", "key": "b", "labels": ["vehicle"],
                "score": NEAR(1),
            }
        ],
    }  # fmt: skip
    assert data["nnClassify"] == {
        "__typename": "CollectionClassificationResult",
        "labelsResult": [{"__typename": "CollectionClassificationLabelObject", "label": "vehicle"}],
        "cluster": [{"__typename": "CollectionClassificationResultObject", "key": "b"}],
    }
    assert data["distance"] == {"__typename": "CollectionSearchResultObject"}
    assert data["recompute"] == {"__typename": "SearchMethodMutationResult"}
    assert data["vector"] == [0, 0, 1, 0]
    assert {each["key"] for each in data["texts"]} == {"b", "bc", "t"}
    changed = await new_library.query(
        """mutation {
          upsert(collection: "docs", key: "x", text: "rose", labels: [], namespace: "") {
            __typename operation keys }
        }"""
    )
    assert changed.get("errors") is None
    assert changed["data"] == {
        "upsert": {"__typename": "CollectionMutationResult", "operation": "upsert", "keys": ["x"]},
    }


async def test_embedders_are_no_part_of_the_api(library):
    answer = await library.query('{ embed(texts: ["a"]) }')
    assert "embed" in answer["errors"][0]["message"]
