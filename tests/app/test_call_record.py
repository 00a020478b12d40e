"""Records of calls: real ones, and how many of them are kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.app.call import FunctionError, Level, Outcome
from atoll.app.call_record import CallRecord, RecentCalls
from atoll.host.timeline import HostOperation

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.fixture
def calls() -> RecentCalls:
    return RecentCalls()


@pytest.fixture
async def app(make_app, calls):
    async with make_app(calls=calls) as app:
        yield app


def ended(calls: RecentCalls, id: str = "a", value: Any = None, line: str = "") -> CallRecord:
    record = calls.begin(id, "f", {}, "request")
    if line:
        record.add_line(Level.INFO, line)
    calls.finish(record, Outcome(id, value, False))
    return record


async def test_a_call_and_what_it_asked_its_host(call, calls, host):
    outcome = await call("ask", prompt="hello")
    (record,) = calls
    assert record is calls.get(outcome.execution_id)
    assert (record.function, record.reason, record.status) == ("ask", "request", "ok")
    assert json.loads(record.arguments.text) == {"prompt": "hello"}
    assert json.loads(record.result.text) == "HELLO"
    asked: HostOperation = record.timeline.operations[0]
    assert (asked.name, asked.target, asked.failure) == ("models.invoke", "remote", None)
    times = [record.queue_seconds, record.instantiate_seconds, record.host_seconds]
    assert record.instantiate_seconds > 0
    assert record.host_seconds > 0
    assert record.guest_seconds > 0
    assert sum(times) + record.guest_seconds == pytest.approx(record.seconds)


async def test_waiting_for_a_model_is_not_the_function_at_work(call, calls, host):
    host.answering.clear()
    running = asyncio.create_task(call("ask", prompt="x"))
    while not host.waiting:
        await asyncio.sleep(0.01)
    (record,) = calls
    assert (record.status, record.seconds) == ("running", None)
    await asyncio.sleep(0.3)
    host.answering.set()
    await running
    assert record.host_seconds >= 0.3
    assert record.guest_seconds <= record.seconds - 0.3


async def test_a_failed_call_says_where(call, calls, host):
    host.answer = (401, "{}")
    outcome = await call("ask", prompt="x")
    (record,) = calls
    assert record.status == "failed"
    assert record.result is None
    assert record.errors == outcome.errors
    assert "line 13, in ask" in record.detail
    assert record.timeline.operations[0].failure is not None


async def test_a_call_that_is_cancelled(call, calls, host):
    host.answering.clear()
    running = asyncio.create_task(call("ask", prompt="x"))
    while not host.waiting:
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (record,) = calls
    assert record.status == "cancelled"
    assert record.timeline.operations[0].failure == "CANCELLED"


async def test_a_call_without_records_has_none(make_app, host):
    async with make_app() as app:
        outcome = await app.call(app.interface.function("ask"), {"prompt": "x"})
        assert outcome.value == "X"


def test_listeners_hear_of_the_start_and_of_the_end(calls):
    heard: list[str] = []
    stop = calls.subscribe(lambda record: heard.append(record.status))
    ended(calls)
    stop()
    stop()
    ended(calls, "b")
    assert heard == ["running", "ok"]


def test_the_oldest_are_forgotten():
    calls = RecentCalls(3)
    for number in range(5):
        ended(calls, str(number))
    assert [record.id for record in calls] == ["4", "3", "2"]
    assert calls.forgotten == 2
    assert calls.get("0") is None


def test_large_ones_take_the_room_of_many():
    calls = RecentCalls(most_bytes=100_000)
    for number in range(50):
        ended(calls, str(number), line="x" * 20_000)
    assert 1 <= len(calls) <= 5
    assert calls.forgotten == 50 - len(calls)


def test_what_running_calls_were_given_takes_room_as_well():
    calls = RecentCalls(most_bytes=100_000)
    for number in range(50):
        calls.begin(str(number), "f", {"text": "x" * 20_000}, "request")
    assert 1 <= len(calls) <= 5


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome("a", "\U0001f600" * 5_000, False),
        Outcome("a", None, True, (FunctionError("x" * 20_000, "BAD", "error"),)),
    ],
)
def test_all_of_a_call_takes_room(outcome):
    calls = RecentCalls(most_bytes=100_000)
    for number in range(50):
        calls.finish(calls.begin(str(number), "f", {}, "request"), outcome)
    assert 1 <= len(calls) <= 5


def test_room_is_given_back():
    calls = RecentCalls(most_bytes=100_000)
    for _ in range(50):
        ended(calls, value="x" * 20_000)
        calls.clear()
    for number in range(4):
        ended(calls, str(number), value="x" * 20_000)
    assert (len(calls), calls.forgotten) == (4, 0)


async def test_a_call_without_a_sandbox_was_not_at_work(calls):
    record = calls.begin("a", "f", {}, "request")
    await asyncio.sleep(0.01)
    assert record.guest_seconds == 0
    calls.finish(record, Outcome("a", None, True))
    assert record.guest_seconds == 0
    assert record.queue_seconds == record.seconds > 0


def test_what_is_running_is_not_cleared(calls):
    ended(calls)
    running = calls.begin("b", "f", {}, "request")
    calls.clear()
    assert list(calls) == [running]
    calls.finish(running, None)
    calls.clear()
    assert (list(calls), calls.forgotten) == ([], 0)
    ended(calls)
    assert len(calls) == 1


def test_a_call_that_ends_after_it_was_forgotten():
    calls = RecentCalls(1)
    first = calls.begin("a", "f", {}, "request")
    second = calls.begin("b", "f", {}, "request")
    calls.finish(first, None)
    calls.finish(second, None)
    assert list(calls) == [second]


def test_long_values_are_kept_in_part():
    calls = RecentCalls(most_of_value=100)
    kept = ended(calls, value="ä" * 1000).result
    assert kept is not None
    assert (kept.whole, kept.size) == (False, 2002)
    assert kept.text == '"' + "ä" * 99


def test_values_are_kept_only_if_wanted():
    record = ended(RecentCalls(keep_values=False), value="secret")
    assert record.arguments is record.result is None


@given(JSON)
def test_any_value_can_be_kept(value):
    kept = ended(RecentCalls(most_of_value=1 << 30), value=value).result
    assert kept is not None
    assert json.loads(kept.text) == value


@pytest.mark.parametrize(
    "value",
    ["\ud800", object(), {1: 2}, float("nan"), ["\ud800", float("nan")], {"\ud800": 1 << 99}],
)
def test_values_that_are_no_json_do_no_harm(value):
    kept = ended(RecentCalls(), value=value).result
    if kept is not None:
        json.loads(kept.text, parse_constant=pytest.fail)


def test_long_errors_are_kept_in_part_and_counted():
    calls = RecentCalls(most_bytes=1 << 20)
    for number in range(200):
        record = calls.begin(str(number), "f", {}, "request")
        record.detail = "d" * 1_000_000
        errors = tuple(FunctionError("m" * 1_000_000, "X", hint="h" * 1_000_000) for _ in range(3))
        calls.finish(record, Outcome(str(number), None, True, errors))
    assert record.errors[0].message == "m" * 8192 + "…"
    assert record.errors[0].hint == "h" * 8192 + "…"
    assert record.detail == "d" * 65_536 + "…"
    # Each takes 64 KiB of its failure, and 16 of each error.
    assert 1 < len(calls) < 8
