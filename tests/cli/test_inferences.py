"""``atoll inferences``, and that calls of an app record what they ask of models."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

SOURCE = """import { models } from "@hypermode/modus-sdk-as";
import { OpenAIChatModel, UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat";

export function ask(prompt: string): string {
  const model = models.getModel<OpenAIChatModel>("writer");
  const input = model.createInput([new UserMessage(prompt)]);
  return model.invoke(input).choices[0].message.content;
}
"""
CARD = "4111111111111111"


@pytest.fixture(scope="module")
def built(
    command: Path, quiet_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An app that asks a model, built. Tests do not change it."""
    folder = tmp_path_factory.mktemp("built") / "asking"
    for arguments in (["new", "asking", "--language", "assemblyscript"], ["build", "asking"]):
        done = subprocess.run(
            [command, *arguments],
            cwd=folder.parent,
            env=quiet_environment,
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        (folder / "assembly" / "index.ts").write_text(SOURCE)
    return folder


@pytest.fixture
def asking(built: Path, providers: Any, tmp_path: Path) -> Path:
    """The same for one test, with its model at the test's provider."""
    folder = tmp_path / "asking"
    shutil.copytree(built, folder, symlinks=True)
    save(folder, MANIFEST | {"connections": {"maker": maker(providers.url)}})
    return folder


MANIFEST = {
    "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
    "models": {
        "writer": {
            "sourceModel": "GPT",
            "connection": "maker",
            "path": "v1/chat/completions",
            "prices": {"input": 1.0, "output": 2.0, "currency": "EUR"},
        }
    },
    "inferences": {"redact": {"fields": ["user"], "patterns": ["[0-9]{16}"]}},
}


def maker(url: str) -> dict[str, str]:
    return {"type": "http", "baseUrl": f"{url}/"}


def save(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest to the app and to its build."""
    for place in (folder, folder / "build"):
        (place / "modus.json").write_text(json.dumps(manifest))


def listed(run: Any, folder: Path, *options: str, **more: Any) -> list[dict[str, Any]]:
    done = run("inferences", "list", "--app", folder, "--json", *options, **more)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def question(prompt: str) -> str:
    return f'{{ ask(prompt: "{prompt}") }}'


def test_a_call_is_recorded_and_shown(run: Any, asking: Path, providers: Any):
    from atoll_providers.replies import Fail, Say

    providers.answer(Say("Rain."), Fail("rate_limited"))
    args = json.dumps({"prompt": f"Weather? {CARD}"})
    assert run("call", "ask", asking, "--args", args).returncode == 0
    assert run("call", "ask", asking, "--args", args).returncode == 1

    failed, fine = listed(run, asking)
    assert (fine["app"], fine["function"], fine["model"]) == ("asking", "ask", "writer")
    assert (fine["status"], failed["status"]) == ("ok", "failed")
    assert failed["failure"] == "MODEL_RATE_LIMITED"
    assert fine["input"]["messages"][0]["content"] == "Weather? [redacted]"
    assert fine["output"]["choices"][0]["message"]["content"] == "Rain."
    assert fine["input_tokens"] > 0
    assert fine["cost"] > 0
    assert fine["currency"] == "EUR"
    assert fine["plugin"]["language"] == "assemblyscript"
    assert CARD not in json.dumps([fine, failed])

    text = run("inferences", cwd=asking).stdout
    heading, *lines = text.splitlines()
    assert heading.split() == [
        *("TIME", "(UTC)", "MODEL", "FUNCTION", "STATUS", "MS", "TOKENS", "ID"),
    ]
    assert failed["id"] in lines[0]
    assert "MODEL_RATE_LIMITED" in lines[0]
    assert fine["id"] in lines[1]
    assert [one["id"] for one in listed(run, asking, "--failed")] == [failed["id"]]
    assert listed(run, asking, "--model", "other", "--since", "1h") == []

    shown = run("inferences", "show", fine["id"], cwd=asking).stdout
    assert '"content": "Rain."' in shown
    assert f"call:             {fine['call_id']}" in shown
    as_json = run("inferences", "show", fine["id"], "--json", cwd=asking).stdout
    assert json.loads(as_json) == fine

    file = asking / ".atoll" / "history.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    done = run("inferences", "prune", "--app", asking, "--rows", "1")
    assert "deleted 1 inferences" in done.stderr
    assert [one["id"] for one in listed(run, asking)] == [failed["id"]]
    run("inferences", "prune", "--app", asking, "--all")
    assert listed(run, asking) == []


def test_what_a_server_has_in_hand_is_written_when_it_stops(
    run: Any, start: Any, ask: Any, follow: Any, asking: Path, free_port: int
):
    process = start("serve", asking / "build", "--port", str(free_port), "--workers", "2")
    follow(process).wait_for("Listening")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ask(free_port, question(f"n{n}")), range(40)))
    assert all(answer["data"]["ask"] for answer in answers)
    process.terminate()
    assert process.wait(60) == 0
    found = listed(run, asking, "--limit", "100")
    said = {one["input"]["messages"][0]["content"] for one in found}
    assert said == {f"n{n}" for n in range(40)}
    assert len({one["plugin_id"] for one in found}) == 1


def test_a_server_counts_what_it_records(
    run: Any, start: Any, ask: Any, follow: Any, asking: Path, free_port: int
):
    follow(start("serve", asking, "--port", str(free_port))).wait_for("Listening")
    ask(free_port, question("hi"))

    def figures() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=60) as found:
            text: str = found.read().decode()
        return text

    end = time.monotonic() + 30
    while "atoll_inferences_recorded_total 1\n" not in figures():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert "atoll_inferences_dropped_total 0\n" in figures()
    assert "atoll_inferences_failed_total 0\n" in figures()


def test_an_app_that_cannot_be_written_is_served(
    run: Any, start: Any, ask: Any, follow: Any, asking: Path, free_port: int
):
    (asking / ".atoll").write_text("no folder")  # root may write into any folder
    output = follow(start("serve", asking, "--port", str(free_port)))
    output.wait_for("Listening.")
    assert ask(free_port, question("hi"))["data"]["ask"]
    # It is said by a thread of its own, before or after.
    said = any("Inferences cannot be recorded" in line for line in output.seen)
    assert said or output.wait_for("Inferences cannot be recorded")


def test_dev_keeps_one_history_over_edits(
    run: Any, start: Any, ask: Any, follow: Any, asking: Path, free_port: int
):
    output = follow(start("dev", asking, "--port", str(free_port)))
    output.wait_for("Ctrl-C stops")
    ask(free_port, question("before"))
    file = asking / "assembly" / "index.ts"
    file.write_text(file.read_text().replace("UserMessage(prompt)", 'UserMessage(prompt + "!")'))
    output.wait_for("reloaded")
    ask(free_port, question("after"))
    end = time.monotonic() + 30
    while len(found := listed(run, asking)) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert [one["input"]["messages"][0]["content"] for one in found] == ["after!", "before"]
    assert len({one["plugin"]["build_id"] for one in found}) == 2
    assert not any("history.db" in line for line in output.seen)  # it is no edit of the app


def test_postgresql_by_a_secret(run: Any, asking: Path, postgresql: Any):
    name = postgresql.new_database()
    (asking / ".env").write_text(f"MODUS_DB='{postgresql.url_of(name)}'\n")
    args = json.dumps({"prompt": "hi"})
    assert run("call", "ask", asking, "--args", args).returncode == 0
    (found,) = listed(run, asking)
    assert found["function"] == "ask"
    query = "SELECT input->'messages'->0->>'content', function FROM inferences"
    assert postgresql.execute(query, database=name) == "hi|ask"
    assert not (asking / ".atoll").exists()
    done = run("inferences", "show", found["id"][:13], cwd=asking)
    assert found["id"] in done.stdout


def test_a_database_that_is_away_does_not_matter_to_calls(run: Any, asking: Path):
    (asking / ".env").write_text("MODUS_DB=postgresql://u:s3cret@127.0.0.1:1/d\n")
    args = json.dumps({"prompt": "hi"})
    done = run("call", "ask", asking, "--args", args)
    assert done.returncode == 0, done.stderr
    assert "cannot be recorded" in done.stderr
    done = run("inferences", cwd=asking)
    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stderr
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize("how", ["environment", "manifest", "model"])
def test_the_history_can_be_turned_off(run: Any, asking: Path, how: str):
    file = asking / "modus.json"
    manifest = json.loads(file.read_text())
    if how == "manifest":
        manifest["inferences"] = {"record": False}
    elif how == "model":
        manifest["models"]["writer"]["record"] = False
    save(asking, manifest)
    env = {"ATOLL_INFERENCES": "off"} if how == "environment" else {}
    done = run("call", "ask", asking, "--args", json.dumps({"prompt": "hi"}), env=env)
    assert done.returncode == 0, done.stderr
    assert not (asking / ".atoll").exists()
    assert listed(run, asking) == []


def test_what_is_wrong_is_told(fails: Any, run: Any, asking: Path):
    assert "is not a folder" in fails("inferences", "list", "--app", asking / "no").stderr
    said = fails("inferences", "show", "0199", cwd=asking).stderr
    assert "NO_SUCH_INFERENCE" in said
    done = run("inferences", "list", "--since", "yesterday", cwd=asking)
    assert done.returncode == 2
    assert "10m" in done.stderr
    assert "no such inferences" in run("inferences", cwd=asking).stderr
    assert "deleted 0 inferences" in run("inferences", "prune", cwd=asking).stderr
    assert not (asking / ".atoll").exists()
    done = run("inferences", "prune", "--all", "--days", "1", cwd=asking)
    assert done.returncode == 2


def test_what_models_say_does_not_steer_the_terminal(run: Any, asking: Path, providers: Any):
    from atoll_providers.replies import Say

    providers.answer(Say("\x1b[2Jgone"))
    run("call", "ask", asking, "--args", json.dumps({"prompt": "hi"}))
    (found,) = listed(run, asking)
    shown = run("inferences", "show", found["id"], cwd=asking).stdout
    assert "gone" in shown
    assert "\x1b" not in shown
