"""Invocations are written in the background, within bounds, whatever the database does."""

from __future__ import annotations

import logging
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from atoll.history.database import Database
from atoll.history.errors import HistoryError
from atoll.history.postgresql import PostgresqlDatabase
from atoll.history.sqlite import SqliteDatabase
from atoll.history.writer import Pace
from atoll.manifest import InferenceSettings

SLOW = Pace(batch=100_000, interval=3600)
"""Nothing is written before the end."""


class Gate:
    """A database that can be shut: whoever opens it then waits, or fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.open_to_all = threading.Event()
        self.open_to_all.set()
        self.failure: HistoryError | None = None
        self.asked = 0

    @property
    def place(self) -> str:
        return self._database.place

    def open(self):
        self.asked += 1
        self.open_to_all.wait(30)
        if self.failure is not None:
            raise self.failure
        return self._database.open()

    def open_to_read(self):
        return self._database.open_to_read()


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(SqliteDatabase(tmp_path / "history.db"))


def count(query) -> int:
    return query("SELECT count(*) FROM inferences")[0][0] if query("SELECT 1") else 0


def test_what_waits_at_the_end_is_written(open_history, program, invocation, query):
    history = open_history(SLOW)
    recorder = history.recorder(program, InferenceSettings())
    for _ in range(1200):
        recorder.invocation_finished(invocation())
    assert history.counts.recorded == 0
    assert history.close(30) == 0
    assert history.counts.recorded == 1200
    assert query("SELECT count(*) FROM inferences") == [(1200,)]


def test_it_is_written_in_time_without_an_end(open_history, program, invocation, query, eventually):
    recorder = open_history().recorder(program, InferenceSettings())
    for expected in (1, 2):
        recorder.invocation_finished(invocation())
        eventually(lambda wanted=expected: query("SELECT count(*) FROM inferences") == [(wanted,)])


def test_who_reads_can_have_written_what_came_so_far(open_history, program, invocation, query):
    history = open_history(SLOW)
    recorder = history.recorder(program, InferenceSettings())
    assert history.flush(0) is True  # nothing came
    for expected in (3, 6):
        for _ in range(3):
            recorder.invocation_finished(invocation())
        assert history.flush(30) is True
        assert query("SELECT count(*) FROM inferences") == [(expected,)]
    recorder.invocation_finished(invocation())
    assert history.counts.recorded == 6


def test_who_reads_does_not_wait_for_a_database_that_is_of_no_use(
    open_history, program, invocation, gate
):
    gate.failure = HistoryError("HISTORY_UNAVAILABLE", "it is down")
    history = open_history(Pace(interval=0.01, first_pause=3600), gate)
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    assert history.flush(600) is False
    assert history.flush(600) is False


def test_what_comes_too_fast_is_dropped_and_told_once(
    open_history, program, invocation, gate, eventually, caplog
):
    gate.open_to_all.clear()
    history = open_history(Pace(most=10, interval=0.01), gate)
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: gate.asked)
    for _ in range(30):
        recorder.invocation_finished(invocation())
    assert history.counts.dropped == 21
    gate.open_to_all.set()
    eventually(lambda: history.counts.recorded == 10)
    assert history.close(30) == 0
    (told,) = [r for r in caplog.records if "too fast" in r.getMessage()]
    assert told.fields == {"dropped": 21, "since_start": 21}


def test_few_large_ones_are_too_much_as_well(open_history, program, invocation, gate):
    gate.open_to_all.clear()
    history = open_history(Pace(most_bytes=10_000), gate)
    recorder = history.recorder(program, InferenceSettings())
    for size in (20_000, 10, 20_000):
        recorder.invocation_finished(invocation(output="x" * size))
    assert history.counts.dropped == 2  # the first one waits alone
    gate.open_to_all.set()
    assert history.close(30) == 0
    assert history.counts.recorded == 1


def test_large_ones_are_written_before_there_is_no_room(
    open_history, program, invocation, eventually
):
    history = open_history(Pace(batch=100_000, interval=3600, most_bytes=100_000))
    recorder = history.recorder(program, InferenceSettings())
    for expected in range(1, 6):
        recorder.invocation_finished(invocation(output="x" * 60_000))
        eventually(lambda wanted=expected: history.counts.recorded == wanted)
    assert history.counts.dropped == 0


def test_a_database_that_is_away_is_tried_again(
    open_history, program, invocation, gate, eventually, caplog
):
    gate.failure = HistoryError("HISTORY_UNAVAILABLE", "it is away")
    history = open_history(Pace(interval=0.01, first_pause=0.01, longest_pause=0.02), gate)
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: gate.asked > 5)
    recorder.invocation_finished(invocation())
    gate.failure = None
    eventually(lambda: history.counts.recorded == 2)
    assert history.counts.dropped == 0
    said = [r.getMessage() for r in caplog.records if r.name == "atoll.history"]
    assert said == ["Inferences cannot be recorded.", "Inferences are recorded again."]


def test_one_that_does_not_come_back_is_given_up_at_the_end(
    open_history, program, invocation, gate, eventually, caplog
):
    gate.failure = HistoryError("HISTORY_UNAVAILABLE", "it is away")
    history = open_history(Pace(interval=0.01, first_pause=0.01, longest_pause=0.02), gate)
    recorder = history.recorder(program, InferenceSettings())
    for _ in range(3):
        recorder.invocation_finished(invocation())
    assert history.close(0.2) == 3
    assert history.counts.dropped == 3
    assert gate.asked > 1
    (told,) = [r for r in caplog.records if "before the end" in r.getMessage()]
    assert told.fields["lost"] == 3


def test_a_driver_that_hangs_does_not_hold_up_the_end(open_history, program, invocation, gate):
    gate.open_to_all.clear()
    history = open_history(Pace(interval=0.01), gate)
    history.recorder(program, InferenceSettings()).invocation_finished(invocation())
    assert history.close(0.1) == 1
    gate.open_to_all.set()


def test_after_the_end_nothing_is_taken(open_history, program, invocation):
    history = open_history()
    recorder = history.recorder(program, InferenceSettings())
    history.close(30)
    recorder.invocation_finished(invocation())
    assert history.counts.dropped == 1


def test_a_folder_that_cannot_be_written_is_told_once_and_costs_no_memory(
    open_history, program, invocation, tmp_path, eventually, caplog
):
    (tmp_path / "file").write_text("not a folder")
    place = SqliteDatabase(tmp_path / "file" / ".atoll" / "history.db")
    history = open_history(Pace(interval=0.01, longest_pause=3600), place)
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.dropped == 1)
    for _ in range(5):
        recorder.invocation_finished(invocation())
    assert history.counts.dropped == 6  # nothing waits
    assert history.close(1) == 0
    (told,) = [r for r in caplog.records if r.name == "atoll.history"]
    assert told.levelno == logging.WARNING
    assert place.place in told.fields["reason"]
    assert "ATOLL_INFERENCES=off" in told.fields["hint"]


def test_a_folder_that_can_be_written_later_is(
    open_history, program, invocation, gate, eventually, caplog
):
    gate.failure = HistoryError("HISTORY_UNAVAILABLE", "read-only", lasting=True)
    history = open_history(Pace(interval=0.01, longest_pause=0.02), gate)
    history.start()
    recorder = history.recorder(program, InferenceSettings())

    def asked() -> int:
        recorder.invocation_finished(invocation())
        return gate.asked

    eventually(lambda: asked() > 3)
    gate.failure = None
    eventually(lambda: asked() and history.counts.recorded)
    assert history.close(30) == 0
    said = [r.getMessage() for r in caplog.records if r.name == "atoll.history"]
    assert said[:2] == ["Inferences cannot be recorded.", "Inferences are recorded again."]


def test_files_are_for_their_owner_alone_and_for_no_repository(record, invocation, tmp_path):
    database = tmp_path / "app" / ".atoll" / "history.db"
    database.parent.parent.mkdir()
    session = SqliteDatabase(database).open()
    session.execute("CREATE TABLE x (a)")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()}
    session.close()
    assert found.pop(".gitignore")
    assert {"history.db", "history.db-wal"} <= set(found)
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
    subprocess.run(["git", "init", "-q", database.parent.parent], check=True, timeout=30)
    status = ["git", "-C", database.parent.parent, "status", "--porcelain"]
    done = subprocess.run(status, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == ""


def test_a_file_that_was_deleted_is_made_again(
    open_history, program, invocation, tmp_path, eventually
):
    file = tmp_path / "history.db"
    history = open_history(where=SqliteDatabase(file))
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 1)
    for each in tmp_path.glob("history.db*"):
        each.unlink()
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 2)
    history.close(30)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM inferences").fetchone() == (1,)
    connection.close()


def test_a_file_that_is_no_database(open_history, program, invocation, tmp_path, eventually):
    file = tmp_path / "history.db"
    file.write_text("something else entirely, of some length" * 100)
    history = open_history(Pace(interval=0.01, longest_pause=0.05), SqliteDatabase(file))
    history.recorder(program, InferenceSettings()).invocation_finished(invocation())
    eventually(lambda: history.counts.dropped == 1)
    assert file.read_text().startswith("something else entirely")


def test_many_threads_may_record_at_once(open_history, program, invocation, query):
    history = open_history()
    recorder = history.recorder(program, InferenceSettings())

    def run() -> None:
        for _ in range(200):
            recorder.invocation_finished(invocation())

    threads = [threading.Thread(target=run) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert history.close(30) == 0
    assert query("SELECT count(*) FROM inferences") == [(1600,)]


PROGRAM_TEXT = """
    import sys, time
    sys.path.insert(0, {folder!r})
    from conftest import MODEL, PROGRAM, QUICK
    from atoll.history import History
    from atoll.history.postgresql import PostgresqlDatabase
    from atoll.history.sqlite import SqliteDatabase
    from atoll.manifest import InferenceSettings
    from atoll.models import ModelInvocation
    from atoll.models.invocation import invocation_id
    from pathlib import Path

    url, count = sys.argv[1], int(sys.argv[2])
    found = PostgresqlDatabase(lambda: url) if "://" in url else SqliteDatabase(Path(url))
    history = History(found, QUICK)
    recorder = history.recorder(PROGRAM, InferenceSettings())
    print("ready", flush=True)
    for _ in range(count):
        recorder.invocation_finished(ModelInvocation(
            invocation_id(), MODEL, "chat", "", "", '{{"a": 1}}', time.time(), False, "x" * 2000
        ))
        time.sleep(0.0001)
    sys.exit(history.close(60))
