"""One app in each language, which asks real databases."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call import Outcome
from atoll.engine import Engine, EngineConfig
from atoll.guest.guest import Guest
from atoll.guest.load import load_guest
from atoll.manifest import Manifest, parse_manifest

FOLDER = Path(__file__).parent
LANGUAGES = ("python", "assemblyscript", "go")
Call = Callable[..., Awaitable[Outcome]]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=1000))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def guests(
    engine: Engine, load_python: Any, build_assemblyscript: Any, build_go: Any
) -> Callable[[str], Guest]:
    """The app in a language, built when it is first asked for."""
    loaded: dict[str, Guest] = {}

    def load(language: str) -> Guest:
        if language not in loaded:
            folder = FOLDER / language
            if language == "python":
                loaded[language] = load_python(folder)
            else:
                build = build_go if language == "go" else build_assemblyscript
                loaded[language] = load_guest(engine, build(folder))
        return loaded[language]

    return load


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def manifest_of(connections: dict[str, Any], **more: Any) -> Manifest:
    return parse_manifest(json.dumps({"connections": connections, **more}))


@pytest.fixture
async def make_app(guests: Callable[[str], Guest]) -> AsyncIterator[Callable[..., App]]:
    """Makes apps of a language with these connections; they are closed after the test."""
    apps: list[App] = []

    def make(
        language: str,
        connections: dict[str, Any],
        environ: dict[str, str] | None = None,
        **more: Any,
    ) -> App:
        manifest = manifest_of(connections, **more)
        apps.append(App("databases", guests(language), manifest, environ or {}, dev=True))
        return apps[-1]

    yield make
    for app in apps:
        await app.close()


@pytest.fixture
def call_of() -> Callable[[App], Call]:
    """``call_of(app)(name, arguments...)``; names and arguments in any language's spelling."""

    def call_of(app: App) -> Call:
        async def call(name: str, /, **arguments: Any) -> Any:
            function = app.interface.function(name) or app.interface.function(_snake(name))
            assert function is not None, name
            outcome = await app.call(function, arguments)
            assert not outcome.failed, outcome.errors
            assert not outcome.errors
            return outcome.value

        return call

    return call_of


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
