"""Makes the explorer's bundle, for the wheel: fetches what it is built of, and builds it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[Sequence[str], Path, str], None]
"""Runs a command in a folder; the text says what could not be done, if it fails."""

NOT_SOURCES = ("node_modules", "dist", "__pycache__")


def bundle(sources: Path, target: Path, *, node: str, npm: Sequence[str], run: Run) -> None:
    """Have the bundle in ``target``, made of ``sources`` as they are now.

    Nothing is fetched or built if that has been done of the same sources. The bundle that is there
    is replaced as a whole, and stays if this fails.

    Args:
        node: the program.
        npm: its command.
        run: raises RuntimeError when a command fails.
    """
    wanted = digest(sources)
    stamp = target.with_name(f"{target.name}.stamp")
    if target.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Building the explorer", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as name:
        scratch = Path(name).resolve()
        copy = scratch / "explorer"
        shutil.copytree(sources, copy, ignore=shutil.ignore_patterns(*NOT_SOURCES))
        fetch = [*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        run([*fetch, "--loglevel=error"], copy, "npm could not fetch what the explorer is built of")
        made = scratch / "made"
        vite = copy / "node_modules" / "vite" / "bin" / "vite.js"
        command = [node, str(vite), "build", "--outDir", str(made), "--logLevel", "warn"]
        run(command, copy, "the explorer could not be built")
        stamp.unlink(missing_ok=True)
        if target.exists():
            target.rename(scratch / "old")
        made.rename(target)
    stamp.write_text(wanted)


def digest(sources: Path) -> str:
    """Of all that the bundle is made of."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(sources.rglob("*")):
        name = file.relative_to(sources)
        if file.is_file() and not set(NOT_SOURCES).intersection(name.parts):
            found.update(f"{name.as_posix()}\0".encode())
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def run_command(command: Sequence[str], folder: Path, failed: str) -> None:
    """Raises RuntimeError: it failed; its output says why."""
    done = subprocess.run(  # noqa: S603 - arguments are ours
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = done.stderr or done.stdout
        # npm says why at the beginning, vite at the end.
        shown = said if len(said) <= 4000 else f"{said[:2000]}\n…\n{said[-2000:]}"
        raise RuntimeError(f"{failed}:\n{shown}")
