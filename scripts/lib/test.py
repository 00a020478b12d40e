"""Run every check and every test against the installed wheel."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from environment import ROOT, Environment, prepare
from explorer_checks import check_explorer
from steps import fail, run, say, step

CODE = [
    name
    for name in (
        "src",
        "tests",
        "scripts",
        "benchmarks",
        "examples",
        "sdk",
        "explorer",
        "hatch_build.py",
    )
    if (ROOT / name).exists()
]
EXTRAS = {"assemblyscript", "dev", "go", "local-models"}
_APT = re.compile(r"^([EW]: .*)")
SYSTEM_PACKAGES = ROOT / "tests" / "system-packages.txt"


def main() -> int:
    options = _options()
    environment = prepare(EXTRAS)
    _check_installed(environment)
    if options.all:
        _install_system_packages()
    failed = [] if options.tests_only else _checks(environment)
    status = _pytest(environment, options.pytest, strict=options.all)
    if failed:
        print(f"error: failed checks: {', '.join(failed)}", file=sys.stderr, flush=True)
    return status or (1 if failed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/test",
        description="Install Atoll's wheel into .venv; run ruff, mypy, import-linter and pytest.",
        epilog="Everything after -- goes to pytest: scripts/test -- tests/engine -k memory",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="install system packages that tests need, and fail on any skipped test that is "
        "not listed, with its reason, in tests/skips.toml",
    )
    parser.add_argument("--tests-only", action="store_true", help="run pytest only")
    parser.add_argument("pytest", nargs="*", metavar="-- PYTEST ARGUMENTS")
    return parser.parse_args()


def _check_installed(environment: Environment) -> None:
    """Make sure that the tests will import the wheel, not the source tree."""
    found = subprocess.run(
        [environment.python, "-c", "import atoll; print(atoll.__file__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if "site-packages" not in Path(found).parts:
        fail(f"the tests would import Atoll from {found or 'nowhere'}, not from its wheel")


def _install_system_packages() -> None:
    lines = SYSTEM_PACKAGES.read_text(encoding="utf-8").splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    missing = [name for name in wanted if name and not _has_system_package(name)]
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say(f"    cannot install system packages here (needs root and apt): {' '.join(missing)}")
        return
    with step(f"Installing system packages: {' '.join(missing)}"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update"], cwd=ROOT, env=env, show=_APT)
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
        run(command, cwd=ROOT, env=env, show=_APT)


def _has_system_package(name: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${Status}", name]
    if shutil.which(query[0]) is None:
        return False
    result = subprocess.run(query, capture_output=True, text=True, check=False)
    return result.stdout.endswith(" installed")


def _checks(environment: Environment) -> list[str]:
    """Run the static checks, all of them, and return the names of those that failed."""
    checks = {
        "ruff check": ["ruff", "check", "--quiet", *CODE],
        "ruff format": ["ruff", "format", "--check", "--quiet", *CODE],
        "mypy": ["mypy"],
        "import-linter": ["lint-imports"],
    }
    failed = []
    for name, (tool, *arguments) in checks.items():
        say(f"==> {name}")
        command = [environment.tool(tool), *arguments]
        if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
            failed.append(name)
    return failed + check_explorer(environment)


def _pytest(environment: Environment, arguments: list[str], *, strict: bool) -> int:
    say("==> pytest")
    env = {**os.environ, "PATH": f"{environment.directory / 'bin'}:{os.environ['PATH']}"}
    if strict:
        env["ATOLL_TEST_ALL"] = "1"
    command = [environment.python, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
