"""Where apps are loaded: an image, ready to run in the workbench."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from atoll.engine import ComponentProgram, Engine
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
    is compiled to native code, for some 12 seconds."""
    base.compile(engine, progress)
    module = base.read_image()
    program = base.program(engine, module, f"image {base.key}")
    return Bench(base, program, Image(module, base.globals))


async def layer_bench(bench: Bench, bundle: str, engine: Engine) -> Bench:
    """A bench on top of another, with ``bundle`` loaded. Raises BuildError, LoadFailed."""
    loaded = await load(bench.program, bundle)
    base = bench.base
    key = hashlib.sha256(bundle.encode()).hexdigest()

    def make() -> Bench:
        module = bench.image.changed(loaded.changes, {})
        program = base.program(engine, module, f"layer {base.key} {key}")
        return Bench(base, program, Image(module, base.globals))

    return await asyncio.to_thread(make)
