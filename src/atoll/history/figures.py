"""What inferences took and came to, without their texts: for charts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from atoll.history.database import Session
from atoll.history.row import moment

MOST = 20_000
"""Inferences that are looked at, from the newest on."""

_COLUMNS = (
    "started_at",
    "model",
    "status",
    "duration_ms",
    "input_tokens",
    "output_tokens",
    "cost",
    "currency",
)


class Figures(NamedTuple):
    """Of one inference."""

    started_at: float
    """Seconds since the epoch."""
    model: str
    status: str
    duration_ms: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    currency: str | None


def find_figures(session: Session, since: float, most: int = MOST) -> list[Figures]:
    """Of inferences that began at ``since`` (seconds since the epoch) or later, the newest first.
    Raises HistoryError."""
    known = session.columns("inferences")
    if any(column not in known for column in _COLUMNS):
        return []  # a database that only Modus has written
    sql = (
        f"SELECT {', '.join(_COLUMNS)} FROM inferences"  # noqa: S608 - names are ours
        " WHERE started_at >= ? AND model IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT ?"
    )
    return [_figures(*row) for row in session.query(sql, (moment(since), most))]


def _figures(
    started_at: str | datetime,
    model: str,
    status: str | None,
    duration_ms: int | None,
    input_tokens: int | None,
    output_tokens: int | None,
    *money: Any,
) -> Figures:
    return Figures(
        seconds_of(started_at),
        model,
        status or "ok",
        duration_ms or 0,
        input_tokens or 0,
        output_tokens or 0,
        *money,
    )


def seconds_of(value: str | datetime) -> float:
    """A moment, as either database gives it, in seconds since the epoch."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
