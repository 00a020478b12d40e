"""``atoll collections import``."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from atoll.cli.collections.formats import Format, FormatOption, format_of
from atoll.cli.collections.group import JsonOption, SkipBadOption
from atoll.cli.console import note, result
from atoll.cli.failure import CommandError
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from atoll.collections.transfer.line import BadLine, Fields, Line
    from atoll.collections.transfer.lines import FileLines


def import_texts(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSON Lines or CSV, in UTF-8; - is stdin.")
    ],
    collection: Annotated[
        str, typer.Option("--collection", metavar="NAME", help="Into which one of modus.json.")
    ],
    namespace: Annotated[
        str, typer.Option("--namespace", metavar="NAME", help="Of texts that name none.")
    ] = "",
    format: FormatOption = None,
    key: Annotated[
        str, typer.Option("--key-field", metavar="NAME", help="Where the key of a text is.")
    ] = "key",
    text: Annotated[
        str, typer.Option("--text-field", metavar="NAME", help="Where the text itself is.")
    ] = "text",
    labels: Annotated[
        str, typer.Option("--labels-field", metavar="NAME", help="Where its labels are.")
    ] = "labels",
    of_namespace: Annotated[
        str, typer.Option("--namespace-field", metavar="NAME", help="Where its namespace is.")
    ] = "namespace",
    numbers: Annotated[
        list[str] | None,
        typer.Option(
            "--number", metavar="COLUMN", help="A column of CSV that has numbers; repeatable."
        ),
    ] = None,
    delimiter: Annotated[
        str, typer.Option("--delimiter", metavar="CHAR", help="Between the columns of CSV.")
    ] = ",",
    no_vectors: Annotated[
        bool, typer.Option("--no-vectors", help="Have the app embed also what has vectors.")
    ] = False,
    skip_bad: SkipBadOption = False,
    as_json: JsonOption = False,
    app: AppOption = Path(),
    secrets: SecretsOption = None,
) -> None:
    """Store the texts of a file, each in place of the one of its key.

    A line of JSON is an object: {"key": "k1", "text": "…", "labels": ["a"], "namespace": "n",
    "metadata": {…}}, of which only the text must be there. What else is in it becomes metadata,
    which searches can filter by. CSV begins with a line of column names; labels are divided by
    semicolons, and other columns are metadata: strings, unless --number names them.

    Texts are embedded by the app's functions; it is built first if that is due. Those that have a
    "vector", or "vectors" by search method, are stored with these. With --no-vectors they are not
    even read: for vectors of another model than the app's.

    It can be repeated: what is unchanged is not embedded again. A text without a key gets one that
    is made of its content. The first bad line ends it, after all before it were stored.

    \b
    Examples:
      atoll collections import articles.jsonl --collection articles
      atoll collections import faq.csv --collection articles --namespace faq --key-field id
      atoll collections import articles.jsonl --collection articles --no-vectors
      zcat dump.jsonl.gz | atoll collections import - --collection articles --skip-bad
    """
    from atoll.cli.collections.opening import find_collection, load_app, secret_sources
    from atoll.cli.collections.storing import Input, store_all
    from atoll.collections.limits import check_namespace
    from atoll.collections.transfer.line import Fields

    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise typer.BadParameter(
            f"must be one character, not {delimiter!r}", param_hint="--delimiter"
        )
    kind = format_of(format, file)
    if kind is not Format.CSV and (numbers or delimiter != ","):
        raise typer.BadParameter(
            "is for CSV only", param_hint="--number" if numbers else "--delimiter"
        )
    names = [key, text, labels, of_namespace, "metadata", "vector", "vectors"]
    if twice := [name for name in names if names.count(name) > 1]:
        raise typer.BadParameter(f"{twice[0]!r} has two meanings", param_hint="--…-field")
    secret_sources(app, secrets)  # is it a folder?
    chosen = find_collection(app, collection)
    fields = Fields(key, text, labels, of_namespace, with_vectors=not no_vectors)
    check_namespace(namespace)
    with _reading(file) as (lines, size):
        read = _reader(lines, kind, fields, delimiter, numbers or [])
        first = list(islice(read, 1))  # a file of another kind is told of before the app is built
        with load_app(app, secrets) as loaded:
            given = Input(
                chain(first, read),
                lambda: lines.position,
                size,
                lines.name,
                no_vectors="" if no_vectors else "--no-vectors",
            )
            told = store_all(loaded, chosen, given, namespace=namespace, skip_bad=skip_bad)
    if as_json:
        result(json.dumps(told, indent=2))


def _reader(
    lines: FileLines, format: Format, fields: Fields, delimiter: str, numbers: list[str]
) -> Iterator[Line | BadLine]:
    from atoll.collections.transfer.csv import read_csv
    from atoll.collections.transfer.jsonl import read_jsonl

    if format is Format.CSV:
        return read_csv(lines, fields, delimiter=delimiter, numbers=numbers)
    return read_jsonl(lines, fields)


@contextmanager
def _reading(file: str) -> Iterator[tuple[FileLines, int | None]]:
    """The lines of a file, and its size in bytes if it has one."""
    from atoll.collections.transfer.lines import FileLines

    if file == "-":
        if sys.stdin.isatty():
            note("reading from the terminal; Ctrl-D ends it")
        # Not sys.stdin, which Python closes when it ends: a thread may still wait for input.
        given = open(0, "rb", closefd=False)  # noqa: SIM115
        yield FileLines(given, "stdin"), _size(given)
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CommandError(
            "UNREADABLE", f"{file} cannot be read: {error.strerror}", "- reads from stdin"
        ) from error
    with opened:
        yield FileLines(opened, file), _size(opened)


def _size(file: BinaryIO) -> int | None:
    try:
        found = os.fstat(file.fileno())
    except (OSError, io.UnsupportedOperation):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
