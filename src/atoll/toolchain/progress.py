"""Telling whoever waits what a build is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the steps of a build. May be called from another thread than the caller's."""

    def step(self, name: str) -> None:
        """A step begins (``Building the Python base``); it ends with the next one, or ``done``."""

    def done(self) -> None:
        """Nothing is going on any more."""


class Quiet:
    """Progress that nobody looks at."""

    def step(self, name: str) -> None:
        pass

    def done(self) -> None:
        pass
