"""The inference history of the apps that a command runs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from atoll._version import __version__
from atoll.guest.metadata import Metadata, read_metadata
from atoll.server.metrics import Metrics

if TYPE_CHECKING:
    from atoll.cli.runtime import Compiled
    from atoll.history import History, Program
    from atoll.models import InvocationObserver


class Recording:
    """Keeps the history of one process, from the first app on that has models.

    Args:
        wanted: whether there is to be one.
        metrics: learns what became of the invocations.
    """

    def __init__(self, wanted: bool, metrics: Metrics) -> None:
        self._wanted = wanted
        self._metrics = metrics
        self._history: History | None = None

    def observers(
        self, compiled: Compiled, environ: Callable[[], Mapping[str, str]]
    ) -> tuple[InvocationObserver, ...]:
        """Who is to be told of an app's invocations.

        Args:
            compiled: the app.
            environ: gives its variables and secrets as they are.

        Raises:
            HistoryError: a variable that says where the history is has a value of no use.
        """
        manifest = compiled.manifest
        if not (self._wanted and manifest.models and manifest.inferences.record):
            return ()
        # Here, because most apps have no models.
        from atoll.history import History, find_database

        if self._history is None:
            database = find_database(compiled.folder, environ)
            if database is None:
                return ()
            self._history = History(database)
            counts = self._history.counts
            self._metrics.inferences = lambda: {
                "recorded": counts.recorded,
                "dropped": counts.dropped,
                "failed": counts.failed,
            }
        return (self._history.recorder(program_of(compiled), manifest.inferences),)

    def start(self) -> None:
        """Open the database before the first invocation, if there is to be one."""
        if self._history is not None:
            self._history.start()

    def flush(self, seconds: float) -> None:
        """Have what was asked so far written, waiting so many seconds at most. Blocks."""
        if self._history is not None:
            self._history.flush(seconds)

    def close(self) -> None:
        """Write what waits; the log says what was lost."""
        if self._history is not None:
            self._history.close()


def program_of(compiled: Compiled) -> Program:
    """What the history says of a build. Raises MetadataError."""
    from atoll.history import Program

    metadata = read_metadata(compiled.wasm)
    module = metadata.module
    if module is None:
        return Program(
            compiled.name,
            metadata.language,
            __version__,
            _build_id(compiled.wasm),
            _time(Path(compiled.origin)),
        )
    _, _, version = module.plugin.rpartition("@")
    return Program(
        compiled.name,
        metadata.language,
        _version(metadata),
        module.build_id or _build_id(compiled.wasm),
        _iso(module.extra.get("buildTs", "")) or _time(Path(compiled.origin)),
        version if "@" in module.plugin else "",
        module.extra.get("gitRepo", ""),
        module.extra.get("gitCommit", ""),
    )


def _version(metadata: Metadata) -> str:
    name, at, version = metadata.runtime.rpartition("@")
    return version if at and name else metadata.runtime


def _build_id(wasm: bytes) -> str:
    """Of a module that has none: as long as Modus's are."""
    return hashlib.sha256(wasm).hexdigest()[:20]


def _time(origin: Path) -> str:
    built = origin.stat().st_mtime if origin.is_file() else time.time()
    return datetime.fromtimestamp(built).astimezone().isoformat(timespec="milliseconds")


def _iso(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return ""
