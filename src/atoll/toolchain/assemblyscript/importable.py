"""What apps can import of the packages that come with Atoll, by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from atoll.toolchain.assemblyscript.assets import SDK, toolchain

JSON = "json-as"
_DECLARED = re.compile(
    r"^(?:@\w+\s+)*export\s+(?:default\s+)?(?:abstract\s+)?"
    r"(?:class|const|enum|function|interface|let|namespace|type)\s+(\w+)",
    re.MULTILINE,
)
_LISTED = re.compile(r"^export\s*\{([^}]*)\}", re.MULTILINE)
_ALL_OF = re.compile(r'^export\s*\*\s*from\s*"(\.[^"]*)"', re.MULTILINE)
_NAMESPACE = re.compile(r'^import\s*\*\s*as\s+(\w+)\s+from\s*"(\.[^"]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Importable:
    modules: Mapping[str, frozenset[str]]
    """Names that a module exports, by the name under which apps import it."""
    namespaces: Mapping[str, frozenset[str]]
    """Names in what the SDK exports as a whole, such as ``http``."""

    def advice(self, name: str) -> str | None:
        """What to add to a file that uses ``name``; None if nothing of that name is known."""
        lines = [
            f'import {{ {name} }} from "{module}";'
            for module, names in sorted(self.modules.items())
            if name in names
        ]
        if lines:
            return "\n  ".join(["add one of:", *lines]) if len(lines) > 1 else f"add: {lines[0]}"
        holders = sorted(each for each, names in self.namespaces.items() if name in names)
        written = " or ".join(f"{holder}.{name}" for holder in holders)
        if len(holders) > 1:
            return f'write {written}, and import what stands before the dot from "{SDK}"'
        return f"write {written}, and {self.advice(holders[0])}" if holders else None

    def like(self, name: str, module: str) -> str | None:
        """The name in a module that is most like ``name``."""
        return _closest(name, self.modules.get(module, ()))

    def module_like(self, module: str) -> str | None:
        return _closest(module, self.modules)


def _closest(word: str, among: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(among), 1)), None)


@cache
def importable() -> Importable:
    """Read from the sources of the SDK and of json-as. Raises BuildError: they are not there."""
    folder = toolchain()
    modules = {
        SDK: _exports(folder / SDK / "index.ts"),
        JSON: _exports(folder / JSON / "index.ts"),
    }
    for file in sorted((folder / SDK / "models").rglob("*.ts")):
        # What lies in a folder beside a file of the same name is part of that file.
        if not file.parent.with_suffix(".ts").exists():
            name = file.relative_to(folder / SDK).with_suffix("").as_posix()
            modules[f"{SDK}/{name}"] = _exports(file)
    index = folder / SDK / "assembly" / "index.ts"
    public = modules[SDK]
    namespaces = {
        name: _exports(_file(index, path))
        for name, path in _NAMESPACE.findall(index.read_text(encoding="utf-8"))
        if name in public
    }
    return Importable(modules, namespaces)


def _exports(file: Path) -> frozenset[str]:
    return frozenset(_names(file))


def _names(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    yield from _DECLARED.findall(text)
    for listed in _LISTED.findall(text):
        words = (part.split() for part in listed.split(","))
        yield from (names[-1] for names in words if names)
    for path in _ALL_OF.findall(text):
        yield from _names(_file(file, path))


def _file(importing: Path, path: str) -> Path:
    """The file that another one names, as the compiler finds it."""
    target = importing.parent / path
    file = target.with_name(f"{target.name}.ts")
    return file if file.exists() else target / "index.ts"
