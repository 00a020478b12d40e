"""An app in AssemblyScript, served: from a GraphQL request to its response."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from atoll.app.app import App
from atoll.app.call import ANONYMOUS, Caller
from atoll.app.log import CURRENT_CALL
from atoll.engine import Engine, EngineConfig
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.manifest import parse_manifest

SOURCE = """
import {
  agents, auth, collections, dgraph, graphql, http, localtime, models, mysql, neo4j, postgresql,
  secrets, utils,
} from "@hypermode/modus-sdk-as";
import { OpenAIEmbeddingsModel } from "@hypermode/modus-sdk-as/models/openai/embeddings";
import { JSON } from "json-as";

@external("modus_models", "invokeModel")
declare function invokeModel(name: string, input: string): string | null;

let count = 0;

class Node {
  name: string = "";
  weight: f64 = 0;
  children: Node[] = [];
  notes: Map<string, string> = new Map<string, string>();
  next: Node | null = null;
}

class Damaged {
  fine: string = "fine";
  bad: string = "";
  list: string[] = [];
  inner: Damaged | null = null;
}

@json
class Claims { sub: string = ""; roles: string[] = [] }

@json
class Row { id: i32 = 0 }

// How calls end

export function boom(): string { throw new Error("no luck") }
export function refuse(): string { utils.throwUserError("not like this"); return "" }
export function warn(): string { console.error("first"); console.error("second"); return "done" }
export function levels(): string {
  console.log("log"); console.debug("debug"); console.info("info"); console.warn("warn");
  return "done";
}
export function print(): string {
  process.stdout.write("plain\\nInfo: told\\nWarning: careful\\nError: printed\\n\\n");
  process.stderr.write("Debug: to stderr\\n");
  return "done";
}
export function leave(status: i32): string { process.exit(status); return "" }
export function leaveMaybe(status: i32): string | null { process.exit(status); return null }
export function recurse(n: i32): i32 { return recurse(n + 1) + 1 }
export function spin(): i32 { while (true) {} return 0 }
export function eat(): i32 {
  const all: ArrayBuffer[] = [];
  while (true) all.push(new ArrayBuffer(1 << 20));
  return 0;
}
export function addOne(): i32 { return ++count }
export function long(units: i32): string { return "x".repeat(units) }
export function tellLong(units: i32): string { throw new Error("x".repeat(units)) }

// What queries want

export function getTree(depth: i32 = 2): Node {
  const node = new Node();
  node.name = "n" + depth.toString();
  node.weight = depth + 0.5;
  node.notes.set("depth", depth.toString());
  if (depth > 0) node.children = [getTree(depth - 1), getTree(depth - 1)];
  return node;
}
export function getCyclic(): Node {
  const node = new Node();
  node.name = "again";
  node.next = node;
  return node;
}
export function getDamaged(): Damaged {
  const damaged = new Damaged(), inner = new Damaged();
  store<usize>(changetype<usize>(inner), 0x7ffffff0, offsetof<Damaged>("bad"));
  store<usize>(changetype<usize>(damaged), 0xffffffff, offsetof<Damaged>("bad"));
  store<usize>(changetype<usize>(damaged.list), 0x7fffffff, 12);
  damaged.inner = inner;
  return damaged;
}
export function defaults(a: i32 = 7, c: string | null = null, b: string = "b" + "c"): string {
  return a.toString() + b + (c === null ? "null" : c);
}
export function nullable(text: string | null = "text"): string | null { return text }
export function echoTree(tree: Node): Node { return tree }

// Who calls

export function zone(): string { return localtime.getTimeZone() }
export function localTime(): string { return localtime.now() }
export function timeIn(zone: string): string { return localtime.nowInZone(zone) }
export function whoAmI(): string {
  const claims = auth.getJWTClaims<Claims>();
  return claims.sub + ":" + claims.roles.join("+");
}
export function getSecret(name: string): string { return secrets.getSecretValue(name) }

// The world outside

