from __future__ import annotations

import asyncio
import json
import resource

import pytest

from atoll.connections import ConnectionFailed

SECRET = "p4ss-word"


async def failure(run) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await run
    assert "connection [db]" in caught.value.message
    assert SECRET not in caught.value.message + (caught.value.hint or "")
    return caught.value


async def test_a_statement_is_committed(fresh, postgresql) -> None:
    await fresh.run("CREATE TABLE t (a int)")
    result = await fresh.run("INSERT INTO t VALUES ($1) RETURNING a * 2 AS b", 21)
    assert result == (b'[{"b":42}]', 1, 0)
    name = await fresh.value("SELECT current_database()")
    assert postgresql.execute("SELECT a FROM t", database=name) == "21"


async def test_a_statement_that_fails_leaves_nothing(fresh) -> None:
    await fresh.run("CREATE TABLE t (a int CHECK (a < 3))")
    error = await failure(fresh.run("INSERT INTO t SELECT generate_series(1, 5)"))
    assert error.code == "STATEMENT_FAILED"
    assert error.details == {"sqlState": "23514", "table": "t", "constraint": "t_a_check"}
    assert await fresh.rows("SELECT * FROM t") == []


async def test_several_statements_are_one_transaction(fresh) -> None:
    await fresh.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    await failure(fresh.run("INSERT INTO t VALUES (2); SELECT 1 / 0; INSERT INTO t VALUES (3)"))
    assert await fresh.rows("SELECT a FROM t") == [{"a": 1}]


