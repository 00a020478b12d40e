"""Events: what changes, told to all pages."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from atoll.app.call import Outcome
from atoll.server.explorer import events
from atoll.server.explorer.state import Problem


def call(page: Any, id: str) -> None:
    calls = page.server.explorer.calls
    calls.finish(calls.begin(id, "f", {}, "request"), Outcome(id, 1, failed=False))


async def test_first_comes_the_state_and_then_each_change_of_it(page: Any) -> None:
    explorer = page.server.explorer
    async with page.events() as next_event:
        assert await next_event() == ("state", await page.get("state"))
        explorer.building()
        assert (await next_event())[1]["build"]["state"] == "building"
        explorer.failed([Problem("BAD", "It is bad.")])
        assert (await next_event())[1]["build"]["problems"][0]["code"] == "BAD"
        explorer.show(explorer.subject)
        assert (await next_event())[1]["generation"] == 2
        explorer.built(5)
        assert (await next_event())[1]["build"]["ms"] == 5


async def test_calls_are_told_when_they_start_and_when_they_end(page: Any) -> None:
    calls = page.server.explorer.calls
    async with page.events() as next_event:
        await next_event()
        record = calls.begin("one", "getPerson", {}, "request")
        name, (running,) = await next_event()
        assert (name, running["id"], running["status"]) == ("calls", "one", "running")
        calls.finish(record, Outcome("one", None, failed=True))
        name, (ended,) = await next_event()
        assert ended["status"] == "failed"
        assert ended == (await page.get("calls"))["calls"][0]


async def test_calls_of_one_moment_come_together_and_each_once(page: Any) -> None:
    async with page.events() as next_event:
        await next_event()
        for number in range(20):
            call(page, f"call{number}")
        name, found = await next_event()
    assert name == "calls"
    assert [each["id"] for each in found] == [f"call{number}" for number in range(19, -1, -1)]
    assert {each["status"] for each in found} == {"ok"}


async def test_of_very_many_the_newest_come_first_and_the_others_follow(page: Any) -> None:
    async with page.events() as next_event:
        await next_event()
        for number in range(3 * events.MOST_AT_ONCE):
            call(page, f"call{number}")
        told: list[str] = []
        while len(told) < 3 * events.MOST_AT_ONCE:
            _, found = await next_event()
            assert len(found) <= events.MOST_AT_ONCE
            told += [each["id"] for each in found]
    assert told == [f"call{number}" for number in reversed(range(3 * events.MOST_AT_ONCE))]


async def test_forgetting_is_told(page: Any) -> None:
    async with page.events() as next_event:
        await next_event()
        await page.ask("DELETE", "calls")
        assert await next_event() == ("cleared", None)


async def test_many_pages_are_told_the_same_and_one_too_many_is_refused(page: Any) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(page.events()) for _ in range(events.MOST_PAGES)]
        for next_event in opened:
            await next_event()
        assert await page.refusal("GET", "events") == (429, "TOO_MANY_PAGES")
        call(page, "one")
        for next_event in opened:
            assert (await next_event())[1][0]["id"] == "one"
    async with asyncio.timeout(20):
        while page.server.explorer.hub.pages:
            await asyncio.sleep(0.01)
    async with page.events() as next_event:
        assert (await next_event())[0] == "state"


async def test_without_a_page_nothing_is_done_for_a_call(page: Any) -> None:
    hub = page.server.explorer.hub
    async with page.events() as next_event:
        await next_event()
    async with asyncio.timeout(20):
        while hub.pages:
            await asyncio.sleep(0.01)
    call(page, "one")
    assert not hub.waiting


async def test_a_page_that_does_not_read_is_dropped(page: Any) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", page.server.port, limit=1024)
    hub = page.server.explorer.hub
    token = page.headers["X-Atoll-Token"]
    head = f"GET /explorer/api/events HTTP/1.1\r\nhost: localhost\r\nx-atoll-token: {token}"
    writer.write(f"{head}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    async with page.events() as next_event:
        await next_event()
        large = [Problem("BAD", "x" * 100_000)] * 2
        async with asyncio.timeout(60):
            while hub.pages > 1:
                page.server.explorer.failed(large)
                await next_event()  # who reads gets everything
    writer.close()


async def test_a_heartbeat(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)
    url = f"{page.server.url}/explorer/api/events"
    async with page.server.client.get(url, headers=page.headers) as response:
        await response.content.readuntil(b"\n\n")
        assert await response.content.readuntil(b"\n\n") == b":\n\n"


async def test_a_reload_neither_ends_streams_nor_waits_for_them(page: Any) -> None:
    deployment = page.server.deployments.current
    async with page.events() as next_event:
        await next_event()
        page.server.deployments.replace(page.server.deployments.current)
        async with asyncio.timeout(20):
            await deployment.close()
        page.server.explorer.building()
        assert (await next_event())[0] == "state"


async def test_stopping_ends_them_at_once(page: Any) -> None:
    url = f"{page.server.url}/explorer/api/events"
    async with page.server.client.get(url, headers=page.headers) as response:
        await response.content.readuntil(b"\n\n")
        page.server.stop.set()
        async with asyncio.timeout(20):
            assert await response.read() == b""
            await page.server.task
