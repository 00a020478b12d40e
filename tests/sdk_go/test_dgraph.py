"""dgraph: requests as the host gets them."""

from __future__ import annotations

import pytest

EXECUTE = "modus_dgraph_client.executeQuery"
MAINTENANCE = {
    "alterSchema": ("name: string .",),
    "dropAttribute": ("name",),
    "dropAllData": (),
}
ANSWER = {"json": '{"q": ["é✨"]}', "uids": {"p": "0x1", "a": "0x2", "": ""}}
TOLD = {
    "json": '{"q": ["é✨"]}',
    "uids": [
        {"key": "", "value": ""},
        {"key": "a", "value": "0x2"},
        {"key": "p", "value": "0x1"},
    ],
}
NO_MUTATION = {"setJson": "", "delJson": "", "setNquads": "", "delNquads": "", "condition": ""}


async def test_a_query_with_variables_and_mutations(app, host):
    host.answers[EXECUTE] = ANSWER
    assert await app.call("dgraphQuery") == TOLD
    nquads = '_:p <n> "a\\"\\n\\u0001é" .'
    conditional = {"delNquads": "* * * .", "condition": "@if(eq(len(u), 0))"}
    request = {
        "query": {
            "query": "query q($a: string) { u }",
            "variables": {
                "$a": 'te"xt', "$b": "1", "$c": "-8", "$d": "18446744073709551615", "$e": "0.5",
                "$f": "0.1", "$g": "true", "$h": "[0.1,-2]",
            },
        },
        "mutations": [
            {**NO_MUTATION, "setJson": '{"a":1}', "delJson": "[]"},
            {**NO_MUTATION, "setNquads": nquads, **conditional},
        ],
    }  # fmt: skip
    assert host.calls == [(EXECUTE, "graph", request)]


@pytest.mark.parametrize(
    ("function", "request_"),
    [
        ("dgraphQueryAlone", {"query": {"query": "{ q }", "variables": {}}, "mutations": None}),
        ("dgraphLiteral", {"query": {"query": "{ q }", "variables": None}, "mutations": None}),
        (
            "dgraphMutations",
            {
                "query": None,
                "mutations": [{**NO_MUTATION, "setNquads": "a"}, {**NO_MUTATION, "delJson": "{}"}],
            },
        ),
    ],
)
async def test_requests_of_other_forms(app, host, function, request_):
    host.answers[EXECUTE] = {"json": "", "uids": None}
    assert await app.call(function) == {"json": "", "uids": None}
    host.answers[EXECUTE] = {"json": "", "uids": {}}
    assert await app.call(function) == {"json": "", "uids": []}
    assert host.calls == [(EXECUTE, "graph", request_)] * 2


async def test_a_request_as_an_argument(app, host):
    host.answers[EXECUTE] = ANSWER
    pairs = [{"key": "$a", "value": "é"}]
    mutations = [None, NO_MUTATION]
    request = {"query": {"query": "q", "variables": pairs}, "mutations": mutations}
    assert await app.call("dgraphRequest", request=request) == TOLD
    native = {**request, "query": {"query": "q", "variables": {"$a": "é"}}}
    assert host.calls == [(EXECUTE, "graph", native)]


@pytest.mark.parametrize(
    "function", ["dgraphQuery", "dgraphQueryAlone", "dgraphLiteral", "dgraphMutations"]
)
async def test_no_answer_is_an_error(app, host, function):
    host.answers[EXECUTE] = None
    assert await app.error(function) == "failed to execute the DQL query"


async def test_a_variable_of_another_type_panics(app):
    panic = await app.panic("dgraphBadVariable")
    assert "unsupported DQL variable type: []string" in panic


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("Success", ["", "", ""]),
        *(
            (no, ["failed to alter the schema", "failed to drop the attribute",
                  "failed to drop all data"])
            for no in (None, "")
        ),
    ],
)  # fmt: skip
async def test_schema_attributes_and_all(app, host, answer, told):
    names = {f"modus_dgraph_client.{name}": given for name, given in MAINTENANCE.items()}
    host.answers = dict.fromkeys(names, answer)
    assert await app.call("dgraphMaintain") == told
    assert host.calls == [(name, "graph", *given) for name, given in names.items()]
