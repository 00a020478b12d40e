"""The scripts' virtual environment: Atoll installed from a wheel, as a user would have it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from steps import fail, run, say, step

ROOT = Path(__file__).resolve().parents[2]

_MADE = frozenset(("__pycache__", "_assets", "node_modules"))
_NOTHING = re.compile(r"(?!)")
# pip's "Downloading numpy-2.4.6-cp311-….whl (16.9 MB)", as far as it is worth a line.
_DOWNLOAD = re.compile(r"^\s*(Downloading) ([^-\s]+)-\S+ (\([\d.]+ [MG]B\))")


@dataclass(frozen=True)
class Environment:
    directory: Path

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def record(self) -> Path:
        """What the scripts installed last, so that an unchanged tree installs nothing."""
        return self.directory / "atoll-install.json"

    def tool(self, name: str) -> Path:
        return self.directory / "bin" / name


def prepare(extras: set[str]) -> Environment:
    """Make the environment ready: created if missing, Atoll and ``extras`` up to date in it."""
    environment = Environment(_directory())
    if not _usable(environment):
        version = ".".join(map(str, sys.version_info[:3]))
        with step(f"Creating {_shown(environment.directory)} with Python {version}"):
            venv.create(environment.directory, with_pip=True, clear=True, symlinks=True)
    fingerprint = _fingerprint()
    installed = _installed(environment)
    wanted = extras | set(installed.get("extras", []))
    if installed.get("fingerprint") == fingerprint and extras <= set(installed["extras"]):
        say(f"==> Atoll is installed in {_shown(environment.directory)} and up to date")
        return environment
    with step(f"Installing Atoll with {', '.join(sorted(wanted))}"):
        _install(environment, wanted)
    environment.record.write_text(
        json.dumps({"fingerprint": fingerprint, "extras": sorted(wanted)}), encoding="utf-8"
    )
    return environment


def _directory() -> Path:
    if chosen := os.environ.get("ATOLL_VENV"):
        return Path(chosen).resolve()
    directory = ROOT / ".venv"
    if _editable(directory):
        # A developer's own environment, tied to the source tree: installing the wheel would
        # replace that, and testing in it would not test what users get.
        return ROOT / ".venv-wheel"
    return directory


def _editable(directory: Path) -> bool:
    for origin in directory.glob("lib/python*/site-packages/atoll-*.dist-info/direct_url.json"):
        info = json.loads(origin.read_text(encoding="utf-8"))
        if info.get("dir_info", {}).get("editable"):
            return True
    return False


def _usable(environment: Environment) -> bool:
    if not environment.tool("pip").exists() or not environment.python.exists():
        return False
    wanted = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return (environment.directory / "lib" / wanted).is_dir()


def _installed(environment: Environment) -> dict[str, list[str] | str]:
    try:
        record = json.loads(environment.record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and "extras" in record else {}


def _fingerprint() -> str:
    """Identify everything that goes into the wheel."""
    digest = hashlib.sha256()
    files = [ROOT / name for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE")]
    files += sorted(
        path
        for folder in ("src", "sdk", "explorer")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not _MADE.intersection(path.parts)
    )
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _install(environment: Environment, extras: set[str]) -> None:
    pip = [environment.python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_PROGRESS_BAR": "off"}
    with tempfile.TemporaryDirectory(prefix="atoll-wheel-") as scratch:
        run(
            [*pip, "wheel", "--no-deps", "--wheel-dir", scratch, ROOT],
            cwd=ROOT,
            env=env,
            show=_NOTHING,
        )
        wheels = list(Path(scratch).glob("atoll-*.whl"))
        if len(wheels) != 1:
            fail(f"building the wheel left {len(wheels)} wheels, expected one")
        # Forced, since an edited tree keeps its version number; then the rest as needed.
        run(
            [*pip, "install", "--no-deps", "--force-reinstall", wheels[0]],
            cwd=ROOT,
            env=env,
            show=_NOTHING,
        )
        run(
            [*pip, "install", f"{wheels[0]}[{','.join(sorted(extras))}]"],
            cwd=ROOT,
            env=env,
            show=_DOWNLOAD,
        )


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
