"""collections: what reaches the host, and results where there are none."""

from __future__ import annotations

from typing import Any

import pytest

DONE = {"collection": "c", "status": "success", "error": ""}
FOUND = {
    "namespace": "ns", "key": "k", "text": "é✨", "labels": ["a", "b"], "distance": 0.25,
    "score": 0.75,
}  # fmt: skip
MUTATED = {**DONE, "operation": "o", "keys": ["k", "l"]}
SEARCHED = {**DONE, "searchMethod": "m", "objects": [FOUND, None, {**FOUND, "labels": None}]}
CLASSIFIED = {
    **DONE, "searchMethod": "m", "labelsResult": [{"label": "a", "confidence": 0.5}],
    "cluster": [{"key": "k", "labels": ["a", "b"], "distance": 0.25, "score": 0.75}],
}  # fmt: skip
RECOMPUTED = {**DONE, "operation": "recompute", "searchMethod": "m"}
C, CM = {"collection": "c"}, {"collection": "c", "method": "m"}
KEY, KEYS, TEXT = {"key": "k"}, {"key1": "k", "key2": "l"}, {"text": "é"}
VECTOR = [0.5, -2.0]
BATCH = {"keys": ["k"], "texts": ["t", ""], "labels": [["a", "b"], [], None]}
SOME = {"namespaces": ["en", ""], "limit": 3}
LARGEST = 2**31 - 1

CASES: list[tuple[str, dict[str, Any], tuple[Any, ...], Any]] = [
    (
        "upsertText",
        {**C, **KEY, "text": "t", "labels": ["a"]},
        ("upsert", "c", "", ["k"], ["t"], [["a"]]),
        MUTATED,
    ),
    (
        "upsertText",
        {**C, "key": None, "text": "t", "labels": None},
        ("upsert", "c", "", [], ["t"], []),
        MUTATED,
    ),
    ("upsertTexts", BATCH, ("upsert", "docs", "en", *BATCH.values()), MUTATED),
    (
        "upsertTexts",
        {"keys": None, "texts": ["t"], "labels": None},
        ("upsert", "docs", "en", [], ["t"], []),
        MUTATED,
    ),
    ("removeText", {**C, **KEY}, ("delete", "c", "en", "k"), MUTATED),
    ("searchTexts", {**CM, **TEXT}, ("search", "c", [], "m", "é", 10, False), SEARCHED),
    ("searchSome", SOME, ("search", "docs", ["en", ""], "byMeaning", "bike", 3, True), SEARCHED),
    (
        "searchSome",
        {"namespaces": None, "limit": -1},
        ("search", "docs", [], "byMeaning", "bike", -1, True),
        SEARCHED,
    ),
    ("searchAll", {}, ("search", "docs", [], "byMeaning", "bike", LARGEST, False), SEARCHED),
    (
        "searchVector",
        {**CM, "vector": VECTOR},
        ("searchByVector", "c", [], "m", VECTOR, 10, False),
        SEARCHED,
    ),
    (
        "searchSomeVector",
        {"vector": VECTOR, "namespaces": ["en"]},
        ("searchByVector", "docs", ["en"], "byMeaning", VECTOR, -1, True),
        SEARCHED,
    ),
    ("classifyText", {**CM, **TEXT}, ("classifyText", "c", "en", "m", "é"), CLASSIFIED),
    ("recomputeMethod", CM, ("recomputeIndex", "c", "en", "m"), RECOMPUTED),
    ("distanceOf", {**CM, **KEYS}, ("computeDistance", "c", "en", "m", "k", "l"), FOUND),
    ("textOf", {**C, **KEY}, ("getText", "c", "", "k"), "é✨"),
    ("namespacesOf", C, ("getNamespaces", "c"), ["", "en"]),
    ("vectorOf", {**CM, **KEY}, ("getVector", "c", "en", "m", "k"), VECTOR),
    ("labelsOf", {**C, **KEY}, ("getLabels", "c", "en", "k"), ["a", "b"]),
]


@pytest.mark.parametrize(("function", "arguments", "call", "answer"), CASES)
async def test_what_reaches_the_host_and_what_comes_back(
    app, host, function, arguments, call, answer
):
    name = f"modus_collections.{call[0]}"
    host.answers[name] = answer
    assert await app.call(function, **arguments) == answer
    assert host.calls == [(name, *call[1:])]


