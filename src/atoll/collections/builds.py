"""Earlier builds of an app, whose embedders made vectors that are still searched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from atoll.collections.embedding import EmbedderCall


@dataclass(frozen=True, slots=True)
class EarlierBuild:
    """An earlier build that runs again, beside the present one."""

    call: EmbedderCall
    close: Callable[[], Awaitable[None]]


class Builds(Protocol):
    """What there is to say of the build that runs, and of earlier ones."""

    @property
    def id(self) -> str:
        """Of the build that runs: another one for whatever may change what its embedders give."""

    def content(self) -> bytes:
        """All that is needed to run it again. Blocks."""

    def open(self, content: bytes) -> EarlierBuild:
        """Run what `content` gave once. Blocks. Raises any exception where it cannot be run."""
