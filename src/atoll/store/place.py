"""Where what an app keeps is, as its environment says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

DATABASE_VARIABLE: Final = "MODUS_DB"
"""Of Modus: a PostgreSQL database for all that an app keeps."""
EMBEDDED: Final = "MODUS_USE_MODUSDB"
"""Of Modus: whether what is beside the app is used, though there is a database."""

_TRUE: Final = ("1", "t", "true", "yes", "on")
_FALSE: Final = ("0", "f", "false", "no", "off")


def app_folder(folder: Path) -> Path:
    """An app's folder, even if it is named by its build."""
    resolved = folder.resolve()
    return resolved.parent if resolved.name == "build" else folder


def read_switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A variable that is on or off. Raises ValueError, for users: it is neither."""
    value = variables.get(name, "").strip().lower()
    if value and value not in (*_TRUE, *_FALSE):
        raise ValueError(f"{name} must be on or off, not {value[:40]!r}")
    return value in _TRUE if value else default