export function ask(url: string): string {
  const response = http.fetch(url);
  return response.status.toString() + " " + response.statusText + " " + response.text();
}
export function cookies(url: string): string {
  const found = http.fetch(url).headers.get("set-cookie");
  return found === null ? "none" : found;
}
export function send(url: string, size: i32): i32 {
  const body = http.Content.from(new Uint8Array(size));
  return http.fetch(url, { method: "post", headers: new http.Headers(), body }).status;
}
export function raw(model: string, input: string): string | null {
  return invokeModel(model, input);
}
export function lie(pointer: usize): string | null {
  return invokeModel("text", changetype<string>(pointer));
}
export function embed(text: string): i32 {
  const model = models.getModel<OpenAIEmbeddingsModel>("embedder");
  const output = model.invoke(model.createInput(text));
  return output.data[0].embedding.length;
}
export function service(): string {
  const answer = graphql.execute<Row>("graph", "{ id }");
  return answer.data!.id.toString();
}

// What the host cannot do yet

export function useSql(mine: bool): i32 {
  return mine
    ? mysql.query<Row>("db", "select 1 as id").rows.length
    : postgresql.query<Row>("db", "select 1 as id").rows.length;
}
export function useDgraph(): string { return dgraph.dropAll("db") }
export function useNeo4j(): i32 {
  return neo4j.executeQuery("db", "MATCH (n) RETURN n").Records.length;
}
export function useAgents(): i32 { return agents.listAll().length }
export function useCollections(): string { return collections.getText("a", "b") }
"""


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=200))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def guest(engine, build_assemblyscript, tmp_path_factory) -> AssemblyScriptGuest:
    folder: Path = tmp_path_factory.mktemp("app")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(SOURCE)
    return AssemblyScriptGuest.load(engine, build_assemblyscript(folder), max_bytes=1 << 20)


class Served:
    def __init__(self, app: App) -> None:
        self.app = app
        self.api = GraphQLApi(app)

    async def __call__(
        self,
        query: str,
        caller: Caller = ANONYMOUS,
        **variables: Any,
    ) -> dict[str, Any]:
        response = await self.api.execute(GraphQLRequest(query, variables), caller)
        return response.body

    async def data(self, query: str, caller: Caller = ANONYMOUS, **variables: Any) -> Any:
        body = await self(query, caller, **variables)
        assert "errors" not in body, body
        return body["data"]

    async def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """The only error of a query without any other result."""
        body = await self(query, **variables)
        assert body["data"] is None
        [error] = body["errors"]
        return error


ENVIRON = {"MODUS_APP_TOKEN": "app-token", "MODUS_API_KEY": "s3cret", "TZ": "Europe/Paris"}


@pytest.fixture
async def make(guest) -> AsyncIterator[Callable[..., Served]]:
    apps = []

    def make(origin: str = "http://127.0.0.1:1", *, dev: bool = False, **limits: float) -> Served:
        headers = {"Authorization": "Bearer {{KEY}}"}
        manifest = {
            "connections": {
                "api": {"type": "http", "baseUrl": f"{origin}/", "headers": headers},
                "graph": {"type": "http", "endpoint": f"{origin}/graphql"},
            },
            "models": {
                "embedder": {"sourceModel": "m", "connection": "api", "path": "embed"},
                "text": {"sourceModel": "m", "connection": "api", "path": "text"},
            },
            "limits": {"payloadMb": 1, **limits},
        }
        text = json.dumps(manifest)
        parsed = parse_manifest(text, path=Path("modus.json"))
        apps.append(App("test", guest, parsed, ENVIRON, dev=dev))
        return Served(apps[-1])

    yield make
    for app in apps:
        await app.close()


@pytest.fixture
def ask(make) -> Served:
    return make()


# How calls end ------------------------------------------------------------------------------------


def path_and_code(error: dict[str, Any]) -> tuple[Any, Any, Any]:
    return error["path"], error["extensions"]["code"], error["extensions"]["level"]


async def test_an_exception_is_masked_and_its_text_is_in_the_log(ask, caplog):
    error = await ask.error("{ it: boom }")
    assert error["message"] == "error calling function"
    assert path_and_code(error) == (["it"], "FUNCTION_FAILED", "fatal")
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert logged["detail"].startswith("no luck at assembly/index.ts:")


async def test_an_exception_is_shown_in_development(make):
    error = await make(dev=True).error("{ boom }")
    assert error["message"].startswith("no luck at assembly/index.ts:")


async def test_an_error_for_the_user_is_shown_as_it_is(ask):
    error = await ask.error("{ refuse }")
    assert error["message"] == "not like this"
    assert path_and_code(error)[0::2] == (["refuse"], "error")


async def test_error_lines_come_beside_the_result(ask):
    body = await ask("{ a: warn b: levels }")
    assert body["data"] == {"a": "done", "b": "done"}
    assert [(e["message"], e["path"], e["extensions"]["level"]) for e in body["errors"]] == [
        ("first", ["a"], "error"),
        ("second", ["a"], "error"),
    ]


async def test_an_exit_without_a_word(ask):
    error = await ask.error("{ leave(status: 3) }")
    assert error["path"] == ["leave"]
    # A field that may be null is null, and an exit with 0 is no error.
    body = await ask("{ leaveMaybe(status: 0) }")
    assert body["data"] == {"leaveMaybe": None}
    assert "errors" not in body
    error = (await ask("{ leave(status: 0) }"))["errors"][0]
    assert "null" in error["message"]


async def test_one_failure_leaves_the_rest(ask):
    body = await ask("{ bad: leaveMaybe(status: 255) good: warn }")
    assert body["data"] == {"bad": None, "good": "done"}
    assert body["errors"][0]["message"] == "error calling function"
    assert set(body["extensions"]["invocations"]) == {"bad", "good"}


@pytest.mark.parametrize(
    ("query", "limits", "code"),
    [
        ("{ recurse(n: 0) }", {}, "FUNCTION_FAILED"),
        ("{ eat }", {"memoryMb": 8}, "FUNCTION_FAILED"),
        ("{ spin }", {"cpuSeconds": 0.1}, "TIMEOUT"),
        ("{ spin }", {"wallSeconds": 0.2}, "TIMEOUT"),
    ],
)
async def test_calls_that_are_torn_down(make, query, limits, code):
    served = make(**limits)
    error = await served.error(query)
    assert (error["message"], error["extensions"]["code"]) == ("error calling function", code)
    assert await served.data("{ nullable }") == {"nullable": "text"}


async def test_what_is_logged_and_what_is_printed(ask, caplog):
    caplog.set_level(logging.DEBUG, logger="atoll.function")
    body = await ask("{ levels print }")
    assert [e["message"] for e in body["errors"]] == ["printed"]
    told = body["extensions"]["invocations"]
    assert "logs" not in told["levels"]
    assert told["print"]["logs"] == [{"message": "plain"}]
    lines = [(r.levelname, r.fields["function"], r.fields["text"]) for r in caplog.records]
    for line in [
        ("INFO", "levels", "log"),
        ("DEBUG", "levels", "debug"),
        ("INFO", "levels", "info"),
        ("WARNING", "levels", "warn"),
        ("INFO", "print", "plain"),
        ("INFO", "print", "told"),
        ("WARNING", "print", "careful"),
        ("ERROR", "print", "printed"),
        ("DEBUG", "print", "to stderr"),
    ]:
        assert line in lines
    ids = {r.fields["function"]: r.fields["execution_id"] for r in caplog.records}
    assert ids == {name: told[name]["executionId"] for name in ("levels", "print")}


async def test_caps(make, caplog):
    served = make(logKb=1)
    small = await served.data("{ long(units: 400000) }")
    assert len(small["long"]) == 400_000
    error = await served.error("{ long(units: 600000) }")  # of two bytes each
    assert error["message"] == "error calling function"
    assert "payloadMb" in str([getattr(record, "fields", "") for record in caplog.records])
    caplog.clear()
    await served.error("{ tellLong(units: 100000) }")
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged["detail"]) == 1024


# What queries want --------------------------------------------------------------------------------


async def test_aliases_fragments_typenames_and_lists(ask):
    query = """
    query ($depth: Int!) {
      one: tree(depth: $depth) { __typename ...Named children { children { ...Named } } }
      tree(depth: 0) {
        ... on Node { children { name } }
        heavy: weight notes { key value } next { name }
      }
      type: __typename
    }
    fragment Named on Node { called: name weight }
    """
    leaf = {"called": "n0", "weight": 0.5}
    assert await ask.data(query, depth=2) == {
        "one": {
            "__typename": "Node",
            "called": "n2",
            "weight": 2.5,
            "children": [{"children": [leaf, leaf]}, {"children": [leaf, leaf]}],
        },
        "tree": {
            "children": [],
            "heavy": 0.5,
            "notes": [{"key": "depth", "value": "0"}],
            "next": None,
        },
        "type": "Query",
    }


async def test_fields_that_are_not_asked_for_are_not_read(ask):
    assert await ask.data("{ damaged { fine inner { fine list } } }") == {
        "damaged": {"fine": "fine", "inner": {"fine": "fine", "list": []}}
    }
    assert await ask.data("{ damaged { __typename } }") == {"damaged": {"__typename": "Damaged"}}


@pytest.mark.parametrize(
    "field", ["bad", "list", "inner { bad }", "fine inner { inner { fine } bad }"]
)
async def test_fields_that_are_asked_for_are_checked(ask, field):
    error = await ask.error(f"{{ damaged {{ {field} }} }}")
    assert error["message"] == "error calling function"
    assert await ask.data("{ damaged { fine } }")


async def test_an_object_within_itself_is_read_as_far_as_it_is_asked_for(ask):
    query = "{ cyclic { name next { name next { name } } } }"
    name = {"name": "again"}
    assert await ask.data(query) == {"cyclic": {**name, "next": {**name, "next": name}}}


async def test_an_object_as_an_argument(ask):
    tree = {"name": "é✨", "weight": 1.5, "children": [], "notes": [{"key": "k", "value": ""}]}
    query = "query ($t: NodeInput!) { echoTree(tree: $t) { name weight notes { key value } } }"
    found = (await ask.data(query, t=tree))["echoTree"]
    assert found == {"name": "é✨", "weight": 1.5, "notes": [{"key": "k", "value": ""}]}


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ("", {}, "7bcnull"),
        ("(a: 1)", {}, "1bcnull"),
        ("(a: $a)", {}, "7bcnull"),
        ("(a: $a, b: $b)", {}, "7bcnull"),
        ("(a: $a, b: $b)", {"b": "x"}, "7xnull"),
        ("(a: $a, b: $b, c: $c)", {"a": 2, "c": "z"}, "2bcz"),
        ("(c: null)", {}, "7bcnull"),
    ],
)
async def test_variables_that_are_left_out_leave_the_default(ask, arguments, variables, expected):
    declared = " ".join(
        f"${name}: {kind}"
        for name, kind in (("a", "Int"), ("b", "String"), ("c", "String"))
        if f"${name}" in arguments
    )
    query = (
        f"query ({declared}) {{ defaults{arguments} }}"
        if declared
        else f"{{ defaults{arguments} }}"
    )
    assert await ask.data(query, **variables) == {"defaults": expected}


async def test_null_is_not_left_out(ask):
    query = "query ($t: String) { nullable(text: $t) }"
    assert await ask.data(query, t=None) == {"nullable": None}
    assert await ask.data(query) == {"nullable": "text"}
    assert await ask.data("{ nullable }") == {"nullable": "text"}


# Who calls ----------------------------------------------------------------------------------------


async def test_the_callers_time_zone(ask):
    tokyo = Caller(time_zone="Asia/Tokyo")
    data = await ask.data('{ zone localTime timeIn(zone: "Asia/Kolkata") }', tokyo)
    assert data["zone"] == "Asia/Tokyo"
    assert data["localTime"].endswith("+09:00")
    assert data["timeIn"].endswith("+05:30")
    assert (await ask.data("{ zone }"))["zone"] == "Europe/Paris"  # the app's own


async def test_a_bad_time_zone_fails_only_where_it_is_used(make):
    served = make(dev=True)
    nowhere = Caller(time_zone="No/Where")
    assert (await served.data("{ zone }", nowhere))["zone"] == "No/Where"
    [error] = (await served("{ localTime }", nowhere))["errors"]
    assert "No/Where" in error["message"]


async def test_the_callers_claims(ask):
    caller = Caller(claims={"sub": 'Ada ✨ "q" \\ /', "roles": ["a", "b"], "extra": {"x": [1]}})
    assert (await ask.data("{ whoAmI }", caller))["whoAmI"] == 'Ada ✨ "q" \\ /:a+b'
    assert (await ask.data("{ whoAmI }"))["whoAmI"] == ":"


async def test_claims_that_only_an_escape_can_say(ask):
    caller = Caller(claims={"sub": "half \ud800", "roles": []})
    assert (await ask.data("{ whoAmI }", caller))["whoAmI"] == "half \ufffd:"


async def test_secrets_of_the_app_alone(make):
    served = make(dev=True)
    assert await served.data('{ secret(name: "TOKEN") }') == {"secret": "app-token"}
    for name in ("KEY", "API_KEY", "MODUS_API_KEY"):
        error = await served.error(f'{{ secret(name: "{name}") }}')
        assert "s3cret" not in error["message"]


# The world outside --------------------------------------------------------------------------------


async def test_a_request_over_a_connection(make, serve):
    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer s3cret"
        response = web.Response(text=f"{request.method} {request.raw_path} ✨", status=202)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    origin = await serve(handler)
    served = make(origin)
    assert await served.data("query ($u: String!) { ask(url: $u) }", u=f"{origin}/x?y=1") == {
        "ask": "202 Accepted GET /x?y=1 ✨"
    }
    found = await served.data("query ($u: String!) { cookies(url: $u) }", u=f"{origin}/")
    assert found == {"cookies": "a=1; Path=/,b=2; Path=/"}


async def test_a_request_that_is_refused_says_why_in_the_log(make, serve, caplog):
    query = '{ ask(url: "http://other.test/?token=s3cret") }'
    assert (await make().error(query))["message"] == "error calling function"
    assert any(
        getattr(record, "fields", {}).get("code") == "NOT_ALLOWED" for record in caplog.records
    )
    shown = (await make(dev=True).error(query))["message"]
    assert "HTTP fetch failed" in shown
    assert "no connection of the manifest leads to http://other.test" in shown
    assert "s3cret" not in f"{shown}{caplog.text}{[r.__dict__ for r in caplog.records]}"


async def test_what_to_do_about_a_refused_request_is_for_the_log_and_the_developer(make, caplog):
    served = make(dev=True)
    body = await served('{ ask(url: "http://other.test/") }')
    assert "modus.json" not in json.dumps(body)
    hints = [record.fields["hint"] for record in caplog.records if "hint" in record.fields]
    assert [hint.startswith('add it to "connections" in modus.json') for hint in hints] == [
        True
    ] * 2
    function = served.app.interface.function("ask")
    [error] = (await served.app.call(function, {"url": "http://other.test/"})).errors
    assert error.hint == hints[0]


async def test_lines_that_the_host_logs_are_of_the_call(make, serve):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="fine")

    of_calls = []

    class Noting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith("atoll.connections"):
                of_calls.append((record.getMessage(), dict(CURRENT_CALL.get())))

    served = make(await serve(answer))
    function = served.app.interface.function("ask")
    noting = Noting()
    logging.getLogger("atoll").addHandler(noting)
    logging.getLogger("atoll").setLevel(logging.INFO)
    try:
        origin = served.app.manifest.connections["api"].base_url
        outcomes = await asyncio.gather(
            *(served.app.call(function, {"url": f"{origin}{n}"}) for n in range(3))
        )
    finally:
        logging.getLogger("atoll").removeHandler(noting)
        logging.getLogger("atoll").setLevel(logging.NOTSET)
    expected = [
        (message, {"function": "ask", "execution_id": outcome.execution_id})
        for outcome in outcomes
        for message in ("Completed HTTP request.", "Starting HTTP request.")
    ]
    assert sorted(map(str, of_calls)) == sorted(map(str, expected))
    await served.app.call(function, {"url": "http://other.test/"})
    assert CURRENT_CALL.get() == {}


async def test_what_is_sent_and_what_comes_back_is_capped(make, serve, caplog):
    received = []

    async def handler(request: web.Request) -> web.Response:
        received.append(len(await request.read()))
        return web.Response(body=bytes(int(request.query.get("size", 0))))

    origin = await serve(handler)
    served = make(origin, dev=True)
    query = "query ($u: String!, $s: Int!) { send(url: $u, size: $s) }"
    assert await served.data(query, u=f"{origin}/", s=1_000_000) == {"send": 200}
    await served.error(query, u=f"{origin}/", s=(1 << 20) + 1)
    assert received == [1_000_000]
    error = await served.error(query, u=f"{origin}/?size={(1 << 20) + 1}", s=0)
    assert "payloadMb" in str([getattr(record, "fields", "") for record in caplog.records])
    assert "HTTP fetch failed" in error["message"]


async def test_a_slow_host_fails_the_request_before_the_call(make, serve):
    async def handler(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    origin = await serve(handler)
    error = await make(origin, dev=True, wallSeconds=2).error(f'{{ ask(url: "{origin}/") }}')
    assert "did not answer" in error["message"]


async def test_models_answers_are_raw_text(make, serve):
    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer s3cret"
        body = await request.text()
        assert body == '{"a": "é✨"}'
        return web.Response(
            text=r'{"a":"\u00e9 \u2728 \ud83c\udf89 \/ \"\\u0041 \u000a"}',
            content_type="application/json",
        )

    served = make(await serve(handler))
    data = await served.data('{ raw(model: "text", input: "{\\"a\\": \\"é✨\\"}") }')
    assert data == {"raw": '{"a":"é ✨ 🎉 / \\"\\\\u0041 \\u000a"}'}


@pytest.mark.parametrize("pointer", [1, 19, 0x7FFFFFF0, 0xFFFFFFF0, 0xFFFFFFFF])
async def test_arguments_that_lead_nowhere_end_the_call(make, caplog, pointer):
    body = await make()(f"{{ lie(pointer: {pointer}) }}")
    assert body["data"] == {"lie": None}
    assert [error["message"] for error in body["errors"]] == ["error calling function"]
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert "memory" in logged["detail"] or "modus_models.invokeModel" in logged["detail"]


async def test_null_where_a_host_function_wants_a_text(make, caplog):
    """A guest's object may lack what its JSON lacked. It is an empty text, which is no input."""
    assert await make().data("{ lie(pointer: 0) }") == {"lie": ""}
    [logged] = [record.fields for record in caplog.records if record.levelno == logging.ERROR]
    assert logged["detail"] == "the input of model [text] is not valid JSON"


