"""What is served, and how its build is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from atoll.server.explorer.session import BearerGate
from atoll.server.explorer.state import Problem


async def test_what_is_served(page: Any, tmp_path: Path) -> None:
    state = await page.get("state")

    build = state.pop("build")
    assert state == {
        "app": "app",
        "language": "python",
        "folder": str(tmp_path / "app"),
        "generation": 1,
        "endpoints": [
            {"name": "default", "path": "/graphql", "auth": "none"},
            {"name": "secure", "path": "/secure", "auth": "bearer-token"},
            {"name": "tree", "path": "/tree/", "auth": "none"},
        ],
        "features": {"arguments": True, "source": True, "replay": True},
    }
    assert build.keys() == {"state", "at", "ms"}
    assert build["state"] == "ok"


async def test_the_build(page: Any) -> None:
    explorer = page.server.explorer
    explorer.building()
    assert (await page.get("state"))["build"]["state"] == "building"
    explorer.failed([Problem("BAD", "It is bad.", "Mend it.", "app.py", 12, 3)])
    build = (await page.get("state"))["build"]
    assert build["problems"] == [
        {
            "code": "BAD",
            "message": "It is bad.",
            "hint": "Mend it.",
            "file": "app.py",
            "line": 12,
            "column": 3,
        }
    ]
    explorer.built(12.34)
    assert (await page.get("state"))["build"]["ms"] == 12.3


async def test_each_load_is_another_generation(page: Any) -> None:
    explorer = page.server.explorer
    explorer.show(explorer.subject)

    assert (await page.get("state"))["generation"] == 2
    assert (await page.get("functions"))["generation"] == 2


async def test_before_the_first_load_there_is_a_state_and_nothing_else(page: Any) -> None:
    page.server.explorer.current = None

    assert (await page.get("state"))["endpoints"] == []
    for path in ("functions", "schema"):
        assert await page.refusal("GET", path) == (503, "NOT_LOADED")
    assert (await page.get("calls"))["calls"] == []


async def test_paths_and_methods_that_there_are_not(page: Any) -> None:
    for path in ("nope", "", "calls/a/b", "state/x"):
        assert await page.refusal("GET", path) == (404, "NOT_FOUND")
    assert await page.refusal("POST", "state") == (405, "METHOD_NOT_ALLOWED")
    async with page.server.client.head(
        f"{page.server.url}/explorer/api/state", headers=page.headers
    ) as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_operators_see_less(start: Any, issuer: Any) -> None:
    server = await start(gate=BearerGate("explorer"), environ=issuer.environ)
    headers = {"Authorization": f"Bearer {issuer.sign({'scope': 'explorer'})}"}
    async with server.client.get(f"{server.url}/explorer/api/state", headers=headers) as response:
        state = await response.json()
    assert state["folder"] is None
    assert state["features"] == {"arguments": False, "source": False, "replay": False}
