"""The on-disk cache of compiled code.

A cached file is trusted native code: it is mapped and executed. Hence a directory that only the
user can touch, entries that carry their own SHA-256 (bit rot would otherwise execute), and
replacement only by rename (overwriting a mapped file kills every process that runs from it with
SIGBUS).

Layout: ``<cache>/native/<key>/<checksum of the content>.cwasm``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from atoll.engine.errors import CacheUnwritable

T = TypeVar("T")

_HINT = "Set ATOLL_CACHE_DIR to a directory that only you can write to."
#: Bytes of compiled code to keep; the least recently used goes first.
MAX_BYTES = 4 << 30


def default_cache_directory() -> Path:
    """``$ATOLL_CACHE_DIR``, else ``$XDG_CACHE_HOME/atoll``, else ``~/.cache/atoll``.

    Nothing is created: pass the path, or one below it, to :func:`private_directory` first.
    """
    chosen = os.environ.get("ATOLL_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    if base and Path(base).is_absolute():
        return Path(base) / "atoll"
    return Path("~/.cache/atoll").expanduser()


def private_directory(path: Path) -> Path:
    """Create ``path`` (mode 0700) if it is missing, and refuse it unless this user owns it and
    nobody else can read, write or replace it. Raises :class:`CacheUnwritable`."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat(follow_symlinks=False)
        around = path.parent.stat()
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CacheUnwritable(
            f"The cache directory {path} cannot be created: {reason}.", hint=_HINT
        ) from error
    if not stat.S_ISDIR(found.st_mode):
        raise CacheUnwritable(f"The cache directory {path} is not a directory.", hint=_HINT)
    if found.st_uid != os.geteuid():
        raise CacheUnwritable(f"The cache directory {path} belongs to another user.", hint=_HINT)
    if found.st_mode & 0o077:
        raise CacheUnwritable(
            f"The cache directory {path} is open to other users "
            f"(mode {stat.S_IMODE(found.st_mode):04o}), and the code in it is executed.",
            hint=f"Run `chmod 700 {path}`, or {_HINT[0].lower()}{_HINT[1:]}",
        )
    if around.st_mode & stat.S_IWOTH and not around.st_mode & stat.S_ISVTX:
        raise CacheUnwritable(
            f"Other users can replace the cache directory {path}, as they may write to "
            f"{path.parent}, and the code in it is executed.",
            hint=f"Run `chmod o-w {path.parent}`, or {_HINT[0].lower()}{_HINT[1:]}",
        )
    return path


class CodeCache:
    """Compiled code below ``directory`` (created and checked on first use)."""

    def __init__(self, directory: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.directory = directory / "native"
        self._max_bytes = max_bytes
        self._checked = False

    def check(self) -> None:
        """Create the directory and see that it is private. Raises :class:`CacheUnwritable`."""
        if not self._checked:
            private_directory(self.directory)
            self._checked = True

    def _entries(self, key: str) -> list[Path]:
        try:
            return sorted((self.directory / key).glob("*.cwasm"))
        except OSError:
            return []

    def contains(self, key: str) -> bool:
        """Whether an entry is there, without checking that it still loads."""
        return bool(self._entries(key))

    def load(self, key: str, deserialize: Callable[[Path], T | None]) -> T | None:
        """The first intact entry of ``key`` that ``deserialize`` accepts (it returns ``None`` to
        refuse one). Damaged and refused ones are removed. Raises :class:`CacheUnwritable`."""
        self.check()
        for entry in self._entries(key):
            try:
                loaded = deserialize(entry) if _checksum(entry) == entry.stem else None
            except FileNotFoundError:
                continue  # another process pruned it meanwhile
            except OSError as error:
                raise CacheUnwritable(
                    f"Compiled code cannot be read from the cache directory {self.directory}: "
                    f"{error.strerror or error}.",
                    hint=_HINT,
                ) from error
            if loaded is not None:
                with contextlib.suppress(OSError):
                    os.utime(entry)  # what pruning goes by
                return loaded
            with contextlib.suppress(OSError):
                entry.unlink()
        return None

    def store(self, key: str, code: bytes | bytearray | memoryview) -> Path:
        """Write an entry: a temporary file in the same directory, synced, then renamed. Several
        processes may do so at once. Raises :class:`CacheUnwritable`."""
        self.check()
        name = f"{zlib.crc32(code):08x}-{len(code):x}.cwasm"
        folder = self.directory / key
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(code)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(folder / name)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise
        except OSError as error:
            raise CacheUnwritable(
                f"Compiled code cannot be written to the cache directory {self.directory}: "
                f"{error.strerror or error}.",
                hint=_HINT,
            ) from error
        self._prune(keep=folder)
        return folder / name

    def _prune(self, keep: Path) -> None:
        """Drop the least recently used entries beyond the size limit. Removing a mapped file is
        safe: the mapping keeps its pages."""
        used: list[tuple[float, int, Path]] = []
        for path in self._all():
            with contextlib.suppress(OSError):
                found = path.stat()
                used.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in used)
        for _, size, path in sorted(used):
            if total <= self._max_bytes:
                return
            if path.parent != keep:
                shutil.rmtree(path.parent, ignore_errors=True)
                total -= size

    def _all(self) -> Iterator[Path]:
        for folder in _entries(self.directory):
            yield from (path for path in _entries(folder) if path.suffix == ".cwasm")


def _entries(directory: Path) -> list[Path]:
    """What is in a directory, which another process may have removed meanwhile."""
    try:
        return list(directory.iterdir())
    except OSError:
        return []


def _checksum(path: Path) -> str:
    """CRC-32 and length. They find damage, which is what there is to find: whoever can write here
    can run native code anyway. SHA-256 would take a good part of a server's start."""
    checksum = size = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            checksum = zlib.crc32(chunk, checksum)
            size += len(chunk)
    return f"{checksum:08x}-{size:x}"
