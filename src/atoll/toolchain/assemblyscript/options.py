"""The options of the compiler in ``asconfig.json``: their names, and what they take."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

OPTIONS: Mapping[str, str] = json.loads(Path(__file__).with_name("options.json").read_text())
"""By name, the letter by which the compiler says what an option takes."""

SECTIONS = ("extends", "entries", "options", "targets")
"""What stands at the top of the file."""

_HIGHEST = {"optimizeLevel": 3, "shrinkLevel": 2}


def expected(name: str, value: object) -> str | None:
    """What the option takes, if ``value`` is not that. Null is as if it were left out."""
    if value is None:
        return None
    match OPTIONS.get(name):
        case "b" if not isinstance(value, bool):
            return "true or false"
        case "i" if not _is_whole(value, _HIGHEST.get(name)):
            highest = _HIGHEST.get(name)
            return "a whole number" + ("" if highest is None else f" from 0 to {highest}")
        case "s" if not isinstance(value, str):
            return "a string"
        case "S" if not isinstance(value, str) and not _is_strings(value):
            return "a list of strings"
        case _:
            return None


def like(name: str, names: Collection[str]) -> str | None:
    """The one of ``names`` that was probably meant."""
    return next(iter(difflib.get_close_matches(name[:100], names, 1)), None)


def _is_whole(value: object, highest: int | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and value % 1 == 0 and (highest is None or value <= highest)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
