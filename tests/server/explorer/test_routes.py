"""From a path to what answers it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from atoll.server.deployment import Deployment
from atoll.server.explorer import routes
from atoll.server.explorer.explorer import Subject
from atoll.server.explorer.request import Route


async def test_what_a_request_uses_stays_open_though_it_came_while_the_request_was_sent(
    page: Any, in_process_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    used: list[Any] = []

    async def handler(explorer: Any, request: Any) -> None:
        used.append(explorer.subject.app)
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(routes, "find_route", lambda *_: (Route("POST", "x", handler), {}))
    server, token = page.server, page.headers["X-Atoll-Token"]
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"POST /explorer/api/x HTTP/1.1\r\nhost: localhost\r\nx-atoll-token: {token}\r\n"
    writer.write(f"{head}content-length: 2\r\n\r\n".encode())
    await writer.drain()
    await page.get("session")  # the server has read the other request's headers by then

    app = in_process_app()
    deployment = Deployment.of(app, {}, dev=True)
    server.deployments.replace(deployment)
    server.explorer.show(Subject(app, deployment, Path()))
    writer.write(b"{}")
    async with asyncio.timeout(20):
        await begun.wait()
    assert used == [app]
    server.deployments.replace(Deployment.of(in_process_app(), {}, dev=True))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not app.closed
    go_on.set()
    async with asyncio.timeout(20):
        while not app.closed:
            await asyncio.sleep(0.01)
    writer.close()


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "session"), ("HEAD", "events"), ("PUT", "calls")]
)
async def test_a_path_for_another_method_says_so(page: Any, method: str, path: str) -> None:
    async with page.server.client.request(
        method, f"{page.server.url}/explorer/api/{path}", headers=page.headers
    ) as response:
        assert response.status == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"model": "x", "input": ' + b"[" * 5000]
)
async def test_a_body_that_is_not_what_is_asked_for(page: Any, body: bytes) -> None:
    assert await page.refusal("POST", "replay", data=body, headers=page.headers) == (
        400,
        "BAD_REQUEST",
    )
