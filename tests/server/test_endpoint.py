"""Requests to GraphQL endpoints, over real sockets."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
import shlex
from typing import Any
from urllib.parse import quote

import pytest

from atoll.manifest import GraphQLSettings

JSON = {"Content-Type": "application/json"}
STRICT = {**JSON, "Accept": "application/graphql-response+json"}
NAMED = {**JSON, "Accept": "application/json"}


def body(query: str, **more: Any) -> str:
    return json.dumps({"query": query, **more})


# What is answered: method, path, headers, body → status, and the start of the text or, where there
# are errors, of the first message. The first rows are the vectors of compatibility with Modus, by
# number.
CASES: list[tuple[str, str, str, dict[str, str], str | None, int, str]] = [
    ("11 batch", "POST", "/graphql", JSON, "[" + body("{sayHello}") + "]", 400,
     "Failed to parse GraphQL request."),
    ("12 syntax", "POST", "/graphql", JSON, body("{"), 200,
     "Failed to determine operation type from GraphQL request.\nSyntax Error: Expected Name"),
    ("13 validation", "POST", "/graphql", JSON, body("{nope}"), 200, "Cannot query field"),
    ("14 subscription", "POST", "/graphql", JSON, body("subscription { ticks }"), 200,
     "Subscriptions use SSE (Server-Sent Events). Requests must accept 'text/event-stream'"),
    ("15 method", "DELETE", "/graphql", {}, None, 405, "Method not allowed"),
    ("16 trailing slash", "GET", "/graphql/", {}, None, 301, ""),
    ("19 scheme", "POST", "/secure", {**JSON, "Authorization": "bearer x"}, body("{sayHello}"),
     400, "Invalid JWT token format, Bearer required"),
    ("20 no header", "POST", "/secure", JSON, body("{sayHello}"), 401, "Access Denied"),
    ("data", "POST", "/graphql", JSON, body("{sayHello}"), 200, '{"data":{"sayHello":"Hello,'),
    ("charset", "POST", "/graphql", {"Content-Type": "Application/JSON; charset=UTF-8"},
     body("{sayHello}"), 200, '{"data":'),
    ("other charset", "POST", "/graphql", {"Content-Type": "application/json; charset=latin1"},
     body("{sayHello}"), 415, "GraphQL requests are sent with Content-Type"),
    ("form", "POST", "/graphql", {"Content-Type": "application/x-www-form-urlencoded"},
     "query={sayHello}", 415, "GraphQL requests are sent with Content-Type"),
    ("text, as a foreign page could send", "POST", "/graphql", {"Content-Type": "text/plain"},
     body("{sayHello}"), 415, "GraphQL requests are sent with Content-Type"),
    ("graphql", "POST", "/graphql", {"Content-Type": "application/graphql"}, "{sayHello}", 415, ""),
    ("compressed otherwise", "POST", "/graphql", {**JSON, "Content-Encoding": "br"}, "x", 415,
     "Of compressed requests only gzip"),
    ("not compressed", "POST", "/graphql", {**JSON, "Content-Encoding": "gzip"}, "x", 400,
     "Failed to parse GraphQL request.\nThe body is not one whole gzip stream."),
    ("empty", "POST", "/graphql", JSON, "", 400, "Failed to parse GraphQL request.\nThe body is"),
    ("not JSON", "POST", "/graphql", JSON, "{", 400, "Failed to parse GraphQL request.\n"),
    ("string", "POST", "/graphql", JSON, '"x"', 400, "Failed to parse GraphQL request.\n"),
    ("null", "POST", "/graphql", JSON, "null", 400, "Failed to parse GraphQL request.\n"),
    ("no query", "POST", "/graphql", JSON, "{}", 400,
     'Failed to parse GraphQL request.\nThe query is missing; expected {"query": "…"}'),
    ("null for a query", "POST", "/graphql", JSON, '{"query": null}', 400,
     "Failed to parse GraphQL request.\nThe query is missing"),
    ("query of another type", "POST", "/graphql", JSON, '{"query": 1}', 400,
     "Failed to parse GraphQL request.\nExpected `str | null`, got `int` - at `$.query`"),
    ("persisted query of another version", "POST", "/graphql", JSON,
     '{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "' + "0" * 64 + '"}}}', 400,
     "Failed to parse GraphQL request.\nextensions.persistedQuery must be"),
    ("persisted query without a hash", "POST", "/graphql", JSON,
     '{"query": "{sayHello}", "extensions": {"persistedQuery": {"version": 1}}}', 400,
     "Failed to parse GraphQL request.\nextensions.persistedQuery.sha256Hash must be"),
    ("other extensions", "POST", "/graphql", JSON, body("{sayHello}", extensions={"a": [1]}), 200,
     '{"data":'),
    ("variables of another type", "POST", "/graphql", JSON, body("{x}", variables=[]), 400,
     "Failed to parse GraphQL request.\n"),
    ("name of another type", "POST", "/graphql", JSON, body("{x}", operationName=1), 400,
     "Failed to parse GraphQL request.\n"),
    ("not UTF-8", "POST", "/graphql", JSON, '{"query": "\udcff"}', 400,
     "Failed to parse GraphQL request.\n"),
    ("deep", "POST", "/graphql", JSON, '{"query": "{x}", "variables": {"a":' + "[" * 100_000, 400,
     "Failed to parse GraphQL request.\n"),
    ("nulls", "POST", "/graphql", JSON,
     body("{sayHello}", variables=None, operationName=None, extensions=None), 200, '{"data":'),
    ("unknown members", "POST", "/graphql", JSON, body("{sayHello}", id=1), 200, '{"data":'),
    ("syntax, strict", "POST", "/graphql", STRICT, body("{"), 400,
     "Failed to determine operation type from GraphQL request.\nSyntax Error: Expected Name"),
    ("syntax, JSON by name", "POST", "/graphql", NAMED, body("{"), 200, "Failed to determine"),
    ("validation, strict", "POST", "/graphql", STRICT, body("{nope}"), 400, "Cannot query field"),
    ("validation, JSON by name", "POST", "/graphql", NAMED, body("{nope}"), 200, "Cannot query"),
    ("variables, strict", "POST", "/graphql", STRICT, body("query($n:Int!){sayHello}"), 400, ""),
    ("null for a variable, strict", "POST", "/graphql", STRICT,
     body("query($t:String!){size(text:$t)}", variables={"t": None}), 400, "Variable '$t'"),
    ("null for a variable", "POST", "/graphql", JSON,
     body("query($t:String!){size(text:$t)}", variables={"t": None}), 200, "Variable '$t'"),
    ("no operation, strict", "POST", "/graphql", STRICT, body("{a:__typename}", operationName="B"),
     400, "Unknown operation named 'B'"),
    ("no operation", "POST", "/graphql", JSON, body("{a:__typename}", operationName="B"), 200,
     "Unknown operation named 'B'"),
    ("subscription, strict", "POST", "/graphql", STRICT, body("subscription { ticks }"), 400,
     "Subscriptions use SSE"),
    ("subscription that is not there", "POST", "/graphql", JSON, body("subscription { x }"), 200,
     "Cannot query field 'x' on type 'Subscription'."),
    ("batch, strict", "POST", "/graphql", STRICT, "[]", 400,
     "Failed to parse GraphQL request.\nBatches are not supported"),
    ("no query, JSON by name", "POST", "/graphql", NAMED, "{}", 400, "Failed to parse"),
    ("data, strict", "POST", "/graphql", STRICT, body("{sayHello}"), 200, '{"data":'),
    ("not acceptable", "POST", "/graphql", {**JSON, "Accept": "image/png"}, body("{sayHello}"),
     406, "Only application/graphql-response+json, application/json and text/event-stream here."),
    ("GET", "GET", "/graphql?query={sayHello}", {}, None, 200, '{"data":{"sayHello":"Hello,'),
    ("GET with variables", "GET",
     "/graphql?query=" + quote("query A($n:String!){sayHello(name:$n)} query B {sayHello}")
     + "&operationName=A&variables=" + quote('{"n":"Ada"}'), {}, None, 200,
     '{"data":{"sayHello":"Hello, Ada!'),
    ("GET, empty variables", "GET", "/graphql?query={sayHello}&variables=&operationName=", {}, None,
     200, '{"data":'),
    ("GET without query", "GET", "/graphql", {}, None, 400, "Failed to parse GraphQL request."),
    ("GET, bad variables", "GET", "/graphql?query={sayHello}&variables=[1]", {}, None, 400,
     "Failed to parse GraphQL request.\nThe URL parameter variables is not a JSON object."),
    ("GET, query twice", "GET", "/graphql?query={a}&query={b}", {}, None, 400,
     "Failed to parse GraphQL request.\nThe URL parameter query is given twice."),
    ("GET, not UTF-8", "GET", "/graphql?query=%ff", {}, None, 400, "Failed to parse"),
    ("GET, many fields", "GET", "/graphql?" + "a=1&" * 100, {}, None, 400, "Failed to parse"),
    ("GET of a mutation", "GET", "/graphql?query=" + quote('mutation{addItem(name:"x")}'), {}, None,
     405, "Mutations are sent by POST."),
    ("GET of a mutation by name", "GET", "/graphql?operationName=B&query="
     + quote('query A{sayHello} mutation B{addItem(name:"x")}'), {}, None, 405, "Mutations are"),
    ("PUT", "PUT", "/graphql", JSON, body("{sayHello}"), 405, "Method not allowed"),
    ("HEAD", "HEAD", "/graphql", {}, None, 405, ""),
    ("time zone", "POST", "/graphql", {**JSON, "X-Time-Zone": "Tokyo; rm -rf"}, body("{sayHello}"),
     400, "X-Time-Zone is not a time zone name"),
    ("below a tree", "POST", "/tree/a/b", JSON, body("{sayHello}"), 200, '{"data":'),
    ("other JSON", "POST", "/graphql", {"Content-Type": "application/vnd.x+json"},
     body("{sayHello}"), 415, "GraphQL requests are sent with Content-Type"),
    ("elsewhere", "POST", "/graphqlx", JSON, body("{sayHello}"), 404, "Not Found"),
    ("another case", "POST", "/GraphQL", JSON, body("{sayHello}"), 404, "Not Found"),
]  # fmt: skip


async def test_answers(start: Any, issuer: Any, subtests: Any) -> None:
    server = await start(environ=issuer.environ, graphql=GraphQLSettings(ticks=True))
    for name, method, path, headers, text, status, expected in CASES:
        with subtests.test(name):
            data = None if text is None else text.encode(errors="surrogateescape")
            async with server.client.request(
                method,
                server.url + path,
                headers=headers,
                data=data,
                allow_redirects=False,
                skip_auto_headers=["Accept", "Content-Type"],
            ) as response:
                found = await response.text()
                elsewhere = status in (301, 404)
                if found and not elsewhere:
                    errors = json.loads(found).get("errors")
                    if errors is not None:
                        assert list(json.loads(found)) == ["errors"]
                        assert all(error["extensions"]["code"] for error in errors)
                    found = errors[0]["message"] if errors else found
                assert (response.status, found[: len(expected)]) == (status, expected)
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                kind = response.headers["Content-Type"]
                if elsewhere:
                    assert kind == "text/plain; charset=utf-8"
                    assert found.endswith("\n")
                elif headers.get("Accept") == STRICT["Accept"]:
                    assert kind == "application/graphql-response+json; charset=utf-8"
                else:
                    assert kind == "application/json"
    assert "addItem" not in server.app.calls


async def test_the_response_is_compact_json_of_known_order(server: Any) -> None:
    status, text = await server.text("POST", "/graphql", json={"query": "{sayHello}"})

    assert status == 200
    assert text == (
        '{"data":{"sayHello":"Hello, World! (version 1)"},"extensions":{"invocations":'
        '{"sayHello":{"executionId":"d0aq00000000000000a0"}}}}'
    )


async def test_methods_that_are_allowed_are_named(server: Any) -> None:
    async with server.client.delete(f"{server.url}/graphql") as response:
        assert response.headers["Allow"] == "GET, POST"


async def test_trailing_slash_keeps_the_query_string(server: Any) -> None:
    async with server.client.get(
        f"{server.url}/graphql/?query={{sayHello}}", allow_redirects=False
    ) as response:
        assert response.headers["Location"] == "/graphql?query=%7BsayHello%7D" or (
            response.headers["Location"] == "/graphql?query={sayHello}"
        )


async def test_vector_21_the_time_zone_reaches_the_function(server: Any) -> None:
    answer = await server.query("{whoAsks}", headers={"X-Time-Zone": "Asia/Tokyo"})

    assert json.loads(answer["data"]["whoAsks"]) == {"claims": None, "timeZone": "Asia/Tokyo"}


async def test_verified_claims_reach_the_function(start: Any, issuer: Any) -> None:
    server = await start(environ=issuer.environ)
    headers = {"Authorization": f"Bearer {issuer.sign({'sub': 'ada'})}"}

    answer = await server.query("{whoAsks}", "/secure", headers=headers)

    assert json.loads(answer["data"]["whoAsks"])["claims"] == {"sub": "ada"}


async def test_claims_are_not_read_where_no_token_is_asked_for(start: Any, issuer: Any) -> None:
    server = await start(environ=issuer.environ)
    headers = {"Authorization": f"Bearer {issuer.sign({'sub': 'ada'})}"}

    answer = await server.query("{whoAsks}", headers=headers)

    assert json.loads(answer["data"]["whoAsks"])["claims"] is None


async def test_a_refused_token_says_so_and_calls_nothing(start: Any, issuer: Any) -> None:
    server = await start(environ=issuer.environ)
    headers = {"Authorization": "Bearer " + type(issuer)().sign({})}

    async with server.client.post(
        f"{server.url}/secure", json={"query": "{sayHello}"}, headers=headers
    ) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert (await response.json())["errors"] == [
            {"message": "Access Denied", "extensions": {"code": "UNAUTHENTICATED"}}
        ]
    assert server.app.calls == []


async def test_bearer_endpoints_without_keys_are_closed_outside_dev(
    start: Any, issuer: Any
) -> None:
    server = await start()
    headers = {"Authorization": f"Bearer {issuer.sign({})}"}

    status, _ = await server.text("POST", "/secure", json={"query": "{sayHello}"}, headers=headers)

    assert status == 401
    assert "MODUS_PEMS" in server.deployments.current.warnings()[0]


async def test_two_authorization_headers_are_refused(start: Any, issuer: Any) -> None:
    server = await start(environ=issuer.environ)
    token = issuer.sign({})

    answer = await server.raw(
        b"POST /secure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: 20\r\n"
        + f"Authorization: Bearer {token}\r\nAuthorization: Bearer x\r\n\r\n".encode()
        + b'{"query":"{whoAsks}"'
    )

    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_body_over_the_limit_is_refused_by_its_length(
    start: Any, small_payloads: Any
) -> None:
    server = await start(limits=small_payloads)

    status, text = await server.text(
        "POST", "/graphql", data=io.BytesIO(b" " * (1 << 20) + b"{}"), headers=JSON
    )

    assert status == 413
    assert "at most 1048576 bytes" in text


async def test_a_body_over_the_limit_is_refused_while_it_is_read(
    start: Any, small_payloads: Any
) -> None:
    server = await start(limits=small_payloads)

    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 50_000

    status, _ = await server.text("POST", "/graphql", data=chunks(), headers=JSON)

    assert status == 413


async def test_a_body_up_to_the_limit_is_taken(start: Any, small_payloads: Any) -> None:
    server = await start(limits=small_payloads)
    request = body("query($t:String!){size(text:$t)}", variables={"t": "x" * 1_000_000})

    status, text = await server.text(
        "POST", "/graphql", data=io.BytesIO(request.ljust(1 << 20).encode()), headers=JSON
    )

    assert status == 200
    assert json.loads(text)["data"] == {"size": 1_000_000}


async def test_a_client_that_leaves_cancels_its_calls(server: Any) -> None:
    request = asyncio.create_task(server.query("{a:wait b:wait}"))
    await server.app.waiting.acquire()
    await server.app.waiting.acquire()
    request.cancel()
    await asyncio.wait([request])

    await asyncio.wait_for(server.app.cancelled.wait(), 10)
    while server.application.metrics.figures.requests_in_flight:
        await asyncio.sleep(0.01)

    assert server.application.metrics.figures.requests == {"499": 1}
    assert (await server.query("{sayHello}"))["data"]


async def test_requests_are_answered_while_others_wait(server: Any) -> None:
    waiting = [asyncio.create_task(server.query("{wait}")) for _ in range(20)]
    for _ in waiting:
        await server.app.waiting.acquire()

    assert (await server.query("{sayHello}"))["data"]

    server.app.go_on.set()
    for answer in await asyncio.gather(*waiting):
        assert answer["data"] == {"wait": "waited in version 1"}


@pytest.mark.parametrize("query", ["{sayHello(name: 1)}", "query($n: Int!){sayHello(name: $n)}"])
async def test_bad_arguments_call_nothing(server: Any, query: str) -> None:
    answer = await server.query(query)

    assert "data" not in answer
    assert server.app.calls == []


async def test_a_browser_is_told_how_to_ask(server: Any) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    status, text = await server.text("GET", "/graphql", headers=headers)

    assert status == 400
    message = json.loads(text)["errors"][0]["message"]
    command = shlex.split(message.splitlines()[-1].removeprefix("Try: "))
    assert (command[0], command[-1]) == ("curl", f"http://localhost:{server.port}/graphql")
    assert await server.query(json.loads(command[-2])["query"]) == {"data": {"__typename": "Query"}}


async def test_refused_tokens_leave_a_line_without_them(
    start: Any, issuer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(environ=issuer.environ)
    expired = issuer.sign({"sub": "ada-the-secret", "exp": 1})

    with caplog.at_level(logging.DEBUG):
        for header in ({}, {"Authorization": f"Bearer {expired}"}):
            status, _ = await server.text(
                "POST", "/secure", headers={**JSON, **header}, data=body("{sayHello}")
            )
            assert status == 401

    records = [record for record in caplog.records if record.message == "Request refused."]
    assert [record.levelno for record in records] == [logging.INFO, logging.INFO]
    assert [vars(record)["fields"] for record in records] == [
        {"endpoint": "secure", "path": "/secure", "status": 401, "reason": reason}
        for reason in ("no token", "expired")
    ]
    written = "".join(str(vars(record)) for record in caplog.records)
    assert "ada-the-secret" not in written
    assert not any(part in written for part in expired.split("."))


@pytest.mark.parametrize(
    ("accept", "query", "content_type"),
    [
        ("application/json, text/event-stream", "{sayHello}", "application/json"),
        ("application/json, text/event-stream", "subscription {ticks}", "text/event-stream"),
        ("text/event-stream;q=0.1, */*", "subscription {ticks}", "text/event-stream"),
        ("text/event-stream", "subscription {ticks}", "text/event-stream"),
        ("text/event-stream", "{sayHello}", "text/event-stream"),
        ("text/event-stream, application/json;q=0.9", "{sayHello}", "text/event-stream"),
        ("text/event-stream, application/json;q=0.9", "{", "text/event-stream"),
        ("text/event-stream, application/json", "{", "application/json"),
    ],
)
async def test_events_are_for_those_who_prefer_or_need_them(
    start: Any, accept: str, query: str, content_type: str
) -> None:
    server = await start(graphql=GraphQLSettings(ticks=True))
    query = query.replace("ticks", "ticks(count: 2, intervalMs: 1)")

    for method, options in (
        ("POST", {"json": {"query": query}}),
        ("GET", {"params": {"query": query}}),
    ):
        async with server.client.request(
            method, f"{server.url}/graphql", headers={"Accept": accept}, **options
        ) as response:
            assert (response.status, response.content_type) == (200, content_type)
            text = await response.text()
        if content_type == "text/event-stream":
            assert text.startswith("event: next\ndata: {")
            assert text.endswith("event: complete\ndata: \n\n")
            assert text.count("event: next\n") == (2 if "ticks" in query else 1)
        else:
            assert next(iter(json.loads(text))) == ("errors" if query == "{" else "data")


async def test_a_stream_is_counted_like_any_response(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(ticks=True))

    _, text = await server.text(
        "POST",
        "/graphql",
        json={"query": "subscription {ticks(count: 2, intervalMs: 1)}"},
        headers={"Accept": "text/event-stream"},
    )

    figures = server.application.metrics.figures
    assert figures.requests == {"200": 1}
    _, page = await server.text("GET", "/metrics")
    expected = f'runtime_http_response_size_bytes_sum{{handler="default"}} {len(text)}'
    assert expected in page.splitlines()


async def test_batches_are_not_answered_by_events(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(max_batch=2))

    status, text = await server.text(
        "POST",
        "/graphql",
        json=[{"query": "{sayHello}"}],
        headers={"Accept": "text/event-stream"},
    )

    assert status == 406
    assert json.loads(text)["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}
    assert server.app.calls == []


def hashed(query: str) -> dict[str, Any]:
    digest = hashlib.sha256(query.encode()).hexdigest()
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


@pytest.mark.parametrize(
    ("accept", "missing"), [("*/*", 200), ("application/graphql-response+json", 400)]
)
async def test_a_query_is_known_by_its_hash_once_it_was_sent(
    server: Any, accept: str, missing: int
) -> None:
    query = "query($n: String!) { sayHello(name: $n) }"
    headers = {"Accept": accept}
    url = f"{server.url}/graphql"
    alone = {"extensions": hashed(query), "variables": {"n": "Ada"}}

    async with server.client.post(url, json=alone, headers=headers) as response:
        assert (response.status, response.headers["Cache-Control"]) == (missing, "no-store")
        (error,) = (await response.json())["errors"]
        assert error["message"] == "PersistedQueryNotFound"
        assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    async with server.client.post(url, json={**alone, "query": query}, headers=headers) as response:
        assert (await response.json())["data"] == {"sayHello": "Hello, Ada! (version 1)"}
    async with server.client.post(url, json=alone, headers=headers) as response:
        assert (await response.json())["data"] == {"sayHello": "Hello, Ada! (version 1)"}
    params = {name: json.dumps(value) for name, value in alone.items()}
    async with server.client.get(url, params=params, headers=headers) as response:
        assert (await response.json())["data"] == {"sayHello": "Hello, Ada! (version 1)"}


async def test_a_hash_of_another_text_is_refused(server: Any) -> None:
    request = {"query": "{sayHello}", "extensions": hashed("{whoAsks}")}

    status, text = await server.text("POST", "/graphql", json=request)

    assert status == 200
    assert json.loads(text)["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_MISMATCH"
    assert server.app.calls == []


async def test_an_app_can_do_without_persisted_queries(start: Any) -> None:
    server = await start(graphql=GraphQLSettings(persisted_queries=False))

    _, text = await server.text("POST", "/graphql", json={"extensions": hashed("{sayHello}")})

    code = json.loads(text)["errors"][0]["extensions"]["code"]
    assert code == "PERSISTED_QUERY_NOT_SUPPORTED"


async def test_a_persisted_mutation_is_not_for_get(server: Any) -> None:
    query = 'mutation { addItem(name: "x") }'
    await server.text("POST", "/graphql", json={"query": query, "extensions": hashed(query)})

    status, _ = await server.text(
        "GET", "/graphql", params={"extensions": json.dumps(hashed(query))}
    )

    assert status == 405
    assert server.app.calls == ["addItem"]
