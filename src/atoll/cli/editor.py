"""``atoll editor``: what editors need to understand an app."""

from __future__ import annotations

from pathlib import Path

from atoll.cli.console import note, styled
from atoll.cli.failure import CommandError
from atoll.cli.options import AppPath


def editor(path: AppPath = Path()) -> None:
    """Let an editor find what an app in AssemblyScript or Go imports.

    For AssemblyScript, links the packages that come with Atoll into the app's node_modules. For Go,
    writes a go.work that names the SDK, so that `go test` works as well. Builds do not need them.

    \b
    Examples:
      atoll editor
      atoll editor ./fruit
    """
    from atoll.cli.sources import find_sources

    sources = find_sources(path)
    if sources.language.show_sdk is None:
        raise CommandError(
            "NOTHING_TO_LINK",
            f"{path.resolve()} is an app in {sources.language.title}, whose editors need no help",
            "let the editor use the Python that Atoll is installed in",
        )
    done, *more = sources.language.show_sdk(sources.directory)
    verb, _, what = done.partition(" ")
    note(f"{styled(verb, 'green')} {what}")
    for line in more:
        note(line)
