"""An app's dependencies: installed by pip into a folder of the cache, then read as source.

Native modules of the host are of no use in the guest and are left out. Many packages work without
theirs; one that does not is recognised when the app is loaded (``native_cause``).
"""

from __future__ import annotations

import contextlib
import email.parser
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from atoll.engine import CacheUnwritable
from atoll.engine.cache import default_cache_directory, private_directory
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.progress import Progress
from atoll.toolchain.project import FILE
from atoll.toolchain.pruning import prune, used
from atoll.toolchain.source import SourceModule, modules_below

_TIMEOUT = 600
#: Lists of dependencies that the cache keeps installed.
MAX_LISTS = 32
_LEFT_OUT = frozenset(("__pycache__", "bin", "tests"))
#: Bytes of one data file, and of all; each instance of the app has them in its memory.
MAX_FILE = 1 << 20
MAX_FILES = 8 << 20
_NO_DATA = frozenset((".py", ".pyc", ".pyi", ".so", ".pyd", ".dylib", ".c", ".h", ".pyx", ".pxd"))
_NATIVE_SUFFIXES = (".so", ".pyd", ".dylib")
_NOT_FOUND = re.compile(r"No module named '([\w.]+)'")
_CANNOT_IMPORT = re.compile(
    r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'"
)


@dataclass(frozen=True, slots=True)
class NativeModule:
    """A native module that was left out, and the distribution it belongs to."""

    name: str
    distribution: str


@dataclass(frozen=True, slots=True)
class Dependencies:
    modules: Mapping[str, SourceModule] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Headers of each distribution's METADATA, for packages that ask for their own version."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Data files by path."""
    native: tuple[NativeModule, ...] = ()


def install_dependencies(
    requirements: Sequence[str], progress: Progress, cache: Path | None = None
) -> Dependencies:
    """The modules of ``requirements`` and of what they require. Blocks.

    A folder of the cache serves every build with the same list; without pinned versions that is
    what pip chose the first time.

    Raises:
        BuildError: ``DEPENDENCY_FAILED`` with pip's reason, ``PIP_MISSING``.
    """
    if not requirements:
        return Dependencies()
    key = hashlib.sha256(
        json.dumps([sorted(requirements), platform.python_version(), platform.machine()]).encode()
    ).hexdigest()[:32]
    root = (cache or default_cache_directory()) / "python" / "dependencies"
    directory = root / key
    if not directory.is_dir():
        progress.step("Installing dependencies")
        _install(requirements, private_directory(root), directory)
        prune(root, "?" * 32, MAX_LISTS)
    used(directory)
    return _read(directory)


def _install(requirements: Sequence[str], root: Path, directory: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        raise BuildError(
            "PIP_MISSING",
            "pip, which installs the app's dependencies, is not there",
            f"run `{sys.executable} -m ensurepip`",
        )
    aside = Path(tempfile.mkdtemp(prefix=".installing-", dir=root))
    try:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"]
        command += ["--disable-pip-version-check", "--target", os.fspath(aside)]
        command += ["--", *requirements]
        done = subprocess.run(  # noqa: S603 - the author's own requirements, after `--`
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT
        )
        if done.returncode != 0:
            raise BuildError(
                "DEPENDENCY_FAILED",
                f"pip cannot install the app's dependencies: {_reason(done.stderr)}",
                "check the names and versions under dependencies in pyproject.toml",
                Location(FILE),
            )
        with contextlib.suppress(FileExistsError, OSError):
            # Somebody else may have been faster: then theirs serves as well.
            os.rename(aside, directory)  # noqa: PTH104 - fails if the target is there, by intent
    except subprocess.TimeoutExpired as error:
        raise BuildError(
            "DEPENDENCY_FAILED",
            f"pip did not install the app's dependencies within {_TIMEOUT // 60} minutes",
            None,
            Location(FILE),
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    if not directory.is_dir():
        raise CacheUnwritable(f"Dependencies cannot be written to {root}.")


def _reason(stderr: str) -> str:
    errors = [line.strip() for line in stderr.splitlines() if line.strip().startswith("ERROR:")]
    lines = errors or [line.strip() for line in stderr.splitlines() if line.strip()]
    return " ".join(line.removeprefix("ERROR:").strip() for line in lines[-3:])[:1000]


def _read(directory: Path) -> Dependencies:
    modules = modules_below(directory, _LEFT_OUT)
    metadata: dict[str, str] = {}
    native: list[NativeModule] = []
    for info in sorted(directory.glob("*.dist-info")):
        try:
            headers, _, _ = (info / "METADATA").read_text("utf-8", "replace").partition("\n\n")
        except OSError:
            continue
        parsed = email.parser.HeaderParser().parsestr(headers)
        name = str(parsed.get("Name", info.name))
        metadata[name] = headers
        native += [NativeModule(module, name) for module in _native_modules(info)]
    files = _data_files(directory)
    return Dependencies(dict(sorted(modules.items())), metadata, files, tuple(native))


def _data_files(directory: Path) -> dict[str, bytes]:
    """What packages bring along beside their modules, up to a size that memory can bear."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory)
        top = relative.parts[0]
        if path.suffix in _NO_DATA or top.endswith(".dist-info") or len(relative.parts) < 2:
            continue
        if _LEFT_OUT.intersection(relative.parts) or not path.is_file():
            continue
        size = path.stat().st_size
        if size <= MAX_FILE and total + size <= MAX_FILES:
            found[relative.as_posix()] = path.read_bytes()
            total += size
    return found


def _native_modules(info: Path) -> list[str]:
    """The native modules that a distribution's RECORD lists, by dotted name."""
    try:
        record = (info / "RECORD").read_text("utf-8", "replace")
    except OSError:
        return []
    found: set[str] = set()
    for line in record.splitlines():
        path = line.rsplit(",", 2)[0].strip('"')
        if path.endswith(_NATIVE_SUFFIXES):
            folder, _, file = path.rpartition("/")
            found.add(".".join((*filter(None, folder.split("/")), file.partition(".")[0])))
    return sorted(found)


def native_cause(dependencies: Dependencies, error_text: str) -> NativeModule | None:
    """The native module whose absence made an import fail, if that is what happened.

    Args:
        error_text: message and traceback of the failure, chained causes included.
    """
    wanted = set(_NOT_FOUND.findall(error_text))
    wanted |= {f"{package}.{name}" for name, package in _CANNOT_IMPORT.findall(error_text)}
    for native in dependencies.native:
        if native.name in wanted:
            return native
    return None


def native_packages(dependencies: Dependencies) -> dict[str, NativeModule]:
    """What to import to learn whether distributions with native modules work without them: the
    package around each, else the one named like the distribution, else the native module."""
    found: dict[str, NativeModule] = {}
    for native in dependencies.native:
        top = native.name.partition(".")[0]
        named_alike = native.distribution.lower().replace("-", "_")
        if ".libs." in native.name:  # a library that came with the others
            continue
        known = [name for name in (top, named_alike) if name in dependencies.modules]
        found.setdefault(known[0] if known else native.name, native)
    return found
