from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop
from atoll_servers.neo4j import Neo4j
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.connections.errors import ConnectionFailed
from atoll.connections.neo4j import Neo4jClient
from atoll.manifest import PoolSettings

COUNT = "UNWIND range(1, 10000000000) AS x"
ENDLESS = f"{COUNT} WITH x WHERE x * 2 = 3 RETURN x"
LONG = 30.0


@asynccontextmanager
async def connected(server: Neo4j, uri: str | None = None, **changes: Any) -> AsyncIterator[Any]:
    """A client of the server."""
    known: dict[str, Any] = {
        "username": server.user,
        "password": server.password,
        "pool": PoolSettings(max_size=4),
        "max_bytes": 1 << 20,
    }
    client = Neo4jClient("graph", server.url if uri is None else uri, **(known | changes))
    try:
        yield client
    finally:
        await client.close()


async def run(
    client: Neo4jClient, query: str, timeout: float = LONG, database: str = "", **parameters: Any
) -> list[list[Any]]:
    """The decoded values of the records."""
    result = await client.run(database, query, parameters, timeout=timeout)
    return [[json.loads(value) for value in record] for record in result.records]


async def fails(awaitable: Any, code: str) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await awaitable
    assert caught.value.code == code, caught.value.message
    assert "[graph]" in caught.value.message
    assert "p4ss-word" not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


