"""An app's ``pyproject.toml``, as far as building it goes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atoll.toolchain.errors import BuildError, Location

FILE = "pyproject.toml"
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
#: How a requirement begins (PEP 508). Anything else pip may take for a folder, relative to where it
#: runs, or for an option.
_REQUIREMENT = re.compile(r"[A-Za-z0-9]([\w.-]{0,200}[A-Za-z0-9])?\s*([\[<>=!~;@(]|$)", re.ASCII)
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Project:
    entry: str | None = None
    """Dotted name of the entry module, if the file names one."""
    dependencies: tuple[str, ...] = ()


def read_project(app: Path) -> Project:
    """Read ``[project] dependencies`` and ``[tool.atoll] entry``; both may be missing, as may the
    file. Raises BuildError (``PYPROJECT_INVALID``)."""
    try:
        text = (app / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Project()
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(f"{FILE} cannot be read: {error}") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        message = f"{FILE} is not valid TOML: {_PLACE.sub('', str(error)).strip()}"
        raise _invalid(message, line, column) from error
    except (ValueError, RecursionError) as error:  # a number or a nesting beyond Python's limits
        raise _invalid(f"{FILE} cannot be read: {error}") from error
    dependencies = _table(data, "project").get("dependencies", [])
    if not isinstance(dependencies, list) or not all(isinstance(d, str) for d in dependencies):
        raise _invalid(
            "project.dependencies is not a list of strings",
            _line_of(text, "dependencies"),
            hint='write it as dependencies = ["jinja2>=3", ...]',
        )
    for dependency in dependencies:
        if not _REQUIREMENT.match(dependency) or not dependency.isprintable():
            raise _invalid(
                f"{dependency[:100]!r} is not a requirement on a package",
                _line_of(text, "dependencies"),
                hint='name packages, as in "jinja2>=3"; one in a folder or at an address is'
                ' written "name @ file:///folder"',
            )
    settings = _table(_table(data, "tool"), "atoll")
    unknown = sorted(settings.keys() - {"entry"})
    if unknown:
        raise _invalid(
            f"unknown key {unknown[0]} in [tool.atoll]",
            _line_of(text, unknown[0]),
            hint="the only key there is entry",
        )
    entry = settings.get("entry")
    if entry is None:
        return Project(None, tuple(dependencies))
    return Project(_module_name(entry, text), tuple(dependencies))


def _module_name(entry: object, text: str) -> str:
    """``src/shop.py``, ``src/shop/`` and ``src.shop`` all mean the module ``src.shop``."""
    name = str(entry).strip("/").removeprefix("./").removesuffix(".py").replace("/", ".")
    name = name.removesuffix(".__init__")
    if not isinstance(entry, str) or not _MODULE.fullmatch(name):
        raise _invalid(
            f"the entry {entry!r} in [tool.atoll] is not a module",
            _line_of(text, "entry"),
            hint='name a module, as in entry = "shop" for shop.py',
        )
    return name


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise _invalid(f"{name} is not a table")
    return found


def _line_of(text: str, key: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
            return number
    return None


def _invalid(
    message: str, line: int | None = None, column: int | None = None, hint: str | None = None
) -> BuildError:
    return BuildError("PYPROJECT_INVALID", message, hint, Location(FILE, line, column))
