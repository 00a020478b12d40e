"""Models asked from inside the sandbox, of providers that speak on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from atoll.app.app import App
from atoll.manifest import parse_manifest

if TYPE_CHECKING:  # each test run loads this file, few need a server
    from atoll_providers.server import Providers

FOLDER = Path(__file__).parents[1] / "apps" / "writer"
PATHS = {
    "openai": "v1/chat/completions",
    "openai-responses": "v1/responses",
    "anthropic": "v1/messages",
    "gemini": "v1beta/models/m:generateContent",
}
MakeApp = Callable[..., Any]


@pytest.fixture(scope="module")
def guest(load_python: Callable[[Path], Any]) -> Any:
    return load_python(FOLDER)


@pytest.fixture
def make_app(guest: Any, providers: Providers) -> MakeApp:
    @asynccontextmanager
    async def make(
        interface: str = "openai", path: str = "", memory: int = 256, **model: Any
    ) -> AsyncIterator[App]:
        connections = {"provider": {"type": "http", "baseUrl": providers.url}}
        models = {
            "model": {
                "sourceModel": "m",
                "connection": "provider",
                "path": PATHS[interface],
                "interface": interface,
                **model,
            },
            "other": {"sourceModel": "m", "connection": "provider", "path": "v1/embeddings"},
        }
        if path:
            models["other"]["path"] = path
        limits = {"memoryMb": memory}
        text = json.dumps({"connections": connections, "models": models, "limits": limits})
        manifest = parse_manifest(text, path=Path("modus.json"))
        app = App("writer", guest, manifest, {})
        try:
            yield app
        finally:
            await app.close()

    return make


@pytest.fixture
async def local_app(guest: Any) -> AsyncIterator[App]:
    """The same, on models of this machine."""
    from atoll.models.local import install

    pytest.importorskip("xllamacpp")
    pytest.importorskip("onnxruntime")
    sources = {"model": "smollm2-135m-instruct", "other": "all-minilm-l6-v2"}
    for source in sources.values():
        install(source)
    models = {
        name: {"sourceModel": source, "connection": "local"} for name, source in sources.items()
    }
    manifest = parse_manifest(json.dumps({"models": models}), path=Path("modus.json"))
    app = App("writer", guest, manifest, {})
    try:
        yield app
    finally:
        await app.close()


async def call(app: App, name: str, /, **arguments: Any) -> Any:
    function = app.interface.function(name)
    assert function is not None
    outcome = await app.call(function, arguments)
    assert outcome.errors == ()
    return outcome.value


ANN = {"name": "Ann", "age": None, "hobbies": ["chess"]}


@pytest.mark.parametrize("interface", PATHS)
async def test_text_and_value(interface: str, make_app: MakeApp, providers: Providers) -> None:
    from atoll_providers.replies import Say

    providers.answer(Say("Hello"), Say(json.dumps(ANN)), Say("Hm"), Say(json.dumps(ANN)))
    async with make_app(interface) as app:
        assert await call(app, "text", prompt="Hi") == "Hello"
        assert await call(app, "person", text="Ann plays chess") == ANN
        assert await call(app, "people", texts=["Ann"]) == [ANN]
    assert "hobbies" in json.dumps(providers.requests[1].json)
    assert "does not fit" in json.dumps(providers.requests[3].json)
    assert providers.unsaid == 0


@pytest.mark.parametrize("function", ["calculate", "calculateAsync"])
@pytest.mark.parametrize("interface", PATHS)
async def test_tools(
    interface: str, function: str, make_app: MakeApp, providers: Providers
) -> None:
    from atoll_providers.replies import Call, Say

    providers.answer(
        Say(calls=[Call("add", {"a": 1, "b": 2}), Call("capital", {"country": "Norway"})]),
        Say(calls=[Call("capital", {"country": "Atlantis"}), Call("add", {"a": "x", "b": 1})]),
        Say("3, and Oslo"),
    )
    async with make_app(interface) as app:
        found = await call(app, function, question="1 + 2?")
    assert found["answer"] == "3, and Oslo"
    assert found["steps"] == 3
    assert found["told"][:3] == ["3", "Oslo", "Error: KeyError: 'Atlantis'"]
    assert found["told"][3].startswith("Error: a: expected int")
    assert found["tokens"] == 3 * 19
    assert "Add two numbers." in json.dumps(providers.requests[0].json)


async def test_step_limit(make_app: MakeApp, providers: Providers) -> None:
    from atoll_providers.replies import Call, Say

    providers.default = Say(calls=[Call("add", {"a": 1, "b": 2})])
    async with make_app() as app:
        function = app.interface.function("calculate")
        outcome = await app.call(function, {"question": "?", "maxSteps": 2})
    [error] = outcome.errors
    assert len(providers.requests) == 2
    assert "error calling function" in error.message


@pytest.mark.parametrize("split", [None, 1])
@pytest.mark.parametrize("interface", PATHS)
async def test_stream(
    interface: str, split: int | None, make_app: MakeApp, providers: Providers
) -> None:
    from atoll_providers.replies import Say

    providers.default = Say("Once upon ä time", split=split)
    words = ["Once", " upon", " ä", " time"]
    async with make_app(interface) as app:
        assert await call(app, "pieces", prompt="Go") == words
        assert await call(app, "piecesAsync", prompt="Go") == [*words, "stop"]
        function = app.interface.function("tell")
        assert [each async for each in app.stream(function, {"prompt": "Go"})] == words


async def test_a_long_answer_takes_no_memory(make_app: MakeApp, providers: Providers) -> None:
    from atoll_providers.replies import Say

    piece = "n✨" * 50_000
    providers.answer(lambda asked: Say(pieces=(piece for _ in range(300))))
    async with make_app(memory=64) as app:
        assert await call(app, "length", prompt="Go on.") == 30_000_000


async def test_leaving_a_stream_early_lets_go_of_the_provider(
    make_app: MakeApp, providers: Providers
) -> None:
    from atoll_providers.replies import Say

    def endless() -> Any:
        while True:
            yield "again "

    providers.default = Say(pieces=endless())
    async with make_app() as app:
        assert await call(app, "pieces", prompt="Go", most=3) == ["again "] * 3
        await asyncio.to_thread(providers.last.done.wait, 10)
        assert providers.last.left


async def test_what_had_come_of_a_stream_that_breaks(
    make_app: MakeApp, providers: Providers
) -> None:
    from atoll_providers.replies import Fail, Say

    providers.answer(Say("Once upon a time", stop_after=3), Say("Once", fails=Fail("overloaded")))
    async with make_app() as app:
        assert await call(app, "whatCame", prompt="Go") == ["MODEL_STREAM_CUT", "Once upon"]
        assert (await call(app, "whatCame", prompt="Go"))[1] == "Once"


async def test_labels(make_app: MakeApp, providers: Providers) -> None:
    from atoll_providers.replies import Vectors

    providers.answer(Vectors(vectors=[[1, 0], [0, 1], [0.1, 1], [1, 0.1]]))
    async with make_app() as app:
        assert await call(app, "label", texts=["woof", "meow"]) == ["dog", "cat"]


async def test_bad_answers(make_app: MakeApp, providers: Providers) -> None:
    from atoll_providers.replies import Say

    providers.default = Say("Somebody.")
    async with make_app() as app:
        found = await call(app, "failure", prompt="Who?")
    assert found == "BAD_STRUCTURED_OUTPUT: Somebody."
    assert len(providers.requests) == 2


async def test_local_models(local_app: App) -> None:
    found = await call(local_app, "person", text="Ann Lee is 30 years old and plays chess.")
    assert found.keys() == {"name", "age", "hobbies"}
    assert isinstance(found["name"], str)
    pieces = await call(local_app, "pieces", prompt="Tell me a story.", most=5)
    assert len(pieces) == 5
    assert all(pieces)
    texts = ["It barks at the postman.", "It purrs and chases mice."]
    assert await call(local_app, "label", texts=texts) == ["dog", "cat"]


async def test_local_model_asks_for_a_tool(local_app: App) -> None:
    found = await call(local_app, "firstTool", question="What is 12 plus 30?")
    assert found == "42"
