"""The language that an app is written in: how to tell, and which of its files are sources."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from atoll.app.build import MANIFEST
from atoll.cli.failure import CommandError, Told

if TYPE_CHECKING:
    from atoll.guest.metadata import Metadata
    from atoll.toolchain.progress import Progress

PYPROJECT = "pyproject.toml"
_PACKAGE = "package.json"
_TSCONFIG = "assembly/tsconfig.json"
_GO_MOD = "go.mod"
_SKIPPED_FOLDERS = frozenset(
    ("__pycache__", "build", "dist", "node_modules", "site-packages", "test", "tests", "venv")
)


class LanguageName(StrEnum):
    """As `atoll new --language` takes it."""

    PYTHON = "python"
    ASSEMBLYSCRIPT = "assemblyscript"
    GO = "go"


class CompilerName(StrEnum):
    """As `atoll build --compiler` takes it."""

    GO = "go"
    TINYGO = "tinygo"


class ModuleBuild(Protocol):
    """An app that is a core module."""

    @property
    def wasm(self) -> bytes: ...
    @property
    def metadata(self) -> Metadata: ...
    @property
    def warnings(self) -> Sequence[Told]: ...


class ModuleBuilder(Protocol):
    """Builds such apps."""

    async def build(self, app: Path, *, release: bool) -> ModuleBuild: ...


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
    first: str
    """The function of a new app that needs nothing."""
    signs: tuple[str, ...]
    """Those of the entries that nothing but such an app has."""
    sign: str
    """What to call them."""
    compilers: tuple[CompilerName, ...] = ()
    """Those that there is a choice of; the first one is taken if none is chosen."""
    compiler_of: Callable[[bytes], str | None] | None = None
    """Which of them has compiled a module; None if it does not say."""
    module_builder: Callable[[Progress, CompilerName | None], ModuleBuilder] | None = None
    """Makes what builds its apps; None of Python, whose apps are no mere modules."""
    build_id: Callable[[Path], str] | None = None
    """Identifies what a build of the app in a folder would be made of."""
    embedded: Callable[[Path], Sequence[Path]] | None = None
    """Finds files of an app that go into its build because its sources name them."""
    show_sdk: Callable[[Path], Sequence[str]] | None = None
    """Lets editors find the SDK for the app in a folder; says what it has done."""
    new_sees_sdk: bool = False
    """Whether that is done for new apps: where the language's own tools need it as well."""


def _python_name(directory: Path) -> object:
    return tomllib.loads((directory / PYPROJECT).read_text(encoding="utf-8"))["project"]["name"]


def _package_name(directory: Path) -> object:
    name = json.loads((directory / _PACKAGE).read_text(encoding="utf-8-sig"))["name"]
    return name.rpartition("/")[2]  # without the scope


def _go_module_name(directory: Path) -> object:
    from atoll.toolchain.golang.go_mod import read_go_mod

    path = re.sub(r"/v\d+$", "", read_go_mod(directory).module)  # without the major version
    return path.rpartition("/")[2] or None


# What a table below names is imported when it is needed: most commands need nothing of it.


def _assemblyscript_builder(progress: Progress, compiler: CompilerName | None) -> ModuleBuilder:
    from atoll.toolchain.assemblyscript import AssemblyScriptBuilder

    return AssemblyScriptBuilder(progress=progress)


def _assemblyscript_build_id(directory: Path) -> str:
    from atoll.toolchain.assemblyscript.provenance import build_id

    return build_id(directory)


def _link_packages(directory: Path) -> Sequence[str]:
    from atoll.toolchain.assemblyscript.assets import PINNED
    from atoll.toolchain.assemblyscript.editor import link_packages

    said = [f"linked {', '.join(PINNED)} in {link_packages(directory)}"]
    if not (directory / _TSCONFIG).exists():
        said.append(
            f'Editors also need {_TSCONFIG}: {{ "extends": "assemblyscript/std/assembly.json" }}'
        )
    return said