async def test_a_response_that_the_guest_has_no_room_for(make, serve):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=bytes(900_000))

    origin = await serve(handler)
    query = f'{{ send(url: "{origin}/", size: 0) }}'
    error = await make(origin, memoryMb=1).error(query)
    assert error["message"] == "error calling function"
    assert await make(origin).data(query) == {"send": 200}


async def test_a_model_that_fails_gives_no_text(make, serve):
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=401, text="{}")

    served = make(await serve(handler))
    assert await served.data('{ raw(model: "text", input: "{}") }') == {"raw": ""}
    assert await served.data('{ raw(model: "other", input: "{}") }') == {"raw": ""}


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_what_a_model_says_of_its_refusal_reaches_the_function(make, serve, status):
    """As in Modus: the SDK makes an error for the caller of it."""
    said = '{"error": {"message": "the model is too old"}}'

    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text=said, content_type="application/json")

    served = make(await serve(handler))
    assert await served.data('{ raw(model: "text", input: "{}") }') == {"raw": said}


async def test_a_model_of_the_sdk(make, serve):
    async def handler(request: web.Request) -> web.Response:
        assert (await request.json())["input"] == "text"
        vector = {"object": "embedding", "index": 0, "embedding": [0.5, 1.5, -1]}
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response({"object": "list", "model": "m", "data": [vector], "usage": usage})

    served = make(await serve(handler))
    assert await served.data('{ embed(text: "text") }') == {"embed": 3}


