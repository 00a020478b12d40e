"""Texts that clients name by their hash."""

from __future__ import annotations

import hashlib
from typing import Any

from atoll.graphql import GraphQLApi, GraphQLRequest

TEXT = "query ($id: Int!) { person(id: $id) { name } }"


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def code(response: Any) -> str:
    assert response.kind == "persisted"
    return str(response.body["errors"][0]["extensions"]["code"])


async def test_a_text_is_known_once_it_was_sent_with_its_hash(people_api: Any) -> None:
    ask = GraphQLRequest(None, {"id": 1}, persisted=hash_of(TEXT))
    assert code(await people_api.api.execute(ask)) == "PERSISTED_QUERY_NOT_FOUND"
    await people_api.api.execute(GraphQLRequest(TEXT, {"id": 1}, persisted=hash_of(TEXT)))
    for _ in range(3):
        answer = await people_api.api.execute(ask)
        assert answer.body["data"] == {"person": {"name": "Ada"}}


async def test_a_hash_of_another_text_is_refused(people_api: Any) -> None:
    request = GraphQLRequest(TEXT, {"id": 1}, persisted=hash_of("{ sayHello }"))
    assert code(await people_api.api.execute(request)) == "PERSISTED_QUERY_MISMATCH"
    assert people_api.app.calls == []


async def test_texts_that_are_refused_are_not_kept(people_api: Any) -> None:
    for text in ("{ nope }", "{", "{ person(id: 99999999999) { name } }"):
        for number in (1, 2, 3):  # of which one document stands for all in the end
            await people_api(f"{{ person(id: {number}) {{ name }} }}")
        await people_api.api.execute(GraphQLRequest(text, persisted=hash_of(text)))
        again = await people_api.api.execute(GraphQLRequest(None, persisted=hash_of(text)))
        assert code(again) == "PERSISTED_QUERY_NOT_FOUND"


async def test_they_can_be_switched_off(people_api: Any) -> None:
    api = GraphQLApi(people_api.app, persisted_queries=False)
    for text in (None, TEXT):
        request = GraphQLRequest(text, {"id": 1}, persisted=hash_of(TEXT))
        assert code(await api.execute(request)) == "PERSISTED_QUERY_NOT_SUPPORTED"
