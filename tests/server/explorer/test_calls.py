"""The latest calls, as the page gets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atoll.app.call import FunctionError, Level, Outcome
from atoll.app.call_record import CallRecord, RecentCalls
from atoll.server.explorer.session import BearerGate


def finished(calls: RecentCalls, id: str, value: Any = None) -> CallRecord:
    record = calls.begin(id, "getPerson", {"id": "7"}, "request")
    calls.finish(record, Outcome(id, value, failed=False))
    return record


async def test_a_list_is_newest_first_and_in_pages(page: Any) -> None:
    calls = page.server.explorer.calls
    for number in range(5):
        finished(calls, f"call{number}")

    assert [each["id"] for each in (await page.get("calls?limit=2"))["calls"]] == ["call4", "call3"]
    older = await page.get("calls?limit=2&before=call3")
    assert [each["id"] for each in older["calls"]] == ["call2", "call1"]
    assert (await page.get("calls?before=call0"))["calls"] == []
    assert (await page.get("calls?before=unknown"))["calls"] == []
    assert len((await page.get("calls?limit=99999999"))["calls"]) == 5
    assert await page.refusal("GET", "calls?limit=x") == (400, "BAD_REQUEST")


async def test_a_call_in_short(page: Any) -> None:
    calls = page.server.explorer.calls
    running = calls.begin("running", "getPerson", {}, "embedder")
    running.entered(0.25)
    running.timeline.begin("sql.query", target="db")
    running.timeline.begin("a span", "span")
    running.add_line(Level.INFO, "hello")

    (found,) = (await page.get("calls"))["calls"]

    assert 0 < found.pop("hostMs") < 60_000
    assert found.pop("guestMs") >= 0
    assert found == {
        "id": "running",
        "function": "getPerson",
        "reason": "embedder",
        "status": "running",
        "startedAt": pytest.approx(running.started_at * 1000),
        "ms": None,
        "queueMs": 250,
        "instantiateMs": 0,
        "operations": 1,
        "lines": 1,
        "error": None,
    }


async def test_a_call_in_full(page: Any, tmp_path: Path) -> None:
    (tmp_path / "app" / "app.py").write_text("x = 1\n")
    calls = page.server.explorer.calls
    record = calls.begin("one", "getPerson", {"id": "<b>7</b>"}, "request")
    operation = record.timeline.begin("http.fetch", target="api", detail="GET api.example.com")
    record.timeline.end(operation, "TIMEOUT")
    record.add_line(Level.STDOUT, "printed")
    errors = (
        FunctionError("logged it", "LOGGED"),
        FunctionError("ValueError: no", "FUNCTION_FAILED", "fatal", "Try again."),
    )
    record.detail = detail = (
        'Traceback (most recent call last):\n  File "app.py", line 1, in f\nValueError: no'
    )
    calls.finish(record, Outcome("one", None, True, errors))

    found = await page.get("calls/one")

    assert found["status"] == "failed"
    assert found["ms"] > 0
    assert found["error"] == {"code": "LOGGED", "message": "logged it"}
    assert found["arguments"] == {"value": {"id": "<b>7</b>"}}
    assert found["result"] is None
    (shown,) = found["timeline"]
    assert shown.pop("startMs") >= 0
    assert shown.pop("ms") >= 0
    assert shown == {
        "name": "http.fetch",
        "kind": "operation",
        "target": "api",
        "detail": "GET api.example.com",
        "failure": "TIMEOUT",
        "depth": 0,
        "times": 1,
    }
    assert found["operationsNotKept"] == 0
    (line,) = found["log"]
    assert line.pop("atMs") >= 0
    assert line == {"level": "stdout", "text": "printed"}
    frame = {"file": "app.py", "line": 1, "column": None, "function": "f", "own": True}
    assert found["errors"] == [
        {"code": "LOGGED", "message": "logged it", "hint": None, "detail": None, "frames": []},
        {
            "code": "FUNCTION_FAILED",
            "message": "ValueError: no",
            "hint": "Try again.",
            "detail": detail,
            "frames": [frame],
        },
    ]
    short = {name: found[name] for name in (await page.get("calls"))["calls"][0]}
    assert (await page.get("calls"))["calls"] == [short]


async def test_long_values_are_cut(page: Any) -> None:
    calls = page.server.explorer.calls
    finished(calls, "long", value="ä" * 200_000)

    result = (await page.get("calls/long"))["result"]

    assert result["bytes"] == 400_002
    assert result["beginning"].startswith('"ää')
    assert len(result["beginning"]) < 70_000


@pytest.mark.parametrize("value", [None, 0, "", [], {"a": [1.5, None]}, "\ud800", 2**70])
async def test_values_are_as_they_were(page: Any, value: Any) -> None:
    finished(page.server.explorer.calls, "one", value=value)
    assert (await page.get("calls/one"))["result"] == {"value": value}


async def test_odd_texts(page: Any) -> None:
    calls = page.server.explorer.calls
    record = calls.begin("odd", "f", {}, "request")
    record.add_line(Level.ERROR, "\ud800 \x00 \x1b[31m <script>")
    calls.finish(record, Outcome("odd", {"a": "\udfff"}, failed=False))

    assert (await page.get("calls/odd"))["log"][0]["text"] == "? \x00 \x1b[31m <script>"


async def test_forgetting_them(page: Any) -> None:
    calls = page.server.explorer.calls
    finished(calls, "done")
    calls.begin("running", "f", {}, "request")

    assert await page.ask("DELETE", "calls") == (200, None)

    assert [each["id"] for each in (await page.get("calls"))["calls"]] == ["running"]
    assert await page.refusal("GET", "calls/done") == (404, "CALL_UNKNOWN")


async def test_all_that_are_kept_come_in_pages(page: Any) -> None:
    calls = page.server.explorer.calls
    for number in range(10_050):
        finished(calls, f"call{number}")

    found, before = [], ""
    while part := (answer := await page.get(f"calls?limit=10000&before={before}"))["calls"]:
        assert len(part) == 2_000
        assert len(json.dumps(part)) < 1_000_000
        found += part
        before = part[-1]["id"]

    assert [each["id"] for each in found] == [f"call{n}" for n in range(10_049, 49, -1)]
    assert answer["forgotten"] == 50


async def test_in_production_nothing_of_what_was_asked_is_kept(start: Any, issuer: Any) -> None:
    server = await start(gate=BearerGate("explorer"), environ=issuer.environ)
    finished(server.explorer.calls, "one", value="secret")
    headers = {"Authorization": f"Bearer {issuer.sign({'scope': 'explorer'})}"}
    async with server.client.get(
        f"{server.url}/explorer/api/calls/one", headers=headers
    ) as response:
        found = await response.json()
    assert (found["arguments"], found["result"]) == (None, None)


async def test_a_long_message_is_cut_in_lists(page: Any) -> None:
    calls = page.server.explorer.calls
    record = calls.begin("a", "f", {}, "request")
    calls.finish(record, Outcome("a", None, True, (FunctionError("m" * 5_000, "X"),)))
    (found,) = (await page.get("calls"))["calls"]
    assert found["error"]["message"] == "m" * 500
    assert (await page.get("calls/a"))["errors"][0]["message"] == "m" * 5_000
