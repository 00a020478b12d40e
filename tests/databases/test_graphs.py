"""Neo4j and Dgraph from functions in every language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def neo4j_call(neo4j: Any, language: str, make_app: Any, call_of: Callable[..., Any]) -> Any:
    connection = {
        "type": "neo4j",
        "dbUri": "bolt://{{HOST}}",
        "username": neo4j.user,
        "password": "{{PASSWORD}}",
    }
    secrets = {
        "MODUS_NEO_HOST": f"{neo4j.host}:{neo4j.port}",
        "MODUS_NEO_PASSWORD": neo4j.password,
    }
    return call_of(make_app(language, {"neo": connection}, secrets))


@pytest.fixture
def dgraph_call(dgraph: Any, language: str, make_app: Any, call_of: Callable[..., Any]) -> Any:
    connection = {"type": "dgraph", "grpcTarget": f"{dgraph.host}:{dgraph.port}"}
    return call_of(make_app(language, {"graph": connection}))


async def test_nodes_go_there_and_come_back(neo4j_call: Any) -> None:
    # Whole numbers stay whole: half of 7 is 3 in Cypher only then.
    assert await neo4j_call("addNode", name="Ann ✨", age=7) == "Person Ann ✨ 7 3"
    big = 2**53 + 1
    assert await neo4j_call("addNode", name="'\"`", age=big) == f"Person '\"` {big} {big // 2}"


async def test_a_graph_is_made_asked_changed_and_dropped(dgraph_call: Any) -> None:
    assert await dgraph_call("dropEverything") == "success"
    schema = "name: string @index(exact) .\nnick: string ."
    assert await dgraph_call("setSchema", schema=schema) == "success"
    triples = '_:p <name> "Ann ✨" .\n_:q <name> "Bo" .'
    assert await dgraph_call("addTriples", nquads=triples, blank="p") is True
    ask = "query q($name: string) { found(func: eq(name, $name)) { name nick } }"

    async def found(name: str) -> Any:
        return json.loads(await dgraph_call("ask", query=ask, name=name))["found"]

    assert await found("Ann ✨") == [{"name": "Ann ✨"}]
    assert await found("nobody") == []
    await dgraph_call("upsert", name="Ann ✨", nick='line\n"quoted" \\')
    await dgraph_call("upsert", name="nobody", nick="x")
    assert await found("Ann ✨") == [{"name": "Ann ✨", "nick": 'line\n"quoted" \\'}]
    assert await found("nobody") == []
    assert await dgraph_call("dropAttribute", attribute="nick") == "success"
    assert await found("Ann ✨") == [{"name": "Ann ✨"}]
