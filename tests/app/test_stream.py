"""Functions that stream, through the whole path: guest, engine, host, connection."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from pathlib import Path

import pytest

from atoll.app.stream import FAREWELL, StreamFailed

FOLDER = Path(__file__).parents[1] / "apps" / "teller"


@pytest.fixture(scope="session")
def asker(load_python):
    """The app of ``make_app``."""
    return load_python(FOLDER)


@pytest.fixture
def stream(app):
    def stream(name, /, **arguments):
        return app.stream(app.interface.function(name), arguments)

    return stream


@pytest.fixture
def lines(caplog):
    """What functions print."""
    caplog.set_level(logging.INFO, logger="atoll.function")

    def lines():
        return [record.fields["text"] for record in caplog.records if "text" in record.fields]

    return lines


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def taken(elements):
    return [element async for element in elements]


async def failed(elements):
    """What comes before a stream fails, and its errors."""
    found = []
    try:
        async for element in elements:
            found.append(element)
    except StreamFailed as failed:
        return found, failed.errors
    raise AssertionError("the stream did not fail")


async def test_elements_come_in_their_order(stream):
    assert await taken(stream("count", to=4)) == [1, 2, 3, 4]
    assert await taken(stream("count", to=0)) == []
    assert await taken(stream("count_later", to=3)) == [1, 2, 3]
    assert await taken(stream("get_words", text="äh so")) == [
        {"text": "äh", "length": 2, "next": None},
        {"text": "so", "length": 2, "next": None},
    ]
    assert await taken(stream("maybe", text="a nothing b")) == ["a", None, "b"]


async def test_each_comes_when_it_is_made(stream, host):
    host.answering.clear()
    for name in ("pass_on", "pass_on_later"):
        async with aclosing(stream(name, prompt="wait")) as elements:
            assert await anext(elements) == "begun"
            host.answering.set()
            assert await anext(elements) == "wait"
        host.answering.clear()


async def test_a_model_is_passed_on(stream):
    for name in ("pass_on", "pass_on_later"):
        found = await taken(stream(name, prompt="one two three"))
        assert (found[0], "".join(found[1:])) == ("begun", "onetwothree")


async def test_host_calls_go_on_beside_the_stream(stream, host):
    found = await taken(stream("beside", to=3))
    assert found[:3] == [0, 1, 2]
    assert len(found) == 6
    assert len(host.requests) == 3


async def test_a_client_that_is_behind_holds_the_function_up(stream, lines):
    async with aclosing(stream("count", to=1_000)) as elements:
        for number in range(1, 4):
            assert await anext(elements) == number
        await asyncio.sleep(0.2)
        # One on its way, one in the hands of the host, and one that the function offers.
        assert len(lines()) <= 5


async def test_a_large_stream_is_never_held_whole(stream, lines):
    """50 MB, of which there are some elements at any time."""
    size = 1 << 20
    ahead = number = 0
    async for element in stream("bulk", size=size, elements=50):
        assert len(element) == size
        number += 1
        ahead = max(ahead, len(lines()) - number)
        await asyncio.sleep(0.05)  # so that the function could be far ahead
    assert (number, len(lines())) == (50, 50)
    assert ahead <= 2


async def test_a_client_that_leaves_ends_the_function(stream, lines, caplog):
    caplog.set_level(logging.INFO, logger="atoll.app")
    async with aclosing(stream("count", to=1_000_000)) as elements:
        await anext(elements)
    produced = len(lines())
    await asyncio.sleep(0.1)
    assert len(lines()) == produced <= 4
    messages = [record.message for record in caplog.records if record.name == "atoll.app"]
    assert messages == ["Function ended: its client has left."]
    assert all(record.levelno < logging.ERROR for record in caplog.records)


@pytest.mark.parametrize("name", ["pass_on", "pass_on_later"])
async def test_a_client_that_leaves_ends_the_request_to_the_model(stream, host, name):
    elements = stream(name, prompt="endless")
    assert await anext(elements) == "begun"
    assert await anext(elements)
    assert host.streaming == 1
    await elements.aclose()
    await until(lambda: host.gone == 1)
    assert host.streaming == 0


@pytest.mark.parametrize("name", ["pass_on", "pass_on_later"])
async def test_it_does_so_while_the_function_waits_for_the_model(stream, host, name):
    host.answering.clear()
    elements = stream(name, prompt="wait")
    assert await anext(elements) == "begun"
    waiting = asyncio.create_task(anext(elements))
    await until(lambda: host.streaming == 1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    await until(lambda: host.gone == 1)


@pytest.mark.parametrize("name", ["asks_at_the_end", "asks_at_the_end_later"])
@pytest.mark.parametrize("taking", [1, 2])
async def test_what_a_function_does_at_its_end_is_done(stream, host, lines, name, taking):
    """Whether the client leaves while the function waits for it or for a model."""
    host.slow = taking == 2
    elements = stream(name, prompt="endless")
    for _ in range(taking):
        await anext(elements)
    await until(lambda: host.streaming == 1)
    await elements.aclose()
    assert lines() == ["ending", "ended"]
    await until(lambda: host.streaming == 0)


async def test_a_function_that_sleeps_ends(stream, lines):
    elements = stream("sleeps_long")
    await anext(elements)
    await elements.aclose()
    assert lines() == ["ended"]


async def test_a_function_that_will_not_end_is_torn_down(stream):
    assert FAREWELL < 10
    elements = stream("will_not_end")
    await anext(elements)
    async with asyncio.timeout(20):
        await elements.aclose()


async def test_a_stream_that_nobody_begins_calls_nothing(stream, lines):
    await stream("count", to=3).aclose()
    assert lines() == []


async def test_a_failure_comes_after_what_came_before(stream):
    found, (error,) = await failed(stream("fails", after=2))
    assert found == [0, 1]
    assert (error.message, error.code) == ("error calling function", "FUNCTION_FAILED")
    found, (error,) = await failed(stream("refuses", after=1))
    assert (found, error.message, error.code) == ([0], "That is all you get.", "USER_ERROR")
    found, (error,) = await failed(stream("bad", at=3))
    assert found == [1, 2]
    assert error.message == ("element 3 of the stream of bad is invalid: expected int, got str")
    assert error.code == "INVALID_RESULT"


async def test_a_bad_argument_is_a_failure_too(stream):
    found, (error,) = await failed(stream("count", to="many"))
    assert (found, error.code) == ([], "INVALID_ARGUMENT")


async def test_what_a_function_logs_as_an_error_ends_nothing(stream, lines):
    assert await taken(stream("complains")) == [1, 2]
    assert lines() == ["something is odd"]


async def test_the_limit_of_time_is_one_of_its_own(make_app):
    async with make_app({"wallSeconds": 0.2}) as app:
        function = app.interface.function("count_later")
        assert await taken(app.stream(function, {"to": 3, "pause": 0.2})) == [1, 2, 3]
    async with make_app({"streamSeconds": 0.3}) as app:
        found, (error,) = await failed(app.stream(function, {"to": 1000, "pause": 0.1}))
    assert (0 < len(found) < 1000, error.code) == (True, "TIMEOUT")


async def test_computing_counts_from_element_to_element(make_app):
    async with make_app({"cpuSeconds": 1}) as app:
        function = app.interface.function("computes")
        assert await taken(app.stream(function, {"seconds": 0.4, "elements": 5})) == [*range(5)]
        found, (error,) = await failed(app.stream(function, {"seconds": 30, "elements": 2}))
    assert (found, error.code) == ([], "TIMEOUT")


async def test_an_element_beyond_the_payload_limit(make_app):
    async with make_app({"payloadMb": 1}) as app:
        function = app.interface.function("bulk")
        found, (error,) = await failed(app.stream(function, {"size": 1 << 20, "elements": 1}))
    assert found == []
    assert "element 1 of the stream of bulk is invalid" in error.message
    assert "the limit is 1048576" in error.message


async def test_a_call_that_is_no_stream_says_so(app):
    outcome = await app.call(app.interface.function("count"), {"to": 1})
    assert outcome.failed


async def test_many_at_once(stream):
    found = await asyncio.gather(*[taken(stream("count_later", to=5)) for _ in range(50)])
    assert found == [[1, 2, 3, 4, 5]] * 50


async def test_streams_are_measured_like_calls(app, make_app):
    finished = []

    class Observer:
        def function_finished(self, name, seconds):
            finished.append(name)

        def operation_finished(self, *_): ...

    app._observer = Observer()
    await taken(app.stream(app.interface.function("count"), {"to": 2}))
    elements = app.stream(app.interface.function("count"), {"to": 20})
    await anext(elements)
    await elements.aclose()
    assert finished == ["count", "count"]
