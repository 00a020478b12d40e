"""Which changes in an app's folder `atoll dev` acts on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, awatch

from atoll.app.build import MANIFEST
from atoll.cli.language import is_embedded, is_skipped, is_source

log = logging.getLogger("atoll.cli")

DEBOUNCE = 60
"""Milliseconds without a further change after which a change is acted on: an editor that saves
writes, renames and touches."""

LONGEST = 500
"""Milliseconds after which it is acted on anyway."""

RETRY = 1.0
"""Seconds after which watching is tried again when it failed."""


def concerns(path: str, directory: Path) -> bool:
    """Whether a change of ``path`` can change what is served."""
    try:
        *folders, name = Path(path).relative_to(directory).parts
    except ValueError:
        return False
    if not folders and is_settings(name):
        return True
    if is_source(name) and not any(is_skipped(folder) for folder in folders):
        return True
    hidden = any(part.startswith(".") for part in (*folders, name))
    return not hidden and is_embedded(Path(path), directory)


def is_settings(name: str) -> bool:
    """Whether a file of that name says how the app runs, and is no part of its code."""
    return name == MANIFEST or name == ".env" or name.startswith(".env.")


class Watcher:
    """Collects changes from the moment it is entered; an async context manager."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._warned: set[str] = set()

    async def __aenter__(self) -> Watcher:
        self._task = asyncio.create_task(self._keep_collecting())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def changes(self) -> AsyncIterator[frozenset[str]]:
        """Names of the files that changed since the last time, whenever there are some."""
        while True:
            await self._news.wait()
            self._news.clear()
            changed, self._changed = self._changed, set()
            yield frozenset(Path(path).name for path in changed)

    async def _keep_collecting(self) -> None:
        while not self._stop.is_set():
            try:
                await self._collect()
            except* OSError as failed:  # before it began: no such folder, too many watches
                self._warn_once(f"Edits cannot be followed: {failed.exceptions[0]}")
                await self._pause(RETRY)
            except* Exception as failed:  # a file whose name is no text
                self._warn_once(f"Not all edits can be followed: {failed.exceptions[0]}")
                await self._pause(LONGEST / 1000)
                # What changed beside that is not known, so it may be anything.
                self._changed.add(str(self._directory))
                self._news.set()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _warn_once(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            log.warning(text)

    async def _collect(self) -> None:
        def wanted(_: Change, path: str) -> bool:
            return concerns(path, self._directory)

        async for batch in awatch(
            self._directory,
            watch_filter=wanted,
            debounce=LONGEST,
            step=DEBOUNCE,
            stop_event=self._stop,
        ):
            self._changed |= {path for _, path in batch}
            self._news.set()
