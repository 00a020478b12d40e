"""GraphQL requests in HTTP requests: what is read, without a server around it."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.graphql import GraphQLRequest
from atoll.server.graphql_request import read_graphql_request
from atoll.server.request import Refusal, Request

HASH = hashlib.sha256(b"{sayHello}").hexdigest()
LIMIT = 1 << 16


async def read(method: str, query_string: bytes = b"", body: bytes = b"", batch: int = 0) -> Any:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    headers = [(b"content-type", b"application/json")]
    scope = {"method": method, "path": "/", "query_string": query_string, "headers": headers}
    return await read_graphql_request(Request(scope, receive), LIMIT, batch)


async def post(value: Any, batch: int = 0) -> Any:
    return await read("POST", body=json.dumps(value).encode(), batch=batch)


async def get(**parameters: str) -> Any:
    return await read("GET", urlencode(parameters).encode())


def persisted(text: Any, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": text}}


async def test_all_there_is_to_a_request() -> None:
    query, variables = "query A($n: Int) { a(n: $n) }", {"n": [1, {"a": None}]}

    assert await post(
        {"query": query, "variables": variables, "operationName": "A", "extensions": {"x": 1}}
    ) == GraphQLRequest(query, variables, "A", may_mutate=True)
    assert await get(
        query=query, variables=json.dumps(variables), operationName="A", extensions='{"x": 1}'
    ) == GraphQLRequest(query, variables, "A", may_mutate=False)


async def test_a_query_by_its_hash_alone() -> None:
    extensions = persisted(HASH)

    assert await post({"extensions": extensions}) == GraphQLRequest(None, persisted=HASH)
    assert await get(extensions=json.dumps(extensions)) == GraphQLRequest(
        None, may_mutate=False, persisted=HASH
    )


async def test_a_query_with_its_hash() -> None:
    extensions = persisted(HASH.upper())

    assert await post({"query": "{sayHello}", "extensions": extensions}) == GraphQLRequest(
        "{sayHello}", persisted=HASH
    )


@pytest.mark.parametrize(
    "extensions",
    [
        persisted(HASH, version=2),
        persisted(HASH, version="1"),
        persisted(HASH[:-1]),
        persisted(HASH + "0"),
        persisted(HASH[:-1] + "g"),
        persisted(HASH[:-1] + "\n"),
        persisted(1),
        persisted(None),
        {"persistedQuery": {}},
        {"persistedQuery": HASH},
        {"persistedQuery": [HASH]},
    ],
)
@pytest.mark.parametrize("query", ["{sayHello}", None])
async def test_hashes_that_are_none_are_refused(extensions: Any, query: str | None) -> None:
    with pytest.raises(Refusal, match="persistedQuery") as refused:
        await post({"query": query, "extensions": extensions})
    assert refused.value.status == 400
    with pytest.raises(Refusal, match="persistedQuery"):
        await get(extensions=json.dumps(extensions), **({"query": query} if query else {}))


async def test_null_for_a_hash_is_no_hash() -> None:
    request = {"query": "{a}", "extensions": {"persistedQuery": None}}

    assert await post(request) == GraphQLRequest("{a}")


async def test_an_array_of_one_is_a_batch() -> None:
    assert await post([{"query": "{a}"}], batch=1) == [GraphQLRequest("{a}")]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
VARIABLES = st.none() | st.dictionaries(st.text(), JSON_VALUES, max_size=4)


@st.composite
def requests(draw: st.DrawFn) -> GraphQLRequest:
    text = st.text(st.characters(exclude_categories=["Cs"]))
    return GraphQLRequest(draw(text), draw(VARIABLES), draw(st.none() | text.filter(bool)))


def parameters(request: GraphQLRequest) -> dict[str, Any]:
    return {
        "query": request.query,
        "variables": request.variables,
        "operationName": request.operation_name,
    }


@settings(deadline=None)
@given(requests())
async def test_what_is_sent_is_read(request: GraphQLRequest) -> None:
    assert await post(parameters(request)) == request
    sent = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters(request).items()
        if value is not None
    }
    found = await get(**sent)
    assert parameters(found) == parameters(request)
    assert not found.may_mutate


@settings(deadline=None)
@given(st.lists(requests(), min_size=1, max_size=5), st.integers(1, 5))
async def test_batches_of_any_size_are_read_up_to_the_limit(
    batch: list[GraphQLRequest], limit: int
) -> None:
    sent = [parameters(request) for request in batch]
    if len(batch) <= limit:
        assert await post(sent, batch=limit) == batch
    else:
        with pytest.raises(Refusal, match=f"at most {limit} are accepted"):
            await post(sent, batch=limit)


@settings(deadline=None)
@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
async def test_any_body_and_any_url_is_read_or_refused(data: bytes) -> None:
    for method in ("GET", "POST"):
        try:
            await read(method, query_string=data, body=data, batch=3)
        except Refusal as refused:
            found = (refused.status, refused.message.partition("\n")[0])
            assert found == (400, "Failed to parse GraphQL request.")
