"""Loading an app file, of whatever guest family it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from atoll.engine import Engine
from atoll.guest.assemblyscript.module import Module as AssemblyScriptModule
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.component.program import ComponentGuest, Form
from atoll.guest.core.fit import MAX_BYTES
from atoll.guest.golang.module import Module as GoModule
from atoll.guest.golang.program import GoGuest
from atoll.guest.guest import Guest
from atoll.guest.metadata import read_metadata


def load_guest(
    engine: Engine,
    wasm: bytes,
    *,
    form: Form = "whole",
    cache: Path | None = None,
    cached: bool = True,
    max_bytes: int = MAX_BYTES,
    on_compile: Callable[[], None] | None = None,
) -> Guest:
    """Compile an app file, or take its code from the cache. Blocks.

    Args:
        form, cache, cached: see ``ComponentGuest.load``.
        max_bytes: of a function's arguments, and of its result.
        on_compile: called before a compilation, if there is one.

    Raises:
        MetadataError, BaseMissing, DamagedBase, EngineError: it cannot be loaded.
    """
    metadata = read_metadata(wasm)
    kind: type[AssemblyScriptGuest | GoGuest] | None = None
    if isinstance(metadata.module, AssemblyScriptModule):
        kind = AssemblyScriptGuest
    elif isinstance(metadata.module, GoModule):
        kind = GoGuest
    if kind is not None:
        return kind.load(
            engine,
            wasm,
            cached=cached,
            max_bytes=max_bytes,
            metadata=metadata,
            on_compile=on_compile,
        )
    return ComponentGuest.load(
        engine, wasm, form=form, cache=cache, cached=cached, on_compile=on_compile
    )
