"""Calling an app in AssemblyScript: its names and defaults, and what its host cannot do for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

SOURCE = """
import { agents, http, models, secrets } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";

const TEN = 10;

export function getRandomQuote(): string { return "to be" }
export function twice(n: i32 = TEN * 2): i32 { return n }
export function shown(text: string | null = TEN.toString()): string {
  return text === null ? "null" : text;
}
export function plain(text: string | null): string { return text === null ? "null" : text }
export function fetchElsewhere(): string { return http.fetch("https://example.com/x").text() }
export function fetchKeyed(): string { return http.fetch("http://127.0.0.1:9/x").text() }
export function ask(): string {
  const model = models.getModel<OpenAIChatModel>("writer");
  return model.invoke(model.createInput([new UserMessage("x")])).choices[0].message.content;
}
export function secret(): string { return secrets.getSecretValue("KEY") }
export function count(): i32 { return agents.listAll().length }
"""
MANIFEST = {
    "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
    "connections": {
        "api": {
            "type": "http",
            "baseUrl": "http://127.0.0.1:9/",
            "headers": {"Authorization": "Bearer {{KEY}}"},
        }
    },
    "models": {"writer": {"sourceModel": "smollm2-135m-instruct", "connection": "local"}},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, build_assemblyscript, command: Path) -> Path:
    """The app's folder with the module in it, which is then not built again."""
    sources = tmp_path_factory.mktemp("sources") / "caller"
    (sources / "assembly").mkdir(parents=True)
    (sources / "assembly" / "index.ts").write_text(SOURCE)
    folder = tmp_path_factory.mktemp("built") / "caller"
    folder.mkdir()
    (folder / "caller.wasm").write_bytes(build_assemblyscript(sources))
    (folder / "modus.json").write_text(json.dumps(MANIFEST))
    return folder


