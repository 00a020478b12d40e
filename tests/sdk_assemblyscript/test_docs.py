"""docs/assemblyscript.md says what the code does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Say

from atoll.app.app import App
from atoll.engine import Engine
from atoll.graphql.schema import build_schema
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.metadata import read_metadata
from atoll.guest.types import Interface
from atoll.manifest import parse_manifest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "assemblyscript.md").read_text(encoding="utf-8")
STREAMING = (ROOT / "docs" / "streaming.md").read_text(encoding="utf-8")
TYPESCRIPT = re.compile(r"^```typescript\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SDK = ROOT / "sdk" / "assemblyscript"
EMBEDDER = """
export function embed(texts: string[]): f32[][] {
  return texts.map<f32[]>((text) => [1, <f32>text.length]);
}
"""


@pytest.fixture(scope="module")
def interface(
    build_assemblyscript: Callable[[Path], bytes], tmp_path_factory: pytest.TempPathFactory
) -> Interface:
    """Of an app with the page's example, and a function for each type of its table."""
    functions = [
        f"export function t{index}(): {type} {{ return unreachable() }}"
        for index, (type, _) in enumerate(TYPES)
    ]
    examples = TYPESCRIPT.findall(PAGE)
    source = "\n".join(
        [*examples, *functions, "export function nothing(): void {}", "enum E { A }"]
    )
    folder = tmp_path_factory.mktemp("docs")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(source)
    return read_metadata(build_assemblyscript(folder)).interface


def _rows() -> list[tuple[str, str]]:
    """AssemblyScript types of the table, and what it says of their form in the API."""
    table = PAGE.split("## Types")[1].split("\n\n")[1]
    rows = [row.strip("| ").replace("\\|", "\0").split(" | ") for row in table.splitlines()[2:]]
    return [(first.replace("\0", "|"), second) for first, second in rows]


CONCRETE = {
    "T[]": "i32[]", "StaticArray<T>": "StaticArray<i32>", "Set<T>": "Set<i32>",
    "Map<K, V>": "Map<string, i32>", "T | null": "i32[] | null", "a class": "Excuse",
    "an enum": "E",
}  # fmt: skip
FORMS = {
    "`[T!]!`": "[Int!]!",
    "a list of pairs with `key` and `value`": "[StringIntPair!]!",
    "an object type, and an input type with `Input` at its end": "Excuse!",
    "a scalar of that name: a list of numbers": None,  # of the type's own name
    "`String!`, in base64": "String!",
    "the same without `!`; numbers and `bool` cannot be null": "[Int!]",
}
TYPES = [
    (CONCRETE.get(type, type), form)
    for cell, form in _rows()
    for type in (re.findall(r"`([^`]+)`", cell) or [cell])
    if type not in ("no result",)
]


def test_the_table_of_types(interface: Interface):
    schema = build_schema(interface).graphql
    assert schema.query_type is not None
    assert len(TYPES) > 25
    for index, (type, form) in enumerate(TYPES):
        expected = FORMS[form] if form in FORMS else form.strip("`")
        found = str(schema.query_type.fields[f"t{index}"].type)
        assert found == (expected or f"{type}!"), type
    assert str(schema.query_type.fields["nothing"].type) == "Void"


def test_the_example(interface: Interface):
    function = interface.function("getExcuse")
    assert function is not None
    assert function.doc == "Finds an excuse."
    assert [p.default for p in function.parameters if p.default] != []


async def test_collections(
    build_assemblyscript: Callable[[Path], bytes], engine: Engine, tmp_path: Path
):
    sources = tmp_path / "app" / "assembly"
    sources.mkdir(parents=True)
    [example] = [each for each in TYPESCRIPT.findall(PAGE) if "addBook" in each]
    (sources / "index.ts").write_text(example + EMBEDDER)
    manifest = {"collections": {"books": {"searchMethods": {"meaning": {"embedder": "embed"}}}}}
    parsed = parse_manifest(json.dumps(manifest), path=tmp_path / "modus.json")
    wasm = build_assemblyscript(sources.parent)
    guest = AssemblyScriptGuest.load(engine, wasm, cached=False)
    app = App("docs", guest, parsed, {}, dev=True, folder=tmp_path)

    async def call(name: str, **arguments: Any) -> Any:
        function = app.interface.function(name)
        assert function is not None
        outcome = await app.call(function, arguments)
        assert not outcome.failed, outcome.errors
        return outcome.value

    book = {"about": "a whale and its hunter", "author": "Melville"}
    assert await call("addBook", title="Moby-Dick", **book, year=1851) == "Moby-Dick"
    assert await call("addBook", title="Older", **book, year=1751) == "Older"
    [found] = await call("findBooks", about="whale", since=1800)
    assert (found["key"], found["labels"]) == ("Moby-Dick", ["book"])
    assert json.loads(found["metadata"]) == {"author": "Melville", "year": 1851}
    assert await call("authorOf", title="Moby-Dick") == "Melville"
    assert await call("authorOf", title="Emma") is None
    await app.close()


async def test_streams(
    build_assemblyscript: Callable[[Path], bytes], engine: Engine, tmp_path: Path, providers: Any
):
    (tmp_path / "assembly").mkdir()
    [example] = TYPESCRIPT.findall(STREAMING)
    (tmp_path / "assembly" / "index.ts").write_text(example)
    host = {"type": "http", "baseUrl": f"{providers.url}/"}
    model = {"sourceModel": "m", "connection": "host", "path": "v1/chat/completions"}
    manifest = {"models": {"text-generator": model}, "connections": {"host": host}}
    parsed = parse_manifest(json.dumps(manifest), path=tmp_path / "modus.json")
    guest = AssemblyScriptGuest.load(engine, build_assemblyscript(tmp_path), cached=False)
    app = App("docs", guest, parsed, {}, dev=True)

    async def stream(name: str, **arguments: Any) -> list[Any]:
        function = app.interface.function(name)
        assert function is not None
        return [each async for each in app.stream(function, arguments)]

    providers.answer(Say("Once upon a time"))
    assert await stream("tellStory", topic="foxes") == ["Once", " upon", " a", " time"]
    assert await stream("countDown", **{"from": 2}) == [2, 1, 0]
    await app.close()


def test_the_versions():
    pinned = json.loads((SDK / "toolchain" / "package.json").read_text())["dependencies"]
    assert f"version {pinned['json-as']}" in PAGE


def test_every_module_of_the_sdk_is_in_the_table():
    table = PAGE.split("## The SDK")[1].split("## ")[0]
    index = (SDK / "assembly" / "index.ts").read_text()
    for name in re.findall(r"^import (?:\* as )?(\w+) from", index, re.M):
        assert f"`{name}`" in table, name
    for file in (SDK / "models").glob("*/*.ts"):  # what lies deeper is a part of one of these
        assert file.relative_to(SDK).with_suffix("").as_posix() in table, file
