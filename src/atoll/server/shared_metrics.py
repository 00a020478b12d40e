"""Metrics across the processes of one server: each publishes its figures in a shared directory.

A scrape reaches any one worker. It waits until the others have published what they had counted
before, and answers with its own figures and theirs. The figures of a worker that died are kept. So
counters do not run backwards.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import msgspec

from atoll.server.metrics import Figures, Metrics, merge_figures

INTERVAL: Final = 0.1  # seconds
PATIENCE: Final = 2 * INTERVAL
"""Seconds within which every worker publishes, if its event loop turns."""

_ENDED: Final = "ended"

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Figures).decode


class SharedMetrics:
    """The directory as one process sees it. ``directory`` belongs to this server alone."""

    def __init__(self, directory: Path, process: int) -> None:
        self._directory = directory
        self._own = _file(directory, str(process))
        self._published = b""

    def others(self) -> list[Figures]:
        """The figures of all other processes, ended ones included."""
        files = sorted(self._directory.glob("*.json"))
        return [found for file in files if file != self._own if (found := _read(file))]

    def publish(self, figures: Figures) -> None:
        """Let the others know this process's figures."""
        data = _encode(figures)
        if data != self._published:
            _write(self._own, data)
            self._published = data

    async def keep_published(self, metrics: Metrics) -> None:
        """Publish until cancelled, and then once more."""
        try:
            while True:
                self.publish(metrics.figures)
                await asyncio.sleep(INTERVAL)
        finally:
            self.publish(metrics.figures)


def retire(directory: Path, process: int) -> None:
    """Add the figures of a process that ended to those of its predecessors (the supervisor's)."""
    own, ended = _file(directory, str(process)), _file(directory, _ENDED)
    figures = _read(own)
    if figures is None:
        return
    merged = merge_figures([figures, _read(ended) or Figures()])
    merged.requests_in_flight = 0
    _write(ended, _encode(merged))
    own.unlink(missing_ok=True)


def _file(directory: Path, name: str) -> Path:
    return directory / f"{name}.json"


def _read(file: Path) -> Figures | None:
    try:
        return _decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None  # gone since it was listed


def _write(file: Path, data: bytes) -> None:
    # A reader sees the old figures or the new ones, never a part.
    temporary = file.with_suffix(".new")
    temporary.write_bytes(data)
    temporary.replace(file)
