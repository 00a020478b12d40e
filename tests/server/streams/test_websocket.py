"""``graphql-transport-ws``, with a real client and raw bytes over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import socket as sockets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from atoll.server import protocol
from atoll.server.streams import messages, websocket
from atoll.server.streams.messages import Closing, read_message
from atoll.server.websocket_protocol import BoundedWebSocket

TICKS = "subscription { ticks(count: 2, intervalMs: 1) }"
SILENCE = "subscription { silence }"
FLOOD = "subscription { flood(size: 100000) }"


class TestOperations:
    async def test_a_subscription(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", TICKS)
            assert [await client.hear() for _ in range(3)] == [
                {"id": "a", "type": "next", "payload": {"data": {"ticks": 1}}},
                {"id": "a", "type": "next", "payload": {"data": {"ticks": 2}}},
                {"id": "a", "type": "complete"},
            ]

    async def test_a_query_and_a_mutation(self, stream: Any) -> None:
        async with stream.socket() as client:
            for query in ("{ sayHello }", 'mutation { addItem(name: "x") }'):
                await client.subscribe("a", query)
                assert (await client.hear())["payload"]["data"]
                assert await client.hear() == {"id": "a", "type": "complete"}

    async def test_variables_and_operation_names(self, stream: Any) -> None:
        async with stream.socket() as client:
            query = "query A($n: String!) { sayHello(name: $n) } query B { wait }"
            await client.subscribe("a", query, variables={"n": "Ada"}, operationName="A")
            assert "Ada" in str(await client.hear())

    async def test_a_query_by_its_hash(self, stream: Any) -> None:
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
        async with stream.socket() as client:
            await client.say(id="a", type="subscribe", payload={"extensions": persisted})
            heard = await client.hear()
            assert heard["type"] == "error"
            assert heard["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"

    @pytest.mark.parametrize(
        ("query", "code"), [("{", "SYNTAX_ERROR"), ("subscription { x }", "VALIDATION_ERROR")]
    )
    async def test_what_cannot_run_is_an_error(self, stream: Any, query: str, code: str) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", query)
            heard = await client.hear()
            assert (heard["id"], heard["type"]) == ("a", "error")
            assert heard["payload"][0]["extensions"]["code"] == code
            await client.subscribe("a", TICKS)  # the id is free again
            assert (await client.hear())["type"] == "next"

    async def test_a_source_that_fails_ends_with_its_error(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", "subscription { failing }")
            assert (await client.hear())["type"] == "next"
            heard = await client.hear()
            assert heard["type"] == "error"
            assert heard["payload"][0]["message"] == "It is over."

    async def test_a_fault_of_ours_is_not_shown(
        self, stream: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", "subscription { odd }")
            heard = await client.hear()
        assert heard["type"] == "error"
        assert heard["payload"][0]["message"] == "internal error"
        assert stream.probe.open == 0
        assert "object" in caplog.text

    async def test_operations_run_side_by_side(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("slow", "{ wait }")
            await client.subscribe("quick", "{ sayHello }")
            assert (await client.hear())["id"] == "quick"
            assert (await client.hear())["id"] == "quick"
            stream.server.app.go_on.set()
            assert (await client.hear())["id"] == "slow"

    async def test_a_completed_subscription_stops(self, stream: Any) -> None:
        async with stream.socket() as client:
            for _ in range(3):
                await client.subscribe("a", SILENCE)
                await stream.probe.opened.acquire()
                await client.say(id="a", type="complete")
                await stream.probe.closed.acquire()
            await client.subscribe("a", TICKS)
            assert (await client.hear())["type"] == "next"

    async def test_an_id_is_free_as_soon_as_it_was_completed(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", SILENCE)
            await client.say(id="a", type="complete")
            await client.subscribe("a", TICKS)
            assert (await client.hear())["type"] == "next"

    async def test_a_completed_query_is_cancelled(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", "{ wait }")
            await stream.server.app.waiting.acquire()
            await client.say(id="a", type="complete")
            await stream.server.app.cancelled.wait()

    async def test_completing_what_is_not_there(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.say(id="nope", type="complete")
            await client.subscribe("a", TICKS)
            assert (await client.hear())["type"] == "next"

    async def test_pings_are_answered_before_and_after_init(self, stream: Any) -> None:
        async with stream.raw_socket() as client:
            await client.say(type="ping", payload={"a": 1})
            assert await client.hear() == {"type": "pong", "payload": {"a": 1}}
            await client.say(type="pong")
            await client.say(type="connection_init")
            assert await client.hear() == {"type": "connection_ack"}
            await client.say(type="ping")
            assert await client.hear() == {"type": "pong"}


class TestCloseCodes:
    async def test_other_subprotocols(self, stream: Any) -> None:
        for offered in (None, ["graphql-ws"]):
            async with stream.raw_socket(subprotocols=offered) as client:
                assert (await client.end())[0] == 4406

    async def test_no_init(self, stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(websocket, "INIT_TIMEOUT", 0.1)
        async with stream.raw_socket() as client:
            assert await client.end() == (4408, "Connection initialisation timeout")

    async def test_pings_do_not_put_init_off(
        self, stream: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(websocket, "INIT_TIMEOUT", 0.2)
        async with stream.raw_socket() as client:
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await client.say(type="ping")
                    await asyncio.sleep(0.02)
            assert (await client.end())[0] == 4408

    async def test_two_inits(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.say(type="connection_init")
            assert await client.end() == (4429, "Too many initialisation requests")

    async def test_subscribing_before_init(self, stream: Any) -> None:
        async with stream.raw_socket() as client:
            await client.subscribe("a", TICKS)
            assert await client.end() == (4401, "Unauthorized")

    async def test_an_id_in_use(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", SILENCE)
            await client.subscribe("a", SILENCE)
            assert await client.end() == (4409, "Subscriber for a already exists")
        await stream.idle()
        assert stream.probe.open == 0

    async def test_a_long_id_in_use(self, stream: Any) -> None:
        async with stream.socket() as client:
            for _ in range(2):
                await client.subscribe("💥" * 1000, SILENCE)
            code, reason = await client.end()
            assert code == 4409
            assert reason is not None
            assert reason.startswith("Subscriber for 💥")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[]",
            "null",
            '"ping"',
            "{}",
            '{"type": "nope"}',
            '{"type": 1}',
            '{"type": "next", "id": "a", "payload": {}}',
            '{"type": "connection_init", "payload": []}',
            '{"type": "subscribe"}',
            '{"type": "subscribe", "id": "a"}',
            '{"type": "subscribe", "id": "", "payload": {"query": "{ sayHello }"}}',
            '{"type": "subscribe", "id": 1, "payload": {"query": "{ sayHello }"}}',
            '{"type": "subscribe", "id": "a", "payload": {}}',
            '{"type": "subscribe", "id": "a", "payload": {"query": 1}}',
            '{"type": "subscribe", "id": "a", "payload": {"query": "", "variables": []}}',
            '{"type": "subscribe", "id": "a", "payload":'
            ' {"query": "", "extensions": {"persistedQuery": 1}}}',
            '{"type": "complete"}',
            '{"type": "ping", "payload": ' + "[" * 100_000,
            '{"type": "ping", "payload": {"a":' + "[" * 5_000 + "]" * 5_000 + "}}",
            '{"type": "ping", "payload": {"a": "\ud800"}}'.encode(errors="surrogatepass").decode(
                errors="replace"
            )
            + "!",
            b"{}",
        ],
    )
    async def test_bad_messages(self, stream: Any, text: str | bytes) -> None:
        async with stream.socket() as client:
            await client.connection.send(text)
            code, reason = await client.end()
            assert code == 4400
            assert reason is not None
            assert reason.startswith("Invalid message: ")

    async def test_a_replaced_deployment(self, stream: Any, in_process_app: Any) -> None:
        old = stream.server.app
        async with stream.socket() as busy, stream.socket() as idle, stream.raw_socket() as new:
            await busy.subscribe("a", SILENCE)
            await stream.probe.opened.acquire()
            stream.replace(in_process_app(version="2"))
            for client in (busy, idle, new):
                assert await client.end() == (1012, "The app was replaced.")
        while not old.closed:
            await asyncio.sleep(0.005)
        assert stream.probe.open == 0
        async with stream.socket() as client:
            await client.subscribe("a", "{ sayHello }")
            assert "version 2" in str(await client.hear())

    async def test_queries_are_finished_first(self, stream: Any, in_process_app: Any) -> None:
        old = stream.server.app
        async with stream.socket() as client:
            await client.subscribe("a", SILENCE)
            await client.subscribe("b", "{ wait }")
            await old.waiting.acquire()
            stream.replace(in_process_app(version="2"))
            await stream.probe.closed.acquire()
            await client.subscribe("c", "{ sayHello }")  # too late
            await client.say(type="ping")
            assert (await client.hear())["type"] == "pong"
            old.go_on.set()
            assert "waited in version 1" in str(await client.hear())
            assert await client.hear() == {"id": "b", "type": "complete"}
            assert (await client.end())[0] == 1012

    async def test_a_stopping_server(self, stream: Any) -> None:
        async with stream.socket() as busy, stream.socket() as idle:
            await busy.subscribe("a", SILENCE)
            await stream.probe.opened.acquire()
            stream.server.stop.set()
            for client in (busy, idle):
                assert await client.end() == (1001, "The server stops.")
        await asyncio.wait_for(stream.server.task, 20)
        assert stream.server.app.closed

    async def test_a_server_that_stops_now(self, start: Any, stream_on: Any) -> None:
        stream = stream_on(await start(grace=0.2))
        async with stream.socket() as client:
            await client.subscribe("a", "{ wait }")
            await stream.server.app.waiting.acquire()
            stream.server.stop.set()
            assert (await client.end())[0] == 1001
        await asyncio.wait_for(stream.server.task, 20)
        assert stream.server.app.cancelled.is_set()

    async def test_messages_beyond_the_payload_limit(
        self, start: Any, stream_on: Any, small_payloads: Any
    ) -> None:
        stream = stream_on(await start(limits=small_payloads))
        limit = 1 << 20
        for size, frames in ((limit + 1000, 1), (limit + 1000, 3), (limit - 1000, 3)):
            async with stream.socket() as client:
                text = json.dumps({"type": "ping", "payload": {"x": "x" * size}})
                step = -(-len(text) // frames)
                with contextlib.suppress(ConnectionClosed):
                    await client.connection.send(
                        text[at : at + step] for at in range(0, len(text), step)
                    ) if frames > 1 else await client.connection.send(text)
                if size > limit:
                    assert (await client.end())[0] == 1009
                else:
                    assert (await client.hear())["type"] == "pong"

    async def test_broken_text(self, stream: Any) -> None:
        async with stream.socket() as client:
            client.connection.protocol.send_text(b"\xff\xfe")
            client.connection.send_data()
            assert (await client.end())[0] == 1007


class TestWhoMayConnect:
    async def test_a_token_in_the_header(self, start: Any, stream_on: Any, issuer: Any) -> None:
        stream = stream_on(await start(environ=issuer.environ))
        headers = {
            "Authorization": f"Bearer {issuer.sign({'sub': 'ada'})}",
            "X-Time-Zone": "Asia/Tokyo",
        }
        async with stream.socket("/secure", additional_headers=headers) as client:
            await client.subscribe("a", "subscription { caller }")
            heard = str(await client.hear())
        assert "ada" in heard
        assert "Asia/Tokyo" in heard

    @pytest.mark.parametrize("name", ["Authorization", "authorization"])
    async def test_a_token_in_the_payload(
        self, start: Any, stream_on: Any, issuer: Any, name: str
    ) -> None:
        stream = stream_on(await start(environ=issuer.environ))
        init = {name: f"Bearer {issuer.sign({'sub': 'ada'})}", "X-Time-Zone": "Asia/Tokyo"}
        async with stream.socket("/secure", init=init) as client:
            await client.subscribe("a", "{ whoAsks }")
            heard = str(await client.hear())
        assert "ada" in heard
        assert "Asia/Tokyo" in heard

    @pytest.mark.parametrize(
        "payload",
        [
            None,
            {},
            {"Authorization": "Bearer x.y.z"},
            {"Authorization": "Basic x"},
            {"Authorization": 5},
            {"Authorization": "Bearer 💥"},
            {"X-Time-Zone": "no zone"},
        ],
    )
    async def test_no_good_token(
        self, start: Any, stream_on: Any, issuer: Any, payload: Any
    ) -> None:
        stream = stream_on(await start(environ=issuer.environ))
        async with stream.raw_socket("/secure") as client:
            await client.say(type="connection_init", payload=payload)
            code, reason = await client.end()
        assert code == 4403
        assert reason is not None
        assert reason.startswith("Forbidden: ")

    async def test_a_bad_token_in_the_header_is_refused_at_once(
        self, start: Any, stream_on: Any, issuer: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        stream = stream_on(await start(environ=issuer.environ))
        with pytest.raises(InvalidStatus) as refused:
            async with stream.raw_socket(
                "/secure", additional_headers={"Authorization": "Bearer x.y.z"}
            ):
                pass
        assert refused.value.response.status_code == 401
        await stream.idle()
        assert stream.figures.requests == {"401": 1}
        assert "ASGI" not in caplog.text

    async def test_a_bad_time_zone_is_refused(self, stream: Any) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with stream.raw_socket(additional_headers={"X-Time-Zone": "no zone"}):
                pass
        assert refused.value.response.status_code == 400

    async def test_pages_of_other_sites(self, start: Any, stream_on: Any) -> None:
        stream = stream_on(await start(cors=("https://a.example",)))
        host = stream.server.url
        for origin in (host, "https://a.example"):
            async with stream.socket(origin=origin):
                pass
        for origin in ("https://b.example", "null", f"{host}0", "http://127.0.0.1:1", "x", "//"):
            with pytest.raises(InvalidStatus) as refused:
                async with stream.raw_socket(origin=origin):
                    pass
            assert refused.value.response.status_code == 403
            assert b"cors" in refused.value.response.body

    async def test_a_page_of_the_same_site_behind_a_proxy(self, stream: Any) -> None:
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with stream.socket(origin="https://app.example", additional_headers=headers):
            pass

    async def test_dev_serves_this_machine_only(self, start: Any, stream_on: Any) -> None:
        from atoll.server.hosts import loopback_only

        stream = stream_on(await start(dev=True, hosts=loopback_only()))
        with pytest.raises(InvalidStatus) as refused:
            async with stream.raw_socket(additional_headers={"Host": "evil.example"}):
                pass
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("path", ["/nope", "/health", "/metrics", "/"])
    async def test_other_paths(self, stream: Any, path: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with stream.raw_socket(path):
                pass
        assert refused.value.response.status_code == 404

    async def test_no_app_yet(self, stream: Any) -> None:
        await stream.server.deployments.close()
        with pytest.raises(InvalidStatus) as refused:
            async with stream.raw_socket():
                pass
        assert refused.value.response.status_code == 503


class TestClientsThatLeave:
    @pytest.mark.parametrize("query", [SILENCE, FLOOD])
    async def test_a_client_that_leaves_stops_its_sources(self, stream: Any, query: str) -> None:
        for code in (1000, 1001, 4999):
            async with stream.socket() as client:
                await client.subscribe("a", query)
                await client.subscribe("b", query)
                await stream.probe.opened.acquire()
                await stream.probe.opened.acquire()
                await client.connection.close(code)
            await stream.idle()
            assert stream.probe.open == 0

    async def test_messages_are_not_compressed(self, stream: Any) -> None:
        async with stream.socket(compression="deflate") as client:
            assert client.connection.protocol.extensions == []

    async def test_a_client_that_is_cut_off(self, stream: Any) -> None:
        async with stream.socket() as client:
            await client.subscribe("a", SILENCE)
            await client.subscribe("b", "{ wait }")
            await stream.server.app.waiting.acquire()
            client.connection.transport.abort()
            await stream.server.app.cancelled.wait()
        await stream.idle()
        assert stream.probe.open == 0

    async def test_a_slow_client_slows_the_source(self, stream: Any) -> None:
        raw = await _raw(stream)
        raw.subscribe("a", FLOOD)
        await stream.probe.opened.acquire()
        produced = await _settled(stream)
        assert produced < 500  # what sockets and buffers hold

        raw.drain(5_000_000)
        assert await _settled(stream) > produced
        raw.close()
        await stream.probe.closed.acquire()

    async def test_a_slow_client_can_still_complete(self, stream: Any) -> None:
        raw = await _raw(stream)
        raw.subscribe("a", FLOOD)
        await stream.probe.opened.acquire()
        await _settled(stream)
        raw.send({"type": "complete", "id": "a"})
        await stream.probe.closed.acquire()
        raw.close()

    async def test_a_message_in_a_thousand_frames_is_kept_in_one_piece(self, stream: Any) -> None:
        raw = await _raw(stream)
        text = json.dumps({"type": "subscribe", "id": "a", "payload": {"query": FLOOD}}).encode()
        parts = [b""] * 1000 + [text[at : at + 1] for at in range(len(text))]
        await raw.write(Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True))
        for part in parts:
            await raw.write(Frame(Opcode.CONT, part, fin=False).serialize(mask=True))
        while len(b"".join(_connection().frames)) < len(text):
            await asyncio.sleep(0.01)
        assert len(_connection().frames) == 1
        await raw.write(Frame(Opcode.CONT, b"").serialize(mask=True))
        await stream.probe.opened.acquire()
        raw.close()

    async def test_text_that_is_no_text_is_the_clients_fault(
        self, stream: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        raw = await _raw(stream)
        with caplog.at_level(logging.ERROR):
            await raw.write(_frame(Opcode.TEXT, b"\xff\xfe"))
            await stream.idle()
        assert not caplog.records
        raw.close()

    async def test_answers_that_are_not_read_hold_up_further_queries(
        self, stream: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(websocket, "MAX_TOGETHER", 2)
        async with stream.socket() as client:
            for number in range(6):
                await client.subscribe(str(number), "{ wait }")
            for _ in range(2):
                await stream.server.app.waiting.acquire()
            await asyncio.sleep(0.05)
            assert stream.server.app.waiting.locked()

    async def test_a_client_that_never_reads_is_given_up(
        self, stream: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "STALL", 0.2)
        raw = await _raw(stream)
        raw.subscribe("a", FLOOD)
        await stream.probe.closed.acquire()
        await stream.idle()
        raw.close()

    async def test_a_deployment_is_not_held_by_a_client_that_does_not_read(
        self, stream: Any, in_process_app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(websocket, "LAST_WORDS", 0.1)
        old = stream.server.app
        raw = await _raw(stream)
        raw.subscribe("a", FLOOD)
        await stream.probe.opened.acquire()
        await _settled(stream)
        stream.replace(in_process_app(version="2"))
        while not old.closed:
            await asyncio.sleep(0.005)
        raw.close()


class TestFloods:
    async def test_subscriptions_are_bounded(
        self, stream: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(websocket, "MAX_OPERATIONS", 3)
        async with stream.socket() as client:
            for number in range(5):
                await client.subscribe(str(number), SILENCE)
            for number in (3, 4):
                heard = await client.hear()
                assert (heard["id"], heard["type"]) == (str(number), "error")
                assert heard["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
            assert stream.probe.open == 3
            await client.say(id="0", type="complete")
            await stream.probe.closed.acquire()
            await client.subscribe("5", TICKS)
            assert (await client.hear())["id"] == "5"

    async def test_a_flood_of_subscriptions(self, stream: Any) -> None:
        raw = await _raw(stream)
        for number in range(5000):
            raw.subscribe(str(number), SILENCE)
        async with stream.socket() as other:
            await other.subscribe("a", TICKS)
            assert (await other.hear())["type"] == "next"
        assert stream.probe.open <= websocket.MAX_OPERATIONS
        raw.close()
        await stream.idle()
        assert stream.probe.open == 0

    async def test_subscribing_and_completing_without_end(self, stream: Any) -> None:
        raw = await _raw(stream)
        most = 0
        for number in range(2000):
            raw.subscribe(str(number), SILENCE)
            raw.send({"type": "complete", "id": str(number)})
            if number % 100 == 0:
                await asyncio.sleep(0)
                most = max(most, stream.probe.open)
        raw.drain(10_000_000)
        raw.close()
        await stream.idle()
        assert most <= websocket.MAX_OPERATIONS
        assert stream.probe.open == 0

    async def test_pings_whose_pongs_are_not_read_take_no_memory(self, stream: Any) -> None:
        raw = await _raw(stream)
        ping = b"".join(_frame(Opcode.PING, b"x" * 100) for _ in range(10_000))
        connection = _connection()
        for _ in range(20):  # 20 MB of them
            await raw.write(ping)
            assert connection.transport.get_write_buffer_size() < 2_000_000
        raw.close()
        await stream.idle()

    async def test_messages_whose_answers_are_not_read_stop_the_reading(self, stream: Any) -> None:
        raw = await _raw(stream)
        ping = {"type": "ping", "payload": {"x": "x" * 500}}
        pings = _frame(Opcode.TEXT, json.dumps(ping).encode()) * 1000
        connection = _connection()
        task = asyncio.create_task(_write_without_end(raw, pings))
        await _stuck(raw)
        assert connection.transport.get_write_buffer_size() < 2_000_000
        task.cancel()
        await asyncio.wait([task])
        raw.close()
        await stream.idle()

    async def test_other_clients_are_served_meanwhile(self, stream: Any) -> None:
        raws = [await _raw(stream) for _ in range(5)]
        for raw in raws:
            for number in range(20):
                raw.subscribe(str(number), FLOOD)
        async with stream.socket() as other:
            for _ in range(20):
                await other.subscribe("a", "{ sayHello }")
                assert (await other.hear())["type"] == "next"
                assert (await other.hear())["type"] == "complete"
        for raw in raws:
            raw.close()
        await stream.idle()
        assert stream.probe.open == 0


class TestMetrics:
    async def test_a_connection_counts_when_it_ends(self, stream: Any) -> None:
        async with stream.socket() as client:
            assert stream.figures.requests_in_flight == 1
            assert stream.figures.requests == {}
            await client.subscribe("a", "{ sayHello }")
            size = sum([len(json.dumps({"type": "connection_ack"}, separators=(",", ":")))])
            for _ in range(2):
                size += len(await client.connection.recv())
        await stream.idle()
        assert stream.figures.requests == {"101": 1}
        assert stream.figures.response_bytes["default"].sum == size


@given(text=st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["type", "id", "payload", "query", "variables"]), inner),
).map(json.dumps) | st.fixed_dictionaries(
    {"type": st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete"])},
    optional={"id": st.text() | st.integers(), "payload": st.none() | st.dictionaries(
        st.sampled_from(["query", "variables", "extensions", "operationName"]), st.text())},
).map(json.dumps))  # fmt: skip
def test_any_text_is_a_message_or_a_reason(text: str) -> None:
    closing = None
    try:
        read_message(text)
    except Closing as raised:
        closing = raised
    assert closing is None or closing.code == messages.BAD_MESSAGE
    assert closing is None or len(closing.reason.encode()) <= messages.MAX_REASON


class _Raw:
    """A client that reads only what a test reads."""

    def __init__(self, plain: sockets.socket) -> None:
        self._socket = plain
        self._waiting = b""
        self.written = 0

    def send(self, message: Any) -> None:
        self._waiting += _frame(Opcode.TEXT, json.dumps(message).encode())
        with contextlib.suppress(BlockingIOError):
            sent = self._socket.send(self._waiting)
            self._waiting = self._waiting[sent:]

    def subscribe(self, id: str, query: str) -> None:
        self.send({"type": "subscribe", "id": id, "payload": {"query": query}})

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, data)
        self.written += len(data)

    def drain(self, size: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while size > 0:
                size -= len(self._socket.recv(1_000_000))

    def close(self) -> None:
        self._socket.close()


async def _raw(stream: Any) -> _Raw:
    loop = asyncio.get_running_loop()
    plain = sockets.socket()
    plain.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 65536)
    plain.setblocking(False)
    await loop.sock_connect(plain, ("127.0.0.1", stream.server.port))
    await loop.sock_sendall(
        plain,
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += await loop.sock_recv(plain, 65536)
    assert head.startswith(b"HTTP/1.1 101 ")
    raw = _Raw(plain)
    raw.send({"type": "connection_init"})
    answer = b""
    while b"connection_ack" not in answer:
        answer += await loop.sock_recv(plain, 65536)
    return raw


def _frame(opcode: Opcode, data: bytes) -> bytes:
    return Frame(opcode, data).serialize(mask=True)


async def _write_without_end(raw: _Raw, data: bytes) -> None:
    while True:
        await raw.write(data)


async def _stuck(raw: _Raw) -> None:
    """Wait until nothing that is written goes anywhere."""
    written = -1
    while written != raw.written:
        written = raw.written
        await asyncio.sleep(0.5)


def _connection() -> BoundedWebSocket:
    """The one that the server has."""
    (found,) = (each for each in gc.get_objects() if isinstance(each, BoundedWebSocket))
    return found


async def _settled(stream: Any) -> int:
    """Wait until no more events are produced; how many there were."""
    produced = -1
    while produced != stream.probe.produced:
        produced = stream.probe.produced
        await asyncio.sleep(0.2)
    return produced
