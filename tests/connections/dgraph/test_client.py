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
from atoll_servers.dgraph import Dgraph
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.connections.dgraph import DgraphClient
from atoll.connections.errors import ConnectionFailed
from atoll.connections.results import DgraphMutation, DgraphResult

LONG = 30.0
NOTHING = "{ q(func: uid(1)) { nothing } }"
HEAVY = """{
  var(func: has(heavy)) { a as heavy }
  var(func: uid(a)) { b as math(a * 2) }
  q(func: uid(b)) { x: heavy y: val(b) }
}"""


@asynccontextmanager
async def connected(
    conn_string: str, grpc_target: str = "", *, max_bytes: int = 1 << 20
) -> AsyncIterator[DgraphClient]:
    client = DgraphClient("graph", conn_string, grpc_target, "", max_bytes=max_bytes)
    try:
        yield client
    finally:
        await client.close()


async def run(
    client: DgraphClient,
    query: str = "",
    *mutations: DgraphMutation,
    timeout: float = LONG,
    **variables: str,
) -> DgraphResult:
    named = {f"${name}": value for name, value in variables.items()}
    return await client.run(query, named, mutations, timeout=timeout)


async def found(client: DgraphClient, query: str, **variables: str) -> Any:
    return json.loads((await run(client, query, **variables)).json)["q"]


def node(uid: str, fields: str) -> str:
    return f"{{ q(func: uid({uid})) {{ {fields} }} }}"


def store(nquads: str, condition: str = "") -> DgraphMutation:
    return DgraphMutation(set_nquads=nquads, condition=condition)


async def fails(awaitable: Any, code: str) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await awaitable
    assert caught.value.code == code, caught.value.message
    assert "[graph]" in caught.value.message
    return caught.value


async def test_queries_give_json_as_it_is(dgraph: Dgraph) -> None:
    dgraph.mutate('_:a <plain> "Zoë \\"quoted\\"" .')
    async with connected(dgraph.url) as client:
        result = await run(client, "{ q(func: has(plain)) { plain } }")
    assert result == ('{"q":[{"plain":"Zoë \\"quoted\\""}]}', {})


async def test_targets_are_used_like_strings(dgraph: Dgraph) -> None:
    async with connected("", dgraph.target) as client:
        assert await found(client, "{ q(func: has(nowhere)) { uid } }") == []


async def test_mutations_give_the_uids_of_new_nodes(dgraph: Dgraph) -> None:
    async with connected(dgraph.url) as client:
        result = await run(
            client,
            "",
            store('_:a <made> "1" .\n_:b <made> "2" .'),
            DgraphMutation(set_json='{"uid": "_:c", "made": "3"}'),
        )
        assert result.uids.keys() == {"a", "b", "c"}
        rows = await found(client, "{ q(func: has(made), orderasc: made) { uid } }")
        assert [row["uid"] for row in rows] == [result.uids[name] for name in "abc"]


async def test_mutations_delete(dgraph: Dgraph) -> None:
    dgraph.alter("gone: string .")
    async with connected(dgraph.url) as client:
        uids = (await run(client, "", store('_:a <gone> "1" .\n_:b <gone> "2" .'))).uids
        await run(client, "", DgraphMutation(del_nquads=f"<{uids['a']}> <gone> * ."))
        deleted = json.dumps({"uid": uids["b"], "gone": None})
        await run(client, "", DgraphMutation(del_json=deleted))
        assert await found(client, "{ q(func: has(gone)) { gone } }") == []


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))


def test_variables_and_values_come_back_as_they_went(dgraph: Dgraph) -> None:
    dgraph.alter("told: string @index(exact) .")
    with asyncio.Runner() as runner:
        client = DgraphClient("graph", dgraph.url, "", "", max_bytes=1 << 20)

        @settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
        @given(texts.filter(str.strip))
        def come_back(text: str) -> None:
            stored = json.dumps({"uid": "_:x", "told": text}, ensure_ascii=False)
            uid = runner.run(run(client, "", DgraphMutation(set_json=stored))).uids["x"]
            one = f"eq(told, $t)) @filter(uid({uid}))"
            query = f"query q($t: string) {{ q(func: {one} {{ told }} }}"
            assert runner.run(found(client, query, t=text)) == [{"told": text}]

        come_back()
        runner.run(client.close())


async def test_variables_have_types(dgraph: Dgraph) -> None:
    dgraph.alter('n: int @index(int) .\nvec: float32vector @index(hnsw(metric: "euclidean")) .')
    dgraph.mutate('_:a <n> "1" .', '_:a <vec> "[1, 2]" .', '_:b <n> "7" .', '_:b <vec> "[9, 9]" .')
    async with connected(dgraph.url) as client:
        assert await found(client, "query q($n: int) { q(func: eq(n, $n)) { n } }", n="7") == [
            {"n": 7}
        ]
        near = "query q($v: float32vector) { q(func: similar_to(vec, 1, $v)) { n vec } }"
        assert await found(client, near, v="[8.5, 9]") == [{"n": 7, "vec": [9, 9]}]


