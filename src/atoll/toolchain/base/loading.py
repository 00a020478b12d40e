"""Loading an app into a base: a run under a fixed clock, whose memory becomes the app's image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from atoll.engine import (
    ComponentExecution,
    ComponentProgram,
    DeadlineExceeded,
    EngineError,
    Err,
    GuestExit,
    Limits,
    Ok,
)
from atoll.toolchain.base.image import Changes, read_changes
from atoll.toolchain.errors import BuildError

#: 2025-01-01T00:00:00Z, in nanoseconds: the time while an app is imported, so that the same source
#: gives the same image.
BUILD_TIME = 1_735_689_600 * 1_000_000_000
#: For importing an app: what module-level code may use.
LIMITS = Limits(memory=512 << 20, cpu=30.0, wall=60.0)
#: Characters of output that a build keeps.
MAX_OUTPUT = 64 << 10


@dataclass(slots=True)
class BuildSurroundings:
    """The world while an app is imported: the clock stands, randomness is the same every time, and
    the host does nothing."""

    environment: Mapping[str, str] = field(default_factory=dict)
    output: list[tuple[int, str]] = field(default_factory=list)
    _kept: int = 0
    _drawn: int = 0

    def wall_clock(self) -> int:
        return BUILD_TIME

    def monotonic_clock(self) -> int:
        return 0

    def random_bytes(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"atoll build {self._drawn}".encode()).digest(count)

    async def on_call(self, name: str, payload: str) -> Ok | Err:
        error = {
            "code": "NOT_AT_BUILD",
            "message": f"{name} is not available while the app is being built",
            "hint": "Call it inside of a function, not while the module is imported.",
        }
        return Err(json.dumps(error))

    def on_log(self, level: int, message: str) -> None:
        self._kept += len(message) + 1
        if self._kept <= MAX_OUTPUT:
            self.output.append((level, message))


@dataclass(frozen=True, slots=True)
class Loaded:
    description: str
    """JSON, as the guest gives it."""
    changes: Changes
    output: tuple[tuple[int, str], ...]


async def load(program: ComponentProgram, bundle: str) -> Loaded:
    """Load a bundle in a fresh instance and read out what changed.

    Raises BuildError, LoadFailed.
    """
    surroundings = BuildSurroundings()
    try:
        async with program.execute(LIMITS, surroundings) as execution:
            description = await load_app(execution, bundle)
            changes = await read_changes(execution)
    except EngineError as error:
        raise stopped(error) from error
    return Loaded(description, changes, tuple(surroundings.output))


async def load_app(execution: ComponentExecution, bundle: str) -> str:
    """Call ``load-app``. Raises LoadFailed with what the guest says of a failure."""
    reply = await execution.call("load-app", bundle)
    if isinstance(reply, Err):
        raise LoadFailed(str(reply.value))
    return str(reply.value)


class LoadFailed(Exception):
    """The guest could not load the app; ``report`` is its JSON about it."""

    def __init__(self, report: str) -> None:
        super().__init__("the app cannot be loaded")
        self.report = report


def stopped(error: EngineError) -> BuildError:
    """The error for an app that could not be imported to its end."""
    if isinstance(error, DeadlineExceeded):
        return BuildError(
            "BUILD_TIMEOUT",
            f"importing the app took more than {error.seconds:g} seconds",
            "code at module level runs once, when the app is built, and must come to an end;"
            " work that takes long belongs inside of a function",
        )
    if isinstance(error, GuestExit):
        return BuildError("IMPORT_FAILED", "the app ended itself while it was imported")
    return BuildError("IMPORT_FAILED", f"importing the app broke the sandbox: {error.message}")
