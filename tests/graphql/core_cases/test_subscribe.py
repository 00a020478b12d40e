from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse
from atoll.graphql.source import Source, SubscriptionError
from atoll.guest.types import (
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

TEXT, INT = Nullable(Scalar("String")), Nullable(Scalar("Int"))
EMAIL = ObjectType("Email", (Field("from", TEXT), Field("subject", TEXT)))
INBOX = ObjectType("Inbox", (Field("unread", INT), Field("total", INT)))
EVENT = ObjectType(
    "EmailEvent",
    (
        Field("email", Nullable(Ref("Email"))),
        Field("inbox", Nullable(Ref("Inbox"))),
        Field("subjects", ListOf(Scalar("String"))),
    ),
)
IMPORTANT = """
    subscription ($priority: Int = 0) {
      importantEmail(priority: $priority) {
        email { from subject }
        inbox { unread total }
      }
    }
"""


class Mailbox:
    """Emails arrive here; whoever subscribes is told of each, until it leaves."""

    def __init__(self) -> None:
        self.queues: list[asyncio.Queue[Any]] = []
        self.emails = [{"from": "joe@example.org", "subject": "Hello"}]

    async def subscribe(self, _: Any, __: Any) -> AsyncIterator[Any]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self.queues.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.queues.remove(queue)

    def arrive(self, sender: str, subject: str) -> bool:
        """Whether anybody is told."""
        email = {"from": sender, "subject": subject}
        self.emails.append(email)
        inbox = {"unread": len(self.emails) - 1, "total": len(self.emails)}
        for queue in self.queues:
            queue.put_nowait({"email": email, "inbox": inbox, "subjects": [subject]})
        return bool(self.queues)


class NoFunctions:
    interface = Interface((Function("a", "a", (), TEXT),))
    exact = False
    may_wait = False

    async def call(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a subscription calls no function")


def source(name: str, subscribe: Any, result: Any = TEXT, *parameters: Parameter) -> Source:
    types = (EMAIL, INBOX, EVENT) if isinstance(result, Nullable) and result != TEXT else ()
    return Source(Function(name, name, parameters, result), subscribe, types)


def messages(*events: Any) -> Any:
    """A source of ``events``; one that is an exception ends it."""

    async def subscribe(_: Any, __: Any) -> AsyncIterator[Any]:
        for event in events:
            await asyncio.sleep(0)
            if isinstance(event, Exception):
                raise event
            yield event

    return subscribe


async def opened(query: str, *sources: Source, **variables: Any) -> Any:
    """The answer at the third time."""
    api = GraphQLApi(NoFunctions(), subscriptions=sources)
    for _ in range(2):
        answer = await api.open(GraphQLRequest(query, variables))
        if not isinstance(answer, GraphQLResponse):
            await answer.aclose()
    return await api.open(GraphQLRequest(query, variables))


async def bodies(stream: Any) -> list[Any]:
    return [response.body async for response in stream]


def important(mailbox: Mailbox) -> Source:
    return source(
        "importantEmail",
        mailbox.subscribe,
        Nullable(Ref("EmailEvent")),
        Parameter("priority", INT),
    )


def payload(sender: str, subject: str, unread: int) -> dict[str, Any]:
    return {
        "data": {
            "importantEmail": {
                "email": {"from": sender, "subject": subject},
                "inbox": {"unread": unread, "total": unread + 1},
            }
        }
    }


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


async def begun(stream: Any) -> asyncio.Task[Any]:
    """The next response, for which the source now waits."""
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    return waiting


class TestSubscriptionInitializationPhase:
    async def test_accepts_multiple_subscription_fields_defined_in_schema(self) -> None:
        sources = (source("one", messages("1")), source("two", messages("2")))
        stream = await opened("subscription { two }", *sources)
        assert await bodies(stream) == [{"data": {"two": "2"}}]

    async def test_throws_when_subscribe_is_called_with_a_non_subscription_operation(
        self,
    ) -> None:
        # Whoever can take a stream asks the same way for everything.
        answer = await opened("{ __typename }", source("foo", messages()))
        assert answer.body == {"data": {"__typename": "Query"}}

    async def test_accepts_type_definition_with_sync_subscribe_function(self) -> None:
        stream = await opened("subscription { foo }", source("foo", messages("FooValue")))
        assert await bodies(stream) == [{"data": {"foo": "FooValue"}}]

    async def test_should_only_resolve_the_first_field_of_invalid_multi_field(self) -> None:
        # Validation: nothing is begun.
        sources = (source("foo", messages("1")), source("bar", messages("2")))
        answer = await opened("subscription { foo bar }", *sources)
        assert answer.kind == "validation"
        [error] = answer.body["errors"]
        assert error["message"] == "Anonymous Subscription must select only one top level field."

    async def test_resolves_to_an_error_if_schema_does_not_support_subscriptions(self) -> None:
        answer = await opened("subscription { unknownField }")
        assert answer.kind != "ok"
        assert len(answer.body["errors"]) == 1

    async def test_resolves_to_an_error_for_unknown_subscription_field(self) -> None:
        answer = await opened("subscription { unknownField }", source("foo", messages()))
        assert answer.kind == "validation"
        [error] = answer.body["errors"]
        assert error["message"] == "Cannot query field 'unknownField' on type 'Subscription'."

    async def test_resolves_to_an_error_for_subscription_resolver_errors(self) -> None:
        # The source fails when its first event is asked for.
        failing = source("foo", messages(SubscriptionError("test error", "USER_ERROR")))
        stream = await opened("subscription { foo }", failing)
        assert await bodies(stream) == [
            {
                "errors": [
                    {
                        "message": "test error",
                        "locations": [{"line": 1, "column": 16}],
                        "path": ["foo"],
                        "extensions": {"code": "USER_ERROR"},
                    }
                ]
            }
        ]

    async def test_resolves_to_an_error_if_variables_were_wrong_type(self) -> None:
        foo = source("foo", messages(), TEXT, Parameter("arg", INT))
        answer = await opened("subscription ($arg: Int) { foo(arg: $arg) }", foo, arg="meow")
        assert answer.kind == "variables"
        [error] = answer.body["errors"]
        assert error["message"] == (
            "Variable '$arg' has invalid value: Int: expected an integer, not \"meow\"."
        )
        assert error["locations"] == [{"line": 1, "column": 15}]


class TestSubscriptionPublishPhase:
    async def test_produces_a_payload_for_multiple_subscribe_in_same_subscription(
        self, mailbox: Mailbox
    ) -> None:
        streams = [await opened(IMPORTANT, important(mailbox)) for _ in range(2)]
        waiting = [await begun(stream) for stream in streams]
        assert mailbox.arrive("yuzhi@example.org", "Alright")
        for one in waiting:
            assert (await one).body == payload("yuzhi@example.org", "Alright", 1)
        for stream in streams:
            await stream.aclose()

    async def test_produces_a_payload_per_subscription_event(self, mailbox: Mailbox) -> None:
        stream = await opened(IMPORTANT, important(mailbox))
        waiting = await begun(stream)
        assert mailbox.arrive("yuzhi@example.org", "Alright")
        assert (await waiting).body == payload("yuzhi@example.org", "Alright", 1)
        # One that arrives before it is asked for.
        assert mailbox.arrive("hyo@example.org", "Tools")
        assert (await anext(stream)).body == payload("hyo@example.org", "Tools", 2)
        await stream.aclose()
        assert not mailbox.arrive("adam@example.org", "Important")
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    async def test_produces_a_payload_when_there_are_multiple_events(
        self, mailbox: Mailbox
    ) -> None:
        stream = await opened(IMPORTANT, important(mailbox))
        for number, subject in enumerate(("Alright", "Alright 2"), 1):
            waiting = await begun(stream)
            assert mailbox.arrive("yuzhi@example.org", subject)
            assert (await waiting).body == payload("yuzhi@example.org", subject, number)
        await stream.aclose()

    async def test_should_not_trigger_when_subscription_is_already_done(
        self, mailbox: Mailbox
    ) -> None:
        stream = await opened(IMPORTANT, important(mailbox))
        waiting = await begun(stream)
        assert mailbox.arrive("yuzhi@example.org", "Alright")
        await waiting
        await stream.aclose()
        assert not mailbox.arrive("yuzhi@example.org", "Alright 2")
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    async def test_event_order_is_correct_for_multiple_publishes(self, mailbox: Mailbox) -> None:
        stream = await opened(IMPORTANT, important(mailbox))
        waiting = await begun(stream)
        assert mailbox.arrive("yuzhi@example.org", "Message")
        assert mailbox.arrive("yuzhi@example.org", "Message 2")
        assert (await waiting).body == payload("yuzhi@example.org", "Message", 1)
        assert (await anext(stream)).body == payload("yuzhi@example.org", "Message 2", 2)
        await stream.aclose()

    async def test_should_handle_error_during_execution_of_source_event(self) -> None:
        events = messages("Hello", ["Goodbye"], "Bonjour")
        first, second, third = await bodies(
            await opened("subscription { newMessage }", source("newMessage", events))
        )
        assert first == {"data": {"newMessage": "Hello"}}
        assert second["data"] == {"newMessage": None}
        [error] = second["errors"]
        assert error["message"] == "String cannot represent value: ['Goodbye']"
        assert error["locations"] == [{"line": 1, "column": 16}]
        assert error["path"] == ["newMessage"]
        # That does not end the stream.
        assert third == {"data": {"newMessage": "Bonjour"}}

    async def test_should_pass_through_error_thrown_in_source_event_stream(self) -> None:
        # It is masked, and the last thing that the client hears.
        events = messages("Hello", RuntimeError("test error"), "not sent")
        first, last = await bodies(
            await opened("subscription { newMessage }", source("newMessage", events))
        )
        assert first == {"data": {"newMessage": "Hello"}}
        assert last == {
            "errors": [{"message": "internal error", "extensions": {"code": "INTERNAL_ERROR"}}]
        }

    async def test_should_work_with_custom_async_iterator(self) -> None:
        class Iterator:
            def __init__(self) -> None:
                self.values = ["Hello", "Dolly"]

            def __aiter__(self) -> Iterator:
                return self

            async def __anext__(self) -> str:
                if not self.values:
                    raise StopAsyncIteration
                return self.values.pop(0)

        newest = source("newMessage", lambda arguments, caller: Iterator())
        stream = await opened("subscription { newMessage }", newest)
        assert await bodies(stream) == [
            {"data": {"newMessage": "Hello"}},
            {"data": {"newMessage": "Dolly"}},
        ]

    async def test_should_close_custom_async_iterator(self) -> None:
        closed: list[bool] = []

        class Iterator:
            def __aiter__(self) -> Iterator:
                return self

            async def __anext__(self) -> str:
                return "again"

            async def aclose(self) -> None:
                closed.append(True)

        newest = source("newMessage", lambda arguments, caller: Iterator())
        stream = await opened("subscription { newMessage }", newest)
        closed.clear()
        assert (await anext(stream)).body == {"data": {"newMessage": "again"}}
        await stream.aclose()
        assert closed == [True]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
