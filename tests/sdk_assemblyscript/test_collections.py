"""Collections: what reaches the host, and results where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.core.call import ERROR

OPERATIONS = (
    "upsert", "delete", "search", "searchByVector", "classifyText", "recomputeIndex",
    "computeDistance", "getText", "dumpTexts", "getNamespaces", "getVector", "getLabels",
)  # fmt: skip


@pytest.fixture(scope="module")
def collections(recorder: Any) -> Any:
    return recorder


@pytest.fixture(autouse=True)
def fresh(collections: Any) -> None:
    collections.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, collections: Any, request) -> Any:
    host = {f"modus_collections.{name}": collections.operation(name) for name in OPERATIONS}
    return run_app("collections", release=request.param, host=host)


DONE = {"collection": "c", "status": "success", "error": ""}
FOUND = {
    "namespace": "ns", "key": "k", "text": "✨", "labels": ["a", "b"], "distance": 0.25,
    "score": 0.75,
}  # fmt: skip
NOTHING = {"namespace": "", "key": "", "text": "", "labels": [], "distance": 0, "score": 0}
MUTATED = {**DONE, "operation": "o", "keys": ["k", "l"]}
SEARCHED = {**DONE, "searchMethod": "m", "objects": [FOUND, FOUND]}
CLASSIFIED = {
    **DONE, "searchMethod": "m", "labelsResult": [{"label": "a", "confidence": 0.5}],
    "cluster": [{"key": "k", "labels": ["a", "b"], "distance": 0.25, "score": 0.75}],
}  # fmt: skip
RECOMPUTED = {**DONE, "operation": "recompute", "searchMethod": "m"}

CASES: dict[str, tuple[dict[str, Any], tuple[Any, ...], Any]] = {
    "upsert": (
        {"collection": "c", "key": "k", "text": "t"},
        ("upsert", "c", "", ["k"], ["t"], []),
        MUTATED,
    ),
    "upsertBatch": (
        {"collection": "c", "texts": ["t", "u"]},
        ("upsert", "c", "", [], ["t", "u"], []),
        MUTATED,
    ),
    "remove": ({"collection": "c", "key": "k"}, ("delete", "c", "", "k"), MUTATED),
    "search": (
        {"collection": "c", "method": "m", "text": "t"},
        ("search", "c", [], "m", "t", 3, False),
        SEARCHED,
    ),
    "searchByVector": (
        {"collection": "c", "method": "m", "vector": [0.5, -1]},
        ("searchByVector", "c", [], "m", [0.5, -1], 3, False),
        SEARCHED,
    ),
    "nnClassify": (
        {"collection": "c", "method": "m", "text": "t"},
        ("classifyText", "c", "", "m", "t"),
        CLASSIFIED,
    ),
    "recompute": (
        {"collection": "c", "method": "m"},
        ("recomputeIndex", "c", "", "m"),
        RECOMPUTED,
    ),
    "distance": (
        {"collection": "c", "method": "m", "key1": "k", "key2": "l"},
        ("computeDistance", "c", "", "m", "k", "l"),
        FOUND,
    ),
    "similarity": (
        {"collection": "c", "method": "m", "key1": "k", "key2": "l"},
        ("computeDistance", "c", "", "m", "k", "l"),
        FOUND,
    ),
    "getText": ({"collection": "c", "key": "k"}, ("getText", "c", "", "k"), "✨"),
    "getTexts": ({"collection": "c"}, ("dumpTexts", "c", ""), {"k": "t", "l": ""}),
    "getNamespaces": ({"collection": "c"}, ("getNamespaces", "c"), ["", "ns"]),
    "getVector": (
        {"collection": "c", "method": "m", "key": "k"},
        ("getVector", "c", "", "m", "k"),
        [0.5, -0.25],
    ),
    "getLabels": ({"collection": "c", "key": "k"}, ("getLabels", "c", "", "k"), ["a"]),
}
"""The arguments of each function, how they reach the host, and what it may answer."""

EMPTY: dict[str, Any] = {
    "distance": NOTHING, "similarity": NOTHING, "getText": "", "getTexts": [],
    "getNamespaces": [], "getVector": [], "getLabels": [],
}  # fmt: skip
"""What functions without an error in their results give in its place."""


@pytest.mark.parametrize("function", CASES)
async def test_what_reaches_the_host_and_comes_back(app, collections, function):
    arguments, call, answer = CASES[function]
    collections.answer = answer
    result = await app.call(function, **arguments)
    if function == "getTexts":
        result = {entry["key"]: entry["value"] for entry in result}
    assert result == answer
    assert collections.calls == [call]
    assert app.logs == []


@pytest.mark.parametrize(
    ("function", "call", "answer", "result"),
    [
        ("upsertFull", ("upsert", "c", "ns", ["k"], ["t"], [["l", "m"]]), MUTATED, True),
        (
            "upsertBatchFull",
            ("upsert", "c", "ns", ["k", "l"], ["t", "✨"], [["a"], []]),
            MUTATED,
            ["k", "l"],
        ),
        ("removeFull", ("delete", "c", "ns", "k"), MUTATED, "success"),
        ("searchFull", ("search", "c", ["", "ns"], "m", "t", -1, True), SEARCHED, [FOUND, FOUND]),
        (
            "searchByVectorFull",
            ("searchByVector", "c", ["ns"], "m", [0.5, -1], 1, True),
            {**SEARCHED, "status": "error"},
            False,
        ),
        (
            "nnClassifyFull",
            ("classifyText", "c", "ns", "m", "t"),
            CLASSIFIED,
            "a 0.5 k a,b 0.25 0.75",
        ),
        ("recomputeFull", ("recomputeIndex", "c", "ns", "m"), RECOMPUTED, True),
        ("distanceFull", ("computeDistance", "c", "ns", "m", "k", "l"), FOUND, 0.25),
        ("similarityFull", ("computeDistance", "c", "ns", "m", "k", "l"), FOUND, 0.75),
        ("getTextFull", ("getText", "c", "ns", "k"), "t", "t"),
        ("getTextsFull", ("dumpTexts", "c", "ns"), {"a": "b"}, 1),
        ("getVectorFull", ("getVector", "c", "ns", "m", "k"), [0.5], 0.5),
        ("getLabelsFull", ("getLabels", "c", "ns", "k"), ["a", "b"], "a+b"),
    ],
)
async def test_with_all_arguments(app, collections, function, call, answer, result):
    collections.answer = answer
    assert await app.call(function) == result
    assert collections.calls == [call]


@pytest.mark.parametrize("key", [None, ""])
async def test_a_text_without_a_key(app, collections, key):
    await app.call("upsert", collection="c", key=key, text="t")
    assert collections.calls == [("upsert", "c", "", [], ["t"], [])]


def failure(function: str, arguments: dict[str, Any], error: str) -> Any:
    if function in EMPTY:
        return EMPTY[function]
    answer = CASES[function][2]
    empty = {key: [] if isinstance(value, list) else "" for key, value in answer.items()}
    if "searchMethod" in empty:
        empty["searchMethod"] = arguments["method"]
    return {**empty, "collection": arguments["collection"], "status": "error", "error": error}


NAMES = {
    "collection": "Collection", "method": "Search method", "text": "Text", "texts": "Texts",
    "key": "Key", "key1": "Key", "key2": "Key", "vector": "Vector",
}  # fmt: skip


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (function, argument)
        for function, (arguments, _, _) in CASES.items()
        for argument in arguments
        if (function, argument) != ("upsert", "key")
    ],
)
async def test_an_empty_argument_does_not_reach_the_host(app, collections, function, argument):
    given = CASES[function][0]
    arguments = {**given, argument: type(given[argument])()}
    error = f"{NAMES[argument]} is empty."
    assert await app.call(function, **arguments) == failure(function, arguments, error)
    assert collections.calls == []
    assert app.logs == [(ERROR, error)]


@pytest.mark.parametrize("function", CASES)
async def test_no_answer_becomes_an_error_or_an_empty_result(app, collections, function):
    arguments, call, _ = CASES[function]
    result = await app.call(function, **arguments)
    error = "" if function in EMPTY else result["error"]
    assert result == failure(function, arguments, error)
    assert collections.calls == [call]
    if function not in EMPTY:
        assert error.startswith("Error ")
        assert app.logs == [(ERROR, error)]


async def test_results_can_be_written_as_literals(app):
    assert await app.call("literals") == "true false k success error"
