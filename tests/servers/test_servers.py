"""The servers that the tests run are real ones, and leave nothing behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import psycopg
import pydgraph
import pytest
from atoll_servers.mariadb import MariaDB
from atoll_servers.postgresql import PostgreSQL
from atoll_servers.process import START_LIMIT, ServerProcess, answers
from atoll_servers.server import Server
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

driver_of = GraphDatabase.driver


def processes_of(server: Server) -> list[int]:
    """Those that have the server's folder in their command line or as their own."""
    mark = str(server.folder).encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            folder = os.fsencode((entry / "cwd").readlink())
            if mark in (entry / "cmdline").read_bytes() or folder.startswith(mark):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def connect(server: PostgreSQL, sslmode: str = "disable") -> psycopg.Connection:
    url = server.url_of(server.database, sslmode)
    return psycopg.connect(url, sslrootcert=str(server.certificate), autocommit=True)


@pytest.mark.parametrize(("sslmode", "encrypted"), [("disable", False), ("verify-full", True)])
def test_postgresql_answers_its_driver_encrypted_or_not(postgresql, sslmode, encrypted):
    with connect(postgresql, sslmode) as connection:
        asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.execute(asked).fetchone() == (encrypted,)


def test_postgresql_asks_for_the_password(postgresql):
    url = postgresql.url.replace(postgresql.password, "another")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_pgvector_has_places_of_their_own(pgvector):
    assert pgvector.execute("SELECT '[1,2]'::vector <-> '[1,4]'") == "2"
    for _ in range(2):
        with psycopg.connect(pgvector.new_schema()) as connection:
            connection.execute("CREATE TABLE vectors (v vector(3))")


async def test_mariadb_answers_its_driver_encrypted_or_not(mariadb):
    import ssl

    import asyncmy

    trusting = ssl.create_default_context(cafile=mariadb.certificate)
    for context in (None, trusting):
        connection = await asyncmy.connect(
            host=mariadb.host,
            port=mariadb.port,
            user=mariadb.user,
            password=mariadb.password,
            db=mariadb.database,
            ssl=context,
        )
        async with connection.cursor() as cursor:
            await cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
            (_, cipher) = await cursor.fetchone()
        assert bool(cipher) == (context is not None)
        await connection.ensure_closed()


@pytest.fixture(params=["own_postgresql", "own_mariadb"])
def own(request: pytest.FixtureRequest) -> Callable[[], PostgreSQL | MariaDB]:
    return request.getfixturevalue(request.param)


def test_new_databases_are_apart(own):
    server = own()
    first, second = server.new_database(), server.new_database()
    server.execute("CREATE TABLE things (name text)", database=first)
    with pytest.raises(AssertionError, match="things"):
        server.execute("SELECT name FROM things", database=second)


def test_data_outlives_a_restart_and_a_kill_on_the_same_port(own):
    server = own()
    port = server.port
    server.execute("CREATE TABLE things (name text); INSERT INTO things VALUES ('Zoë')")
    server.restart()
    assert server.execute("SELECT name FROM things") == "Zoë"
    server.execute("INSERT INTO things VALUES ('late')")
    server.kill()
    assert not answers(port)
    server.start()
    assert server.execute("SELECT count(*) FROM things") == "2"
    assert server.port == port


def test_a_server_that_is_killed_during_a_query_is_gone_at_once(own_postgresql):
    server = own_postgresql()
    busy = "SELECT count(*) FROM generate_series(1, 1000000000000)"
    with connect(server) as connection, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connection.execute, busy)
        seen = f"SELECT state FROM pg_stat_activity WHERE query = '{busy}'"
        _wait_until(lambda: server.execute(seen) == "active")
        server.kill()
        assert processes_of(server) == []
        with pytest.raises(psycopg.OperationalError):
            asked.result(START_LIMIT)


def test_a_server_that_is_stopped_leaves_neither_processes_nor_files(own):
    server = own()
    folder = server.folder
    assert processes_of(server)
    server.stop()
    assert processes_of(server) == []
    server.close()
    assert not folder.exists()


def test_servers_end_with_the_process_that_started_them(tmp_path):
    script = tmp_path / "starts.py"
    script.write_text(
        "import os, sys, types, pathlib\n"
        "package = types.ModuleType('atoll_servers')\n"
        f"package.__path__ = [{str(Path(__file__).parent)!r}]\n"
        "sys.modules['atoll_servers'] = package\n"
        "from atoll_servers.process import ServerProcess\n"
        "log = pathlib.Path(sys.argv[1])\n"
        "nested = 'setsid sleep 1000 & setsid sleep 1000 & wait'\n"
        "process = ServerProcess('sleeping', ['sh', '-c', nested], log)\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    started = subprocess.run(
        [sys.executable, script, tmp_path / "log"], stdout=subprocess.PIPE, text=True, check=False
    )
    pid = int(started.stdout)
    _wait_until(lambda: not _alive(pid))


