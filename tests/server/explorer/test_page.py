"""Who is sent to the page, and where it is."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.manifest import Endpoint

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
async def dev(start: Any) -> Any:
    return await start(dev=True)


@pytest.mark.parametrize("path", ["/graphql", "/graphql?x=1", "/secure", "/tree/a"])
async def test_a_browser_without_a_query_is_sent_to_the_explorer(dev: Any, path: str) -> None:
    async with dev.client.get(dev.url + path, headers=BROWSER, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (307, "/explorer")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/graphql?query={sayHello}", BROWSER, 200),
        ("GET", "/graphql?extensions={}", BROWSER, 400),
        ("GET", "/graphql", {"Accept": "application/json"}, 400),
        ("GET", "/graphql", {"Accept": "*/*"}, 400),
        ("POST", "/graphql", BROWSER, 415),
    ],
)
async def test_all_others_are_answered(
    dev: Any, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert (await dev.text(method, path, headers=headers))[0] == status


async def test_the_root_leads_to_it(dev: Any) -> None:
    async with dev.client.get(f"{dev.url}/", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/explorer")
    assert (await dev.text("POST", "/"))[0] == 404


@pytest.mark.parametrize("path", ["/explorer/", "/explorer", "/explorer/api/session"])
async def test_an_endpoint_for_all_paths_does_not_take_its_place(start: Any, path: str) -> None:
    server = await start(dev=True, endpoints={"x": Endpoint("x", "/", "none")})

    status, body = await server.text("GET", path, headers=BROWSER)

    assert status in (200, 503), body  # 503 where the bundle was not built
    assert (await server.text("GET", "/any", headers=BROWSER))[0] == 307


async def test_an_endpoint_of_its_name_takes_its_place(start: Any) -> None:
    server = await start(dev=True, endpoints={"x": Endpoint("x", "/explorer", "none")})

    answer = await server.query("{ sayHello }", path="/explorer")
    assert answer["data"] == {"sayHello": "Hello, World! (version 1)"}
    assert (await server.text("GET", "/explorer", headers=BROWSER))[0] == 400


@pytest.mark.parametrize(
    "path", ["/", "/explorer", "/explorer/", "/explorer/api/session", "/explorer/api/state"]
)
async def test_it_is_for_developers_only(server: Any, path: str) -> None:
    assert (await server.text("GET", path, headers=BROWSER))[0] == 404
    assert (await server.text("GET", "/graphql", headers=BROWSER))[0] == 400
    assert (await server.text("POST", path, headers=BROWSER))[0] == 404
