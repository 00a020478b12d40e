"""The Explorer of a command that serves: who may use it, and what it says of builds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from atoll.app.call_record import RecentCalls
from atoll.cli.failure import CommandError, Place, Told
from atoll.cli.options import LOOPBACK_NAMES
from atoll.guest.metadata import read_metadata
from atoll.server.explorer.assets import chosen_bundle
from atoll.server.explorer.explorer import Explorer, Language, Subject
from atoll.server.explorer.session import BearerGate, Gate, TokenGate
from atoll.server.explorer.state import Problem
from atoll.server.hosts import loopback_only

if TYPE_CHECKING:
    from atoll.cli.runtime import Compiled, Runtime
    from atoll.cli.served import Served
    from atoll.cli.sources import Sources

_MOST_PROBLEMS: Final = 100
"""Of one build; who has mended those sees the next."""


def developers_explorer(runtime: Runtime, sources: Sources, gate: Gate) -> Explorer:
    """The Explorer of ``atoll dev``. Calls are recorded from now on."""
    runtime.calls = RecentCalls()
    explorer = Explorer(
        "dev",
        gate,
        runtime.calls,
        name=sources.name,
        language=sources.language.name.value,
        folder=sources.directory,
        bundle=chosen_bundle(os.environ),
    )
    explorer.flush_history = runtime.recording.flush
    return explorer


def operators_explorer(
    runtime: Runtime, compiled: Compiled, host: str | None, scope: str
) -> Explorer:
    """The Explorer of ``atoll serve``: for who has a token of the app's endpoints that carries the
    scope or, if no endpoint asks for tokens, for who is at this machine.

    Calls are recorded from now on, without what they were given and gave.

    Raises CommandError: it would be for everybody.
    """
    gate: Gate
    endpoints = compiled.manifest.endpoints.values()
    if any(endpoint.auth == "bearer-token" for endpoint in endpoints):
        gate = BearerGate(scope, compiled.manifest.access.scope_claim)
    elif host in LOOPBACK_NAMES:
        gate = TokenGate(loopback_only(host))
    else:
        raise CommandError(
            "EXPLORER_OPEN",
            f"Nobody could be told from anybody else: no endpoint in modus.json asks for a token, "
            f"and --host {host} is for other machines, too",
            'say "auth": "bearer-token" of an endpoint, or leave out --host or --explorer',
        )
    runtime.calls = RecentCalls(keep_values=False)
    language = cast("Language", read_metadata(compiled.wasm).language)
    explorer = Explorer(
        "serve",
        gate,
        runtime.calls,
        name=compiled.name,
        language=language,
        bundle=chosen_bundle(os.environ),
    )
    explorer.flush_history = runtime.recording.flush
    return explorer


def subject_of(served: Served, compiled: Compiled, limits: Mapping[str, str]) -> Subject:
    """What the Explorer shows of an app that is served.

    Args:
        limits: values of ``--limit``, by key.
    """
    return Subject(served.app, served.deployment, compiled.folder, compiled.environ, limits)


def problems_of(error: BaseException, folder: Path) -> list[Problem]:
    """What is wrong, as `atoll.cli.failure.report` shows it.

    Args:
        folder: the app's; files in it are named by their paths from there.
    """
    found = []
    for problem in _problems(error):
        found.append(problem)
        if len(found) == _MOST_PROBLEMS:
            break
    return [_placed(problem, folder) for problem in found]


def _problems(error: BaseException) -> Iterator[Told]:
    problems = getattr(error, "problems", None)
    if isinstance(problems, tuple) and problems:
        for problem in problems:
            yield from _with_more(problem)
    elif isinstance(error, Told):
        yield from _with_more(error)
    elif isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        yield _Other("FILE_FAILED", f"{error.strerror}{where}")
    else:
        text = f"Atoll failed by itself, which is a bug. {type(error).__name__}: {error}"
        yield _Other("INTERNAL_ERROR", text, "ATOLL_DEBUG=1 shows where it happened")


def _with_more(problem: Told) -> Iterator[Told]:
    if getattr(problem, "severity", "error") != "warning":
        yield problem
    for further in getattr(problem, "more", ()):
        yield from _with_more(further)


class _Other:
    """An error of another kind, told as ours are."""

    location: Place | None = None

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        self.code = code
        self.message = message
        self.hint = hint


def _placed(problem: Told, folder: Path) -> Problem:
    place = problem.location
    if place is None:
        return Problem(problem.code, problem.message, problem.hint)
    file = _relative(place.file, folder)
    return Problem(problem.code, problem.message, problem.hint, file, place.line, place.column)


def _relative(file: str, folder: Path) -> str:
    """A file's path from the folder, if it is in there; some errors name it from where the command
    runs."""
    home = folder.resolve()
    for root in (folder, Path()):
        try:
            path = (root / file).resolve()
            if path.is_relative_to(home) and path.exists():
                return path.relative_to(home).as_posix()
        except (OSError, ValueError, RuntimeError):
            continue
    return file
