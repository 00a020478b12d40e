"""Figures for charts are the same from both databases."""

from __future__ import annotations

from atoll.history.figures import find_figures
from atoll.models import Usage


def test_the_newest_first_without_their_texts(record, invocation, database):
    record(
        invocation(started_at=1000.5, cost=0.25, currency="EUR"),
        invocation(started_at=3000, failure="TIMEOUT", usage=None, seconds=2),
        invocation(started_at=2000, usage=Usage(1, 2)),
    )
    session = database.open_to_read()
    try:
        found = find_figures(session, 0)
        assert [each.started_at for each in found] == [3000, 2000, 1000.5]
        assert found[0] == (3000, "chat", "failed", 2000, 0, 0, None, None)
        assert found[2] == (1000.5, "chat", "ok", 250, 3, 5, 0.25, "EUR")
        assert [each.started_at for each in find_figures(session, 2000)] == [3000, 2000]
        assert [each.started_at for each in find_figures(session, 0, 1)] == [3000]
    finally:
        session.close()


def test_of_a_database_in_which_nothing_is_yet(session):
    assert find_figures(session, 0) == []