async def test_all_texts(app, host):
    dump = "modus_collections.dumpTexts"
    host.answers[dump] = {"k": "é✨", "": "", "a": "1"}
    assert await app.call("textsOf", collection="c") == [
        {"key": "", "value": ""},
        {"key": "a", "value": "1"},
        {"key": "k", "value": "é✨"},
    ]
    host.answers[dump] = {}
    assert await app.call("textsOf", collection="c") == []
    assert host.calls == [(dump, "c", "en")] * 2


FAILURES = {
    "upsert": "failed to upsert",
    "delete": "failed to delete",
    "search": "failed to search",
    "searchByVector": "failed to search",
    "classifyText": "failed to classify",
    "recomputeIndex": "failed to recompute",
    "computeDistance": "failed to compute distance",
    "getText": "failed to get text for key",
    "getNamespaces": "failed to get namespaces",
    "getVector": "failed to get vector for key",
}


@pytest.mark.parametrize(
    ("function", "arguments", "call"), [case[:3] for case in CASES if case[2][0] in FAILURES]
)
async def test_nothing_from_the_host_is_an_error(app, host, function, arguments, call):
    host.answers[f"modus_collections.{call[0]}"] = None
    assert await app.error(function, **arguments) == FAILURES[call[0]]


async def test_nothing_from_the_host_for_texts_and_labels(app, host):
    host.answers = dict.fromkeys(("modus_collections.dumpTexts", "modus_collections.getLabels"))
    assert await app.error("textsOf", collection="c") == "failed to get texts"
    assert await app.call("labelsOf", collection="c", key="k") == []


async def test_failures_that_the_host_tells_are_results(app, host):
    told = {**MUTATED, "status": "error", "error": "é", "keys": None}
    host.answers["modus_collections.delete"] = told
    assert await app.call("removeText", collection="c", key="k") == told


COLLECTION, METHOD = "collection name is required", "search method is required"


@pytest.mark.parametrize(
    ("function", "arguments", "missing", "error"),
    [
        ("upsertText", {**C, **KEY, **TEXT, "labels": None}, "collection", COLLECTION),
        ("upsertText", {**C, **KEY, **TEXT, "labels": None}, "text", "text is required"),
        ("removeText", {**C, **KEY}, "collection", COLLECTION),
        ("removeText", {**C, **KEY}, "key", "key is required"),
        ("searchTexts", {**CM, **TEXT}, "collection", COLLECTION),
        ("searchTexts", {**CM, **TEXT}, "method", METHOD),
        ("searchTexts", {**CM, **TEXT}, "text", "text is required"),
        ("searchVector", {**CM, "vector": VECTOR}, "collection", COLLECTION),
        ("searchVector", {**CM, "vector": VECTOR}, "method", METHOD),
        ("classifyText", {**CM, **TEXT}, "collection", COLLECTION),
        ("classifyText", {**CM, **TEXT}, "method", METHOD),
        ("classifyText", {**CM, **TEXT}, "text", "text is required"),
        ("recomputeMethod", CM, "collection", COLLECTION),
        ("recomputeMethod", CM, "method", METHOD),
        ("distanceOf", {**CM, **KEYS}, "method", METHOD),
        ("distanceOf", {**CM, **KEYS}, "key1", "key1 is required"),
        ("distanceOf", {**CM, **KEYS}, "key2", "key2 is required"),
        ("textOf", {**C, **KEY}, "collection", COLLECTION),
        ("textOf", {**C, **KEY}, "key", "key is required"),
        ("textsOf", C, "collection", COLLECTION),
        ("namespacesOf", C, "collection", COLLECTION),
        ("vectorOf", {**CM, **KEY}, "method", METHOD),
        ("vectorOf", {**CM, **KEY}, "key", "key is required"),
        ("labelsOf", {**C, **KEY}, "collection", COLLECTION),
        ("labelsOf", {**C, **KEY}, "key", "key is required"),
    ],
)
async def test_what_is_missing_does_not_reach_the_host(
    app, host, function, arguments, missing, error
):
    assert await app.error(function, **{**arguments, missing: ""}) == error
    assert host.calls == []


@pytest.mark.parametrize("texts", [None, []])
async def test_no_texts(app, host, texts):
    error = await app.error("upsertTexts", keys=None, texts=texts, labels=None)
    assert error == "texts is empty"
    assert host.calls == []


async def test_an_empty_vector_is_both_an_error_and_a_result(app, host):
    told = await app.call("searchNoVector")
    assert [*told.values()] == [
        '{"Collection":"docs","Status":"error","Error":"vector is required",'
        '"SearchMethod":"byMeaning","Objects":null}',
        "vector is required",
    ]
    assert host.calls == []
