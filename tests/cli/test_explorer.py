"""The Explorer of ``atoll dev`` and ``atoll serve``, asked as its page asks."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atoll.cli import dev
from atoll.cli.console import Steps
from atoll.cli.explorer import problems_of
from atoll.cli.failure import CommandError
from atoll.cli.runtime import Runtime, Settings
from atoll.cli.sources import find_sources
from atoll.manifest import Location, ManifestError, parse_manifest
from atoll.server.explorer.state import BuildOk
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import GoBuilder


class Page:
    """A page in a browser of this machine."""

    def __init__(self, port: int) -> None:
        self._api = f"http://localhost:{port}/explorer/api"
        self.session = self._read("session", {})

    def get(self, path: str, **headers: str) -> Any:
        token = self.session["token"]
        return self._read(path, {**({"x-atoll-token": token} if token else {}), **headers})

    def _read(self, path: str, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(f"{self._api}/{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def wait_for_build(self, state: str) -> Any:
        for _ in range(600):
            build = self.get("state")["build"]
            if build["state"] == state:
                return build
            time.sleep(0.1)
        raise AssertionError(f"the build did not become {state}: {build}")


def edit(app: Path, old: str, new: str) -> None:
    source = app / "app.py"
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))


async def test_whatever_goes_wrong_after_a_build_ends_it(
    app: Path, quiet_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for name, value in quiet_environment.items():
        monkeypatch.setenv(name, value)
    with Steps() as steps:
        runtime = Runtime(Settings(dev=True, limits={}, form="split", follows_edits=True), steps)
        session = dev._Session(runtime, find_sources(app), steps, None, 0)
        try:
            with monkeypatch.context() as broken:
                broken.setattr("atoll.cli.models.missing_models", lambda manifest: 1 / 0)
                assert not await session._refresh(frozenset())
            assert session._explorer.build.problems[0].code == "INTERNAL_ERROR"
            assert await session._refresh(frozenset())
            assert isinstance(session._explorer.build, BuildOk)
        finally:
            await session._deployments.close()
            runtime.close()


def test_a_build_that_fails_and_is_mended(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for(f"Explorer: http://localhost:{free_port}/explorer")
    output.wait_for("Ctrl-C")
    page = Page(free_port)
    first = page.get("state")
    assert (first["generation"], first["build"]["state"]) == (1, "ok")
    assert first["folder"] == str(app.resolve())
    ask(free_port)

    edit(app, "name: str", "name: complex")
    problem, *_ = page.wait_for_build("failed")["problems"]
    assert problem["code"] == "UNSUPPORTED_TYPE"
    assert (problem["file"], problem["line"]) == ("app.py", 12)
    assert problem["hint"]
    assert page.get("source?file=app.py&line=12")["line"] == 12
    assert page.get("state")["generation"] == 1

    edit(app, "name: complex", "name: str")
    page.wait_for_build("ok")
    assert page.get("state")["generation"] == 2
    ask(free_port)
    calls = page.get("calls")["calls"]
    assert [call["function"] for call in calls] == ["sayHello", "sayHello"]  # one of each version


def test_the_first_build_fails(start, follow, app: Path, free_port: int):
    (app / "modus.json").write_text('{"endpoints": {"x": 1, "y": 2}}')
    process = start("dev", app, "--port", str(free_port))
    follow(process).wait_for("nothing is served")
    for _ in range(100):
        try:
            page = Page(free_port)
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    problems = page.get("state")["build"]["problems"]
    assert len(problems) == 2
    assert {problem["file"] for problem in problems} == {"modus.json"}
    assert all(problem["line"] == 1 and problem["column"] for problem in problems)
    with pytest.raises(urllib.error.HTTPError) as caught:
        page.get("functions")
    assert caught.value.code == 503
    caught.value.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130


def test_open_pages_do_not_keep_the_server_from_ending(start, follow, app: Path, free_port: int):
    process = start("dev", app, "--port", str(free_port))
    follow(process).wait_for("Ctrl-C")
    page = Page(free_port)
    request = urllib.request.Request(
        f"http://localhost:{free_port}/explorer/api/events",
        headers={"x-atoll-token": page.session["token"]},
    )
    with urllib.request.urlopen(request, timeout=60) as events:
        assert events.readline() == b"event: state\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0  # the calls in flight would get 30 seconds
        events.read()


SECRETS = {"MODUS_APP_KEY": "hunter2-of-the-app", "MODUS_API_TOKEN": "hunter3-of-a-connection"}


def test_no_value_of_a_secret_is_in_any_answer(start, follow, ask, app: Path, free_port: int):
    manifest = json.loads((app / "modus.json").read_text())
    manifest["connections"] = {
        "api": {
            "type": "http",
            "baseUrl": "http://127.0.0.1:9/",
            "headers": {"Authorization": "Bearer {{TOKEN}}"},
        }
    }
    (app / "modus.json").write_text(json.dumps(manifest))
    (app / ".env").write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    follow(start("dev", app, "--port", str(free_port))).wait_for("Ctrl-C")
    ask(free_port)
    page = Page(free_port)
    (call,) = page.get("calls")["calls"]
    answers = [
        page.get(path)
        for path in ("state", "functions", "schema", "calls", f"calls/{call['id']}", "manifest",
                     "inferences", "collections", "source?file=app.py", "source?file=modus.json")
    ]  # fmt: skip
    for value in SECRETS.values():
        assert value not in json.dumps(answers)
    for name in (".env", "./.env", "../app/.env"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            page.get(f"source?file={name}")
        assert caught.value.code == 404
        assert b"hunter" not in caught.value.read()
        caught.value.close()


@pytest.fixture
def serving(run, start, follow, app: Path, free_port: int) -> Callable[..., int]:
    def serving(*options: str, auth: str = "none") -> int:
        manifest = (app / "modus.json").read_text().replace("none", auth)
        (app / "modus.json").write_text(manifest)
        assert run("build", app).returncode == 0
        process = start("serve", app, "--port", str(free_port), *options)
        follow(process).wait_for("Listening.")
        return free_port

    return serving


def test_production_is_without_it(serving):
    port = serving()
    for path in ("/explorer", "/explorer/api/session", "/explorer/api/state", "/"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=60)
        assert caught.value.code == 404
        caught.value.close()


def test_production_with_it_on_this_machine(serving, ask):
    port = serving("--explorer")
    ask(port)
    page = Page(port)
    assert (page.session["mode"], page.session["auth"]) == ("serve", "given")
    state = page.get("state")
    assert state["folder"] is None
    assert not any(state["features"].values())
    (summary,) = page.get("calls")["calls"]
    call = page.get(f"calls/{summary['id']}")
    assert (call["arguments"], call["result"]) == (None, None)
    request = urllib.request.Request(
        f"http://localhost:{port}/explorer/api/session", headers={"host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=60)
    assert caught.value.code == 403
    caught.value.close()


def test_production_with_it_for_who_has_the_scope(serving, run, app: Path, tmp_path: Path):
    key = tmp_path / "key"
    (app / ".env").write_text(run("token", app, "--key", key, "--pems").stdout)
    made = run("token", app, "--key", key, "--scope", "operate")
    assert made.returncode == 0, made.stderr
    port = serving("--explorer", "--explorer-scope", "operate", auth="bearer-token")
    page = Page(port)
    assert (page.session["auth"], page.session["token"]) == ("bearer", None)
    with pytest.raises(urllib.error.HTTPError) as caught:
        page.get("state")
    assert caught.value.code == 401
    caught.value.close()
    assert page.get("state", authorization=f"Bearer {made.stdout.strip()}")["endpoints"]


def test_it_is_refused_where_it_would_be_for_everybody(fails, run, app: Path):
    assert run("build", app).returncode == 0
    done = fails("serve", app, "--port", "0", "--explorer", "--host", "0.0.0.0")
    assert "EXPLORER_OPEN" in done.stderr
    done = fails("serve", app, "--port", "0", "--explorer", "--workers", "2")
    assert "EXPLORER_WORKERS" in done.stderr


class TestProblems:
    def test_a_file_of_the_app_is_named_from_its_folder(self, tmp_path: Path, monkeypatch):
        app = tmp_path / "app"
        app.mkdir()
        (app / "app.py").write_text("")
        monkeypatch.chdir(tmp_path)
        for named in ("app.py", "app/app.py", str(app / "app.py"), "./app/../app/app.py"):
            error = CommandError("BAD", "bad", "mend it", Location(named, 3, 4))
            (problem,) = problems_of(error, app)
            assert (problem.file, problem.line, problem.column) == ("app.py", 3, 4)
            assert (problem.code, problem.message, problem.hint) == ("BAD", "bad", "mend it")

    def test_a_file_elsewhere_keeps_its_name(self, tmp_path: Path):
        error = CommandError("BAD", "bad", None, Location("/usr/lib/x.py", 3))
        (problem,) = problems_of(error, tmp_path)
        assert problem.file == "/usr/lib/x.py"

    def test_each_problem_of_a_manifest(self, tmp_path: Path):
        with pytest.raises(ManifestError) as caught:
            parse_manifest('{"endpoints": {"x": 1, "y": 2}}')
        problems = problems_of(caught.value, tmp_path)
        assert [problem.line for problem in problems] == [1, 1]

    def test_what_is_no_error_of_ours(self, tmp_path: Path):
        (problem,) = problems_of(FileNotFoundError(2, "No such file", "x.py"), tmp_path)
        assert (problem.code, problem.message) == ("FILE_FAILED", "No such file: x.py")
        (problem,) = problems_of(RuntimeError("oh"), tmp_path)
        assert problem.code == "INTERNAL_ERROR"
        assert "RuntimeError: oh" in problem.message


def test_all_errors_of_a_compiler_are_told(tmp_path: Path):
    (tmp_path / "assembly").mkdir()
    (tmp_path / "assembly" / "index.ts").write_text(
        "export function a(): i32 {\n  return x;\n}\nexport function b(): i32 {\n  return y;\n}\n"
    )
    (tmp_path / "package.json").write_text('{"name": "broken"}')
    with pytest.raises(BuildError) as caught:
        asyncio.run(AssemblyScriptBuilder().build(tmp_path, release=False))
    problems = problems_of(caught.value, tmp_path)
    assert [(each.file, each.line) for each in problems] == [
        ("assembly/index.ts", 2),
        ("assembly/index.ts", 5),
    ]


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_all_errors_of_go_are_told(tmp_path: Path):
    (tmp_path / "main.go").write_text(
        "package main\n\nfunc A() int { return x }\n\nfunc B() int { return y }\n\nfunc main() {}\n"
    )
    (tmp_path / "go.mod").write_text("module broken\n\ngo 1.23\n")
    with pytest.raises(BuildError) as caught:
        asyncio.run(GoBuilder().build(tmp_path))
    problems = problems_of(caught.value, tmp_path)
    assert [(each.file, each.line) for each in problems] == [("main.go", 3), ("main.go", 5)]
