"""Building Go apps."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from atoll.engine.cache import default_cache_directory, private_directory
from atoll.guest.metadata import Metadata
from atoll.toolchain.checks import check_module, check_path
from atoll.toolchain.golang.compiler import OLDEST, Compiler, find_go, find_tinygo
from atoll.toolchain.golang.compiling import compile_with_go, compile_with_tinygo
from atoll.toolchain.golang.environment import wasm as for_wasm
from atoll.toolchain.golang.go_mod import read_go_mod
from atoll.toolchain.golang.preparation import prepare
from atoll.toolchain.golang.sections import with_metadata
from atoll.toolchain.golang.sources import build_id, build_time
from atoll.toolchain.golang.tool import ensure_tool, has_tool
from atoll.toolchain.progress import Progress, Quiet
from atoll.toolchain.provenance import commit, repository
from atoll.toolchain.warned import Warned

_QUIET = Quiet()
_STEP = "Compiling Go"
_FIRST_STEP = "Compiling Go and its standard library (once; half a minute)"
_ALLOCATOR = ("malloc", "free", "calloc", "realloc")
"""Exports of TinyGo's runtime."""

CompilerName: TypeAlias = Literal["go", "tinygo"]


@dataclass(frozen=True, slots=True)
class GoBuild:
    """A built app."""

    wasm: bytes
    metadata: Metadata
    warnings: tuple[Warned, ...] = ()


class GoBuilder:
    """Builds Go apps. Lives as long as the process.

    Args:
        cache: where the build tool and compiled packages are kept; None for the default.
        progress: learns of the steps.
        compiler: Go itself, or TinyGo, whose modules are smaller.
    """

    def __init__(
        self,
        *,
        cache: Path | None = None,
        progress: Progress = _QUIET,
        compiler: CompilerName = "go",
    ) -> None:
        self._cache = cache
        self._progress = progress
        self._compiler = compiler

    async def build(self, app: Path, *, release: bool = True) -> GoBuild:
        """Build the app in the folder ``app``; nothing is written there.

        Args:
            release: leave out what debuggers need, where that is a choice: Go always does.

        Raises:
            BuildError: the app cannot be built; the location is in the app's own files.
            CacheUnwritable: the cache cannot be written.
        """
        try:
            return await self._build(app, release)
        finally:
            self._progress.done()

    async def _build(self, app: Path, release: bool) -> GoBuild:
        check_path(app)
        app = await asyncio.to_thread(app.resolve)
        go, tinygo = await asyncio.to_thread(self._find_compilers, app)
        caches = private_directory((self._cache or default_cache_directory()) / "go")
        step = _STEP if has_tool(go, caches) else _FIRST_STEP
        tool = await ensure_tool(go, caches, self._progress)
        env = for_wasm(go.environment(caches))
        origin = await asyncio.to_thread(_origin, app)
        self._progress.step(step)
        with tempfile.TemporaryDirectory(prefix="atoll-go-") as scratch:
            prepared = await prepare(tool, app, Path(scratch), go, tinygo, env)
            if tinygo is None:
                wasm = await compile_with_go(go, prepared, app, env)
            else:
                wasm = await compile_with_tinygo(tinygo, go, prepared, app, env, release=release)
        wasm = await asyncio.to_thread(with_metadata, wasm, prepared.metadata, origin)
        metadata = await asyncio.to_thread(check_module, wasm, runtime=_ALLOCATOR if tinygo else ())
        return GoBuild(wasm, metadata, prepared.warnings)

    def _find_compilers(self, app: Path) -> tuple[Compiler, Compiler | None]:
        go = find_go(max(OLDEST, read_go_mod(app).release))
        return go, find_tinygo() if self._compiler == "tinygo" else None


def _origin(app: Path) -> dict[str, str]:
    return {
        "buildId": build_id(app),
        "buildTs": build_time(app),
        "gitRepo": repository(app),
        "gitCommit": commit(app),
    }
