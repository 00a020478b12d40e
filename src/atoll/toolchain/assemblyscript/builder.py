"""Building AssemblyScript apps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from atoll.guest.failure import MetadataError
from atoll.guest.metadata import Metadata, read_metadata
from atoll.guest.wasm_binary import External, outline
from atoll.toolchain.assemblyscript.assets import toolchain
from atoll.toolchain.assemblyscript.compiler import compile_module
from atoll.toolchain.assemblyscript.node import find_node
from atoll.toolchain.assemblyscript.packages import find_packages
from atoll.toolchain.assemblyscript.provenance import provenance
from atoll.toolchain.assemblyscript.settings import Settings, read_settings
from atoll.toolchain.assemblyscript.warned import Warned
from atoll.toolchain.errors import BuildError
from atoll.toolchain.progress import Progress, Quiet

_QUIET = Quiet()


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
            metadata = await asyncio.to_thread(_check, compiled.wasm)
            return AssemblyScriptBuild(
                compiled.wasm, metadata, (*settings.warnings, *compiled.warnings)
            )
        finally:
            self._progress.done()

    def _prepare(self, app: Path) -> Settings:
        _check_path(app)
        settings = read_settings(app)
        find_node()
        toolchain()
        return settings


def _check_path(app: Path) -> None:
    path = str(app.resolve())
    if any(0xD800 <= ord(character) <= 0xDFFF for character in path):
        raise BuildError(
            "PATH_INVALID",
            f"the path of the app is not UTF-8: {path.encode(errors='replace').decode()}",
            "rename the folder",
        )


def _check(wasm: bytes) -> Metadata:
    """Read back what the module says of itself. Raises BuildError: it is not what was compiled."""
    try:
        metadata = read_metadata(wasm)
    except MetadataError as error:
        raise BuildError(
            error.code, f"the compiled module cannot be used: {error.message}", error.hint
        ) from error
    assert metadata.module is not None
    exported = {entry.name for entry in outline(wasm).exports if entry.kind is External.FUNCTION}
    described = metadata.module.exports.keys()
    missing = sorted(name for name in exported - described if not name.startswith("_"))
    if missing or not described <= exported:
        names = ", ".join(missing or sorted(described - exported))
        raise BuildError(
            "METADATA_INCOMPLETE",
            f"exports of the compiled module and its description differ in: {names}",
            "the build was changed after Atoll's transform; look at `transform` in asconfig.json",
        )
    return metadata
