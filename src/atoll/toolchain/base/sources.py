"""What the base is made from: the guest runtime, the SDK, the world, the time zones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path

#: Raised when the split, the workbench or the files of the cache change.
TRANSFORM = 1
ENTRY = "atoll_base"
#: Nothing in the base ever becomes garbage. Frozen, it is not looked at (and so not written to) by
#: the collection that ends the loading of an app: three quarters of the image stay as they are.
_ENTRY_SOURCE = b"""\
import gc
import atoll_dependencies
from atoll_guest import WitWorld
gc.collect()
gc.freeze()
"""
WORLD = "world.wit"


@dataclass(frozen=True, slots=True)
class BaseSources:
    """Files by path below the guest's import root, the world's WIT, and the key of both."""

    files: Mapping[str, bytes]
    world: bytes
    key: str

    def write_to(self, directory: Path) -> None:
        for path, content in self.files.items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def base_sources() -> BaseSources:
    """Collect the sources that ship with this installation of Atoll."""
    files: dict[str, bytes] = {"atoll/__init__.py": b"", f"{ENTRY}.py": _ENTRY_SOURCE}
    guest = resources.files("atoll.toolchain") / "guest_python"
    for path, content in _files(guest):
        if path != WORLD:
            files[path] = content
    for path, content in _files(resources.files("atoll") / "sdk"):
        files[f"atoll/sdk/{path}"] = content
    for path, content in _files(resources.files("tzdata")):
        files[f"tzdata/{path}"] = content
    world = (guest / WORLD).read_bytes()
    digest = hashlib.sha256(f"{TRANSFORM}\0{version('componentize-py')}\0".encode() + world)
    for path in sorted(files):
        digest.update(f"\0{path}\0{len(files[path])}\0".encode() + files[path])
    return BaseSources(files, world, digest.hexdigest()[:32])


def _files(root: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith(("__pycache__", ".")) or entry.name.endswith(".pyi"):
            continue
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name != "py.typed":
            yield prefix + entry.name, entry.read_bytes()
