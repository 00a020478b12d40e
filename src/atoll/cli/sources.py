"""An app's source folder, and building it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from atoll.app.build import MANIFEST, Build, BuildNotFound, find_build, require_manifest
from atoll.cli.console import note, styled
from atoll.cli.failure import CommandError, Told, look_for_sources_in, printable, report_problem
from atoll.cli.info import Unloaded
from atoll.cli.language import (
    PYTHON,
    CompilerName,
    Language,
    has_sources,
    is_skipped,
    is_source,
    language_of,
    project_name,
)
from atoll.cli.runtime import Compiled, Runtime, Steps
from atoll.graphql import GraphQLApi
from atoll.graphql.ticks import built_in_subscriptions
from atoll.guest.failure import MetadataError
from atoll.guest.metadata import METADATA_SECTION, Metadata, read_metadata
from atoll.guest.wasm_binary import custom_section
from atoll.manifest import Location, Manifest


@dataclass(frozen=True, slots=True)
class Sources:
    """An app as its author has it."""

    directory: Path
    name: str
    language: Language = PYTHON

    @property
    def manifest(self) -> Path:
        return self.directory / MANIFEST

    @property
    def output(self) -> Path:
        return self.directory / "build"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about the sources that their author should know."""

    message: str
    location: Location
    severity: str = "warning"
    code: str = "NOT_EXPORTED"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """An app that was built, in memory."""

    compiled: Compiled
    api: GraphQLApi
    output: tuple[str, ...]
    """What its modules printed and logged while they were imported."""
    warnings: tuple[Told, ...] = ()
    """What the compiler had to say."""

    def show_notes(self) -> None:
        """Show what the author should know: output, and warnings of sources and manifest."""
        for line in self.output:
            note(f"  {styled('|', 'dim')} {printable(line)}")
        for warned in (*self.warnings, *_warnings(self.compiled.wasm)):
            report_problem(warned)
        for problem in self.compiled.manifest.warnings:
            report_problem(problem)


def find_sources(directory: Path) -> Sources:
    """The app in a folder. Raises CommandError, ManifestNotFound: it holds none."""
    if not directory.is_dir():
        raise CommandError(
            "NO_APP",
            f"{directory} is not a folder",
            "name an app's folder, or make one: atoll new NAME",
        )
    look_for_sources_in(directory)
    _refuse_module_alone(directory)
    language = language_of(directory)
    sources = Sources(directory, _name(directory, language), language)
    require_manifest(directory)
    return sources


def _refuse_module_alone(directory: Path) -> None:
    module = next(iter(sorted(directory.glob("*.wasm"))), None)
    if module is not None and not has_sources(directory):
        raise CommandError(
            "NO_SOURCES",
            f"{directory.resolve()} holds a built module, {module.name}, and no sources",
            f"serve it: atoll serve {directory}",
        )


def _name(directory: Path, language: Language) -> str:
    """The app's name: of its project, else of its folder, as it can be a file's name."""
    chosen = project_name(language, directory) or directory.resolve().name
    return re.sub(r"[^a-z0-9._-]+", "-", chosen.lower()).strip("-._") or "app"


async def build_sources(
    runtime: Runtime,
    sources: Sources,
    *,
    standalone: bool = False,
    strict: bool = False,
    debug: bool = False,
    compiler: CompilerName | None = None,
) -> Built:
    """Build an app, and check that it makes an API.

    Args:
        standalone: have a Python app need no base; modules of other languages never need one.
        strict: treat the manifest's warnings as errors.
        debug: leave out what makes the code fast but building it slow, where the compiler has such
            a choice.
        compiler: what compiled the app before, which does so again unless another was chosen.

    Raises:
        ManifestNotFound, ManifestError, EnvironmentFileError, BuildError, SchemaError,
        CacheUnwritable: it cannot.
    """
    manifest, environ = read_settings(runtime, sources, strict=strict)
    warnings: tuple[Told, ...] = ()
    output: tuple[tuple[int, str], ...] = ()
    module_builder = runtime.module_builder(sources.language, compiler)
    if module_builder is not None:
        module = await module_builder.build(sources.directory, release=not debug)
        wasm, metadata, warnings = module.wasm, module.metadata, tuple(module.warnings)
    else:
        builder = runtime.builder(manifest.limits)
        built = await builder.build(sources.directory, standalone=standalone)
        wasm, metadata, output = built.wasm, built.metadata, built.output
    api = GraphQLApi(
        Unloaded(metadata.interface),
        hidden=manifest.embedders,
        subscriptions=built_in_subscriptions(manifest.graphql),
    )
    folder = sources.directory
    compiled = Compiled(sources.name, wasm, manifest, environ, str(folder), folder)
    return Built(compiled, api, tuple(line for _, line in output), warnings)


