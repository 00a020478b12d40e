"""Compiling core modules."""

from __future__ import annotations

from collections.abc import Callable

from atoll.engine import CoreModule, Engine


def compile_module(
    engine: Engine, wasm: bytes, *, cached: bool, on_compile: Callable[[], None] | None
) -> CoreModule:
    """A module's code, from the cache if it is there; ``on_compile`` is called if it is not.

    Raises:
        EngineError: the code cannot be compiled.
    """
    if on_compile is not None and not (cached and engine.is_cached(wasm)):
        on_compile()
    return engine.compile_module(wasm, cached=cached)