@pytest.fixture
def app(built: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    folder = tmp_path / "caller"
    shutil.copytree(built, folder)
    return folder


@pytest.mark.parametrize("name", ["randomQuote", "getRandomQuote"])
def test_the_name_in_the_source_and_that_in_the_api(run, built: Path, name):
    done = run("call", name, built)
    assert done.stdout == '"to be"\n', done.stderr


@pytest.mark.parametrize(
    ("function", "args", "result"),
    [
        ("twice", {}, 20),
        ("twice", {"n": 3}, 3),
        ("shown", {}, "10"),
        ("shown", {"text": None}, "null"),
        ("plain", {}, "null"),
        ("plain", {"text": "x"}, "x"),
    ],
)
def test_what_may_be_left_out(run, built: Path, function, args, result):
    done = run("call", function, built, "--args", json.dumps(args))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == result


def test_compiled_once(run, built: Path, tmp_path: Path):
    cache = {"ATOLL_CACHE_DIR": str(tmp_path / "cache")}
    assert "to native code" in run("call", "twice", built, env=cache).stderr
    assert run("call", "twice", built, env=cache).stderr == ""


def test_why_the_host_refused_is_said_once_and_what_to_do(fails, built: Path):
    said = fails("call", "fetchElsewhere", built).stderr
    assert said.count("no connection of the manifest leads to https://example.com") == 1
    failure, hint = said.splitlines()[-2:]
    assert failure.startswith("error[FUNCTION_FAILED]: ")
    assert hint.startswith("hint: ")
    assert "modus.json" in hint
    assert "Error making HTTP request." not in said


def test_a_connection_that_fails_is_said_once(fails, built: Path):
    said = fails("call", "fetchKeyed", built, env={"MODUS_API_KEY": "x"}).stderr
    assert said.count("connection [api] could not reach 127.0.0.1:9") == 1


def test_a_model_that_is_not_installed(fails, built: Path, tmp_path: Path):
    said = fails("call", "ask", built, env={"ATOLL_CACHE_DIR": str(tmp_path / "cache")}).stderr
    assert said.count("not installed") == 1
    assert "hint: " in said
    assert "atoll models install smollm2-135m-instruct" in said


def test_a_secret_of_a_connection_that_is_missing(fails, app: Path):
    (app / ".env.dev.local").write_text("MODUS_API_KEY=x\n")
    said = fails("call", "fetchKeyed", app).stderr
    assert "warning: Secret not found. name=KEY connection=api variable=MODUS_API_KEY" in said
    (hint,) = [line for line in said.splitlines() if "MODUS_API_KEY" in line and "hint" in line]
    assert ".env" in hint
    assert ".env.dev" in hint
    assert "MODUS_ENV=dev" in hint
    assert (
        "Secret not found" not in fails("call", "fetchKeyed", app, env={"MODUS_ENV": "dev"}).stderr
    )


def test_a_secret_of_the_app_that_is_missing(run, fails, app: Path):
    said = fails("call", "secret", app).stderr
    assert said.count("the app has no secret 'KEY'") == 1
    assert said.count("MODUS_APP_KEY") == 1
    assert said.splitlines()[-1].startswith("hint: MODUS_APP_KEY ")
    (app / ".env").write_text("MODUS_APP_KEY=open sesame\n")
    assert run("call", "secret", app).stdout == '"open sesame"\n'


def test_dev_of_a_module_alone_says_how_to_serve_it(fails, app: Path):
    for command in ("dev", "build"):
        said = fails(command, app).stderr
        assert "holds a built module, caller.wasm" in said
        assert f"hint: serve it: atoll serve {app}" in said
        assert "app.py" not in said


def test_what_is_no_module(fails, app: Path):
    (app / "caller.wasm").write_bytes(b"#!/bin/sh\n")
    for arguments in (["serve", app], ["call", "twice", app], ["info", app]):
        said = fails(*arguments).stderr
        assert "error[NOT_WASM]" in said
        assert "caller.wasm" in said
        assert "name a .wasm file" not in said


def test_a_module_without_a_manifest_is_not_served(fails, app: Path):
    (app / "modus.json").unlink()
    said = fails("serve", app, "--port", "0").stderr
    assert "error[NO_MANIFEST]" in said
    assert '"type": "graphql"' in said


def test_the_log_tells_of_which_call_a_line_is(start, follow, ask, app: Path, free_port: int):
    output = follow(start("serve", app, "--port", str(free_port)))
    output.wait_for("Listening.")
    answer = ask(free_port, "{ fetchElsewhere again: fetchKeyed }")
    ids = [
        answer["extensions"]["invocations"][n]["executionId"] for n in ("fetchElsewhere", "again")
    ]
    line = json.loads(output.wait_for("Error making HTTP request."))
    assert (line["function"], line["execution_id"]) == ("fetchElsewhere", ids[0])
    assert "modus.json" in line["hint"]
    line = json.loads(output.wait_for("Starting HTTP request."))
    assert (line["function"], line["execution_id"]) == ("fetchKeyed", ids[1])
    line = json.loads(output.wait_for("Secret not found."))
    assert (line["function"], line["execution_id"]) == ("fetchKeyed", ids[1])


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_the_host_cannot_do_yet_is_warned_of(start, follow, app: Path, workers):
    output = follow(start("serve", app, "--port", "0", "--workers", workers))
    output.wait_for("Listening.")
    (line,) = [json.loads(line) for line in output.seen if "not yet available" in line]
    assert line["level"] == "warning"
    assert "agents" in line["message"]


def test_inspect_leaves_out_what_is_not_in_the_api(run, built: Path):
    said = run("inspect", built / "caller.wasm").stdout
    listed = said.partition("functions:\n")[2].partition("imports:")[0]
    assert "twice(n)" in listed
    assert "_modus_agent" not in listed
    assert "may grow, with no limit of its own" in said
    summary = json.loads(run("inspect", built / "caller.wasm", "--json").stdout)
    assert not [f["name"] for f in summary["functions"] if f["name"].startswith("_")]
