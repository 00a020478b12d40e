"""The standard library as bytecode in memory.

A guest has no files at run time, so a module that is first imported by a running function (or by
another module's function) would not be found. While the base is built, when the files are there,
every pure-Python module on the path is compiled, compressed and kept; a finder serves them later.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import marshal
import sys
import types
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

# Of no use without files, sockets, processes, threads or a terminal, or not for import at all.
LEFT_OUT = frozenset(
    [
        "__pycache__",
        "_distutils_hack",
        "_pyrepl",
        "antigravity",
        "ctypes",
        "curses",
        "dbm",
        "ensurepip",
        "idlelib",
        "lib2to3",
        "multiprocessing",
        "pip",
        "pkg_resources",
        "pydoc_data",
        "setuptools",
        "site-packages",
        "test",
        "tests",
        "this",
        "tkinter",
        "turtle",
        "turtledemo",
        "tzdata",
        "venv",
    ]
)


class Frozen(NamedTuple):
    package: bool
    path: str
    code: bytes
    """Compressed, marshalled code object."""


_FROZEN: dict[str, Frozen] = {}


def freeze() -> None:
    """Keep every module on ``sys.path``. For use while the base is built."""
    for root in sys.path:
        for name, package, path in _modules(Path(root)):
            if name in _FROZEN or name.startswith("atoll_"):
                continue
            try:
                code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            except (SyntaxError, ValueError):
                continue  # a template or a test of bad syntax
            _FROZEN[name] = Frozen(package, str(path), zlib.compress(marshal.dumps(code), 6))


def _modules(folder: Path, prefix: str = "") -> Iterator[tuple[str, bool, Path]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        stem = path.name.partition(".")[0]
        if stem in LEFT_OUT or stem.startswith(("_sysconfigdata", "config-")):
            continue
        if path.suffix == ".py":
            if stem != "__init__":
                yield prefix + stem, False, path
            elif prefix:
                yield prefix[:-1], True, path
        elif (path / "__init__.py").is_file():
            yield from _modules(path, f"{prefix}{stem}.")


class FrozenFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads what ``freeze`` kept."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        frozen = _FROZEN.get(fullname)
        if frozen is None:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=frozen.path, is_package=frozen.package
        )
        spec.has_location = True
        if frozen.package:
            spec.submodule_search_locations = [frozen.path.rpartition("/")[0]]
        return spec

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - our own bytecode

    def get_code(self, fullname: str) -> types.CodeType:
        code = marshal.loads(zlib.decompress(_FROZEN[fullname].code))  # noqa: S302 - as above
        assert isinstance(code, types.CodeType)
        return code

    def get_source(self, fullname: str) -> None:
        return None

    def is_package(self, fullname: str) -> bool:
        return _FROZEN[fullname].package


def install() -> None:
    """Import from memory from now on, and from nowhere else."""
    sys.path.clear()
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder
    ]
    sys.meta_path.append(FrozenFinder())