def _go_builder(progress: Progress, compiler: CompilerName | None) -> ModuleBuilder:
    from atoll.toolchain.golang import GoBuilder

    return GoBuilder(progress=progress, compiler=(compiler or CompilerName.GO).value)


def _go_compiler(wasm: bytes) -> str | None:
    from atoll.toolchain.golang.sections import compiler_of

    return compiler_of(wasm)


def _go_build_id(directory: Path) -> str:
    from atoll.toolchain.golang.sources import build_id

    return build_id(directory)


def _go_embedded(directory: Path) -> Sequence[Path]:
    from atoll.toolchain.golang.sources import embedded

    return embedded(directory)


def _write_workspace(directory: Path) -> Sequence[str]:
    from atoll.toolchain.golang.editor import write_workspace

    workspace = write_workspace(directory)
    return [
        f"wrote {workspace}",
        f"Keep {workspace.name} out of git: it names a folder of this machine",
    ]


PYTHON = Language(
    name=LanguageName.PYTHON,
    title="Python",
    entries=("app.py", "app", PYPROJECT),
    suffixes=(".py",),
    files=(PYPROJECT,),
    project_name=_python_name,
    first="say_hello",
    signs=("app.py", "app/__init__.py"),
    sign="app.py",
)
ASSEMBLYSCRIPT = Language(
    name=LanguageName.ASSEMBLYSCRIPT,
    title="AssemblyScript",
    entries=("asconfig.json", "assembly/index.ts"),
    suffixes=(".ts",),
    files=(_PACKAGE, "package-lock.json", "asconfig.json"),
    project_name=_package_name,
    first="sayHello",
    signs=("asconfig.json", "assembly/index.ts"),
    sign="assembly/",
    module_builder=_assemblyscript_builder,
    build_id=_assemblyscript_build_id,
    show_sdk=_link_packages,
)
GO = Language(
    name=LanguageName.GO,
    title="Go",
    entries=(_GO_MOD,),
    suffixes=(".go", ".s"),
    files=(_GO_MOD, "go.sum"),
    project_name=_go_module_name,
    first="sayHello",
    signs=(_GO_MOD,),
    sign=_GO_MOD,
    compilers=(CompilerName.GO, CompilerName.TINYGO),
    compiler_of=_go_compiler,
    module_builder=_go_builder,
    build_id=_go_build_id,
    embedded=_go_embedded,
    show_sdk=_write_workspace,
    new_sees_sdk=True,
)
LANGUAGES = {language.name: language for language in (PYTHON, ASSEMBLYSCRIPT, GO)}


def has_sources(directory: Path) -> bool:
    """Whether a folder looks like an app's, in any language."""
    entries = (entry for language in LANGUAGES.values() for entry in language.entries)
    return any((directory / entry).exists() for entry in entries)


def language_of(directory: Path) -> Language:
    """The language of the app in a folder; Python if nothing tells.

    A project of npm that is nothing else is taken for AssemblyScript, and one of Go sources without
    their go.mod for Go, so that their builds say what they lack.

    Raises:
        CommandError: there are apps in two languages.
    """
    found = [
        language
        for language in LANGUAGES.values()
        if any((directory / sign).exists() for sign in language.signs)
    ]
    if len(found) > 1:
        first, second, *_ = found
        raise CommandError(
            "TWO_LANGUAGES",
            f"{directory.resolve()} holds an app in {first.title} ({first.sign}) and one in"
            f" {second.title} ({second.sign})",
            "keep each in a folder of its own",
        )
    if found:
        return found[0]
    if has_sources(directory) or any(directory.glob("*.py")):
        return PYTHON
    if (directory / _PACKAGE).exists():
        return ASSEMBLYSCRIPT
    return GO if any(directory.glob("*.go")) else PYTHON


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


def is_embedded(file: Path, directory: Path) -> bool:
    """Whether a file goes into the build of the app in ``directory`` because its sources say so."""
    for language in LANGUAGES.values():
        signs = (directory / sign for sign in language.signs)
        if language.embedded is not None and any(sign.exists() for sign in signs):
            with contextlib.suppress(OSError):
                return file in language.embedded(directory)
    return False
