"""Servers that are not there, that go away, or that do not answer; calls that end early."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from contextlib import closing
from urllib.parse import quote

import pytest

from atoll.connections import ConnectionFailed, pool


async def failure(run) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await run
    assert "connection [db]" in caught.value.message
    assert "p4ss" not in caught.value.message + (caught.value.hint or "")
    return caught.value


def closed_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' "
    "AND pid <> pg_backend_pid() AND datname = current_database()"
)


# Connecting


async def test_a_wrong_password_fails_at_once_for_all(postgresql, connect, caplog) -> None:
    caplog.set_level(logging.INFO)
    url = postgresql.url.replace(postgresql.password, "p4ss-wrong")
    wrong = connect(url, max_size=2, wait_seconds=20)
    async with asyncio.timeout(10):
        errors = await asyncio.gather(*(failure(wrong.run("SELECT 1")) for _ in range(20)))
    assert {error.code for error in errors} == {"AUTHENTICATION_FAILED"}
    words = 'password authentication failed for user "atoll"'
    assert errors[0].message.endswith(f"at 127.0.0.1:{postgresql.port}: {words}")
    assert wrong.client.usage() == (0, 0, 0)
    assert caplog.records == []


async def test_an_unknown_user_or_no_password_is_no_authentication(postgresql, connect) -> None:
    for user in ("nobody:p4ss", "atoll"):
        url = f"postgresql://{user}@127.0.0.1:{postgresql.port}/atoll"
        assert (await failure(connect(url).run("SELECT 1"))).code == "AUTHENTICATION_FAILED"


async def test_passwords_of_the_host_are_not_offered(postgresql, connect, monkeypatch) -> None:
    monkeypatch.setenv("PGPASSWORD", postgresql.password)
    url = f"postgresql://atoll@127.0.0.1:{postgresql.port}/atoll"
    assert (await failure(connect(url).run("SELECT 1"))).code == "AUTHENTICATION_FAILED"


async def test_an_unknown_database_is_named(postgresql, connect) -> None:
    error = await failure(connect(postgresql.url_of("nowhere")).run("SELECT 1"))
    assert error.code == "NO_SUCH_DATABASE"
    assert 'database "nowhere" does not exist' in error.message


async def test_a_setting_that_the_server_does_not_know_is_a_bad_address(
    postgresql, connect
) -> None:
    error = await failure(connect(postgresql.url + "&no_such_setting=1").run("SELECT 1"))
    assert error.code == "BAD_ADDRESS"
    assert 'unrecognized configuration parameter "no_such_setting"' in error.message


async def test_a_server_that_is_not_there_is_unreachable(connect) -> None:
    port = closed_port()
    error = await failure(connect(f"postgresql://me:p4ss@127.0.0.1:{port}/db").run("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    assert error.message.startswith(
        f"connection [db] could not connect to PostgreSQL at 127.0.0.1:{port}: Connection refused"
    )


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".invalid"])
async def test_a_host_without_an_address_is_unreachable(connect, host) -> None:
    error = await failure(connect(f"postgresql://me:p4ss@{host}/db").run("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"


async def test_a_host_that_does_not_answer_is_given_up(connect) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        url = f"postgresql://me:p4ss@{address}/db"
        error = await failure(connect(url + "?connect_timeout=2").run("SELECT 1"))
        assert error.code == "TIMEOUT"
        assert error.message.startswith(
            f"connection [db] could not connect to PostgreSQL at {addr}"
            if (addr := address)
            else ""
        )
        error = await failure(connect(url).run("SELECT 1", timeout=0.2))
        assert error.code == "TIMEOUT"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"N", b"R\0\0"])
@pytest.mark.parametrize("mode", ["disable", "prefer", "require"])
async def test_what_is_no_postgresql_is_unreachable(connect, answer, mode) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4)
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://me:p4ss@127.0.0.1:{port}/db?sslmode={mode}"
        error = await failure(connect(url).run("SELECT 1"))
    assert error.code in ("HOST_UNREACHABLE", "TLS_FAILED")


async def test_who_waits_is_told_with_the_first_that_there_is_no_server(connect) -> None:
    attempts = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal attempts
        attempts += 1
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        two = connect(f"postgresql://me:p4ss@127.0.0.1:{port}/db?sslmode=disable", max_size=2)
        errors = await asyncio.gather(*(failure(two.run("SELECT 1")) for _ in range(20)))
    assert {error.code for error in errors} == {"HOST_UNREACHABLE"}
    assert attempts == 2


async def test_tls_is_set_up_and_checked(postgresql, connect) -> None:
    ssl = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    database = postgresql.database
    assert await connect(postgresql.url_of(database, "require")).value(ssl) is True
    checked = postgresql.url_of(database, "verify-full")
    trusting = connect(f"{checked}&sslrootcert={quote(str(postgresql.certificate))}")
    assert await trusting.value(ssl) is True
    # A statement over TLS that is stopped, too.
    await failure(trusting.run("SELECT pg_sleep(30)", timeout=0.2))
    assert await trusting.value("SELECT 1") == 1
    error = await failure(connect(checked).run("SELECT 1"))
    assert error.code == "TLS_FAILED"
    assert "certificate verify failed" in error.message


@pytest.mark.parametrize("encoded", [True, False])
async def test_passwords_with_any_characters(postgresql, connect, encoded) -> None:
    password = "p4ss'\\ @:/?#[]%&=+é\"" if encoded else "p4ss@:#[]%&=+'\\\""
    role = f"special_{encoded}".lower()
    written = password.replace("'", "''")
    postgresql.execute(f"DROP ROLE IF EXISTS {role}")
    postgresql.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{written}'")
    in_url = quote(password, safe="") if encoded else password
    url = f"postgresql://{role}:{in_url}@127.0.0.1:{postgresql.port}/atoll"
    assert await connect(url).value("SELECT current_user") == role


async def test_the_first_of_several_hosts_that_is_right_is_used(postgresql, connect) -> None:
    hosts = f"127.0.0.1:{closed_port()},127.0.0.1:{postgresql.port}"
    url = f"postgresql://atoll:{postgresql.password}@{hosts}/atoll"
    assert await connect(url).value("SELECT 1") == 1
    one = connect(url + "?target_session_attrs=read-write")
    assert await one.value("SELECT 1") == 1
    error = await failure(connect(url + "?target_session_attrs=read-only").run("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    assert "session is not read-only" in error.message


async def test_a_server_without_room_says_so(postgresql, connect) -> None:
    postgresql.execute("DROP ROLE IF EXISTS lonely")
    postgresql.execute("CREATE ROLE lonely LOGIN PASSWORD 'p4ss' CONNECTION LIMIT 1")
    url = f"postgresql://lonely:p4ss@127.0.0.1:{postgresql.port}/atoll"
    one = connect(url)
    await one.run("SELECT 1")
    error = await failure(connect(url).run("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    assert "too many connections" in error.message
    assert '"maxSize"' in (error.hint or "")


# Servers that go away


async def test_a_server_that_was_restarted_is_used_by_the_next_call(
    own_postgresql, connect
) -> None:
    server = await asyncio.to_thread(own_postgresql)
    three = connect(server.url, max_size=3)
    await asyncio.gather(*(three.run("SELECT pg_sleep(0.1)") for _ in range(3)))
    await three.settled()
    await asyncio.to_thread(server.restart)
    assert await asyncio.gather(*(three.value("SELECT 1") for _ in range(6))) == [1] * 6


async def test_a_statement_that_was_only_asked_about_runs_on_another_session(
    own_postgresql, connect, monkeypatch
) -> None:
    server = await asyncio.to_thread(own_postgresql)
    one = connect(server.url, max_size=1)
    await one.run("CREATE TABLE t (a int[])")
    await one.settled()
    # As if it went away between the look at the session and its use: the loop does not turn.
    monkeypatch.setattr("atoll.connections.postgresql.session.Session.usable", lambda self: True)
    server.kill()
    server.start()
    await one.run("INSERT INTO t VALUES ($1)", [1, 2])
    assert await one.value("SELECT count(*) FROM t") == 1


async def test_the_pool_notices_a_server_that_went_away(
    own_postgresql, connect, eventually
) -> None:
    server = await asyncio.to_thread(own_postgresql)
    one = connect(server.url)
    await one.run("SELECT 1")
    await asyncio.to_thread(server.stop)

    async def nothing_open() -> bool:
        return one.client.usage() == (0, 0, 0)

    await eventually(nothing_open)
    assert (await failure(one.run("SELECT 1"))).code == "HOST_UNREACHABLE"
    await asyncio.to_thread(server.start)
    assert await one.value("SELECT 1") == 1


async def test_a_stale_session_is_found_without_a_turn_of_the_loop(own_postgresql, connect) -> None:
    server = await asyncio.to_thread(own_postgresql)
    one = connect(server.url)
    await one.run("SELECT 1")
    server.restart()
    assert await one.value("SELECT 1") == 1


async def test_a_statement_whose_server_is_killed_is_lost(own_postgresql, connect) -> None:
    server = await asyncio.to_thread(own_postgresql)
    one = connect(server.url)
    await one.run("CREATE TABLE t (a int)")
    statement = "INSERT INTO t SELECT 1 FROM pg_sleep(30)"
    running = asyncio.create_task(failure(one.run(statement)))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server.kill)
    error = await running
    assert error.code == "CONNECTION_LOST"
    assert "may have run or not" in (error.hint or "")
    await asyncio.to_thread(server.start)
    assert await one.rows("SELECT * FROM t") == []


async def test_a_statement_that_may_have_run_is_not_sent_again(
    postgresql, fresh, connect, eventually
) -> None:
    await fresh.run("CREATE SEQUENCE s")
    name = await fresh.value("SELECT current_database()")
    one = connect(postgresql.url_of(name), max_size=1)
    running = asyncio.create_task(failure(one.run("SELECT nextval('s'), pg_sleep(30)")))

    async def sleeping() -> bool:
        return await fresh.value(RUNNING) == 1

    await eventually(sleeping)
    await fresh.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE '%nextval%' AND pid <> pg_backend_pid()"
    )
    assert (await running).code == "CONNECTION_LOST"
    assert await fresh.value("SELECT last_value FROM s") == 1


async def test_a_session_that_was_idle_for_long_is_asked_first(
    postgresql, connect, monkeypatch
) -> None:
    monkeypatch.setattr(pool, "PROBE_AFTER", 0)
    one = connect(postgresql.url)
    backend = await one.value("SELECT pg_backend_pid()")
    assert await one.value("SELECT pg_backend_pid()") == backend


async def test_a_session_that_does_not_answer_is_replaced(postgresql, connect, monkeypatch) -> None:
    from atoll.connections.postgresql import session

    monkeypatch.setattr(pool, "PROBE_AFTER", 0)
    monkeypatch.setattr(session, "ANSWER_SECONDS", 0.3)
    one = connect(postgresql.url, max_size=1)
    backend = await one.value("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    try:
        assert await one.value("SELECT pg_backend_pid()") != backend
    finally:
        os.kill(backend, signal.SIGCONT)


# Calls that end early


async def test_a_statement_that_takes_too_long_is_stopped(fresh, eventually) -> None:
    error = await failure(fresh.run("SELECT pg_sleep(30)", timeout=0.3))
    assert error.code == "TIMEOUT"
    assert "did not answer over connection [db] within 0.3 s" in error.message

    async def nothing_runs() -> bool:
        return await fresh.value(RUNNING) == 0

    await eventually(nothing_runs)
    await fresh.settled()
    assert fresh.client.usage().idle >= 1


async def test_a_statement_whose_call_ends_is_stopped(fresh, eventually) -> None:
    await fresh.run("CREATE TABLE t (a int)")
    insert = "INSERT INTO t SELECT 1 FROM pg_sleep(30)"
    running = [asyncio.create_task(fresh.run(insert)) for _ in range(3)]

    async def all_run() -> bool:
        return await fresh.value(RUNNING) == 3

    await eventually(all_run)
    for task in running:
        task.cancel()
    ended = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)

    async def nothing_runs() -> bool:
        return await fresh.value(RUNNING) == 0

    await eventually(nothing_runs)
    await fresh.settled()
    assert await fresh.value("SELECT count(*) FROM t") == 0


async def test_a_session_is_not_used_before_its_statement_was_stopped(postgresql, connect) -> None:
    one = connect(postgresql.url, max_size=1)
    backend = await one.value("SELECT pg_backend_pid()")
    for statement in ("SELECT pg_sleep(30)", "SELECT i FROM generate_series(1, 1000000000) i"):
        await failure(one.run(statement, rows=False, timeout=0.2))
        assert await one.value("SELECT pg_backend_pid()") == backend


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.003, 0.01])
@pytest.mark.parametrize("statement", ["SELECT $1::int", "SELECT ($1::int[])[1]", "{}; SELECT 1"])
async def test_calls_that_end_at_any_moment_leave_the_pool_whole(
    postgresql, connect, seconds, statement
) -> None:
    two = connect(postgresql.url, max_size=2)

    async def run(i: int) -> None:
        try:
            async with asyncio.timeout(seconds * (i % 7)):
                if "$1::int[]" in statement:
                    # Another statement each time, so that its type is asked for.
                    assert await two.value(f"{statement} AS x{i}", [i]) == i
                elif "$1" in statement:
                    assert await two.value(statement, i) == i
                else:
                    await two.run(statement.format(f"SET app.i = {i}"))
        except TimeoutError:
            pass

    await asyncio.gather(*(run(i) for i in range(200)))
    assert await asyncio.gather(*(two.value("SELECT 1") for _ in range(4))) == [1] * 4
    await two.settled()
    assert two.client.usage().size <= 2
    assert two.client.usage().waiting == 0


# Pools


async def test_who_finds_no_free_session_is_told(postgresql, connect) -> None:
    two = connect(postgresql.url, max_size=2, wait_seconds=0.3)
    busy = [asyncio.create_task(two.run("SELECT pg_sleep(1.5)")) for _ in range(2)]
    await asyncio.sleep(0.2)
    waiting = asyncio.create_task(failure(two.run("SELECT 1")))
    await asyncio.sleep(0.1)
    assert two.client.usage() == (2, 0, 1)
    error = await waiting
    assert error.code == "POOL_EXHAUSTED"
    assert error.message == (
        "connection [db] had none of its 2 database connections free within 0.3 s"
    )
    assert '"maxSize"' in (error.hint or "")
    # Also when the statement's own time ends first.
    assert (await failure(two.run("SELECT 1", timeout=0.1))).code == "POOL_EXHAUSTED"
    await asyncio.gather(*busy)
    assert await two.value("SELECT 1") == 1


async def test_who_came_first_is_served_first(fresh, postgresql, connect) -> None:
    await fresh.run("CREATE TABLE t (id serial, a int)")
    one = connect(postgresql.url_of(await fresh.value("SELECT current_database()")), max_size=1)
    running = []
    for i in range(30):
        running.append(asyncio.create_task(one.run("INSERT INTO t (a) VALUES ($1)", i)))
        await asyncio.sleep(0)
    await asyncio.gather(*running)
    found = await fresh.rows("SELECT a FROM t ORDER BY id")
    assert [row["a"] for row in found] == list(range(30))


async def test_unused_sessions_are_closed(postgresql, connect, eventually) -> None:
    some = connect(postgresql.url, max_size=4, min_size=1, idle_seconds=0.3)
    await asyncio.gather(*(some.run("SELECT pg_sleep(0.1)") for _ in range(4)))

    async def one_is_left() -> bool:
        return some.client.usage() == (1, 1, 0)

    await eventually(one_is_left)
    backend = await some.value("SELECT pg_backend_pid()")
    await asyncio.sleep(0.7)
    assert await some.value("SELECT pg_backend_pid()") == backend


async def test_old_sessions_are_replaced(postgresql, connect, eventually) -> None:
    one = connect(postgresql.url, max_size=1, min_size=1, lifetime_seconds=0.3)
    first = await one.value("SELECT pg_backend_pid()")
    await asyncio.sleep(0.4)

    async def another() -> bool:
        return await one.value("SELECT pg_backend_pid()") != first

    await eventually(another)


async def test_min_size_sessions_are_opened_once_one_is_used(
    postgresql, connect, eventually
) -> None:
    some = connect(postgresql.url, min_size=3)
    await some.run("SELECT 1")

    async def three() -> bool:
        return some.client.usage() == (3, 3, 0)

    await eventually(three)


async def test_closing_ends_what_runs_and_what_waits(
    postgresql, connect, fresh, eventually
) -> None:
    name = await fresh.value("SELECT current_database()")
    one = connect(postgresql.url_of(name), max_size=1)
    running = asyncio.create_task(failure(one.run("SELECT pg_sleep(30)")))

    async def sleeping() -> bool:
        return await fresh.value(RUNNING) == 1

    await eventually(sleeping)
    waiting = asyncio.create_task(failure(one.run("SELECT 1")))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await one.client.close()
        assert (await running).code == "CONNECTION_LOST"
        assert (await waiting).code == "CONNECTION_LOST"
    assert one.client.usage() == (0, 0, 0)

    async def nothing_runs() -> bool:
        return await fresh.value(RUNNING) == 0

    await eventually(nothing_runs)
    assert (await failure(one.run("SELECT 1"))).code == "CONNECTION_LOST"


async def test_closing_twice_and_while_a_session_is_opened(postgresql, connect) -> None:
    one = connect(postgresql.url)
    running = asyncio.create_task(failure(one.run("SELECT 1")))
    await asyncio.sleep(0)
    await one.client.close()
    await one.client.close()
    assert (await running).code == "CONNECTION_LOST"
