"""An app's other npm packages: its own ``node_modules``, or an installation in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
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
NPMRC = ".npmrc"
MAX_INSTALLATIONS = 32
_TIMEOUT = 600
_REGISTRY_SETTINGS = (
    "npm_config_", "NPM_CONFIG_", "NODE_EXTRA_CA_CERTS", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
_VARIABLE = re.compile(r"\$\{([^}?]+)\??\}")


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
    lock, npmrc = _read(app, LOCK), _read(app, NPMRC)
    wanted = json.dumps(dict(sorted(settings.dependencies.items())))
    # What a package in a folder holds may change without a trace in its name.
    local = any(
        value.startswith(("file:", "link:", ".")) for value in settings.dependencies.values()
    )
    anchor = f"{app.resolve()}" if local else ""
    given = f"{wanted}\0{anchor}\0".encode() + lock + b"\0" + npmrc
    key = hashlib.sha256(given).hexdigest()[:32]
    root = private_directory((cache or default_cache_directory()) / "assemblyscript" / "packages")
    folder = root / key
    if local or not folder.is_dir():
        progress.step("Installing the app's npm packages")
        _install(app, settings, lock, npmrc, root, folder)
        prune(root, "?" * 32, MAX_INSTALLATIONS)
    used(folder)
    return folder / "node_modules"


def _install(
    app: Path, settings: Settings, lock: bytes, npmrc: bytes, root: Path, folder: Path
) -> None:
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
        if npmrc:
            # A link: what it holds, such as a token, is never in a second place.
            (aside / NPMRC).symlink_to((app / NPMRC).resolve())
        command = [*find_npm(), "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        # The compiler and its libraries are Atoll's: what other packages want of them is ignored.
        command += ["--legacy-peer-deps", "--install-links", "--omit=dev", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603 - the author's own packages
            command,
            cwd=aside,
            env={**environment(), **_registry_settings(), **_variables(npmrc)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
        )
        if done.returncode != 0:
            raise _failed(_reason(done.stderr or done.stdout))
        (aside / NPMRC).unlink(missing_ok=True)
        if folder.is_dir():
            shutil.rmtree(folder)
        with contextlib.suppress(FileExistsError, OSError):
            os.rename(aside, folder)  # noqa: PTH104 - fails if the target is there, by intent
    except subprocess.TimeoutExpired as error:
        raise _failed(f"no end within {_TIMEOUT // 60} minutes") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _read(app: Path, name: str) -> bytes:
    try:
        return (app / name).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _failed(f"{name} cannot be read: {error.strerror}", name) from error


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


def _variables(npmrc: bytes) -> dict[str, str]:
    """Those that the app's settings of npm ask for, usually a token. Scripts do not run there."""
    names = set(_VARIABLE.findall(npmrc.decode(errors="replace")))
    return {name: os.environ[name] for name in names if name in os.environ}


def _reason(output: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in output.splitlines()]
    return " ".join(line for line in lines if line and "complete log" not in line)[:1000]


def _failed(reason: str, file: str = PACKAGE) -> BuildError:
    return BuildError(
        "PACKAGES_FAILED",
        f"npm cannot install the app's packages: {reason}",
        f"check the names and versions under dependencies in {PACKAGE}"
        if file == PACKAGE
        else None,
        Location(file),
    )
