"""The SDK's collections where they run: functions and embedders in guests, down to a real store."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from atoll.app.app import App
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.manifest import parse_manifest

APP = '''
from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import atoll.sdk
from atoll.sdk import CollectionError, collections, models

docs = collections.get("docs")
WORDS = ("bike", "car", "tree", "rose")


def embed(texts: list[str]) -> list[list[float]]:
    """Has a number for each word."""
    return [[float(word in text) for word in WORDS] for text in texts]


def integers(texts: list[str]) -> list[list[float]]:
    return [[int(word in text) for word in WORDS] for text in texts]


def tuples(texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(vector) for vector in embed(list(texts)))


def arrays(texts: list[str]) -> Iterable[Sequence[float]]:
    return (array("f", vector) for vector in embed(texts))


def of_model(texts: list[str]) -> list[list[float]]:
    return models.get("embedder").embed(texts).vectors


def of_model_as_it_is(texts: list[str]) -> list[list[float]]:
    return models.get("embedder").embed(texts)


async def later(texts: list[str]) -> list[list[float]]:
    return (await models.get("embedder").embed_async(texts)).vectors


def strange(texts: list[str]) -> list[list[float]]:
    return [[float("nan"), 1.0] for _ in texts]


def fill() -> list[str]:
    return docs.upsert_many([
        collections.Entry("a bike", "b", ["vehicle"], {"year": 2019, "on": date(2019, 5, 1)}),
        collections.Entry("a bike and a car", "bc", ["vehicle"], {"year": 2020, "by": {"n": 1}}),
        collections.Entry("a tree", "t", ["plant"]),
    ])


def add(entries: list[collections.Entry], namespace: str = "") -> list[str]:
    return docs.upsert_many(entries, namespace=namespace)


def find(text: str, limit: int = 10, where: Any | None = None, mode: str = "vector") -> (
    list[collections.Match]
):
    """Find texts."""
    return docs.search(text, limit=limit, where=where, mode=mode)


async def find_all(texts: list[str]) -> list[list[str]]:
    found = await asyncio.gather(*(docs.search_async(text, limit=1) for text in texts))
    return [[each.key for each in matches] for matches in found]


def near(vector: list[float]) -> list[str]:
    return [each.key for each in docs.search_by_vector(vector)]


def classified(text: str) -> collections.TextClassification:
    return docs.classify(text)


def stored(key: str) -> collections.Entry | None:
    return docs.entry(key)


def getters() -> Any:
    docs.recompute()
    docs.remove("t")
    return [
        docs.text("b"), docs.text("t"), docs.texts(), docs.namespaces(), docs.vector("bc"),
        docs.labels("b"), docs.distance("b", "bc"), docs.labels("t"), docs.vector("t"),
    ]


def failure(name: str) -> str:
    found = collections.get(name)
    try:
        return found.upsert("a bike")
    except CollectionError as error:
        return f"{error.code}: {error.message}"


def with_each(text: str) -> list[str]:
    done = []
    for name in ("integers", "tuples", "arrays", "ofModel", "ofModelAsItIs", "later"):
        found = collections.get(name)
        found.upsert(text, key=name)
        done += [each.key for each in found.search(text)]
    return done


def lazy() -> str:
    return atoll.sdk.collections.__name__
'''  # fmt: skip

EMBEDDERS = {
    "docs": "embed", "integers": "integers", "tuples": "tuples", "arrays": "arrays",
    "ofModel": "of_model", "ofModelAsItIs": "of_model_as_it_is", "later": "later",
    "strange": "strange", "none": "missing", "wrong": "lazy",
}  # fmt: skip
MANIFEST = parse_manifest(
    json.dumps(
        {
            "collections": {
                name: {"searchMethods": {"byMeaning": {"embedder": embedder}}}
                for name, embedder in EMBEDDERS.items()
            }
        }
    )
)


class Information(NamedTuple):
    name: str
    full_name: str
    interface: str = "openai-embeddings"


class Models:
    def info(self, name: str) -> Information:
        return Information(name, name)

    async def invoke(self, name: str, input: str) -> str:
        texts = json.loads(input)["input"]
        data = [{"index": at, "embedding": [len(text), 1]} for at, text in enumerate(texts)]
        return json.dumps({"data": data})


@pytest.fixture(scope="module")
def program(sandboxed: Callable[[str], Any]) -> Any:
    return sandboxed(APP).program


@pytest.fixture
async def app(program: Any, tmp_path: Path) -> AsyncIterator[App]:
    environ = {"ATOLL_COLLECTIONS_DIR": str(tmp_path / "collections")}

    def services(own: Any) -> Any:
        return dataclasses.replace(own, models=Models())

    app = App("app", program, MANIFEST, environ, dev=True, folder=tmp_path, services=services)
    yield app
    await app.close()


@pytest.fixture
def ask(app: App) -> Callable[..., Any]:
    api = GraphQLApi(app, hidden=MANIFEST.embedders)

    async def ask(query: str, **variables: Any) -> Any:
        response = await api.execute(GraphQLRequest(query, variables))
        assert "errors" not in response.body, response.body["errors"]
        return response.body["data"]

    return ask


@pytest.fixture
def call(app: App) -> Callable[..., Any]:
    async def call(name: str, /, **arguments: Any) -> Any:
        function = app.interface.function(name)
        assert function is not None
        outcome = await app.call(function, arguments)
        assert not outcome.failed, outcome.errors
        return outcome.value

    return call


FIND = "query ($text: String!, $where: JSON) { find(text: $text, where: $where) %s }"
ALL = "{ key text score distance labels metadata namespace }"


async def test_what_is_found_is_in_the_api_with_its_metadata_as_json(ask, call) -> None:
    assert await call("fill") == ["b", "bc", "t"]
    first, second, *_ = (await ask(FIND % ALL, text="a bike"))["find"]
    assert first == {
        "key": "b", "text": "a bike", "score": 1.0, "distance": 0.0, "labels": ["vehicle"],
        "metadata": {"year": 2019, "on": "2019-05-01"}, "namespace": "",
    }  # fmt: skip
    assert second["metadata"] == {"year": 2020, "by": {"n": 1}}


async def test_the_types_of_the_sdk_are_documented_in_the_api(ask) -> None:
    answer = await ask(
        '{ match: __type(name: "Match") { description fields { name description type { name'
        " kind ofType { name kind } } } }"
        ' entry: __type(name: "EntryInput") { inputFields { name defaultValue } } }'
    )
    assert answer["match"]["description"] == "A text that a search found."
    fields = {field["name"]: field for field in answer["match"]["fields"]}
    assert list(fields) == ["key", "text", "score", "distance", "labels", "metadata", "namespace"]
    assert fields["metadata"]["type"] == {
        "name": None, "kind": "NON_NULL", "ofType": {"name": "JSON", "kind": "SCALAR"}
    }  # fmt: skip
    assert fields["score"]["description"].startswith("larger for what fits better")
    defaults = {each["name"]: each["defaultValue"] for each in answer["entry"]["inputFields"]}
    assert defaults == {"text": None, "key": "null", "labels": "[]", "metadata": "{  }"}


async def test_entries_are_arguments(ask, call) -> None:
    add = "mutation ($entries: [EntryInput!]!) { add(entries: $entries) }"
    entries = [{"text": "a rose", "key": "r", "metadata": {"x": [1, None]}, "labels": ["plant"]}]
    assert await ask(add, entries=entries) == {"add": ["r"]}
    [key] = (await ask(add, entries=[{"text": "a car"}]))["add"]
    assert (await call("stored", key=key))["text"] == "a car"
    assert await call("stored", key="r") == entries[0]
    assert await call("stored", key="x") is None


async def test_searches(ask, call) -> None:
    await call("fill")
    keys = FIND % "{ key }"
    where = {"or": [{"year": {"gte": 2020}}, {"$labels": {"contains": "plant"}}]}
    found = (await ask(keys, text="a bike", where=where))["find"]
    assert [each["key"] for each in found] == ["bc", "t"]
    found = (await ask(keys, text="a bike", where={"on": {"lt": "2019-06"}}))["find"]
    assert [each["key"] for each in found] == ["b"]
    by_words = await call("find", text="TREE", mode="text")
    assert [each["key"] for each in by_words] == ["t"]
    both = await call("find", text="a tree", mode="hybrid", limit=1)
    assert [(each["key"], each["score"]) for each in both] == [("t", 1.0)]
    assert await call("find", text="a tree", limit=0) == []
    assert (await call("near", vector=[0.0, 0.0, 1.0, 0.0]))[0] == "t"


async def test_searches_run_at_the_same_time(call) -> None:
    await call("fill")
    texts = ["a bike", "a tree"] * 10
    assert await call("find_all", texts=texts) == [["b"], ["t"]] * 10


async def test_classification(ask, call) -> None:
    await call("fill")
    answer = await ask(
        '{ classified(text: "a bike") { labels { label confidence } neighbours { key labels } } }'
    )
    assert answer["classified"] == {
        "labels": [{"label": "vehicle", "confidence": 1.0}],
        "neighbours": [{"key": "b", "labels": ["vehicle"]}],
    }


async def test_all_that_is_stored(call) -> None:
    await call("fill")
    text, gone, texts, namespaces, vector, labels, distance, *nothing = await call("getters")
    assert (text, gone) == ("a bike", None)
    assert texts == {"b": "a bike", "bc": "a bike and a car"}
    assert (namespaces, vector, labels) == ([""], [1, 1, 0, 0], ["vehicle"])
    assert distance == 0.0  # 1 - a·b
    assert nothing == [None, None]


async def test_embedders_may_give_any_numbers_in_any_lists(call) -> None:
    names = ["integers", "tuples", "arrays", "ofModel", "ofModelAsItIs", "later"]
    assert await call("with_each", text="a bike") == names


async def test_embedders_are_no_part_of_the_api(ask) -> None:
    answer = await ask("{ __schema { queryType { fields { name } } } }")
    names = {field["name"] for field in answer["__schema"]["queryType"]["fields"]}
    assert {"find", "near"} <= names
    assert not names & {"embed", "integers", "tuples", "arrays", "ofModel", "later", "strange"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("strange", "EMBEDDER_FAILED"),
        ("none", "NO_SUCH_EMBEDDER"),
        ("wrong", "INVALID_EMBEDDER"),
        ("unknown", "NO_SUCH_COLLECTION"),
    ],
)
async def test_failures_are_collection_errors(call, name, code) -> None:
    assert (await call("failure", name=name)).startswith(f"{code}: ")


async def test_the_module_is_there_by_its_package(call) -> None:
    assert await call("lazy") == "atoll.sdk.collections"


def test_searches_are_gone_through_while_the_app_is_loaded(
    guest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atoll.sdk import _host
    from atoll.sdk.collections import Collection

    searches = []
    search = Collection.search

    def counted(self: Collection, text: str, **options: Any) -> Any:
        searches.append(search(self, text, **options))
        return searches[-1]

    monkeypatch.setattr(Collection, "search", counted)
    before = _host.install(None)
    try:
        guest.load(
            """
            from atoll.sdk import collections
            def find(text: str) -> list[collections.Match]:
                return collections.get("docs").search(text)
            """
        )
        assert isinstance(_host.install(None), _host._NoHost)  # the app's own host is back
    finally:
        _host.install(before)
    assert [each[0].key for each in searches] == ["some"] * 32
