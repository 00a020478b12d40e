"""An app's other npm packages: its own ``node_modules``, or an installation in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from atoll.engine.cache import default_cache_directory, private_directory
from atoll.toolchain.assemblyscript.node import environment, find_npm
from atoll.toolchain.assemblyscript.settings import PACKAGE, Settings
from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.progress import Progress
from atoll.toolchain.pruning import prune, used

LOCK = "package-lock.json"
MAX_INSTALLATIONS = 32
_TIMEOUT = 600
_REGISTRY_SETTINGS = (
    "npm_config_", "NPM_CONFIG_", "NODE_EXTRA_CA_CERTS", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip


def find_packages(
    app: Path, settings: Settings, progress: Progress, cache: Path | None = None
) -> Path | None:
    """The ``node_modules`` with the app's other packages; None if it needs none. Blocks.

    Raises:
        BuildError: ``PACKAGES_FAILED`` with npm's reason, ``NPM_MISSING``.
    """
    if not settings.dependencies:
        return None
    own = app / "node_modules"
    if all((own / name).is_dir() for name in settings.dependencies):
        return own.resolve()
    lock = app / LOCK
    content = lock.read_bytes() if lock.is_file() else b""
    wanted = json.dumps(dict(sorted(settings.dependencies.items())))
    # What a package in a folder holds may change without a trace in its name.
    local = any(
        value.startswith(("file:", "link:", ".")) for value in settings.dependencies.values()
    )
    anchor = f"{app.resolve()}" if local else ""
    key = hashlib.sha256(f"{wanted}\0{anchor}\0".encode() + content).hexdigest()[:32]
    root = private_directory((cache or default_cache_directory()) / "assemblyscript" / "packages")
    folder = root / key
    if local or not folder.is_dir():
        progress.step("Installing the app's npm packages")
        _install(app, settings, content, root, folder)
        prune(root, "?" * 32, MAX_INSTALLATIONS)
    used(folder)
    return folder / "node_modules"


def _install(app: Path, settings: Settings, lock: bytes, root: Path, folder: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=".installing-", dir=root))
    try:
        package = {
            "name": "app",
            "private": True,
            "dependencies": {
                name: _absolute(app, value) for name, value in settings.dependencies.items()
            },
        }
        (aside / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
        if lock:
            (aside / LOCK).write_bytes(lock)
        command = [*find_npm(), "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        # The compiler and its libraries are Atoll's: what other packages want of them is ignored.
        command += ["--legacy-peer-deps", "--install-links", "--omit=dev", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603 - the author's own packages
            command,
            cwd=aside,
            env={**environment(), **_registry_settings()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
        )
        if done.returncode != 0:
            raise _failed(_reason(done.stderr or done.stdout))
        if folder.is_dir():
            shutil.rmtree(folder)
        with contextlib.suppress(FileExistsError, OSError):
            os.rename(aside, folder)  # noqa: PTH104 - fails if the target is there, by intent
    except subprocess.TimeoutExpired as error:
        raise _failed(f"no end within {_TIMEOUT // 60} minutes") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _absolute(app: Path, wanted: str) -> str:
    """A package in a folder is named relative to the app."""
    path = wanted.removeprefix("file:").removeprefix("link:")
    if wanted.startswith(("file:", "link:", "./", "../")):
        return f"file:{(app / path).resolve()}"
    return wanted


def _registry_settings() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name.startswith(_REGISTRY_SETTINGS)
    }


def _reason(output: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in output.splitlines()]
    return " ".join(line for line in lines if line and "complete log" not in line)[:1000]


def _failed(reason: str) -> BuildError:
    return BuildError(
        "PACKAGES_FAILED",
        f"npm cannot install the app's packages: {reason}",
        f"check the names and versions under dependencies in {PACKAGE}",
        Location(PACKAGE),
    )
