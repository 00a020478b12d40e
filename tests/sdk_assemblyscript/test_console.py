"""The globals of apps: console, abort, trace, process, crypto, performance, Date."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from atoll.engine import Trap
from atoll.guest.core.call import DEBUG, ERROR, INFO, TRACE, WARNING
from atoll.guest.failure import GuestEnded, GuestFailure


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("console", release=request.param)


async def test_lines_have_their_level(app):
    await app.call("lines")
    assert app.logs == [
        (INFO, "log"),
        (INFO, ""),
        (DEBUG, "debug"),
        (INFO, "info"),
        (WARNING, "warn"),
        (ERROR, "error ✨"),
    ]


async def test_a_failed_assertion_of_the_console_is_only_logged(app):
    await app.call("asserts", value=1)
    assert app.logs == [(ERROR, "Assertion failed: ")]
    await app.call("asserts", value=0)
    assert app.logs[0] == (ERROR, "Assertion failed: the value is zero")


async def test_timers(app):
    await app.call("timers")
    shown = [(level, re.sub(r"\d+ms", "Nms", line)) for level, line in app.logs]
    assert shown == [
        (WARNING, "console.time: the timer 'work' runs already"),
        (INFO, "work: Nms"),
        (INFO, "work: Nms"),
        (WARNING, "console.timeEnd: there is no timer 'work'"),
        (WARNING, "console.timeLog: there is no timer 'never'"),
        (INFO, "default: Nms"),
    ]


async def test_traces(app):
    await app.call("traces")
    assert app.logs == [
        (TRACE, "none"),
        (TRACE, "two 1.5 -2.0"),
        (TRACE, "five 1.0 2.0 3.0 4.0 5.0"),
    ]


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("throwing", {"message": "no luck"}, r"no luck at assembly/index.ts:\d+:\d+"),
        ("throwing", {"message": ""}, r" at assembly/index.ts:\d+:\d+"),
        ("asserting", {"value": 0}, r"must not be zero at assembly/index.ts:\d+:\d+"),
        ("outside", {"index": 2}, r"Index out of range at ~lib/array.ts:\d+:\d+"),
    ],
)
async def test_an_abort_says_why_and_where(app, function, arguments, message):
    with pytest.raises(GuestFailure) as caught:
        await app.call(function, **arguments)
    assert re.search(message, str(caught.value))


async def test_memory_that_runs_out_ends_the_call(app):
    with pytest.raises(Trap):
        await app.call("greedy")


async def test_an_exit_has_its_code(app):
    with pytest.raises(GuestEnded) as caught:
        await app.call("exiting", code=3)
    assert caught.value.status == 3


async def test_environment(app):
    assert await app.call("variable", name="COLOUR", environment={"COLOUR": "grün"}) == "grün"
    assert await app.call("variable", name="OTHER", environment={"COLOUR": "grün"}) is None


async def test_chance(app):
    first, second, length = await app.call("randoms")
    assert 0 <= first < 1
    assert 0 <= second < 1
    assert first != second
    assert length == 4
    assert (await app.call("randoms"))[0] != first


async def test_clocks(app):
    before = datetime.now(UTC).timestamp()
    now, elapsed, monotonic, time = await app.call("clocks")
    assert now / 1000 >= before - 1
    assert abs(time - now) < 60_000
    assert elapsed > 0
    assert monotonic > 0


async def test_dates(app):
    text = await app.call("dateText", date="2024-12-31T23:59:59.999Z")
    assert text == "2024-12-31T23:59:59.999Z"


async def test_printed_lines_are_logged(app):
    await app.call("printing")
    assert [line for _, line in app.logs] == ["to stdout", "to stderr"]
