"""Collections, from functions in AssemblyScript and Go down to the store: beyond the original."""

from __future__ import annotations

import json
from typing import Any

import pytest

METADATA = {
    "b": {"year": 2020, "author": {"name": "Ada"}},
    "o": {"year": 1990, "author": {"name": "Bob"}},
    "t": {"year": 2021},
    "n": {},
}


def entry(key: str, text: str, *labels: str) -> dict[str, Any]:
    metadata = json.dumps(METADATA[key]) if METADATA.get(key) else ""
    return {
        "namespace": "", "key": key, "text": text, "labels": list(labels), "metadata": metadata,
    }  # fmt: skip


ENTRIES = [
    entry("b", "a bike <é✨>", "new"),
    entry("o", "an old bike", "old"),
    entry("t", "a tree"),
    entry("n", "a rose"),
]


@pytest.fixture
async def library(new_library: Any) -> Any:
    await new_library("upsertEntries", collection="docs", entries=ENTRIES)
    return new_library


def matches(library: Any, result: Any) -> Any:
    return result if library.language == "golang" else result["objects"]


def found(library: Any, result: Any) -> list[str]:
    return [each["key"] for each in matches(library, result)]


async def test_entries_give_their_keys(new_library):
    result = await new_library("upsertEntries", collection="docs", entries=ENTRIES, namespace="n")
    keys = result if new_library.language == "golang" else result["keys"]
    assert keys == ["b", "o", "t", "n"]
    without = [{**each, "key": ""} for each in ENTRIES]
    result = await new_library("upsertEntries", collection="docs", entries=without)
    keys = result if new_library.language == "golang" else result["keys"]
    assert len(set(keys)) == 4
    assert await new_library("getText", collection="docs", key=keys[2]) == "a tree"


@pytest.mark.parametrize("stored", ENTRIES)
async def test_an_entry_comes_back_as_it_was(library, stored):
    given = await library("getEntry", collection="docs", key=stored["key"])
    metadata = json.loads(given.pop("metadata"))
    assert metadata == METADATA[stored["key"]]
    assert given == {key: value for key, value in stored.items() if key != "metadata"}


async def test_the_largest_limit_stands_for_all(library):
    result = await library("find", collection="docs", text="bike", limit=2_147_483_647)
    assert len(matches(library, result)) == len(METADATA)


async def test_no_entry_of_a_key_that_is_not_there(library):
    assert await library("getEntry", collection="docs", key="x") is None


async def test_matches_have_their_metadata(library):
    result = await library("find", collection="docs", text="bike", limit=1)
    [match] = matches(library, result)
    assert json.loads(match.pop("metadata")) == METADATA["b"]
    assert match == {
        "namespace": "", "key": "b", "text": "a bike <é✨>", "labels": ["new"],
        "distance": pytest.approx(0, abs=1e-6), "score": pytest.approx(1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ({}, "b o t n"),
        ({"year": 2020}, "b"),
        ({"year": {"gte": 2000}}, "b t"),
        ({"year": {"exists": False}}, "n"),
        ({"author.name": {"in": ["Ada", "Bob"]}}, "b o"),
        ({"not": {"$labels": {"contains": "old"}}}, "b t n"),
        ({"or": [{"$key": "n"}, {"year": {"lt": 2000}}]}, "o n"),
        ({"year": "2020"}, ""),
    ],
)
async def test_only_texts_that_fulfil_the_condition_are_found(library, where, keys):
    text = json.dumps(where)
    result = await library("find", collection="docs", text="bike", where=text)
    assert sorted(found(library, result)) == sorted(keys.split())
    vector = [1, 0, 0, 0]
    result = await library("findByVector", collection="docs", vector=vector, where=text)
    assert sorted(found(library, result)) == sorted(keys.split())


async def test_a_condition_that_the_function_makes(library):
    since = await library("findSince", year=1980)
    assert [each["key"] for each in since] == ["b", "t"]


@pytest.mark.parametrize(
    ("text", "mode", "keys"),
    [
        ("old rose", "vector", ["n", "b"]),
        ("OLD", "text", ["o"]),
        ("old rose", "hybrid", ["n", "o"]),
        ("no such word", "text", []),
    ],
)
async def test_searches_by_meaning_by_words_and_by_both(library, text, mode, keys):
    result = await library("find", collection="docs", text=text, mode=mode, limit=2)
    assert found(library, result) == keys


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("find", {"collection": "nothing", "text": "bike"}, "NO_SUCH_COLLECTION"),
        ("find", {"text": "bike", "where": '{"year": {"like": 1}}'}, "INVALID_FILTER"),
        ("find", {"text": "bike", "mode": "magic"}, "INVALID_ARGUMENT"),
        ("find", {"text": "bike", "limit": -1}, "INVALID_ARGUMENT"),
        ("find", {"text": "unspeakable"}, "EMBEDDER_FAILED"),
        ("findByVector", {"vector": [1]}, "DIMENSION_MISMATCH"),
        ("findByVector", {"vector": [1], "collection": "nothing"}, "NO_SUCH_COLLECTION"),
        ("getEntry", {"key": "b", "namespace": "x"}, "NO_SUCH_NAMESPACE"),
        ("upsertEntries", {"entries": [entry("x", "unspeakable")]}, "EMBEDDER_FAILED"),
        ("upsertEntries", {"entries": [entry("b", "x"), entry("b", "y")]}, "DUPLICATE_KEY"),
        ("upsertEntries", {"entries": [{**entry("b", "x"), "metadata": "[1]"}]}, "BAD_REQUEST"),
    ],
)
async def test_functions_learn_why_something_failed(library, name, arguments, code):
    outcome = await library.outcome(name, **{"collection": "docs", **arguments})
    [error] = outcome.errors
    assert error.message
    if library.language == "golang":
        assert error.message.startswith(f"{code}: ")
        assert outcome.failed
    elif name == "getEntry":
        assert outcome.value is None
    else:
        value = outcome.value
        assert (value["status"], value["code"], value["error"]) == ("error", code, error.message)
    assert await library("getText", collection="docs", key="b") == "a bike <é✨>"


async def test_entries_and_matches_are_types_of_the_api(library):
    entries = '{namespace: "", key: "x", text: "car", labels: [], metadata: "{}"}'
    is_go = library.language == "golang"
    added = await library.query(
        'mutation { upsertEntries(collection: "docs", namespace: "", entries: [' + entries + "])"
        + ("" if is_go else " { __typename keys code }") + " }"
    )  # fmt: skip
    assert added.get("errors") is None
    keys = added["data"]["upsertEntries"]
    assert keys == ["x"] or keys == {
        "__typename": "CollectionEntriesResult", "keys": ["x"], "code": "",
    }  # fmt: skip
    match = "{ __typename key metadata }"
    answer = await library.query(
        '{ find(collection: "docs", text: "tree", where: "", mode: "vector", limit: 1) '
        + (match if is_go else "{ __typename objects " + match + " }")
        + ' entry(collection: "docs", key: "t", namespace: "") { __typename key } }'
    )
    assert answer.get("errors") is None
    [given] = matches(library, answer["data"]["find"])
    assert given == {"__typename": "CollectionMatch", "key": "t", "metadata": '{"year":2021}'}
    assert answer["data"]["entry"] == {"__typename": "CollectionEntry", "key": "t"}
