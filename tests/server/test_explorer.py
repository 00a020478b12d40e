from __future__ import annotations

import json
import re
import shlex
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from atoll.manifest import Endpoint

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
async def dev(start: Any) -> Any:
    return await start(dev=True)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


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


async def test_the_page_shows_endpoints_and_schema(dev: Any) -> None:
    status, page = await dev.text("GET", "/explorer", headers=BROWSER)

    assert status == 200
    text = unescape(re.sub("<[^>]*>", "\n", page))
    assert dev.deployments.current.api.sdl.strip() in text
    commands = [shlex.split(line) for line in text.splitlines() if line.startswith("curl")]
    assert [command[1].removeprefix(dev.url) for command in commands] == [
        "/graphql",
        "/secure",
        "/tree/",
    ]
    assert "authorization: Bearer <token>" in commands[1]
    # The first of them works as it is.
    names = [commands[0][at + 1] for at, word in enumerate(commands[0]) if word == "-H"]
    headers = dict(name.split(": ") for name in names)
    query = commands[0][commands[0].index("-d") + 1]
    _, answer = await dev.text("POST", "/graphql", data=query, headers=headers)
    assert json.loads(answer) == {"data": {"__typename": "Query"}}


async def test_the_page_loads_its_style_and_nothing_else(dev: Any) -> None:
    async with dev.client.get(f"{dev.url}/explorer") as response:
        page = await response.text()
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    tags = Tags(page).found
    assert not [tag for tag, _ in tags if tag in ("script", "style", "iframe", "img")]
    loaded = [attrs["href"] for tag, attrs in tags if tag == "link"]
    assert loaded == ["/explorer/style.css"]
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    async with dev.client.get(dev.url + str(loaded[0])) as response:
        assert (response.status, response.content_type) == (200, "text/css")


async def test_names_are_text_on_the_page(start: Any) -> None:
    name = "<script>alert(1)</script>"
    server = await start(dev=True, endpoints={"x": Endpoint(name, "/<img src=x>", "none")})

    _, page = await server.text("GET", "/explorer", headers={"Host": "localhost:<b>"})

    assert not [tag for tag, _ in Tags(page).found if tag in ("script", "img", "b")]
    assert name in unescape(page)


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [("/", 303, "/explorer"), ("/explorer/", 301, "/explorer"), ("/explorer/x", 404, None)],
)
async def test_paths_nearby(dev: Any, path: str, status: int, location: str | None) -> None:
    async with dev.client.get(dev.url + path, allow_redirects=False) as response:
        assert (response.status, response.headers.get("Location")) == (status, location)


@pytest.mark.parametrize("path", ["/", "/explorer", "/explorer/", "/explorer/style.css"])
async def test_it_is_for_developers_only(server: Any, path: str) -> None:
    assert (await server.text("GET", path, headers=BROWSER))[0] == 404
    assert (await server.text("GET", "/graphql", headers=BROWSER))[0] == 400
    assert (await server.text("POST", path, headers=BROWSER))[0] == 404
