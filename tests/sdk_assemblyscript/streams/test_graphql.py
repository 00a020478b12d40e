"""From a subscription to a provider of models, and back."""

from __future__ import annotations

import asyncio
from typing import Any

from atoll_providers.replies import Fail, Say

from atoll.graphql import GraphQLApi, GraphQLRequest


async def open_subscription(app: Any, query: str, **variables: Any) -> Any:
    return await GraphQLApi(app.app).open(GraphQLRequest(query, variables))


async def test_a_subscription(app, providers):
    providers.answer(Say("né 🎉 you"))
    query = "subscription ($t: String!) { told: chat(text: $t) }"
    opened = await open_subscription(app, query, t="x")
    bodies = [response.body async for response in opened]
    assert bodies == [{"data": {"told": piece}} for piece in ("né", " 🎉", " you")]


async def test_it_is_no_query(app):
    answer = await GraphQLApi(app.app).execute(GraphQLRequest('{ chat(text: "x") }', {}))
    assert "chat" in answer.body["errors"][0]["message"]


async def test_a_subscriber_that_leaves(app, providers):
    providers.answer(lambda asked: Say(pieces=iter(lambda: "more", None)))
    opened = await open_subscription(app, 'subscription { chat(text: "x") }')
    assert (await anext(opened)).body == {"data": {"chat": "more"}}
    await opened.aclose()
    assert await asyncio.to_thread(providers.last.done.wait, 10)
    assert providers.last.left


async def test_a_failure_after_some_pieces(app, providers):
    providers.answer(Say("a b", fails=Fail("overloaded", "too much")))
    opened = await open_subscription(app, 'subscription { chat(text: "x") }')
    *bodies, last = [response.body async for response in opened]
    assert bodies == [{"data": {"chat": "a"}}, {"data": {"chat": " b"}}]
    assert last["errors"][0]["message"] == "The chat model returned an error: too much"
