from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from atoll.app.call import ANONYMOUS, Caller
from atoll.graphql import (
    GraphQLApi,
    GraphQLRequest,
    GraphQLResponse,
    ResponseStream,
    SchemaError,
    Source,
    SubscriptionError,
)
from atoll.graphql.ticks import TICKS
from atoll.guest.types import (
    Default,
    Field,
    Function,
    Interface,
    ListOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
)

STRING, INT = Scalar("String"), Scalar("Int")

PLACE = ObjectType("Place", (Field("town", STRING), Field("zip", Nullable(STRING))))
NEWS = ObjectType(
    "News",
    (
        Field("title", STRING),
        Field("level", INT),
        Field("places", ListOf(Ref("Place"))),
        Field("more", Nullable(Ref("Place"))),
    ),
)
SIGNATURE = Function(
    "news",
    "news",
    (
        Parameter("topic", STRING),
        Parameter("level", INT, default=Default(3)),
        Parameter("author", Nullable(STRING)),
    ),
    Ref("News"),
)


@dataclass
class Newsroom:
    """A source whose events are those that a test sends."""

    queue: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    arguments: Mapping[str, Any] | None = None
    caller: Caller | None = None
    closed: bool = False

    async def subscribe(self, arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[Any]:
        self.arguments, self.caller = arguments, caller
        try:
            while (event := await self.queue.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            await asyncio.sleep(0)
            self.closed = True

    @property
    def source(self) -> Source:
        return Source(SIGNATURE, self.subscribe, (NEWS, PLACE))


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def api(people_api: Any, newsroom: Newsroom) -> GraphQLApi:
    return GraphQLApi(people_api.app, subscriptions=[newsroom.source, TICKS])


def news(title: object = "Rain", level: object = 1, **more: Any) -> dict[str, Any]:
    return {"title": title, "level": level, "places": [], "more": None, **more}


async def open_stream(api: GraphQLApi, query: str, **variables: Any) -> ResponseStream:
    opened = await api.open(GraphQLRequest(query, variables))
    assert isinstance(opened, ResponseStream), opened
    return opened


async def bodies(stream: ResponseStream) -> list[dict[str, Any]]:
    return [response.body async for response in stream]


class TestTicks:
    async def test_it_counts(self, api: GraphQLApi) -> None:
        stream = await open_stream(api, "subscription { t: ticks(count: 3, intervalMs: 1) }")
        assert await bodies(stream) == [{"data": {"t": n}} for n in (1, 2, 3)]

    @pytest.mark.parametrize("arguments", ["count: -1", "intervalMs: 0", "intervalMs: 3600001"])
    async def test_it_refuses(self, api: GraphQLApi, arguments: str) -> None:
        stream = await open_stream(api, f"subscription {{ ticks({arguments}) }}")
        (body,) = await bodies(stream)
        assert "must" in body["errors"][0]["message"]
        assert body["errors"][0]["extensions"] == {"code": "INVALID_ARGUMENT"}

    async def test_texts_that_differ_in_literals_only(self, api: GraphQLApi) -> None:
        for count in (2, 1, 3, 4, 0):
            query = f"subscription {{ ticks(count: {count}, intervalMs: 1) }}"
            assert len(await bodies(await open_stream(api, query))) == count


class TestEvents:
    async def test_an_event_is_completed_as_the_query_asks(
        self, api: GraphQLApi, newsroom: Newsroom
    ) -> None:
        stream = await open_stream(
            api,
            'subscription ($x: Boolean!) { n: news(topic: "") { ...F level @skip(if: $x) } }'
            " fragment F on News { __typename name: title places { town } more { zip } }",
            x=True,
        )
        newsroom.queue.put_nowait(news(places=[{"town": "Ulm", "zip": None}]))
        newsroom.queue.put_nowait(news("Sun", more={"town": "Bonn", "zip": "53111"}))
        newsroom.queue.put_nowait(None)

        rain = {"__typename": "News", "name": "Rain", "places": [{"town": "Ulm"}], "more": None}
        sun = {"__typename": "News", "name": "Sun", "places": [], "more": {"zip": "53111"}}
        assert await bodies(stream) == [{"data": {"n": rain}}, {"data": {"n": sun}}]
        assert newsroom.closed

    async def test_the_source_gets_all_parameters_and_the_caller(
        self, api: GraphQLApi, newsroom: Newsroom
    ) -> None:
        query = "subscription ($t: String!) { news(topic: $t) { title } }"
        caller = Caller({"sub": "ada"})
        stream = await api.open(GraphQLRequest(query, {"t": "weather"}), caller)
        assert isinstance(stream, ResponseStream)
        newsroom.queue.put_nowait(None)
        assert await bodies(stream) == []
        assert newsroom.arguments == {"topic": "weather", "level": 3, "author": None}
        assert newsroom.caller is caller

    async def test_a_bad_event_is_an_error_and_the_stream_goes_on(
        self, api: GraphQLApi, newsroom: Newsroom
    ) -> None:
        stream = await open_stream(
            api, 'subscription { news(topic: "") { title level places { town } } }'
        )
        for event in (
            news(None),
            news(level=2**40),
            "no object",
            news(places=[{"town": None}]),
            news(),
        ):
            newsroom.queue.put_nowait(event)
        newsroom.queue.put_nowait(None)

        *bad, good = await bodies(stream)
        assert [body["data"] for body in bad] == [None] * 4
        assert [body["errors"][0]["path"] for body in bad] == [
            ["news", "title"],
            ["news", "level"],
            ["news", "title"],
            ["news", "places", 0, "town"],
        ]
        assert good == {"data": {"news": {"title": "Rain", "level": 1, "places": []}}}

    async def test_events_wait_until_they_are_asked_for(self, people_api: Any) -> None:
        made: list[int] = []

        async def count(arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
            for number in range(10):
                made.append(number)
                yield number

        source = Source(Function("count", "count", (), INT), count)
        api = GraphQLApi(people_api.app, subscriptions=[source])
        stream = await open_stream(api, "subscription { count }")
        assert (await anext(stream)).body == {"data": {"count": 0}}
        assert (await anext(stream)).body == {"data": {"count": 1}}
        await asyncio.sleep(0.01)
        assert made == [0, 1]
        await stream.aclose()
        assert await bodies(stream) == []


class TestEnds:
    async def test_a_source_may_say_why_it_ends(self, api: GraphQLApi, newsroom: Newsroom) -> None:
        stream = await open_stream(api, 'subscription { n: news(topic: "") { title } }')
        newsroom.queue.put_nowait(news())
        newsroom.queue.put_nowait(SubscriptionError("The paper is closed.", "CLOSED"))

        first, last = [response async for response in stream]
        assert first.executed
        assert not last.executed
        assert last.body == {
            "errors": [
                {
                    "message": "The paper is closed.",
                    "locations": [{"line": 1, "column": 16}],
                    "path": ["n"],
                    "extensions": {"code": "CLOSED"},
                }
            ]
        }

    async def test_other_errors_are_masked(
        self, api: GraphQLApi, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
    ) -> None:
        stream = await open_stream(api, 'subscription { news(topic: "") { title } }')
        newsroom.queue.put_nowait(OSError("/secret"))
        with caplog.at_level(logging.ERROR):
            (body,) = await bodies(stream)
        assert body == {
            "errors": [{"message": "internal error", "extensions": {"code": "INTERNAL_ERROR"}}]
        }
        assert "/secret" in caplog.text

    async def test_cancelled_within_is_an_error_too(
        self, api: GraphQLApi, newsroom: Newsroom
    ) -> None:
        stream = await open_stream(api, 'subscription { news(topic: "") { title } }')
        newsroom.queue.put_nowait(asyncio.CancelledError())
        (body,) = await bodies(stream)
        assert body["errors"][0]["message"] == "internal error"

    async def test_cancelled_from_without_it_stops_the_source(
        self, api: GraphQLApi, newsroom: Newsroom
    ) -> None:
        stream = await open_stream(api, 'subscription { news(topic: "") { title } }')
        task = asyncio.create_task(bodies(stream))
        while newsroom.arguments is None:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert newsroom.closed

    async def test_closing_waits_for_the_source(self, api: GraphQLApi, newsroom: Newsroom) -> None:
        stream = await open_stream(api, 'subscription { news(topic: "") { title } }')
        newsroom.queue.put_nowait(news())
        await anext(stream)
        assert not newsroom.closed
        await stream.aclose()
        assert newsroom.closed
        await stream.aclose()

    async def test_a_source_that_fails_to_close_is_logged(
        self, people_api: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def stubborn(arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
            try:
                yield 1
            finally:
                raise OSError("stuck")

        source = Source(Function("count", "count", (), INT), stubborn)
        api = GraphQLApi(people_api.app, subscriptions=[source])
        stream = await open_stream(api, "subscription { count }")
        await anext(stream)
        await stream.aclose()
        assert "stuck" in caplog.text

    async def test_a_source_need_not_be_a_generator(self, people_api: Any) -> None:
        class Once:
            def __init__(self) -> None:
                self.events = [7]

            def __aiter__(self) -> Once:
                return self

            async def __anext__(self) -> int:
                if not self.events:
                    raise StopAsyncIteration
                return self.events.pop()

        source = Source(Function("count", "count", (), INT), lambda *_: Once())
        api = GraphQLApi(people_api.app, subscriptions=[source])
        stream = await open_stream(api, "subscription { count }")
        assert await bodies(stream) == [{"data": {"count": 7}}]
        await stream.aclose()

    async def test_a_source_that_cannot_begin(self, people_api: Any) -> None:
        def broken(arguments: Mapping[str, Any], caller: Caller) -> AsyncIterator[int]:
            raise OSError("/secret")

        source = Source(Function("count", "count", (), INT), broken)
        api = GraphQLApi(people_api.app, subscriptions=[source])
        response = await api.open(GraphQLRequest("subscription { count }"))
        assert isinstance(response, GraphQLResponse)
        assert response.kind == "internal"
        assert "/secret" not in str(response.body)


class TestRequests:
    @pytest.mark.parametrize(
        ("query", "kind"),
        [
            ("subscription { nope }", "validation"),
            ("subscription { __typename }", "validation"),
            ("subscription { a: ticks b: ticks }", "validation"),
            ("subscription ($x: Boolean!) { ticks @skip(if: $x) }", "validation"),
            ("subscription ($x: Boolean!) { ...F } fragment F on Subscription "
             "{ ticks @include(if: $x) }", "validation"),
            ("subscription ($n: Int!) { ticks(count: $n) }", "variables"),
            ("subscription ($o: Int = 5) { ticks(count: $o) }", "variables"),
            ("subscription {", "syntax"),
            ("subscription A { ticks } subscription B { ticks }", "operation"),
        ],
    )  # fmt: skip
    async def test_what_cannot_begin_is_answered_at_once(
        self, api: GraphQLApi, query: str, kind: str
    ) -> None:
        response = await api.open(GraphQLRequest(query, {"x": True, "o": None}))
        assert isinstance(response, GraphQLResponse)
        assert response.kind == kind
        assert "data" not in response.body

    async def test_queries_and_mutations_are_answered_as_ever(self, api: GraphQLApi) -> None:
        for query, data in (
            ("{ sayHello }", {"sayHello": "Hello, you"}),
            ('mutation { addPerson(person: {name: "A"}) }', {"addPerson": 2**40}),
        ):
            response = await api.open(GraphQLRequest(query))
            assert isinstance(response, GraphQLResponse)
            assert response.body["data"] == data

    async def test_execute_refuses_a_subscription(self, api: GraphQLApi) -> None:
        response = await api.execute(GraphQLRequest("subscription { ticks }"))
        assert response.kind == "operation"
        assert response.body["errors"][0]["extensions"] == {"code": "SUBSCRIPTION_UNSUPPORTED"}

    async def test_an_api_without_subscriptions(self, people_api: Any) -> None:
        response = await people_api.api.open(GraphQLRequest("subscription { ticks }"), ANONYMOUS)
        assert isinstance(response, GraphQLResponse)
        assert not response.executed
        assert "subscription" in response.body["errors"][0]["message"]


class TestSchema:
    def test_sdl(self, api: GraphQLApi, newsroom: Newsroom) -> None:
        head, _, subscription = api.sdl.partition("type Subscription {\n")
        assert "type News {" in head
        assert "type Place {" in head
        assert subscription.startswith(
            "  news(topic: String!, level: Int! = 3, author: String): News!\n  "
        )
        assert subscription.endswith("  ): Int!\n}\n")

    def test_without_sources_there_is_no_subscription(self, people_api: Any) -> None:
        assert "Subscription" not in people_api.api.sdl

    def test_an_app_may_have_the_same_type(self, people_api: Any, newsroom: Newsroom) -> None:
        self._add(people_api.app, PLACE)
        GraphQLApi(people_api.app, subscriptions=[newsroom.source])

    def test_another_type_of_the_same_name(self, people_api: Any, newsroom: Newsroom) -> None:
        self._add(people_api.app, ObjectType("Place", (Field("x", INT),)))
        with pytest.raises(SchemaError, match=r"'Place'.*'news'"):
            GraphQLApi(people_api.app, subscriptions=[newsroom.source])

    def test_two_subscriptions_of_one_name(self, people_api: Any) -> None:
        with pytest.raises(SchemaError, match="two subscriptions 'ticks'"):
            GraphQLApi(people_api.app, subscriptions=[TICKS, TICKS])

    @pytest.mark.parametrize(
        ("signature", "message"),
        [
            (Function("a-b", "a-b", (), INT), "'a-b'"),
            (Function("f", "f", (), Ref("Lost")), "'Lost'"),
            (Function("f", "f", (Parameter("x-y", INT),), INT), "'x-y'"),
        ],
    )
    def test_bad_signatures(self, people_api: Any, signature: Function, message: str) -> None:
        source = Source(signature, TICKS.subscribe)
        with pytest.raises(SchemaError, match=message):
            GraphQLApi(people_api.app, subscriptions=[source])

    @staticmethod
    def _add(app: Any, type_: ObjectType) -> None:
        old = app.interface
        app.interface = Interface(old.functions, {**old.types, type_.name: type_})


async def test_many_streams_at_once(api: GraphQLApi) -> None:
    query = "subscription { ticks(count: 3, intervalMs: 1) }"
    streams = [await open_stream(api, query) for _ in range(50)]
    results = await asyncio.gather(*(bodies(stream) for stream in streams))
    assert all(len(result) == 3 for result in results)
