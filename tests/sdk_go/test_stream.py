"""Functions that give streams, with a client and a host that the test plays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App as ServedApp
from atoll.app.stream import StreamFailed
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.core.call import INFO
from atoll.manifest import parse_manifest

OPEN = "atoll_models.stream"


class Gone(Exception):
    """What the host says to guests has a code."""

    code, message = "CLIENT_GONE", "nobody is left"


class Streams:
    """Those of calls: what is emitted, and chunks that calls read."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.patience = 1 << 30
        self.chunks: dict[int, list[str]] = {}
        self.failure: Exception | None = None
        self.closed: list[int] = []

    async def emit(self, element: Any) -> None:
        await asyncio.sleep(0)
        if len(self.got) >= self.patience:
            raise Gone
        self.got.append(element)

    async def next(self, handle: int) -> str | None:
        await asyncio.sleep(0)
        if not self.chunks[handle] and self.failure is not None:
            raise self.failure
        return self.chunks[handle].pop(0) if self.chunks[handle] else None

    async def close(self, handle: int) -> None:
        self.closed.append(handle)


@pytest.fixture
def streams(running: Any) -> Iterator[Streams]:
    running.streams = Streams()
    yield running.streams
    running.streams = None


async def test_values_come_one_by_one(app, streams):
    assert await app.call("countTo", to=3) is None
    assert streams.got == [1, 2, 3]


async def test_values_with_maps_and_pointers(app, streams):
    await app.call("steps", names=["a", "", "b"])
    first = {"number": 0, "name": "a", "seen": seen(a=0, all=3), "before": None}
    last = {"number": 2, "name": "b", "seen": seen(b=2, all=3), "before": None}
    assert streams.got == [first, None, last]


def seen(**numbers: int) -> list[dict[str, Any]]:
    return [{"key": key, "value": numbers[key]} for key in sorted(numbers)]


async def test_what_is_selected_of_values(running, host, streams, selecting):
    selection = selecting.selection_of({"n: name": None, "before": {"seen": {"key": None}}})
    await running.invoke("steps", {"names": ["a", "b"]}, selection)
    before = {"seen": [{"key": "a"}, {"key": "all"}]}
    assert streams.got == [{"n": "a", "before": None}, {"n": "b", "before": before}]


async def test_streams_of_values_without_errors(app, streams):
    await app.call("lettersOf", text="aé✨")
    assert streams.got == ["a", "é", "✨"]


async def test_no_stream_is_an_empty_one(app, streams):
    await app.call("noStream")
    assert streams.got == []


async def test_an_error_before_the_stream(app, streams):
    assert await app.error("steps", names=[]) == "no names"
    assert streams.got == []


async def test_an_error_in_the_middle(app, streams):
    assert await app.error("unsteadily", end="error") == "no more pears"
    assert streams.got == ["one", "two"]


async def test_a_panic_in_the_middle(app, streams):
    assert await app.panic("unsteadily", end="panic") == "the cart fell over"
    assert streams.got == ["one", "two"]


async def test_the_function_stops_when_nobody_listens(app, streams):
    streams.patience = 2
    await app.call("countTo", to=1_000_000)
    assert streams.got == [1, 2]
    assert app.logs == [(INFO, "stopped at 3")]


async def test_a_function_that_does_not_stop_is_stopped(app, streams):
    streams.patience = 2
    assert "continued iteration" in await app.panic("stubbornly")
    assert streams.got == [0, 1]


HARSH = {"GOGC": "1", "GODEBUG": "gcstoptheworld=2,clobberfree=1"}


async def test_values_are_held_until_they_are_sent(app, streams):
    await app.call("crumbsOf", count=50, environment=HARSH)
    assert len(streams.got) == 50
    text = ""
    for number, crumbs in enumerate(streams.got):
        text = text[-40:] + chr(ord("a") + number % 26)
        assert crumbs["text"] == text
        assert crumbs["more"] == [text, f"{text}!"]


async def test_maps_are_held_until_they_are_read(running, host, streams, selecting):
    names = [f"n{n}" for n in range(10)]
    selection = selecting.selection_of({"seen": None, "before": {"seen": None}})
    await running.invoke("steps", {"names": names}, selection, environment=HARSH)
    assert [step["seen"] for step in streams.got] == [
        seen(**{"all": 10, name: number}) for number, name in enumerate(names)
    ]
    assert [step["before"]["seen"] for step in streams.got[1:]] == [
        step["seen"] for step in streams.got[:-1]
    ]


