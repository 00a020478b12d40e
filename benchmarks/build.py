"""Building Python apps: from a one-line edit to its first answer, and what ``serve`` compiles.

Run it with ``python benchmarks/build.py`` (``--base`` also builds a base from nothing). Wall time
and CPU time of the process, medians; sizes in bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from atoll.engine import Engine, EngineConfig, Err, Limits, Ok
from atoll.guest.component.program import ComponentGuest
from atoll.toolchain import PythonBuilder, ensure_base

EDITS = 10
SOURCE = '''\
"""Excuses for all occasions."""

from dataclasses import dataclass

from atoll.sdk import models


@dataclass
class Excuse:
    """A reason not to come."""

    event: str
    text: str
    strength: float = 0.5


def excuse(event: str) -> Excuse:
    """Find an excuse.

    Args:
        event: what to stay away from.
    """
    return Excuse(event, "edit number 0")


def excuses(events: list[str]) -> list[Excuse]:
    """One excuse for each event."""
    return [excuse(event) for event in events]
'''
DEPENDENCIES = ("jinja2==3.1.6", "pyyaml==6.0.2", "attrs==25.3.0")
IMPORTS = "import attr\nimport jinja2\nimport yaml\n"


@dataclass(frozen=True, slots=True)
class Lap:
    wall: float
    cpu: float


class Watch:
    def __init__(self) -> None:
        self.laps: dict[str, list[Lap]] = {}
        self._start()

    def _start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        lap = Lap(time.perf_counter() - self._wall, time.process_time() - self._cpu)
        self.laps.setdefault(name, []).append(lap)
        self._start()

    def report(self) -> None:
        walls, cpus = 0.0, 0.0
        for name, laps in self.laps.items():
            wall = statistics.median(lap.wall for lap in laps)
            cpu = statistics.median(lap.cpu for lap in laps)
            walls, cpus = walls + wall, cpus + cpu
            print(f"  {name:<34} {wall * 1e3:8.0f} ms   cpu {cpu * 1e3:8.0f} ms")
        if len(self.laps) > 1:
            print(f"  {'together':<34} {walls * 1e3:8.0f} ms   cpu {cpus * 1e3:8.0f} ms")


async def refuse(name: str, payload: str) -> Ok | Err:
    raise RuntimeError(f"unexpected host call {name}")


async def ask(guest: ComponentGuest) -> str:
    async with guest.execute(
        Limits(), environment={}, on_call=refuse, on_log=lambda level, line: None
    ) as execution:
        return str((await execution.invoke("excuse", '{"event":"Monday"}')).value)


def write(folder: Path, source: str, dependencies: tuple[str, ...]) -> None:
    (folder / "app.py").write_text(source)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "excuses"\nversion = "0"\ndependencies = {list(dependencies)}\n'
    )


async def edits(engine: Engine, source: str, dependencies: tuple[str, ...]) -> bytes:
    """What ``atoll dev`` does after each edit; the first build is not counted."""
    builder = PythonBuilder(engine)
    watch = Watch()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(EDITS + 1):
            write(folder, source.replace("number 0", f"number {number}"), dependencies)
            if number == 1:
                watch = Watch()
            build = await builder.build(folder)
            watch.lap("load the app, write its image")
            guest = ComponentGuest.load(engine, build.wasm, form="split", cached=False)
            watch.lap("compile the image")
            answer = await ask(guest)
            watch.lap("first call")
            assert f"edit number {number}" in answer
    watch.report()
    print(f"  image: {len(build.wasm):,} bytes")
    return build.wasm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", action="store_true", help="also build a base from nothing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if arguments.base:
            watch = Watch()
            ensure_base(Path(name))
            watch.lap("build a base (once per machine)")
            watch.report()
        engine = Engine(EngineConfig())
        print(f"one-line edit to first answer, median of {EDITS}:")
        wasm = asyncio.run(edits(engine, SOURCE, ()))
        print(f"the same with {', '.join(DEPENDENCIES)}:")
        asyncio.run(edits(engine, IMPORTS + SOURCE, DEPENDENCIES))
        print("for serve:")
        cold = Engine(EngineConfig(cache=Path(name) / "empty"))
        watch = Watch()
        ComponentGuest.load(cold, wasm)
        watch.lap("compile whole, ahead of time")
        ComponentGuest.load(cold, wasm)
        watch.lap("start again")
        watch.report()
        cold.close()
        engine.close()


if __name__ == "__main__":
    main()
