"""What goes wrong is told by its name, costs no session of others, and never the password."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest

from atoll.connections import ConnectionFailed

SLEEP = "SELECT SLEEP(60)"


async def failure(run: Any, secret: str = "p4ss-word") -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await run
    assert "connection [db]" in caught.value.message
    assert secret not in caught.value.message + (caught.value.hint or "")
    return caught.value


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server of the test's own on a free port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    tasks: list[asyncio.Task[None]] = []
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@pytest.mark.parametrize(
    "password", ["a@b:c/d?e#f%20%zz&=+ \\'\"é", "@", "::", "/", "100%", "[x]", "\U0001f600"]
)
async def test_passwords_may_have_any_character(connect: Any, mariadb: Any, password: str) -> None:
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    user = f"u{abs(hash(password)) % 10**9}"
    mariadb.execute(
        f"CREATE OR REPLACE USER {user}@'%' IDENTIFIED BY '{escaped}';"
        f"GRANT ALL ON *.* TO {user}@'%'"
    )
    url = f"mysql://{user}:{quote(password, safe='')}@127.0.0.1:{mariadb.port}/atoll"
    assert await connect(url).value("SELECT 1") == 1
    wrong = f"mysql://{user}:{quote(password + 'x', safe='')}@127.0.0.1:{mariadb.port}/atoll"
    error = await failure(connect(wrong).query("SELECT 1"), "IMPOSSIBLE")
    assert error.code == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize("password", ["p@ss:w/rd?x", "a#b@c"])
async def test_passwords_need_no_encoding(connect: Any, mariadb: Any, password: str) -> None:
    mariadb.execute(f"CREATE OR REPLACE USER raw@'%' IDENTIFIED BY '{password}'")
    url = f"mysql://raw:{password}@127.0.0.1:{mariadb.port}"
    assert await connect(url).value("SELECT 1") == 1


async def test_wrong_credentials_are_told(connect: Any, mariadb: Any) -> None:
    where = f"127.0.0.1:{mariadb.port}"
    for user in (mariadb.user, "nobody"):
        database = connect(f"mysql://{user}:wr0ng@{where}/atoll")
        error = await failure(database.query("SELECT 1"), "wr0ng")
        assert error.code == "AUTHENTICATION_FAILED"
        assert where in error.message


async def test_a_user_without_name_and_password_is_not_the_host_s(
    connect: Any, mariadb: Any
) -> None:
    error = await failure(connect(f"mysql://127.0.0.1:{mariadb.port}/atoll").query("SELECT 1"))
    assert error.code == "AUTHENTICATION_FAILED"
    assert "user ''" in error.message


async def test_an_unknown_database_is_told(connect: Any, mariadb: Any) -> None:
    error = await failure(connect(mariadb.url_of("missing")).query("SELECT 1"))
    assert error.code == "NO_SUCH_DATABASE"
    assert "missing" in error.message


async def test_a_refused_connection_is_told(connect: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = await failure(connect(f"mysql://u:p4ss-word@127.0.0.1:{port}/d").query("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    assert f"127.0.0.1:{port}" in error.message
    assert "refused" in error.message


async def test_an_unknown_host_is_told(connect: Any) -> None:
    error = await failure(connect("mysql://u:p4ss-word@nowhere.invalid/d").query("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    assert "nowhere.invalid:3306" in error.message


async def test_a_bad_address_is_told_when_it_is_used(connect: Any) -> None:
    error = await failure(connect("mysql://u:p4ss-word@h:x/d").query("SELECT 1"))
    assert error.code == "BAD_ADDRESS"


@pytest.mark.parametrize("query", ["", "?timeout=50ms"])
async def test_a_silent_host_is_told(connect: Any, query: str) -> None:
    async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(silence) as port:
        database = connect(f"mysql://u:p4ss-word@127.0.0.1:{port}/d{query}")
        error = await failure(database.query("SELECT 1", timeout=0.3))
        assert error.code == "TIMEOUT"
        await database.client.close()


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 50, b"\5\0\0\0\nabc\0"]
)
async def test_what_is_no_database_is_told(connect: Any, answer: bytes) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with listening(speak) as port:
        database = connect(f"mysql://u:p4ss-word@127.0.0.1:{port}/d")
        error = await failure(database.query("SELECT 1", timeout=5))
        assert error.code == "HOST_UNREACHABLE"


async def test_tls_is_used_where_there_is_some(
    connect: Any, mariadb: Any, monkeypatch: Any
) -> None:
    cipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'"
    for query, encrypted in (("", True), ("?tls=skip-verify", True), ("?tls=false", False)):
        [row] = await connect(mariadb.url + query).rows(cipher)
        assert bool(row["Value"]) == encrypted
    error = await failure(connect(mariadb.url + "?tls=true").query("SELECT 1"))
    assert error.code == "TLS_FAILED"
    assert "certificate" in error.message
    trusting = f"{mariadb.url}?tls=true&ssl-ca={quote(str(mariadb.certificate))}"
    assert (await connect(trusting).rows(cipher))[0]["Value"]
    error = await failure(connect(mariadb.url + "?tls=true&ssl-ca=/none").query("SELECT 1"))
    assert error.code == "TLS_FAILED"


def packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


LONG_PASSWORD_ETC = 0x000FF7DF & ~0x0800
"""What servers can do, without TLS."""


def greeting(plugin: bytes = b"mysql_native_password") -> bytes:
    capabilities = struct.pack("<I", LONG_PASSWORD_ETC)
    body = b"\x0a8.0.99\0" + struct.pack("<I", 7) + b"a" * 8 + b"\0" + capabilities[:2]
    body += b"\x2d" + struct.pack("<H", 2) + capabilities[2:] + b"\x15" + bytes(10)
    return packet(0, body + b"b" * 12 + b"\0" + plugin + b"\0")


OK = b"\0\0\0\2\0\0\0"


async def read_packet(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    return await reader.readexactly(int.from_bytes(head[:3], "little"))


@pytest.mark.parametrize("tls", ["true", "skip-verify"])
async def test_a_server_without_tls_is_refused_where_it_must_have_some(
    connect: Any, tls: str
) -> None:
    received = bytearray()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting())
        received.extend(await reader.read())

    async with listening(greet) as port:
        database = connect(f"mysql://u:p4ss-word@127.0.0.1:{port}/d?tls={tls}")
        error = await failure(database.query("SELECT 1", timeout=5))
        assert error.code == "TLS_FAILED"
        await database.client.close()
    assert not received


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog", b"mysql_old_password"])
async def test_no_server_gets_the_password_itself(connect: Any, plugin: bytes) -> None:
    received = bytearray()

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting())
        received.extend(await read_packet(reader))
        writer.write(packet(2, b"\xfe" + plugin + b"\0" + b"\4Password: \0"))
        received.extend(await reader.read())

    async with listening(ask) as port:
        url = f"mysql://u:p4ss-word@127.0.0.1:{port}/d"
        error = await failure(connect(url).query("SELECT 1", timeout=5))
        assert error.code == "AUTHENTICATION_FAILED"
        assert plugin.decode() in error.message
        assert b"p4ss" not in received
        if plugin == b"mysql_clear_password":
            database = connect(url + "?allowCleartextPasswords=true", name="other")
            with pytest.raises(ConnectionFailed):
                await database.query("SELECT 1", timeout=0.5)

            async def has_it() -> bool:
                return b"p4ss-word" in received

            await until(has_it)


async def test_no_server_gets_a_file_of_the_host(connect: Any, tmp_path: Any) -> None:
    file = tmp_path / "file"
    file.write_text("CONTENT")
    received = bytearray()

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting())
        await read_packet(reader)
        writer.write(packet(2, OK))
        while True:
            asked = await read_packet(reader)
            received.extend(asked)
            if asked.startswith(b"\3SET"):
                writer.write(packet(1, OK))
            else:
                # It asks for the file, whatever the statement was.
                writer.write(packet(1, b"\xfb" + str(file).encode()))

    async with listening(ask) as port:
        database = connect(f"mysql://u:p4ss-word@127.0.0.1:{port}/d")
        error = await failure(database.query("SELECT 1", timeout=5))
        assert "file" in error.message
        assert b"CONTENT" not in received
        await database.client.close()


async def test_a_statement_that_takes_too_long_is_stopped(
    connect: Any, mariadb: Any, processes: Any
) -> None:
    database = connect(mariadb.url, max_size=1)
    await database.query("SELECT 1")
    error = await failure(database.query(SLEEP + " AS late", timeout=0.3))
    assert error.code == "TIMEOUT"
    assert "0.3 s" in error.message
    assert await database.value("SELECT 2") == 2

    async def is_stopped() -> bool:
        return not await processes("AS late")

    await until(is_stopped)


async def test_the_address_may_limit_the_time(connect: Any, mariadb: Any) -> None:
    error = await failure(connect(mariadb.url + "?readTimeout=200ms").query(SLEEP))
    assert error.code == "TIMEOUT"


async def test_a_statement_of_a_call_that_ends_is_stopped(
    connect: Any, mariadb: Any, processes: Any
) -> None:
    database = connect(mariadb.url, max_size=1)
    task = asyncio.create_task(database.query(SLEEP + " AS left_alone"))

    async def is_running() -> bool:
        return bool(await processes("AS left_alone"))

    async def is_stopped() -> bool:
        return not await is_running()

    await until(is_running)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await database.value("SELECT 3") == 3
    await until(is_stopped)


async def test_calls_that_end_at_any_moment_leave_sessions_in_order(
    connect: Any, mariadb: Any
) -> None:
    database = connect(mariadb.url, max_size=3)

    async def call(number: int) -> None:
        task = asyncio.create_task(database.value("SELECT ? FROM seq_1_to_3 LIMIT 1", number))
        await asyncio.sleep(number % 23 / 5000)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            assert await task == number

    await asyncio.gather(*(call(number) for number in range(300)))
    numbers = range(1000, 1050)
    found = await asyncio.gather(*(database.value("SELECT ?", number) for number in numbers))
    assert found == list(numbers)
    assert database.client.usage().waiting == 0
    assert database.client.usage().size <= 3


async def test_a_pool_that_is_in_use_is_told(connect: Any, mariadb: Any) -> None:
    database = connect(mariadb.url, max_size=1, wait_seconds=0.2)
    busy = asyncio.create_task(database.query("SELECT SLEEP(1)"))
    await asyncio.sleep(0.1)
    error = await failure(database.query("SELECT 1"))
    assert error.code == "POOL_EXHAUSTED"
    assert "1 database connections" in error.message or "none of its 1" in error.message
    await busy


async def test_closing_ends_what_runs(connect: Any, mariadb: Any, processes: Any) -> None:
    database = connect(mariadb.url, max_size=1)
    tasks = [asyncio.create_task(database.query(SLEEP + " AS closed")) for _ in range(3)]

    async def is_running() -> bool:
        return bool(await processes("AS closed"))

    async def is_stopped() -> bool:
        return not await is_running()

    await until(is_running)
    await database.client.close()
    for task in tasks:
        assert (await failure(task)).code == "CONNECTION_LOST"
    assert (await failure(database.query("SELECT 1"))).code == "CONNECTION_LOST"
    await until(is_stopped)


async def test_a_session_that_the_server_ended_is_replaced(connect: Any, mariadb: Any) -> None:
    database = connect(mariadb.url, max_size=1)
    for _ in range(3):
        number = await database.value("SELECT CONNECTION_ID()")
        mariadb.execute(f"KILL {number}")
        assert await database.value("SELECT CONNECTION_ID()") != number


async def test_a_statement_whose_session_is_killed_is_not_sent_again(
    connect: Any, mariadb: Any
) -> None:
    database = connect(mariadb.url, max_size=1)
    number = await database.value("SELECT CONNECTION_ID()")
    task = asyncio.create_task(database.query(SLEEP))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(mariadb.execute, f"KILL {number}")
    assert (await failure(task)).code == "CONNECTION_LOST"
    assert await database.value("SELECT 1") == 1


async def test_a_statement_that_is_killed_leaves_its_session(connect: Any, mariadb: Any) -> None:
    database = connect(mariadb.url, max_size=1)
    number = await database.value("SELECT CONNECTION_ID()")
    task = asyncio.create_task(
        database.query("SELECT SUM(a.seq * b.seq) FROM seq_1_to_9999999 a, seq_1_to_9999 b")
    )
    await asyncio.sleep(0.2)
    await asyncio.to_thread(mariadb.execute, f"KILL QUERY {number}")
    error = await failure(task)
    assert error.details == {"code": "1317", "sqlState": "70100"}
    assert await database.value("SELECT CONNECTION_ID()") == number


@pytest.mark.parametrize("kill", [False, True])
async def test_a_database_that_restarts_is_used_again(
    own_mariadb: Any, connect: Any, kill: bool
) -> None:
    server = await asyncio.to_thread(own_mariadb)
    database = connect(server.url, max_size=3)
    await asyncio.gather(*(database.query("SELECT SLEEP(0.05)") for _ in range(3)))
    running = asyncio.create_task(database.query(SLEEP))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(server.kill if kill else server.stop)
    assert (await failure(running)).code == "CONNECTION_LOST"
    error = await failure(database.query("SELECT 1"))
    assert error.code == "HOST_UNREACHABLE"
    await asyncio.to_thread(server.start)
    found = await asyncio.gather(*(database.value("SELECT ?", number) for number in range(20)))
    assert found == list(range(20))


async def test_a_server_with_too_many_connections_is_told(own_mariadb: Any, connect: Any) -> None:
    server = await asyncio.to_thread(own_mariadb)
    # Of those who may do everything, one more is let in.
    server.execute("CREATE USER few@'%' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 2")
    database = connect(f"mysql://few:x@127.0.0.1:{server.port}", max_size=5)
    results = await asyncio.gather(
        *(database.query("SELECT SLEEP(0.5)") for _ in range(3)), return_exceptions=True
    )
    [error] = [each for each in results if isinstance(each, ConnectionFailed)]
    assert error.code == "HOST_UNREACHABLE"
    assert "maxSize" in (error.hint or "")


async def test_a_host_that_vanished_is_noticed_before_a_session_is_used(
    connect: Any, mariadb: Any, monkeypatch: Any
) -> None:
    stalled = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", mariadb.port)
        mute = connections.append(1) is None and len(connections) == 1

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                if not (mute and stalled.is_set()):
                    target.write(data)

        try:
            await asyncio.gather(copy(reader, to), copy(there, writer))
        finally:
            to.close()

    connections: list[int] = []
    async with listening(relay) as port:
        url = mariadb.url.replace(str(mariadb.port), str(port))
        database = connect(url, max_size=1)
        assert await database.value("SELECT 1") == 1
        stalled.set()
        monkeypatch.setattr("atoll.connections.pool.PROBE_AFTER", 0.0)
        monkeypatch.setattr("atoll.connections.mysql.session._PROBE_SECONDS", 0.2)
        result = await database.query("SELECT 2 AS a", timeout=10)
        assert result.json == b'[{"a":2}]'
        assert len(connections) == 2
        await database.client.close()


@pytest.mark.parametrize("literal", [False, True])
@pytest.mark.parametrize("value", ["hidden" * 40, "it's " + "hidden" * 36])
async def test_values_that_the_server_shows_in_part_are_not_told(
    fresh: Any, value: str, literal: bool
) -> None:
    await fresh.execute("CREATE TABLE t (i INT, k VARCHAR(255) UNIQUE)")
    await fresh.execute("INSERT INTO t (k) VALUES (?)", value)
    quoted = value.replace("'", "''")
    shown, parameters = (f"'{quoted}'", []) if literal else ("?", [value])
    for column in ("i", "k"):
        with pytest.raises(ConnectionFailed) as caught:
            await fresh.execute(f"INSERT INTO t ({column}) VALUES ({shown})", *parameters)
        assert "hidden" not in caught.value.message
        assert "'?'" in caught.value.message
