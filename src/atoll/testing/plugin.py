"""The pytest plugin: the fixture ``atoll_app``.

pytest imports this in every project, so that it imports nothing of Atoll before a test uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from atoll.testing.app import AppUnderTest

_MODES = ("native", "sandbox")
_RECORD = ("none", "once", "all")
_APPS: pytest.StashKey[Any] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("atoll")
    group.addoption(
        "--atoll-record",
        choices=_RECORD,
        default="none",
        help="What apps under test ask of models and connections: none (the default) replays"
        " recordings and never reaches out, once records what has none, all records anew.",
    )
    group.addoption(
        "--atoll-mode",
        choices=_MODES,
        default=None,
        help="Where functions run: native (in this process, Python only) or sandbox.",
    )
    parser.addini("atoll_app", "The folder of the app under test, which holds modus.json.")
    parser.addini("atoll_mode", "Where its functions run: native or sandbox.")
    parser.addini("atoll_recordings", "Its folder of recordings, relative to the app's.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "atoll(app, mode=..., recordings=...): which app the test is of, where its functions run,"
        " and the folder of its recordings, relative to the app's.",
    )


@pytest.fixture
def atoll_app(request: pytest.FixtureRequest) -> Iterator[AppUnderTest]:
    """The app under test, offline: models and connections give what the test says, or recordings.

    ``atoll_app.call("say_hello", name="Ada")`` calls a function.
    """
    from atoll.testing.opening import RECORDINGS, Apps

    config = request.config
    if _APPS not in config.stash:
        config.stash[_APPS] = Apps()
    said = _said(request)
    mode = said.get("mode") or config.getoption("--atoll-mode") or config.getini("atoll_mode")
    if mode and mode not in _MODES:
        raise pytest.UsageError(f"atoll_mode is {mode!r}, expected {' or '.join(_MODES)}")
    recordings = said.get("recordings") or config.getini("atoll_recordings") or RECORDINGS
    with config.stash[_APPS].open(
        _folder(request, said.get("app")),
        mode=mode or None,
        recordings=recordings,
        record=config.getoption("--atoll-record"),
    ) as app:
        yield app


def pytest_unconfigure(config: pytest.Config) -> None:
    if _APPS in config.stash:
        config.stash[_APPS].close()
        del config.stash[_APPS]


def _said(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers say, that of the test before that of its class and module."""
    said: dict[str, Any] = {}
    for marker in request.node.iter_markers("atoll"):
        given = dict(marker.kwargs)
        if marker.args:
            given["app"] = marker.args[0]
        unknown = sorted(given.keys() - {"app", "mode", "recordings"})
        if unknown or len(marker.args) > 1:
            raise pytest.UsageError(
                f"@pytest.mark.atoll has no {', '.join(unknown) or 'second argument'}: it takes"
                " app, mode and recordings"
            )
        said = {**given, **said}
    return said


def _folder(request: pytest.FixtureRequest, said: str | None) -> Path:
    """The app's folder: what is said, or the nearest one above the test that has a manifest."""
    config = request.config
    if said:
        return config.rootpath / said
    configured: str = config.getini("atoll_app")
    if configured:
        return (config.inipath.parent if config.inipath else config.rootpath) / configured
    for folder in request.path.resolve().parents:
        if (folder / "modus.json").exists():
            return folder
    return config.rootpath
