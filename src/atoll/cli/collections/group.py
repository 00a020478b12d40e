"""The group of commands, and the options they share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

collections = typer.Typer(
    name="collections",
    help="""Named stores of texts that are searched by meaning, by words, or by both.

"collections" of modus.json names them and says by which functions of the app their vectors are
made. Texts and vectors are in .atoll/collections of the app's folder, or in the PostgreSQL database
that MODUS_DB names. All commands work while servers run. Without a command, collections are listed.

\b
Examples:
  atoll collections
  atoll collections import articles.jsonl --collection articles
  atoll collections export articles -o articles.jsonl
  atoll collections stats articles
""",
    invoke_without_command=True,
    rich_markup_mode=None,
)

SkipBadOption: TypeAlias = Annotated[
    bool, typer.Option("--skip-bad", help="Pass over what cannot be stored, and go on.")
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@collections.callback()
def _without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        from atoll.cli.collections.listing import list_collections

        list_collections()
