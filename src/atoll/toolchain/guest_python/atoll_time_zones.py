"""Time zones without files: the ``tzdata`` package's zones, kept in memory.

The base is built with ``tzdata`` on its path; a guest without it has UTC only, and ``ZoneInfo``
says of every other key that it is not found.
"""

from __future__ import annotations

import io
import sys
import zoneinfo
from pathlib import Path
from typing import IO

_ZONES: dict[str, bytes] = {}


def keep() -> None:
    """Read all zones. For use while the base is built, when files can be read."""
    unique: dict[bytes, bytes] = {}  # many keys are links to one zone
    for root in sys.path:
        folder = Path(root, "tzdata", "zoneinfo")
        for file in sorted(folder.rglob("*")):
            data = file.read_bytes() if file.is_file() else b""
            if data.startswith(b"TZif"):
                key = file.relative_to(folder).as_posix()
                _ZONES.setdefault(key, unique.setdefault(data, data))
    _install()


def _load(key: str) -> IO[bytes]:
    data = _ZONES.get(key)
    if data is None:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return io.BytesIO(data)


def _available() -> set[str]:
    return set(_ZONES)


def _install() -> None:
    zoneinfo.reset_tzpath(to=())
    # zoneinfo reads these names at each use, in its C and in its Python form.
    for module_name in ("zoneinfo._common", "zoneinfo._zoneinfo"):
        module = sys.modules.get(module_name)
        if module is not None and hasattr(module, "load_tzdata"):
            vars(module)["load_tzdata"] = _load
    zoneinfo.available_timezones = _available
