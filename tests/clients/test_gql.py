"""Python's client: gql."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

ADD = "mutation ($person: PersonInput!) { addPerson(person: $person) { __typename name tags } }"


@pytest.fixture
async def http(server: Any) -> AsyncIterator[AsyncClientSession]:
    transport = AIOHTTPTransport(server.url)
    # The schema is fetched, and every request checked by it before it is sent.
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        yield session


@pytest.fixture
async def socket(server: Any) -> AsyncIterator[AsyncClientSession]:
    transport = WebsocketsTransport(server.url.replace("http", "ws"))
    async with Client(transport=transport) as session:
        yield session


def request(text: str, **variables: object) -> Any:
    query = gql(text)
    query.variable_values = variables
    return query


async def test_variables_fragments_and_aliases(http: AsyncClientSession) -> None:
    text = """
        query ($id: Int!) {
          first: person(id: $id) { ...Named address { city } }
          everyone: people { ...Named }
        }
        fragment Named on Person { __typename id name }
    """
    ada = {"__typename": "Person", "id": 1, "name": "Ada"}
    bo = {"__typename": "Person", "id": 2, "name": "Bo"}
    found = await http.execute(request(text, id=1))
    assert found == {"first": {**ada, "address": {"city": "London"}}, "everyone": [ada, bo]}


async def test_the_fetched_schema_is_the_whole_one(http: AsyncClientSession) -> None:
    schema = http.client.schema
    assert schema is not None
    assert schema.mutation_type is not None
    assert list(schema.mutation_type.fields) == ["addPerson"]
    assert schema.get_type("Int64") is not None
    assert schema.get_type("PersonInput") is not None


async def test_a_mutation(http: AsyncClientSession) -> None:
    person = {"id": 3, "name": "Cy", "tags": ["x"]}
    found = await http.execute(request(ADD, person=person))
    assert found == {"addPerson": {"__typename": "Person", "name": "Cy", "tags": ["x"]}}


async def test_large_integers_stay_whole(http: AsyncClientSession) -> None:
    found = await http.execute(request("query ($n: Int64!) { double(number: $n) }", n=1 << 60))
    assert found == {"double": 1 << 61}


async def test_what_a_function_says_to_its_user(http: AsyncClientSession) -> None:
    with pytest.raises(TransportQueryError) as caught:
        await http.execute(request("{ person(id: 0) { name } sayHello }"))
    assert caught.value.errors is not None
    (error,) = caught.value.errors
    assert error["message"] == "0 is not the number of a person."
    assert error["path"] == ["person"]
    assert error["extensions"]["code"] == "USER_ERROR"
    assert caught.value.data == {"person": None, "sayHello": "Hello, World!"}


@pytest.mark.parametrize("text", ["{ nowhere }", "query ($id: Int!) { person(id: $id) { name } }"])
async def test_a_request_that_does_not_fit(server: Any, text: str) -> None:
    async with Client(transport=AIOHTTPTransport(server.url)) as session:
        with pytest.raises(TransportQueryError, match=r"nowhere|\$id"):
            await session.execute(request(text))


async def test_what_functions_print_comes_with_the_answer(http: AsyncClientSession) -> None:
    answer = await http.execute(request('{ sayHello(name: "Ada") }'), get_execution_result=True)
    assert answer.extensions is not None
    logs = answer.extensions["invocations"]["sayHello"]["logs"]
    assert [log["message"] for log in logs] == ["greeting Ada"]


async def test_a_query_that_the_client_gives_up_ends_on_the_server(
    http: AsyncClientSession, server: Any, eventually: Callable[..., None]
) -> None:
    given_up = 'runtime_http_requests_total_num{code="499"}'
    before = server.figure(given_up)
    waiting = asyncio.create_task(http.execute(request("{ wait(seconds: 60) }")))
    await asyncio.to_thread(
        eventually, lambda: server.figure("runtime_http_requests_in_flight_num") == 1
    )
    waiting.cancel()
    await asyncio.wait([waiting])
    await asyncio.to_thread(eventually, lambda: server.figure(given_up) == before + 1)


async def test_a_subscription(socket: AsyncClientSession) -> None:
    ticks = request("subscription ($n: Int!) { ticks(count: $n, intervalMs: 1) }", n=4)
    assert [event async for event in socket.subscribe(ticks)] == [
        {"ticks": number} for number in (1, 2, 3, 4)
    ]


async def test_leaving_a_subscription_keeps_the_connection(socket: AsyncClientSession) -> None:
    endless = socket.subscribe(request("subscription { ticks(count: 1000000, intervalMs: 1) }"))
    async with aclosing(endless):
        async for event in endless:
            if event == {"ticks": 3}:
                break
    assert await socket.execute(request("{ sayHello }")) == {"sayHello": "Hello, World!"}


async def test_queries_and_mutations_over_a_web_socket(socket: AsyncClientSession) -> None:
    person = {"id": 3, "name": "Cy"}
    queries = (socket.execute(request("{ person(id: 1) { name } }")) for _ in range(10))
    found = await asyncio.gather(*queries, socket.execute(request(ADD, person=person)))
    assert found[:-1] == [{"person": {"name": "Ada"}}] * 10
    assert found[-1] == {"addPerson": {"__typename": "Person", "name": "Cy", "tags": []}}


async def test_a_subscription_that_does_not_fit(socket: AsyncClientSession) -> None:
    with pytest.raises(TransportQueryError, match="nowhere"):
        async for _ in socket.subscribe(request("subscription { nowhere }")):
            pass