async def test_a_graphql_service(make, serve):
    async def handler(request: web.Request) -> web.Response:
        assert await request.json() == {"query": "{ id }", "variables": {}}
        return web.json_response({"data": {"id": 5}})

    assert await make(await serve(handler)).data("{ service }") == {"service": "5"}


@pytest.mark.parametrize(
    "query", ["{ useSql(mine: false) }", "{ useSql(mine: true) }", "{ useDgraph }", "{ useNeo4j }"]
)
async def test_a_database_that_the_manifest_does_not_name(make, query):
    error = await make(dev=True).error(query)
    assert "connection [db] is not in the manifest" in error["message"]
    error = await make(dev=False).error(query)
    assert "manifest" not in error["message"]


async def test_a_collection_that_the_manifest_does_not_name(make, caplog):
    assert await make().data("{ useCollections }") == {"useCollections": ""}
    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert record.message == "Error getting text from collection."
    assert record.__dict__["fields"]["code"] == "NO_SUCH_COLLECTION"


@pytest.mark.parametrize("dev", [False, True])
async def test_what_the_host_cannot_do_yet(make, dev):
    served = make(dev=dev)
    error = await served.error("{ useAgents }")
    assert "agents" in error["message"]
    assert "not yet available" in error["message"]
    assert path_and_code(error)[1:] == ("NOT_AVAILABLE", "fatal")
    assert await served.data("{ nullable }")


