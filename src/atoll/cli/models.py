"""``atoll models``: the models that run inside Atoll, without a key."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError, look_for_sources_in
from atoll.cli.inspect import size

if TYPE_CHECKING:
    from atoll.manifest import Manifest
    from atoll.models.local import Progress

models = typer.Typer(
    name="models",
    help="""Models that run inside Atoll, without a key.

\b
Examples:
  atoll models list
  atoll models install
  atoll models install smollm2-135m-instruct
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@models.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the models that can run inside Atoll, and which are installed.

    \b
    Examples:
      atoll models list
      atoll models list --json
    """
    from atoll.models.local import CATALOGUE, is_installed

    rows = [
        {
            "name": model.name,
            "kind": model.kind,
            "installed": is_installed(model),
            "size": model.size,
            "downloadSize": model.download_size,
            "license": model.license,
            "description": model.description,
        }
        for model in CATALOGUE.values()
    ]
    if as_json:
        result(json.dumps(rows, indent=2))
        return
    for model in CATALOGUE.values():
        installed = is_installed(model)
        state = styled("installed", "green") if installed else "not installed"
        result(f"{model.name}  ({model.kind}, {size(model.size)}, {model.license})  {state}")
        result(f"    {model.description}")
        if not installed:
            what = f"{size(model.download_size)} to download"
            result(f"    atoll models install {model.name}    {styled(what, 'dim')}")


@models.command("install")
def install_models(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Which; all that the app names if left out."),
    ] = None,
    app: Annotated[
        Path, typer.Option("--app", metavar="PATH", help="The app whose manifest is asked.")
    ] = Path(),
) -> None:
    """Fetch the weights of local models, check them, and keep them in the cache.

    \b
    Examples:
      atoll models install                          what modus.json here names
      atoll models install smollm2-135m-instruct    one by name
    """
    from atoll.models.local import (
        find_local_model,
        install,
        is_installed,
        is_path,
    )

    for name in names or _named_by(app):
        if is_path(name):
            note(f"{name} is a file of your own: there is nothing to fetch")
            continue
        model = find_local_model(name)
        if is_installed(model):
            note(f"{styled('ready', 'green')}  {model.name} is installed")
            continue
        note(f"Installing {model.name}: {size(model.download_size)} to download")
        with _Display() as display:
            install(model.name, report=display)
        note(f"{styled('done', 'green')}  {model.name}{display.came_from}")


def missing_models(manifest: Manifest) -> list[str]:
    """The models inside Atoll that a manifest names and that are not installed, by name."""
    from atoll.models.local import CATALOGUE, is_installed

    named = [m.source_model.lower() for m in manifest.models.values() if manifest.is_local(m)]
    known = (CATALOGUE[name] for name in dict.fromkeys(named) if name in CATALOGUE)
    return [model.name for model in known if not is_installed(model)]


def _named_by(app: Path) -> list[str]:
    """The local models of an app's manifest, by their names in the catalogue."""
    from atoll.manifest import load_manifest

    manifest_file = app / "modus.json"
    if not manifest_file.exists():
        raise CommandError(
            "NO_MANIFEST",
            f"there is no modus.json in {app.resolve()} that could name models",
            "name one (`atoll models list` shows them), or an app's folder: --app PATH",
        )
    look_for_sources_in(app)
    manifest = load_manifest(manifest_file)
    local = [model for model in manifest.models.values() if manifest.is_local(model)]
    if not local:
        note(f"{manifest_file} names no local model: nothing to install")
    return list(dict.fromkeys(model.source_model for model in local))


class _Display:
    """Shows how far an installation is: one moving line, or without a terminal a few plain ones."""

    def __init__(self) -> None:
        self._shown = ("", "", -1)
        self._moving = False
        self.came_from = ""

    def __enter__(self) -> _Display:
        return self

    def __exit__(self, *_: object) -> None:
        if self._moving:
            note()

    def __call__(self, progress: Progress) -> None:
        if progress.step == "installed":
            self.came_from = f", from {progress.what}"
            return
        percent = 100 * progress.done // progress.total if progress.total else 0
        moving = sys.stderr.isatty()
        # Without a terminal, a line per quarter says enough.
        shown = (progress.step, progress.what, percent if moving else percent // 25)
        if shown == self._shown:
            return
        same_line = self._moving and shown[:2] == self._shown[:2]
        if self._moving and not same_line:
            note()
        self._shown = shown
        text = f"  {progress.step} {progress.what}"
        if progress.step == "unavailable":
            text = f"  {progress.what} is not to be had as expected; trying another source"
        if progress.step in ("downloading", "unpacking"):
            text += f"  {percent:3} % of {size(progress.total)}"
        if moving:
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()
            self._moving = True
        else:
            note(text)