class _Warning(msgspec.Struct):
    message: str
    file: str
    line: int


class _Described(msgspec.Struct):
    warnings: list[_Warning] = []


_decode_warnings = msgspec.json.Decoder(_Described).decode


def _warnings(wasm: bytes) -> Iterator[Warned]:
    """The warnings that a build leaves in the metadata; those that the app forged are left out."""
    with contextlib.suppress(msgspec.DecodeError, RecursionError):
        described = _decode_warnings(custom_section(wasm, METADATA_SECTION) or b"{}")
        for found in described.warnings:
            yield Warned(found.message, Location(found.file, found.line))


def read_settings(
    runtime: Runtime, sources: Sources, *, strict: bool = False
) -> tuple[Manifest, dict[str, str]]:
    """What the app runs with, besides its code.

    Raises:
        ManifestNotFound, ManifestError, EnvironmentFileError: there is none, or it is malformed.
    """
    require_manifest(sources.directory)  # it may be gone by now
    environ = runtime.environ(sources.directory)
    return runtime.manifest(sources.manifest, environ, strict=strict), environ


def write_build(built: Built, sources: Sources, output: Path) -> Build:
    """Write module and manifest, each at once: who reads meanwhile sees the old or the new one.

    An older module of ours under another name is removed, since a folder serves one app.
    """
    output.mkdir(parents=True, exist_ok=True)
    module = output / f"{built.compiled.name}.wasm"
    _write(module, built.compiled.wasm)
    _write(output / MANIFEST, sources.manifest.read_bytes())
    for other in output.glob("*.wasm"):
        if other != module and _metadata_of(other) is not None:
            other.unlink()
    return Build(output, module)


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        os.utime(path)  # newer than the sources, and otherwise untouched
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def ready_build(runtime: Runtime, path: Path, steps: Steps) -> Build:
    """The build to use for ``path``: a build, or an app's folder, which is built if that is due.

    Raises what `build_sources` raises.
    """
    if path.is_dir() and next(path.glob("*.wasm"), None) is not None:
        return find_build(path)
    sources = find_sources(path)
    present = _present_build(sources)
    metadata = None if present is None else _metadata_of(present.module)
    if (
        present is not None
        and metadata is not None
        and _is_fresh(sources, present, metadata, steps)
    ):
        return present
    standalone = metadata is not None and metadata.base is None  # as it was built before
    compiler = None if present is None else _compiler_of(sources, present.module)
    built = asyncio.run(build_sources(runtime, sources, standalone=standalone, compiler=compiler))
    built.show_notes()
    return write_build(built, sources, sources.output)


def _present_build(sources: Sources) -> Build | None:
    try:
        return find_build(sources.output)
    except BuildNotFound:
        return None


def _compiler_of(sources: Sources, module: Path) -> CompilerName | None:
    if sources.language.compiler_of is None:
        return None
    name = sources.language.compiler_of(module.read_bytes())
    return None if name is None else CompilerName(name)


def _metadata_of(module: Path) -> Metadata | None:
    try:
        return read_metadata(module.read_bytes())
    except (MetadataError, OSError):
        return None


def _is_fresh(sources: Sources, build: Build, metadata: Metadata, steps: Steps) -> bool:
    """Whether nothing that goes into a build is newer than it: neither sources nor Atoll."""
    from atoll.toolchain.base.base import Base, ensure_base

    written = build.module.stat().st_mtime_ns
    if (
        metadata.language != sources.language.name
        or build.name != sources.name
        or any(changed >= written for changed in _modification_times(sources.directory))
    ):
        return False
    if metadata.module is not None and sources.language.build_id is not None:
        return metadata.module.build_id == sources.language.build_id(sources.directory)
    if metadata.base is None:
        return True
    base = ensure_base(progress=steps)
    # A base that is younger than the build is that of a newer Atoll, or of a newer SDK in it.
    return (
        isinstance(base, Base) and base.code.identity == metadata.base and base.built_at < written
    )


def _modification_times(directory: Path) -> Iterator[int]:
    for parent, folders, files in os.walk(directory):
        folders[:] = [name for name in folders if not is_skipped(name)]
        here = Path(parent)
        if here != directory:  # the top folder changes with everything that is put beside the app
            yield here.stat().st_mtime_ns  # a file was removed
        for name in files:
            if is_source(name):
                yield (here / name).stat().st_mtime_ns
