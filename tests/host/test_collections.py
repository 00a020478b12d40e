"""Collections as guests reach them: by JSON, by imports that have values, by JSON in an import."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.collections.errors import CollectionError
from atoll.collections.types import Classification, Found, LabelShare, Neighbour, StoredText
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.streams import Streams

FOUND = Found("en", "k", "é✨", ("a", "b"), {"year": 2020, "tags": ["x"]}, 0.25, 0.75)
STORED = StoredText(7, "en", "k", "é✨", ("a", "b"), {"year": 2020})
CLASSES = Classification(
    (LabelShare("a", 0.75), LabelShare("b", 0.25)), (Neighbour("k", ("a", "b"), 0.25, 0.75),)
)


class ScriptedCollections:
    """``failure`` is raised by all of its methods."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.failure: Exception | None = None
        self.stored: StoredText | None = STORED
        self.found: list[Found] = [FOUND]
        self.vector_: list[float] | None = [0.5, -0.25]

    async def upsert(
        self,
        collection: str,
        namespace: str,
        keys: Sequence[str],
        texts: Sequence[str],
        labels: Sequence[Sequence[str]] = (),
        metadata: Sequence[Mapping[str, Any]] = (),
    ) -> list[str]:
        self._ask("upsert", collection, namespace, keys, texts, labels, metadata)
        return list(keys) or [f"made-{number}" for number, _ in enumerate(texts)]

    async def remove(self, collection: str, namespace: str, key: str) -> None:
        self._ask("remove", collection, namespace, key)

    async def search(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        text: str,
        limit: int,
        *,
        mode: Any = "vector",
        filter: Any = None,
    ) -> list[Found]:
        self._ask("search", collection, namespaces, method, text, limit, mode, filter)
        return self.found

    async def search_by_vector(
        self,
        collection: str,
        namespaces: Sequence[str],
        method: str,
        vector: Sequence[float],
        limit: int,
        *,
        filter: Any = None,
    ) -> list[Found]:
        self._ask("search_by_vector", collection, namespaces, method, vector, limit, filter)
        return self.found

    async def classify(
        self, collection: str, namespace: str, method: str, text: str
    ) -> Classification:
        self._ask("classify", collection, namespace, method, text)
        return CLASSES

    async def recompute(self, collection: str, namespace: str, method: str) -> str:
        self._ask("recompute", collection, namespace, method)
        return method or "only"

    async def distance(
        self, collection: str, namespace: str, method: str, key1: str, key2: str
    ) -> tuple[float, float]:
        self._ask("distance", collection, namespace, method, key1, key2)
        return 0.25, 0.75

    async def entry(self, collection: str, namespace: str, key: str) -> StoredText | None:
        self._ask("entry", collection, namespace, key)
        return self.stored

    async def texts(self, collection: str, namespace: str) -> dict[str, str]:
        self._ask("texts", collection, namespace)
        return {"k": "é✨", "a": ""}

    async def namespaces(self, collection: str) -> list[str]:
        self._ask("namespaces", collection)
        return ["", "en"]

    async def vector(
        self, collection: str, namespace: str, method: str, key: str
    ) -> list[float] | None:
        self._ask("vector", collection, namespace, method, key)
        return self.vector_

    def _ask(self, *asked: Any) -> None:
        self.asked.append(asked)
        if self.failure is not None:
            raise self.failure


def refusal() -> CollectionError:
    return CollectionError("NO_SUCH_COLLECTION", "collection not found: c", "there is: docs")


@pytest.fixture
def service() -> ScriptedCollections:
    return ScriptedCollections()


def calls_of(service: Any) -> HostCalls:
    models: Any = None  # not asked here
    return HostCalls(Context(models, Streams(), CallLimits(), collections=service))


@pytest.fixture
def calls(service: ScriptedCollections) -> HostCalls:
    return calls_of(service)


async def ask(calls: HostCalls, name: str, **members: Any) -> Any:
    ok, text = await calls.call(f"collections.{name}", json.dumps({"collection": "c", **members}))
    assert ok, text
    return json.loads(text)


async def refuse(calls: HostCalls, name: str, **members: Any) -> dict[str, Any]:
    ok, text = await calls.call(f"collections.{name}", json.dumps({"collection": "c", **members}))
    assert not ok, text
    return json.loads(text)


