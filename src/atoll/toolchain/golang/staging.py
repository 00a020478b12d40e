"""A copy of an app for TinyGo, which knows neither of overlays nor of another go.mod."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from atoll.toolchain.golang.preparation import Preparation

_LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "build")
_RELATIVE = re.compile(r"""(=>\s+["`]?)(\.\.?/[^\s"`]*)""")


def stage(prepared: Preparation, app: Path, target: Path) -> None:
    """Copy the app with all that the tool has made for it."""
    shutil.copytree(app, target, ignore=_LEFT_OUT, ignore_dangling_symlinks=True)
    for path, made in prepared.overlay.items():
        place = target / Path(path).relative_to(app)
        if made:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, place)
        else:
            place.unlink(missing_ok=True)
    text = prepared.go_mod.read_text(encoding="utf-8")
    # Folders are named from the app's own on.
    text = _RELATIVE.sub(lambda found: f"{found[1]}{os.path.normpath(app / found[2])}", text)
    (target / "go.mod").write_text(text, encoding="utf-8")
    sums = prepared.folder / "go.sum"
    if sums.exists():
        shutil.copyfile(sums, target / "go.sum")