# A model's answer ------------------------------------------------------------------------------


@pytest.fixture
def answering(host, streams) -> Callable[..., None]:
    def answer(*chunks: str, failure: Exception | None = None) -> None:
        host.answers = {
            "modus_models.getModelInfo": lambda name: {"name": name, "fullName": "Big/Model"},
            OPEN: lambda name, text: 7 if json.loads(text)["prompt"] != "none" else 0,
        }
        streams.chunks, streams.failure = {7: list(chunks)}, failure

    return answer


@pytest.mark.parametrize("chunks", [("a", "", "é✨"), ("x" * 10_000, "y" * 100_000, "z"), ()])
async def test_chunks_of_a_model(app, host, streams, answering, chunks):
    answering(*chunks)
    await app.call("ownChunks", prompt="<hi>")
    assert streams.got == [*chunks]
    assert host.calls[-1] == (OPEN, "m", '{"prompt":"<hi>"}')
    assert streams.closed == []


async def test_a_stream_that_is_left_is_closed(app, streams, answering):
    answering("a", "b")
    assert await app.call("firstChunk", prompt="x") == "a"
    assert streams.closed == [7]
    streams.patience = 0
    answering("a", "b")
    await app.call("ownChunks", prompt="x")
    assert streams.closed == [7, 7]


async def test_a_stream_that_fails(app, streams, answering):
    answering("a", failure=Gone())
    failed = await app.error("ownChunks", prompt="x")
    assert failed == "failed to invoke model m: nobody is left"
    assert streams.got == ["a"]


async def test_a_stream_that_does_not_begin(app, streams, answering):
    answering()
    failed = await app.error("ownChunks", prompt="none")
    assert failed == "failed to invoke model m: the host did not start it"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_events_in_text_that_is_cut_anywhere(app, streams, answering, size):
    text = (
        "\ufeff: note\r\ndata: a\r\ndata:  é\r\rdata\nevent: e\nid: 1\n\nevent: none\n\ndata:last"
    )
    answering(*(text[at : at + size] for at in range(0, len(text), size)))
    await app.call("ownEvents", prompt="x")
    assert streams.got == [event("a\n é"), event("", "e"), event("last")]


async def test_an_answer_of_a_service_that_does_not_stream(app, streams, answering):
    answering("\n{", '"a":\n\n1', "}")
    await app.call("ownEvents", prompt="x")
    assert streams.got == [event('{"a":\n\n1}')]


def event(data: str, name: str = "") -> dict[str, str]:
    return {"name": name, "data": data}


# The whole way ---------------------------------------------------------------------------------


@pytest.fixture
async def served(running: Any):
    app = ServedApp(
        "go", running.guest, parse_manifest("{}", path=Path("modus.json")), {}, dev=True
    )
    yield app
    await app.close()


async def test_an_app_gives_the_stream(served):
    function = served.interface.function("countTo")
    assert [each async for each in served.stream(function, {"to": 3})] == [1, 2, 3]


async def test_an_app_gives_what_came_before_an_error(served):
    stream = served.stream(served.interface.function("unsteadily"), {"end": "error"})
    assert [await anext(stream), await anext(stream)] == ["one", "two"]
    with pytest.raises(StreamFailed) as raised:
        await anext(stream)
    assert [error.message for error in raised.value.errors] == ["no more pears"]


async def test_a_client_that_leaves_ends_the_function(served):
    function = served.interface.function("countTo")
    stream = served.stream(function, {"to": 1 << 30})
    assert [await anext(stream), await anext(stream)] == [1, 2]
    await stream.aclose()


async def test_a_subscription(served):
    api = GraphQLApi(served)
    query = 'subscription { s: steps(names: ["a", "b"]) { name before { n: number } } }'
    stream = await api.open(GraphQLRequest(query))
    assert [response.body async for response in stream] == [
        {"data": {"s": {"name": "a", "before": None}}},
        {"data": {"s": {"name": "b", "before": {"n": 0}}}},
    ]


async def test_a_stream_is_no_query(served):
    response = await GraphQLApi(served).execute(GraphQLRequest("{ countTo(to: 1) }"))
    assert "countTo" in response.body["errors"][0]["message"]
