"""Whether connections can be used is found out without telling what they need."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from atoll.server.explorer.health import health_of

KEY = "sk-secret-0123456789"


def manifest_of(origin: str) -> dict:
    return {
        "connections": {
            "web": {
                "type": "http",
                "baseUrl": f"{origin}/",
                "headers": {"Authorization": "Bearer {{API_KEY}}"},
            },
            "db": {
                "type": "postgresql",
                "connString": "postgresql://ann:{{PASSWORD}}@127.0.0.1:1/shop",
            },
        }
    }


async def test_one_that_answers(show, serve):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=401)

    shown = show(manifest_of(await serve(answer)), {"MODUS_WEB_API_KEY": KEY})
    found = await shown.post("connections/web/check")
    assert (found["ok"], found["message"], found["hint"]) == (True, "HTTP status 401", None)
    assert found["ms"] > 0


async def test_one_that_does_not(show):
    environ = {"MODUS_WEB_API_KEY": KEY, "MODUS_DB_PASSWORD": KEY}
    shown = show(manifest_of("http://127.0.0.1:1"), environ)
    for name in ("web", "db"):
        found = await shown.post(f"connections/{name}/check")
        assert found["ok"] is False
        assert "127.0.0.1:1" in found["message"]
        assert KEY not in str(found)


async def test_one_without_its_secrets(show):
    found = await show(manifest_of("http://127.0.0.1:1")).post("connections/web/check")
    assert found["hint"] == "not set, and so empty: MODUS_WEB_API_KEY"


async def test_one_that_says_nothing(show, serve):
    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    shown = show(manifest_of(await serve(answer)), {"MODUS_WEB_API_KEY": KEY})
    found = await health_of(shown.app, "web", 0.1)
    assert (found.ok, found.message) == (False, "No answer within 0.1 s")


async def test_one_is_asked_once_however_many_wait_for_it(show, serve):
    asked = 0
    go_on = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await go_on.wait()
        return web.Response()

    shown = show(manifest_of(await serve(answer)), {"MODUS_WEB_API_KEY": KEY})
    checks = [asyncio.ensure_future(shown.post("connections/web/check")) for _ in range(5)]
    while not asked:
        await asyncio.sleep(0.01)
    checks[0].cancel()  # who leaves does not end it for the others
    with pytest.raises(asyncio.CancelledError):
        await checks[0]
    go_on.set()
    assert all(each["ok"] for each in await asyncio.gather(*checks[1:]))
    assert asked == 1
    assert (await shown.post("connections/web/check"))["ok"]
    assert asked == 2


async def test_one_that_there_is_not(show):
    status, error = await show(manifest_of("http://x")).ask("POST", "connections/other/check")
    assert (status, error["code"]) == (404, "NO_SUCH_CONNECTION")
    assert "db" in error["hint"]
