"""The engine: one per process."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref

import wasmtime
import wasmtime.component as wc

from atoll.engine.cache import CodeCache, default_cache_directory
from atoll.engine.config import EngineConfig
from atoll.engine.deadlines import Deadlines
from atoll.engine.errors import EngineError
from atoll.engine.execution import Block
from atoll.engine.module import (
    Component,
    CoreModule,
    Wasm,
    cache_key,
    check_border,
    load_or_compile,
)
from atoll.engine.native import NativeEngine, component_engine, core_engine
from atoll.engine.slots import Slots
from atoll.engine.workers import Workers

_DEFAULT = EngineConfig()


class Engine:
    """Compiles, and owns what executions share: the pools, the tickers, the worker threads.

    Compiling may happen on any thread. Executions belong to one event loop at a time.
    """

    def __init__(self, config: EngineConfig = _DEFAULT) -> None:
        self.config = config
        self.cache = CodeCache(config.cache or default_cache_directory())
        self.core_slots = Slots(config.concurrency)
        self.component_slots = Slots(config.concurrency)
        self.reserved_slots = Slots(config.reserved)
        self.spare_blocks: list[Block] = []
        self._closed = False
        self._lock = threading.Lock()
        self._core: NativeEngine | None = None
        self._component: NativeEngine | None = None
        self.workers = Workers(config.workers)
        self.deadlines = Deadlines()
        _engines.add(self)

    def __del__(self) -> None:
        for native in self._natives():
            native.ticker.close()

    # Compiling ----------------------------------------------------------------------------------

    def compile_module(
        self,
        wasm: Wasm,
        *,
        key: str | None = None,
        cached: bool = True,
        for_component: bool = False,
    ) -> CoreModule:
        """Compile a core module, or load it from the cache. Blocks (seconds for megabytes) with
        the GIL released.

        ``key``, if given, stands for the bytes in the cache's key (it must determine them), so
        that ``wasm`` may be a function that is only called on a miss. ``for_component`` compiles
        a module for ``ComponentProgram(modules=...)``; it cannot run by itself.

        Raises :class:`CompileError`, :class:`CacheUnwritable`.
        """
        store = self._component_store() if for_component else self._core_store()
        name = cache_key(store, "module", wasm, key)
        cache = self.cache if cached else None
        check = None if for_component else check_border
        native = load_or_compile(wasmtime.Module, store, wasm, name, cache, check)
        return CoreModule(native, store, for_component)

    def compile_component(
        self, wasm: Wasm, *, key: str | None = None, cached: bool = True
    ) -> Component:
        """Compile a component, or load it from the cache; like :meth:`compile_module`."""
        store = self._component_store()
        name = cache_key(store, "component", wasm, key)
        cache = self.cache if cached else None
        return Component(load_or_compile(wc.Component, store, wasm, name, cache), store)

    def is_cached(
        self,
        wasm: Wasm = b"",
        *,
        key: str | None = None,
        component: bool = False,
        for_component: bool = False,
    ) -> bool:
        """Whether compiling with the same arguments would find an entry (unless it turns out to
        be damaged)."""
        on_demand = component or for_component
        store = self._component_store() if on_demand else self._core_store()
        kind = "component" if component else "module"
        return self.cache.contains(cache_key(store, kind, wasm, key))

    def _core_store(self) -> NativeEngine:
        with self._lock:
            self._check_open()
            if self._core is None:  # lazily: a pool is thousands of mappings
                self._core = core_engine(self.config)
            return self._core

    def _component_store(self) -> NativeEngine:
        with self._lock:
            self._check_open()
            if self._component is None:
                self._component = component_engine(self.config)
            return self._component

    def _check_open(self) -> None:
        if self._closed:
            raise EngineError("The engine is closed.", code="ENGINE_CLOSED")

    def _natives(self) -> list[NativeEngine]:
        return [native for native in (self._core, self._component) if native is not None]

    def close(self) -> None:
        """End the threads. Guests still computing on a worker are stopped; nothing can be compiled
        or executed afterwards. May be called again."""
        self._closed = True
        self.workers.close()
        for native in self._natives():
            native.ticker.close()
        with self._lock:
            self._core = self._component = None  # what still runs holds its own

    def _after_fork(self) -> None:
        self.workers = Workers(self.config.workers)
        for native in self._natives():
            native.ticker.after_fork()


_TICK_UNDER_WAY = 0.02
"""Seconds after which a tick that has begun is over."""

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    # A thread killed inside a guest by the interpreter's end would unwind through Rust and abort.
    for engine in list(_engines):
        engine.close()


def _restart_threads() -> None:
    for engine in list(_engines):
        engine._after_fork()


def _pause() -> None:
    engines = list(_engines)
    ticking = [native.ticker.pause() for engine in engines for native in engine._natives()]
    if any(ticking):
        time.sleep(_TICK_UNDER_WAY)


def _resume() -> None:
    for engine in list(_engines):
        for native in engine._natives():
            native.ticker.resume()


# Threads and timers do not survive a fork; everything else of an engine does.
os.register_at_fork(before=_pause, after_in_parent=_resume, after_in_child=_restart_threads)