async def test_upserts_are_one_transaction_with_conditions(dgraph: Dgraph) -> None:
    dgraph.alter("email: string @index(exact) .\nvisits: int .")
    query = (
        "query q($e: string) { q(func: eq(email, $e)) { u as uid v as visits n as math(v + 1) } }"
    )
    created = store('_:new <email> "a@x" .\n_:new <visits> "1" .', "@if(eq(len(u), 0))")
    counted = store("uid(u) <visits> val(n) .", "@if(gt(len(u), 0))")
    async with connected(dgraph.url) as client:
        first = await run(client, query, created, counted, e="a@x")
        assert first.uids.keys() == {"new"}
        second = await run(client, query, created, counted, e="a@x")
        assert second.uids == {}
        assert json.loads(second.json)["q"][0]["visits"] == 1
        assert await found(client, "{ q(func: has(visits)) { email visits } }") == [
            {"email": "a@x", "visits": 2}
        ]


async def test_conflicting_transactions_are_tried_again(dgraph: Dgraph) -> None:
    dgraph.alter("total: int .")
    uid = dgraph.mutate('_:t <total> "0" .')["t"]
    more = f"{{ var(func: uid({uid})) {{ t as total n as math(t + 1) }} }}"
    async with connected(dgraph.url) as client:
        runs = (run(client, more, store("uid(n) <total> val(n) .")) for _ in range(12))
        await asyncio.gather(*runs)
        assert await found(client, node(uid, "total")) == [{"total": 12}]


async def test_queries_without_mutations_change_nothing(dgraph: Dgraph) -> None:
    async with connected(dgraph.url) as client:
        error = await fails(run(client, " "), "STATEMENT_FAILED")
        assert error.message == "connection [graph]: no query or mutations provided"


@pytest.mark.parametrize(
    ("query", "mutations", "words"),
    [
        ("{ q(func: has(name) { name } }", [], "Unrecognized character"),
        ("{ q(func: eq(unindexed, 1)) { uid } }", [], "not indexed"),
        ("", [store("garbage")], "garbage"),
        ("{ u as var(func: uid(1)) }", [store('_:a <name> "1" .', "@when(u)")], "directive [when]"),
        ("\ud800", [], "surrogate"),
        ("", [store("\ud800")], "surrogate"),
    ],
)
async def test_refused_statements_give_the_words_of_the_server(
    dgraph: Dgraph, query: str, mutations: list[DgraphMutation], words: str
) -> None:
    dgraph.alter("unindexed: string .")
    async with connected(dgraph.url) as client:
        error = await fails(run(client, query, *mutations), "STATEMENT_FAILED")
        assert words in error.message
        assert await found(client, NOTHING) == []


async def test_schemas_are_altered_and_attributes_dropped(dgraph: Dgraph) -> None:
    async with connected(dgraph.url) as client:
        await client.alter("shape: string @index(term) .", timeout=LONG)
        [entry] = json.loads((await run(client, "schema(pred: shape) { type index }")).json)[
            "schema"
        ]
        assert entry == {"predicate": "shape", "type": "string", "index": True}
        await run(client, "", store('_:a <shape> "round" .'))
        await client.drop_attribute("shape", timeout=LONG)
        assert await found(client, "{ q(func: has(shape)) { uid } }") == []
        error = await fails(client.alter("shape: strnig .", timeout=LONG), "STATEMENT_FAILED")
        assert "Undefined Type" in error.message
        await fails(client.drop_attribute(" ", timeout=LONG), "STATEMENT_FAILED")
        await fails(client.alter("", timeout=LONG), "STATEMENT_FAILED")


async def test_messages_may_be_as_large_as_results(dgraph: Dgraph) -> None:
    large = "x" * (6 << 20)
    async with connected(dgraph.url, max_bytes=8 << 20) as client:
        uid = (await run(client, "", store(f'_:a <large> "{large}" .'))).uids["a"]
        query = node(uid, "large")
        assert await found(client, query) == [{"large": large}]
    async with connected(dgraph.url, max_bytes=1 << 20) as client:
        error = await fails(run(client, query), "RESULT_TOO_LARGE")
        assert "1 MiB" in error.message
        assert await found(client, NOTHING) == []


async def test_results_just_beyond_the_limit_are_too_large(dgraph: Dgraph) -> None:
    uid = dgraph.mutate(f'_:a <exact> "{"x" * 1000}" .')["a"]
    query = node(uid, "exact")
    async with connected(dgraph.url) as client:
        size = len((await run(client, query)).json)
    async with connected(dgraph.url, max_bytes=size) as client:
        assert len((await run(client, query)).json) == size
    async with connected(dgraph.url, max_bytes=size - 1) as client:
        await fails(run(client, query), "RESULT_TOO_LARGE")


@pytest.fixture
async def heavy(own_dgraph: Callable[..., Dgraph]) -> Dgraph:
    """A server with a query that takes long."""
    server = own_dgraph()
    server.alter("heavy: int .")
    server.mutate(*(f'_:n{n} <heavy> "{n}" .' for n in range(50_000)))
    return server


