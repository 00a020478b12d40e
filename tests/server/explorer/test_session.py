"""Who may use the Explorer's API, and who may not."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest

from atoll.server.explorer.session import BearerGate, TokenGate
from atoll.server.hosts import loopback_only

PATHS = ["state", "functions", "schema", "calls", "calls/x", "source?file=app.py", "events"]


async def raw_request(server: Any, path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} /explorer/api/{path} HTTP/1.1", "connection: close", *headers]
    if not any(line.lower().startswith("host:") for line in headers):
        lines.append(f"host: localhost:{server.port}")
    answer: bytes = await server.raw("\r\n".join([*lines, "", ""]).encode())
    return answer


async def test_a_page_of_this_machine_is_given_the_token(start: Any) -> None:
    server = await start(dev=True)
    url = f"{server.url}/explorer/api/session"
    same = {"Sec-Fetch-Site": "same-origin", "Origin": server.url}
    async with server.client.get(url, headers=same) as response:
        session = await response.json()
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response.headers
    assert session.keys() == {"mode", "auth", "token", "app", "version"}
    assert (session["mode"], session["auth"]) == ("dev", "given")
    assert len(session["token"]) > 40
    assert session["token"] == server.explorer.gate.token
    assert session["token"] != TokenGate(loopback_only()).token


def address_of_this_machine() -> str | None:
    """One that is not loopback, if there is any."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found


async def test_other_machines_have_to_know_the_token(start: Any) -> None:
    address = address_of_this_machine()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    server = await start(dev=True, host="0.0.0.0", gate=TokenGate(loopback_only("0.0.0.0")))
    url = f"http://{address}:{server.port}/explorer/api"
    async with server.client.get(f"{url}/session") as response:
        session = await response.json()
    assert (session["auth"], session["token"]) == ("typed", None)
    typed = {"X-Atoll-Token": server.explorer.gate.token}
    async with server.client.get(f"{url}/state", headers=typed) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7", "X-Forwarded-Host: a.example",
     "X-Forwarded-Proto: https", "X-Real-IP: 203.0.113.7", "Via: 1.1 proxy"],
)  # fmt: skip
async def test_behind_a_proxy_the_token_is_not_given(start: Any, header: str) -> None:
    server = await start(dev=True)

    answer = await raw_request(server, "session", header)

    assert b'"auth":"typed","token":null' in answer


async def test_who_has_to_type_the_token_can_read_it_in_the_terminal(start: Any) -> None:
    told: list[str] = []
    gate = TokenGate(loopback_only(), lambda: told.append(gate.token))
    server = await start(dev=True, gate=gate)
    await raw_request(server, "session")
    assert told == []
    for _ in range(3):
        await raw_request(server, "session", "Via: 1.1 proxy")
    assert told == [gate.token]


async def test_no_browser_speaks_as_proxies_do_unless_they_are_told(start: Any) -> None:
    server = await start(dev=True)

    answer = await server.raw(b"GET /explorer/api/session HTTP/1.0\r\nhost: localhost\r\n\r\n")

    assert b'"auth":"typed","token":null' in answer


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "code"),
    [([], b"TOKEN_MISSING"), (["X-Atoll-Token: wrong"], b"TOKEN_INVALID"),
     (["X-Atoll-Token: \xe4"], b"TOKEN_INVALID"), (["X-Atoll-Token:"], b"TOKEN_INVALID"),
     (["Authorization: Bearer x"], b"TOKEN_MISSING")],
)  # fmt: skip
async def test_nothing_is_told_without_the_token(
    start: Any, path: str, headers: list[str], code: bytes
) -> None:
    server = await start(dev=True)

    answer = await raw_request(server, path, *headers)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert code in answer
    assert server.explorer.gate.token.encode() not in answer


