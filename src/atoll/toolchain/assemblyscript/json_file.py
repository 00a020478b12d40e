"""A JSON file of an app, and the places in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atoll.toolchain.errors import BuildError, Location

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class JsonFile:
    """Its code is that of errors in it."""

    name: str
    code: str
    text: str
    data: Mapping[str, Any]

    def place(self, word: str) -> Location:
        """Where a key or a string first stands."""
        at = self.text.find(json.dumps(word))
        if at < 0:
            return Location(self.name)
        before = self.text[:at]
        return Location(self.name, before.count("\n") + 1, at - before.rfind("\n"))

    def bad(self, word: str, message: str, hint: str | None = None) -> BuildError:
        return BuildError(self.code, f"{self.name}: {message}", hint, self.place(word))


def short(text: str) -> str:
    """What of a text of the author's may stand in a message."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:100]}..."


def read_json(app: Path, name: str, code: str) -> JsonFile:
    """Read a file of the app; one that is not there is empty. Raises BuildError (``code``)."""
    try:
        text = (app / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return JsonFile(name, code, "", {})
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(code, f"{name} cannot be read: {error}", None, Location(name)) from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = re.sub(r": line \d+ column \d+ \(char \d+\)$", "", str(error))
        raise BuildError(
            code,
            f"{name} is not valid JSON: {message}",
            "comments and trailing commas are not allowed there",
            Location(name, error.lineno, error.colno),
        ) from error
    except (RecursionError, ValueError) as error:
        raise BuildError(code, f"{name} cannot be read: {error}", None, Location(name)) from error
    if not isinstance(data, dict):
        raise BuildError(code, f"{name} is not a JSON object", None, Location(name))
    return JsonFile(name, code, text, data)
