"""The code of a component base on disk: what an app's image needs around it to run.

``toolchain.base`` writes it, one directory per identity; serving only reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from atoll.engine import CompileError, Component, CoreModule, Engine
from atoll.engine.cache import default_cache_directory
from atoll.guest.component.frame import identity

#: The format of the directory; another one is as good as none.
FORMAT = 1
IMAGE = "main"
_INDEX = "code.json"


def code_directory(cache: Path | None, base_identity: str) -> Path:
    """Where the code of a base lies in a cache (None: the default one)."""
    return (cache or default_cache_directory()) / "python" / "code" / base_identity


class DamagedBase(Exception):
    """The cached files of a base are not what they were when they were written."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"the cached Python base in {directory} is damaged")
        self.code = "BASE_DAMAGED"
        self.message = str(self)
        self.hint: str | None = f"remove {directory}; it is built again when needed"
        self.location = None


@dataclass(frozen=True, slots=True)
class CompiledCode:
    """The code of a base, ready to run an image."""

    shell: Component
    """Imports image and libraries as core modules."""
    libraries: Mapping[str, CoreModule]


_compiled: WeakKeyDictionary[Engine, dict[str, CompiledCode]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class BaseCode:
    """One base's code. ``identity`` is the SHA-256 of its frame, in hexadecimal."""

    directory: Path
    identity: str
    libraries: tuple[str, ...]

    def frame(self) -> bytes:
        """All of the component but the image. Raises DamagedBase."""
        frame = self._read("frame")
        if identity(frame) != self.identity:
            raise DamagedBase(self.directory)
        return frame

    def compiled(self, engine: Engine) -> CompiledCode:
        """Shell and libraries, compiled once per process. Blocks. Raises DamagedBase."""
        known = _compiled.setdefault(engine, {})
        found = known.get(self.identity)
        if found is None:
            try:
                shell = engine.compile_component(
                    lambda: self._read("shell"), key=f"python-base {self.identity} shell"
                )
                libraries = {name: self._library(engine, name) for name in self.libraries}
            except CompileError as error:
                raise DamagedBase(self.directory) from error
            found = CompiledCode(shell, libraries)
            known[self.identity] = found
        return found

    def _library(self, engine: Engine, name: str) -> CoreModule:
        return engine.compile_module(
            lambda: self._read(name), key=self._library_key(name), for_component=True
        )

    def is_compiled(self, engine: Engine) -> bool:
        """Whether shell and libraries come from the cache of compiled code."""
        return all(
            engine.is_cached(key=self._library_key(name), for_component=True)
            for name in self.libraries
        )

    def _library_key(self, name: str) -> str:
        return f"python-base {self.identity} {name}"

    def _read(self, name: str) -> bytes:
        try:
            return (self.directory / f"{name}.wasm").read_bytes()
        except OSError as error:
            raise DamagedBase(self.directory) from error


def find_code(cache: Path | None, base_identity: str) -> BaseCode | None:
    """The code of a base, if this machine has it in its cache."""
    directory = code_directory(cache, base_identity)
    try:
        index = json.loads((directory / _INDEX).read_bytes())
        if index["format"] != FORMAT or index["identity"] != base_identity:
            return None
        return BaseCode(directory, base_identity, tuple(str(name) for name in index["libraries"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_code_index(directory: Path, base_identity: str, libraries: tuple[str, ...]) -> None:
    """Complete a directory that holds ``frame``, ``shell`` and the libraries."""
    index = {"format": FORMAT, "identity": base_identity, "libraries": sorted(libraries)}
    (directory / _INDEX).write_text(json.dumps(index, sort_keys=True) + "\n")
