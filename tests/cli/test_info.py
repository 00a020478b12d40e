from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def rich_app(app: Path) -> Path:
    (app / "modus.json").write_text(
        json.dumps(
            {
                "endpoints": {
                    "default": {"type": "graphql", "path": "/graphql", "auth": "bearer-token"}
                },
                "models": {
                    "writer": {"sourceModel": "smollm2-135m-instruct", "connection": "local"},
                    "big": {"sourceModel": "gpt", "connection": "openai", "path": "v1/chat"},
                },
                "collections": {
                    "docs": {"searchMethods": {"meaning": {"embedder": "embed"}}},
                },
                "connections": {
                    "openai": {
                        "type": "http",
                        "baseUrl": "https://api.example.com/",
                        "headers": {"Authorization": "Bearer {{API_KEY}}", "X": "{{OTHER}}"},
                    }
                },
            }
        )
    )
    (app / ".env").write_text("MODUS_OPENAI_API_KEY=s3cret-value\n")
    return app


def test_json(run, rich_app: Path):
    done = run("info", rich_app, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["name"] == "hello"
    assert 'query sayHello(name: String! = "World"): String!' in summary["functions"]
    assert summary["endpoints"] == [{"name": "default", "path": "/graphql", "auth": "bearer-token"}]
    assert [model["name"] for model in summary["models"]] == ["writer", "big"]
    assert "installed" in summary["models"][0]
    assert "installed" not in summary["models"][1]
    method = {"embedder": "embed", "distance": "dot", "index": "auto"}
    assert summary["collections"] == [{"name": "docs", "searchMethods": {"meaning": method}}]
    first = {"variable": "MODUS_OPENAI_API_KEY", "set": True, "provider": "dotenv"}
    second = {"variable": "MODUS_OPENAI_OTHER", "set": False, "provider": None}
    assert summary["secrets"] == [each | {"connection": "openai"} for each in (first, second)]


def test_secrets_are_named_never_shown(run, rich_app: Path):
    for options in ((), ("--json",)):
        done = run("info", rich_app, *options)
        assert "MODUS_OPENAI_API_KEY" in done.stdout
        assert "s3cret-value" not in done.stdout + done.stderr


def test_the_schema(run, built_app: Path):
    done = run("info", built_app, "--schema")
    assert "type Query {" in done.stdout
    assert "sayHello(" in done.stdout


def test_embedders_are_not_part_of_the_schema(run, app: Path):
    method = {"searchMethods": {"byText": {"embedder": "say_hello"}}}
    (app / "modus.json").write_text(json.dumps({"collections": {"texts": method}}))
    done = run("info", app, "--schema")
    assert done.returncode == 0, done.stderr
    assert "personById(" in done.stdout
    assert "sayHello" not in done.stdout


def test_text(run, built_app: Path):
    done = run("info", built_app)
    assert "/graphql  auth: none" in done.stdout
