from __future__ import annotations

from typing import Any

import pytest

OURS = "https://app.example.com"
THEIRS = "https://evil.example"


def preflight(origin: str, headers: str = "content-type,authorization") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
    }


def allowed(response: Any) -> str | None:
    origin: str | None = response.headers.get("Access-Control-Allow-Origin")
    return origin


async def ask(server: Any, **headers: str) -> Any:
    async with server.client.post(
        f"{server.url}/graphql", json={"query": "{sayHello}"}, headers=headers
    ) as response:
        await response.read()
        return response


async def options(server: Any, headers: dict[str, str], path: str = "/graphql") -> Any:
    async with server.client.options(server.url + path, headers=headers) as response:
        await response.read()
        return response


async def test_no_origin_is_allowed_by_default(server: Any) -> None:
    response = await options(server, preflight(OURS))

    assert response.status == 403
    assert allowed(response) is None
    assert allowed(await ask(server, Origin=OURS)) is None


async def test_a_listed_origin_is_allowed(start: Any) -> None:
    server = await start(cors=(OURS,))

    response = await options(server, preflight(OURS))

    assert response.status == 204
    assert allowed(response) == OURS
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert response.headers["Access-Control-Allow-Headers"] == "content-type,authorization"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert set(response.headers.getall("Vary")) == {"Origin", "Access-Control-Request-Headers"}
    answered = await ask(server, Origin=OURS, **{"Sec-Fetch-Site": "cross-site"})
    assert (answered.status, allowed(answered), answered.headers["Vary"]) == (200, OURS, "Origin")


@pytest.mark.parametrize(
    "origin",
    [
        THEIRS,
        "null",
        OURS + ".evil.example",
        "http://app.example.com",
        OURS + ":444",
        OURS + "/",
        "https://app.example.co",
        f"{OURS}, {THEIRS}",
        "*",
    ],
)
async def test_other_origins_are_not(start: Any, origin: str) -> None:
    server = await start(cors=(OURS,))

    response = await options(server, preflight(origin))

    assert (response.status, allowed(response), response.headers["Vary"]) == (403, None, "Origin")
    answered = await ask(server, Origin=origin)
    assert (allowed(answered), answered.headers["Vary"]) == (None, "Origin")


async def test_all_origins_when_the_manifest_says_so(start: Any) -> None:
    server = await start(cors=("*",))

    response = await options(server, preflight(THEIRS))

    assert (response.status, allowed(response)) == (204, "*")
    assert "Access-Control-Allow-Credentials" not in response.headers
    answered = await ask(server, Origin=THEIRS, **{"Sec-Fetch-Site": "cross-site"})
    assert (answered.status, allowed(answered)) == (200, "*")


async def test_an_answer_says_the_same_to_requests_without_an_origin(start: Any) -> None:
    # Else a cache could hand it to a page that is not allowed.
    server = await start(cors=(OURS,))

    assert (await ask(server)).headers["Vary"] == "Origin"


async def test_errors_carry_the_headers_too(start: Any) -> None:
    server = await start(cors=(OURS,))

    async with server.client.post(
        f"{server.url}/graphql", data="x", headers={"Origin": OURS}
    ) as response:
        assert (response.status, allowed(response)) == (415, OURS)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_a_foreign_page_sends_calls_nothing(start: Any, site: str) -> None:
    server = await start(cors=(OURS,))
    url = f"{server.url}/graphql?query={{sayHello}}"

    # An image, a link, a form: no Origin.
    for headers in ({}, {"Origin": THEIRS}):
        async with server.client.get(url, headers={"Sec-Fetch-Site": site, **headers}) as response:
            assert response.status == 403
    assert server.app.calls == []


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_own_pages_and_the_address_bar_may_ask(server: Any, site: str) -> None:
    assert (await ask(server, **{"Sec-Fetch-Site": site})).status == 200


async def test_options_without_a_preflight(server: Any) -> None:
    assert (await options(server, {})).status == 405
    assert (await options(server, preflight(OURS), "/elsewhere")).status == 404


async def test_names_that_are_no_header_names_are_not_echoed(start: Any) -> None:
    server = await start(cors=(OURS,))

    response = await options(server, preflight(OURS, "a b; c"))

    assert response.status == 204
    assert "Access-Control-Allow-Headers" not in response.headers


async def test_a_preflight_needs_no_token(start: Any, issuer: Any) -> None:
    server = await start(cors=(OURS,), environ=issuer.environ)

    assert (await options(server, preflight(OURS), "/secure")).status == 204
