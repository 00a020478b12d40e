"""The page's files: what a browser gets, and what nobody gets."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from atoll.server.explorer.assets import Assets
from atoll.server.request import Request

LASTING = "public, max-age=31536000, immutable"
SCRIPT = "console.log('atoll')\n" * 200


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Atoll</title>")
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "index-Dk3x_9aB.js").write_text(SCRIPT)
    (folder / "assets" / "plain.css").write_text("body {}")
    (tmp_path / "secret.txt").write_text("TOP SECRET")
    (folder / "assets" / "link-Dk3x_9aB.js").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
async def dev(start: Any, bundle: Path) -> Any:
    return await start(dev=True, bundle=bundle)


@pytest.mark.parametrize(
    "path",
    [
        "/explorer",
        "/explorer/",
        "/explorer/functions/query.person",
        "/explorer/calls/d0aq",
        "/explorer/x.html",
    ],
)
async def test_each_place_within_the_page_is_the_page(dev: Any, path: str) -> None:
    async with dev.client.get(dev.url + path) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-cache"
        assert "<title>Atoll</title>" in await response.text()


@pytest.mark.parametrize("path", ["/explorer", "/explorer/assets/index-Dk3x_9aB.js"])
async def test_nothing_of_another_origin_is_loaded_or_loads_it(dev: Any, path: str) -> None:
    async with dev.client.get(dev.url + path) as response:
        assert response.headers["Content-Security-Policy"] == (
            "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; object-src 'none'"
        )
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("name", "kind", "cached"),
    [
        ("assets/index-Dk3x_9aB.js", "text/javascript; charset=utf-8", LASTING),
        ("assets/plain.css", "text/css; charset=utf-8", "no-cache"),
        ("favicon.svg", "image/svg+xml", "no-cache"),
    ],
)
async def test_files_with_a_hash_in_their_name_last(
    dev: Any, name: str, kind: str, cached: str
) -> None:
    async with dev.client.get(f"{dev.url}/explorer/{name}") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == kind
        assert response.headers["Cache-Control"] == cached


async def test_who_takes_gzip_gets_it(dev: Any) -> None:
    url = f"{dev.url}/explorer/assets/index-Dk3x_9aB.js"
    tags = set()
    for accept, packed in (("gzip, br", True), ("identity", False), ("gzip;q=0", False)):
        headers = {"Accept-Encoding": accept}
        raw = await dev.raw(
            f"GET /explorer/assets/index-Dk3x_9aB.js HTTP/1.1\r\nhost: localhost\r\n"
            f"accept-encoding: {accept}\r\nconnection: close\r\n\r\n".encode()
        )
        body = raw.partition(b"\r\n\r\n")[2]
        assert (gzip.decompress(body) if packed else body) == SCRIPT.encode()
        async with dev.client.get(url, headers=headers) as response:
            assert (response.headers.get("Content-Encoding") == "gzip") is packed
            assert response.headers["Vary"] == "accept-encoding"
            tags.add(response.headers["ETag"])
    assert len(tags) == 2


async def test_what_a_browser_has_is_not_sent_again(dev: Any, bundle: Path) -> None:
    async with dev.client.get(f"{dev.url}/explorer") as response:
        tag = response.headers["ETag"]
    known = {"If-None-Match": f'"other", W/{tag}'}
    assert await dev.text("GET", "/explorer", headers=known) == (304, "")
    (bundle / "index.html").write_text("<!doctype html><title>Another</title>")
    assert (await dev.text("GET", "/explorer", headers=known))[0] == 200


async def test_head_and_other_methods(dev: Any) -> None:
    async with dev.client.head(f"{dev.url}/explorer") as response:
        assert (response.status, await response.read()) == (200, b"")
        assert int(response.headers["Content-Length"]) > 0
    assert (await dev.text("POST", "/explorer"))[0] == 405


@pytest.mark.parametrize(
    "path",
    [
        "/explorer/assets/missing-Dk3x_9aB.js",
        "/explorer/assets/../../secret.txt",
        "/explorer/assets/%2e%2e/%2e%2e/secret.txt",
        "/explorer/assets/..%2f..%2fsecret.txt",
        "/explorer/assets//secret.txt",
        "/explorer/assets/link-Dk3x_9aB.js",
        "/explorer/assets/%00.js",
        "/explorer/assets/" + "a" * 5000 + ".js",
    ],
)
async def test_nothing_else_is_served(dev: Any, path: str) -> None:
    raw = await dev.raw(
        f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode()
    )
    assert b"TOP SECRET" not in raw
    assert raw.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("path", ["/explorer/../secret.txt", "/explorer/%2e%2e/secret.txt"])
async def test_what_leads_out_is_the_page_or_nothing(dev: Any, path: str) -> None:
    raw = await dev.raw(
        f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode()
    )
    assert b"TOP SECRET" not in raw


async def test_a_file_is_kept_once_however_it_is_named(bundle: Path) -> None:
    assets = Assets(bundle)
    names = ["assets/index-Dk3x_9aB.js"]
    names += [f"assets/{'./' * n}/index-Dk3x_9aB.js" for n in range(1, 50)]
    names += [f"assets/{'../assets/' * n}index-Dk3x_9aB.js" for n in range(1, 50)]

    answers = {assets.answer(_request(name), name).headers["cache-control"] for name in names}

    assert answers == {LASTING}
    assert assets.kept == 1


async def test_what_is_named_as_if_it_lasted_does_not(bundle: Path) -> None:
    name = "assets/x-Dk3x_9aB.js/../../index.html"
    (bundle / "assets" / "x-Dk3x_9aB.js").mkdir()

    answer = Assets(bundle).answer(_request(name), name)

    assert answer.headers["cache-control"] == "no-cache"


def _request(name: str) -> Request:
    scope = {"method": "GET", "path": f"/explorer/{name}", "query_string": b"", "headers": []}
    return Request(scope, receive=None)  # type: ignore[arg-type]  # it has no body


async def test_a_bundle_that_was_not_built_says_how_to_build_it(start: Any, tmp_path: Path) -> None:
    server = await start(dev=True, bundle=tmp_path / "nowhere")

    status, text = await server.text("GET", "/explorer")

    assert status == 503
    assert "npx vite build" in text
