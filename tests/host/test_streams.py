"""Streams, host to guest and guest to client."""

from __future__ import annotations

import asyncio
import json

import pytest

from atoll.host.errors import HostError
from atoll.host.streams import OPEN_AT_ONCE, Streams


async def words(*chunks):
    for chunk in chunks:
        yield chunk


async def test_chunks_then_end():
    streams = Streams()
    handle = streams.open(words("a", "b"))
    assert [await streams.next(handle) for _ in range(3)] == ["a", "b", None]
    with pytest.raises(HostError, match="not open"):
        await streams.next(handle)


async def test_source_errors_pass_and_end_the_stream():
    async def broken():
        yield "a"
        raise HostError("MODEL_FAILED", "gone")

    streams = Streams()
    handle = streams.open(broken())
    assert await streams.next(handle) == "a"
    with pytest.raises(HostError, match="gone"):
        await streams.next(handle)
    with pytest.raises(HostError, match="not open"):
        await streams.next(handle)


async def test_close_closes_the_source():
    closed = False

    async def source():
        nonlocal closed
        try:
            yield "a"
            yield "b"
        finally:
            closed = True

    streams = Streams()
    handle = streams.open(source())
    await streams.next(handle)
    await streams.close(handle)
    assert closed
    await streams.close(handle)


async def test_a_stream_closed_while_it_is_read_closes_its_source():
    room, closed = asyncio.Event(), asyncio.Event()

    async def source():
        try:
            await room.wait()
            yield "a"
        finally:
            closed.set()

    streams = Streams()
    chunks = source()
    handle = streams.open(chunks)
    reading = asyncio.create_task(streams.next(handle))
    await asyncio.sleep(0)
    await streams.close(handle)
    room.set()
    assert await reading == "a"
    assert closed.is_set()


async def test_one_source_that_fails_to_close_leaves_none_open(caplog):
    closed = []

    async def source(name, error=None):
        try:
            yield name
        finally:
            closed.append(name)
            if error is not None:
                raise error

    streams = Streams()
    for chunks in (source("a", OSError("lost")), source("b")):
        await streams.next(streams.open(chunks))
    await streams.close_all()
    assert closed == ["a", "b"]
    assert "lost" in caplog.text


async def test_open_streams_are_capped():
    streams = Streams()
    for _ in range(OPEN_AT_ONCE):
        streams.open(words())
    with pytest.raises(HostError, match="64 streams open"):
        streams.open(words())
    await streams.close_all()
    streams.open(words())


async def test_emit_waits_for_the_client():
    room = asyncio.Semaphore(1)
    sent = []

    async def client(chunk):
        await room.acquire()
        sent.append(chunk)

    streams = Streams(client)
    await streams.emit("a")
    second = asyncio.create_task(streams.emit("b"))
    await asyncio.sleep(0)
    assert sent == ["a"]
    room.release()
    await second
    assert sent == ["a", "b"]


async def test_emit_without_a_client():
    with pytest.raises(HostError, match="no client that takes a stream"):
        await Streams().emit("a")


async def test_an_interrupt_fails_what_the_guest_waits_for(make_calls):
    calls = make_calls()

    async def guest():
        told = [await calls.call("sys.sleep", '{"seconds": 60}')]
        told.append(await calls.call("sys.sleep", '{"seconds": 0}'))
        return told

    task = asyncio.create_task(guest())
    await asyncio.sleep(0)
    assert await calls.interrupt(task)
    first, then = await task
    assert (first[0], json.loads(first[1])["code"]) == (False, "CLIENT_GONE")
    assert then == (True, "null")  # for what a guest does at its end
    assert task.cancelling() == 0


async def test_an_interrupt_fails_what_the_guest_asks_for_next(make_calls):
    calls = make_calls()
    nothing = asyncio.create_task(asyncio.sleep(60))
    assert await calls.interrupt(nothing)
    assert not nothing.cancelling()
    nothing.cancel()
    succeeded, text = await calls.call("sys.sleep", '{"seconds": 0}')
    assert (succeeded, json.loads(text)["code"]) == (False, "CLIENT_GONE")
    assert await calls.call("sys.sleep", '{"seconds": 0}') == (True, "null")


async def test_an_interrupt_fails_what_goes_on_in_the_background(make_calls):
    calls = make_calls()
    sleep = json.dumps({"name": "sys.sleep", "payload": '{"seconds": 60}'})
    _, id = await calls.call("sys.start", sleep)
    waiting = asyncio.create_task(calls.call("sys.wait", f'{{"ids": [{id}]}}'))
    await asyncio.sleep(0)
    assert await calls.interrupt(waiting)
    assert not (await waiting)[0]
    _, text = await calls.call("sys.wait", f'{{"ids": [{id}]}}')
    ((_, succeeded, error),) = json.loads(text)
    assert (succeeded, json.loads(error)["code"]) == (False, "CLIENT_GONE")


async def test_an_interrupt_closes_what_is_open(make_calls):
    closed = asyncio.Event()

    async def source():
        try:
            yield "a"
            yield "b"
        finally:
            closed.set()

    streams = Streams()
    calls = make_calls(streams=streams)
    await streams.next(streams.open(source()))
    await calls.interrupt(asyncio.current_task())
    assert closed.is_set()


async def test_the_import_of_a_core_module_cannot_be_told(make_calls):
    streams, calls = (streams := Streams()), make_calls(streams=streams)
    reading = asyncio.create_task(streams.next(streams.open(endless())))
    await asyncio.sleep(0)
    assert not await calls.interrupt(reading)
    reading.cancel()
    await asyncio.wait([reading])


async def endless():
    await asyncio.sleep(60)
    yield "never"


async def test_by_host_call_both_ways(make_calls):
    sent = []

    async def client(chunk):
        sent.append(chunk)

    calls = make_calls(streams=Streams(client))

    async def ask(name, payload):
        ok, text = await calls.call(name, json.dumps(payload))
        assert ok, text
        return json.loads(text)

    stream = await ask(
        "models.stream", {"model": "known", "input": json.dumps({"words": ["x", "y"]})}
    )
    assert await ask("stream.next", stream) == {"chunk": "x"}
    assert await ask("stream.next", stream) == {"chunk": "y"}
    assert await ask("stream.next", stream) == {"end": True}
    await ask("stream.emit", {"value": {"z": [1, None]}})
    assert sent == [{"z": [1, None]}]
