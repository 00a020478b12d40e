"""The language that an app is written in: how to tell, and which of its files are sources."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from atoll.app.build import MANIFEST
from atoll.cli.failure import CommandError

PYPROJECT = "pyproject.toml"
_PACKAGE = "package.json"
_SKIPPED_FOLDERS = frozenset(
    ("__pycache__", "build", "dist", "node_modules", "site-packages", "test", "tests", "venv")
)


class LanguageName(StrEnum):
    """As `atoll new --language` takes it."""

    PYTHON = "python"
    ASSEMBLYSCRIPT = "assemblyscript"


@dataclass(frozen=True, slots=True)
class Language:
    name: LanguageName
    title: str
    entries: tuple[str, ...]
    """Files and folders of which an app in this language has at least one."""
    suffixes: tuple[str, ...]
    files: tuple[str, ...]
    """Further files that go into a build, by name."""
    project_name: Callable[[Path], object]
    """The name that the project in a folder gives itself; raises what reading it raises."""


def _python_name(directory: Path) -> object:
    return tomllib.loads((directory / PYPROJECT).read_text(encoding="utf-8"))["project"]["name"]


def _package_name(directory: Path) -> object:
    name = json.loads((directory / _PACKAGE).read_text(encoding="utf-8-sig"))["name"]
    return name.rpartition("/")[2]  # without the scope


PYTHON = Language(
    LanguageName.PYTHON, "Python", ("app.py", "app", PYPROJECT), (".py",), (PYPROJECT,),
    _python_name,
)  # fmt: skip
ASSEMBLYSCRIPT = Language(
    LanguageName.ASSEMBLYSCRIPT,
    "AssemblyScript",
    ("asconfig.json", "assembly/index.ts"),
    (".ts",),
    (_PACKAGE, "package-lock.json", "asconfig.json"),
    _package_name,
)
LANGUAGES = {language.name: language for language in (PYTHON, ASSEMBLYSCRIPT)}


def has_sources(directory: Path) -> bool:
    """Whether a folder looks like an app's, in any language."""
    entries = (entry for language in LANGUAGES.values() for entry in language.entries)
    return any((directory / entry).exists() for entry in entries)


def language_of(directory: Path) -> Language:
    """The language of the app in a folder; Python if nothing tells.

    A project of npm that is nothing else is taken for AssemblyScript, so that its build says what
    it lacks.

    Raises:
        CommandError: there are apps in two languages.
    """
    if not any((directory / entry).exists() for entry in ASSEMBLYSCRIPT.entries):
        is_npm = (directory / _PACKAGE).exists() and not has_sources(directory)
        return ASSEMBLYSCRIPT if is_npm and not any(directory.glob("*.py")) else PYTHON
    if any((directory / entry).exists() for entry in ("app.py", "app/__init__.py")):
        raise CommandError(
            "TWO_LANGUAGES",
            f"{directory.resolve()} holds an app in Python (app.py) and one in AssemblyScript"
            " (assembly/)",
            "keep each in a folder of its own",
        )
    return ASSEMBLYSCRIPT


def project_name(language: Language, directory: Path) -> str | None:
    """What the project calls itself. A malformed file is an error of the build, not of this."""
    with contextlib.suppress(
        OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError
    ):
        name = language.project_name(directory)
        return name if isinstance(name, str) else None
    return None


def is_skipped(folder: str) -> bool:
    """Whether a folder of that name holds no sources."""
    return folder.startswith(".") or folder in _SKIPPED_FOLDERS


def is_source(file: str) -> bool:
    """Whether a file of that name goes into a build, in any language."""
    if file == MANIFEST or any(file in language.files for language in LANGUAGES.values()):
        return True
    suffixes = tuple(suffix for language in LANGUAGES.values() for suffix in language.suffixes)
    return file.endswith(suffixes) and not file.startswith(".")
