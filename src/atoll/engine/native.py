"""The two wasmtime engines of a process and their settings.

Core modules are small and short-lived: a pool of slots with the first 64 KiB kept resident saves
the mmap, munmap and page faults that are nine tenths of a fresh instance's cost. Components are
large (one Python component is some 40 core instances over a 30 MB memory image): pooling gains
nothing there, so they get the on-demand allocator, with copy-on-write images.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

import wasmtime

from atoll.engine import _capi
from atoll.engine.config import EngineConfig
from atoll.engine.errors import EngineError
from atoll.engine.ticker import Ticker

#: Of one table (a vector of 8 bytes each in the pool); standard Go programs need the most.
TABLE_ELEMENTS = 200_000
_KEEP_RESIDENT = 64 << 10  # more hurts guests with big memories: what is kept has to be cleared
_MAPPINGS_PER_SLOT = 5.1  # measured: two for the slot, three for a suspended fiber
_MAPPINGS_PER_STACK = 3
_MOST_NESTED = (
    1000  # calls back into a guest at one time: they are short, unless a guest is hostile
)
_MAPPINGS_ELSEWHERE = 6000  # the interpreter, libraries, arenas, components
_ADDRESS_SPACE_PER_SLOT = (4 << 30) + (48 << 20)  # reservation, guard, table and stack
_PROT_NONE = 0
_MAP_NORESERVE = 0x4000


class NativeEngine:
    """A ``wasmtime.Engine`` with what the hot path and the cache need to know of it."""

    __slots__ = ("engine", "fingerprint", "pointer", "ref", "ticker")

    def __init__(self, config: wasmtime.Config, settings: str, tick: float) -> None:
        self.engine = wasmtime.Engine(config)
        self.pointer = _capi.pointer(self.engine.ptr())
        self.ref = _capi.ref(self.pointer)
        self.ticker = Ticker(self.pointer, self.engine, tick)
        #: Names everything that shapes compiled code; wasmtime itself also refuses code from an
        #: engine that is set differently.
        self.fingerprint = hashlib.sha256(
            f"wasmtime {_capi.VERSION}\0{_SWITCHES}\0{settings}".encode()
        ).hexdigest()[:16]


#: What no guest of ours needs, and would widen what a hostile one can reach. (Blocking the thread
#: in ``memory.atomic.wait`` needs a shared memory; garbage-collected heaps escape our limits.)
_SWITCHES = {
    "concurrency_support": False,
    "gc_support": False,
    "shared_memory": False,
    "wasm_stack_switching": False,
    "wasm_component_model_async": False,
}


def _base_config() -> wasmtime.Config:
    config = wasmtime.Config()
    config.epoch_interruption = True
    config.memory_init_cow = True
    for name, value in _SWITCHES.items():
        _capi.config_set(config, name, value)
    return config


def core_engine(settings: EngineConfig) -> NativeEngine:
    """For core modules: a pool of ``settings.concurrency`` slots and the reserved ones. Raises
    :class:`EngineError` if the host's limits do not allow that many."""
    slots = settings.concurrency + settings.reserved
    _check_host_limits(settings.concurrency, settings.reserved)
    config = _base_config()
    # Executions keep the address of their memory; in a slot it never moves, and this says so.
    _capi.config_set(config, "memory_may_move", False)
    _capi.config_set_pool(
        config,
        {
            "total_core_instances": slots,
            "total_component_instances": slots,
            "total_memories": slots,
            "total_tables": slots,
            "total_stacks": slots + _nested_stacks(slots),
            "max_unused_warm_slots": slots,
            "max_memory_size": settings.max_memory,
            "max_core_instance_size": 16 << 20,
            "table_elements": TABLE_ELEMENTS,
            "linear_memory_keep_resident": _KEEP_RESIDENT,
            "table_keep_resident": _KEEP_RESIDENT,
            "async_stack_keep_resident": _KEEP_RESIDENT,
        },
    )
    return NativeEngine(config, f"core pool memory={settings.max_memory}", settings.tick)


def _nested_stacks(slots: int) -> int:
    """Stacks for calls back into guests, which a call takes beside its own.

    An execution keeps the stack of its last such call for the next one, so that each may hold one;
    where the host does not allow so many mappings, that is how many can wait at the same time.
    """
    least, most = min(slots * 2, _MOST_NESTED), slots
    allowed = _max_map_count()
    if allowed is not None:
        left = allowed - _MAPPINGS_ELSEWHERE - int(slots * _MAPPINGS_PER_SLOT)
        most = min(most, left // _MAPPINGS_PER_STACK)
    return max(least, most)


def component_engine(settings: EngineConfig) -> NativeEngine:
    """For components and for the core modules that split components import."""
    return NativeEngine(_base_config(), "component on-demand", settings.tick)


def _check_host_limits(calls: int, reserved: int = 0) -> None:
    """wasmtime ends the process when it cannot reserve a pool, or map something in it later, so
    see beforehand whether it could."""
    slots = calls + reserved
    nested = _nested_stacks(slots) * _MAPPINGS_PER_STACK
    needed = int(slots * _MAPPINGS_PER_SLOT) + nested + _MAPPINGS_ELSEWHERE
    allowed = _max_map_count()
    if allowed is not None and needed > allowed:
        most = int((allowed - nested - _MAPPINGS_ELSEWHERE) / _MAPPINGS_PER_SLOT)
        possible = max(1, most - reserved)
        raise EngineError(
            f"{calls} calls at once need about {needed} memory mappings, and this host allows a "
            f"process {allowed}.",
            hint=f"Run `sysctl vm.max_map_count={needed}`, or set the concurrency to at most "
            f"{possible} per process.",
            code="POOL_UNAVAILABLE",
        )
    size = slots * _ADDRESS_SPACE_PER_SLOT
    try:
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE
        mmap.mmap(-1, size, flags=flags, prot=_PROT_NONE).close()
    except (OSError, OverflowError, ValueError) as error:
        raise EngineError(
            f"{calls} calls at once need {size >> 30} GiB of address space (not of memory), which "
            "this process does not have.",
            hint="Lower the concurrency, or raise `ulimit -v`.",
            code="POOL_UNAVAILABLE",
        ) from error


def _max_map_count() -> int | None:
    try:
        return int(Path("/proc/sys/vm/max_map_count").read_text())
    except (OSError, ValueError):
        return None
