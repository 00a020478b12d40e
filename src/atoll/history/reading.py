"""Reading the history: for people at the command line, and for tools."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from atoll.history.database import Session
from atoll.history.errors import HistoryError, RowRefused
from atoll.history.row import moment
from atoll.history.tables import INFERENCES, NAMES, PLUGIN_NAMES

MOST = 10_000
"""Inferences that can be read at once."""

_NEWEST = "ORDER BY started_at DESC, id DESC LIMIT ?"
_SPECIAL = re.compile("[!%_]")
"""What means something in a pattern of LIKE, and what takes that from it."""
_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""What no database takes."""
_LONGEST_SEARCH = 2000
"""Characters of a text that are looked for: SQLite takes patterns of 50,000 bytes at most."""
_ID_LENGTH = 36
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
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
    status: str = ""
    """``ok``, ``failed`` or ``cancelled``."""
    search: str = ""
    """A text that stands in the input or the output; letters of either case. Of a very long one its
    beginning counts."""
    before: str = ""
    """The whole id of one; those that come after it in the list."""


def find_inferences(session: Session, wanted: Wanted) -> list[dict[str, Any]]:
    """The newest ones, newest first, as JSON data: by the names of their columns, and ``plugin``
    with those of their build. Raises HistoryError."""
    known = session.columns("inferences")
    conditions = _conditions(session, wanted) if known else None
    if conditions is None or any(each.column not in known for each in conditions):
        return []  # a database that only Modus has written
    where = " AND ".join(each.sql for each in conditions) or "TRUE"
    parameters = [value for each in conditions for value in each.values]
    try:
        return _select(session, f"{where} {_NEWEST}", *parameters, min(wanted.limit, MOST))
    except RowRefused:  # asked for a text that no row can have
        return []


def find_inference(session: Session, id: str) -> dict[str, Any] | None:
    """One by its id, or by the beginning of it. Raises HistoryError: that is not one's alone."""
    if len(id) > _ID_LENGTH:
        return None
    pattern = "".join(c for c in id.lower() if c in "0123456789abcdef-") + "%"
    if len(pattern) != len(id) + 1:
        return None
    found = _select(session, "CAST(id AS text) LIKE ? ORDER BY id LIMIT 2", pattern)
    if len(found) > 1:
        raise HistoryError(
            "AMBIGUOUS_ID", f"several inferences have ids that begin with {id}", "write more of it"
        )
    return found[0] if found else None


class _Condition(NamedTuple):
    column: str
    """That it needs; it may be missing."""
    sql: str
    values: tuple[str, ...] = ()


def _conditions(session: Session, wanted: Wanted) -> list[_Condition] | None:
    """What is asked of columns; None if nothing can fit."""
    found = []
    if wanted.model:
        found.append(_Condition("model", "model = ?", (wanted.model,)))
    if wanted.function:
        names = wanted.function, _name_in_api(wanted.function)
        found.append(_Condition("function", "function IN (?, ?)", names))
    if wanted.call:
        found.append(_Condition("call_id", "call_id = ?", (wanted.call,)))
    if wanted.since is not None:
        found.append(_Condition("started_at", "started_at >= ?", (moment(wanted.since),)))
    if wanted.failed:
        found.append(_Condition("status", "status <> 'ok'"))
    if wanted.status:
        found.append(_Condition("status", "status = ?", (wanted.status,)))
    if wanted.search:
        found.append(_containing(wanted.search))
    if wanted.before:
        started_at = _started_at(session, wanted.before)
        if started_at is None:  # and so are those before it: retention begins with the oldest
            return None
        after = (started_at, wanted.before)
        found.append(_Condition("started_at", "(started_at, id) < (?, ?)", after))
    return found


def _containing(text: str) -> _Condition:
    """That a text stands in the JSON of the input or the output, where it may be escaped. Of a very
    long one, that its beginning does."""
    text = text[:_LONGEST_SEARCH]
    ways = dict.fromkeys(json.dumps(text, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
    patterns = [
        "%" + _SPECIAL.sub("!\\g<0>", way) + "%" for way in ways if not _HALF_PAIR.search(way)
    ]
    tests = [
        f"LOWER(CAST({column} AS text)) LIKE LOWER(?) ESCAPE '!'"
        for _ in patterns
        for column in _JSON
    ]
    values = tuple(pattern for pattern in patterns for _ in _JSON)
    return _Condition("input", f"({' OR '.join(tests)})", values)


def _started_at(session: Session, id: str) -> str | None:
    if not _ID.fullmatch(id):
        return None
    rows = session.query("SELECT started_at FROM inferences WHERE id = ?", (id,))
    return str(_value("started_at", rows[0][0])) if rows else None


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
        return _data(value)
    if name in _TRUTHS:
        return bool(value)
    if isinstance(value, datetime):
        return moment(value.replace(tzinfo=value.tzinfo or UTC).timestamp())
    return value if isinstance(value, str | int | float) else str(value)


def _data(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # a number too long, or nested too deep, to be read here
        return text
