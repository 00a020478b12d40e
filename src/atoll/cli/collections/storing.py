"""Storing many texts from somewhere, with what there is to say of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import typer

from atoll.cli.collections.words import are, counted
from atoll.cli.console import note, styled, warn
from atoll.cli.failure import USER_ERROR, CommandError, printable, report

if TYPE_CHECKING:
    from atoll.cli.collections.opening import Loaded
    from atoll.cli.progress import ProgressBar
    from atoll.collections.backend import Backend
    from atoll.collections.transfer.batches import Batch, VectorCheck
    from atoll.collections.transfer.importer import Counts, NotStored
    from atoll.collections.transfer.line import BadLine, Line
    from atoll.manifest.collection import Collection

MOST_WARNINGS: Final = 20
MANY: Final = 10_000
"""Vectors without an index, from which on a search takes longer than one would like."""


@dataclass(frozen=True, slots=True)
class Input:
    """Texts to be stored.

    Attributes:
        lines: the texts.
        position: how much of the whole was read so far.
        total: the whole; None if that is not known.
        name: of where they come from, as in "articles.jsonl".
        unit: what a text is numbered by there: "line".
        no_vectors: the option by which texts are taken without their vectors; empty if they are.
    """

    lines: Iterable[Line | BadLine]
    position: Callable[[], int]
    total: int | None
    name: str
    unit: str = "line"
    no_vectors: str = ""


def vector_check(collection: Collection, backend: Backend) -> VectorCheck:
    """Whether vectors fit to what is stored of a collection."""
    from atoll.collections.transfer.batches import VectorCheck

    dimensions: dict[str, set[int]] = {}
    for generation in backend.generations(collection.name):
        dimensions.setdefault(generation.method, set()).add(generation.shape.dimension)
    return VectorCheck(collection.name, tuple(collection.methods), dimensions)


def store_all(
    loaded: Loaded, collection: Collection, given: Input, *, namespace: str, skip_bad: bool
) -> dict[str, Any]:
    """Store texts, show how far that is, and tell what came of it.

    Returns:
        The figures, as JSON data.

    Raises:
        Exit: not all could be stored, which was told.
    """
    from atoll.cli.progress import ProgressBar
    from atoll.collections.transfer.batches import make_batches
    from atoll.collections.transfer.importer import BadLineFound, Importer, NotStored

    warnings = _Warnings(given, skip_bad)
    failed: CommandError | None = None
    begun = False
    started = time.monotonic()
    with ProgressBar("importing", given.total) as bar:

        def on_batch(batch: Batch) -> None:
            nonlocal begun
            warnings(batch)
            if batch.texts and not begun:
                begun = True
                bar.update(0, f"begun with {counted(batch.texts, 'text')}", at_once=True)

        importer = Importer(
            collection.name,
            loaded.service,
            loaded.backend,
            skip_bad=skip_bad,
            on_batch=on_batch,
            on_progress=lambda counts: _show(bar, counts, started),
        )
        counts = importer.counts

        async def work() -> None:
            check = vector_check(collection, loaded.backend)
            await importer.run(
                make_batches(
                    given.lines,
                    check,
                    namespace=namespace,
                    position=given.position,
                    stop_at_bad=not skip_bad,
                )
            )

        ended = "interrupted: at least "
        try:
            loaded.run(work)
            ended = ""
        except BadLineFound as found:
            ended, failed = "stopped: ", _bad_line(given, found.line)
        except NotStored as error:
            ended, failed = "stopped: ", _not_stored(given, error)
        finally:
            bar.__exit__()
            warnings.close()
            if failed is not None:
                report(failed)
            note(ended + _summary(collection, counts, time.monotonic() - started))
    if failed is not None:
        raise typer.Exit(USER_ERROR)
    if counts.unchanged and not given.no_vectors:
        note(
            f"{styled('note:', 'cyan', 'bold')} what is unchanged keeps its vectors; to have "
            f"the app make all anew: `atoll collections reindex {collection.name} --embed`"
        )
    _say_what_is_not_indexed(loaded, collection)
    return {
        "collection": collection.name,
        "stored": counts.stored,
        "replaced": counts.replaced,
        "unchanged": counts.unchanged,
        "repeated": counts.repeated,
        "skipped": counts.bad,
        "seconds": round(time.monotonic() - started, 3),
    }


def _bad_line(given: Input, line: BadLine) -> CommandError:
    hint = "mend it, or pass over such with --skip-bad; to begin again does no harm"
    if line.of_vectors and given.no_vectors:
        hint = (
            "mend it, pass over such with --skip-bad, or have the app's embedder make all vectors: "
            f"{given.no_vectors}"
        )
    return CommandError(
        "BAD_LINE", f"{given.name}: {given.unit} {line.number} {printable(line.reason)}", hint
    )


def _not_stored(given: Input, error: NotStored) -> CommandError:
    cause, hint = error.cause, error.cause.hint
    if cause.code == "DIMENSION_MISMATCH" and error.with_vectors and given.no_vectors:
        own = f"have the app's embedder make all vectors: {given.no_vectors}"
        hint = f"{hint}; or {own}" if hint else own
    failed = CommandError(
        cause.code,
        f"{given.name}: {_numbers(given.unit, error)} could not be stored: {cause.message}",
        hint,
    )
    failed.__cause__ = error
    return failed


class _Warnings:
    """Tells of lines that do not count; of many, only that there are more."""

    def __init__(self, given: Input, skips: bool) -> None:
        self._given = given
        self._skips = skips
        self._told = 0

    def __call__(self, batch: Batch) -> None:
        unit = self._given.unit
        if self._skips:
            for bad in batch.bad:
                self._tell(f"{unit} {bad.number} {printable(bad.reason)}: passed over")
        for number, later, key in batch.repeated:
            shown = printable(key if len(key) <= 60 else f"{key[:60]}…")
            self._tell(
                f'{unit}s {number} and {later} have the same key, "{shown}": the last one counts'
            )

    def _tell(self, text: str) -> None:
        self._told += 1
        if self._told <= MOST_WARNINGS:
            warn(f"{self._given.name}: {text}")

    def close(self) -> None:
        if self._told > MOST_WARNINGS:
            warn(f"{self._given.name}: {self._told - MOST_WARNINGS:,} more of these")


def _show(bar: ProgressBar, counts: Counts, started: float) -> None:
    said = counted(counts.stored + counts.unchanged, "text")
    bar.update(counts.size, f"{said}{_rate(counts, time.monotonic() - started)}")


def _summary(collection: Collection, counts: Counts, seconds: float) -> str:
    parts = [f"{counted(counts.stored, 'text')} stored in collection {collection.name}"]
    if counts.replaced:
        parts[0] += f" ({counts.replaced:,} of them replaced)"
    for count, what in (
        (counts.unchanged, "unchanged"),
        (counts.repeated, "repeated by later ones"),
        (counts.bad, "bad"),
    ):
        if count:
            parts.append(f"{count:,} {what}")
    return f"{', '.join(parts)}; {seconds:.1f} s{_rate(counts, seconds)}"


def _rate(counts: Counts, seconds: float) -> str:
    """How fast texts are stored, as the end of a list. What was there costs next to nothing."""
    return f", {counts.stored / max(seconds, 0.001):,.0f} a second" if counts.stored else ""


def _numbers(unit: str, failed: NotStored) -> str:
    if failed.first == failed.last:
        return f"{unit} {failed.first}"
    return f"{unit}s {failed.first} to {failed.last}"


def _say_what_is_not_indexed(loaded: Loaded, collection: Collection) -> None:
    waiting = 0
    for stats in loaded.backend.stats(collection.name):
        for each in stats.generations:
            if not each.generation.shape.exact:
                waiting = max(waiting, each.vectors - each.indexed)
    if waiting >= MANY:
        note(
            f"{styled('note:', 'cyan', 'bold')} {counted(waiting, 'vector')} {are(waiting)} not "
            "indexed yet, and compared one by one; a running server does it, or "
            "`atoll collections reindex`"
        )