DONE = {"collection": "c", "status": "success", "error": ""}
OBJECT = {
    "namespace": "en", "key": "k", "text": "é✨", "labels": ["a", "b"],
    "metadata": {"year": 2020, "tags": ["x"]}, "distance": 0.25, "score": 0.75,
}  # fmt: skip
SEARCHED = {**DONE, "searchMethod": "", "objects": [OBJECT]}
CLASSIFIED = {
    **DONE, "searchMethod": "m",
    "labelsResult": [{"label": "a", "confidence": 0.75}, {"label": "b", "confidence": 0.25}],
    "cluster": [{"key": "k", "labels": ["a", "b"], "distance": 0.25, "score": 0.75}],
}  # fmt: skip
DISTANCE = {
    "namespace": "en", "key": "", "text": "", "labels": [], "distance": 0.25, "score": 0.75,
}  # fmt: skip
WHERE = {"year": {"gte": 2000}}

CASES: list[tuple[str, dict[str, Any], tuple[Any, ...], Any]] = [
    (
        "upsert",
        {"texts": ["t", "u"]},
        ("upsert", "c", "", [], ["t", "u"], [], []),
        {**DONE, "operation": "upsert", "keys": ["made-0", "made-1"]},
    ),
    (
        "upsert",
        {"namespace": "en", "keys": ["k"], "texts": ["t"], "labels": [["a"]],
         "metadata": [{"year": 2020, "deep": {"x": [None, 1.5]}}]},
        ("upsert", "c", "en", ["k"], ["t"], [["a"]], [{"year": 2020, "deep": {"x": [None, 1.5]}}]),
        {**DONE, "operation": "upsert", "keys": ["k"]},
    ),
    (
        "remove",
        {"namespace": "en", "key": "k"},
        ("remove", "c", "en", "k"),
        {**DONE, "operation": "delete", "keys": ["k"]},
    ),
    ("search", {"text": "t"}, ("search", "c", [], "", "t", 10, "vector", None), SEARCHED),
    (
        "search",
        {"text": "t", "namespaces": ["", "en"], "searchMethod": "m", "limit": 0,
         "mode": "hybrid", "filter": WHERE, "returnText": False},
        ("search", "c", ["", "en"], "m", "t", 0, "hybrid", WHERE),
        {**SEARCHED, "searchMethod": "m", "objects": [{**OBJECT, "text": ""}]},
    ),
    (
        "searchByVector",
        {"vector": [1, 0.5], "filter": WHERE, "limit": 3},
        ("search_by_vector", "c", [], "", [1.0, 0.5], 3, WHERE),
        SEARCHED,
    ),
    (
        "classify",
        {"namespace": "en", "searchMethod": "m", "text": "t"},
        ("classify", "c", "en", "m", "t"),
        CLASSIFIED,
    ),
    (
        "recompute",
        {},
        ("recompute", "c", "", ""),
        {**DONE, "operation": "recompute", "searchMethod": "only"},
    ),
    (
        "distance",
        {"namespace": "en", "searchMethod": "m", "key1": "k", "key2": "l"},
        ("distance", "c", "en", "m", "k", "l"),
        DISTANCE,
    ),
    ("text", {"namespace": "en", "key": "k"}, ("entry", "c", "en", "k"), "é✨"),
    (
        "entry",
        {"key": "k"},
        ("entry", "c", "", "k"),
        {"namespace": "en", "key": "k", "text": "é✨", "labels": ["a", "b"],
         "metadata": {"year": 2020}},
    ),
    ("texts", {"namespace": "en"}, ("texts", "c", "en"), {"k": "é✨", "a": ""}),
    ("namespaces", {}, ("namespaces", "c"), ["", "en"]),
    ("vector", {"searchMethod": "m", "key": "k"}, ("vector", "c", "", "m", "k"), [0.5, -0.25]),
    ("labels", {"key": "k"}, ("entry", "c", "", "k"), ["a", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "members", "asked", "answer"), CASES)
async def test_what_is_asked_and_what_is_answered(calls, service, name, members, asked, answer):
    assert await ask(calls, name, **members) == answer
    assert service.asked == [asked]


@pytest.mark.parametrize(("name", "members", "asked", "answer"), CASES)
async def test_the_same_by_json_in_an_import(calls, service, name, members, asked, answer):
    payload = json.dumps({"collection": "c", **members})
    text = await calls.run_import("atoll_collections.call", [name, payload])
    assert json.loads(text) == {"ok": answer}
    assert service.asked == [asked]


async def test_texts_that_are_not_there(calls, service):
    service.stored, service.vector_ = None, None
    assert await ask(calls, "text", key="x") == ""
    assert await ask(calls, "entry", key="x") is None
    assert await ask(calls, "labels", key="x") is None
    assert await ask(calls, "vector", key="x") is None


async def test_errors_are_told_with_their_hints(calls, service):
    service.failure = refusal()
    for name, members, _, _ in CASES:
        assert await refuse(calls, name, **members) == {
            "code": "NO_SUCH_COLLECTION",
            "message": "collection not found: c",
            "hint": "there is: docs",
        }


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("upsert", {"texts": "t"}),
        ("upsert", {"texts": [1]}),
        ("upsert", {"texts": ["t"], "labels": ["a"]}),
        ("upsert", {"texts": ["t"], "metadata": ["a"]}),
        ("upsert", {"texts": ["t"], "keys": [None]}),
        ("upsert", {}),
        ("remove", {}),
        ("search", {"text": "t", "limit": 1.5}),
        ("search", {"text": "t", "limit": None}),
        ("search", {"text": "t", "namespaces": "en"}),
        ("search", {"text": "t", "unknown": 1}),
        ("searchByVector", {"vector": ["1"]}),
        ("searchByVector", {"vector": [True]}),
        ("searchByVector", {"vector": [[1.0]]}),
        ("distance", {"key1": "k"}),
    ],
)
async def test_requests_of_other_types_are_refused(calls, service, name, members):
    assert (await refuse(calls, name, **members))["code"] == "BAD_REQUEST"
    payload = json.dumps({"collection": "c", **members})
    text = await calls.run_import("atoll_collections.call", [name, payload])
    assert json.loads(text)["error"]["code"] == "BAD_REQUEST"
    assert service.asked == []


