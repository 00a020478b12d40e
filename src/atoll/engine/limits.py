"""How much one execution may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Per execution, that is, per fresh instance.

    A guest that grows its memory past ``memory`` is refused by ``memory.grow``; one that runs past
    ``cpu`` or ``wall`` is torn down with :class:`~atoll.engine.errors.DeadlineExceeded`.
    """

    #: Bytes of linear memory. ``EngineConfig.max_memory`` is a ceiling for core modules.
    memory: int = 256 << 20
    #: Seconds of guest computing, instantiation included; waiting on the host is free.
    cpu: float = 10.0
    #: Seconds from the moment the execution is entered (the wait for a slot included) to its end.
    wall: float = 120.0
    #: Whether it takes one of the places that are kept for executions on which others wait, which
    #: hold a place meanwhile: were there none, and all places taken by such, none would ever end.
    reserved: bool = False

    def __post_init__(self) -> None:
        if self.memory <= 0 or self.cpu <= 0 or self.wall <= 0:
            raise ValueError("limits must be positive")
