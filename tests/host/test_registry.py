"""Every host function that modules of Modus import is answered: by an operation, or by a word."""

from __future__ import annotations

import inspect

import pytest

from atoll.host.errors import HostError
from atoll.host.registry import IMPORTS, OPERATIONS, UNAVAILABLE

CATALOGUE = {
    "modus_system": ["logMessage", "getTimeInZone", "getTimeZoneData"],
    "modus_models": ["getModelInfo", "invokeModel"],
    "modus_http_client": ["fetch"],
    "modus_sql_client": ["executeQuery"],
    "modus_dgraph_client": ["executeQuery", "alterSchema", "dropAttribute", "dropAllData"],
    "modus_graphql_client": ["executeQuery"],
    "modus_neo4j_client": ["executeQuery"],
    "modus_agents": [
        "startAgent", "stopAgent", "getAgentInfo", "listAgents", "sendMessage", "publishEvent",
    ],
    "modus_secrets": ["getSecretValue"],
    "modus_collections": [
        "upsert", "delete", "search", "searchByVector", "classifyText", "recomputeIndex",
        "computeDistance", "getText", "dumpTexts", "getNamespaces", "getVector", "getLabels",
    ],
}  # fmt: skip
NAMES = {f"{module}.{name}" for module, names in CATALOGUE.items() for name in names}
OWN = {"atoll_collections.call", "atoll_models.stream", "atoll_http.stream"}
"""What the SDKs of Modus do not have. (``atoll_stream`` is part of the border itself.)"""
LOG = "modus_system.logMessage"
"""Not an operation: it needs no waiting, and each guest family has its own log."""


def test_every_import_is_known_in_one_way():
    assert len(NAMES) == 32
    assert set(IMPORTS) | set(UNAVAILABLE) | {LOG} == NAMES | OWN
    assert not set(IMPORTS) & set(UNAVAILABLE)
    assert LOG not in {*IMPORTS, *UNAVAILABLE}


def test_operations_are_named_by_capability_and_verb():
    assert all(name == operation.name for name, operation in OPERATIONS.items())
    for name, operation in OPERATIONS.items():
        capability, verb = name.split(".")
        assert capability.isidentifier()
        assert verb.isidentifier()
        assert inspect.iscoroutinefunction(operation.run)


def test_each_import_has_a_log_text_of_its_own():
    texts = {binding.failed for _, binding in IMPORTS.values()}
    assert "Host operation failed." not in texts


@pytest.mark.parametrize("name", sorted(UNAVAILABLE))
async def test_what_is_not_available_names_the_capability(calls, name):
    with pytest.raises(HostError) as caught:
        await calls.run_import(name, [])
    assert caught.value.code == "NOT_AVAILABLE"
    assert "not yet available" in caught.value.message
    assert UNAVAILABLE[name] in caught.value.message


@pytest.mark.parametrize("name", ["modus_system.other", "modus_x.y" * 1000, ""])
async def test_what_is_unknown_is_not_available_either(calls, name):
    with pytest.raises(HostError) as caught:
        await calls.run_import(name, [])
    assert caught.value.code == "NOT_AVAILABLE"
    assert len(caught.value.message) < 200
