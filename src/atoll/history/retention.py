"""Deleting what is older, or more, than is to be kept."""

from __future__ import annotations

import time

from atoll.history.database import Session
from atoll.history.row import moment
from atoll.manifest import Retention

AT_ONCE = 2000
"""Rows that one statement deletes: others wait no longer than that takes."""

_DAY = 86_400
_BEYOND = """
SELECT started_at, id FROM (
    SELECT started_at, id,
        row_number() OVER newest AS place,
        sum(coalesce(stored_bytes, 0)) OVER newest AS size
    FROM inferences WHERE started_at IS NOT NULL
    WINDOW newest AS (ORDER BY started_at DESC, id DESC ROWS UNBOUNDED PRECEDING)
) AS ordered WHERE place > ? OR size > ? ORDER BY place LIMIT 1
"""
_OLDEST = "SELECT id FROM inferences WHERE {} ORDER BY started_at, id LIMIT ?"


def prune(session: Session, retention: Retention, *, now: float | None = None) -> int:
    """Delete some of what is not to be kept; less than AT_ONCE rows: nothing is left to delete.

    Args:
        now: seconds since the epoch.
    """
    oldest = moment((time.time() if now is None else now) - retention.days * _DAY)
    deleted = _delete(session, "started_at < ?", oldest)
    if deleted >= AT_ONCE:
        return deleted
    size = retention.size_mb << 20
    found = session.query("SELECT count(*), coalesce(sum(stored_bytes), 0) FROM inferences")
    if found[0][0] <= retention.rows and found[0][1] <= size:
        return deleted
    beyond = session.query(_BEYOND, (retention.rows, size))
    if not beyond:
        return deleted
    return deleted + _delete(session, "(started_at, id) <= (?, ?)", *map(str, beyond[0]))


def prune_all(session: Session) -> int:
    """The same, of everything."""
    return _delete(session, "TRUE")


def _delete(session: Session, condition: str, *parameters: str) -> int:
    chosen = _OLDEST.format(condition)
    sql = f"DELETE FROM inferences WHERE id IN ({chosen})"  # noqa: S608 - nobody else's text
    return session.execute(sql, (*parameters, AT_ONCE))
