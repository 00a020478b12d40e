"""docs/collections.md: its functions, commands, queries and tables."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer.core
import typer.main

from atoll.app.app import App
from atoll.app.call import ANONYMOUS
from atoll.cli.collections import collections as commands_of_collections
from atoll.collections import filters, limits
from atoll.collections.embedding import BATCH, WAITING
from atoll.collections.errors import CollectionCode
from atoll.collections.ranking import neighbours
from atoll.engine import Engine, EngineConfig
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.load import load_guest
from atoll.manifest import parse_manifest
from atoll.models.local.install import install
from atoll.sdk.collections import Collection

TEXT = (Path(__file__).parents[2] / "docs" / "collections.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
MANIFEST = next(text for language, text in BLOCKS if language == "json")


def of(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def commands() -> list[tuple[str, dict[str, Any], Any]]:
    """Each ``atoll call``: function, arguments, and the output that follows; Ellipsis if none."""
    found = []
    for (language, text), (after, output) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        lines = text.strip().splitlines() if language == "sh" else []
        for line in lines:
            words = shlex.split(line)
            told = after == "json" and line == lines[-1]
            shown = json.loads(output) if told else ...
            assert words[:2] + words[3:4] == ["atoll", "call", "--args"]
            found.append((words[2], json.loads(words[4]), shown))
    return found


def near(value: Any, shown: Any) -> bool:
    """Vectors of a model differ a little from machine to machine."""
    if isinstance(shown, float):
        return bool(value == pytest.approx(shown, abs=0.02))
    if isinstance(shown, dict):
        return value.keys() == shown.keys() and all(near(value[key], shown[key]) for key in shown)
    if isinstance(shown, list):
        return len(value) == len(shown) and all(map(near, value, shown))
    return bool(value == shown)


async def value_of(app: App, name: str, arguments: dict[str, Any]) -> Any:
    function = app.interface.function(name)
    assert function is not None, name
    outcome = await app.call(function, arguments)
    assert not outcome.errors, outcome
    return outcome.value


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=20))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def python(load_python: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "app.py").write_text("\n\n".join(of("python")))
    install("all-minilm-l6-v2")
    return load_python(folder)


@pytest.fixture
async def app(python: Any, tmp_path: Path) -> AsyncIterator[App]:
    app = App("help", python, parse_manifest(MANIFEST), {}, folder=tmp_path)
    app.start()
    yield app
    await app.close()


async def test_the_functions_do_what_it_says(app: App) -> None:
    calls = commands()
    assert len(calls) == 6
    for name, arguments, shown in calls:
        value = await value_of(app, name, arguments)
        assert shown is ... or near(value, shown), (name, value)


async def test_the_query_is_answered_as_it_says(app: App) -> None:
    for name, arguments, shown in commands():
        if shown is ...:
            await value_of(app, name, arguments)
    [query] = of("graphql")
    shown = of("json")[2]
    api = GraphQLApi(app, hidden=app.manifest.embedders)
    answer = await api.execute(GraphQLRequest(query), ANONYMOUS)
    assert "errors" not in answer.body
    assert answer.body["data"] == json.loads(shown)
    assert "embed(" not in api.sdl


async def test_what_else_the_functions_do(app: App) -> None:
    keys = await value_of(app, "add_pages", {"texts": ["one", "two"], "topic": "numbers"})
    pairs = [{"key": key, "value": text} for key, text in zip(keys, ["one", "two"], strict=True)]
    assert await value_of(app, "all_pages", {}) == pairs
    similar = await value_of(app, "similar_pages", {"key": keys[0]})
    assert [match["key"] for match in similar] == [keys[1]]
    assert await value_of(app, "similar_pages", {"key": "none"}) == []
    guess = await value_of(app, "guess_topic", {"text": "three"})
    assert guess["labels"] == [{"label": "numbers", "confidence": 1.0}]
    by_words = {"question": "Two!", "since": 2000, "mode": "text"}
    found = await value_of(app, "find_recent", by_words)
    assert [(match["key"], match["score"]) for match in found] == [(keys[1], 1.0)]
    await value_of(app, "remove_page", {"key": keys[0]})
    assert await value_of(app, "page", {"key": keys[0]}) is None
    assert (await value_of(app, "page", {"key": keys[1]}))["labels"] == ["numbers"]


async def test_tenants_see_their_own_texts(app: App) -> None:
    for tenant in ("a", "b"):
        await value_of(app, "add_note", {"tenant": tenant, "text": f"a note of {tenant}"})
    notes = {"tenant": "b", "question": "a note of a"}
    assert await value_of(app, "find_notes", notes) == ["a note of b"]


@pytest.mark.parametrize("language", ["ts", "go"])
async def test_the_same_works_in_other_languages(
    language: str, build_assemblyscript: Any, build_go: Any, engine: Any, tmp_path: Path
) -> None:
    [source] = of(language)
    if language == "ts":
        (tmp_path / "assembly").mkdir()
        (tmp_path / "assembly" / "index.ts").write_text(source)
        (tmp_path / "asconfig.json").write_text('{"entries": ["assembly/index.ts"]}')
        (tmp_path / "package.json").write_text('{"name": "help", "version": "0.1.0"}')
        wasm = build_assemblyscript(tmp_path)
    else:
        (tmp_path / "main.go").write_text(source)
        module = "github.com/hypermodeinc/modus/sdk/go v0.18.0"
        (tmp_path / "go.mod").write_text(f"module help\n\ngo 1.24\n\nrequire {module}\n")
        wasm = build_go(tmp_path)
    install("all-minilm-l6-v2")
    guest = load_guest(engine, wasm)
    app = App("help", guest, parse_manifest(MANIFEST), {}, folder=tmp_path)
    try:
        for name, arguments, shown in commands()[:4]:
            camel = re.sub("_(.)", lambda match: match[1].upper(), name)
            given = {key: value for key, value in arguments.items() if key != "year"}
            value = await value_of(app, camel, given)
            if shown is not ...:
                [found], [expected] = value, shown
                expected = {key: each for key, each in expected.items() if key != "metadata"}
                assert near(found, expected), value
    finally:
        await app.close()


def lines_of_commands() -> list[list[str]]:
    lines = [line for text in of("text") for line in text.splitlines()]
    words = [shlex.split(line.partition("MODUS_DB=postgresql://… ")[2] or line) for line in lines]
    return [each[2:] for each in words if each[:2] == ["atoll", "collections"]]


@pytest.mark.parametrize("words", lines_of_commands(), ids=" ".join)
def test_the_commands_are_those_that_there_are(words: list[str]) -> None:
    group = typer.main.get_command(commands_of_collections)
    assert isinstance(group, typer.core.TyperGroup)
    with group.make_context("collections", list(words), resilient_parsing=True) as context:
        name, command, rest = group.resolve_command(context, list(words))
    assert command is not None, name
    command.make_context(name, rest)  # raises for an option that there is not


def test_every_code_is_explained() -> None:
    rows = " ".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `"))
    for code in get_args(CollectionCode):
        assert f"`{code}`" in rows, code


def test_every_operation_is_named() -> None:
    chapter = TEXT.split("\n## In Python\n")[1].split("\n## Other languages\n")[0]
    names = {name for name in vars(Collection) if not name.startswith("_")}
    for name in names:
        twin = name.removesuffix("_async")
        assert twin in names
        assert re.search(rf"\b{twin}\b", chapter), name


def test_its_numbers_are_true() -> None:
    words = " ".join(TEXT.split())
    table = dict(re.findall(r"^\| ([^|`]+) \| ([^|]+) \|$", TEXT, re.MULTILINE))
    assert table["a text"] == f"{limits.TEXT >> 20} MiB"
    assert table["a key, a label"] == f"{limits.KEY:,} characters"
    assert limits.LABEL == limits.KEY
    assert table["labels of a text"] == f"{limits.LABELS}"
    assert table["metadata of a text"] == f"{limits.METADATA >> 10} KiB of JSON"
    assert table["a namespace's name"] == f"{limits.NAMESPACE} characters"
    assert table["namespaces in a search"] == f"{limits.NAMESPACES:,}"
    assert table["texts in one upsert"] == f"{limits.TEXTS:,}"
    assert table["texts that a search gives"] == f"{limits.LIMIT:,}"
    assert table["numbers of a vector"] == f"{limits.DIMENSION:,}"
    assert f"up to {BATCH} in a call" in words
    assert f"When {WAITING:,} texts wait" in words
    assert (
        f"A filter has at most {filters.MAX_CONDITIONS} conditions, {filters.MAX_DEPTH} deep, with"
        f" {filters.MAX_LIST:,} values in a list"
    ) in words
    assert [neighbours(count) for count in (10, 99, 100, 1000, 100_000)] == [1, 1, 4, 9, 25]
