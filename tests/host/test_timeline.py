"""What a call's operations and spans look like to people who look at the call."""

from __future__ import annotations

import asyncio

import pytest

from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.http import FetchRequest, fetch
from atoll.host.neo4j import Neo4jRequest
from atoll.host.neo4j import query as neo4j_query
from atoll.host.spans import GuestSpans
from atoll.host.sql import SqlRequest, query
from atoll.host.streams import Streams
from atoll.host.system import Sleep, sleep
from atoll.host.timeline import MOST, Timeline
from atoll.host.tracing import run


@pytest.fixture
def timeline() -> Timeline:
    return Timeline()


@pytest.fixture
def context(timeline: Timeline) -> Context:
    models = None  # nothing here asks one
    return Context(models, Streams(), CallLimits(), timeline=timeline)  # type: ignore[arg-type]


async def test_an_operation_has_its_times(context: Context, timeline: Timeline) -> None:
    await run(sleep, context, Sleep(0.02))
    (one,) = timeline.operations
    assert (one.name, one.kind, one.target, one.failure) == ("sys.sleep", "operation", None, None)
    assert one.seconds is not None
    assert one.start >= 0
    assert one.seconds >= 0.02
    assert timeline.busy == pytest.approx(one.seconds, abs=1e-9)


async def test_operations_at_the_same_time_count_once(context: Context, timeline: Timeline) -> None:
    await asyncio.gather(*[run(sleep, context, Sleep(0.05)) for _ in range(4)])
    assert len(timeline.operations) == 4
    longest = max(one.seconds or 0 for one in timeline.operations)
    whole = max(one.start + (one.seconds or 0) for one in timeline.operations)
    first = timeline.operations[0].start
    assert longest <= timeline.busy <= whole - first + 1e-9


async def test_a_failure_is_told_by_its_code(context: Context, timeline: Timeline) -> None:
    with pytest.raises(HostError):
        await run(sleep, context, Sleep(-1))
    assert [one.failure for one in timeline.operations] == ["BAD_REQUEST"]


async def test_a_cancelled_operation_has_ended(context: Context, timeline: Timeline) -> None:
    task = asyncio.ensure_future(run(sleep, context, Sleep(60)))
    await asyncio.sleep(0)
    assert timeline.operations[0].seconds is None
    assert timeline.busy > 0
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert timeline.operations[0].failure == "CANCELLED"


async def test_what_is_asked_has_no_values(context: Context, timeline: Timeline) -> None:
    asked = [
        (query, SqlRequest("db", "postgresql", "select * from t where a = 'secret'  and b=$1")),
        (neo4j_query, Neo4jRequest("graph", "MATCH (n {name: 'secret'}) RETURN n")),
        (fetch, FetchRequest("https://me:secret@a.test:8080/p/q?key=secret", "POST")),
        (fetch, FetchRequest("http://[secret", "GET")),
    ]
    for operation, request in asked:
        with pytest.raises(HostError, match="no access"):
            await run(operation, context, request)
    told = [(one.target, one.detail) for one in timeline.operations]
    assert told == [
        ("db", "select * from t where a = ? and b=$1"),
        ("graph", "MATCH (n {name: ?}) RETURN n"),
        (None, "POST a.test:8080/p/q"),
        (None, "GET "),
    ]


def test_parts_of_a_stream_are_one(timeline: Timeline) -> None:
    for _ in range(3):
        timeline.end(timeline.begin("stream.next", joined=True))
    timeline.end(timeline.begin("http.fetch"))
    timeline.end(timeline.begin("stream.next", joined=True))
    found = [(one.name, one.times) for one in timeline.operations]
    assert found == [("stream.next", 3), ("http.fetch", 1), ("stream.next", 1)]


def test_so_many_are_kept_and_the_rest_is_counted(timeline: Timeline) -> None:
    for _ in range(MOST + 3):
        timeline.end(timeline.begin("http.fetch"))
    assert (len(timeline.operations), timeline.left_out) == (MOST, 3)
    assert timeline.busy > 0


def test_spans_of_the_guest_nest(timeline: Timeline) -> None:
    spans = GuestSpans(timeline)
    outer = spans.start("outer", {})
    inner = spans.start("", {})
    timeline.end(timeline.begin("http.fetch"))
    spans.end(inner, "ValueError: x", {})
    spans.end(outer, None, {})
    spans.end(outer, None, {})
    found = [(one.name, one.kind, one.depth, one.failure) for one in timeline.operations]
    assert found == [
        ("outer", "span", 0, None),
        ("span", "span", 1, "exception"),
        ("http.fetch", "operation", 2, None),
    ]
    timeline.end(timeline.begin("http.fetch"))
    assert timeline.operations[-1].depth == 0


def test_what_is_left_open_ends_with_the_call(timeline: Timeline) -> None:
    timeline.begin("outer", "span")
    timeline.begin("http.fetch")
    timeline.close()
    assert all(one.seconds is not None for one in timeline.operations)
    assert timeline.operations[1].failure == "CANCELLED"