async def test_a_transaction_that_a_statement_begins_ends_with_its_call(fresh) -> None:
    await fresh.run("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    await fresh.run("BEGIN; INSERT INTO t VALUES (1)")
    assert await fresh.value("SELECT count(*) FROM t") == 1
    error = await failure(fresh.run("BEGIN; INSERT INTO t VALUES (2), (2)"))
    assert error.details == {"sqlState": "23505", "table": "t", "constraint": "t_a_key"}
    assert error.message.endswith('"t_a_key" (Key (a)=(2) already exists)')
    await failure(fresh.run("BEGIN; INSERT INTO t VALUES (2); SELECT 1 / 0"))
    assert await fresh.value("SELECT count(*) FROM t") == 1
    await fresh.run("BEGIN")
    await fresh.run("INSERT INTO t VALUES (3)")
    await fresh.run("ROLLBACK")
    assert await fresh.value("SELECT count(*) FROM t") == 2


async def test_statements_that_no_transaction_may_hold_run_too(fresh) -> None:
    await fresh.run("CREATE TABLE t (a int)")
    await fresh.run("CREATE INDEX CONCURRENTLY i ON t (a)")
    await fresh.run("VACUUM t")


@pytest.mark.parametrize(
    ("statement", "question", "answer"),
    [
        ("SET search_path = pg_catalog", "SHOW search_path", '"$user", public'),
        ("SELECT set_config('app.user', 'eve', false)",
         "SELECT coalesce(current_setting('app.user', true), '')", ""),
        ("SET TimeZone = 'Asia/Kolkata'", "SHOW TimeZone", "UTC"),
        ("SET ROLE pg_monitor", "SELECT current_user", "atoll"),
        ("CREATE TEMP TABLE mine (a int)", "SELECT to_regclass('mine')", None),
        ("SELECT 1 INTO TEMP mine", "SELECT to_regclass('mine')", None),
        ("SELECT pg_advisory_lock(7)",
         "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
         "(SELECT oid FROM pg_database WHERE datname = current_database())", 0),
        ("LISTEN news", "SELECT count(*) FROM pg_listening_channels()", 0),
        ("PREPARE mine AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements", 0),
        ("DECLARE mine CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) FROM pg_cursors", 0),
        ("DO $$ BEGIN PERFORM set_config('app.user', 'eve', false); END $$",
         "SELECT coalesce(current_setting('app.user', true), '')", ""),
        ("BEGIN; SET LOCAL search_path = pg_catalog; SELECT 1 / 0", "SHOW search_path",
         '"$user", public'),
        ("SELECT pg_notify('news', ''), set_config('a.b', 'c', false); SELECT 1 / 0",
         "SELECT coalesce(current_setting('a.b', true), '')", ""),
    ],
)  # fmt: skip
async def test_what_a_statement_leaves_in_the_session_does_not_reach_the_next(
    fresh, postgresql, connect, statement, question, answer
) -> None:
    name = await fresh.value("SELECT current_database()")
    one = connect(postgresql.url_of(name), max_size=1)
    backend = await one.value("SELECT pg_backend_pid()")
    try:
        await one.run(statement)
    except ConnectionFailed as error:
        assert error.details == {"sqlState": "22012"}  # noqa: PT017 - of those that divide by 0
    assert await one.value(question) == answer
    assert await one.value("SELECT pg_backend_pid()") == backend


async def test_plain_statements_take_one_message_each(connect, postgresql, monkeypatch) -> None:
    from atoll.connections.postgresql.session import Session

    sent = []
    send = Session.send
    monkeypatch.setattr(Session, "send", lambda *given: sent.append(given[1]) or send(*given))
    monkeypatch.setattr(Session, "clear", lambda *_: pytest.fail("a session was cleared"))
    one = connect(postgresql.url, max_size=1)
    for _ in range(5):
        await one.run("SELECT count(*) FROM pg_class WHERE relname = $1", "x")
    assert sent == [b"SELECT count(*) FROM pg_class WHERE relname = $1"] * 5


@pytest.mark.parametrize(
    ("statement", "parameters", "code", "words", "state"),
    [
        ("SELECT nope", (), "STATEMENT_FAILED", 'column "nope" does not exist', "42703"),
        ("SELEC", (), "STATEMENT_FAILED", 'syntax error at or near "SELEC"', "42601"),
        ("SELECT * FROM nope", (), "STATEMENT_FAILED", 'relation "nope" does not exist', "42P01"),
        ("SELECT $1::int", ("x",), "STATEMENT_FAILED", "invalid input syntax", "22P02"),
        ("SELECT $1::int[]", (["x"],), "STATEMENT_FAILED", "invalid input syntax", "22P02"),
        ("SELECT $1::int[], nope", ([],), "STATEMENT_FAILED", '"nope" does not exist', "42703"),
        ("SELECT 1; SELECT 2", (), None, "", ""),
        ("SELECT $1::int; SELECT 2", (1,), "STATEMENT_FAILED", "cannot insert multiple", "42601"),
        ("SELECT $1::int", (1, 2), "INVALID_PARAMETERS", "needs 1 parameters, not 2", None),
        ("SELECT $1::int, $2::int", (1,), "INVALID_PARAMETERS", "needs 2 parameters, not 1", None),
        ("SELECT $1::int, $2::int", ([],), "INVALID_PARAMETERS", "needs 2 parameters", None),
        ("SELECT $1::int", (), "INVALID_PARAMETERS", "there is no parameter $1", None),
        ("SELECT 1", (1,), "INVALID_PARAMETERS", "needs 0 parameters, not 1", None),
        ("SELECT $1::text", ("\0",), "INVALID_PARAMETERS", "the character NUL", None),
        ("SELECT $1::text", ("\ud800",), "INVALID_PARAMETERS", "half of a surrogate pair", None),
        ("SELECT '\0'", (), "STATEMENT_FAILED", "the character NUL", None),
        ("SELECT '\ud800'", (), "STATEMENT_FAILED", "half of a surrogate pair", None),
        ("COPY pg_class TO STDOUT", (), "STATEMENT_FAILED", "COPY from or to the client", None),
        ("SELECT 1; COPY pg_class FROM STDIN", (), "STATEMENT_FAILED", "COPY from or to", None),
        ("SET statement_timeout = 50; SELECT pg_sleep(9)", (), "TIMEOUT", "canceling", "57014"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", (), "CONNECTION_LOST", "closed", None),
    ],
)  # fmt: skip
async def test_errors_say_what_is_wrong(
    database, statement, parameters, code, words, state
) -> None:
    if code is not None:
        error = await failure(database.run(statement, *parameters))
        assert error.code == code
        assert words in error.message
        assert (error.details or {}).get("sqlState") == state
    # And the next statement knows nothing of it.
    assert await database.value("SELECT $1::int", 1) == 1


async def test_types_of_parameters_that_changed_are_asked_for_again(fresh) -> None:
    await fresh.run("CREATE TABLE t (a int[])")
    statement = "INSERT INTO t VALUES ($1)"
    await fresh.run(statement, [1])
    await fresh.run("ALTER TABLE t ALTER a TYPE jsonb USING to_jsonb(a)")
    await failure(fresh.run(statement, [2]))
    await fresh.run(statement, [2])
    assert await fresh.rows("SELECT * FROM t") == [{"a": [1]}, {"a": [2]}]


async def test_a_result_up_to_the_limit_is_read_and_a_larger_one_is_not(
    connect, postgresql
) -> None:
    empty = len(b'[{"x":""}]')
    few = connect(postgresql.url, max_bytes=10_000)
    assert len(await few.value("SELECT repeat('x', $1) AS x", 10_000 - empty)) == 9990
    error = await failure(few.run("SELECT repeat('x', $1) AS x", 10_001 - empty))
    assert error.code == "RESULT_TOO_LARGE"
    assert error.message == "the result over connection [db] is larger than 10000 bytes"
    assert '"payloadMb"' in (error.hint or "")
    assert await few.value("SELECT 1") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT generate_series(1, 100000) AS i, repeat('x', 100000) AS x",
        "SELECT generate_series(1, 100) AS i, repeat('x', 100000000) AS x",
        "SELECT generate_series(1, 1000000000) AS i, 1 AS j",
        "SELECT generate_series(1, 1000000000) AS i, array['sad'::mood, 'sad'] AS moods",
    ],
)
async def test_a_result_of_gigabytes_takes_up_little_memory(
    fresh, postgresql, connect, eventually, statement
) -> None:
    await fresh.run("CREATE TYPE mood AS ENUM ('sad')")
    name = await fresh.value("SELECT current_database()")
    one = connect(postgresql.url_of(name), max_size=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = await failure(one.run(statement, timeout=60))
    assert error.code == "RESULT_TOO_LARGE"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 << 10
    assert await one.value("SELECT 1") == 1

    async def nothing_else_runs() -> bool:
        active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = $1"
        return await one.value(active, name) == 1

    await eventually(nothing_else_runs)


async def test_rows_that_nobody_wants_are_not_kept(connect, postgresql) -> None:
    few = connect(postgresql.url, max_bytes=100)
    result = await few.run("SELECT i FROM generate_series(1, 100000) i", rows=False)
    assert result == (None, 100000, 0)


async def test_a_large_statement_and_large_parameters_arrive(connect, postgresql) -> None:
    large = connect(postgresql.url, max_bytes=1 << 26)
    text = "é" * (8 << 20)
    assert await large.value("SELECT length($1)", text) == 8 << 20
    assert await large.value(f"SELECT length('{text}')") == 8 << 20
    assert await large.value("SELECT $1", text) == text


async def test_a_large_result_leaves_others_their_turn(connect, postgresql) -> None:
    one = connect(postgresql.url, max_bytes=1 << 26)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count())
    await one.run("SELECT i, i FROM generate_series(1, 20000) i")
    counting.cancel()
    assert turns > 100


