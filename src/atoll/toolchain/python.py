"""Python apps: from a folder of source files to a WebAssembly file.

The base is run in a sandbox, imports the app there, and its memory afterwards is the app: an image.
The clock stands still meanwhile and randomness is seeded, so the same source on the same base gives
the same bytes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from atoll.engine import Engine
from atoll.guest.component.frame import compose
from atoll.guest.metadata import BASE_SECTION, METADATA_SECTION, Metadata, read_metadata
from atoll.guest.wasm_encoding import custom_section
from atoll.toolchain.base.base import Base, Unsplit, ensure_base
from atoll.toolchain.base.bench import Bench, base_bench, layer_bench
from atoll.toolchain.base.loading import LoadFailed, load
from atoll.toolchain.base.precompile import compile_dependencies
from atoll.toolchain.base.unsplit import build_unsplit
from atoll.toolchain.dependencies import (
    Dependencies,
    NativeModule,
    install_dependencies,
    native_cause,
    native_packages,
)
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.progress import Progress, Quiet
from atoll.toolchain.project import read_project
from atoll.toolchain.source import DEFAULT_ENTRY, SourceModule, collect_sources

_QUIET = Quiet()
NATIVE_DEPENDENCY = "NATIVE_DEPENDENCY"


@dataclass(frozen=True, slots=True)
class PythonBuild:
    """A built app."""

    wasm: bytes
    """An image, or a self-contained component."""
    metadata: Metadata
    output: tuple[tuple[int, str], ...] = ()
    """What the app's modules printed and logged while they were imported: level and line."""


class PythonBuilder:
    """Builds Python apps; what all builds share is read once. Lives as long as the process.

    Args:
        engine: runs the apps' modules while they are imported.
        cache: where bases and dependencies are kept; None for the default.
        progress: learns of the steps; the first build on a machine takes most of a minute.
    """

    def __init__(
        self, engine: Engine, *, cache: Path | None = None, progress: Progress = _QUIET
    ) -> None:
        self._engine = engine
        self._cache = cache
        self._progress = progress
        self._base: Base | Unsplit | None = None
        self._bench: Bench | None = None
        self._layer: tuple[Dependencies, Bench] | None = None
        self._dependencies: tuple[tuple[str, ...], Dependencies] | None = None
        self._checked: Dependencies | None = None

    async def build(self, app: Path, *, standalone: bool = False) -> PythonBuild:
        """Build the app in the folder ``app``.

        Args:
            standalone: make a component that needs no base.

        Raises:
            BuildError: the app cannot be built; the location is in the app's own files.
            CacheUnwritable: the cache cannot be written.
        """
        try:
            project = await asyncio.to_thread(read_project, app)
            entry = project.entry or DEFAULT_ENTRY
            sources = await asyncio.to_thread(collect_sources, app, entry)
            dependencies = await asyncio.to_thread(self._install, project.dependencies)
            if self._base is None:
                self._base = await asyncio.to_thread(ensure_base, self._cache, self._progress)
            try:
                if isinstance(self._base, Unsplit):
                    bundle = make_bundle(entry, sources, dependencies, all_in=True)
                    return await self._build_unsplit(self._base, bundle)
                bench = await self._bench_for(self._base, dependencies)
                self._progress.step("Building the app")
                built = await _build_split(
                    bench, make_bundle(entry, sources, dependencies), standalone
                )
                if self._checked is not dependencies:
                    # After the app, whose own import of the same would give the error a location.
                    await _check_native(bench, dependencies)
                    self._checked = dependencies
                return built
            except LoadFailed as failed:
                raise load_error(failed.report, dependencies) from None
        finally:
            self._progress.done()

    def _install(self, requirements: tuple[str, ...]) -> Dependencies:
        if self._dependencies is None or self._dependencies[0] != requirements:
            installed = install_dependencies(requirements, self._progress, self._cache)
            self._dependencies = requirements, installed
        return self._dependencies[1]

    async def _bench_for(self, base: Base, dependencies: Dependencies) -> Bench:
        engine, progress = self._engine, self._progress
        if self._bench is None:
            self._bench = await asyncio.to_thread(base_bench, base, engine, progress)
        if not dependencies.modules:
            return self._bench
        if self._layer is None or self._layer[0] is not dependencies:
            bundle = await compile_dependencies(self._bench, dependencies, progress, self._cache)
            self._layer = dependencies, await layer_bench(self._bench, bundle, engine)
        return self._layer[1]

    async def _build_unsplit(self, base: Unsplit, bundle: str) -> PythonBuild:
        self._progress.step("Building the app whole")
        component, description = await build_unsplit(base.sources, bundle, self._engine)
        wasm = component + custom_section(METADATA_SECTION, _canonical(description))
        return PythonBuild(wasm, read_metadata(wasm))


