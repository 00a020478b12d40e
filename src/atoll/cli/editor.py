"""``atoll editor``: what editors need to understand an app."""

from __future__ import annotations

from pathlib import Path

from atoll.cli.console import note, styled
from atoll.cli.failure import CommandError
from atoll.cli.language import ASSEMBLYSCRIPT
from atoll.cli.options import AppPath

_TSCONFIG = Path("assembly", "tsconfig.json")


def editor(path: AppPath = Path()) -> None:
    """Let an editor find the types of what an app in AssemblyScript imports.

    Links the packages that come with Atoll into the app's node_modules. Builds do not need them.

    \b
    Examples:
      atoll editor
      atoll editor ./fruit
    """
    from atoll.cli.sources import find_sources
    from atoll.toolchain.assemblyscript.assets import PINNED
    from atoll.toolchain.assemblyscript.editor import link_packages

    sources = find_sources(path)
    if sources.language is not ASSEMBLYSCRIPT:
        raise CommandError(
            "NOTHING_TO_LINK",
            f"{path.resolve()} is an app in {sources.language.title}, not in AssemblyScript",
            "let the editor use the Python that Atoll is installed in",
        )
    modules = link_packages(sources.directory)
    note(f"{styled('linked', 'green')} {', '.join(PINNED)} in {modules}")
    if not (sources.directory / _TSCONFIG).exists():
        note(f'Editors also need {_TSCONFIG}: {{ "extends": "assemblyscript/std/assembly.json" }}')
