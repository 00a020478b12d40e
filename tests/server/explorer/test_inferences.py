"""The page sees what was asked of models as soon as it was answered."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from atoll.history.sqlite import SqliteDatabase
from atoll.manifest import Model
from atoll.models import ModelInvocation, Usage
from atoll.models.invocation import invocation_id

CHAT = Model("chat", "openai", "gpt-4o-mini", "v1/chat/completions")
PASSWORD = "pa55-of-the-database"


@pytest.fixture
def shown(show):
    return show({"models": {"chat": {"sourceModel": "x", "connection": "local"}}})


@pytest.fixture
def record(shown):
    """Records an invocation as the app does."""

    def record(question: str = "Hi", answer: str = "Hello", **changes: Any) -> str:
        known = {
            "id": invocation_id(),
            "model": CHAT,
            "asked": "chat",
            "call_id": "c1",
            "function": "ask",
            "input": f'{{"messages": [{{"role": "user", "content": "{question}"}}]}}',
            "output": f'{{"choices": [{{"message": {{"content": "{answer}"}}}}]}}',
            "started_at": time.time(),
            "streamed": False,
            "seconds": 0.25,
            "usage": Usage(3, 5),
        }
        invocation = ModelInvocation(**(known | changes))
        shown.recorder.invocation_finished(invocation)
        return invocation.id

    return record


async def test_a_history_that_takes_long_holds_up_nothing_else(shown):
    go_on = threading.Event()
    shown.explorer.flush_history = lambda seconds: go_on.wait(60)
    waiting = [asyncio.create_task(shown.get("inferences")) for _ in range(40)]
    for _ in range(5):
        await asyncio.sleep(0)  # until they wait
    try:
        async with asyncio.timeout(20):
            # As addresses of hosts are looked up, for one.
            assert await asyncio.get_running_loop().run_in_executor(None, lambda: "done") == "done"
    finally:
        go_on.set()
        await asyncio.gather(*waiting)


async def test_before_anything_was_asked(shown):
    assert await shown.get("inferences") == {
        "inferences": [],
        "more": False,
        "unavailable": None,
    }


async def test_what_was_asked_is_there_at_once(shown, record):
    id = record("2+2?", "4", started_at=1000.25, cost=0.5, currency="EUR", first_seconds=0.1)
    (found,) = (await shown.get("inferences"))["inferences"]
    assert found == {
        "id": id,
        "startedAt": 1_000_250,
        "ms": 250,
        "firstByteMs": 100,
        "model": "chat",
        "sourceModel": "gpt-4o-mini",
        "connection": "openai",
        "function": "ask",
        "call": "c1",
        "status": "ok",
        "failure": None,
        "streamed": False,
        "inputTokens": 3,
        "outputTokens": 5,
        "cost": 0.5,
        "currency": "EUR",
        "question": "2+2?",
        "answer": "4",
    }
    whole = await shown.get(f"inferences/{id}")
    assert whole.items() >= found.items()
    assert whole["input"]["messages"][0]["content"] == "2+2?"
    assert whole["output"]["choices"][0]["message"]["content"] == "4"
    assert [(each["role"], each["answer"]) for each in whole["conversation"]] == [
        ("user", False),
        ("assistant", True),
    ]
    assert (whole["truncated"], whole["attempts"]) == (False, 1)


async def test_one_that_failed_or_was_cut(shown, record):
    failed = record(failure="TIMEOUT", output=None, usage=None)
    odd = record(input='"x' + "y" * 600_000 + '"', output="no JSON", failure="CANCELLED")
    found = await shown.get(f"inferences/{failed}")
    assert (found["status"], found["failure"], found["answer"]) == ("failed", "TIMEOUT", "")
    assert (found["output"], found["inputTokens"]) == (None, None)
    found = await shown.get(f"inferences/{odd}")
    assert (found["status"], found["conversation"], found["truncated"]) == ("cancelled", None, True)
    assert found["question"].startswith("xyyy")
    assert found["answer"] == "no JSON"


async def test_those_that_are_wanted(shown, record):
    record("first", function="tell", started_at=1000)
    record("second", call_id="c2", started_at=2000)
    record("third", failure="TIMEOUT", started_at=3000)

    async def questions(**query: str) -> list[str]:
        data = await shown.get("inferences", **query)
        return [each["question"] for each in data["inferences"]]

    assert await questions() == ["third", "second", "first"]
    assert await questions(function="tell") == ["first"]
    assert await questions(call="c2") == ["second"]
    assert await questions(model="other") == []
    assert await questions(status="failed") == ["third"]
    assert await questions(status="ok", since="1500000") == ["second"]
    assert await questions(search="SEC") == ["second"]
    status, error = await shown.ask("GET", "inferences", status="fine")
    assert (status, error["code"]) == (400, "BAD_REQUEST")


async def test_pages(shown, record):
    ids = [record(started_at=1000 + index // 2) for index in range(5)]
    first = await shown.get("inferences", limit="2")
    assert first["more"] is True
    found = [each["id"] for each in first["inferences"]]
    rest = await shown.get("inferences", limit="3", before=found[-1])
    assert rest["more"] is False
    found += [each["id"] for each in rest["inferences"]]
    assert sorted(found) == sorted(ids)
    gone = await shown.get("inferences", before="0199f3c2-77ab-7000-8000-000000000001")
    assert gone["inferences"] == []


async def test_one_that_is_not_there(shown, record):
    record()
    for id in ("0199f3c2", "%", "'", "../x"):
        route = "inferences/" + id.replace("/", "")
        status, error = await shown.ask("GET", route)
        assert (status, error["code"]) == (404, "NO_SUCH_INFERENCE")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"ATOLL_INFERENCES": "off"}, "turned off"),
        ({"ATOLL_INFERENCES": "perhaps"}, "ATOLL_INFERENCES"),
        ({"MODUS_DB": f"postgresql://ann:{PASSWORD}@127.0.0.1:1/db"}, "127.0.0.1:1"),
        ({"MODUS_DB": f"nonsense {PASSWORD}"}, "MODUS_DB"),
    ],
)
async def test_why_there_is_no_history(show, environ, said):
    shown = show(environ=environ)
    data = await shown.get("inferences")
    assert data["inferences"] == []
    assert said in data["unavailable"]
    assert PASSWORD not in data["unavailable"]
    status, error = await shown.ask("GET", "inferences/0199f3c2")
    assert (status, error["code"]) == (503, "HISTORY_UNAVAILABLE")
    assert (await shown.get("inferences/usage"))["models"] == []


async def test_it_says_that_the_manifest_wants_no_history(show):
    data = await show({"inferences": {"record": False}}).get("inferences")
    assert "modus.json" in data["unavailable"]


async def test_a_file_that_cannot_be_read(shown, record, tmp_path):
    record()
    await shown.get("inferences")
    (tmp_path / ".atoll" / "history.db").write_bytes(b"no database" * 1000)
    for leftover in ("history.db-wal", "history.db-shm"):
        (tmp_path / ".atoll" / leftover).unlink(missing_ok=True)
    data = await shown.get("inferences")
    assert "history.db" in data["unavailable"]


async def test_a_database_that_only_modus_has_written(shown, tmp_path):
    database = SqliteDatabase(tmp_path / ".atoll" / "history.db")
    session = database.open()
    session.execute(
        "CREATE TABLE inferences (id TEXT, model_hash TEXT, input TEXT, output TEXT,"
        " started_at TEXT, duration_ms INTEGER, plugin_id TEXT, function TEXT)"
    )
    session.execute(
        "INSERT INTO inferences VALUES ('0199f3c2-77ab-7000-8000-000000000001', 'h', '{}', '{}',"
        " '2025-01-01T00:00:00.000Z', 12, NULL, 'ask')"
    )
    session.close()
    (found,) = (await shown.get("inferences"))["inferences"]
    assert (found["model"], found["status"], found["ms"]) == ("", "ok", 12)
    assert (await shown.get("inferences/usage", since="0"))["models"] == []
