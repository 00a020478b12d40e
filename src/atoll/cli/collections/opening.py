"""An app's collections as commands reach them: its store alone, or with its embedders."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from atoll.cli.failure import CommandError

if TYPE_CHECKING:
    from atoll.app.app import App
    from atoll.collections.backend import Backend
    from atoll.collections.service import Collections
    from atoll.collections.types import CollectionStats, Generation
    from atoll.manifest import Manifest
    from atoll.manifest.collection import Collection
    from atoll.secrets import SecretSources

Result = TypeVar("Result")


@contextmanager
def open_store(app: Path, secrets: list[str] | None) -> Iterator[Backend]:
    """The store of an app, of which nothing is built or run."""
    from atoll.collections.choice import find_backend

    backend = find_backend(app, secret_sources(app, secrets).environ)
    try:
        yield backend
    finally:
        backend.close()


def stats_of(backend: Backend, name: str = "") -> list[CollectionStats]:
    """What is stored of one collection, or of all. A store that is not there yet is not made."""
    from atoll.collections.sqlite import SqliteBackend

    if isinstance(backend, SqliteBackend) and not Path(backend.place).exists():
        return []
    return backend.stats(name or None)


def is_being_embedded(backend: Backend, generation: Generation) -> bool:
    """Whether some process makes the vectors of a generation at this moment."""
    lock = backend.lock(f"embed {generation.id}")  # as `collections.upkeep` takes it
    if lock is None:
        return True
    lock.release()
    return False


def not_stored(backend: Backend, name: str) -> CommandError:
    """The error that a store has nothing of a collection."""
    return CommandError(
        "NO_SUCH_COLLECTION",
        f"{backend.place} has no collection named {name[:100]}",
        "`atoll collections list` shows those there are",
    )


def secret_sources(app: Path, secrets: list[str] | None) -> SecretSources:
    """Where the app's secrets come from, read once.

    Raises CommandError, SecretProviderError: there is no such folder, or they cannot be read.
    """
    from atoll.secrets import SecretSources, chosen, make_providers

    if not app.is_dir():
        raise CommandError("NO_APP", f"{app} is not a folder", "name an app's folder: --app PATH")
    providers = make_providers(chosen(secrets or (), os.environ), app, os.environ)
    sources = SecretSources(providers, os.environ)
    sources.load()
    return sources


def find_manifest(app: Path) -> Manifest:
    """The app's. Raises CommandError, ManifestError: it has none, or a malformed one."""
    from atoll.cli.failure import look_for_sources_in
    from atoll.manifest import load_manifest

    file = app / "modus.json"
    if not file.is_file():
        raise CommandError(
            "NO_MANIFEST",
            f"there is no modus.json in {app.resolve()} that could name collections",
            "run this in the app's folder, or name it: --app PATH",
        )
    look_for_sources_in(app)
    return load_manifest(file)


def find_collection(app: Path, name: str) -> Collection:
    """One of the app's manifest. Raises CommandError: it does not name it."""
    manifest = find_manifest(app)
    if name not in manifest.collections:
        known = ", ".join(manifest.collections) or "none"
        raise CommandError(
            "NO_SUCH_COLLECTION",
            f"modus.json has no collection named {name[:100]}",
            f"it has: {known}",
        )
    return manifest.collections[name]


@dataclass(frozen=True, slots=True)
class Loaded:
    """An app, ready to embed texts."""

    app: App
    backend: Backend

    @property
    def service(self) -> Collections:
        return self.app.collections

    def run(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do something with it, once: the app is closed afterwards. Ctrl-C cancels it."""

        async def main() -> Result:
            try:
                return await work()
            finally:
                await self.app.close()

        return asyncio.run(main())


@contextmanager
def load_app(path: Path, secrets: list[str] | None) -> Iterator[Loaded]:
    """The app in a folder, built first if that is due, and its store. Shows what takes long."""
    from atoll.cli.call_log import log_to_stderr
    from atoll.cli.console import Steps
    from atoll.cli.runtime import Runtime, Settings
    from atoll.cli.sources import ready_build
    from atoll.collections.choice import find_backend
    from atoll.secrets import chosen
    from atoll.telemetry.setup import tracing

    log = log_to_stderr()
    with Steps() as steps:
        settings = Settings(
            dev=True,
            limits={},
            form="split",
            history=True,
            secrets=chosen(secrets or (), os.environ),
        )
        runtime = Runtime(settings, steps)
        try:
            build = ready_build(runtime, path, steps)
            app = runtime.load(runtime.read(build, path))
            steps.done()
            backend = find_backend(path, runtime.secret_sources(path).environ)
            try:
                with tracing(os.environ, build.name):
                    yield Loaded(app, backend)
            finally:
                backend.close()
        finally:
            log.show_held()
            runtime.close()
