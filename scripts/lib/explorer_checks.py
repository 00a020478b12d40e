"""The checks of the explorer's page: types, lint, tests, and the size of what a browser loads."""

from __future__ import annotations

import subprocess

from environment import ROOT, Environment
from steps import run, say, step

FOLDER = ROOT / "explorer"
_LOCK = FOLDER / "package-lock.json"
_FETCHED = FOLDER / "node_modules" / ".fetched-by"
"""The lock file by which the packages there were fetched."""
_FIND_NODE = (
    "from atoll.toolchain.assemblyscript.node import wheel_folder\n"
    "folder = wheel_folder()\n"
    "print(folder / 'bin' / 'node', folder / 'lib/node_modules/npm/bin/npm-cli.js', sep='\\n')"
)
_CHECKS = {
    "tsc": ("node_modules/typescript/bin/tsc", "--noEmit"),
    "biome": ("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."),
    "vitest": ("node_modules/vitest/vitest.mjs", "run"),
    "size of the explorer": ("scripts/budget.mjs",),
}


def check_explorer(environment: Environment) -> list[str]:
    """Run all of them; the names of those that failed."""
    node, npm = _find_node(environment)
    _fetch([node, npm])
    failed = []
    for name, command in _CHECKS.items():
        say(f"==> {name}")
        if subprocess.run([node, *command], cwd=FOLDER, stdin=subprocess.DEVNULL).returncode:
            failed.append(name)
    return failed


def _fetch(npm: list[str]) -> None:
    lock = _LOCK.read_bytes()
    if _FETCHED.is_file() and _FETCHED.read_bytes() == lock:
        return
    with step("Fetching what the explorer is checked with"):
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        run(command, cwd=FOLDER)
    _FETCHED.write_bytes(lock)


def _find_node(environment: Environment) -> list[str]:
    """Node.js and npm's script, of the wheel that the environment has."""
    command = [environment.python, "-c", _FIND_NODE]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return found.stdout.splitlines()
