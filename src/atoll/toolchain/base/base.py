"""The base in its cache: built once per machine, for every app.

``<cache>/python/base/<key>/`` holds what building apps needs (image and workbench), and
``<cache>/python/code/<identity>/`` what serving them needs. Directories are written aside and
renamed, so that one that is there is complete; a lock keeps two processes from building the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atoll.engine import CacheUnwritable, CompileError, Component, ComponentProgram, Engine
from atoll.engine.cache import default_cache_directory, private_directory
from atoll.guest.component.base import (
    IMAGE,
    BaseCode,
    DamagedBase,
    code_directory,
    find_code,
    write_code_index,
)
from atoll.guest.component.frame import identity
from atoll.guest.component.wasi import IMPORTS
from atoll.toolchain.base.componentize import componentize
from atoll.toolchain.base.layout import Layout, LayoutError, read_layout
from atoll.toolchain.base.sources import ENTRY, BaseSources, base_sources
from atoll.toolchain.base.split import split
from atoll.toolchain.base.workbench import build_workbench
from atoll.toolchain.progress import Progress, Quiet
from atoll.toolchain.pruning import prune, used

_log = logging.getLogger("atoll.toolchain")
_INDEX = "base.json"
#: Bases that the cache keeps, some 25 MB each: this installation's and a few of others.
MAX_BASES = 6


@dataclass(frozen=True, slots=True)
class Base:
    """A base that apps can be built on. ``globals`` are the image's global indices, in the order
    in which the workbench gives their values."""

    directory: Path
    key: str
    code: BaseCode
    globals: tuple[int, ...]

    @property
    def built_at(self) -> int:
        """When it was built, in nanoseconds. (The directory's own time says when it was used.)"""
        return (self.directory / _INDEX).stat().st_mtime_ns

    def read_image(self) -> bytes:
        """The base's own image: the interpreter with no app loaded. Raises DamagedBase."""
        return self._read("image")

    def compile(self, engine: Engine, progress: Progress = Quiet()) -> None:  # noqa: B008 - stateless
        """Compile what building and running apps needs. Blocks for some 12 seconds, once per
        machine. Raises DamagedBase."""
        if not (
            self.code.is_compiled(engine)
            and engine.is_cached(key=self._workbench_key, component=True)
        ):
            progress.step("Compiling Python to native code (once)")
        self.code.compiled(engine)
        self._workbench(engine)

    def program(self, engine: Engine, image: bytes) -> ComponentProgram:
        """A program in which apps are loaded on top of ``image``. Blocks. Raises CompileError."""
        # Cached by content: a base that is built again has the same key, but another image.
        module = engine.compile_module(image, for_component=True)
        modules = {**self.code.compiled(engine).libraries, IMAGE: module}
        return ComponentProgram(engine, self._workbench(engine), IMPORTS, modules=modules)

    @property
    def _workbench_key(self) -> str:
        return f"python-base {self.key} workbench"

    def _workbench(self, engine: Engine) -> Component:
        try:
            return engine.compile_component(
                lambda: self._read("workbench"), key=self._workbench_key
            )
        except CompileError as error:
            raise DamagedBase(self.directory) from error

    def _read(self, name: str) -> bytes:
        try:
            return (self.directory / f"{name}.wasm").read_bytes()
        except OSError as error:
            raise DamagedBase(self.directory) from error


@dataclass(frozen=True, slots=True)
class Unsplit:
    """A base whose layout is not what the split expects: apps are built with it from scratch."""

    sources: BaseSources
    reason: str


def ensure_base(
    cache: Path | None = None,
    progress: Progress = Quiet(),  # noqa: B008 - stateless
) -> Base | Unsplit:
    """The base of this installation, building it if the cache does not have it. Blocks.

    Building takes some 25 seconds. Raises BuildError, CacheUnwritable.
    """
    sources = base_sources()
    root = (cache or default_cache_directory()) / "python" / "base"
    directory = root / sources.key
    found = _find(directory, cache, sources)
    if found is not None:
        return found
    private_directory(root)
    with _locked(root / f"{sources.key}.lock", progress):
        found = _find(directory, cache, sources)
        if found is None:
            progress.step("Building the Python base (once)")
            _build(directory, cache, sources)
            prune(root, "?" * 32, MAX_BASES)
            found = _find(directory, cache, sources)
    if found is None:
        raise CacheUnwritable(f"The Python base in {directory} cannot be read back.")
    return found


def _find(directory: Path, cache: Path | None, sources: BaseSources) -> Base | Unsplit | None:
    try:
        index = json.loads((directory / _INDEX).read_bytes())
    except (OSError, ValueError):
        return None
    if "unsplit" in index:
        _warn_unsplit(index["unsplit"])
        return Unsplit(sources, index["unsplit"])
    code = find_code(cache, index["identity"])
    if code is None:
        return None
    used(directory)
    return Base(directory, sources.key, code, tuple(index["globals"]))


def _build(directory: Path, cache: Path | None, sources: BaseSources) -> None:
    component = componentize(sources, ENTRY)
    try:
        layout = read_layout(component)
        _write_split(directory, cache, layout)
    except LayoutError as error:
        _warn_unsplit(str(error))
        with _written_aside(directory) as aside:
            (aside / _INDEX).write_text(json.dumps({"unsplit": str(error)}))


def _write_split(directory: Path, cache: Path | None, layout: Layout) -> None:
    parts = split(layout)
    workbench = build_workbench(layout, parts.shell)
    name = identity(parts.frame)
    if find_code(cache, name) is None:
        with _written_aside(code_directory(cache, name)) as aside:
            (aside / "frame.wasm").write_bytes(parts.frame)
            (aside / "shell.wasm").write_bytes(parts.shell)
            for library, module in parts.libraries.items():
                (aside / f"{library}.wasm").write_bytes(module)
            write_code_index(aside, name, tuple(parts.libraries))
    with _written_aside(directory) as aside:
        (aside / "image.wasm").write_bytes(parts.image)
        (aside / "workbench.wasm").write_bytes(workbench)
        index = {"identity": name, "globals": [entry.index for entry in layout.globals]}
        (aside / _INDEX).write_text(json.dumps(index))


def _warn_unsplit(reason: str) -> None:
    _log.warning(
        "The Python base is not laid out as expected (%s): apps are built whole, which takes half "
        "a minute for every change.",
        reason,
    )


@contextlib.contextmanager
def _locked(path: Path, progress: Progress) -> Iterator[None]:
    try:
        file = path.open("w")
    except OSError as error:
        raise CacheUnwritable(f"The cache directory {path.parent} cannot be written.") from error
    with file:
        busy = False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            busy = True
        if busy:  # not while the exception is handled: a step that begins then counts as failed
            progress.step("Waiting for another process that builds the Python base")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _written_aside(directory: Path) -> Iterator[Path]:
    """A directory to fill, which then takes the place of ``directory``."""
    private_directory(directory.parent)
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=directory.parent))
    try:
        yield aside
        if directory.exists():  # incomplete or of another format: nobody can be using it
            shutil.rmtree(directory)
        os.replace(aside, directory)  # noqa: PTH105 - Path.replace is documented for files
    except OSError as error:
        raise CacheUnwritable(
            f"The Python base cannot be written to {directory.parent}: {error.strerror or error}."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file of the cache so that nobody ever sees half of it. Raises CacheUnwritable."""
    try:
        handle, aside = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CacheUnwritable(f"{path.parent} cannot be written: {error.strerror}.") from error
