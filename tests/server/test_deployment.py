from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from atoll.auth.errors import AuthConfigurationError
from atoll.manifest import Endpoint, Manifest
from atoll.server.deployment import Deployment


async def test_a_reload_under_load_drops_nothing(server: Any, in_process_app: Any) -> None:
    stop = asyncio.Event()
    answers: list[str] = []

    async def client() -> None:
        while not stop.is_set():
            answers.append((await server.query("{sayHello}"))["data"]["sayHello"])

    clients = [asyncio.create_task(client()) for _ in range(8)]
    apps = [server.app]
    for version in range(2, 12):
        seen = len(answers)
        while len(answers) < seen + 16:
            await asyncio.sleep(0.001)
        apps.append(in_process_app(version=str(version)))
        server.deployments.replace(Deployment.of(apps[-1], {}, dev=False))
    seen = len(answers)
    while len(answers) < seen + 16:
        await asyncio.sleep(0.001)
    stop.set()
    await asyncio.gather(*clients)

    assert {answer for answer in answers if "Hello, World!" not in answer} == set()
    assert answers[-1].endswith("(version 11)")
    assert [app.closed for app in apps] == [True] * 10 + [False]


async def test_requests_in_flight_finish_on_the_app_they_began_with(
    server: Any, in_process_app: Any
) -> None:
    request = asyncio.create_task(server.query("{wait}"))
    await server.app.waiting.acquire()

    server.deployments.replace(Deployment.of(in_process_app(version="2"), {}, dev=False))

    assert (await server.query("{sayHello}"))["data"]["sayHello"].endswith("(version 2)")
    assert not server.app.closed
    server.app.go_on.set()
    assert (await request)["data"]["wait"] == "waited in version 1"
    while not server.app.closed:
        await asyncio.sleep(0.001)


async def test_endpoints_come_and_go_with_the_manifest(server: Any, in_process_app: Any) -> None:
    manifest = Manifest(endpoints={"v2": Endpoint("v2", "/v2", "none")})

    server.deployments.replace(Deployment.of(in_process_app(manifest), {}, dev=False))

    assert (await server.query("{sayHello}", "/v2"))["data"]
    assert (await server.text("POST", "/graphql"))[0] == 404


async def test_an_app_that_fails_to_close_is_logged(
    server: Any, in_process_app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def close() -> None:
        raise OSError("no")

    server.app.close = close
    server.deployments.replace(Deployment.of(server.app, {}, dev=False))
    with caplog.at_level(logging.ERROR):
        server.deployments.replace(Deployment.of(in_process_app(), {}, dev=False))
        await server.deployments.close()

    assert "Closing an app failed." in caplog.text
    server.deployments.replace(Deployment.of(in_process_app(), {}, dev=False))


async def test_keys_are_read_with_each_deployment(server: Any, issuer: Any) -> None:
    headers = {"Authorization": f"Bearer {issuer.sign({})}"}

    async def status() -> int:
        return (
            await server.text("POST", "/secure", json={"query": "{sayHello}"}, headers=headers)
        )[0]

    assert await status() == 401
    app = type(server.app)()
    server.deployments.replace(Deployment.of(app, issuer.environ, dev=False))
    assert await status() == 200
    server.deployments.replace(Deployment.of(type(app)(), {}, dev=False))
    assert await status() == 401


async def test_bad_keys_leave_the_deployment_in_place(server: Any, in_process_app: Any) -> None:
    with pytest.raises(AuthConfigurationError):
        Deployment.of(in_process_app(), {"MODUS_PEMS": "{"}, dev=True)

    assert (await server.query("{sayHello}"))["data"]


async def test_no_warning_about_keys_without_an_endpoint_that_needs_them(
    in_process_app: Any,
) -> None:
    open_only = Manifest(endpoints={"default": Endpoint("default", "/graphql", "none")})

    assert Deployment.of(in_process_app(open_only), {}, dev=False).warnings() == ()
    (warning,) = Deployment.of(in_process_app(), {}, dev=False).warnings()
    assert "MODUS_PEMS" in warning


async def test_the_longest_prefix_serves(in_process_app: Any) -> None:
    endpoints = {
        "a": Endpoint("a", "/a/", "none"),
        "ab": Endpoint("ab", "/a/b/", "none"),
        "abc": Endpoint("abc", "/a/b/c", "none"),
    }
    deployment = Deployment.of(in_process_app(Manifest(endpoints=endpoints)), {}, dev=False)

    def name(path: str) -> str | None:
        found = deployment.endpoint(path)
        return None if found is None else found.name

    assert [name(path) for path in ("/a/x", "/a/b/x", "/a/b/c", "/a/b/c/d", "/a", "/")] == [
        "a",
        "ab",
        "abc",
        "ab",
        None,
        None,
    ]
