"""Everything beside GraphQL: other paths, hosts, life and death of the application."""

from __future__ import annotations

import asyncio
import json
import platform
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll._version import __version__ as package_version
from atoll.server.asgi import Application
from atoll.server.deployment import Deployments
from atoll.server.hosts import loopback_only
from atoll.server.metrics import Metrics


async def test_health(start: Any) -> None:
    server = await start(dev=True)

    async with server.client.get(f"{server.url}/health") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/json"
        assert "\n  " in await response.text()
        assert await response.json() == {
            "status": "ok",
            "environment": "dev",
            "app_version": package_version,
            "python_version": platform.python_version(),
        }


async def test_health_names_the_kubernetes_namespace(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAMESPACE", "shop")
    server = await start()

    async with server.client.get(f"{server.url}/health") as response:
        assert (await response.json())["kubernetes_namespace"] == "shop"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/admin", 404),
        ("GET", "/health/", 301),
        ("GET", "/metrics/", 301),
        ("POST", "/health", 405),
        ("HEAD", "/health", 200),
        ("GET", "/admin/", 404),
        ("GET", "//graphql", 404),
        ("GET", "/graphql//evil.example", 404),
    ],
)
async def test_other_paths(server: Any, method: str, path: str, status: int) -> None:
    assert (await server.text(method, path))[0] == status


async def test_no_app_yet(start: Any) -> None:
    server = await start()
    await server.deployments.close()

    assert (await server.text("POST", "/graphql"))[0] == 503
    assert (await server.text("GET", "/health"))[0] == 200


async def test_dev_refuses_other_hosts(start: Any) -> None:
    server = await start(dev=True, hosts=loopback_only())
    question = {"json": {"query": "{sayHello}"}}

    for host in (
        "evil.example",
        f"evil.example:{server.port}",
        "localhost.evil.example",
        "10.0.0.1",
    ):
        for path in ("/graphql", "/health", "/metrics", "/x"):
            status, text = await server.text("POST", path, headers={"Host": host}, **question)
            assert status == 403
            assert "localhost" in text
    for host in (f"localhost:{server.port}", "127.0.0.1", "[::1]:80", "app.localhost"):
        status, _ = await server.text("POST", "/graphql", headers={"Host": host}, **question)
        assert status == 200
    assert len(server.app.calls) == 4


async def test_an_internal_error_is_not_shown(
    server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def execute(self, *_: Any) -> Any:
            raise RuntimeError("secret of the host")

    server.deployments.current.api = Broken()

    status, text = await server.text("POST", "/graphql", json={"query": "{sayHello}"})

    assert status == 500
    assert json.loads(text) == {
        "errors": [
            {
                "message": "Failed to execute GraphQL operation.",
                "extensions": {"code": "INTERNAL_ERROR"},
            }
        ]
    }
    assert "secret of the host" in caplog.text


async def test_metrics_count_endpoint_requests(server: Any) -> None:
    await server.query("{sayHello}")
    await server.text("POST", "/graphql", data="x")
    await server.text("GET", "/health")

    _, text = await server.text("GET", "/metrics")

    lines = text.splitlines()
    assert "runtime_http_requests_in_flight_num 0" in lines
    assert 'runtime_http_requests_total_num{code="200"} 1' in lines
    assert 'runtime_http_requests_total_num{code="415"} 1' in lines
    assert 'runtime_http_requests_duration_seconds_count{handler="default"} 2' in lines
    assert 'runtime_http_response_size_bytes_count{handler="default"} 2' in lines
    assert "runtime_function_executions_num 1" in lines


async def test_requests_in_flight_are_counted(server: Any) -> None:
    request = asyncio.create_task(server.query("{wait}"))
    await server.app.waiting.acquire()

    _, text = await server.text("GET", "/metrics")

    assert "runtime_http_requests_in_flight_num 1\n" in text
    server.app.go_on.set()
    await request


@given(
    method=st.sampled_from(["GET", "POST", "OPTIONS", "BREW"]),
    path=st.text(),
    query_string=st.binary(),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                [b"host", b"accept", b"content-type", b"origin", b"x-time-zone", b"content-length"]
            ),
            st.binary(),
        )
    ),
)
async def test_any_request_is_answered(
    method: str, path: str, query_string: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    application = Application(Deployments(), Metrics())
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query_string,
        "headers": headers,
    }
    await application(scope, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