async def test_no_texts_and_unknown_modes_are_refused(calls, service):
    assert (await refuse(calls, "upsert", texts=[]))["code"] == "INVALID_ARGUMENT"
    error = await refuse(calls, "search", text="t", mode="fuzzy")
    assert error["code"] == "INVALID_ARGUMENT"
    assert "vector, hybrid, text" in error["message"]
    assert service.asked == []


async def test_an_app_without_collections():
    assert (await refuse(calls_of(None), "namespaces"))["code"] == "NOT_AVAILABLE"


# Imports of core modules --------------------------------------------------------------------------

MOST = 2**31 - 1
IMPORTS: list[tuple[str, list[Any], tuple[Any, ...], Any]] = [
    (
        "upsert",
        ["c", "en", ["k"], ["t"], [["a"]]],
        ("upsert", "c", "en", ["k"], ["t"], [["a"]], []),
        {**DONE, "operation": "upsert", "keys": ["k"]},
    ),
    (
        "upsert",
        ["c", None, None, ["t", "u"], [None, ["a"]]],
        ("upsert", "c", "", [], ["t", "u"], [[], ["a"]], []),
        {**DONE, "operation": "upsert", "keys": ["made-0", "made-1"]},
    ),
    (
        "delete",
        ["c", "en", "k"],
        ("remove", "c", "en", "k"),
        {**DONE, "operation": "delete", "keys": ["k"]},
    ),
    (
        "search",
        ["c", ["en"], "m", "t", 3, False],
        ("search", "c", ["en"], "m", "t", 3, "vector", None),
        {**SEARCHED, "searchMethod": "m"},
    ),
    (
        "search",
        ["c", None, "m", "t", MOST, True],
        ("search", "c", [], "m", "t", 10_000, "vector", None),
        {**SEARCHED, "searchMethod": "m"},
    ),
    (
        "searchByVector",
        ["c", [], "m", [0.5, -1.0], 0, True],
        ("search_by_vector", "c", [], "m", [0.5, -1.0], 0, None),
        {**SEARCHED, "searchMethod": "m"},
    ),
    ("classifyText", ["c", "en", "m", "t"], ("classify", "c", "en", "m", "t"), CLASSIFIED),
    (
        "recomputeIndex",
        ["c", "", "m"],
        ("recompute", "c", "", "m"),
        {**DONE, "operation": "recompute", "searchMethod": "m"},
    ),
    (
        "computeDistance",
        ["c", "en", "m", "k", "l"],
        ("distance", "c", "en", "m", "k", "l"),
        DISTANCE,
    ),
    ("getText", ["c", "en", "k"], ("entry", "c", "en", "k"), "é✨"),
    ("dumpTexts", ["c", ""], ("texts", "c", ""), {"k": "é✨", "a": ""}),
    ("getNamespaces", ["c"], ("namespaces", "c"), ["", "en"]),
    ("getVector", ["c", "", "m", "k"], ("vector", "c", "", "m", "k"), [0.5, -0.25]),
    ("getLabels", ["c", "en", "k"], ("entry", "c", "en", "k"), ["a", "b"]),
]
LOGGED = {
    "upsert": "Error upserting to collection.",
    "delete": "Error deleting from collection.",
    "search": "Error searching collection.",
    "searchByVector": "Error searching collection by vector.",
    "classifyText": "Error classifying text.",
    "recomputeIndex": "Error recomputing index for collection.",
    "computeDistance": "Error computing distance.",
    "getText": "Error getting text from collection.",
    "dumpTexts": "Error getting texts from collection.",
    "getNamespaces": "Error getting namespaces of collection.",
    "getVector": "Error getting vector from collection.",
    "getLabels": "Error getting labels from collection.",
}


