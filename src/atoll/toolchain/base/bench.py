"""Where apps are loaded: an image, ready to run in the workbench."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from atoll.engine import CompileError, ComponentProgram, Engine
from atoll.guest.component.base import DamagedBase
from atoll.guest.wasm_binary import MalformedWasm
from atoll.toolchain.base.base import Base
from atoll.toolchain.base.image import Image
from atoll.toolchain.base.loading import load
from atoll.toolchain.progress import Progress


@dataclass(frozen=True, slots=True)
class Bench:
    base: Base
    program: ComponentProgram
    image: Image
    """What the program's instances start from."""


def base_bench(base: Base, engine: Engine, progress: Progress) -> Bench:
    """The bench on which a base has nothing loaded yet. Blocks: the first time on a machine Python
    is compiled to native code, for some 12 seconds. Raises DamagedBase."""
    base.compile(engine, progress)
    module = base.read_image()
    try:
        return Bench(base, base.program(engine, module), Image(module, base.globals))
    except (CompileError, MalformedWasm) as error:
        raise DamagedBase(base.directory) from error


async def layer_bench(bench: Bench, bundle: str, engine: Engine) -> Bench:
    """A bench on top of another, with ``bundle`` loaded. Raises BuildError, LoadFailed."""
    loaded = await load(bench.program, bundle)
    base = bench.base

    def make() -> Bench:
        module = bench.image.changed(loaded.changes, {})
        return Bench(base, base.program(engine, module), Image(module, base.globals))

    return await asyncio.to_thread(make)