"""


def writing(address: str, count: int) -> subprocess.Popen[str]:
    """A process that records so many invocations there."""
    program = textwrap.dedent(PROGRAM_TEXT.format(folder=str(Path(__file__).parent)))
    command = [sys.executable, "-c", program, address, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def address(database: Database) -> str:
    if isinstance(database, PostgresqlDatabase):
        return database._url()
    return database.place


def test_several_processes_write_at_once(address, query):
    processes = [writing(address, 1500) for _ in range(3)]
    for process in processes:
        with process:
            assert process.wait(120) == 0
    assert query("SELECT count(*) FROM inferences") == [(4500,)]
    assert query("SELECT count(*) FROM plugins") == [(1,)]


def test_a_process_that_is_killed_leaves_a_sound_database(
    address, query, eventually, open_history, program, invocation
):
    for _ in range(3):
        with writing(address, 10**6) as process:
            before = count(query)
            eventually(lambda known=before: count(query) > known + 100)
            process.kill()
    if "://" not in address:
        connection = sqlite3.connect(address)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    before = count(query)
    history = open_history()
    history.recorder(program, InferenceSettings()).invocation_finished(invocation())
    assert history.close(30) == 0
    assert count(query) == before + 1


def test_a_database_server_that_goes_away_and_comes_back(
    own_postgresql, open_history, program, invocation, eventually, caplog
):
    server = own_postgresql()
    history = open_history(
        Pace(interval=0.01, first_pause=0.05, longest_pause=0.2),
        PostgresqlDatabase(lambda: server.url),
    )
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 1)
    server.kill()
    for _ in range(50):
        recorder.invocation_finished(invocation())
    eventually(lambda: any("cannot be recorded" in r.getMessage() for r in caplog.records))
    server.start()
    eventually(lambda: history.counts.recorded == 51)
    assert history.close(30) == 0
    assert server.execute("SELECT count(*) FROM inferences") == "51"
    assert server.password not in caplog.text
    assert not any(server.password in str(r.__dict__) for r in caplog.records)


def test_a_password_that_changes_is_taken_over(
    own_postgresql, open_history, program, invocation, eventually
):
    server = own_postgresql()
    url = [server.url.replace(server.password, "wrong")]
    history = open_history(
        Pace(interval=0.01, first_pause=0.05, longest_pause=0.2), PostgresqlDatabase(lambda: url[0])
    )
    history.recorder(program, InferenceSettings()).invocation_finished(invocation())
    time.sleep(0.2)
    assert history.counts.recorded == 0
    url[0] = server.url
    eventually(lambda: history.counts.recorded == 1)


def test_tables_that_vanish_are_made_again(
    postgresql, open_history, program, invocation, eventually
):
    name = postgresql.new_database()
    url = postgresql.url_of(name)
    history = open_history(where=PostgresqlDatabase(lambda: url))
    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 1)
    postgresql.execute("DROP TABLE inferences, plugins, atoll_migrations", database=name)
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 2)
    postgresql.execute("TRUNCATE plugins CASCADE", database=name)  # what inferences refer to
    recorder.invocation_finished(invocation())
    eventually(lambda: history.counts.recorded == 3)
    assert postgresql.execute("SELECT count(plugin_id) FROM inferences", database=name) == "1"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:s3cret@h/d", "MODUS_DB does not begin with postgresql://"),
        ("postgresql://u:s3cret@127.0.0.1:1/d", "PostgreSQL at 127.0.0.1:1"),
        ("postgresql://u:s3cret@h:port/d", "MODUS_DB has a port that is no number"),
    ],
)
def test_addresses_that_are_of_no_use_are_told_without_their_password(url: str, said: str):
    with pytest.raises(HistoryError) as raised:
        PostgresqlDatabase(lambda: url).open()
    assert said in raised.value.message
    assert "s3cret" not in str(vars(raised.value)) + repr(raised.value.__cause__)
