from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from atoll.manifest import GraphQLSettings
from atoll.server.batch import MAX_TOGETHER

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def batching(start: Any) -> Any:
    return await start(graphql=GraphQLSettings(max_batch=10, ticks=True))


async def ask(server: Any, *queries: Any, **headers: str) -> tuple[int, Any]:
    requests = [{"query": query} if isinstance(query, str) else query for query in queries]
    status, text = await server.text(
        "POST", "/graphql", data=json.dumps(requests), headers={**JSON, **headers}
    )
    return status, json.loads(text)


async def test_a_batch_is_answered_in_its_order(batching: Any) -> None:
    status, answers = await ask(
        batching,
        "{sayHello}",
        {"query": "query($n:String!){sayHello(name:$n)}", "variables": {"n": "Ada"}},
        'mutation {addItem(name: "x")}',
        {"query": 'query A{sayHello} query B{size(text:"abc")}', "operationName": "B"},
    )

    assert status == 200
    assert [answer["data"] for answer in answers] == [
        {"sayHello": "Hello, World! (version 1)"},
        {"sayHello": "Hello, Ada! (version 1)"},
        {"addItem": "x"},
        {"size": 3},
    ]


@pytest.mark.parametrize("accept", ["*/*", "application/graphql-response+json"])
async def test_what_fails_fails_alone(batching: Any, accept: str) -> None:
    status, answers = await ask(
        batching, "{", "{nope}", "{sayHello}", "subscription {ticks}", Accept=accept
    )

    assert status == 200
    assert [next(iter(answer)) for answer in answers] == ["errors", "errors", "data", "errors"]
    messages = [answers[index]["errors"][0]["message"] for index in (0, 1, 3)]
    assert messages[0].startswith("Failed to determine operation type from GraphQL request.\n")
    assert messages[1].startswith("Cannot query field 'nope'")
    assert messages[2].startswith("Subscriptions use SSE")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[]", "The batch is empty."),
        (json.dumps([{"query": "{sayHello}"}] * 11), "The batch has 11 requests; at most 10 are"),
        (
            '[{"query": "{x}"}, {}]',
            'The query is missing; expected {"query": "…"} - at `$[1]`',
        ),
        (
            '[{"query": "{sayHello}"}, {"query": 1}]',
            "Expected `str | null`, got `int` - at `$[1].query`",
        ),
        ('[{"query": "{sayHello}"}, 1]', "Expected `object`, got `int` - at `$[1]`"),
        ('[{"query": "{sayHello}"}', "Input data was truncated"),
        ('[[{"query": "{sayHello}"}]]', "Expected `object`, got `array`"),
        ("[" * 100_000, ""),
    ],
)
async def test_one_bad_request_spoils_a_batch(batching: Any, body: str, reason: str) -> None:
    status, text = await batching.text("POST", "/graphql", data=body, headers=JSON)

    assert status == 400
    (error,) = json.loads(text)["errors"]
    assert error["message"].startswith(f"Failed to parse GraphQL request.\n{reason}")
    assert batching.app.calls == []


async def test_batches_are_off_unless_the_manifest_says_so(server: Any) -> None:
    status, answer = await ask(server, "{sayHello}")

    assert status == 400
    assert "Batches are not supported" in answer["errors"][0]["message"]
    assert server.app.calls == []


async def test_requests_of_a_batch_run_together_up_to_a_bound(batching: Any) -> None:
    call = asyncio.create_task(ask(batching, *["{wait}"] * 10))
    for _ in range(MAX_TOGETHER):
        await batching.app.waiting.acquire()
    await batching.query("{sayHello}")

    assert batching.app.calls.count("wait") == MAX_TOGETHER

    batching.app.go_on.set()
    _, answers = await call
    assert [answer["data"] for answer in answers] == [{"wait": "waited in version 1"}] * 10


async def test_a_client_that_leaves_cancels_its_batch(batching: Any) -> None:
    call = asyncio.create_task(ask(batching, "{wait}", "{sayHello}", "{wait}"))
    await batching.app.waiting.acquire()
    await batching.app.waiting.acquire()
    call.cancel()
    await asyncio.wait([call])

    await asyncio.wait_for(batching.app.cancelled.wait(), 10)
    while batching.application.metrics.figures.requests_in_flight:
        await asyncio.sleep(0.01)
    assert batching.application.metrics.figures.requests == {"499": 1}
