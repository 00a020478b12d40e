"""collections: texts with metadata, and searches with conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest

CALL = "atoll_collections.call"
METADATA = {"year": 1 << 60, "tags": ["é✨", '"}'], "more": {"n": None}}
ENTRY = {"namespace": "en", "key": "k", "text": "é✨", "labels": ["a", "b"], "metadata": METADATA}
MATCH = {**ENTRY, "distance": 0.25, "score": 0.75}
FOUND = {
    "collection": "c", "status": "success", "error": "", "searchMethod": "m",
    "objects": [MATCH, {**MATCH, "labels": [], "metadata": {}}],
}  # fmt: skip
DEFAULTS = {
    "collection": "docs", "namespaces": [], "searchMethod": "", "limit": 10, "returnText": True,
    "filter": None,
}  # fmt: skip
ONE_ENTRY = {"namespace": "", "key": "", "text": "t", "labels": None, "metadata": ""}


def said(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def with_metadata_as_text(value: Any) -> Any:
    """What the guest gives of what the host has."""
    return {**value, "metadata": said(value["metadata"])}


MATCHES = [with_metadata_as_text(each) for each in FOUND["objects"]]


def asked(host: Any) -> tuple[str, Any]:
    """The operation of the only call, and its request."""
    [(name, operation, payload)] = host.calls
    assert name == CALL
    return operation, json.loads(payload)


async def test_entries_reach_the_host_with_their_metadata(app, host):
    host.answers[CALL] = said({"ok": {"operation": "upsert", "keys": ["k", "l"]}})
    entries = [
        {**ONE_ENTRY, "key": "k", "labels": ["a"], "metadata": ' {"year": 1.50} '},
        {**ONE_ENTRY, "key": "l", "text": '<✨"', "namespace": "elsewhere"},
    ]
    assert await app.call("upsertEntries", collection="c", entries=entries) == ["k", "l"]
    assert asked(host) == (
        "upsert",
        {
            "collection": "c", "namespace": "en", "keys": ["k", "l"], "texts": ["t", '<✨"'],
            "labels": [["a"], []], "metadata": [{"year": 1.5}, {}],
        },
    )  # fmt: skip


async def test_metadata_of_a_struct(app, host):
    host.answers[CALL] = said({"ok": {"keys": ["made"]}})
    about = {"year": 1 << 60, "tags": ['<✨"']}
    assert await app.call("upsertAbout", about=about) == ["made"]
    request = asked(host)[1]
    assert (request["keys"], request["metadata"]) == ([], [about])


async def test_an_entry(app, host):
    host.answers[CALL] = said({"ok": ENTRY})
    entry = await app.call("entryOf", collection="c", key="k")
    assert entry == with_metadata_as_text(ENTRY)
    assert asked(host) == ("entry", {"collection": "c", "namespace": "", "key": "k"})
    about = await app.call("aboutOf", key="k")
    assert about == {"year": 1 << 60, "tags": ["é✨", '"}']}


async def test_no_entry(app, host):
    host.answers[CALL] = said({"ok": None})
    assert await app.call("entryOf", collection="c", key="k") is None


async def test_a_search_with_defaults(app, host):
    host.answers[CALL] = said({"ok": FOUND})
    assert await app.call("findTexts", collection="docs", text='<✨"') == MATCHES
    assert asked(host) == ("search", {**DEFAULTS, "text": '<✨"'})


async def test_a_search_by_vector(app, host):
    host.answers[CALL] = said({"ok": FOUND})
    assert await app.call("findNear", collection="docs", vector=[0.1, -1]) == MATCHES
    operation, request = asked(host)
    assert operation == "searchByVector"
    assert request.pop("vector") == pytest.approx([0.1, -1], rel=1e-7)
    assert request == DEFAULTS


@pytest.mark.parametrize("where", ["", '{"a":{"in":[1,"✨"]}}'])
async def test_a_search_with_options(app, host, where):
    host.answers[CALL] = said({"ok": {**FOUND, "objects": []}})
    assert await app.call("findSome", mode="hybrid", where=where) == []
    assert asked(host)[1] == {
        "collection": "docs", "namespaces": ["en", ""], "searchMethod": "byMeaning",
        "text": "bike", "limit": 3, "returnText": False, "mode": "hybrid",
        "filter": json.loads(where) if where else None,
    }  # fmt: skip


async def test_a_condition_of_values(app, host):
    host.answers[CALL] = said({"ok": FOUND})
    await app.call("findSince", year=1 << 60)
    assert asked(host)[1]["filter"] == {
        "year": {"gte": 1 << 60},
        "not": {"tags": {"contains": "<é>"}},
    }


async def test_what_is_not_json_does_not_reach_the_host(app, host):
    error = await app.error("findSome", mode="text", where='{"a":1},"limit":100')
    assert error.startswith("could not write the request as JSON: ")
    entries = [{**ONE_ENTRY, "metadata": '{}], "texts": ["u"'}]
    error = await app.error("upsertEntries", collection="c", entries=entries)
    assert error.startswith("could not write the request as JSON: ")
    assert host.calls == []


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("upsertEntries", {"collection": "c", "entries": [ONE_ENTRY]}),
    ("findTexts", {"collection": "c", "text": "t"}),
    ("findNear", {"collection": "c", "vector": [1]}),
    ("entryOf", {"collection": "c", "key": "k"}),
]


@pytest.mark.parametrize(("function", "arguments"), CALLS)
async def test_what_the_host_refuses_is_the_error(app, host, function, arguments):
    refusal = {"code": "NO_SUCH_COLLECTION", "message": "no ✨", "hint": None}
    host.answers[CALL] = said({"error": refusal})
    assert await app.error(function, **arguments) == "no ✨"


@pytest.mark.parametrize(("function", "arguments"), CALLS)
async def test_no_answer_is_an_error(app, host, function, arguments):
    host.answers[CALL] = None
    assert await app.error(function, **arguments) == "no answer from the host"


@pytest.mark.parametrize(("hint", "told"), [("look", "look"), (None, "")])
async def test_an_error_has_a_code_and_a_hint(app, host, hint, told):
    host.answers[CALL] = said({"error": {"code": "STORE_FULL", "message": "é", "hint": hint}})
    assert await app.call("codeOf") == ["STORE_FULL", "é", told]


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        *((name, {**with_all, "collection": ""}, "collection name") for name, with_all in CALLS),
        ("findTexts", {"collection": "c", "text": ""}, "text"),
        ("findNear", {"collection": "c", "vector": None}, "vector"),
        ("entryOf", {"collection": "c", "key": ""}, "key"),
    ],
)
async def test_what_is_missing_does_not_reach_the_host(app, host, function, arguments, error):
    assert await app.error(function, **arguments) == f"{error} is required"
    assert host.calls == []
