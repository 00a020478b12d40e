"""Servers that are built from their Go modules."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from atoll_servers.cache import cached
from atoll_servers.process import needs_linux, run

from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang.compiler import Compiler, find_go

_BUILD_LIMIT = 1800
_NONE: Mapping[str, Path] = MappingProxyType({})


def built(
    name: str, project: Path, package: str, *, tags: str = "", changed: Mapping[str, Path] = _NONE
) -> Path:
    """The folder of the program of a package, at the version that a project's go.mod names.

    The test is skipped where there is no Go.

    Args:
        changed: files of the package's module that are replaced by others.
    """
    needs_linux(name)
    go = _go(name)
    sources = [project / "go.mod", project / "go.sum", *changed.values()]

    def build(folder: Path) -> None:
        compiled = folder / "compiled"
        env = {**go.environment(compiled), "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
        env["GOCACHE"] = str(compiled)  # only the program is kept
        work = folder / "project"
        shutil.copytree(project, work)

        def go_run(*arguments: str | Path) -> str:
            command = [go.program, *arguments]
            return run(command, what=f"go {arguments[0]}", env=env, cwd=work, limit=_BUILD_LIMIT)

        if changed:
            _change(go_run, package, changed, folder / "module")
        go_run("build", "-trimpath", f"-tags={tags}", "-ldflags=-s -w", "-o", folder, package)
        for made in (compiled, work, folder / "module"):
            shutil.rmtree(made, ignore_errors=True)

    return cached(
        name.lower(), sources, f"Building {name} for the tests", build, f"{package} {tags}"
    )


def _change(
    go_run: Callable[..., str], package: str, changed: Mapping[str, Path], copy: Path
) -> None:
    """Let the build use a copy of the package's module with some files replaced."""
    module, cached_at = go_run("list", "-f={{.Module.Path}} {{.Module.Dir}}", package).split()
    shutil.copytree(cached_at, copy, copy_function=shutil.copyfile)
    for folder in (copy, *copy.rglob("*/")):
        folder.chmod(0o755)  # the cache's are read-only
    for file, other in changed.items():
        shutil.copyfile(other, copy / file)
    go_run("mod", "edit", f"-replace={module}={copy}")


def _go(name: str) -> Compiler:
    try:
        return find_go()
    except BuildError as error:
        pytest.skip(f"{name} is built by Go, which is not installed: {error.message}")