async def build_python(
    app: Path,
    *,
    engine: Engine,
    cache: Path | None = None,
    progress: Progress = _QUIET,
    standalone: bool = False,
) -> PythonBuild:
    """Build one app; see ``PythonBuilder`` for the arguments and ``PythonBuilder.build``."""
    builder = PythonBuilder(engine, cache=cache, progress=progress)
    return await builder.build(app, standalone=standalone)


async def _check_native(bench: Bench, dependencies: Dependencies) -> None:
    """Import each package that has native modules: what an app declares must be of use to it, even
    if it is imported in a function only.

    Raises BuildError.
    """
    entry = "atoll_check"
    for package, native in native_packages(dependencies).items():
        sources = {entry: SourceModule(f"import {package}\n", f"{entry}.py")}
        try:
            await load(bench.program, make_bundle(entry, sources, dependencies))
        except LoadFailed as failed:
            # What else may be wrong with an import is for the app to find where it imports it.
            if load_error(failed.report, dependencies).code == NATIVE_DEPENDENCY:
                raise _native_error(native) from None


async def _build_split(bench: Bench, bundle: str, standalone: bool) -> PythonBuild:
    loaded = await load(bench.program, bundle)
    description = _canonical(loaded.description)
    code = bench.base.code

    def write() -> bytes:
        contents = {METADATA_SECTION: description}
        if standalone:
            image = bench.image.changed(loaded.changes, {})
            return compose(code.frame(), image, custom_section(METADATA_SECTION, description))
        contents[BASE_SECTION] = code.identity.encode()
        return bench.image.changed(loaded.changes, contents)

    wasm = await asyncio.to_thread(write)
    return PythonBuild(wasm, read_metadata(wasm), loaded.output)


def make_bundle(
    entry: str,
    sources: Mapping[str, SourceModule],
    dependencies: Dependencies,
    *,
    all_in: bool = False,
) -> str:
    """The app as ``load-app`` takes it: its own modules, and with ``all_in`` (for a base that
    cannot take them compiled) those of its dependencies."""
    modules: dict[str, dict[str, object]] = {}
    if all_in:
        for name, module in dependencies.modules.items():
            modules[name] = {**_module(module, f"site-packages/{module.path}"), "dependency": True}
    modules.update((name, _module(module, module.path)) for name, module in sources.items())
    bundle = {
        "modules": dict(sorted(modules.items())),
        "entry": entry,
        "exports": None,
        "distributions": dict(sorted(dependencies.metadata.items())),
    }
    return json.dumps(bundle, ensure_ascii=False)


def _module(module: SourceModule, path: str) -> dict[str, object]:
    return {"source": module.source, "path": path, "package": module.package}


def _canonical(description: str) -> bytes:
    """JSON with sorted keys and no spaces. Raises BuildError: the guest's own is none."""
    try:
        data = json.loads(description)
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()
    except (ValueError, RecursionError) as error:
        raise BuildError(
            "IMPORT_FAILED",
            f"the app does not describe its functions: {type(error).__name__}",
            "code at module level must not change Atoll's own modules",
        ) from error


class _Report(msgspec.Struct):
    """What ``load-app`` says of an app that it cannot load."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    function: str | None = None
    parameter: str | None = None
    traceback: str | None = None
    more: list[_Report] = []


def load_error(report: str, dependencies: Dependencies) -> BuildError:
    """The error for a report of the guest."""
    try:
        found = msgspec.json.decode(report, type=_Report)
    except (msgspec.DecodeError, RecursionError):
        return BuildError("IMPORT_FAILED", f"the app cannot be loaded: {report[:500]}")
    if found.code in ("MODULE_NOT_FOUND", "IMPORT_FAILED"):
        native = native_cause(dependencies, f"{found.message}\n{found.traceback or ''}")
        if native is not None:
            return _native_error(native, _location(found))
    return _error(found)


def _native_error(native: NativeModule, location: Location | None = None) -> BuildError:
    return BuildError(
        NATIVE_DEPENDENCY,
        f"the package {native.distribution} cannot be used: it needs native code ({native.name}),"
        " which cannot run inside the sandbox",
        "use a package in pure Python, or have the work done outside of the app and reached"
        " through a connection",
        location,
    )


def _error(report: _Report) -> BuildError:
    return BuildError(
        report.code,
        report.message,
        report.hint,
        _location(report),
        function=report.function,
        parameter=report.parameter,
        traceback=report.traceback,
        more=tuple(_error(other) for other in report.more),
    )


def _location(report: _Report) -> Location | None:
    return None if report.file is None else Location(report.file, report.line, report.column)
