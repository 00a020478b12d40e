"""``atoll collections reindex`` and ``drop``."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from atoll.cli.collections.words import TO_GO_ON, are, counted
from atoll.cli.console import note, styled
from atoll.cli.failure import CommandError
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from atoll.cli.progress import ProgressBar
    from atoll.collections.backend import Backend
    from atoll.collections.types import GenerationStats
    from atoll.manifest.collection import Collection

POLL_SECONDS: Final = 0.3
TOLD_SECONDS: Final = 1.0


def reindex(
    name: Annotated[
        str, typer.Argument(metavar="[COLLECTION]", help="Which; all of them if left out.")
    ] = "",
    embed: Annotated[
        bool, typer.Option("--embed", help="Have the app embed all texts anew first.")
    ] = False,
    method: Annotated[
        str, typer.Option("--method", metavar="NAME", help="With --embed: by this one only.")
    ] = "",
    app: AppOption = Path(),
    secrets: SecretsOption = None,
) -> None:
    """Index all vectors now, and leave out those whose texts are gone.

    Servers do so in the background, when there are enough of them; searches find all texts in any
    case. With --embed, texts get new vectors of the app as it is now; the present ones serve until
    the new ones are whole. (That happens by itself when an embedder gives other vectors than
    before; this is for where it cannot be noticed.)

    \b
    Examples:
      atoll collections reindex
      atoll collections reindex articles --embed
    """
    from atoll.cli.collections.opening import (
        find_collection,
        find_manifest,
        not_stored,
        open_store,
        stats_of,
    )

    if method and not embed:
        raise typer.BadParameter("goes with --embed only", param_hint="--method")
    if embed:
        known = find_manifest(app).collections if not name else {}
        wanted = list(known.values()) if not name else [find_collection(app, name)]
        _embed(app, secrets, wanted, method)
    with open_store(app, secrets) as backend:
        if stats_of(backend, name):
            _index(backend, name)
            _say_what_is_building(backend, name)
        elif name:
            raise not_stored(backend, name)
        else:
            note(f"there is nothing in {backend.place}")


def drop(
    name: Annotated[str, typer.Argument(metavar="COLLECTION", help="Which.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    app: AppOption = Path(),
    secrets: SecretsOption = None,
) -> None:
    """Delete all texts and vectors of a collection.

    It does not matter whether modus.json names it. There is no way back: export it first.

    \b
    Examples:
      atoll collections drop drafts
      atoll collections drop drafts --yes
    """
    from atoll.cli.collections.opening import not_stored, open_store, stats_of

    with open_store(app, secrets) as backend:
        found = stats_of(backend, name)
        if not found:
            raise not_stored(backend, name)
        what = f"{counted(sum(found[0].namespaces.values()), 'text')} of collection {name}"
        if not yes:
            _ask(f"Delete {what} in {backend.place}?")
        backend.drop_collection(name)
    note(f"deleted {what}")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError("NOT_CONFIRMED", "nobody is here to be asked", "say --yes")
    typer.confirm(question, abort=True, err=True)


def _embed(app: Path, secrets: list[str] | None, wanted: Sequence[Collection], method: str) -> None:
    from atoll.cli.collections.opening import load_app

    todo = [
        (collection.name, each)
        for collection in wanted
        for each in collection.methods
        if method in ("", each)
    ]
    if not todo:
        known = ", ".join(each for one in wanted for each in one.methods) or "none"
        raise CommandError(
            "NO_SUCH_SEARCH_METHOD",
            f"there is no search method named {method[:100]}" if method else "nothing to embed",
            f"modus.json has: {known}",
        )
    for name, each in todo:
        with load_app(app, secrets) as loaded:
            from atoll.cli.progress import ProgressBar

            with ProgressBar(f"embedding {name} {each}", None) as bar:
                watch = _Watch(bar, loaded.backend, name, each)

                async def work(watch: _Watch = watch, name: str = name, each: str = each) -> None:
                    import asyncio

                    watching = asyncio.create_task(watch.run())
                    try:
                        await loaded.service.recompute(name, "", each)
                    finally:
                        watching.cancel()

                loaded.run(work)
        note(f"embedded collection {name} for search method {each}")


class _Watch:
    """Shows how much of a new generation is there."""

    def __init__(self, bar: ProgressBar, backend: Backend, collection: str, method: str) -> None:
        self._bar = bar
        self._backend = backend
        self._collection = collection
        self._method = method

    async def run(self) -> None:
        import asyncio

        while True:
            await asyncio.sleep(POLL_SECONDS)
            for stats in await asyncio.to_thread(self._backend.stats, self._collection):
                for each in stats.generations:
                    building = each.generation.state == "building"
                    if building and each.generation.method == self._method:
                        whole = each.vectors + each.missing
                        self._bar.update(
                            each.vectors, f"{each.vectors:,} of {counted(whole, 'text')}", whole
                        )


def _index(backend: Backend, name: str) -> None:
    from atoll.cli.progress import ProgressBar

    started = time.monotonic()
    work = _Indexing(backend)
    with ProgressBar("indexing", _figures(backend, name)[1]) as bar:
        work.start()
        while not work.done.wait(POLL_SECONDS):
            done, whole = _figures(backend, name)
            bar.update(done, f"{done:,} of {whole:,} vectors", whole)
    if work.error is not None:
        raise work.error
    done, whole = _figures(backend, name)
    few = whole - done
    rest = f"; {few:,} {are(few)} few enough to be compared one by one" if few else ""
    note(
        f"{counted(done, 'vector')} {are(done)} indexed{rest} ({time.monotonic() - started:.1f} s)"
    )


def _say_what_is_building(backend: Backend, name: str) -> None:
    """What is indexed is not all there will be."""
    from atoll.cli.collections.opening import is_being_embedded

    for stats in backend.stats(name or None):
        for each in stats.generations:
            if each.generation.state == "building":
                whole = counted(each.vectors + each.missing, "text")
                at_it = is_being_embedded(backend, each.generation)
                note(
                    f"{styled('note:', 'cyan', 'bold')} collection {stats.collection} is being "
                    f"embedded anew for search method {each.generation.method}: {each.vectors:,} "
                    f"of {whole} so far; " + ("a server is at it" if at_it else TO_GO_ON)
                )


class _Indexing(threading.Thread):
    """Does what is to be done, step by step. (A daemon: a step can take minutes, and is given up
    when the command ends. Nothing is lost by that.)"""

    def __init__(self, backend: Backend) -> None:
        super().__init__(daemon=True, name="atoll-reindex")
        self._backend = backend
        self.done = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while self._backend.maintain(whole=True) or self._others_are_at_it():
                pass
        except Exception as error:
            self.error = error
        finally:
            self.done.set()

    def _others_are_at_it(self) -> bool:
        """Whether another process indexes, which tells of it after a moment."""
        if not any(each.vectors > each.indexed for each in self._generations()):
            return False
        time.sleep(TOLD_SECONDS)
        return any(each.indexing_of for each in self._generations())

    def _generations(self) -> list[GenerationStats]:
        return [each for stats in self._backend.stats() for each in stats.generations]


def _figures(backend: Backend, name: str) -> tuple[int, int]:
    """Vectors that are indexed, and all."""
    found: list[GenerationStats] = [
        each for stats in backend.stats(name or None) for each in stats.generations
    ]
    done = sum(min(each.indexed - each.removed + each.indexing, each.vectors) for each in found)
    return done, sum(each.vectors for each in found)
