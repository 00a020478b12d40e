"""What passes between app and host is held as long as it is needed, and no longer."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.engine import Limits

HARSH = {"GOGC": "1", "GODEBUG": "gcstoptheworld=2,clobberfree=1"}
"""Collects garbage at every turn, and overwrites it: what nobody holds is noticed."""


def large(name: str) -> str:
    return name * 300


def headers(count: int, value: str) -> dict[str, Any]:
    return {
        "data": {
            f"x-{number}": {"name": f"X-{number}", "values": [value, str(number) * number]}
            for number in range(count)
        }
    }


def fetch(request: dict[str, Any]) -> dict[str, Any]:
    url = request["url"]
    body = f"{url} {sum(len(header['values']) for header in _given(request))}".encode()
    return {"status": 200, "statusText": "OK", "headers": headers(20, url), "body": body}


REQUEST = {"url": "http://x/", "headers": None}


def _given(request: dict[str, Any]) -> Any:
    return (request["headers"] or {"data": {}})["data"].values()


def found(*_: Any) -> dict[str, Any]:
    one = {"namespace": "", "key": large("k"), "text": large("t"), "labels": [large("a"), "b"]}
    objects = [{**one, "distance": number / 4, "score": 1.0} for number in range(20)]
    said = {"collection": "c", "status": "success", "error": "", "searchMethod": "m"}
    return {**said, "objects": objects}


AGENT = {"id": large("a"), "name": "Counter", "status": "running"}
RECORD = {"keys": [large("k")], "values": [large("v")]}
ANSWERS = {
    "modus_http_client.fetch": fetch,
    "modus_graphql_client.executeQuery": '{"data": {"text": "' + large("t") + '"}}',
    "modus_sql_client.executeQuery": {
        "error": None,
        "resultJson": '[{"name": "' + large("n") + '"}]',
        "rowsAffected": 1,
        "lastInsertId": 2**63,
    },
    "modus_dgraph_client.executeQuery": lambda connection, request: {
        "json": large("j"),
        "uids": {f"{key}{n}": large(str(n)) for key in _variables(request) for n in range(9)},
    },
    "modus_dgraph_client.alterSchema": large("s"),
    "modus_dgraph_client.dropAttribute": None,
    "modus_dgraph_client.dropAllData": large("d"),
    "modus_neo4j_client.executeQuery": {"keys": [large("k")], "records": [RECORD] * 20},
    "modus_models.getModelInfo": {"name": "m", "fullName": large("full")},
    "modus_models.invokeModel": '{"answer": "a", "choices": [{"message": {"content": "c"}}]}',
    "modus_secrets.getSecretValue": large("secret"),
    "modus_system.getTimeInZone": "2025-06-07T08:09:10-04:00",
    "modus_system.getTimeZoneData": None,
    "modus_agents.startAgent": AGENT,
    "modus_agents.getAgentInfo": AGENT,
    "modus_agents.stopAgent": AGENT,
    "modus_agents.listAgents": [AGENT] * 20,
    "modus_agents.sendMessage": lambda id, name, data, timeout: {"data": data, "error": None},
    "modus_collections.search": found,
    "modus_collections.searchByVector": found,
    "modus_collections.dumpTexts": {f"k{n}": large(str(n)) for n in range(30)},
    "modus_collections.getNamespaces": [large("n"), "", "x"],
    "modus_collections.getVector": [0.5] * 500,
    "modus_collections.upsert": lambda collection, namespace, keys, texts, labels: {
        "collection": namespace, "status": "success", "error": "", "operation": "upsert",
        "keys": [*keys, *texts, *(label for each in labels for label in each)],
    },
}  # fmt: skip


def _variables(request: dict[str, Any]) -> Any:
    return (request["query"] or {"variables": {}})["variables"]


CASES: dict[str, dict[str, Any]] = {
    "fetchUrl": {"url": "http://x/"},
    "fetchRequests": {"url": "http://x/"},
    "answered": {"url": "http://x/", "header": "x-7"},
    "queryGraphql": {
        "connection": large("c"), "statement": large("s"), "variables": '{"a": "é"}'
    },
    "sqlQuery": {"system": "mysql", "statement": large("s")},
    "sqlParameters": {},
    "dgraphQuery": {},
    "dgraphRequest": {
        "request": {
            "query": {
                "query": large("q"),
                "variables": [{"key": f"${n}", "value": large("v")} for n in range(9)],
            },
            "mutations": [
                {"setJson": large("j"), "delJson": "", "setNquads": "", "delNquads": "",
                 "condition": large("c")}
            ],
        }
    },
    "dgraphMaintain": {},
    "neo4jQuery": {},
    "modelInfo": {"name": large("m")},
    "askOwn": {"prompt": large("p")},
    "chatPlainly": {"text": large("t")},
    "getSecret": {"name": large("s")},
    "nowShownIn": {"zone": "Asia/Kolkata"},
    "startAgent": {"name": "Counter"},
    "stopAgent": {"id": large("a")},
    "listAgents": {},
    "sendData": {"id": large("a"), "name": large("m"), "data": large("d"), "timeout": 1},
    "upsertTexts": {
        "keys": [large("k")] * 9, "texts": [large("t")] * 9, "labels": [[large("l"), ""]] * 9
    },
    "searchSome": {"namespaces": [large("n")] * 9, "limit": 1},
    "searchSomeVector": {"vector": [0.5] * 500, "namespaces": [large("n")]},
    "textsOf": {"collection": large("c")},
    "vectorOf": {"collection": "c", "method": "m", "key": large("k")},
}  # fmt: skip


@pytest.fixture
def busy(host) -> Any:
    host.answers = dict(ANSWERS)
    return host


async def test_the_collector_runs_while_the_host_makes_a_result(app, busy):
    """Otherwise the tests below would show little."""
    url = "http://x/"
    assert await app.call("collectionsInFetch", url=url, environment=HARSH) > 50
    assert await app.call("collectionsInFetch", url=url) == 0


@pytest.mark.parametrize("function", CASES)
async def test_calls_give_the_same_when_garbage_is_collected_all_the_time(app, busy, function):
    plain = await app.call(function, **CASES[function])
    calls = list(busy.calls)
    assert calls
    busy.calls.clear()
    assert await app.call(function, environment=HARSH, **CASES[function]) == plain
    assert busy.calls == calls


@pytest.mark.parametrize("environment", [{}, {"GODEBUG": "clobberfree=1"}, HARSH])
async def test_results_are_held_over_more_calls(app, busy, environment):
    rounds = 2
    told = await app.call("holdResults", rounds=rounds, environment=environment)
    texts = ",".join(
        f"{key}={text}" for key, text in sorted(ANSWERS["modus_collections.dumpTexts"].items())
    )
    for number in range(rounds):
        url = f"http://x/{number}"
        lines = sorted(
            f"{header['name']}={value}"
            for header in headers(20, url)["data"].values()
            for value in header["values"]
        )
        uids = ",".join(f"$v{v}{n}={large(str(n))}" for v in range(number + 1) for n in range(9))
        assert told[number] == f"{url} 3 {','.join(lines)} {uids} {texts}"


@pytest.mark.parametrize("environment", [{}, HARSH])
async def test_lists_are_held_over_more_calls(app, busy, environment):
    told = await app.call("holdHostSlices", rounds=2, environment=environment)
    objects = [large("k") + large("t") + large("a") + ",b"] * 20
    assert told == [f"{large('n')},,x 250", *objects] * 2


@pytest.mark.parametrize("environment", [{}, HARSH])
async def test_maps_in_maps_come_and_go(app, environment):
    def tree(depth: int) -> dict[str, Any]:
        pairs = [{"key": f"{depth}{n}", "value": [large("v"), str(n)]} for n in range(5)]
        inner = [{"key": large("i"), "value": tree(depth - 1)}] if depth else []
        inner += [{"key": "null", "value": None}]
        branches = [{"key": "a", "value": inner}, {"key": "b", "value": []}]
        return {"name": large("é"), "notes": pairs, "branches": branches}

    given = tree(3)
    told = await app.call("replant", tree=given, environment=environment)
    assert told == [{"key": "root", "value": [{"key": "tree", "value": given}]}]


async def test_agents_hold_what_they_were_told(app, host):
    host.answers["modus_agents.publishEvent"] = None
    async with app.agent(HARSH) as hook:
        await hook("activate", name="Counter", id=large("é"))
        await hook("set_state", data="41")
        await hook("handle_event", action="initialize")
        assert await hook("handle_message", msgName="increment", data=None) == "42"
        assert await hook("handle_message", msgName="echo", data=large("d")) == large("d")
        log = await hook("handle_message", msgName="log", data=None)
        assert log == f"state,initialize {large('é')}"
    event = ("countUpdated", '{"count":42,"by":null}')
    assert host.calls == [("modus_agents.publishEvent", large("é"), *event)]


async def test_what_nobody_needs_is_not_held(running, host):
    """Otherwise responses and requests of 200 MB would not fit."""
    host.answers = {"modus_http_client.fetch": {**fetch(REQUEST), "body": bytes(1 << 20)}}
    arguments, limits = {"url": "http://x/", "times": 100}, Limits(memory=64 << 20)
    assert await running.invoke("fetchMany", arguments, limits=limits) == 100 << 20
