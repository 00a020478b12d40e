"""What component guests get of WASI: clocks, randomness, environment, exit. All else is a trap.

None of it comes from wasmtime: its WASI would let a sleeping guest block the host's thread, or end
the process. Versions are those of WASI 0.2; the engine matches later patch releases.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from atoll.engine import ComponentExecution, ComponentImport, Err, GuestExit, Ok, Trap

HOST = "atoll:guest/host@0.1.0"
#: Bytes of randomness that one call may ask for. A byte costs 32 on its way into the guest; the
#: guests' C library never asks for more than 256 at once.
MAX_RANDOM = 1 << 16

OnCall = Callable[[str, str], Awaitable[Ok | Err]]
OnLog = Callable[[int, str], None]


class Surroundings(Protocol):
    """What one execution sees of the world."""

    @property
    def environment(self) -> Mapping[str, str]: ...
    @property
    def on_call(self) -> OnCall: ...
    @property
    def on_log(self) -> OnLog: ...
    def wall_clock(self) -> int:
        """Nanoseconds since 1970."""

    def monotonic_clock(self) -> int:
        """Nanoseconds since some moment."""

    def random_bytes(self, count: int) -> bytes: ...


class LiveSurroundings:
    """The world as it is, for executions that serve a call."""

    __slots__ = ("environment", "on_call", "on_log")

    wall_clock = staticmethod(time.time_ns)
    monotonic_clock = staticmethod(time.monotonic_ns)
    random_bytes = staticmethod(os.urandom)

    def __init__(self, environment: Mapping[str, str], on_call: OnCall, on_log: OnLog) -> None:
        self.environment = environment
        self.on_call = on_call
        self.on_log = on_log


def _surroundings(execution: ComponentExecution) -> Surroundings:
    surroundings: Any = execution.data
    return surroundings  # type: ignore[no-any-return]  # `data` is whatever its owner put there


def _datetime(nanoseconds: int) -> dict[str, int]:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return {"seconds": seconds, "nanoseconds": rest}


def _wall_now(execution: ComponentExecution) -> dict[str, int]:
    return _datetime(_surroundings(execution).wall_clock())


def _wall_resolution(execution: ComponentExecution) -> dict[str, int]:
    return _datetime(1)


def _monotonic_now(execution: ComponentExecution) -> int:
    return _surroundings(execution).monotonic_clock()


def _monotonic_resolution(execution: ComponentExecution) -> int:
    return 1


def _random_bytes(execution: ComponentExecution, count: int) -> bytes:
    if count > MAX_RANDOM:
        raise Trap("other", f"The guest asked for {count} random bytes at once.")
    return _surroundings(execution).random_bytes(count)


def _random_u64(execution: ComponentExecution) -> int:
    return int.from_bytes(_surroundings(execution).random_bytes(8), "little")


def _insecure_seed(execution: ComponentExecution) -> tuple[int, int]:
    return _random_u64(execution), _random_u64(execution)


def _environment(execution: ComponentExecution) -> list[tuple[str, str]]:
    return list(_surroundings(execution).environment.items())


def _arguments(execution: ComponentExecution) -> list[str]:
    return []


def _no_directory(execution: ComponentExecution) -> None:
    return None


def _no_directories(execution: ComponentExecution) -> list[tuple[object, str]]:
    """No file is reachable, and C code that tries learns it as an error: CPython's own parser opens
    the file named in a syntax error, behind the back of any Python code."""
    return []


def _exit(execution: ComponentExecution, status: Ok | Err) -> None:
    raise GuestExit(0 if isinstance(status, Ok) else 1)


def _exit_with_code(execution: ComponentExecution, code: int) -> None:
    raise GuestExit(code)


def _host_call(execution: ComponentExecution, name: str, payload: str) -> Awaitable[Ok | Err]:
    return _surroundings(execution).on_call(name, payload)


def _host_log(execution: ComponentExecution, level: int, message: str) -> None:
    _surroundings(execution).on_log(level, message)


IMPORTS = (
    ComponentImport("wasi:clocks/wall-clock@0.2.0", "now", _wall_now),
    ComponentImport("wasi:clocks/wall-clock@0.2.0", "resolution", _wall_resolution),
    ComponentImport("wasi:clocks/monotonic-clock@0.2.0", "now", _monotonic_now),
    ComponentImport("wasi:clocks/monotonic-clock@0.2.0", "resolution", _monotonic_resolution),
    ComponentImport("wasi:random/random@0.2.0", "get-random-bytes", _random_bytes),
    ComponentImport("wasi:random/random@0.2.0", "get-random-u64", _random_u64),
    ComponentImport("wasi:random/insecure@0.2.0", "get-insecure-random-bytes", _random_bytes),
    ComponentImport("wasi:random/insecure@0.2.0", "get-insecure-random-u64", _random_u64),
    ComponentImport("wasi:random/insecure-seed@0.2.0", "insecure-seed", _insecure_seed),
    ComponentImport("wasi:cli/environment@0.2.0", "get-environment", _environment),
    ComponentImport("wasi:cli/environment@0.2.0", "get-arguments", _arguments),
    ComponentImport("wasi:cli/environment@0.2.0", "initial-cwd", _no_directory),
    ComponentImport("wasi:filesystem/preopens@0.2.0", "get-directories", _no_directories),
    ComponentImport("wasi:cli/exit@0.2.0", "exit", _exit),
    ComponentImport("wasi:cli/exit@0.2.0", "exit-with-code", _exit_with_code),
    ComponentImport(HOST, "call", _host_call, is_async=True),
    ComponentImport(HOST, "log", _host_log),
)
"""The host side of every component guest: an execution's ``data`` is its ``Surroundings``."""
