"""Who may call which function, whichever way the request comes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import Any

import pytest

from atoll.manifest import AccessRule, AccessRules, Endpoint, GraphQLSettings, Manifest
from atoll.server.deployment import Deployment

STRICT = {"Accept": "application/graphql-response+json"}
RULES = AccessRules(
    AccessRule("authenticated"),
    {
        "sayHello": AccessRule("public"),
        "add_item": AccessRule("authenticated", ("items:write",)),
        "size": AccessRule("deny"),
        "tick*": AccessRule("authenticated", (), {"role": ("watcher",)}),
    },
)
ADD = 'mutation { addItem(name: "x") }'


def bearer(issuer: Any, **claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.sign(claims)}"}


def denied(field: str, key: str | None = None, code: str = "FORBIDDEN", at: int = 3) -> Any:
    message = f"Not allowed to call {field}"
    if code == "UNAUTHENTICATED":
        message += ": the request carries no verified token"
    return {
        "message": f"{message}.",
        "locations": [{"line": 1, "column": at}],
        "path": [key or field],
        "extensions": {"code": code},
    }


@pytest.fixture
async def server(start: Any, issuer: Any) -> Any:
    settings = GraphQLSettings(ticks=True, max_batch=10)
    return await start(access=RULES, environ=issuer.environ, graphql=settings)


async def test_what_is_allowed_runs(server: Any, issuer: Any) -> None:
    reader, writer = bearer(issuer), bearer(issuer, scope="items:read items:write")
    for _ in range(3):  # by graphql-core, by a plan that is made, by one that is there
        assert (await server.query("{ sayHello whoAsks }", "/secure", headers=reader))["data"]
        assert (await server.query(ADD, "/secure", headers=writer))["data"] == {"addItem": "x"}
        assert (await server.query("{ sayHello }"))["data"]


async def test_an_operation_is_refused_as_a_whole_before_anything_runs(
    server: Any, issuer: Any
) -> None:
    reader, writer = bearer(issuer), bearer(issuer, scope="items:write")
    query = '{ sayHello first: size(text: "a") whoAsks again: size(text: "b") }'
    for _ in range(3):
        answer = await server.query(query, "/secure", headers=reader)
        assert answer == {
            "errors": [denied("size", "first", at=12), denied("size", "again", at=43)]
        }
        # The plan of one caller says nothing about another.
        assert (await server.query(ADD, "/secure", headers=writer))["data"]
        assert await server.query(ADD, "/secure", headers=reader) == {
            "errors": [denied("addItem", at=12)]
        }

    assert server.app.calls == ["addItem"] * 3


async def test_an_endpoint_without_tokens_is_for_public_functions(server: Any, issuer: Any) -> None:
    for headers in ({}, bearer(issuer, scope="items:write")):
        answer = await server.query("{ whoAsks }", headers=headers)
        assert answer == {"errors": [denied("whoAsks", code="UNAUTHENTICATED")]}
    assert (await server.query('{ size(text: "a") }'))["errors"] == [denied("size")]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/graphql", "{ whoAsks }", 401),
        ("/graphql", '{ whoAsks size(text: "a") }', 403),
        ("/secure", '{ size(text: "a") }', 403),
    ],
)
async def test_clients_of_the_new_media_type_see_it_by_the_status(
    server: Any, issuer: Any, path: str, query: str, status: int
) -> None:
    headers = {**STRICT, **bearer(issuer)}
    async with server.client.post(
        server.url + path, json={"query": query}, headers=headers
    ) as response:
        assert response.status == status
        assert "data" not in await response.json(content_type=None)
        assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize(
    "query",
    [
        '{ x: size(text: "a") }',
        '{ ...F } fragment F on Query { size(text: "a") }',
        '{ ... on Query { ... { size(text: "a") } } }',
        '{ ... @include(if: true) { size(text: "a") } }',
        'query ($t: String! = "a") { size(text: $t) }',
        '{ __typename size(text: "a") }',
        '{ size(text: "a") size(text: "a") }',
        '{ sayHello size(text: "a") @skip(if: false) }',
    ],
)
async def test_no_way_of_writing_leads_around_a_rule(server: Any, issuer: Any, query: str) -> None:
    for _ in range(3):
        answer = await server.query(query, "/secure", headers=bearer(issuer))
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        assert "data" not in answer
    assert server.app.calls == []


async def test_what_is_skipped_needs_no_permission_and_what_is_not_does(
    server: Any, issuer: Any
) -> None:
    query = 'query ($ask: Boolean!) { sayHello size(text: "a") @include(if: $ask) }'

    async def ask(value: bool) -> Any:
        async with server.client.post(
            f"{server.url}/secure",
            json={"query": query, "variables": {"ask": value}},
            headers=bearer(issuer),
        ) as response:
            return await response.json()

    for _ in range(3):
        assert "data" in await ask(False)
        assert (await ask(True))["errors"] == [denied("size", at=35)]
    assert server.app.calls == ["sayHello"] * 3


async def test_refusals_do_not_depend_on_arguments_or_literals(server: Any, issuer: Any) -> None:
    for text in ("a", "b", "c", "d"):  # texts that differ in literals have one plan
        answer = await server.query(
            f'{{ size(text: "{text}") }}', "/secure", headers=bearer(issuer)
        )
        assert answer["errors"] == [denied("size")]
    assert server.app.calls == []


async def test_get_batches_and_persisted_queries(server: Any, issuer: Any) -> None:
    headers = bearer(issuer)
    url = f"{server.url}/secure"
    query = '{ size(text: "a") }'

    async with server.client.get(url, params={"query": query}, headers=headers) as response:
        assert (await response.json())["errors"] == [denied("size")]
    batch = [{"query": query}, {"query": "{ sayHello }"}, {"query": ADD}]
    async with server.client.post(url, json=batch, headers=headers) as response:
        first, second, third = await response.json()
    assert first["errors"] == [denied("size")]
    assert second["data"]
    assert third["errors"] == [denied("addItem", at=12)]
    hash_ = hashlib.sha256(query.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hash_}}
    for body in ({"query": query, "extensions": extensions}, {"extensions": extensions}):
        async with server.client.post(url, json=body, headers=headers) as response:
            assert (await response.json())["errors"] == [denied("size")]
    assert server.app.calls == ["sayHello"]


async def test_introspection_shows_everything(server: Any) -> None:
    answer = await server.query("{ __schema { queryType { fields { name } } } }")

    names = [field["name"] for field in answer["data"]["__schema"]["queryType"]["fields"]]
    assert {"size", "whoAsks"} <= set(names)


async def test_events(server: Any, issuer: Any) -> None:
    async def events(query: str, **claims: Any) -> str:
        headers = {"Accept": "text/event-stream", **bearer(issuer, **claims)}
        status, text = await server.text("POST", "/secure", json={"query": query}, headers=headers)
        assert status == 200
        return text

    for query in ("subscription { ticks(count: 1) }", '{ size(text: "a") }'):
        text = await events(query)
        assert '"code":"FORBIDDEN"' in text
        assert '"data"' not in text.replace("data: ", "")
        assert text.endswith("event: complete\ndata: \n\n")
    assert '{"data":{"ticks":1}}' in await events(
        "subscription { ticks(count: 1) }", role="watcher"
    )
    assert server.app.calls == []


async def test_dev_without_keys_goes_by_what_a_token_says(start: Any, issuer: Any) -> None:
    server = await start(access=RULES, dev=True)

    assert (await server.query("{ whoAsks }", "/secure"))["errors"] == [
        denied("whoAsks", code="UNAUTHENTICATED")
    ]
    assert (await server.query("{ whoAsks }", "/secure", headers=bearer(issuer)))["data"]
    assert (await server.query(ADD, "/secure", headers=bearer(issuer)))["errors"]
    headers = bearer(issuer, scope="items:write", exp=1)
    assert (await server.query(ADD, "/secure", headers=headers))["data"]


# What the operator is told.


def warnings(app: Any, access: AccessRules, *auths: str) -> tuple[str, ...]:
    endpoints = {auth: Endpoint(auth, f"/{auth}", auth) for auth in auths}  # type: ignore[arg-type]
    app.manifest = Manifest(endpoints=endpoints, access=access)
    return Deployment.of(app, {}, dev=False).warnings()


def test_rules_that_fit_nothing_are_told(in_process_app: Any) -> None:
    rules = AccessRules(functions={"sayHallo": AccessRule("public"), "x*": AccessRule("public")})

    one, two = warnings(in_process_app(), rules, "none")

    assert "sayHallo" in one
    assert "x*" in two


def test_rules_that_nobody_can_meet_are_told(in_process_app: Any) -> None:
    (warning,) = warnings(in_process_app(), AccessRules(AccessRule("authenticated")), "none")

    assert "no endpoint reads them" in warning
    both = warnings(in_process_app(), AccessRules(AccessRule("deny")), "none", "bearer-token")
    assert all("no endpoint" not in text for text in both)


# Keys that change, tokens that expire.


async def test_keys_change_without_a_restart(start: Any, issuer: Any, caplog: Any) -> None:
    server = await start(environ=issuer.environ)
    other = type(issuer)()
    deployment = server.deployments.current

    async def status(who: Any) -> int:
        headers = bearer(who)
        return (
            await server.text("POST", "/secure", json={"query": "{sayHello}"}, headers=headers)
        )[0]

    assert [await status(issuer), await status(other)] == [200, 401]
    assert deployment.reconfigure_auth(other.environ)
    assert [await status(issuer), await status(other)] == [401, 200]
    assert not deployment.reconfigure_auth({"MODUS_PEMS": "{"})
    assert "The keys from before stay in use." in caplog.text
    assert [await status(issuer), await status(other)] == [401, 200]
    assert deployment.reconfigure_auth({})
    assert [await status(issuer), await status(other)] == [401, 401]


async def test_a_deployment_without_tokens_has_no_keys_to_change(start: Any) -> None:
    server = await start(endpoints={"default": Endpoint("default", "/graphql", "none")})

    assert server.deployments.current.reconfigure_auth({"MODUS_PEMS": "{"})


async def test_published_keys_of_a_served_app(start: Any, serve: Any, issuer: Any) -> None:
    from aiohttp import web
    from jwt.algorithms import OKPAlgorithm

    async def publish(_: web.Request) -> web.Response:
        jwk = OKPAlgorithm.to_jwk(issuer.private.public_key(), as_dict=True)
        return web.json_response({"keys": [jwk]})

    url = await serve(publish)
    server = await start(environ={"MODUS_JWKS_ENDPOINTS": json.dumps({"main": url})})

    answer = await server.query("{ whoAsks }", "/secure", headers=bearer(issuer, sub="ada"))

    assert json.loads(answer["data"]["whoAsks"])["claims"] == {"sub": "ada"}


@pytest.mark.parametrize(
    "token",
    ["", "a.b.c", "e30.e30.", "x" * 20_000, "expired", "forged", "none"],
    ids=["empty", "garbage", "no algorithm", "long", "expired", "forged", "unsigned"],
)
async def test_all_bad_tokens_get_the_same_answer(start: Any, issuer: Any, token: str) -> None:
    server = await start(environ=issuer.environ)
    made = {
        "expired": issuer.sign({"exp": 1}),
        "forged": type(issuer)().sign({}),
        "none": "eyJhbGciOiJub25lIn0.e30.AAAA",
    }
    async with server.client.post(
        f"{server.url}/secure",
        json={"query": "{ sayHello }"},
        headers={"Authorization": f"Bearer {made.get(token, token)}"},
    ) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        headers.pop("date", None)
        body = await response.text()

    assert response.status == 401
    assert body == (
        '{"errors":[{"message":"Access Denied","extensions":{"code":"UNAUTHENTICATED"}}]}'
    )
    assert headers == {
        "www-authenticate": "Bearer",
        "content-type": "application/json",
        "content-length": str(len(body)),
        **{name: headers[name] for name in ("x-content-type-options", "vary") if name in headers},
    }


async def test_events_end_when_the_token_expires(start: Any, issuer: Any, soon: Any) -> None:
    server = await start(environ=issuer.environ, graphql=GraphQLSettings(ticks=True))
    headers = {"Accept": "text/event-stream", **bearer(issuer, exp=soon())}

    status, text = await asyncio.wait_for(
        server.text(
            "POST",
            "/secure",
            json={"query": "subscription { ticks(count: 2, intervalMs: 3600000) }"},
            headers=headers,
        ),
        30,
    )

    assert status == 200
    *_, last, complete = [part for part in text.split("\n\n") if part.startswith("event")]
    assert json.loads(last.split("data: ")[1]) == {
        "errors": [{"message": "The token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert complete.startswith("event: complete")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives the ``exp`` of a token that is good for a second or two more."""
    from atoll.auth import tokens

    monkeypatch.setattr(tokens, "LEEWAY", 0.0)
    return lambda: int(time.time()) + 2
