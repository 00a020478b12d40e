"""What a build says of where it comes from. It follows from the sources, so that the same sources
give the same module."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from atoll.toolchain.assemblyscript.assets import identity
from atoll.toolchain.assemblyscript.settings import ASCONFIG, PACKAGE, Settings
from atoll.toolchain.errors import BuildError

_LATEST = 253402300799
"""Seconds from 1970 to the end of the year 9999."""
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:]+\])(:\d+)?")
_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")


def provenance(app: Path, settings: Settings) -> dict[str, str]:
    """Variables for the transform that writes the metadata.

    Raises:
        BuildError: ``ENVIRONMENT_INVALID``.
    """
    variables = {
        "npm_package_name": settings.name,
        "npm_package_version": settings.version,
        "ATOLL_BUILD_ID": build_id(app),
        "ATOLL_BUILD_TS": _timestamp(_moment(app)),
    }
    if repository := public_url(_git(app, "config", "--get", "remote.origin.url") or ""):
        variables["ATOLL_GIT_REPO"] = repository
    if commit := _git(app, "rev-parse", "HEAD"):
        variables["ATOLL_GIT_COMMIT"] = commit
    return variables


def build_id(app: Path) -> str:
    """Identifies what is built of the app: its sources, by this compiler and SDK."""
    digest = hashlib.sha256(identity().encode())
    for file in _sources(app):
        digest.update(os.fsencode(file.relative_to(app)) + b"\0" + file.read_bytes())
    return "".join(_DIGITS[byte & 31] for byte in digest.digest()[:20])


def _sources(app: Path) -> list[Path]:
    files = [app / PACKAGE, app / ASCONFIG, *sorted((app / "assembly").rglob("*.ts"))]
    return [file for file in files if file.is_file()]


def _moment(app: Path) -> float:
    """When the sources became what they are, in seconds since 1970.

    Files of a clone have the time of the clone, so a commit's own time goes before theirs.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return _given(epoch)
    if _is_committed(app):
        return int(_git(app, "show", "-s", "--no-show-signature", "--format=%ct", "HEAD") or 0)
    return max((file.stat().st_mtime for file in _sources(app)), default=0.0)


def _given(epoch: str) -> int:
    if len(epoch) > len(str(_LATEST)) or int(epoch) > _LATEST:
        raise BuildError(
            "ENVIRONMENT_INVALID",
            f"SOURCE_DATE_EPOCH is not a time in seconds since 1970: {epoch[:50]}",
            "unset it, or set it to `date +%s`",
        )
    return int(epoch)


def _is_committed(app: Path) -> bool:
    """Whether the sources are those of the commit that is checked out."""
    places = ("--", PACKAGE, ASCONFIG, "assembly")
    tracked = (_git(app, "ls-files", "-z", *places) or "").split("\0")
    sources = {file.relative_to(app).as_posix() for file in _sources(app)}
    if not sources or not sources.issubset(tracked):
        return False
    return _git(app, "status", "--porcelain", "--untracked-files=no", *places) == ""


def _timestamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(min(max(seconds, 0), _LATEST), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def public_url(remote: str) -> str:
    """The address of a repository as others may see it: by https, without credentials.

    Empty if only this machine knows it.
    """
    found = _SCP_LIKE.fullmatch(remote)
    if found is not None and "://" not in remote:
        remote = f"https://{found[1]}/{found[2]}"
    scheme, separator, rest = remote.partition("://")
    if not separator or scheme == "file":
        return ""
    authority, slash, path = re.sub(r"[?#].*", "", rest).partition("/")
    host = authority.rpartition("@")[2]
    doubtful = "@" in path and ":" in rest.rpartition("@")[0]  # a password with a slash, perhaps
    if doubtful or not _HOST.fullmatch(host):
        return ""
    return f"{scheme}://{host}{slash}{path}".removesuffix("/").removesuffix(".git")


def _git(app: Path, *arguments: str) -> str | None:
    """What git says; None if it fails, or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "--no-optional-locks", *arguments],  # noqa: S607 - the user's git, if any
            cwd=app,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
