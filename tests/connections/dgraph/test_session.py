"""Logins and keys. The open-source build of Dgraph has neither, so the server is one of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc.aio
import pytest
from atoll_servers.tls import certificate
from pydgraph.proto import api_pb2 as api

from atoll.connections.dgraph import DgraphClient
from atoll.connections.errors import ConnectionFailed

QUERY = "{ q(func: uid(1)) { x } }"


@dataclass
class Guarded:
    """Knows one user, and the tokens that it gave out."""

    port: int = 0
    logins: list[str] = field(default_factory=list)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    seen: list[dict[str, str]] = field(default_factory=list)
    expired: str = "rpc error: Token is expired"
    status: grpc.StatusCode = grpc.StatusCode.UNAUTHENTICATED

    async def login(self, request: Any, context: Any) -> Any:
        await asyncio.sleep(0.01)
        if request.refresh_token:
            self.logins.append("refresh")
            if request.refresh_token not in self.refresh:
                await context.abort(grpc.StatusCode.UNKNOWN, "Token is expired")
        else:
            self.logins.append(f"{request.userid}@{request.namespace}")
            if request.password != "p4ss":
                await context.abort(grpc.StatusCode.UNKNOWN, "invalid username or password")
        made = str(len(self.logins))
        self.access, self.refresh = {f"access{made}"}, {f"refresh{made}"}
        jwt = api.Jwt(access_jwt=f"access{made}", refresh_jwt=f"refresh{made}")
        return api.Response(json=jwt.SerializeToString())

    async def query(self, request: Any, context: Any) -> Any:
        sent = dict(context.invocation_metadata())
        self.seen.append(sent)
        if self.access and sent.get("accessjwt") not in self.access:
            await context.abort(self.status, self.expired)
        return api.Response(json=b'{"q":[]}')


@asynccontextmanager
async def served(guarded: Guarded, *, tls: bool = False) -> AsyncIterator[str]:
    server = grpc.aio.server()
    methods = {"Login": (guarded.login, api.LoginRequest), "Query": (guarded.query, api.Request)}
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            method,
            request_deserializer=kind.FromString,
            response_serializer=api.Response.SerializeToString,
        )
        for name, (method, kind) in methods.items()
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("api.Dgraph", handlers)])
    if tls:
        shown = certificate()
        keys = grpc.ssl_server_credentials([(shown.key, shown.certificate)])
        port = server.add_secure_port("127.0.0.1:0", keys)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


@asynccontextmanager
async def connected(conn_string: str) -> AsyncIterator[DgraphClient]:
    client = DgraphClient("graph", conn_string, "", "", max_bytes=1 << 20)
    try:
        yield client
    finally:
        await client.close()


async def run(client: DgraphClient) -> None:
    assert (await client.run(QUERY, {}, [], timeout=10)).json == '{"q":[]}'


async def test_logs_in_once_for_many_statements() -> None:
    guarded = Guarded()
    async with (
        served(guarded) as target,
        connected(f"dgraph://gr%40ot:p4ss@{target}?namespace=7") as client,
    ):
        await asyncio.gather(*(run(client) for _ in range(20)))
    assert guarded.logins == ["gr@ot@7"]
    assert {sent["accessjwt"] for sent in guarded.seen} == {"access1"}


@pytest.mark.parametrize("status", [grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNKNOWN])
async def test_renews_an_expired_session_once(status: grpc.StatusCode) -> None:
    guarded = Guarded(status=status)
    async with served(guarded) as target, connected(f"dgraph://groot:p4ss@{target}") as client:
        await run(client)
        guarded.access = {"none"}
        await asyncio.gather(*(run(client) for _ in range(20)))
    assert guarded.logins == ["groot@0", "refresh"]


async def test_logs_in_again_when_the_session_cannot_be_renewed() -> None:
    guarded = Guarded()
    async with served(guarded) as target, connected(f"dgraph://groot:p4ss@{target}") as client:
        await run(client)
        guarded.access, guarded.refresh = {"none"}, set()
        await run(client)
    assert guarded.logins == ["groot@0", "refresh", "groot@0"]


async def test_a_wrong_password_is_an_error_of_its_own() -> None:
    guarded = Guarded()
    async with served(guarded) as target, connected(f"dgraph://groot:wr0ng@{target}") as client:
        for _ in range(2):
            with pytest.raises(ConnectionFailed) as caught:
                await run(client)
            assert caught.value.code == "AUTHENTICATION_FAILED"
            assert "invalid username or password" in caught.value.message
            assert "wr0ng" not in caught.value.message
    assert guarded.seen == []


async def test_a_missing_login_is_an_error_of_its_own() -> None:
    guarded = Guarded(access={"none"}, expired="no accessJwt available")
    async with served(guarded) as target, connected(f"dgraph://{target}") as client:
        with pytest.raises(ConnectionFailed) as caught:
            await run(client)
    assert caught.value.code == "AUTHENTICATION_FAILED"
    assert caught.value.details == {"code": "UNAUTHENTICATED"}
    assert len(guarded.seen) == 1


async def test_a_login_that_takes_too_long_ends_in_time() -> None:
    guarded = Guarded()
    async with served(guarded) as target, connected(f"dgraph://groot:p4ss@{target}") as client:
        with pytest.raises(ConnectionFailed) as caught:
            await client.run(QUERY, {}, [], timeout=0.005)
        assert caught.value.code == "TIMEOUT"
        await run(client)


@pytest.mark.parametrize(
    ("options", "authorization"),
    [("bearertoken=t%2Bk", "Bearer t+k"), ("apikey=k3y", "k3y")],
)
async def test_keys_go_with_each_statement(options: str, authorization: str) -> None:
    guarded = Guarded()
    async with (
        served(guarded, tls=True) as target,
        connected(f"dgraph://{target}?sslmode=require&{options}") as client,
    ):
        await run(client)
        await run(client)
    assert [sent["authorization"] for sent in guarded.seen] == [authorization] * 2
    assert guarded.seen[0]["user-agent"].startswith("atoll/")
