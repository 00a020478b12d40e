"""An app's own source files: which are part of it, and under which module names."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from atoll.toolchain.errors import BuildError, Location

DEFAULT_ENTRY = "app"
#: Bytes of source in one app, dependencies not counted: beyond that a folder was meant that is not
#: an app.
MAX_SIZE = 32 << 20
_LEFT_OUT = frozenset(
    ("__pycache__", "build", "dist", "node_modules", "site-packages", "test", "tests", "venv")
)


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One module. ``path`` is how its author knows it, relative to the app."""

    source: str
    path: str
    package: bool = False


def collect_sources(app: Path, entry: str) -> Mapping[str, SourceModule]:
    """All modules of the app by dotted name, in the order of their names.

    They are the ``.py`` files below ``app`` whose path can be imported; tests, virtual
    environments, build output and hidden folders are left out.

    Raises:
        BuildError: ``NO_ENTRY``, ``SOURCE_ENCODING``, ``SOURCE_TOO_LARGE``, ``SOURCE_UNREADABLE``.
    """
    if not app.is_dir():
        raise BuildError("NO_APP", f"{app} is not a folder", "name the folder that holds the app")
    found = modules_below(app, _LEFT_OUT)
    modules = {name: module for name, module in found.items() if not _is_test(name)}
    if entry not in modules:
        where = f"{entry.replace('.', '/')}.py or {entry.replace('.', '/')}/__init__.py"
        raise BuildError(
            "NO_ENTRY",
            f"the app has no module {entry}: there is no {where}",
            f"write your functions in {where.partition(' ')[0]}, or name another module:"
            ' entry = "..." under [tool.atoll] in pyproject.toml',
        )
    return dict(sorted(modules.items()))


def modules_below(root: Path, left_out: Collection[str]) -> dict[str, SourceModule]:
    """Every importable module below ``root``. Folders without ``__init__.py`` that hold modules
    become empty packages, which is what Python's namespace packages come to here."""
    modules: dict[str, SourceModule] = {}
    size = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_source(Path(folder, name), left_out))
        relative = Path(folder).relative_to(root)
        for file in sorted(files):
            stem, dot, suffix = file.rpartition(".")
            if dot + suffix != ".py" or not stem.isidentifier():
                continue
            package = stem == "__init__"
            parts = relative.parts if package else (*relative.parts, stem)
            if not parts:
                continue  # an __init__.py beside the entry: the app itself is not a package
            path = (relative / file).as_posix()
            source = _read(Path(folder, file), path)
            size += len(source)
            if size > MAX_SIZE:
                raise BuildError(
                    "SOURCE_TOO_LARGE",
                    f"there are more than {MAX_SIZE >> 20} MiB of Python source in {root}",
                    "move what the app does not import out of its folder",
                )
            # Folders come after the files beside them: a package wins over a module, as in Python.
            modules[".".join(parts)] = SourceModule(source, path, package)
    for name in list(modules):
        while name := name.rpartition(".")[0]:
            empty = SourceModule("", f"{name.replace('.', '/')}/__init__.py", True)
            modules.setdefault(name, empty)
    return modules


def _is_source(folder: Path, left_out: Collection[str]) -> bool:
    name = folder.name
    return name.isidentifier() and name not in left_out and not (folder / "pyvenv.cfg").exists()


def _is_test(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.startswith("test_") or last.endswith("_test") or last == "conftest"


def _read(file: Path, path: str) -> str:
    try:
        if not file.is_file():  # a pipe, a device: they may be read for ever
            file.stat()  # or there is nothing, which is an error of its own
            raise BuildError(
                "SOURCE_UNREADABLE", f"{path} is not a file", "remove it", Location(path)
            )
        raw = file.read_bytes()
    except OSError as error:
        raise BuildError(
            "SOURCE_UNREADABLE", f"{path} cannot be read: {error.strerror}", None, Location(path)
        ) from error
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        line = None
        if isinstance(error, UnicodeDecodeError):
            line = raw.count(b"\n", 0, error.start) + 1
        raise BuildError(
            "SOURCE_ENCODING",
            f"{path} is not text in the encoding that it declares (UTF-8 if none)",
            "save the file as UTF-8",
            Location(path, line),
        ) from error
