"""The page shows what the manifest says, and never a credential."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.explorer.target import NOT_SHOWN, shown_target

PASSWORD = "pa55-word"

MANIFEST = """{
  "endpoints": {
    "default": { "type": "graphql", "path": "/graphql", "auth": "bearer-token" }
  },
  "connections": {
    "openai": {
      "type": "http", "baseUrl": "https://ann:PASS-WORD@api.example.com/v1/",
      "headers": { "Authorization": "Bearer {{API_KEY}}" },
      "queryParameters": { "key": "{{OTHER}}" }
    },
    "db": {
      "type": "postgresql",
      "connString": "postgresql://ann:{{PASSWORD}}@db.example.com:5432/shop?password=PASS-WORD"
    },
    "graph": {
      "type": "neo4j", "dbUri": "neo4j+s://graph.example.com", "username": "ann",
      "password": "PASS-WORD"
    },
    "cluster": { "type": "dgraph", "grpcTarget": "localhost:9080", "key": "PASS-WORD" }
  },
  "models": {
    "chat": { "sourceModel": "gpt", "connection": "openai", "path": "chat/completions" },
    "small": { "sourceModel": "smollm2-135m-instruct", "connection": "local" },
    "own": { "sourceModel": "./models/none.gguf", "connection": "local" }
  },
  "collections": { "docs": { "searchMethods": { "m": { "embedder": "embed" } } } },
  "limits": { "wallSeconds": 2.5 },
  "graphql": { "maxDepth": 7 },
  "secrets": ["SHARED", "EMPTY"],
  "surplus": 1
}""".replace("PASS-WORD", PASSWORD)


@pytest.fixture
async def manifest(show, tmp_path, monkeypatch):
    monkeypatch.setenv("ATOLL_CACHE_DIR", str(tmp_path / "cache"))
    environ = {
        "MODUS_OPENAI_API_KEY": PASSWORD,
        "MODUS_OPENAI_OTHER": "",
        "MODUS_APP_SHARED": PASSWORD,
        "MODUS_APP_EMPTY": "",
        "MODUS_PEMS": "{}",
    }
    found = await show(MANIFEST, environ).get("manifest")
    assert PASSWORD not in json.dumps(found)
    return found


def test_where_things_stand(manifest):
    assert manifest["file"] == "modus.json"
    assert manifest["endpoints"] == [
        {
            "name": "default",
            "path": "/graphql",
            "auth": "bearer-token",
            "location": {"line": 3, "column": 5},
        }
    ]
    assert [each["location"]["line"] for each in manifest["connections"]] == [6, 11, 15, 19]
    assert [each["location"]["line"] for each in manifest["models"]] == [22, 23, 24]
    assert manifest["collections"] == [{"name": "docs", "location": {"line": 26, "column": 20}}]


def test_connections_without_their_credentials(manifest):
    assert [
        (each["name"], each["type"], each["target"], each["secrets"])
        for each in manifest["connections"]
    ] == [
        (
            "openai",
            "http",
            "https://api.example.com/v1/",
            ["MODUS_OPENAI_API_KEY", "MODUS_OPENAI_OTHER"],
        ),
        ("db", "postgresql", "postgresql://db.example.com:5432/shop", ["MODUS_DB_PASSWORD"]),
        ("graph", "neo4j", "neo4j+s://graph.example.com", []),
        ("cluster", "dgraph", "localhost:9080", []),
    ]


def test_models_and_whether_they_are_installed(manifest):
    chat, small, own = manifest["models"]
    assert (chat["interface"], chat["installed"], chat["connection"]) == ("openai", None, "openai")
    assert (small["interface"], small["installed"]) == ("openai", False)
    assert small["hint"]
    assert (own["installed"], own["sourceModel"]) == (False, "./models/none.gguf")


def test_secrets_by_name_and_whether_they_are_set(manifest):
    assert [(each["name"], each["set"], each["usedBy"]) for each in manifest["secrets"]] == [
        ("MODUS_OPENAI_API_KEY", True, ["connections.openai"]),
        ("MODUS_OPENAI_OTHER", True, ["connections.openai"]),
        ("MODUS_DB_PASSWORD", False, ["connections.db"]),
        ("MODUS_APP_EMPTY", False, ["functions"]),
        ("MODUS_APP_SHARED", True, ["functions"]),
    ]


def test_limits_with_what_they_mean(manifest):
    limits = {each["name"]: each for each in manifest["limits"]}
    assert all(each["description"].endswith(".") for each in manifest["limits"])
    assert {name for name, each in limits.items() if each["changed"]} == {
        "wallSeconds",
        "graphql.maxDepth",
    }
    assert (limits["wallSeconds"]["value"], limits["wallSeconds"]["unit"]) == (2.5, "seconds")
    assert limits["graphql.maxDepth"]["value"] == 7


def test_warnings_of_the_manifest(manifest):
    found = {each["code"]: each for each in manifest["warnings"]}
    assert found["UNKNOWN_KEY"]["file"] == "modus.json"
    assert found["UNKNOWN_KEY"]["line"] == 30


async def test_an_app_without_a_manifest(show):
    found = await show().get("manifest")
    assert (found["endpoints"], found["models"], found["secrets"]) == ([], [], [])
    assert found["limits"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://api.example.com/v1/", "https://api.example.com/v1/"),
        ("https://u:p@h.example:8443/x?api-key=p#f", "https://h.example:8443/x"),
        (
            "postgresql://{{USER}}:{{PASS}}@{{HOST}}:{{PORT}}/db",
            "postgresql://{{HOST}}:{{PORT}}/db",
        ),
        ("postgres://u:p@p@one:1,two:2/db", "postgres://one:1,two:2/db"),
        ("mysql://u:p/p@host/db", "mysql://host/db"),
        ("mysql://u:p?p@host/db", f"mysql://{NOT_SHOWN}"),
        ("postgres://host/db?password=p@q", f"postgres://{NOT_SHOWN}"),
        ("postgres://user:secret", f"postgres://{NOT_SHOWN}"),
        ("bolt://[::1]:7687", "bolt://[::1]:7687"),
        ("{{CONN_STRING}}", "{{CONN_STRING}}"),
        ("localhost:9080", "localhost:9080"),
        ("host=db password=p", NOT_SHOWN),
        ("u:p@host/db", NOT_SHOWN),
        ("", ""),
    ],
)
def test_addresses_are_shown_without_what_may_be_a_credential(address, shown):
    assert shown_target(address) == shown


@given(
    st.text(min_size=1, max_size=20).map(lambda text: f"Z9{text}9Z"),
    st.sampled_from(
        [
            "postgresql://ann:{}@db/x",
            "postgresql://{}@db/x",
            "https://db/?key={}",
            "https://db/#{}",
            "sqlserver://db;password={}",
            "postgresql://db/x;password={}",
            "dgraph://db:9080?bearertoken={}",
            "neo4j://ann:{}@db:7687/x?y=1#z",
            "password={}",
        ]
    ),
)
def test_no_password_is_shown(password, form):
    shown = shown_target(form.format(password))
    assert "Z9" not in shown
    assert "9Z" not in shown
