"""Files of the index: written whole or not at all, and looked through before they are used.

What is in such a file is followed like memory, so that a damaged one would end the process. Each is
therefore read as a whole once, against the checksum that the store has of it; that this was done is
kept in a small file beside it, so that the next start need not.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from atoll.collections.index.source import SegmentRow

_MAGIC: Final = b"AtollSeg"
_END: Final = struct.Struct("<I8s")
_BLOCK: Final = 4 << 20
_MODE: Final = 0o600


class Damaged(Exception):
    """A file is not what the store says of it; the message says how."""


def new_name(generation: int, namespace: int, suffix: str) -> str:
    """One that no file has had yet."""
    return f"{generation}-{namespace}-{secrets.token_hex(8)}.{suffix}"


def checked(folder: Path, row: SegmentRow) -> Path:
    """The file of a segment, which is as it was written.

    Raises:
        Damaged: it is not, or not there.
        OSError: this cannot be said at the moment.
    """
    path = folder / row.file
    try:
        found = path.stat()
    except FileNotFoundError:
        raise Damaged("it is missing") from None
    if found.st_size != row.bytes:
        raise Damaged(f"it has {found.st_size} bytes, not {row.bytes}")
    note = _note(found, row.checksum)
    beside = _beside(path)
    with suppress(OSError, ValueError):
        if beside.read_text("ascii") == note:
            return path
    if checksum(path) != row.checksum:
        raise Damaged("its content has changed")
    with suppress(OSError):  # then it is read once more the next time
        _write_note(beside, note)
    return path


def remember(path: Path, sum: str) -> None:
    """Note that a file has this checksum, which was computed when it was written."""
    with suppress(OSError):
        _write_note(_beside(path), _note(path.stat(), sum))


def delete(path: Path) -> None:
    """A file, and what is beside it."""
    for each in (path, _beside(path)):
        with suppress(OSError):
            each.unlink()


def checksum(path: Path) -> str:
    """Notices accidents; whoever may write to the folder could change the store as well."""
    found = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            found = zlib.crc32(block, found)
    return f"crc32:{found:08x}"


def append_trailer(path: Path, settings: Mapping[str, Any]) -> None:
    """Write down in a file how it is to be read, and have it on the disk."""
    text = json.dumps(settings).encode()
    with path.open("ab") as file:
        file.write(text + _END.pack(len(text), _MAGIC))
        file.flush()
        os.fsync(file.fileno())


def read_trailer(path: Path) -> dict[str, Any]:
    """What `append_trailer` wrote.

    Raises Damaged.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < _END.size:
            raise Damaged("it is not a file of the index")
        file.seek(size - _END.size)
        length, magic = _END.unpack(file.read(_END.size))
        if magic != _MAGIC or length > size - _END.size:
            raise Damaged("it is not a file of the index")
        file.seek(size - _END.size - length)
        found: dict[str, Any] = json.loads(file.read(length))
        return found


def create(path: Path) -> None:
    """An empty file that only its owner may read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))


def publish(path: Path, name: str) -> Path:
    """Give a file that is on the disk its name, and have that on the disk as well."""
    target = path.with_name(name)
    path.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".ok")


def _note(found: os.stat_result, sum: str) -> str:
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {sum}\n"


def _write_note(beside: Path, note: str) -> None:
    temporary = beside.with_name(f"{beside.name}.{secrets.token_hex(4)}.tmp")
    create(temporary)
    temporary.write_text(note, "ascii")
    temporary.replace(beside)