# Many at once -------------------------------------------------------------------------------------


async def test_a_hundred_calls_at_once_share_nothing(make, serve):
    arrived, together = 0, asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        nonlocal arrived
        arrived += 1
        if arrived == 100:
            together.set()
        await together.wait()
        return web.Response(text=request.query["n"])

    origin = await serve(handler)
    served = make(origin)
    query = "query ($u: String!) { ask(url: $u) nullable }"
    answers = await asyncio.gather(
        *(served.data(query, u=f"{origin}/?n={number}") for number in range(100))
    )
    assert [answer["ask"] for answer in answers] == [f"200 OK {number}" for number in range(100)]
    counts = await asyncio.gather(*(served.data("mutation { addOne }") for _ in range(100)))
    assert {count["addOne"] for count in counts} == {1}


async def test_fields_of_one_query_run_together_and_of_a_mutation_in_turn(make, serve):
    arrived, together = 0, asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        nonlocal arrived
        arrived += 1
        if arrived == 3:
            together.set()
        await together.wait()
        return web.Response(text="x")

    origin = await serve(handler)
    served = make(origin)
    fields = " ".join(f'{name}: ask(url: "{origin}/")' for name in "abc")
    assert list(await served.data(f"{{ {fields} }}")) == ["a", "b", "c"]
    assert await served.data("mutation { a: addOne b: addOne }") == {"a": 1, "b": 1}


async def test_cancelling_a_call_ends_its_request(make, serve):
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        raise AssertionError

    origin = await serve(handler)
    served = make(origin)
    running = asyncio.create_task(served(f'{{ ask(url: "{origin}/") }}'))
    await arrived.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.wait_for(gone.wait(), 20)
