"""Embedders run beside the calls that wait for them."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.embedding import embedder_problem, embedder_warnings
from atoll.collections.errors import CollectionError
from atoll.engine.slots import Slots
from atoll.guest.types import Function, Interface, ListOf, Nullable, Parameter, Scalar, Type
from atoll.manifest import parse_manifest

TEXTS = ListOf(Scalar("String"))
VECTORS = ListOf(ListOf(Scalar("Float")))

SOURCE = '''
from atoll.sdk import collections


def embed(texts: list[str]) -> list[list[float]]:
    return [[float(len(text)), 1.0] for text in texts]


def using(texts: list[str]) -> list[list[float]]:
    """Would need itself."""
    collections.get("deep").upsert("x")
    return embed(texts)


def failing(texts: list[str]) -> list[list[float]]:
    raise ValueError("no vectors today")


def spinning(texts: list[str]) -> list[list[float]]:
    while True:
        pass


def add(name: str, text: str) -> str:
    return collections.get(name).upsert(text, key=text)


def texts(name: str) -> list[str]:
    return sorted(collections.get(name).texts().values())
'''
COLLECTIONS = {"docs": "embed", "deep": "using", "broken": "failing", "slow": "spinning"}


@pytest.fixture(scope="module")
def guest(load_python: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("embedding")
    (folder / "app.py").write_text(SOURCE)
    (folder / "modus.json").write_text("{}")
    return load_python(folder)


@pytest.fixture
async def app(guest: Any, tmp_path: Path) -> Any:
    methods = {
        name: {"searchMethods": {"one": {"embedder": embedder}}}
        for name, embedder in COLLECTIONS.items()
    }
    import json

    text = json.dumps({"collections": methods, "limits": {"cpuSeconds": 1}})
    app = App("embedding", guest, parse_manifest(text), {}, dev=True, folder=tmp_path)
    yield app
    await app.close()


async def call(app: App, name: str, /, **arguments: str) -> Any:
    function = app.interface.function(name)
    assert function is not None
    outcome = await app.call(function, arguments)
    if outcome.failed:
        raise AssertionError(outcome.errors[-1].message)
    return outcome.value


async def test_they_run_though_all_places_are_taken(app: App, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app._guest._program.engine, "component_slots", Slots(2))
    async with asyncio.timeout(60):
        await asyncio.gather(*(call(app, "add", name="docs", text=str(i)) for i in range(12)))
    assert await call(app, "texts", name="docs") == sorted(map(str, range(12)))


async def test_their_calls_are_logged_for_debugging_alone(
    app: App, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, logger="atoll.app")
    await call(app, "add", name="docs", text="x")
    done = [each for each in caplog.records if each.message == "Function completed successfully."]
    levels = {(each.fields["function"], each.levelno) for each in done}  # type: ignore[attr-defined]
    assert levels == {("embed", logging.DEBUG), ("add", logging.INFO)}


async def test_an_embedder_that_needs_itself(app: App):
    with pytest.raises(AssertionError, match="an embedder cannot store or search texts"):
        await call(app, "add", name="deep", text="x")


async def test_an_embedder_that_fails_says_why(app: App):
    with pytest.raises(AssertionError, match=r"embedder failing failed: .*no vectors today"):
        await call(app, "add", name="broken", text="x")
    assert await call(app, "texts", name="broken") == []


async def test_an_embedder_that_never_ends_is_ended(app: App):
    with pytest.raises(AssertionError, match="embedder spinning failed"):
        await call(app, "add", name="slow", text="x")


def function(given: list[Type], result: Type | None, **more: Any) -> Interface:
    parameters = tuple(Parameter(f"p{i}", type) for i, type in enumerate(given))
    return Interface((Function("embed", "embed", parameters, result, **more),))


@pytest.mark.parametrize(
    "interface",
    [
        function([TEXTS], VECTORS),
        function([Nullable(ListOf(Nullable(Scalar("String"))))], Nullable(VECTORS)),
        function([TEXTS], ListOf(Nullable(ListOf(Scalar("Float"))))),
    ],
)
def test_what_can_be_an_embedder(interface: Interface):
    assert embedder_problem(interface, "embed") is None


@pytest.mark.parametrize(
    "interface",
    [
        function([], VECTORS),
        function([TEXTS, TEXTS], VECTORS),
        function([Scalar("String")], VECTORS),
        function([ListOf(Scalar("Int"))], VECTORS),
        function([TEXTS], None),
        function([TEXTS], ListOf(Scalar("Float"))),
        function([TEXTS], ListOf(ListOf(Scalar("Int")))),
        function([TEXTS], ListOf(ListOf(ListOf(Scalar("Float"))))),
        function([TEXTS], VECTORS, streams=True),
    ],
)
def test_what_cannot(interface: Interface):
    problem = embedder_problem(interface, "embed")
    assert problem is not None
    assert problem.code == "INVALID_EMBEDDER"
    assert problem.message == "invalid embedder function signature: embed"


def test_a_function_that_there_is_not():
    problem = embedder_problem(function([TEXTS], VECTORS), "embde")
    assert isinstance(problem, CollectionError)
    assert problem.code == "NO_SUCH_EMBEDDER"
    assert "embed" in (problem.hint or "")


def test_the_developer_is_told_before_anything_is_called():
    manifest = parse_manifest(
        '{"collections": {"docs": {"searchMethods": {"one": {"embedder": "embde"}}}}}'
    )
    (warning,) = embedder_warnings(function([TEXTS], VECTORS), manifest)
    assert "[one]" in warning
    assert "[docs]" in warning
    assert "embde" in warning
