"""The hostile app, built once, and calls of its functions by the whole call path."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from atoll.app.app import App
from atoll.manifest import load_manifest

FOLDER = Path(__file__).parents[1] / "apps" / "hostile"


@pytest.fixture(scope="session")
def manifest():
    return load_manifest(FOLDER / "modus.json", strict=True)


@pytest.fixture(scope="session")
def guest(load_python):
    return load_python(FOLDER)


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
