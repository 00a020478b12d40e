"""The collections of an app under test: real ones, empty at the start of each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from atoll.app.call import ANONYMOUS, Caller, Outcome
from atoll.app.embedding import embed
from atoll.collections.backend import Backend
from atoll.collections.service import Collections
from atoll.guest.types import Function, Interface
from atoll.manifest import Manifest
from atoll.testing.background import Background
from atoll.testing.runner import RUNNER, OwnThread


class _App(Protocol):
    @property
    def manifest(self) -> Manifest: ...
    @property
    def interface(self) -> Interface: ...
    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller
    ) -> Outcome: ...


class CollectionsOfTest(Collections):
    """Collections in a folder that is there for one test. Embedders run as all functions of the
    app do, so that they reach the test's models."""

    def __init__(self, app: _App) -> None:
        self._app = app
        self._folder: Path | None = None
        super().__init__(app.manifest.collections, self._open_store, self._embed)

    def _open_store(self) -> Backend:
        from atoll.collections.sqlite import SqliteBackend

        self._folder = Path(tempfile.mkdtemp(prefix="atoll-collections-"))
        return SqliteBackend(self._folder)

    async def _embed(self, name: str, texts: Sequence[str]) -> Any:
        # The test's own thread may be the one that waits for this.
        token = RUNNER.set(OwnThread())
        try:
            return await embed(self._app.interface, self._run, name, texts)
        finally:
            RUNNER.reset(token)

    async def _run(self, function: Function, arguments: Mapping[str, Any]) -> Outcome:
        return await self._app.call(function, arguments, ANONYMOUS)

    def end(self, background: Background) -> None:
        """Close them, and delete the folder."""
        background.wait(self.close())
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
