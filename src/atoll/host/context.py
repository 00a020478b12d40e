"""What a call's host operations work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from atoll.host.streams import Streams


class ModelInformation(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def full_name(self) -> str: ...


class ModelService(Protocol):
    """The app's models (``atoll.models.Models``), as far as guests may use them."""

    def info(self, name: str) -> ModelInformation: ...
    async def invoke(self, name: str, input: str) -> str: ...
    def stream(self, name: str, input: str) -> AsyncIterator[str]: ...


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Caps on what one call may ask of its host.

    ``payload`` is in bytes of UTF-8, for each host request and each reply; ``host_calls`` is how
    many host operations may be in flight at once.
    """

    payload: int = 16 << 20
    host_calls: int = 64
    log: int = 256 << 10


@dataclass(frozen=True, slots=True)
class Context:
    """One call's access to its app: everything an operation may touch, and nothing else."""

    models: ModelService
    streams: Streams
    limits: CallLimits