async def test_gives_keys_and_values_in_order(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        result = await client.run("", "UNWIND [1, 2] AS b RETURN b, b * 2.5 AS a", {}, timeout=LONG)
    assert result.keys == ["b", "a"]
    assert result.records == [(b"1", b"2.5"), (b"2", b"5.0")]


async def test_a_statement_without_a_result_has_neither_keys_nor_records(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        result = await client.run("", "CREATE (:Nothing)", {}, timeout=LONG)
    assert result == ([], [])


async def test_changes_are_committed(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        await run(client, "CREATE (:Committed {name: $name})", name="Zoë")
    assert neo4j.execute("MATCH (n:Committed) RETURN n.name AS name") == [{"name": "Zoë"}]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_gives_parts_of_the_graph(neo4j: Neo4j, scheme: str) -> None:
    async with connected(neo4j, neo4j.url.replace("bolt", scheme)) as client:
        [[ann, knows, path]] = await run(
            client,
            "CREATE p = (a:Person:Admin {name: 'Ann'})"
            "-[k:KNOWS {since: date('2020-02-29')}]->(:Dog) RETURN a, k, p",
        )
    assert ann == {
        "ElementId": ann["ElementId"],
        "Labels": ["Admin", "Person"],
        "Props": {"name": "Ann"},
    }
    dog = path["Nodes"][1]
    assert dog["Labels"] == ["Dog"]
    assert knows == {
        "ElementId": knows["ElementId"],
        "StartElementId": ann["ElementId"],
        "EndElementId": dog["ElementId"],
        "Type": "KNOWS",
        "Props": {"since": "2020-02-29"},
    }
    assert path == {"Nodes": [ann, dog], "Relationships": [knows]}


@pytest.mark.parametrize(
    ("cypher", "value"),
    [
        ("null", None),
        ("9223372036854775807", 2**63 - 1),
        ("1.0", 1.0),
        ("1.0 / 0", "Infinity"),
        ("0.0 / 0", "NaN"),
        ("[1, [true], {a: 'b', c: null}]", [1, [True], {"a": "b", "c": None}]),
        ("point({x: 1, y: 2.5})", {"X": 1.0, "Y": 2.5, "SpatialRefId": 7203}),
        ("point({x: 1, y: 2, z: 3})", {"X": 1.0, "Y": 2.0, "Z": 3.0, "SpatialRefId": 9157}),
        ("point({longitude: 2, latitude: 1})", {"X": 2.0, "Y": 1.0, "SpatialRefId": 4326}),
        (
            "point({longitude: 2, latitude: 1, height: 9})",
            {"X": 2.0, "Y": 1.0, "Z": 9.0, "SpatialRefId": 4979},
        ),
        ("datetime('2024-07-01T12:00:00.5[Europe/Paris]')", "2024-07-01T12:00:00.5+02:00"),
        ("datetime('2024-07-01T12:00Z')", "2024-07-01T12:00:00Z"),
    ],
)
async def test_values_have_their_json(neo4j: Neo4j, cypher: str, value: object) -> None:
    async with connected(neo4j) as client:
        assert await run(client, f"RETURN {cypher}") == [[value]]


MOMENTS = [
    "date('2024-02-29')",
    "time('12:34:56.000000789+01:30')",
    "localtime('00:00:01.5')",
    "localdatetime('2024-02-29T12:34:56.123456789')",
    "datetime('2024-02-29T12:34:56.7-05:00')",
    "duration('P14M3DT3661.5S')",
    "duration({seconds: -1, nanoseconds: 1})",
    "duration({months: -13, days: 2, minutes: -61})",
    "duration({seconds: 0})",
    "duration({hours: 25, nanoseconds: -1})",
]


@pytest.mark.parametrize("cypher", MOMENTS)
async def test_moments_are_written_as_cypher_writes_them(neo4j: Neo4j, cypher: str) -> None:
    async with connected(neo4j) as client:
        [[ours, theirs]] = await run(client, f"WITH {cypher} AS m RETURN m, toString(m)")
    assert ours == theirs


parameters = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


def test_parameters_come_back_as_they_went(neo4j: Neo4j) -> None:
    with asyncio.Runner() as runner:
        client = Neo4jClient(
            "graph", neo4j.url, neo4j.user, neo4j.password, PoolSettings(), max_bytes=1 << 24
        )

        @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(parameters)
        def come_back(value: object) -> None:
            assert runner.run(run(client, "RETURN $value", value=value)) == [[value]]

        come_back()
        runner.run(client.close())


async def test_moments_are_made_from_text_in_the_statement(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        assert await run(
            client, "RETURN datetime($at) - duration($by)", at="2024-01-02T00:00Z", by="P1D"
        ) == [["2024-01-01T00:00:00Z"]]


async def test_refuses_numbers_that_cypher_cannot_hold(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        await fails(run(client, "RETURN $n", n=2**63), "INVALID_PARAMETERS")


async def test_a_refused_statement_gives_the_code_and_words_of_the_server(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        error = await fails(run(client, "RETRUN 1"), "STATEMENT_FAILED")
        assert error.details == {"code": "Neo.ClientError.Statement.SyntaxError"}
        assert "RETRUN" in error.message
        await fails(run(client, " "), "STATEMENT_FAILED")
        await fails(run(client, "RETURN '\ud800'"), "STATEMENT_FAILED")
        missing = await fails(run(client, "RETURN $absent"), "STATEMENT_FAILED")
        assert missing.details == {"code": "Neo.ClientError.Statement.ParameterMissing"}
        assert await run(client, "RETURN 1") == [[1]]


async def test_what_failed_halfway_changes_nothing(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        statement = "UNWIND [1, 0] AS x CREATE (:Halfway {y: 1 / x})"
        error = await fails(run(client, statement), "STATEMENT_FAILED")
        assert error.details == {"code": "Neo.ClientError.Statement.ArithmeticError"}
        assert await run(client, "MATCH (n:Halfway) RETURN count(n)") == [[0]]


async def test_values_that_cannot_be_read_are_named(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        for cypher in ("date({year: -5})", "[datetime({year: 99999})]"):
            error = await fails(run(client, f"RETURN {cypher}"), "STATEMENT_FAILED")
            assert "years 1 to 9999" in error.message
        assert await run(client, "RETURN 1") == [[1]]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_an_unknown_database_is_named(neo4j: Neo4j, scheme: str) -> None:
    async with connected(neo4j, neo4j.url.replace("bolt", scheme)) as client:
        error = await fails(run(client, "RETURN 1", database="nowhere"), "NO_SUCH_DATABASE")
        assert "nowhere" in error.message
        assert await run(client, "RETURN 1", database="neo4j") == [[1]]
        assert await run(client, "SHOW DEFAULT DATABASE YIELD name", database="system")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_a_wrong_password_is_an_error_of_its_own(neo4j: Neo4j, scheme: str) -> None:
    uri = neo4j.url.replace("bolt", scheme)
    # The user is unknown: the server locks one out whose password is wrong too often.
    async with connected(neo4j, uri, username="nobody", password="wr0ng") as client:
        error = await fails(run(client, "RETURN 1"), "AUTHENTICATION_FAILED")
        assert "wr0ng" not in error.message


async def test_too_many_attempts_are_an_error_of_their_own(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        created = "CREATE USER locked_out IF NOT EXISTS SET PASSWORD 'right' CHANGE NOT REQUIRED"
        await run(client, created, database="system")
    async with connected(neo4j, username="locked_out", password="wr0ng") as client:
        codes = set()
        for _ in range(5):
            error = await fails(run(client, "RETURN 1"), "AUTHENTICATION_FAILED")
            assert error.details is not None
            codes.add(error.details["code"].rpartition(".")[2])
    assert codes == {"Unauthorized", "AuthenticationRateLimit"}


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_tls_checks_the_certificate_unless_told_otherwise(
    neo4j: Neo4j, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def uri(security: str) -> str:
        return neo4j.url.replace("bolt", scheme + security)

    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with connected(neo4j, uri("+s")) as client:
        error = await fails(run(client, "RETURN 1"), "TLS_FAILED")
        assert "self-signed certificate" in error.message
    async with connected(neo4j, uri("+ssc")) as client:
        assert await run(client, "RETURN 1") == [[1]]
    monkeypatch.setenv("SSL_CERT_FILE", str(neo4j.certificate))
    async with connected(neo4j, uri("+s")) as client:
        assert await run(client, "RETURN 1") == [[1]]
    # The driver does not wait for the farewells of TLS.
    await asyncio.sleep(0.5)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid:7687"])
async def test_a_host_that_is_not_there_is_unreachable(
    neo4j: Neo4j, scheme: str, host: str
) -> None:
    async with connected(neo4j, f"{scheme}://{host}") as client:
        error = await fails(run(client, "RETURN 1"), "HOST_UNREACHABLE")
    assert host in error.message
    assert ("Connection refused" if "127" in host else "could not be resolved") in error.message


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n", b""])
async def test_what_is_no_neo4j_is_unreachable(neo4j: Neo4j, answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(20)
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as other:
        uri = f"bolt://127.0.0.1:{other.sockets[0].getsockname()[1]}"
        async with connected(neo4j, uri) as client:
            await fails(run(client, "RETURN 1"), "HOST_UNREACHABLE")


async def test_a_silent_host_takes_no_more_than_the_time(neo4j: Neo4j) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with connected(neo4j, f"bolt://127.0.0.1:{silent.getsockname()[1]}") as client:
            await fails(run(client, "RETURN 1", timeout=0.3), "TIMEOUT")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:7474",
        "bolt://",
        "bolt://user:p4ss-word@127.0.0.1:7687",
        "bolt://host:99999",
        "bolt://[::1",
        "127.0.0.1:7687",
    ],
)
def test_bad_addresses_are_refused_without_showing_them(uri: str) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        Neo4jClient("graph", uri, "u", "p", PoolSettings(), max_bytes=1)
    assert caught.value.code == "BAD_ADDRESS"
    assert "p4ss-word" not in f"{caught.value.message}{caught.value.hint}"


async def test_paths_and_routing_contexts_of_addresses_are_taken(neo4j: Neo4j) -> None:
    routing = neo4j.url.replace("bolt", "neo4j")
    async with connected(neo4j, f"{neo4j.url}/") as client:
        assert await run(client, "RETURN 1") == [[1]]
    async with connected(neo4j, f"{routing}/?region=eu") as client:
        assert await run(client, "RETURN 1") == [[1]]
    async with connected(neo4j, f"{neo4j.url}?region=eu") as client:
        await fails(run(client, "RETURN 1"), "BAD_ADDRESS")


async def test_results_are_limited_while_they_come(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        statement = "UNWIND range(1, 100000000) AS x RETURN x, 'some text'"
        await fails(run(client, statement), "RESULT_TOO_LARGE")
        assert await run(client, "RETURN 1") == [[1]]
        assert client.usage().idle == client.usage().size


async def busy(server: Neo4j, count: int) -> None:
    """Wait until so many statements run on the server, not counting the one that asks."""
    statement = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS $text RETURN 1"
    async with asyncio.timeout(LONG):
        while len(await asyncio.to_thread(server.execute, statement, text=COUNT)) != count:
            await asyncio.sleep(0.05)


async def test_a_statement_that_takes_too_long_ends_here_and_on_the_server(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        await fails(run(client, ENDLESS, timeout=0.5), "TIMEOUT")
        await busy(neo4j, 0)
        assert await run(client, "RETURN 1") == [[1]]


@asynccontextmanager
async def one_way(server: Neo4j) -> AsyncIterator[str]:
    """The address of a proxy that does not tell the server when the client is gone."""
    ends = []

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(server.host, server.port)
        ends.extend((writer, to_server))
        answers = asyncio.create_task(forward(from_server, writer))
        await forward(reader, to_server)
        await answers

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as proxy:
        yield f"bolt://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        for end in ends:
            end.close()


async def test_the_server_ends_by_itself_what_takes_too_long(neo4j: Neo4j) -> None:
    async with one_way(neo4j) as uri:
        async with connected(neo4j, uri) as client:
            await run(client, "RETURN 1")
            running = asyncio.create_task(run(client, ENDLESS, timeout=2))
            await busy(neo4j, 1)
            await fails(running, "TIMEOUT")
        await busy(neo4j, 0)


async def test_a_cancelled_statement_ends_on_the_server_too(neo4j: Neo4j) -> None:
    async with connected(neo4j, pool=PoolSettings(max_size=1)) as client:
        for _ in range(3):
            running = asyncio.create_task(run(client, ENDLESS))
            await busy(neo4j, 1)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await busy(neo4j, 0)
            assert await run(client, "RETURN 1") == [[1]]


async def test_connections_survive_cancellation_at_any_moment(neo4j: Neo4j) -> None:
    async with connected(neo4j, pool=PoolSettings(max_size=3)) as client:
        for step in range(60):
            running = [asyncio.create_task(run(client, "RETURN 1")) for _ in range(3)]
            await asyncio.sleep(step * 0.0002)
            for task in running:
                task.cancel()
            await asyncio.wait(running)
        assert await asyncio.gather(*(run(client, "RETURN 1") for _ in range(9))) == [[[1]]] * 9
        usage = client.usage()
        assert usage.idle == usage.size <= 3


async def test_waits_for_a_free_connection_so_long(neo4j: Neo4j) -> None:
    pool = PoolSettings(max_size=1, wait_seconds=0.2)
    async with connected(neo4j, pool=pool) as client:
        running = asyncio.create_task(run(client, ENDLESS))
        await busy(neo4j, 1)
        waiting = asyncio.create_task(run(client, "RETURN 1"))
        await asyncio.sleep(0.05)
        assert client.usage() == (1, 0, 1)
        error = await fails(waiting, "POOL_EXHAUSTED")
        assert "maxSize" in (error.hint or "")
        await fails(run(client, "RETURN 1", timeout=0.1), "POOL_EXHAUSTED")
        running.cancel()
        await asyncio.wait([running])
        assert await run(client, "RETURN 1") == [[1]]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
async def test_many_statements_share_few_connections(neo4j: Neo4j, scheme: str) -> None:
    async with connected(neo4j, neo4j.url.replace("bolt", scheme)) as client:
        results = await asyncio.gather(*(run(client, "RETURN $n", n=n) for n in range(200)))
        assert results == [[[n]] for n in range(200)]
        assert client.usage() == (4, 4, 0)


def test_runs_on_uvloop(neo4j: Neo4j) -> None:
    async def on_uvloop() -> None:
        async with connected(neo4j) as client:
            results = await asyncio.gather(*(run(client, "RETURN $n", n=n) for n in range(50)))
            assert results == [[[n]] for n in range(50)]
            await fails(run(client, ENDLESS, timeout=0.3), "TIMEOUT")
            running = asyncio.create_task(run(client, ENDLESS))
            await busy(neo4j, 1)
            running.cancel()
            await asyncio.wait([running])
            assert await run(client, "RETURN 1") == [[1]]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(on_uvloop())


async def test_deadlocked_statements_are_tried_again(neo4j: Neo4j) -> None:
    neo4j.execute("UNWIND range(1, 2) AS n CREATE (:Account {n: n, sum: 0})")
    move = (
        "MATCH (a:Account {n: $a}) SET a.sum = a.sum + 1 WITH a"
        " CALL (*) { UNWIND range(1, 200000) AS x RETURN count(x) AS c }"
        " MATCH (b:Account {n: $b}) SET b.sum = b.sum + 1"
    )
    async with connected(neo4j) as client:
        await asyncio.gather(*(run(client, move, a=a, b=3 - a) for _ in range(6) for a in (1, 2)))
        assert await run(client, "MATCH (a:Account) RETURN a.sum") == [[12], [12]]


async def test_a_statement_that_waits_for_another_ends_in_time(neo4j: Neo4j) -> None:
    neo4j.execute("MERGE (:Held)")
    hold = f"MATCH (h:Held) SET h.x = 1 WITH h {ENDLESS}"
    async with connected(neo4j) as client:
        holding = asyncio.create_task(run(client, hold))
        await busy(neo4j, 1)

        async def take() -> None:
            # The other runs, but does not hold the node yet, perhaps.
            for _ in range(30):
                await run(client, "MATCH (h:Held) SET h.x = 2", timeout=1)

        await fails(take(), "TIMEOUT")
        holding.cancel()
        await asyncio.wait([holding])


async def test_closing_ends_what_runs(neo4j: Neo4j) -> None:
    async with connected(neo4j) as client:
        running = [asyncio.create_task(run(client, ENDLESS)) for _ in range(6)]
        await busy(neo4j, 4)
        await client.close()
        for task in running:
            await fails(task, "CONNECTION_LOST")
        await fails(run(client, "RETURN 1"), "CONNECTION_LOST")
        assert client.usage() == (0, 0, 0)
        await busy(neo4j, 0)


async def test_unused_connections_are_closed(neo4j: Neo4j) -> None:
    async with connected(neo4j, pool=PoolSettings(idle_seconds=0.2)) as client:
        await run(client, "RETURN 1")
        assert client.usage().size == 1
        async with asyncio.timeout(LONG):
            while client.usage().size:
                await asyncio.sleep(0.05)
        assert await run(client, "RETURN 1") == [[1]]


async def test_a_restarted_server_is_used_by_the_next_statement(
    own_neo4j: Callable[[], Neo4j],
) -> None:
    server = own_neo4j()
    routing = server.url.replace("bolt", "neo4j")
    async with connected(server) as direct, connected(server, routing) as routed:
        clients = (direct, routed)

        async def at_once(count: int) -> None:
            runs = [run(client, "RETURN 1") for client in clients for _ in range(count)]
            assert await asyncio.gather(*runs) == [[[1]]] * len(runs)

        await at_once(4)
        cypher = f"CREATE (:Lost) WITH 1 AS one {ENDLESS}"
        running = [asyncio.create_task(run(client, cypher)) for client in clients]
        await busy(server, 2)
        await asyncio.to_thread(server.kill)
        for client, task in zip(clients, running, strict=True):
            await fails(task, "CONNECTION_LOST")
            await fails(run(client, "RETURN 1"), "HOST_UNREACHABLE")
        await asyncio.to_thread(server.start)
        await at_once(4)
        assert await run(direct, "MATCH (n:Lost) RETURN count(n)") == [[0]]
        await asyncio.to_thread(server.restart)
        # All connections of the pools are to the server that was.
        await at_once(8)


async def test_nothing_of_it_is_logged(neo4j: Neo4j, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    async with connected(neo4j) as client:
        await run(client, "MATCH (n:NoSuchLabel) RETURN n, $p", p="s3cret")
        await fails(run(client, "RETURN 1 / 0"), "STATEMENT_FAILED")
    assert [record for record in caplog.records if record.name.startswith("neo4j")] == []


def test_the_driver_is_imported_with_the_first_statement() -> None:
    code = (
        "import sys; from atoll.connections.neo4j import Neo4jClient;"
        "from atoll.manifest import PoolSettings;"
        "Neo4jClient('g', 'bolt://h', 'u', 'p', PoolSettings(), max_bytes=1);"
        "print('neo4j' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
