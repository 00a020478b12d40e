"""Settings of the engine: one set per process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """All have defaults fit for a server; changing any that shapes compiled code gives it a new
    key in the cache."""

    #: Executions alive at once; more wait in arrival order. Core modules get a pool of this many
    #: slots (4.4 GiB of address space and about 5 memory mappings each), components a counter.
    concurrency: int = 1000
    #: Places besides those, for executions on which others wait (``Limits.reserved``).
    reserved: int = 8
    #: Bytes of linear memory in one pool slot: a ceiling of ``Limits.memory`` for core modules.
    max_memory: int = 256 << 20
    #: Seconds between epoch ticks: the longest time a computing guest holds its thread.
    tick: float = 0.004
    #: Threads on which guests continue that compute for longer than a tick.
    workers: int = 2
    #: Directory of compiled code; ``None`` means ``cache.default_cache_directory()``.
    cache: Path | None = None

    def __post_init__(self) -> None:
        least = min(self.concurrency, self.reserved, self.workers)
        if least < 1 or self.max_memory < 1 << 16:
            raise ValueError("concurrency, reserved, workers and max_memory must be positive")
        if not 0.0005 <= self.tick <= 1:
            raise ValueError("tick must lie between 0.5 ms and 1 s")
