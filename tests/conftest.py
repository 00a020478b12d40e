"""What all tests share: the report on skipped tests."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # By path: the tests are not a package (import-mode=importlib), so it has no import name.
    file = Path(__file__).with_name("skip_report.py")
    spec = importlib.util.spec_from_file_location("atoll_skip_report", file)
    assert spec is not None
    assert spec.loader is not None
    plugin = importlib.util.module_from_spec(spec)
    # Registered before it runs: dataclasses look their module up there.

    sys.modules[spec.name] = plugin
    spec.loader.exec_module(plugin)
    config.pluginmanager.register(plugin, spec.name)


@pytest.fixture(scope="session")
def load_python():
    """Builds the Python app in a folder and gives its guest, in the form that ``dev`` uses."""
    from atoll.engine import Engine, EngineConfig
    from atoll.guest.component.program import ComponentGuest
    from atoll.toolchain.python import build_python

    engine = Engine(EngineConfig(concurrency=200))

    def load(folder: Path) -> ComponentGuest:
        build = asyncio.run(build_python(folder, engine=engine))
        return ComponentGuest.load(engine, build.wasm, form="split", cached=False)

    yield load
    engine.close()
