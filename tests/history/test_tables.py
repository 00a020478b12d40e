"""The tables are made once, by whoever comes first, also in a database that Modus used."""

from __future__ import annotations

import threading

import pytest

from atoll.history.database import Database
from atoll.history.postgresql import PostgresqlDatabase
from atoll.history.reading import Wanted, find_inference, find_inferences
from atoll.history.tables import INFERENCES, MIGRATIONS, NAMES, PLUGINS, migrate

# As a database of the original has them (reference section 4.4), with what it requires.
OF_MODUS = """
CREATE TABLE plugins (
    id uuid PRIMARY KEY, name text NOT NULL, version text, language text NOT NULL,
    sdk_version text NOT NULL, build_id text NOT NULL UNIQUE, build_time timestamptz(3) NOT NULL,
    git_repo text, git_commit text
);
CREATE TABLE inferences (
    id uuid PRIMARY KEY, model_hash text NOT NULL, input jsonb NOT NULL, output jsonb NOT NULL,
    started_at timestamptz(3) NOT NULL, duration_ms int NOT NULL,
    plugin_id uuid REFERENCES plugins(id), function text NOT NULL
);
INSERT INTO plugins VALUES ('0199f3c2-0000-7000-8000-000000000001', 'old', '1.0', 'go', '0.17.0',
    'b1', '2025-01-01T00:00:00Z', NULL, NULL);
INSERT INTO inferences VALUES ('0199f3c2-0000-7000-8000-000000000002', 'hash', '{"a": 1}',
    '{"b": 2}', '2025-09-01T12:00:00.123Z', 42, '0199f3c2-0000-7000-8000-000000000001', 'ask');
"""


def version(session) -> int:
    return session.query("SELECT version FROM atoll_migrations WHERE part = 'history'")[0][0]


def test_they_have_all_columns(session):
    assert set(session.columns("inferences")) == set(NAMES)
    assert set(session.columns("plugins")) == {column.name for column in PLUGINS}
    assert version(session) == len(MIGRATIONS)


def test_twice_changes_nothing(session):
    migrate(session)
    assert version(session) == len(MIGRATIONS)


def test_many_at_once_wait_for_each_other(database: Database):
    failures: list[BaseException] = []

    def run() -> None:
        try:
            session = database.open()
            migrate(session)
            session.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


def test_tables_of_a_later_version_stay_as_they_are(session, record, invocation, query):
    session.execute("ALTER TABLE inferences ADD COLUMN mood text")
    session.execute("UPDATE atoll_migrations SET version = 99")
    record(invocation())
    assert version(session) == 99
    assert query("SELECT mood FROM inferences") == [(None,)]


def test_a_migration_that_fails_leaves_nothing(database: Database, monkeypatch):
    def broken(session) -> None:
        MIGRATIONS[0](session)
        raise RuntimeError

    monkeypatch.setattr("atoll.history.tables.MIGRATIONS", (broken,))
    session = database.open()
    with pytest.raises(RuntimeError):
        migrate(session)
    assert not session.columns("inferences")
    assert not session.columns("atoll_migrations")
    session.close()


def test_a_database_of_modus_is_taken_over(postgresql, open_history, program, invocation):
    name = postgresql.new_database()
    postgresql.execute(OF_MODUS, database=name)
    database = PostgresqlDatabase(lambda: postgresql.url_of(name))
    reading = database.open_to_read()
    assert [one["function"] for one in find_inferences(reading, Wanted())] == ["ask"]
    assert find_inferences(reading, Wanted(model="chat")) == []
    assert find_inferences(reading, Wanted(failed=True)) == []
    old = find_inference(reading, "0199f3c2-0000-7000-8000-000000000002")
    assert old["input"] == {"a": 1}
    assert old["plugin"]["language"] == "go"
    reading.close()

    history = open_history(where=database)
    from atoll.manifest import InferenceSettings

    recorder = history.recorder(program, InferenceSettings())
    recorder.invocation_finished(invocation(function="new"))
    recorder.invocation_finished(invocation(function="", output=None, failure="TIMEOUT"))
    assert history.close(30) == 0
    assert history.counts.recorded == 2
    old_query = (
        "SELECT function, output->>'b', duration_ms, p.name FROM inferences i"
        " JOIN plugins p ON p.id = i.plugin_id ORDER BY started_at, function NULLS LAST"
    )
    # The build is known by its id, so that the row of Modus is used.
    assert postgresql.execute(old_query, database=name).splitlines() == [
        "ask|2|42|old",
        "new||250|old",
        "||250|old",
    ]
    types = (
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'inferences'"
        " AND column_name IN ('id', 'input', 'started_at') ORDER BY column_name"
    )
    assert postgresql.execute(types, database=name).splitlines() == [
        *("uuid", "jsonb", "timestamp with time zone"),
    ]


def test_what_modus_asks_of_them_works(record, invocation, postgresql):
    assert [column.name for column in INFERENCES[:8]] == [
        *("id", "model_hash", "input", "output", "started_at", "duration_ms"),
        *("plugin_id", "function"),
    ]


def test_a_user_who_may_only_write_rows_can_record(
    postgresql, open_history, program, invocation, eventually
):
    name = postgresql.new_database()
    owner = PostgresqlDatabase(lambda: postgresql.url_of(name)).open()
    migrate(owner)
    owner.close()
    postgresql.execute(
        f"CREATE ROLE writer_{name} LOGIN PASSWORD 'w';"
        f"GRANT SELECT, INSERT, DELETE ON inferences, plugins, atoll_migrations TO writer_{name}",
        database=name,
    )
    where = f"writer_{name}:w@{postgresql.host}:{postgresql.port}/{name}?sslmode=disable"
    from atoll.manifest import InferenceSettings

    history = open_history(where=PostgresqlDatabase(lambda: f"postgresql://{where}"))
    history.recorder(program, InferenceSettings()).invocation_finished(invocation())
    assert history.close(30) == 0
    assert history.counts.recorded == 1
