"""``atoll new``: a new app from the template."""

from __future__ import annotations

import contextlib
import re
import shlex
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from atoll.cli.console import note, styled
from atoll.cli.failure import CommandError
from atoll.cli.language import LANGUAGES, Language, LanguageName

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 64


def new(
    name: Annotated[str, typer.Argument(help="The app's name, such as hello or my-app.")],
    directory: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="The folder to make it in.", show_default="NAME"),
    ] = None,
    language: Annotated[
        LanguageName, typer.Option("-l", "--language", help="The language of its functions.")
    ] = LanguageName.PYTHON,
) -> None:
    """Make a new app: functions, a manifest, and what the language's tools need.

    \b
    Examples:
      atoll new hello
      atoll new my-app --dir ~/src/my-app
      atoll new fruit --language assemblyscript
      atoll new pear --language go
    """
    _check_name(name)
    target = Path(name) if directory is None else directory.expanduser()
    write_template(target, name, language)
    _show_sdk(target, LANGUAGES[language])
    place = shlex.quote(str(target))
    note(f"{styled('created', 'green')} {target}")
    note()
    note("Next:")
    note(f"  cd {place}")
    note(f"  atoll call {LANGUAGES[language].first:17} run one function in its sandbox")
    note("  atoll models install         fetch the model that modus.json names")
    note("  atoll dev                    serve the API, and a page to try it in; follow your edits")


def _show_sdk(target: Path, language: Language) -> None:
    """An app is one without it, too: what is missing is said when it is built."""
    if language.show_sdk is not None and language.new_sees_sdk:
        from atoll.toolchain.errors import BuildError

        with contextlib.suppress(BuildError):
            language.show_sdk(target)


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
        return
    words = re.findall(r"[a-z0-9]+", name.lower())
    suggestion = "-".join(words).lstrip("0123456789-")[:_LONGEST_NAME].rstrip("-")
    raise CommandError(
        "INVALID_NAME",
        f"{name!r} cannot be the name of an app: expected small letters and digits, "
        "with single hyphens between them, beginning with a letter",
        f"try: atoll new {suggestion}" if suggestion else "try: atoll new hello",
    )


def write_template(target: Path, name: str, language: LanguageName) -> None:
    """Write the files of a new app into ``target``, which must not exist or be empty.

    Raises:
        CommandError: it is in use.
    """
    if target.exists() and not target.is_dir():
        raise CommandError("NOT_A_FOLDER", f"{target} is a file", "choose another: --dir DIR")
    if target.is_dir() and any(target.iterdir()):
        raise CommandError(
            "FOLDER_NOT_EMPTY",
            f"{target} is not empty, and nothing in it is overwritten",
            "choose another: --dir DIR",
        )
    target.mkdir(parents=True, exist_ok=True)
    _copy(files("atoll.cli") / "templates" / language.value, target, name)


def _copy(source: Traversable, target: Path, name: str) -> None:
    for entry in source.iterdir():
        # Stored under names that neither git nor Python's tools act on.
        path = target / re.sub(r"^dot-", ".", entry.name.removesuffix(".template"))
        if entry.is_dir():
            path.mkdir()
            _copy(entry, path, name)
        else:
            text = entry.read_text(encoding="utf-8").replace("{{name}}", name)
            path.write_text(text, encoding="utf-8")
