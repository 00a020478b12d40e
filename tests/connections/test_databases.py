"""Clients of databases, as secrets change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from atoll.connections import ConnectionFailed, Databases
from atoll.manifest import Manifest, Neo4jConnection
from atoll.secrets import Secrets

REFUSED = "bolt://127.0.0.1:1"
NO_ADDRESS = "nonsense"


@pytest.fixture
def secrets() -> Secrets:
    return Secrets({"MODUS_GRAPH_URI": REFUSED})


@pytest.fixture
async def databases(secrets: Secrets) -> AsyncIterator[Databases]:
    connection = Neo4jConnection("graph", "{{URI}}", "user", "password")
    made = Databases(Manifest(connections={"graph": connection}), secrets, max_bytes=1 << 20)
    yield made
    await made.close()


async def failure(databases: Databases) -> str:
    with pytest.raises(ConnectionFailed) as caught:
        await databases.neo4j("graph", "", "RETURN 1", "{}")
    return caught.value.code


async def test_secrets_that_make_no_address_do_no_harm_once_they_are_right_again(
    databases: Databases, secrets: Secrets
) -> None:
    assert await failure(databases) == "HOST_UNREACHABLE"
    secrets.update({"MODUS_GRAPH_URI": NO_ADDRESS})
    assert await failure(databases) == "BAD_ADDRESS"
    await asyncio.sleep(0)  # in which a client would be closed
    secrets.update({"MODUS_GRAPH_URI": REFUSED})
    assert await failure(databases) == "HOST_UNREACHABLE"


async def test_a_secret_that_is_missing_is_told_of(databases: Databases, secrets: Secrets) -> None:
    secrets.update({})
    assert await failure(databases) == "BAD_ADDRESS"
