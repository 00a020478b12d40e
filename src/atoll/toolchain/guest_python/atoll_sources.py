"""The app's modules, imported from the sources that arrived in the bundle."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import Distribution, DistributionFinder
from typing import Any, NamedTuple


class Source(NamedTuple):
    text: str
    path: str
    """As the user knows it, relative to the app: ``app.py``."""
    package: bool
    dependency: bool
    """Not the user's own: left out of the frames of an error."""


class SourceFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in ``sources``, before anything else that could have their names."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.distributions: dict[str, str] = {}
        """Metadata text by distribution name, for packages that ask for their own version."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        source = self.sources.get(fullname)
        if source is None:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, self, origin=source.path, is_package=source.package
        )
        spec.has_location = True
        if source.package:
            spec.submodule_search_locations = [source.path.rpartition("/")[0]]
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """The usual module object will do."""

    def exec_module(self, module: types.ModuleType) -> None:
        source = self.sources[module.__name__]
        code = compile(source.text, source.path, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - this is how a module comes to life

    def get_source(self, fullname: str) -> str | None:
        source = self.sources.get(fullname)
        return source.text if source else None

    def is_package(self, fullname: str) -> bool:
        return self.sources[fullname].package

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterable[Distribution]:
        wanted = context.name if context else None
        for name, text in self.distributions.items():
            if wanted is None or _normal(name) == _normal(wanted):
                yield _Metadata(text)


class _Metadata(Distribution):
    """A distribution of which only the METADATA is there."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        raise FileNotFoundError(f"there are no files inside the sandbox: {path}")


def _normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


_finder = SourceFinder()


def install(modules: Mapping[str, Mapping[str, Any]], distributions: Mapping[str, str]) -> None:
    """Replace whatever app was there by these sources."""
    remove()
    for name, module in sorted(modules.items()):
        source = Source(
            module["source"],
            module["path"],
            bool(module.get("package", False)),
            bool(module.get("dependency", False)),
        )
        _finder.sources[name] = source
        lines = source.text.splitlines(keepends=True)
        # So that a traceback shows the line; no modification time: the entry is never checked.
        linecache.cache[source.path] = (len(source.text), None, lines, source.path)
    _finder.distributions.update(sorted(distributions.items()))
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def remove() -> None:
    for name, source in _finder.sources.items():
        sys.modules.pop(name, None)
        linecache.cache.pop(source.path, None)
    _finder.sources.clear()
    _finder.distributions.clear()
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


def shadowed() -> list[str]:
    """Modules of the app that cannot be imported, as the standard library has their names."""
    return [name for name in _finder.sources if name in sys.stdlib_module_names]


def path_of(name: str) -> str | None:
    source = _finder.sources.get(name)
    return source.path if source else None


def own_names() -> frozenset[str]:
    """The user's own modules."""
    return frozenset(name for name, source in _finder.sources.items() if not source.dependency)


def texts_with_sdk() -> list[str]:
    """The user's own modules, and those of dependencies that are made for Atoll."""
    return [
        source.text
        for source in _finder.sources.values()
        if not source.dependency or "atoll.sdk" in source.text
    ]


def own_paths() -> frozenset[str]:
    """The files of the user's own modules."""
    return frozenset(source.path for source in _finder.sources.values() if not source.dependency)