@pytest.mark.parametrize(("name", "arguments", "asked", "answer"), IMPORTS)
async def test_imports(calls, service, name, arguments, asked, answer):
    assert await calls.run_import(f"modus_collections.{name}", arguments) == answer
    assert service.asked == [asked]


async def test_limits_that_are_negative_reach_the_service_that_refuses_them(calls, service):
    await calls.run_import("modus_collections.search", ["c", [], "m", "t", -1, False])
    assert service.asked == [("search", "c", [], "m", "t", -1, "vector", None)]


async def test_imports_of_what_is_not_there(calls, service):
    service.stored, service.vector_ = None, None
    assert await calls.run_import("modus_collections.getText", ["c", "", "x"]) == ""
    assert await calls.run_import("modus_collections.getLabels", ["c", "", "x"]) == []
    assert await calls.run_import("modus_collections.getVector", ["c", "", "m", "x"]) == []


@pytest.mark.parametrize(("name", "arguments"), [case[:2] for case in IMPORTS])
async def test_imports_that_fail_give_nothing_and_say_why_in_the_log(
    calls, service, name, arguments, caplog
):
    service.failure = refusal()
    result = await calls.run_import(f"modus_collections.{name}", arguments)
    assert result == ("" if name == "getText" else None)
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert record.message == LOGGED[name]
    assert record.__dict__["fields"] == {
        "import": f"modus_collections.{name}",
        "code": "NO_SUCH_COLLECTION",
        "detail": "collection not found: c",
        "hint": "there is: docs",
    }


async def test_recomputing_is_logged(calls, caplog):
    with caplog.at_level("INFO", "atoll"):
        await ask(calls, "recompute", namespace="en", searchMethod="m")
    assert caplog.messages == [
        "Starting recomputing index for collection.",
        "Completed recomputing index for collection.",
    ]
    fields = {"collection": "c", "namespace": "en", "search_method": "m"}
    assert [record.__dict__["fields"] for record in caplog.records] == [fields] * 2


async def test_json_in_an_import_tells_errors_as_data(calls, service, caplog):
    service.failure = refusal()
    text = await calls.run_import("atoll_collections.call", ["namespaces", '{"collection":"c"}'])
    assert json.loads(text) == {
        "error": {
            "code": "NO_SUCH_COLLECTION",
            "message": "collection not found: c",
            "hint": "there is: docs",
        }
    }
    assert caplog.records == []
    text = await calls.run_import("atoll_collections.call", ["call", "{}"])
    assert json.loads(text)["error"]["code"] == "UNKNOWN_OPERATION"


async def test_json_in_an_import_tells_nothing_of_faults_of_the_host(calls, service, caplog):
    service.failure = RuntimeError("a secret detail")
    text = await calls.run_import("atoll_collections.call", ["namespaces", '{"collection":"c"}'])
    assert json.loads(text)["error"] == {
        "code": "INTERNAL",
        "message": "the host failed",
        "hint": None,
    }
    assert "Error using collection." in caplog.messages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([case[0] for case in CASES]) | st.text(max_size=10),
    payload=st.text(st.characters(), max_size=60),
)
async def test_any_text_in_an_import_gets_json(name, payload):
    calls = calls_of(ScriptedCollections())
    text = await calls.run_import("atoll_collections.call", [name, payload])
    assert "error" in json.loads(text)


async def test_texts_that_are_no_unicode_get_json(calls):
    for name, payload in (("\ud800", "{}"), ("text", '{"collection":"\ud800","key":""}')):
        text = await calls.run_import("atoll_collections.call", [name, payload])
        text.encode()
        assert "error" in json.loads(text)


async def test_metadata_of_any_json_survives(calls, service):
    values = {"big": 2**70, "small": -(2**70), "e": 1e300, "deep": [{"a": [None, True]}], "": "é"}
    await ask(calls, "upsert", texts=["t"], metadata=[values])
    assert service.asked[0][-1] == [values]
    service.found = [Found("", "k", "t", (), values, 0.0, 1.0)]
    assert (await ask(calls, "search", text="t"))["objects"][0]["metadata"] == values
