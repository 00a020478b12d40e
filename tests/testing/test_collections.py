"""Collections of apps under test: real ones, of one test each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.sdk import CollectionError
from atoll.sdk.testing import embeddings
from atoll.testing import FunctionFailed, NoRecording
from atoll.testing.app import AppUnderTest
from atoll.testing.opening import Apps

SOURCE = """
from __future__ import annotations

from atoll.sdk import collections, models

docs = collections.get("docs")
near = collections.get("near")


def embed(texts: list[str]) -> list[list[float]]:
    return [[float("bike" in text), float("tree" in text)] for text in texts]


async def by_model(texts: list[str]) -> list[list[float]]:
    return (await models.get("embedder").embed_async(texts)).vectors


def add(text: str) -> str:
    return docs.upsert(text, key=text, metadata={"size": len(text)})


def find(text: str, least: int = 0) -> list[collections.Match]:
    return docs.search(text, where={"size": {"gte": least}})


async def find_near(text: str) -> list[str]:
    await near.upsert_async(text, key=text)
    return [each.key for each in await near.search_async(text)]


def recursive(texts: list[str]) -> list[list[float]]:
    docs.search(texts[0])
    return [[1.0] for _ in texts]


def in_itself() -> str:
    return collections.get("itself").upsert("text")
"""
MANIFEST = {
    "models": {
        "embedder": {"sourceModel": "e", "connection": "api", "path": "v1/embeddings",
                     "interface": "openai-embeddings"},
    },
    "connections": {"api": {"type": "http", "baseUrl": "http://127.0.0.1:9/"}},
    "collections": {
        name: {"searchMethods": {"byMeaning": {"embedder": embedder}}}
        for name, embedder in (("docs", "embed"), ("near", "by_model"), ("itself", "recursive"))
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def apps() -> Iterator[Apps]:
    opened = Apps()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = list(sys.path)
    folder = tmp_path_factory.mktemp("collections")
    (folder / "app_with_collections.py").write_text(SOURCE, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.atoll]\nentry = "app_with_collections.py"\n')
    (folder / "modus.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    yield folder
    sys.path[:] = path
    sys.modules.pop("app_with_collections", None)


@pytest.fixture(params=["native", "sandbox"])
def app(apps: Apps, folder: Path, request: pytest.FixtureRequest) -> Iterator[AppUnderTest]:
    with apps.open(folder, mode=request.param) as app:
        yield app


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_begins_with_empty_collections(app: AppUnderTest, time: str) -> None:
    assert app.call("find", text="bike") == []
    assert app.call("add", text="a bike") == "a bike"
    assert app.call("add", text="a tree") == "a tree"
    found = app.call("find", text="bike")
    assert [each["key"] for each in found] == ["a bike", "a tree"]
    assert (found[0]["distance"], found[0]["metadata"]) == (0.0, {"size": 6})
    assert app.call("find", text="bike", least=7) == []


async def test_tests_that_are_coroutines(app: AppUnderTest) -> None:
    await app.call_async("add", text="a bike")
    body = await app.graphql_async('{ find(text: "bike") { key score metadata } }')
    assert body["data"]["find"] == [{"key": "a bike", "score": 1.0, "metadata": {"size": 6}}]


def test_embedders_are_not_in_the_api(app: AppUnderTest) -> None:
    body = app.graphql('{ embed(texts: ["a"]) }')
    assert "embed" in body["errors"][0]["message"]


def test_embedders_reach_the_models_of_the_test(app: AppUnderTest) -> None:
    def answer(request: dict[str, Any]) -> Any:
        texts = request["input"]
        return embeddings(*([1.0, float(len(text))] for text in texts))

    app.models["embedder"].answers(answer)
    assert app.call("find_near", text="abc") == ["abc"]
    inputs = [request.input["input"] for request in app.models["embedder"].requests]
    assert ["abc"] in inputs


def test_embedders_without_an_answer_fail_the_test(app: AppUnderTest) -> None:
    with pytest.raises((NoRecording, FunctionFailed), match=r"embedder"):
        app.call("find_near", text="abc")


def test_an_embedder_that_needs_itself(app: AppUnderTest) -> None:
    with pytest.raises(FunctionFailed, match="embedder"):
        app.call("in_itself")


def test_functions_that_a_test_calls_by_itself(apps: Apps, folder: Path) -> None:
    with apps.open(folder, mode="native") as app:
        module: Any = sys.modules["app_with_collections"]
        assert module.add("a tree") == "a tree"
        assert [each.key for each in module.find("tree")] == ["a tree"]
        assert app.call("find", text="tree")[0]["key"] == "a tree"
        with pytest.raises(CollectionError) as caught:
            module.docs.search("x", namespaces="none")
        assert caught.value.code == "NO_SUCH_NAMESPACE"


def test_what_a_test_has_stored_is_gone_after_it(
    apps: Apps, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with apps.open(folder, mode="native") as app:
        app.call("add", text="a tree")
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []
    assert not (folder / ".atoll").exists()