async def test_statements_end_when_their_time_is_over_or_they_are_cancelled(
    heavy: Dgraph,
) -> None:
    async with connected(heavy.url, max_bytes=1 << 26) as client:
        assert len(await found(client, HEAVY)) == 50_000
        await fails(run(client, HEAVY, timeout=0.02), "TIMEOUT")
        running = asyncio.create_task(run(client, HEAVY))
        await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        running = asyncio.create_task(run(client, HEAVY))
        await asyncio.sleep(0.02)
        await client.close()
        await fails(running, "CONNECTION_LOST")
        await fails(run(client, HEAVY), "CONNECTION_LOST")


async def test_a_restarted_server_is_used_by_the_next_statement(heavy: Dgraph) -> None:
    async with connected(heavy.url, max_bytes=1 << 26) as client:
        await asyncio.gather(*(found(client, NOTHING) for _ in range(5)))
        mutation = store("\n".join(f'_:n{n} <lost> "{n}" .' for n in range(50_000)))
        running = asyncio.create_task(run(client, "", mutation))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(heavy.kill)
        await fails(running, "CONNECTION_LOST")
        for _ in range(3):
            await fails(run(client, NOTHING), "HOST_UNREACHABLE")
        assert client.usage() == (0, 0, 0)
        await asyncio.to_thread(heavy.start)
        assert await asyncio.gather(*(found(client, NOTHING) for _ in range(5))) == [[]] * 5
        await asyncio.to_thread(heavy.restart)
        await run(client, "", store('_:a <after> "1" .'))
        assert len(await found(client, "{ q(func: has(after)) { uid } }")) == 1
        await client.drop_all(timeout=LONG)
        assert await found(client, "{ q(func: has(after)) { uid } }") == []


async def test_many_statements_share_one_connection(dgraph: Dgraph) -> None:
    query = "query q($x: string) { q(func: uid(1)) { x: math(1) } }"
    async with connected(dgraph.url) as client:
        assert client.usage() == (0, 0, 0)
        await asyncio.gather(*(run(client, query, x=str(n)) for n in range(200)))
        assert client.usage() == (1, 1, 0)


async def test_connections_survive_cancellation_at_any_moment(dgraph: Dgraph) -> None:
    async with connected(dgraph.url) as client:
        for step in range(60):
            running = [asyncio.create_task(run(client, NOTHING)) for _ in range(3)]
            await asyncio.sleep(step * 0.0002)
            for task in running:
                task.cancel()
            await asyncio.wait(running)
        assert await found(client, NOTHING) == []


def test_runs_on_uvloop(dgraph: Dgraph) -> None:
    async def on_uvloop() -> None:
        async with connected(dgraph.url) as client:
            runs = [found(client, NOTHING) for _ in range(50)]
            assert await asyncio.gather(*runs) == [[]] * 50
            await fails(run(client, NOTHING, timeout=0.0001), "TIMEOUT")
            assert await found(client, NOTHING) == []

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(on_uvloop())


async def test_tls_checks_the_certificate_unless_told_otherwise(
    own_dgraph: Callable[..., Dgraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_dgraph(tls=True)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    verified = f"dgraph://{server.target}?sslmode=verify-ca"
    async with connected(verified) as client:
        error = await fails(run(client, NOTHING), "TLS_FAILED")
        assert error.message.endswith("self signed certificate")
    async with connected(verified.replace("verify-ca", "require")) as client:
        assert await found(client, NOTHING) == []
        await asyncio.to_thread(server.restart)
        assert await found(client, NOTHING) == []
    async with connected(f"dgraph://{server.target}") as client:
        await fails(run(client, NOTHING), "HOST_UNREACHABLE")
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    async with connected(verified) as client:
        assert await found(client, NOTHING) == []


@pytest.mark.parametrize("options", ["", "?sslmode=require", "?sslmode=verify-ca"])
@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid:9080"])
async def test_a_host_that_is_not_there_is_unreachable(host: str, options: str) -> None:
    async with connected(f"dgraph://{host}{options}") as client:
        for _ in range(2):
            error = await fails(run(client, NOTHING), "HOST_UNREACHABLE")
            assert host in error.message
            reason = "Connection refused" if "127" in host else "could not be resolved"
            assert reason in error.message


@pytest.mark.parametrize("options", ["", "?sslmode=require", "?sslmode=verify-ca"])
async def test_a_silent_host_takes_no_more_than_the_time(options: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with connected(f"dgraph://127.0.0.1:{silent.getsockname()[1]}{options}") as client:
            await fails(run(client, NOTHING, timeout=0.3), "TIMEOUT")


async def test_what_is_no_dgraph_is_unreachable(serve: Any) -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=404)

    origin = await serve(answer)
    async with connected(origin.replace("http", "dgraph")) as client:
        await fails(run(client, NOTHING), "HOST_UNREACHABLE")


def test_the_library_is_imported_with_the_first_statement() -> None:
    code = (
        "import sys; from atoll.connections.dgraph import DgraphClient;"
        "DgraphClient('g', 'dgraph://h:1', '', '', max_bytes=1);"
        "print('grpc' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
