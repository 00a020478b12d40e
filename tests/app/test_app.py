"""Calls that reach models, through the whole path: guest, engine, host, connection."""

from __future__ import annotations

import asyncio
import logging

import pytest


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_function_asks_a_model(call, host):
    outcome = await call("ask", prompt="hällo")
    assert (outcome.value, outcome.errors) == ("HÄLLO", ())
    assert len(host.requests) == 1


async def test_gathered_calls_are_in_flight_together(call, host):
    host.answering.clear()
    running = asyncio.create_task(call("ask_together", prompts=["a", "b", "c"]))
    await until(lambda: host.waiting == 3)
    host.answering.set()
    assert (await running).value == ["A", "B", "C"]


async def test_calls_that_wait_do_not_hold_up_others(call, host):
    host.answering.clear()
    running = [asyncio.create_task(call("ask", prompt=str(number))) for number in range(50)]
    await until(lambda: host.waiting == 50)
    assert "remote" in (await call("surroundings")).value
    host.answering.set()
    assert [(await task).value for task in running] == [str(number) for number in range(50)]


async def test_a_slow_model_is_an_error_before_the_call_ends(host, make_app):
    host.answering.clear()
    limits = {"wallSeconds": 3}
    async with make_app(limits) as app:
        outcome = await app.call(app.interface.function("error_of"), {"model": "remote"})
    assert outcome.errors == ()
    assert "did not answer" in outcome.value


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, "{}", "key"),
        (429, "{}", "rate limit"),
        (500, "{}", "500"),
        (200, "no json", "JSON"),
        (200, "[1, 2", "JSON"),
    ],
)
async def test_answers_that_are_no_use_reach_the_function(call, host, status, body, message):
    host.answer = (status, body)
    assert message in (await call("error_of", model="remote")).value


async def test_half_an_answer_reaches_the_function(call, host):
    host.cut_off = True
    assert "before its response was complete" in (await call("error_of", model="remote")).value


async def test_a_host_that_is_down_reaches_the_function(host, make_app):
    host.url = "http://127.0.0.1:1/"
    async with make_app() as app:
        outcome = await app.call(app.interface.function("error_of"), {"model": "remote"})
    assert "could not reach" in outcome.value


async def test_a_timeout_in_the_guest_ends_the_request(call, host):
    host.answering.clear()
    assert (await call("ask_with_timeout", prompt="x", seconds=0.1)).value == "timed out"
    await until(lambda: host.gone == 1)


async def test_cancelling_a_call_ends_its_requests(call, host):
    host.answering.clear()
    running = asyncio.create_task(call("ask_together", prompts=["a", "b"]))
    await until(lambda: host.waiting == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    await until(lambda: host.gone == 2)


async def test_model_errors_reach_the_function(call):
    assert "missing" in (await call("error_of", model="nowhere")).value
    assert "unheard-of" in (await call("error_of", model="unheard-of")).value


async def test_streams_both_ways(call):
    sent = []

    async def client(chunk):
        sent.append(chunk)

    outcome = await call("stream_words", prompt="one two three", emit=client)
    assert "".join(outcome.value) == "onetwothree"
    assert "".join(sent) == "ONETWOTHREE"


async def test_a_slow_client_holds_the_function_up(call):
    offered, room = asyncio.Event(), asyncio.Event()
    sent = []

    async def client(chunk):
        offered.set()
        await room.wait()
        sent.append(chunk)

    running = asyncio.create_task(call("stream_words", prompt="one two", emit=client))
    await offered.wait()
    await asyncio.sleep(0.1)
    assert (sent, running.done()) == ([], False)
    room.set()
    assert not (await running).failed


async def test_emitting_without_a_client(call):
    assert (await call("stream_words", prompt="one")).failed


async def test_calls_are_logged_with_their_id(call, caplog):
    caplog.set_level(logging.DEBUG, logger="atoll.app")
    outcome = await call("ask", prompt="x")
    records = [record for record in caplog.records if record.name == "atoll.app"]
    assert [record.message for record in records] == [
        "Calling function.",
        "Function completed successfully.",
    ]
    assert {record.fields["execution_id"] for record in records} == {outcome.execution_id}
