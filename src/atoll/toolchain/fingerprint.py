"""What tells one version of files from another."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def fingerprint(*places: Path, without: str | None = None) -> str:
    """A digest of files, and of all files in folders, with their names.

    Args:
        without: how names of files end that do not count.
    """
    digest = hashlib.sha256()
    for place in places:
        for name, file in sorted(_files(place)):
            if without is None or not name.endswith(without):
                content = file.read_bytes()
                digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield place.name, place
    # Where Atoll is installed for its development, the SDK's folders are links.
    for folder, folders, names in os.walk(place, followlinks=True):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            file = Path(folder, name)
            yield file.relative_to(place).as_posix(), file
