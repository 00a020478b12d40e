"""Collections: texts with metadata, and searches with conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import ERROR
from atoll.guest.failure import GuestFailure


@pytest.fixture(scope="module")
def collections(recorder: Any) -> Any:
    return recorder


@pytest.fixture(autouse=True)
def fresh(collections: Any) -> None:
    collections.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, collections: Any, request) -> Any:
    host = {"atoll_collections.call": collections.operation("call")}
    return run_app("collections", release=request.param, host=host)


DONE = {"collection": "c", "status": "success", "error": "", "code": "", "hint": ""}
METADATA = {"year": 2020, "tags": ["✨", '"}'], "more": {"n": None}}
ENTRY = {"namespace": "ns", "key": "k", "text": "✨", "labels": ["a", "b"], "metadata": METADATA}
MATCH = {**ENTRY, "distance": 0.25, "score": 0.75}
FOUND = {
    "collection": "c", "status": "success", "error": "", "searchMethod": "m",
    "objects": [MATCH, {**MATCH, "labels": [], "metadata": {}}],
}  # fmt: skip
DEFAULTS = {"collection": "c", "namespaces": [], "searchMethod": "", "limit": 10}
ONE_ENTRY = {"namespace": "", "key": "", "text": "t", "labels": [], "metadata": ""}


def asked(collections: Any) -> tuple[str, Any]:
    """The operation of the only call, and its request."""
    [(_, operation, payload)] = collections.calls
    return operation, json.loads(payload)


def with_metadata_as_text(value: Any) -> Any:
    """What the guest gives of what the host has."""
    if isinstance(value, list):
        return [with_metadata_as_text(each) for each in value]
    return {
        **value,
        "metadata": json.dumps(value["metadata"], ensure_ascii=False, separators=(",", ":")),
    }


def said(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


async def test_entries_reach_the_host_with_their_metadata(app, collections):
    collections.answer = said({"ok": {"operation": "upsert", "keys": ["k", "l"]}})
    entries = [
        {**ONE_ENTRY, "key": "k", "labels": ["a"], "metadata": ' {"year": 1.50} '},
        {**ONE_ENTRY, "key": "l", "text": '✨"', "namespace": "elsewhere"},
    ]
    result = await app.call("upsertEntries", collection="c", entries=entries)
    assert result == {**DONE, "operation": "upsert", "keys": ["k", "l"]}
    assert asked(collections) == (
        "upsert",
        {
            "collection": "c", "namespace": "ns", "keys": ["k", "l"], "texts": ["t", '✨"'],
            "labels": [["a"], []], "metadata": [{"year": 1.5}, {}],
        },
    )  # fmt: skip
    assert app.logs == []


@pytest.mark.parametrize(("key", "keys"), [("", []), ("k", ["k"])])
async def test_metadata_of_a_class(app, collections, key, keys):
    collections.answer = said({"ok": {"keys": ["made"]}})
    assert await app.call("upsertAbout", key=key) == ["made"]
    request = asked(collections)[1]
    assert (request["keys"], request["labels"]) == (keys, [["a"]])
    assert request["metadata"] == [{"year": 2020, "tags": ['✨"']}]


@pytest.mark.parametrize("metadata", ['{"a"', '{}], "texts": ["u"', "{} {}", "'"])
async def test_metadata_that_is_not_json_does_not_reach_the_host(app, collections, metadata):
    with pytest.raises(GuestFailure):
        await app.call(
            "upsertEntries", collection="c", entries=[{**ONE_ENTRY, "metadata": metadata}]
        )
    assert collections.calls == []


async def test_an_entry(app, collections):
    collections.answer = said({"ok": ENTRY})
    assert await app.call("getEntry", collection="c", key="k") == with_metadata_as_text(ENTRY)
    assert asked(collections) == ("entry", {"collection": "c", "namespace": "", "key": "k"})
    assert await app.call("getAbout") == '2020 ✨,"}'


async def test_no_entry(app, collections):
    collections.answer = said({"ok": None})
    assert await app.call("getEntry", collection="c", key="k") is None
    assert app.logs == []


async def test_a_search_with_defaults(app, collections):
    collections.answer = said({"ok": FOUND})
    result = await app.call("find", collection="c", text='✨"')
    assert result == {
        **DONE, "searchMethod": "m", "objects": with_metadata_as_text(FOUND["objects"])
    }  # fmt: skip
    assert asked(collections) == ("search", {**DEFAULTS, "text": '✨"', "mode": "vector"})
    assert await app.call("findAbout") == 2020


async def test_a_search_by_vector_with_defaults(app, collections):
    collections.answer = said({"ok": {**FOUND, "objects": []}})
    result = await app.call("findByVector", collection="c", vector=[0.1, -1])
    assert result == {**DONE, "searchMethod": "m", "objects": []}
    operation, request = asked(collections)
    assert operation == "searchByVector"
    assert request.pop("vector") == pytest.approx([0.1, -1], rel=1e-7)
    assert request == DEFAULTS


@pytest.mark.parametrize("where", ["", '{"a":{"in":[1,"✨"]}}'])
async def test_a_search_with_options(app, collections, where):
    collections.answer = said({"ok": FOUND})
    assert len(await app.call("findSome", mode="hybrid", json=where)) == 2
    operation, request = asked(collections)
    assert operation == "search"
    assert request == {
        "collection": "c", "namespaces": ["", "ns"], "searchMethod": "m", "text": "t",
        "limit": -1, "mode": "hybrid", **({"filter": json.loads(where)} if where else {}),
    }  # fmt: skip


async def test_a_search_by_vector_with_options(app, collections):
    collections.answer = said({"ok": FOUND})
    assert (await app.call("findNearSome", mode="vector"))["status"] == "success"
    assert asked(collections)[1] == {
        **DEFAULTS, "vector": [0.5, -1], "limit": 2, "filter": {"y": {"exists": True}}
    }  # fmt: skip


async def test_conditions(app):
    member = 'ye"ar'
    assert [json.loads(each) for each in await app.call("conditions")] == [
        {member: {"eq": '✨"'}},
        {member: {"ne": None}},
        {member: {"lt": 1.5}},
        {member: {"lte": -1}},
        {member: {"gt": 2}},
        {member: {"gte": 1 << 40}},
        {member: {"in": ["a", "b"]}},
        {member: {"notIn": [1, 2]}},
        {member: {"contains": True}},
        {member: {"exists": True}},
        {member: {"exists": False}},
        {"and": [
            {member: {"eq": 1}},
            {"or": [{member: {"eq": 2}}, {"not": {member: {"eq": 3}}}]},
        ]},
        {"a": 1},
    ]  # fmt: skip


async def test_a_condition_that_is_not_json_does_not_reach_the_host(app, collections):
    with pytest.raises(GuestFailure):
        await app.call("findSome", mode="text", json='{"a":1},"limit":100')
    assert collections.calls == []


REFUSALS = [
    ({"code": "NO_SUCH_COLLECTION", "message": "no ✨", "hint": "look"}, "look"),
    ({"code": "STORE_FULL", "message": "full", "hint": None}, ""),
]
CALLS: dict[str, dict[str, Any]] = {
    "upsertEntries": {"collection": "c", "entries": [ONE_ENTRY]},
    "find": {"collection": "c", "text": "t"},
    "findByVector": {"collection": "c", "vector": [1]},
    "getEntry": {"collection": "c", "key": "k"},
}


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize(("refusal", "hint"), REFUSALS)
async def test_what_the_host_refuses_is_told(app, collections, function, refusal, hint):
    collections.answer = said({"error": refusal})
    result = await app.call(function, **CALLS[function])
    assert app.logs == [(ERROR, refusal["message"])]
    if function == "getEntry":
        assert result is None
    else:
        told = {"status": "error", "error": refusal["message"], "hint": hint}
        assert {**result, **told, "code": refusal["code"]} == result


@pytest.mark.parametrize("answer", [None, ""])
@pytest.mark.parametrize("function", CALLS)
async def test_no_answer_is_an_error(app, collections, function, answer):
    collections.answer = answer
    result = await app.call(function, **CALLS[function])
    assert app.logs == [(ERROR, "The host gave no answer.")]
    if function != "getEntry":
        assert (result["status"], result["error"]) == ("error", "The host gave no answer.")


KEYED = {**ONE_ENTRY, "key": "k"}


@pytest.mark.parametrize(
    ("function", "argument", "error"),
    [
        *((function, {"collection": ""}, "Collection is empty.") for function in CALLS),
        ("upsertEntries", {"entries": []}, "Entries is empty."),
        (
            "upsertEntries",
            {"entries": [ONE_ENTRY, KEYED]},
            "Some entries have a key, and others have none.",
        ),
        ("find", {"text": ""}, "Text is empty."),
        ("findByVector", {"vector": []}, "Vector is empty."),
        ("getEntry", {"key": ""}, "Key is empty."),
    ],
)
async def test_an_argument_that_is_of_no_use_does_not_reach_the_host(
    app, collections, function, argument, error
):
    result = await app.call(function, **{**CALLS[function], **argument})
    assert collections.calls == []
    assert app.logs == [(ERROR, error)]
    if function == "getEntry":
        assert result is None
    else:
        assert (result["status"], result["error"]) == ("error", error)


async def test_a_vector_is_not_searched_by_words(app, collections):
    result = await app.call("findNearSome", mode="hybrid")
    assert (result["status"], collections.calls) == ("error", [])
    assert result["error"] == "A vector can be found by meaning only."