def _wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + START_LIMIT
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_what_a_server_started_in_sessions_of_its_own_is_killed_with_it(tmp_path):
    marks = [tmp_path / "first", tmp_path / "second"]
    script = "; ".join(f"setsid sh -c 'echo $$ > {mark}; exec sleep 1000' &" for mark in marks)
    process = ServerProcess(
        "nested", ["bash", "-c", script.replace("&;", "&") + " wait"], tmp_path / "log"
    )
    process.wait_until(lambda: all(mark.exists() and mark.read_text() for mark in marks))
    pids = [int(mark.read_text()) for mark in marks]
    assert all(_alive(pid) for pid in pids)
    process.kill()
    assert not any(_alive(pid) for pid in pids)


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path):
    command = ["sh", "-c", "echo no such luck; exit 3"]
    process = ServerProcess("Unlucky", command, tmp_path / "log")
    with pytest.raises(AssertionError, match=r"(?s)Unlucky ended while.*no such luck"):
        process.wait_until(lambda: False)


def test_a_server_that_never_gets_ready_is_killed_at_the_deadline(tmp_path):
    process = ServerProcess("Lazy", ["sleep", "1000"], tmp_path / "log")
    with pytest.raises(AssertionError, match="Lazy was not ready after"):
        process.wait_until(lambda: False, limit=0.2)
    assert not process.running
    assert not _alive(process.pid)


def test_a_port_that_a_server_got_answers_to_nobody_else(own_postgresql):
    server = own_postgresql()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((server.host, server.port))


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "neo4j"])
def test_neo4j_answers_its_driver_encrypted_or_not(neo4j, scheme, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(neo4j.certificate))
    url = neo4j.url.replace("bolt", scheme)
    with driver_of(url, auth=(neo4j.user, neo4j.password)) as driver:
        (row,), _, _ = driver.execute_query("RETURN 40 + $x AS sum", x=2, database_="neo4j")
    assert row["sum"] == 42


def test_neo4j_asks_for_the_password(neo4j):
    with (
        driver_of(neo4j.url, auth=(neo4j.user, "another")) as driver,
        pytest.raises(AuthError, match="unauthorized"),
    ):
        driver.verify_connectivity()


def test_neo4j_keeps_its_data_and_leaves_no_processes(own_neo4j):
    server = own_neo4j()
    server.execute("CREATE (:Thing {name: $name})", name="Zoë")
    server.restart()
    assert server.execute("MATCH (t:Thing) RETURN t.name AS name") == [{"name": "Zoë"}]
    server.kill()
    assert processes_of(server) == []
    assert not answers(server.port)
    server.start()
    assert server.execute("MATCH (t:Thing) RETURN t.name AS name") == [{"name": "Zoë"}]


def test_dgraph_answers_its_driver(dgraph):
    dgraph.alter("servers_name: string @index(exact) .")
    uids = dgraph.mutate('_:ann <servers_name> "Ann" .')
    with dgraph_client(dgraph.target) as client:
        transaction = client.txn(read_only=True)
        found = transaction.query('{ q(func: eq(servers_name, "Ann")) { uid } }')
    assert json.loads(found.json) == {"q": [{"uid": uids["ann"]}]}


def test_dgraph_may_ask_for_a_token_and_encrypt(own_dgraph):
    server = own_dgraph(token="secret-token", tls=True)
    trusting = grpc.ssl_channel_credentials(server.certificate.read_bytes())
    change = pydgraph.Operation(schema="servers_name: string .")
    with dgraph_client(server.target, trusting) as client:
        with pytest.raises(grpc.RpcError, match="Auth Token"):
            client.alter(change)
        client.alter(change, metadata=[("auth-token", "secret-token")])


def test_dgraph_keeps_its_data_and_leaves_no_processes(own_dgraph):
    server = own_dgraph()
    uid = server.mutate('_:ann <servers_name> "Zoë" .')["ann"]
    asked = f"{{ q(func: uid({uid})) {{ servers_name }} }}"
    server.restart()
    assert server.query(asked) == {"q": [{"servers_name": "Zoë"}]}
    server.kill()
    assert processes_of(server) == []
    assert not answers(server.port)
    server.start()
    assert server.query(asked) == {"q": [{"servers_name": "Zoë"}]}


@contextmanager
def dgraph_client(
    target: str, credentials: grpc.ChannelCredentials | None = None
) -> Iterator[pydgraph.DgraphClient]:
    stub = pydgraph.DgraphClientStub(target, credentials)
    try:
        yield pydgraph.DgraphClient(stub)
    finally:
        stub.close()
