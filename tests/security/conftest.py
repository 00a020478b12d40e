"""The hostile app, built once, and calls of its functions by the whole call path."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.engine import Engine
from atoll.guest.component.program import ComponentGuest
from atoll.manifest import load_manifest
from atoll.toolchain.python import build_python

FOLDER = Path(__file__).parents[1] / "apps" / "hostile"


@pytest.fixture(scope="session")
def manifest():
    return load_manifest(FOLDER / "modus.json", strict=True)


@pytest.fixture(scope="session")
def guest(manifest):
    engine = Engine(engine_config(manifest.limits))
    build = asyncio.run(build_python(FOLDER, engine=engine))
    yield ComponentGuest.load(engine, build.wasm, form="split", cached=False)
    engine.close()


@pytest.fixture
async def hostile_with(manifest, guest):
    """Give it limits and other settings of the manifest; it gives a function that calls."""
    apps = []

    def make(**changes):
        limits = {field.name for field in dataclasses.fields(manifest.limits)}
        changed = dataclasses.replace(
            manifest,
            limits=dataclasses.replace(
                manifest.limits, **{key: changes.pop(key) for key in limits & changes.keys()}
            ),
            **changes,
        )
        app = App("hostile", guest, changed, {"TZ": "Europe/Berlin"})
        apps.append(app)

        async def call(name, /, **arguments):
            return await app.call(app.interface.function(name), arguments)

        return call

    yield make
    for app in apps:
        await app.close()


@pytest.fixture
def hostile(hostile_with):
    return hostile_with()