@pytest.mark.parametrize("path", ["session", *PATHS])
@pytest.mark.parametrize(
    "headers",
    [["Origin: http://evil.example"], ["Origin: null"], ["Origin: http://localhost"],
     ["Origin: http://localhost:1"], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"],
     ["Sec-Fetch-Site: same-origin", "Origin: https://evil.example"],
     ["Origin: http://localhost:PORT.evil.example"], ["Origin: file://localhost:PORT"]],
)  # fmt: skip
async def test_pages_of_other_origins_are_refused(
    start: Any, path: str, headers: list[str]
) -> None:
    server = await start(dev=True)
    token = f"X-Atoll-Token: {server.explorer.gate.token}"
    headers = [header.replace("PORT", str(server.port)) for header in headers]

    answer = await raw_request(server, path, token, *headers)

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"CROSS_ORIGIN" in answer
    assert server.explorer.gate.token.encode() not in answer


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE", "POST", "PUT"])
async def test_no_other_origin_is_ever_allowed(start: Any, method: str) -> None:
    server = await start(dev=True)

    answer = await raw_request(
        server,
        "calls",
        "Origin: http://evil.example",
        "Access-Control-Request-Method: DELETE",
        "Access-Control-Request-Headers: x-atoll-token",
        method=method,
    )

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"access-control" not in answer.lower()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", ""])
@pytest.mark.parametrize("mode", ["dev", "serve"])
async def test_a_name_that_is_bound_to_this_machine_is_refused(
    start: Any, host: str, mode: str
) -> None:
    policy = loopback_only()
    if mode == "dev":
        server = await start(dev=True, hosts=policy)
    else:  # where the app itself answers to any name
        server = await start(gate=TokenGate(policy))
    token = server.explorer.gate.token

    for path in ("session", "state", "calls"):
        answer = await raw_request(
            server, path, f"Host: {host}", f"Origin: http://{host}", f"X-Atoll-Token: {token}"
        )
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert token.encode() not in answer


class TestBearer:
    @pytest.fixture
    async def server(self, start: Any, issuer: Any) -> Any:
        return await start(gate=BearerGate("explorer"), environ=issuer.environ)

    async def refused(self, server: Any, *headers: str, path: str = "state") -> tuple[int, str]:
        answer = await raw_request(server, path, *headers)
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)["error"]["code"]

    async def test_the_session_says_so(self, server: Any) -> None:
        _, text = await server.text("GET", "/explorer/api/session")
        session = json.loads(text)
        assert (session["mode"], session["auth"], session["token"]) == ("serve", "bearer", None)

    @pytest.mark.parametrize("scope", ["explorer", "a explorer b"])
    async def test_a_token_with_the_scope_is_admitted(
        self, server: Any, issuer: Any, scope: str
    ) -> None:
        headers = {"Authorization": f"Bearer {issuer.sign({'scope': scope})}"}
        for path in ("state", "functions", "calls"):
            url = f"/explorer/api/{path}"
            assert (await server.text("GET", url, headers=headers))[0] == 200

    @pytest.mark.parametrize("path", PATHS)
    async def test_no_token(self, server: Any, path: str) -> None:
        assert await self.refused(server, path=path) == (401, "TOKEN_MISSING")

    @pytest.mark.parametrize("header", ["Bearer x", "x", "Basic eDp5", "Bearer " + "a" * 40_000])
    async def test_no_good_token(self, server: Any, header: str) -> None:
        found = await self.refused(server, f"Authorization: {header}")
        assert found == (401, "TOKEN_INVALID")

    async def test_an_expired_token(self, server: Any, issuer: Any) -> None:
        token = issuer.sign({"scope": "explorer", "exp": int(time.time()) - 60})
        found = await self.refused(server, f"Authorization: Bearer {token}")
        assert found == (401, "TOKEN_EXPIRED")

    @pytest.mark.parametrize("claims", [{}, {"scope": "explorers"}, {"scope": ["x"]}, {"scope": 1}])
    @pytest.mark.parametrize("path", PATHS)
    async def test_a_token_without_the_scope(
        self, server: Any, issuer: Any, path: str, claims: dict[str, Any]
    ) -> None:
        token = f"Authorization: Bearer {issuer.sign(claims)}"
        assert await self.refused(server, token, path=path) == (403, "SCOPE_MISSING")

    async def test_a_token_of_somebody_else(self, server: Any, issuer: Any) -> None:
        token = type(issuer)().sign({"scope": "explorer"})
        found = await self.refused(server, f"Authorization: Bearer {token}")
        assert found == (401, "TOKEN_INVALID")

    async def test_pages_of_other_origins(self, server: Any, issuer: Any) -> None:
        token = f"Authorization: Bearer {issuer.sign({'scope': 'explorer'})}"
        found = await self.refused(server, token, "Origin: http://evil.example")
        assert found == (403, "CROSS_ORIGIN")

    async def test_events_end_when_the_token_expires(
        self, server: Any, issuer: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A token counts for ten more seconds than it says.
        token = issuer.sign({"scope": "explorer", "exp": int(time.time()) - 8})
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{server.url}/explorer/api/events"
        async with server.client.get(url, headers=headers) as response:
            assert response.status == 200
            assert b"event: state" in await response.read()  # to its end

    async def test_what_is_not_for_operators(self, server: Any, issuer: Any) -> None:
        token = f"Authorization: Bearer {issuer.sign({'scope': 'explorer'})}"
        found = await self.refused(server, token, path="source?file=app.py")
        assert found == (403, "NOT_ALLOWED")
