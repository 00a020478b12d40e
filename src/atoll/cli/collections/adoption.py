"""``atoll collections adopt``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.collections.group import JsonOption, SkipBadOption
from atoll.cli.console import note, result, warn
from atoll.cli.failure import CommandError
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atoll.collections.transfer.line import BadLine, Line
    from atoll.manifest.collection import Collection


def adopt(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLLECTION]...", help="Which; all of modus.json if left out."),
    ] = None,
    embed: Annotated[
        bool, typer.Option("--embed", help="Have the app embed all, also what has vectors.")
    ] = False,
    skip_bad: SkipBadOption = False,
    as_json: JsonOption = False,
    app: AppOption = Path(),
    secrets: SecretsOption = None,
) -> None:
    """Copy the collections of Modus (up to 0.17) from the database that MODUS_DB names.

    Texts keep their keys, namespaces, labels and vectors; what has no vector is embedded by the
    app, and with --embed all is: for where the app has another model than Modus had. The tables of
    Modus stay as they are, and it can be repeated. The copy goes to where the app's collections are
    stored: into the same database, into tables of other names, or into files beside the app with
    MODUS_USE_MODUSDB=true.

    \b
    Examples:
      atoll collections adopt
      atoll collections adopt --embed
      MODUS_USE_MODUSDB=true atoll collections adopt articles
    """
    from atoll.cli.collections.opening import find_manifest, load_app, secret_sources
    from atoll.cli.collections.storing import store_all
    from atoll.collections.transfer.modus import VARIABLE, ModusDatabase

    url = secret_sources(app, secrets).environ().get(VARIABLE, "")
    if not url:
        raise CommandError(
            "NO_DATABASE",
            f"{VARIABLE} is not set",
            f"set it to the database that Modus used: {VARIABLE}=postgresql://user:password@host/db",
        )
    known = find_manifest(app).collections
    told: list[dict[str, Any]] = []
    for name, count in _wanted(url, names or [], known).items():
        with load_app(app, secrets) as loaded:
            database = ModusDatabase(url)
            try:
                methods = () if embed else tuple(known[name].methods)
                given = _Rows(database.lines(name, methods))
                place = f"collection {name} of {database.place}"
                texts = given.input(count, place, "" if embed else "--embed")
                told.append(store_all(loaded, known[name], texts, namespace="", skip_bad=skip_bad))
            finally:
                database.close()
    if as_json:
        result(json.dumps(told, indent=2))


def _wanted(url: str, names: list[str], known: Mapping[str, Collection]) -> dict[str, int]:
    """The collections to copy, and how many texts each has."""
    from atoll.collections.transfer.modus import ModusDatabase

    database = ModusDatabase(url)
    try:
        there = database.collections()
    finally:
        database.close()
    for name in names:
        where = database.place if name not in there else "modus.json"
        if name not in there or name not in known:
            listed = there if name not in there else known
            raise CommandError(
                "NO_SUCH_COLLECTION",
                f"{where} has no collection named {name[:100]}",
                f"it has: {', '.join(listed) or 'none'}",
            )
    for name in there:
        if name not in known and not names:
            warn(f"modus.json has no collection named {name[:100]}: it is left where it is")
    if not there:
        note(f"{database.place} has no collections")
    return {name: there[name] for name in names or there if name in known}


class _Rows:
    """Counts what was read."""

    def __init__(self, lines: Iterator[Line | BadLine]) -> None:
        self._lines = lines
        self._read = 0

    def input(self, total: int, name: str, no_vectors: str) -> Any:
        from atoll.cli.collections.storing import Input

        return Input(self._counted(), lambda: self._read, total, name, "text", no_vectors)

    def _counted(self) -> Iterator[Line | BadLine]:
        for line in self._lines:
            self._read += 1
            yield line
