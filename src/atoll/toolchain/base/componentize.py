"""Running componentize-py: Python sources in, a component out.

It runs CPython while it builds, so it must see nothing of the host's Python: without a controlled
``VIRTUAL_ENV`` it would put the host interpreter's site-packages on the guest's path.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from atoll.toolchain.base.sources import BaseSources
from atoll.toolchain.errors import BuildError

#: Seconds; it takes some 25 on a quiet machine.
TIMEOUT = 600
_PROGRAM = "import sys; from componentize_py import script; sys.exit(script())"


def componentize(sources: BaseSources, entry: str) -> bytes:
    """Build a component whose exports are ``entry.WitWorld``. Blocks for some 25 seconds.

    Raises:
        BuildError: ``BASE_BUILD_FAILED``.
    """
    found = importlib.util.find_spec("componentize_py")
    if found is None or found.origin is None:
        raise BuildError(
            "BASE_BUILD_FAILED",
            "componentize-py, which builds the Python base, is not installed",
            "install Atoll again with its dependencies",
        )
    with tempfile.TemporaryDirectory(prefix="atoll-base-") as name:
        work = Path(name)
        for folder in ("guest", "wit", "venv/lib", "bin", "tmp"):
            (work / folder).mkdir(parents=True)
        sources.write_to(work / "guest")
        (work / "wit" / "world.wit").write_bytes(sources.world)
        environment = {
            "PATH": os.fspath(work / "bin"),
            "HOME": os.fspath(work),
            "TMPDIR": os.fspath(work / "tmp"),
            "VIRTUAL_ENV": os.fspath(work / "venv"),
            "PYTHONPATH": os.fspath(Path(found.origin).parent.parent),
        }
        arguments = ["-q", "-d", "wit", "-w", "app", "componentize", entry, "-p", "guest"]
        command = [sys.executable, "-s", "-c", _PROGRAM, *arguments, "-o", "base.wasm"]
        try:
            done = subprocess.run(  # noqa: S603 - our own dependency, our own arguments
                command, cwd=work, env=environment, capture_output=True, timeout=TIMEOUT
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise BuildError(
                "BASE_BUILD_FAILED", f"the Python base could not be built: {error}"
            ) from error
        if done.returncode != 0:
            detail = done.stderr.decode(errors="replace").strip()
            raise BuildError(
                "BASE_BUILD_FAILED",
                f"the Python base could not be built: {_last_lines(detail)}",
                "run `atoll doctor`; it tells if the tools are the ones Atoll was made for",
            )
        return (work / "base.wasm").read_bytes()


def _last_lines(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("warning: site-packages")]
    return "\n".join(lines)[-2000:]