async def test_a_thousand_calls_share_a_pool_of_twenty(fresh, postgresql, connect) -> None:
    name = await fresh.value("SELECT current_database()")
    await fresh.run("CREATE TABLE t (a int PRIMARY KEY, backend int)")
    twenty = connect(postgresql.url_of(name), max_size=20)
    insert = "INSERT INTO t VALUES ($1, pg_backend_pid()) RETURNING a"
    results = await asyncio.gather(*(twenty.run(insert, i) for i in range(1000)))
    assert [json.loads(result.json)[0]["a"] for result in results] == list(range(1000))
    found = await fresh.rows("SELECT count(*) AS all, count(DISTINCT backend) AS backends FROM t")
    assert found == [{"all": 1000, "backends": 20}]
    await twenty.settled()
    assert twenty.client.usage() == (20, 20, 0)


async def test_a_client_that_was_never_used_has_nothing_open(connect) -> None:
    unused = connect("postgresql://nobody:s3cret@127.0.0.1:1/none")
    assert unused.client.usage() == (0, 0, 0)


async def test_importing_the_client_does_not_import_the_driver(tmp_path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from atoll.connections.postgresql import PostgresqlClient;"
        "from atoll.manifest.traffic import PoolSettings;"
        "PostgresqlClient('db', 'postgresql://h/d', PoolSettings(), max_bytes=1);"
        "sys.exit('psycopg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
