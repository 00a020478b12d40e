"""``atoll collections export``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from atoll.cli.collections.formats import Format, FormatOption, format_of
from atoll.cli.console import note
from atoll.cli.failure import CommandError
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from atoll.collections.backend import Backend


def export_texts(
    name: Annotated[str, typer.Argument(metavar="COLLECTION", help="Which.")],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Where to, once all is there.",
            show_default="stdout",
        ),
    ] = "-",
    namespace: Annotated[
        list[str] | None,
        typer.Option(
            "--namespace", metavar="NAME", help="Texts of this namespace only; repeatable."
        ),
    ] = None,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="With the vectors of each search method.")
    ] = False,
    format: FormatOption = None,
    app: AppOption = Path(),
    secrets: SecretsOption = None,
) -> None:
    """Write all texts of a collection, in the order in which they were stored.

    What was written can be imported again, with vectors also where there is no embedder's model.
    In CSV, all metadata is JSON in one column.

    \b
    Examples:
      atoll collections export articles -o articles.jsonl
      atoll collections export articles --vectors -o articles.jsonl
      atoll collections export articles --namespace faq | jq -r .text
      atoll collections export articles --format csv > articles.csv
    """
    from atoll.cli.collections.opening import not_stored, open_store, stats_of
    from atoll.cli.collections.words import counted

    chosen = format_of(format, output)
    with open_store(app, secrets) as backend:
        stored = next((stats.namespaces for stats in stats_of(backend, name)), None)
        if stored is None:
            raise not_stored(backend, name)
        _check_namespaces(name, namespace or [], stored)
        texts = sum(stored.values())
        with _writing(output) as file:
            count = _export(backend, name, texts, file, chosen, namespace, vectors)
            file.flush()
    note(f"exported {counted(count, 'text')} of collection {name}")


def _check_namespaces(collection: str, wanted: list[str], stored: Mapping[str, int]) -> None:
    for name in wanted:
        if name and name not in stored:
            listed = sorted(stored, key=lambda each: (-stored[each], each))
            known = ", ".join(each or "(default)" for each in listed[:10])
            raise CommandError(
                "NO_SUCH_NAMESPACE",
                f"collection {collection} has no namespace named {name[:100]}",
                f"it has: {known or 'none'}{', …' if len(listed) > 10 else ''}",
            )


def _export(
    backend: Backend,
    collection: str,
    texts: int,
    file: BinaryIO,
    format: Format,
    namespaces: list[str] | None,
    vectors: bool,
) -> int:
    from atoll.cli.collections.words import counted
    from atoll.cli.progress import ProgressBar
    from atoll.collections.transfer.csv import write_csv, write_csv_header
    from atoll.collections.transfer.jsonl import write_jsonl

    write = write_jsonl
    if format is Format.CSV:
        write = write_csv
        file.write(write_csv_header(vectors=vectors))
    count = 0
    # The bar would tear apart what goes to the same terminal.
    with ProgressBar("exporting", None if file.isatty() else texts) as bar:
        for seen, (stored, of_methods) in enumerate(backend.export(collection), 1):
            if not namespaces or stored.namespace in namespaces:
                file.write(write(stored, of_methods if vectors else None))
                count += 1
            if seen % 500 == 0 and not file.isatty():
                bar.update(seen, counted(count, "text"))
    return count


@contextmanager
def _writing(output: str) -> Iterator[BinaryIO]:
    """Where to write: to a file that is there when it is whole, or to stdout."""
    if output == "-":
        yield sys.stdout.buffer
        return
    path = Path(output)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise CommandError(
            "NOT_WRITABLE", f"{output} cannot be written: {error.strerror}", None
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
