"""``atoll build``: an app's sources as one WebAssembly module and its manifest."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from atoll.cli.console import Steps, note, result, styled, warn
from atoll.cli.inspect import size
from atoll.cli.options import AppPath, CompilerOption


def build(
    path: AppPath = Path(),
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where to.", show_default="PATH/build"),
    ] = None,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="Write an ordinary, self-contained component.")
    ] = False,
    native: Annotated[
        bool,
        typer.Option(
            "--native/--no-native",
            help="Compile to native code now, into this machine's cache, or at the first serve.",
        ),
    ] = True,
    compiler: CompilerOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Treat the manifest's warnings as errors.")
    ] = False,
) -> None:
    """Compile an app to WebAssembly.

    Writes NAME.wasm and modus.json, the same bytes for the same sources, and compiles them to
    native code ahead of the first `atoll serve`. `.env` files are not copied.

    \b
    Examples:
      atoll build
      atoll build ./hello -o /srv/hello
      atoll build --standalone --strict --no-native
      atoll build ./fruit --compiler tinygo
    """
    from atoll.cli.capabilities import lacking
    from atoll.cli.info import signatures
    from atoll.cli.runtime import Runtime, Settings
    from atoll.cli.sources import build_sources, find_sources, write_build

    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    with Steps() as steps:
        settings = Settings(dev=False, limits={}, form="whole", compiler=compiler)
        runtime = Runtime(settings, steps)
        try:
            sources = find_sources(path)
            built = asyncio.run(
                build_sources(runtime, sources, standalone=standalone, strict=strict)
            )
            built.show_notes()
            written = write_build(built, sources, output or sources.output)
            if native:
                runtime.guest(built.compiled)
        finally:
            runtime.close()
    for sentence in lacking(built.compiled.wasm):
        warn(sentence)
    note(f"{styled('built', 'green')} {written.module} ({size(len(built.compiled.wasm))})")
    for signature in signatures(built.api.schema.graphql):
        result(signature)
