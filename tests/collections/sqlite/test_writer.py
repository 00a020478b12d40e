"""Writes that wait for each other become one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from atoll.collections.sqlite import writer as module
from atoll.collections.sqlite.writer import Writer
from atoll.store.sqlite import open_to_write, prepare_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "f.db"
    prepare_file(found)
    return found


@pytest.fixture
def connection(file: Path):
    with closing(open_to_write(file, synchronous="FULL", shared=True)) as found:
        found.execute("CREATE TABLE t (value)")
        found.execute("PRAGMA busy_timeout = 0")
        yield found


@pytest.fixture
def writer(connection: sqlite3.Connection) -> Writer:
    return Writer(connection)


def insert(value: Any) -> Callable[[sqlite3.Connection], Any]:
    def job(connection: sqlite3.Connection) -> Any:
        connection.execute("INSERT INTO t VALUES (?)", (value,))
        return value

    return job


def values(file: Path) -> list[Any]:
    """That others see."""
    with closing(sqlite3.connect(file)) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM t ORDER BY value")]


def while_held(writer: Writer, jobs: list[Callable[[sqlite3.Connection], Any]]) -> list[Any]:
    """Have jobs come while another one is being written. Gives what each returned or raised."""
    entered, go = threading.Event(), threading.Event()
    results: list[Any] = [None] * len(jobs)

    def hold(connection: sqlite3.Connection) -> None:
        entered.set()
        go.wait(30)

    def run(at: int) -> None:
        try:
            results[at] = writer.write(jobs[at])
        except BaseException as error:
            results[at] = error

    threads = [threading.Thread(target=writer.write, args=(hold,))]
    threads[0].start()
    assert entered.wait(30)
    for at in range(len(jobs)):
        threads.append(threading.Thread(target=run, args=(at,)))
        threads[-1].start()
        while len(writer._queue) <= at:
            pass
    go.set()
    for each in threads:
        each.join()
    return results


def test_those_that_wait_are_one_transaction(writer, connection, file):
    commits = []
    connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    assert while_held(writer, [insert(number) for number in range(20)]) == list(range(20))
    assert len(commits) == 2
    assert values(file) == list(range(20))


def test_very_many_are_several(writer, connection, file):
    jobs = [insert(number) for number in range(150)]
    assert while_held(writer, jobs) == list(range(150))
    assert values(file) == list(range(150))


def test_one_that_fails_takes_back_what_it_did_alone(writer, file):
    def fail(connection: sqlite3.Connection) -> None:
        insert("bad")(connection)
        raise ValueError("no")

    one, failed, two = while_held(writer, [insert(1), fail, insert(2)])
    assert (one, two) == (1, 2)
    assert isinstance(failed, ValueError)
    assert values(file) == [1, 2]
    with pytest.raises(ValueError, match="no"):
        writer.write(fail)
    assert values(file) == [1, 2]


def test_one_that_the_database_refuses_does_so_alone(writer, file):
    def wrong(connection: sqlite3.Connection) -> None:
        insert("bad")(connection)
        connection.execute("INSERT INTO nothing VALUES (1)")

    one, failed, two = while_held(writer, [insert(1), wrong, insert(2)])
    assert (one, two) == (1, 2)
    assert isinstance(failed, sqlite3.OperationalError)
    assert values(file) == [1, 2]


def test_a_thread_that_is_to_end_leaves_the_others_their_work(writer, file):
    """It is interrupted in the middle of what it does for all."""

    class End(BaseException):
        pass

    interruptions = [End()]

    def job(connection: sqlite3.Connection) -> str:
        insert("interrupted")(connection)
        if interruptions:
            raise interruptions.pop()
        return "done"

    jobs = [insert(1), job, insert(2), insert(3)]
    found = while_held(writer, jobs)
    (ended,) = [at for at, each in enumerate(found) if isinstance(each, End)]
    expected = [1, "done", 2, 3]
    stored = [1, "interrupted", 2, 3]
    del expected[ended], stored[ended], found[ended]
    assert found == expected
    assert sorted(map(str, values(file))) == sorted(map(str, stored))


def test_another_process_that_writes_is_waited_for(writer, file):
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, lambda: other.execute("COMMIT"))
        timer.start()
        assert writer.write(insert(1)) == 1
        timer.join()


def test_but_not_for_ever(writer, file, monkeypatch):
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.write(insert(1))
        other.execute("COMMIT")
    assert writer.write(insert(2)) == 2
    assert values(file) == [2]
