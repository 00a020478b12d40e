"""docs/go.md says what the code does."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import atoll
from atoll.app.app import App
from atoll.app.call import Caller, Outcome
from atoll.app.stream import StreamFailed
from atoll.engine import Engine, EngineConfig
from atoll.graphql.schema import build_schema
from atoll.guest.golang.program import GoGuest
from atoll.manifest import parse_manifest
from atoll.toolchain.golang.assets import SDK
from atoll.toolchain.golang.compiler import OLDEST, OLDEST_TINYGO, find_go
from atoll.toolchain.golang.editor import write_workspace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "go.md").read_text(encoding="utf-8")
STREAMING = (ROOT / "docs" / "streaming.md").read_text(encoding="utf-8")
PACKAGES = ROOT / "sdk" / "go" / "pkg"
TOOLCHAIN = Path(atoll.__file__).parent / "toolchain"
STANDARD = {"errors": "errors", "fmt": "fmt", "json": "encoding/json", "strings": "strings",
            "time": "time"}  # fmt: skip
Call = Callable[..., Awaitable[Outcome]]


def sections_of(page: str) -> dict[str, str]:
    parts = re.split(r"^## (.*)$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


SECTIONS = sections_of(PAGE)


def own_packages() -> dict[str, str]:
    """Those of the SDK, by their names."""
    folders = sorted({file.parent.relative_to(PACKAGES) for file in PACKAGES.rglob("*.go")})
    return {folder.name: folder.as_posix() for folder in folders}


def files_of_the_page() -> dict[str, str]:
    """The examples as the files of one app. Those that are no whole files lack their imports."""
    known = STANDARD | {name: f"{SDK}/pkg/{path}" for name, path in own_packages().items()}
    found = {"go.mod": re.findall(r"^```text\n(module.*?)^```$", PAGE, re.M | re.S)[0]}
    for index, block in enumerate(re.findall(r"^```go\n(.*?)^```$", PAGE + STREAMING, re.M | re.S)):
        if name := re.match(r"// (\w+\.go)\n", block):
            found[name[1]] = block
        else:
            used = sorted(set(re.findall(r"\b([a-z0-9]+)\.[A-Z]", block)) & known.keys())
            imports = "".join(f'import "{known[name]}"\n' for name in used)
            found[f"example{index}.go"] = f"package main\n\n{imports}\n{block}"
    return found


def rows() -> list[tuple[str, str]]:
    """Go types of the table, and what it says of their form in the API."""
    table = SECTIONS["Types"].split("\n\n")[1]
    cells = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    return [(first, second) for first, second in cells]


CONCRETE = {
    "[]T": "[]int", "[N]T": "[3]int", "[N]byte": "[3]byte", "map[K]V": "map[string]int",
    "*T": "*int", "type Role string": "TableRole",
}  # fmt: skip
FORMS = {
    "`[T!]`": "[Int!]",
    "`[T!]!`": "[Int!]!",
    "`String`, in base64": "String",
    "`String!`, in base64": "String!",
    "`Int64!`, in nanoseconds": "Int64!",
    "a list of pairs with `key` and `value`, or null": "[StringIntPair!]",
    "the same without `!`": "Int",
    "what it is made of": "String!",
}
TYPES = [
    (CONCRETE.get(type, type), FORMS.get(form, form.strip("`")))
    for cell, form in rows()
    for type in re.findall(r"`([^`]+)`", cell)
    if form not in ("`Void`",)
]


def types_file() -> str:
    functions = [
        f"func Table{index}(p {type}) {type} {{ return p }}"
        for index, (type, _) in enumerate(TYPES)
    ]
    return "\n".join(
        [
            'package main\n\nimport "time"\n\ntype TableRole string\n',
            *functions,
            "func TableNothing() {}\nfunc TableError() error { return nil }",
            "func TestEmbed(texts []string) (vectors [][]float32) {",
            "\tfor _, text := range texts {",
            "\t\tvectors = append(vectors, []float32{1, float32(len(text))})",
            "\t}\n\treturn\n}",
        ]
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "fruit"
    folder.mkdir()
    for name, text in (files_of_the_page() | {"types.go": types_file()}).items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def guest(folder: Path, build_go: Callable[[Path], bytes]):
    engine = Engine(EngineConfig(concurrency=20))
    yield GoGuest.load(engine, build_go(folder))
    engine.close()


@pytest.fixture
def call(guest: GoGuest, tmp_path: Path) -> Call:
    books = {"searchMethods": {"meaning": {"embedder": "testEmbed"}}}
    manifest = parse_manifest(json.dumps({"collections": {"books": books}}))

    async def call(function: str, caller: Caller | None = None, **arguments: Any) -> Outcome:
        app = App("fruit", guest, manifest, {}, dev=True, folder=tmp_path)
        try:
            found = app.interface.function(function)
            assert found is not None
            return await app.call(found, arguments, caller=caller or Caller())
        finally:
            await app.close()

    return call


def test_the_table_of_types(guest: GoGuest):
    schema = build_schema(guest.interface).graphql
    assert schema.query_type is not None
    fields = schema.query_type.fields
    assert len(TYPES) > 20
    for index, (type, expected) in enumerate(TYPES):
        assert str(fields[f"table{index}"].type) == expected, type
        parameter = str(fields[f"table{index}"].args["p"].type)
        assert parameter.replace("PairInput", "Pair") == expected, type
    assert str(fields["tableNothing"].type) == str(fields["tableError"].type) == "Void"
    assert {"Excuse", "Hat", "Repository"} <= schema.type_map.keys()


def test_docs_of_the_example(guest: GoGuest):
    function = guest.interface.function("getExcuse")
    assert function is not None
    assert function.doc == "Finds an excuse, in a polite tone unless told otherwise."


def test_examples_pass_gos_own_checks(folder: Path, tmp_path: Path):
    """Its unit tests among them."""
    write_workspace(folder)
    go = find_go()
    env = {**os.environ, **go.environment(tmp_path)}
    # Flags of one's own, such as -mod, may not go with a workspace.
    env |= {"GOWORK": str(folder / "go.work"), "GOFLAGS": ""}
    if "GOCACHE" not in os.environ:
        del env["GOCACHE"]  # Go's own, which is not empty each time
    for command in (["vet", "./..."], ["test", "-v", "./..."]):
        done = subprocess.run(
            [go.program, *command], cwd=folder, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("--- PASS") == 2


async def test_several_results(call: Call):
    assert (await call("calculate", a=5, b=3)).value == {"sum": 8, "difference": 2}


async def test_the_caller(call: Call):
    caller = Caller(claims={"sub": "Ada"}, time_zone="Asia/Tokyo")
    welcome = (await call("getWelcome", caller)).value
    assert welcome.startswith("Welcome, Ada, it is ")
    nobody = await call("getWelcome")
    assert [error.message for error in nobody.errors] == ["JWT claims not found"]
    assert (await call("getTimeIn", zone="Asia/Tokyo")).value.endswith("+09:00")


async def test_the_stream(guest: GoGuest):
    app = App("fruit", guest, parse_manifest('{"endpoints": {}}'), {}, dev=True)
    found = app.interface.function("countDown")
    assert found is not None
    stream = app.stream(found, {"from": 1})
    assert [await anext(stream), await anext(stream)] == [1, 0]
    await stream.aclose()
    with pytest.raises(StreamFailed) as raised:
        await anext(app.stream(found, {"from": -1}))
    assert [error.message for error in raised.value.errors] == ["that is over already"]
    found = app.interface.function("lines")
    assert found is not None
    assert [each async for each in app.stream(found, {"text": "a\n\nb"})] == [
        {"number": 1, "text": "a"}, {"number": 2, "text": ""}, {"number": 3, "text": "b"},
    ]  # fmt: skip
    streams = [each.name for each in app.interface.functions if each.streams]
    assert streams == ["countDown", "lines", "recitePoem", "tellStory"]
    await app.close()


async def test_a_database_that_the_manifest_does_not_name_is_an_error(call: Call):
    assert (await call("findPlants", name="pear")).failed


async def test_collections(call: Call):
    book = {"about": "a whale and its hunter", "author": "Melville"}
    for title, year in (("Moby-Dick", 1851), ("Older", 1751)):
        assert not (await call("addBook", title=title, **book, year=year)).failed
    [found] = (await call("findBooks", about="whale", since=1800)).value
    assert (found["key"], found["labels"]) == ("Moby-Dick", ["book"])
    assert json.loads(found["metadata"]) == {"author": "Melville", "year": 1851}
    assert (await call("authorOf", title="Moby-Dick")).value == "Melville"
    assert (await call("authorOf", title="Emma")).value == ""


def test_the_versions():
    assert f"recent enough: {OLDEST[0]}.{OLDEST[1]}" in PAGE
    assert f"TinyGo {OLDEST_TINYGO[0]}.{OLDEST_TINYGO[1]} or later" in PAGE


def test_every_package_of_the_sdk_is_in_the_table():
    table = SECTIONS["The SDK"]
    for path in own_packages().values():
        is_apps = path != "pins" and not path.startswith("internal/")
        assert f"`{path}`" in table or not is_apps, path


def test_every_call_stack_is_in_the_table():
    table = SECTIONS["Unit tests"]
    mocks = [*PACKAGES.rglob("*_mock.go")]
    assert len(mocks) > 8
    for mock in mocks:
        if mock.parent.name == "collections":
            assert "`CallCallStack`" in table
        else:
            for name in re.findall(r"^\s*(?:var )?(\w+CallStack)\s*=", mock.read_text(), re.M):
                assert f"`{name}`" in table, name


def test_every_code_is_in_the_table():
    section = SECTIONS["When a build fails"]
    table = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", section)) - {"ATOLL_GO", "ATOLL_DEBUG"}
    table -= {"SOURCE_DATE_EPOCH"}
    tool = (TOOLCHAIN / "golang" / "tool" / "problem.go").read_text()
    known = set(re.findall(r'^\t\w+ += "([A-Z_]+)"$', tool, re.M))
    assert len(known) > 12
    shared = (TOOLCHAIN / "checks.py", TOOLCHAIN / "provenance.py")
    for file in (*(TOOLCHAIN / "golang").glob("*.py"), *shared):
        known |= set(re.findall(r'BuildError\(\s*"([A-Z_]+)"', file.read_text()))
    assert table == known
