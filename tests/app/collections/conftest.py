"""Apps that use collections, in AssemblyScript and in Go: with Atoll's SDKs, and in the form of the
original's."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call import Outcome
from atoll.collections.postgresql import PostgresqlBackend
from atoll.engine import Engine, EngineConfig
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.golang.program import GoGuest
from atoll.guest.wasm_binary import custom_section
from atoll.guest.wasm_encoding import custom_section as encoded_section
from atoll.manifest import parse_manifest

HERE = Path(__file__).parent
MANIFEST = {
    "collections": {
        "docs": {"searchMethods": {"byMeaning": {"embedder": "embed"}}},
        "more": {"searchMethods": {"byMeaning": {"embedder": "embed", "distance": "euclidean"}}},
        "within": {"searchMethods": {"byMeaning": {"embedder": "embedWithin"}}},
        "wrong": {"searchMethods": {"byMeaning": {"embedder": "getText"}}},
    }
}
DEFAULTS: dict[str, Any] = {
    "key": None, "keys": None, "labels": [], "namespace": "", "namespaces": [], "limit": 10,
    "method": "byMeaning", "where": "", "mode": "vector",
}  # fmt: skip
AS, GO = "modus-sdk-as@0.17.5", "modus-sdk-go@0.17.4"
AS_CLASSES = "~lib/@hypermode/modus-sdk-as/assembly/collections/"
GO_PACKAGE = "github.com/hypermodeinc/modus/sdk/go/pkg/collections."


def as_of_the_original(wasm: bytes) -> bytes:
    """The module, with its classes and its SDK named as a module of 0.17 names them."""
    text = custom_section(wasm, "modus_metadata")
    assert text is not None
    said = text.decode()
    own = "assembly/index/Coll", "assembly/index/Search", "example.com/old.Coll"
    theirs = f"{AS_CLASSES}Coll", f"{AS_CLASSES}Search", f"{GO_PACKAGE}Coll"
    for name, theirs_name in zip(own, theirs, strict=True):
        said = said.replace(name, theirs_name)
    said = said.replace("example.com/old.Search", f"{GO_PACKAGE}Search")
    assert AS_CLASSES in said or GO_PACKAGE in said
    metadata = json.loads(said)
    metadata["sdk"] = AS if metadata["sdk"].startswith("modus-sdk-as") else GO
    before = encoded_section("modus_metadata", text)
    after = encoded_section("modus_metadata", json.dumps(metadata).encode())
    assert wasm.count(before) == 1
    return wasm.replace(before, after)


@dataclass
class Failed:
    """What a call came to that did not do what it was asked."""

    said: str | None
    """What the function says of it; None if it says nothing."""


class Library:
    """The app, by whose functions collections are used."""

    def __init__(self, app: App, language: str) -> None:
        self.app = app
        self.language = language
        self.api = GraphQLApi(app, hidden=app.manifest.embedders)

    @property
    def is_original(self) -> bool:
        return self.language.endswith("_017")

    async def outcome(self, name: str, /, **arguments: Any) -> Outcome:
        function = self.app.interface.function(name)
        assert function is not None, name
        wanted = {each.name for each in function.parameters}
        given = {key: value for key, value in DEFAULTS.items() if key in wanted}
        return await self.app.call(function, {**given, **arguments})

    async def ask(self, name: str, /, **arguments: Any) -> Any:
        """What a function gives, or Failed."""
        outcome = await self.outcome(name, **arguments)
        value = outcome.value
        if outcome.failed:
            return Failed(outcome.errors[-1].message)
        if isinstance(value, dict) and value.get("status") == "error":
            return Failed(value["error"])
        if value is None and self.is_original:
            return Failed(None)
        return value

    async def __call__(self, name: str, /, **arguments: Any) -> Any:
        result = await self.ask(name, **arguments)
        assert not isinstance(result, Failed), result.said
        return result

    async def query(self, query: str) -> dict[str, Any]:
        response = await self.api.execute(GraphQLRequest(query, {}))
        return response.body


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=50))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def load(
    engine: Engine, build_assemblyscript: Callable[..., bytes], build_go: Callable[[Path], bytes]
) -> Callable[[str], Any]:
    """``load("golang_017")``: the guest of the app in that folder, once."""
    guests: dict[str, Any] = {}

    def load(language: str) -> Any:
        if language not in guests:
            is_go = language.startswith("golang")
            wasm = (build_go if is_go else build_assemblyscript)(HERE / language)
            if language.endswith("_017"):
                wasm = as_of_the_original(wasm)
            guest = GoGuest if is_go else AssemblyScriptGuest
            guests[language] = guest.load(engine, wasm, cached=False)
        return guests[language]

    return load


@pytest.fixture(scope="session")
def database(pgvector: Any) -> str:
    """The address of a database for these tests, one after the other: a server with one for each
    takes a minute to stop."""
    url: str = pgvector.url_of(pgvector.new_database())
    return url


@pytest.fixture
def empty_database(database: str) -> str:
    backend = PostgresqlBackend(lambda: database)
    for each in backend.stats():
        backend.drop_collection(each.collection)
    backend.close()
    return database


@pytest.fixture
async def open_library(
    request: pytest.FixtureRequest, load: Callable[[str], Any], tmp_path: Path
) -> AsyncIterator[Callable[[str], Library]]:
    """``open_library("golang on postgresql")``: the app in that folder over a store of this test,
    which is SQLite unless it is named."""
    apps = []

    def open_library(name: str) -> Library:
        language, _, store = name.partition(" on ")
        manifest = parse_manifest(json.dumps(MANIFEST), path=tmp_path / "modus.json")
        if store:
            environ = {"MODUS_DB": request.getfixturevalue("empty_database")}
        else:
            environ = {"ATOLL_COLLECTIONS_DIR": str(tmp_path / "collections")}
        app = App(language, load(language), manifest, environ, dev=False, folder=tmp_path)
        apps.append(app)
        app.start()
        return Library(app, language)

    yield open_library
    for app in apps:
        await app.close()


@pytest.fixture(
    params=[
        "assemblyscript", "golang", "assemblyscript_017", "golang_017", "golang_017 on postgresql",
    ]
)  # fmt: skip
async def library(
    request: pytest.FixtureRequest, open_library: Callable[[str], Library]
) -> Library:
    return open_library(request.param)


@pytest.fixture(params=["assemblyscript", "golang", "assemblyscript on postgresql"])
async def new_library(
    request: pytest.FixtureRequest, open_library: Callable[[str], Library]
) -> Library:
    """Of an app that may use what is beyond the original."""
    return open_library(request.param)


@pytest.fixture
def codes(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The codes of what the host has logged as errors."""
    caplog.set_level(logging.ERROR, logger="atoll.host")

    def codes() -> list[str]:
        fields = [getattr(record, "fields", {}) for record in caplog.records]
        return [each["code"] for each in fields if "code" in each]

    return codes
