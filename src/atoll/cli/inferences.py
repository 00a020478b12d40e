"""``atoll inferences``: what was asked of models, and what they answered."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError, printable
from atoll.cli.options import AppOption, SecretsOption

if TYPE_CHECKING:
    from atoll.history.database import Database, Session
    from atoll.manifest import Retention

inferences = typer.Typer(
    name="inferences",
    help="""What was asked of models, and what they answered.

Calls of an app record what they ask of models: in .atoll/history.db of the app's folder, or in the
PostgreSQL database that MODUS_DB names. "inferences" of modus.json says for how long that is kept
and what of it is left out. Without a command, the newest are listed.

\b
Examples:
  atoll inferences
  atoll inferences list --failed --since 1h
  atoll inferences show 0199f3c2-77ab
  atoll inferences prune --days 7
""",
    invoke_without_command=True,
    rich_markup_mode=None,
)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_AGO = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)


@inferences.callback()
def _without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_inferences()


@inferences.command("list")
def list_inferences(
    app: AppOption = Path(),
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="Of this model of modus.json only.")
    ] = "",
    function: Annotated[
        str,
        typer.Option(
            "--function",
            metavar="NAME",
            help="Of calls of this function only, by its name in the source or in the API.",
        ),
    ] = "",
    call: Annotated[
        str,
        typer.Option("--call", metavar="ID", help="Of this call only: an execution_id of the log."),
    ] = "",
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that came to no answer.")
    ] = False,
    since: Annotated[
        str,
        typer.Option("--since", metavar="WHEN", help="Not older: 30s, 10m, 2h, 7d, or 2026-01-31."),
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="How many, from the newest on.")
    ] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with inputs and outputs.")
    ] = False,
    secrets: SecretsOption = None,
) -> None:
    """List inferences, the newest first.

    \b
    Examples:
      atoll inferences list
      atoll inferences list --model chat --failed --since 1h
      atoll inferences list --json | jq '.[].output.choices[0].message.content'
    """
    from atoll.history.reading import Wanted, find_inferences

    wanted = Wanted(model, function, call, failed, _moment(since) if since else None, limit)
    with _reading(app, secrets) as (database, session):
        found = [] if session is None else find_inferences(session, wanted)
        place = database.place
    if as_json:
        result(json.dumps(found, indent=2))
    elif found:
        result("\n".join(_table(found)))
    else:
        note(f"no such inferences in {place}")


@inferences.command("show")
def show_inference(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of an inference, or its beginning.")],
    app: AppOption = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    secrets: SecretsOption = None,
) -> None:
    """Show one inference with its input and output.

    \b
    Examples:
      atoll inferences show 0199f3c2-77ab-7c5e-9d0a-3f6f0f1f2a3b
      atoll inferences show 0199f3c2-77ab --json | jq .input.messages
    """
    from atoll.history.reading import find_inference

    with _reading(app, secrets) as (database, session):
        found = None if session is None else find_inference(session, id)
        place = database.place
    if found is None:
        raise CommandError(
            "NO_SUCH_INFERENCE",
            f"{place} has no inference {id[:60]}",
            "`atoll inferences list` shows the ids there are",
        )
    result(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))


@inferences.command("prune")
def prune_inferences(
    app: AppOption = Path(),
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=36_500, help="Keep those of so many days.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option("--rows", min=1, help="Keep so many, from the newest on.")
    ] = None,
    size_mb: Annotated[
        int | None, typer.Option("--size-mb", min=1, help="Keep so many MiB of texts.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Keep nothing.")] = False,
    secrets: SecretsOption = None,
) -> None:
    """Delete inferences beyond what is to be kept.

    Servers do so all the time, by "retention" of "inferences" in modus.json, which counts here as
    well for what is not given.

    \b
    Examples:
      atoll inferences prune
      atoll inferences prune --days 7
      atoll inferences prune --all
    """
    from atoll.history.retention import AT_ONCE, prune, prune_all
    from atoll.history.tables import migrate

    if everything and (days or rows or size_mb):
        raise typer.BadParameter("goes with nothing else", param_hint="--all")
    kept = _retention(app, days, rows, size_mb)
    database = _database(app, secrets)
    deleted = 0
    with _closing(database.open_to_read()) as known:
        nothing = known is None or not known.columns("inferences")
    if not nothing:
        with _closing(database.open()) as session:
            assert session is not None
            migrate(session)
            while True:
                some = prune_all(session) if everything else prune(session, kept)
                deleted += some
                if some < AT_ONCE:
                    break
            session.tidy()
    note(f"deleted {deleted} inferences of {database.place}")


def _database(app: Path, secrets: list[str] | None) -> Database:
    from atoll.history import find_database
    from atoll.secrets import SecretSources, chosen, make_providers

    if not app.is_dir():
        raise CommandError("NO_APP", f"{app} is not a folder", "name an app's folder: --app PATH")
    providers = make_providers(chosen(secrets or (), os.environ), app, os.environ)
    sources = SecretSources(providers, os.environ)
    environ = {**sources.load(), "ATOLL_INFERENCES": ""}  # what there is can be read in any case
    database = find_database(app, lambda: environ)
    assert database is not None
    return database


@contextlib.contextmanager
def _reading(app: Path, secrets: list[str] | None) -> Iterator[tuple[Database, Session | None]]:
    database = _database(app, secrets)
    with _closing(database.open_to_read()) as session:
        yield database, session


@contextlib.contextmanager
def _closing(session: Session | None) -> Iterator[Session | None]:
    try:
        yield session
    finally:
        if session is not None:
            session.close()


def _retention(app: Path, days: int | None, rows: int | None, size_mb: int | None) -> Retention:
    from atoll.manifest import Retention, load_manifest

    file = app / "modus.json"
    kept = load_manifest(file).inferences.retention if file.is_file() else Retention()
    return Retention(days or kept.days, rows or kept.rows, size_mb or kept.size_mb)


def _moment(text: str) -> float:
    """Seconds since the epoch of "2h", which is two hours ago, or of an ISO date or time."""
    if ago := _AGO.fullmatch(text):
        return max(time.time() - int(ago[1]) * _UNITS[ago[2]], 0)
    try:
        found = datetime.fromisoformat(text)
        return max((found if found.tzinfo else found.astimezone()).timestamp(), 0)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"expected 30s, 10m, 2h, 7d or a date as 2026-01-31, not {text[:40]!r}",
            param_hint="--since",
        ) from None


_HEADINGS = ("TIME (UTC)", "MODEL", "FUNCTION", "STATUS", "MS", "TOKENS", "ID")


def _table(found: list[dict[str, Any]]) -> list[str]:
    rows = [_HEADINGS, *(_row(one) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    status = one.get("failure") or one.get("status") or ""
    used = [one.get("input_tokens"), one.get("output_tokens")]
    tokens = "" if used == [None, None] else f"{used[0] or 0}+{used[1] or 0}"
    cells = (
        _time(one), one.get("model") or "", one.get("function") or "", status,
        str(one.get("duration_ms") or 0), tokens, one["id"],
    )  # fmt: skip
    return tuple(printable(cell) for cell in cells)


def _time(one: dict[str, Any]) -> str:
    return str(one.get("started_at") or "")[:19].replace("T", " ")


_FIELDS = (
    ("app", "app"), ("function", "function"), ("call", "call_id"), ("model", "model"),
    ("asked for", "asked_model"), ("source model", "source_model"), ("connection", "connection"),
    ("status", "status"), ("failure", "failure"), ("ms", "duration_ms"),
    ("ms to first byte", "first_byte_ms"), ("requests sent", "attempts"),
    ("input tokens", "input_tokens"), ("output tokens", "output_tokens"),
)  # fmt: skip


def _lines(one: dict[str, Any]) -> list[str]:
    shown = [("id", one["id"]), ("time (UTC)", _time(one))]
    shown += [(title, one.get(name)) for title, name in _FIELDS]
    if one.get("cost") is not None:
        shown.append(("cost", f"{one['cost']:g} {one.get('currency') or ''}".rstrip()))
    if build := one.get("plugin"):
        shown.append(
            ("build", f"{build['build_id']} ({build['language']}, {build['sdk_version']})")
        )
    width = max(len(title) for title, _ in shown)
    lines = [
        f"{title + ':':{width + 1}} {printable(str(value))}"
        for title, value in shown
        if value is not None
    ]
    for name in ("input", "output"):
        text = "none" if one[name] is None else json.dumps(one[name], indent=2, ensure_ascii=False)
        lines += ["", f"{name}:", *(printable(line) for line in text.split("\n"))]
    if one.get("truncated"):
        lines += ["", styled("What was too long was cut.", "dim")]
    return lines
