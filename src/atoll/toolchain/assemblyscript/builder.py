"""Building AssemblyScript apps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from atoll.guest.metadata import Metadata
from atoll.toolchain.assemblyscript.assets import toolchain
from atoll.toolchain.assemblyscript.compiler import compile_module
from atoll.toolchain.assemblyscript.node import find_node
from atoll.toolchain.assemblyscript.packages import find_packages
from atoll.toolchain.assemblyscript.provenance import provenance
from atoll.toolchain.assemblyscript.settings import Settings, read_settings
from atoll.toolchain.checks import check_module, check_path
from atoll.toolchain.progress import Progress, Quiet
from atoll.toolchain.warned import Warned

_QUIET = Quiet()
_DIFFERS = "the build was changed after Atoll's transform; look at `transform` in asconfig.json"


@dataclass(frozen=True, slots=True)
class AssemblyScriptBuild:
    """A built app."""

    wasm: bytes
    metadata: Metadata
    warnings: tuple[Warned, ...] = ()


class AssemblyScriptBuilder:
    """Builds AssemblyScript apps. Lives as long as the process.

    Args:
        cache: where packages of npm are kept; None for the default.
        progress: learns of the steps.
    """

    def __init__(self, *, cache: Path | None = None, progress: Progress = _QUIET) -> None:
        self._cache = cache
        self._progress = progress

    async def build(self, app: Path, *, release: bool = True) -> AssemblyScriptBuild:
        """Build the app in the folder ``app``; nothing is written there.

        Args:
            release: optimise, which takes longer.

        Raises:
            BuildError: the app cannot be built; the location is in the app's own files.
            CacheUnwritable: the cache cannot be written.
        """
        try:
            settings = await asyncio.to_thread(self._prepare, app)
            packages = await asyncio.to_thread(
                find_packages, app, settings, self._progress, self._cache
            )
            variables = await asyncio.to_thread(provenance, app, settings)
            self._progress.step("Compiling AssemblyScript")
            compiled = await compile_module(app, settings, packages, variables, release=release)
            metadata = await asyncio.to_thread(check_module, compiled.wasm, _DIFFERS)
            return AssemblyScriptBuild(
                compiled.wasm, metadata, (*settings.warnings, *compiled.warnings)
            )
        finally:
            self._progress.done()

    def _prepare(self, app: Path) -> Settings:
        check_path(app)
        settings = read_settings(app)
        find_node()
        toolchain()
        return settings
