"""Running the examples, whatever language they are in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call import Outcome
from atoll.engine import Engine, EngineConfig
from atoll.guest.load import load_guest
from atoll.manifest import parse_manifest

EXAMPLES = Path(__file__).parents[2] / "examples"
Call = Callable[..., Awaitable[Outcome]]
Build = Callable[[Path], bytes]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=20))
    yield engine
    engine.close()


@pytest.fixture
def call(engine: Engine, build_assemblyscript: Build, build_go: Build) -> Call:
    """Call a function of an example, whose manifest is changed by ``replace``."""

    async def call(
        example: str | Path,
        function: str,
        arguments: dict[str, Any],
        replace: tuple[str, str] = ("", ""),
    ) -> Outcome:
        folder = EXAMPLES / example  # a path of its own stays what it is
        text = (folder / "modus.json").read_text()
        assert replace[0] in text
        manifest = parse_manifest(text.replace(*replace), path=folder / "modus.json")
        build = build_go if (folder / "go.mod").exists() else build_assemblyscript
        guest = load_guest(engine, build(folder))
        app = App(folder.name, guest, manifest, {"MODUS_OPENAI_API_KEY": "key"}, dev=True)
        try:
            found = app.interface.function(function)
            assert found is not None
            return await app.call(found, arguments)
        finally:
            await app.close()

    return call
