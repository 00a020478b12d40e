"""Where a build comes from. It follows from the sources, so that the same sources give the same
module."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from atoll.toolchain.errors import BuildError

_LATEST = 253402300799
"""Seconds from 1970 to the end of the year 9999."""
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:]+\])(:\d+)?")
_CAREFUL = ("--no-optional-locks", "-c", "core.fsmonitor=false")
"""It changes nothing, and runs nothing that a repository names."""
_FILTERS = r"^filter\..*\.(clean|process)$"
_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")


def build_id(toolchain: str, app: Path, sources: Iterable[Path]) -> str:
    """Identifies what is built: these sources in the folder ``app``, by that toolchain. 20
    characters of base32hex."""
    digest = hashlib.sha256(toolchain.encode())
    for file in sources:
        digest.update(os.fsencode(os.path.relpath(file, app)) + b"\0" + file.read_bytes())
    return "".join(_DIGITS[byte & 31] for byte in digest.digest()[:20])


def build_time(app: Path, sources: Sequence[Path], places: Sequence[str]) -> str:
    """When the sources became what they are, as ``2026-01-31T12:30:00.000Z``.

    Files of a clone have the time of the clone, so a commit's own time goes before theirs.

    Args:
        places: where sources may be in the app's folder, as git takes them.

    Raises:
        BuildError: ``ENVIRONMENT_INVALID``.
    """
    return _timestamp(_moment(app, sources, places))


def repository(app: Path) -> str:
    """The public address of the app's repository; empty if there is none."""
    return public_url(_git(app, "config", "--get", "remote.origin.url") or "")


def commit(app: Path) -> str:
    """The commit that is checked out; empty if there is none."""
    return _git(app, "rev-parse", "HEAD") or ""


def _moment(app: Path, sources: Sequence[Path], places: Sequence[str]) -> float:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return _given(epoch)
    if _is_committed(app, sources, places):
        return int(_git(app, "show", "-s", "--no-show-signature", "--format=%ct", "HEAD") or 0)
    return max((file.stat().st_mtime for file in sources), default=0.0)


def _given(epoch: str) -> int:
    if len(epoch) > len(str(_LATEST)) or int(epoch) > _LATEST:
        raise BuildError(
            "ENVIRONMENT_INVALID",
            f"SOURCE_DATE_EPOCH is not a time in seconds since 1970: {epoch[:50]}",
            "unset it, or set it to `date +%s`",
        )
    return int(epoch)


def _is_committed(app: Path, sources: Sequence[Path], places: Sequence[str]) -> bool:
    """Whether the sources are those of the commit that is checked out."""
    tracked = (_git(app, "ls-files", "-z", "--", *places) or "").split("\0")
    names = {Path(os.path.relpath(file, app)).as_posix() for file in sources}
    if not names or not names.issubset(tracked):
        return False
    settings = _without_filters(app)
    if settings is None:
        return False
    # A submodule has settings of its own, and no source that is tracked here.
    options = ("--porcelain", "--untracked-files=no", "--ignore-submodules=all")
    return _git(app, *settings, "status", *options, "--", *places) == ""


def _without_filters(app: Path) -> list[str] | None:
    """Settings by which git compares files as they are: a repository may name programs to run on
    them, and it came with the app. None if there are some that cannot be passed over."""
    found = _git(app, "config", "--name-only", "--get-regexp", _FILTERS) or ""
    settings = []
    for name in found.splitlines():
        if "=" in name:
            return None
        settings += ["-c", f"{name}="]
    return settings


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
            ["git", *_CAREFUL, *arguments],  # noqa: S607 - the user's git, if any
            cwd=app,
            env={**os.environ, "GIT_NO_LAZY_FETCH": "1"},
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
