"""The app's dependencies: compiled once, and kept beside the app's own modules.

Compiling is a run of its own, whose result the host keeps; each build of the app then hands it in
before the app itself. Modules are imported when the app imports them.
"""

from __future__ import annotations

import base64
import importlib.abc
import importlib.machinery
import importlib.resources.abc
import io
import json
import marshal
import sys
import types
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any, NamedTuple


class Dependency(NamedTuple):
    path: str
    package: bool
    source: bytes
    """Compressed: it is wanted for tracebacks only."""
    code: bytes | None
    """Compressed, marshalled; None if the source cannot be compiled."""


_modules: dict[str, Dependency] = {}
_files: dict[str, bytes] = {}
"""Data files by path."""


def compile_all(bundle_text: str) -> str:
    """From ``{"modules": {name: {"source", "path", "package"}}, "files": {path: base64}}`` to what
    ``keep`` takes."""
    bundle = json.loads(bundle_text)
    for module in bundle["modules"].values():
        source = module["source"]
        try:
            code = compile(source, module["path"], "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            module["code"] = None  # for another Python, perhaps never imported
        else:
            module["code"] = _pack(marshal.dumps(code))
        module["source"] = _pack(source.encode())
    return json.dumps(bundle, sort_keys=True)


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def keep(bundle_text: str) -> None:
    """Make compiled dependencies importable."""
    bundle = json.loads(bundle_text)
    for name, module in sorted(bundle["modules"].items()):
        code = module["code"]
        _modules[name] = Dependency(
            module["path"],
            bool(module["package"]),
            base64.b64decode(module["source"]),
            None if code is None else base64.b64decode(code),
        )
    for path, data in sorted(bundle["files"].items()):
        _files[path] = base64.b64decode(data)
    sys.meta_path.append(DependencyFinder())


class DependencyFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds what ``keep`` kept; after the standard library, as site-packages comes after it."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        found = _modules.get(fullname)
        if found is None:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=found.path, is_package=found.package
        )
        spec.has_location = True
        if found.package:
            spec.submodule_search_locations = [found.path.rpartition("/")[0]]
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """The usual module object will do."""

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 - so modules come to life

    def get_code(self, fullname: str) -> types.CodeType:
        found = _modules[fullname]
        if found.code is None:  # says why it cannot be compiled
            return compile(self.get_source(fullname), found.path, "exec", dont_inherit=True)
        code = marshal.loads(zlib.decompress(found.code))  # noqa: S302 - compiled by us, see above
        assert isinstance(code, types.CodeType)
        return code

    def get_source(self, fullname: str) -> str:
        return zlib.decompress(_modules[fullname].source).decode()

    def is_package(self, fullname: str) -> bool:
        return _modules[fullname].package

    def get_data(self, path: str) -> bytes:
        """For ``pkgutil.get_data``."""
        try:
            return _files[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def get_resource_reader(self, fullname: str) -> PackageFiles | None:
        """For ``importlib.resources``."""
        found = _modules[fullname]
        return PackageFiles(found.path.rpartition("/")[0]) if found.package else None


class PackageFiles(importlib.resources.abc.TraversableResources):
    """The data files of one package."""

    def __init__(self, root: str) -> None:
        self._root = root

    def files(self) -> DataPath:
        return DataPath(self._root)


class DataPath(importlib.resources.abc.Traversable):
    """A data file, or a folder of them."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return self._path.rpartition("/")[2]

    def iterdir(self) -> Iterator[DataPath]:
        start = f"{self._path}/"
        names = {path[len(start) :].partition("/")[0] for path in _files if path.startswith(start)}
        yield from (DataPath(start + name) for name in sorted(names))

    def is_dir(self) -> bool:
        return any(path.startswith(f"{self._path}/") for path in _files)

    def is_file(self) -> bool:
        return self._path in _files

    def joinpath(self, *descendants: Any) -> DataPath:
        parts = "/".join(str(part) for part in descendants).split("/")
        path = self._path
        for part in parts:
            if part == "..":
                path = path.rpartition("/")[0]
            elif part not in ("", "."):
                path = f"{path}/{part}"
        return DataPath(path)

    def __truediv__(self, child: Any) -> DataPath:
        return self.joinpath(child)

    def read_bytes(self) -> bytes:
        try:
            return _files[self._path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", self._path) from None

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def open(self, mode: str = "r", *arguments: Any, **named: Any) -> IO[Any]:
        binary = io.BytesIO(self.read_bytes())
        return binary if "b" in mode else io.TextIOWrapper(binary, *arguments, **named)
