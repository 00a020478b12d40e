"""Letting editors find what an app imports. Builds have no need of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from atoll.toolchain.assemblyscript.assets import PINNED, toolchain

_OF_ATOLL = ("_assets", "assemblyscript", "node_modules")


def link_packages(app: Path) -> Path:
    """Link Atoll's packages into the app's ``node_modules``, which is given.

    What is there under such a name already stays, unless it is a link of this function to another
    installation of Atoll.

    Raises:
        BuildError: ``TOOLCHAIN_MISSING``.
        OSError: the folder cannot be written.
    """
    packages = toolchain().resolve()
    modules = app / "node_modules"
    for name in PINNED:
        link = modules / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if _is_free(link, name):
            _put(link, packages / name)
    return modules


def _is_free(link: Path, name: str) -> bool:
    if not link.is_symlink():
        return not link.exists()
    place = (*_OF_ATOLL, *name.split("/"))
    return link.readlink().parts[-len(place) :] == place


def _put(link: Path, target: Path) -> None:
    """An editor that looks meanwhile sees the old or the new one."""
    if link.is_symlink() and link.readlink() == target:
        return
    with tempfile.TemporaryDirectory(prefix=".linking-", dir=link.parent) as scratch:
        made = Path(scratch, "link")
        made.symlink_to(target, target_is_directory=True)
        os.replace(made, link)  # noqa: PTH105 - a rename of the link, not of what it leads to
