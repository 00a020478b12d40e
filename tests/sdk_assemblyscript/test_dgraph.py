"""Dgraph: requests as the host gets them, and its answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure

MUTATION = {"setJson": "", "delJson": "", "setNquads": "", "delNquads": "", "condition": ""}
NO_QUERY = {"query": "", "variables": {}}
SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Dgraph:
    def reset(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.calls: list[tuple[str, ...]] = []
        self.response: dict[str, Any] | None = {"Json": "{}"}
        self.result: str | None = "success"

    def execute(self, connection: str, request: dict[str, Any]) -> Any:
        assert connection == "dg"
        self.requests.append(request)
        return self.response

    def change(self, name: str) -> Any:
        return lambda *arguments: self.calls.append((name, *arguments)) or self.result


@pytest.fixture(scope="module")
def dgraph() -> Dgraph:
    return Dgraph()


@pytest.fixture(autouse=True)
def fresh(dgraph: Dgraph) -> None:
    dgraph.reset()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(run_app, dgraph: Dgraph, request) -> Any:
    names = ("alterSchema", "dropAttribute", "dropAllData")
    host = {f"modus_dgraph_client.{name}": dgraph.change(name) for name in names}
    host["modus_dgraph_client.executeQuery"] = dgraph.execute
    return run_app("databases", release=request.param, host=host)


async def test_a_query(app, dgraph: Dgraph):
    dgraph.response = {"Json": '{"q":["✨"]}', "Uids": None}
    assert await app.call("dqlQuery") == {"Json": '{"q":["✨"]}', "Uids": None}
    assert dgraph.requests == [{"query": {"query": "{ q }", "variables": {}}, "mutations": []}]


async def test_a_query_with_mutations(app, dgraph: Dgraph):
    dgraph.response = {"Json": "", "Uids": {"a": "0x1", "b": "0x2"}}
    uids = [{"key": "a", "value": "0x1"}, {"key": "b", "value": "0x2"}]
    assert await app.call("dqlQueryWithMutations") == {"Json": "", "Uids": uids}
    (request,) = dgraph.requests
    query = {"query": "query v($a: string) { q }", "variables": {"$a": 'x "✨"'}}
    full = {
        "setJson": '{"a":1}', "delJson": '{"b":1}', "setNquads": "_:a <b> <c> .",
        "delNquads": "<d> * * .", "condition": "@if(eq(len(v), 0))",
    }  # fmt: skip
    assert request == {"query": query, "mutations": [full, MUTATION, {**MUTATION, "delJson": "[]"}]}


async def test_mutations_alone(app, dgraph: Dgraph):
    await app.call("dqlMutations")
    await app.call("dqlNoMutations")
    names = zip(MUTATION, ("sj", "dj", "sn", "dn", "c"), strict=True)
    assert dgraph.requests == [
        {"query": NO_QUERY, "mutations": [dict(names), {**MUTATION, "setJson": "only"}]},
        {"query": NO_QUERY, "mutations": []},
    ]


async def test_requests_made_by_hand(app, dgraph: Dgraph):
    await app.call("dqlRequests")
    assert dgraph.requests == [
        {"query": {"query": "q", "variables": {"$name": "n"}}, "mutations": []},
        {"query": NO_QUERY, "mutations": [{**MUTATION, "setJson": "s"}]},
        {"query": NO_QUERY, "mutations": []},
        {
            "query": {"query": "q2", "variables": {}},
            "mutations": [{**MUTATION, "setNquads": "n"}],
        },
    ]


async def test_values_of_variables(app, dgraph: Dgraph):
    await app.call("dqlVariables")
    chained, given = (request["query"] for request in dgraph.requests)
    assert chained["variables"] == {
        "$string": '"s"',
        "$i8": "-128",
        "$u16": "65535",
        "$i32": "5",
        "$i64": "-9223372036854775808",
        "$u64": "18446744073709551615",
        "$f32": "0.1",
        "$f64": "-2.5",
        "$bool": "true",
        "$vector": "[0.5,-1.0,0.1]",
    }
    assert given["variables"] == {
        "$string": '"s"',
        "$u64": "18446744073709551615",
        "$bool": "false",
        "$vector": "[]",
    }


@pytest.mark.parametrize(
    ("type", "message"),
    [
        ("class", "cannot be of type Thing"),
        ("strings", "cannot be of type"),
        ("f64s", "cannot be of type"),
        ("null", "is null"),
        ("NaN", "finite"),
    ],
)
async def test_values_that_are_no_variables(app, type, message):
    with pytest.raises(GuestFailure, match=message):
        await app.call("dqlWrongVariable", type=type)


@pytest.mark.parametrize("function", ["dqlQuery", "dqlMutations", "dqlRequests"])
async def test_no_response_is_an_error(app, dgraph: Dgraph, function):
    dgraph.response = None
    with pytest.raises(GuestFailure, match="Error executing DQL"):
        await app.call(function)


CHANGES = {
    "dqlAlterSchema": ("alterSchema", "dg", "name: string ."),
    "dqlDropAttr": ("dropAttribute", "dg", "name"),
    "dqlDropAll": ("dropAllData", "dg"),
}


@pytest.mark.parametrize("function", CHANGES)
async def test_changes_of_the_whole_database(app, dgraph: Dgraph, function):
    assert await app.call(function) == "success"
    assert dgraph.calls == [CHANGES[function]]


@pytest.mark.parametrize("function", CHANGES)
@pytest.mark.parametrize("result", ["", None])
async def test_changes_that_fail(app, dgraph: Dgraph, function, result):
    dgraph.result = result
    with pytest.raises(GuestFailure, match="Error invoking DQL"):
        await app.call(function)


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("", ""),
        ("plain ✨ 'text' <a>", "plain ✨ 'text' <a>"),
        ('"', '\\"'),
        ("\\", "\\\\"),
        ('\\"', '\\\\\\"'),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x00\x1f\x7f\x9f", "\\u0000\\u001F\\u007F\\u009F"),
    ],
)
async def test_texts_for_rdf(app, value, escaped):
    assert await app.call("escapeRDF", value=value) == escaped


ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))", re.DOTALL)
LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
@SOME
async def test_any_text_survives_rdf(app, value):
    escaped = await app.call("escapeRDF", value=value)
    assert not set(ESCAPE.sub("", escaped)) & set('"\n\r\t\\')

    def meant(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else LETTERS[match[2]]

    assert ESCAPE.sub(meant, escaped) == value
