"""Reading the history: for people at the command line, and for tools."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from atoll.history.database import Session
from atoll.history.errors import HistoryError
from atoll.history.row import moment
from atoll.history.tables import INFERENCES, NAMES, PLUGIN_NAMES

MOST = 10_000
"""Inferences that can be read at once."""

_JSON = ("input", "output")
_TRUTHS = tuple(column.name for column in INFERENCES if column.kind == "bool")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which inferences; "" and None for any."""

    model: str = ""
    function: str = ""
    """Its name in the source or in the API: ``ask_twice`` or ``askTwice``."""
    call: str = ""
    failed: bool = False
    """Only those that did not come to an answer."""
    since: float | None = None
    """Seconds since the epoch."""
    limit: int = 20


def find_inferences(session: Session, wanted: Wanted) -> list[dict[str, Any]]:
    """The newest ones, newest first, as JSON data: by the names of their columns, and ``plugin``
    with those of their build. Raises HistoryError."""
    known = session.columns("inferences")
    conditions, parameters = _conditions(wanted)
    if any(column not in known for column, _ in conditions):
        return []  # a database that only Modus has written
    where = " AND ".join(f"{column} {rest}" for column, rest in conditions) or "TRUE"
    order = "ORDER BY started_at DESC, id DESC LIMIT ?"
    return _select(session, f"{where} {order}", *parameters, min(wanted.limit, MOST))


def find_inference(session: Session, id: str) -> dict[str, Any] | None:
    """One by its id, or by the beginning of it. Raises HistoryError: that is not one's alone."""
    pattern = "".join(c for c in id.lower() if c in "0123456789abcdef-") + "%"
    if len(pattern) != len(id) + 1:
        return None
    found = _select(session, "CAST(id AS text) LIKE ? ORDER BY id LIMIT 2", pattern)
    if len(found) > 1:
        raise HistoryError(
            "AMBIGUOUS_ID", f"several inferences have ids that begin with {id}", "write more of it"
        )
    return found[0] if found else None


def _conditions(wanted: Wanted) -> tuple[list[tuple[str, str]], list[str]]:
    """Columns with what is asked of them, and its parameters."""
    given = [
        ("model", "= ?", [wanted.model]),
        ("function", "IN (?, ?)", [wanted.function, _name_in_api(wanted.function)]),
        ("call_id", "= ?", [wanted.call]),
        ("started_at", ">= ?", ["" if wanted.since is None else moment(wanted.since)]),
    ]
    conditions = [(column, rest) for column, rest, values in given if any(values)]
    if wanted.failed:
        conditions.append(("status", "<> 'ok'"))
    return conditions, [value for _, _, values in given if any(values) for value in values]


def _name_in_api(name: str) -> str:
    """By which functions in Python are recorded: ``ask_twice`` is ``askTwice``."""
    first, *rest = [part for part in name.split("_") if part] or [name]
    return first + "".join(part[0].upper() + part[1:] for part in rest)


def _select(session: Session, rest: str, *parameters: str | int) -> list[dict[str, Any]]:
    known = session.columns("inferences")
    names = [name for name in NAMES if name in known]
    if not names:
        return []
    shown = [f"CAST({name} AS text)" if name in _JSON else name for name in names]
    sql = f"SELECT {', '.join(shown)} FROM inferences WHERE {rest}"  # noqa: S608 - names are ours
    rows = session.query(sql, parameters)
    plugins: dict[str, dict[str, Any] | None] = {}
    found = []
    for row in rows:
        inference = {name: _value(name, value) for name, value in zip(names, row, strict=True)}
        id = inference["plugin_id"]
        if id is not None and id not in plugins:
            plugins[id] = _plugin(session, id)
        found.append({**inference, "plugin": None if id is None else plugins[id]})
    return found


def _plugin(session: Session, id: str) -> dict[str, Any] | None:
    sql = f"SELECT {', '.join(PLUGIN_NAMES)} FROM plugins WHERE id = ?"  # noqa: S608 - names are ours
    rows = session.query(sql, (id,))
    if not rows:
        return None
    return {name: _value(name, value) for name, value in zip(PLUGIN_NAMES, rows[0], strict=True)}


def _value(name: str, value: Any) -> Any:
    """A column's value, the same from either database."""
    if value is None:
        return None
    if name in _JSON:
        return json.loads(value)
    if name in _TRUTHS:
        return bool(value)
    if isinstance(value, datetime):
        return moment(value.replace(tzinfo=value.tzinfo or UTC).timestamp())
    return value if isinstance(value, str | int | float) else str(value)
