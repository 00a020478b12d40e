"""The manifest's limits, as the engine and the host take them."""

from __future__ import annotations

from atoll.engine import EngineConfig, Limits
from atoll.host.context import CallLimits
from atoll.manifest import LimitSettings


def execution_limits(settings: LimitSettings) -> Limits:
    return Limits(
        memory=settings.memory_bytes,
        cpu=settings.cpu_seconds,
        wall=settings.wall_seconds,
    )


def stream_limits(settings: LimitSettings) -> Limits:
    """Those of a function that streams; its computing counts anew with each element."""
    return Limits(
        memory=settings.memory_bytes,
        cpu=settings.cpu_seconds,
        wall=settings.stream_seconds,
    )


def call_limits(settings: LimitSettings) -> CallLimits:
    return CallLimits(
        payload=settings.payload_bytes,
        host_calls=settings.host_calls,
        log=settings.log_bytes,
    )


def engine_config(settings: LimitSettings) -> EngineConfig:
    return EngineConfig(concurrency=settings.concurrency, max_memory=settings.memory_bytes)
