"""What is older, or more, than is to be kept goes, the oldest first; in both databases."""

from __future__ import annotations

import time

import pytest

from atoll.history.retention import AT_ONCE, prune, prune_all
from atoll.history.sqlite import SqliteDatabase
from atoll.history.tables import NAMES, insertion, migrate
from atoll.history.writer import Pace
from atoll.manifest import InferenceSettings, Retention
from atoll.models.invocation import invocation_id

NOW = 1_800_000_000.0
DAY = 86_400


@pytest.fixture
def fill(session):
    """Puts rows into the table, each with its age in days and the bytes of its texts."""
    from atoll.history.row import moment

    def put(*ages: tuple[float, int]) -> None:
        rows = []
        for days, size in ages:
            values = dict.fromkeys(NAMES)
            values["id"] = invocation_id()
            values["started_at"] = moment(NOW - days * DAY)
            values["stored_bytes"] = size
            values["function"] = f"{days:g}"
            rows.append(tuple(values.values()))
        with session.transaction():
            session.insert(insertion("inferences", NAMES, "id"), rows)

    return put


@pytest.fixture
def kept(session):
    def ask() -> list[str]:
        rows = session.query("SELECT function FROM inferences ORDER BY started_at DESC, id")
        return [function for (function,) in rows]

    return ask


def test_old_ones_go(session, fill, kept):
    fill((0, 1), (6.9, 1), (7.1, 1), (100, 1))
    assert prune(session, Retention(days=7), now=NOW) == 2
    assert kept() == ["0", "6.9"]
    assert prune(session, Retention(days=7), now=NOW) == 0


def test_those_beyond_a_number_go(session, fill, kept):
    fill(*((age, 1) for age in (5, 1, 3, 2, 4)))
    assert prune(session, Retention(rows=5), now=NOW) == 0
    assert prune(session, Retention(rows=2), now=NOW) == 3
    assert kept() == ["1", "2"]


def test_those_beyond_a_size_go(session, fill, kept):
    mega = 1 << 20
    fill((1, mega), (2, mega), (3, 1), (4, 1))
    assert prune(session, Retention(size_mb=3), now=NOW) == 0
    assert prune(session, Retention(size_mb=2), now=NOW) == 2
    assert kept() == ["1", "2"]


def test_of_the_same_moment_no_more_go_than_have_to(session, fill, kept):
    fill(*((1, 1) for _ in range(10)))
    assert prune(session, Retention(rows=4), now=NOW) == 6
    assert len(kept()) == 4


def test_many_go_in_several_steps(session, fill, kept):
    fill(*((40, 1) for _ in range(AT_ONCE + 10)), (0, 1))
    assert prune(session, Retention(), now=NOW) == AT_ONCE
    assert prune(session, Retention(), now=NOW) == 10
    assert kept() == ["0"]


def test_everything_may_go(session, fill, kept):
    fill((1, 1), (2, 1))
    assert prune_all(session) == 2
    assert kept() == []


def test_a_file_gives_back_its_room(tmp_path):
    session = SqliteDatabase(tmp_path / "history.db").open()
    migrate(session)
    values = dict.fromkeys(NAMES)
    rows = [
        tuple({**values, "id": invocation_id(), "input": "x" * 50_000}.values()) for _ in range(100)
    ]
    session.insert(insertion("inferences", NAMES, "id"), rows)
    pages = session.query("PRAGMA page_count")[0][0]
    session.execute("DELETE FROM inferences")
    session.tidy()
    assert session.query("PRAGMA page_count")[0][0] < pages / 2
    session.close()


def test_it_happens_in_the_background(open_history, program, invocation, query, eventually):
    history = open_history(Pace(interval=0.01, pruning=0.05))
    recorder = history.recorder(program, InferenceSettings(retention=Retention(rows=3)))
    for _ in range(10):
        recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 10)
    eventually(lambda: query("SELECT count(*) FROM inferences") == [(3,)])
    old = invocation(started_at=time.time() - 40 * DAY, function="old")
    recorder.invocation_finished(old)
    eventually(lambda: history.counts.recorded == 11)
    eventually(lambda: query("SELECT count(*) FROM inferences WHERE function = 'old'") == [(0,)])
    assert history.close(30) == 0
