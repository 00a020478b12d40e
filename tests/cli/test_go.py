"""The commands on apps in Go, from new to serve."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.cli.language import LANGUAGES, LanguageName, project_name
from atoll.cli.watch import concerns
from atoll.guest.wasm_binary import custom_section
from atoll.guest.wasm_encoding import custom_section as written_section

MORE = """\
package main

import (
	_ "embed"
	"fmt"
)

//go:embed notes/note.txt
var note string

// Note gives what is noted.
func Note() string { return note }

func Fail(n int) (int, error) {
	if n > 2 {
		return 0, fmt.Errorf("%d is more than two", n)
	}
	return n, nil
}
"""


@pytest.fixture(scope="module")
def built(new_app: Callable[..., Path]) -> Path:
    """A new app with two more functions, built. Tests do not change it."""

    def add(folder: Path) -> None:
        (folder / "more.go").write_text(MORE)
        (folder / "notes").mkdir()
        (folder / "notes" / "note.txt").write_text("buy pears")

    return new_app("go", add)


@pytest.fixture
def app(built: Path, tmp_path: Path) -> Path:
    """The same app, to be changed."""
    folder = tmp_path / "fruit"
    shutil.copytree(built, folder)
    return folder


def edit(app: Path, old: str, new: str) -> None:
    source = app / "main.go"
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))


def test_new_leaves_no_placeholder(built: Path):
    files = [path for path in built.rglob("*") if path.is_file() and path.suffix != ".wasm"]
    names = {path.name for path in files}
    assert names >= {".gitignore", ".env.example", "go.mod", "main.go", "main_test.go", "go.work"}
    for path in files:
        assert not path.name.endswith(".template")
        assert "{{name}}" not in path.read_text()
    assert (built / "go.mod").read_text().startswith("module fruit\n")


def test_a_new_app_is_as_gofmt_has_it(built: Path):
    gofmt = shutil.which("gofmt")
    if gofmt is None:
        pytest.skip("gofmt is not on PATH: it comes with Go")
    done = subprocess.run([gofmt, "-l", built], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


def test_nothing_of_this_machine_goes_into_git(app: Path):
    subprocess.run(["git", "init", "-q"], cwd=app, check=True)
    subprocess.run(["git", "add", "."], cwd=app, check=True)
    done = subprocess.run(["git", "ls-files"], cwd=app, capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert "go.mod" in names
    assert not {"go.work", "build/fruit.wasm"} & set(names)
    assert all("/atoll/" not in (app / name).read_text() for name in names)


def test_build_writes_module_and_manifest(built: Path):
    assert {path.name for path in (built / "build").iterdir()} == {"fruit.wasm", "modus.json"}


def test_build_lists_the_functions_and_gives_the_same_bytes(run, app: Path):
    module = (app / "build" / "fruit.wasm").read_bytes()
    done = run("build", "--no-native", cwd=app)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "query fail(n: Int!): Int!",
        "query generateSlogan(product: String!): String!",
        "query note: String!",
        "query sayHello(name: String): String!",
    ]
    assert (app / "build" / "fruit.wasm").read_bytes() == module


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("fruit", "fruit"),
        ("example.com/me/Good_Pears", "Good_Pears"),
        ("example.com/me/fruit/v2", "fruit"),
        ("fruit // the best", "fruit"),
        ("", None),
    ],
)
def test_the_module_names_the_app(tmp_path: Path, module, name):
    (tmp_path / "go.mod").write_text(f"module {module}\n")
    assert project_name(LANGUAGES[LanguageName.GO], tmp_path) == name


def test_calls(run, built: Path):
    done = run("call", "sayHello", "--args", '{"name": "Ada"}', cwd=built)
    assert (done.returncode, done.stdout) == (0, '"Hello, Ada!"\n'), done.stderr
    assert "Compiling Go" not in done.stderr
    assert run("call", "sayHello", built).stdout == '"Hello, World!"\n'


def test_a_call_that_fails(run, built: Path):
    assert run("call", "fail", built, "--args", '{"n": 2}').stdout == "2\n"
    done = run("call", "fail", built, "--args", '{"n": 3}')
    assert done.returncode == 1
    assert "3 is more than two" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_call_builds_what_was_edited(run, app: Path):
    edit(app, "Hello, %s!", "Goodbye, %s!")
    done = run("call", "sayHello", app)
    assert done.stdout == '"Goodbye, World!"\n', done.stderr
    assert "Compiling Go" in done.stderr
    (app / "notes" / "note.txt").write_text("buy plums")
    assert run("call", "note", app).stdout == '"buy plums"\n'


def test_a_build_error_shows_the_line(fails, app: Path):
    module = (app / "build" / "fruit.wasm").read_bytes()
    edit(app, 'return fmt.Sprintf("Hello, %s!", whom)', "return whom.size")
    done = fails("build", app)
    assert "error[COMPILE_ERROR]" in done.stderr
    assert "--> main.go:20:14" in done.stderr
    assert "20 |     return whom.size" in done.stderr
    assert (app / "build" / "fruit.wasm").read_bytes() == module


def test_a_type_that_cannot_be_part_of_the_api(fails, app: Path):
    (app / "more.go").write_text("package main\n\nfunc Wait(c chan int) {}\n")
    done = fails("build", app)
    assert "error[TYPE_UNSUPPORTED]" in done.stderr
    assert "--> more.go:3:" in done.stderr


def test_without_a_go_that_will_do(fails, app: Path):
    done = fails("build", app, env={"ATOLL_GO": "/bin/false"})
    assert "GO_TOO_OLD" in done.stderr
    assert "unset ATOLL_GO" in done.stderr


def test_dev_waits_for_no_edit_when_none_helps(fails, app: Path):
    done = fails("dev", app, env={"ATOLL_GO": "/bin/false"})
    assert "GO_TOO_OLD" in done.stderr
    assert "waiting" not in done.stderr


def test_tinygo_is_for_those_who_ask(fails, app: Path, tmp_path: Path):
    path = f"{tmp_path}:{Path(str(shutil.which('go'))).parent}:/usr/bin:/bin"
    if shutil.which("tinygo", path=path):
        pytest.skip("TinyGo is beside Go here")
    done = fails("build", app, "--compiler", "tinygo", env={"PATH": path})
    assert "TINYGO_MISSING" in done.stderr
    assert "--compiler go" in done.stderr


def test_a_call_builds_with_the_compiler_of_the_build_before(fails, app: Path, tmp_path: Path):
    module = app / "build" / "fruit.wasm"
    wasm = module.read_bytes()
    described = custom_section(wasm, "modus_metadata")
    named = re.sub(rb'"compiler":"go[^"]*"', b'"compiler":"tinygo0.38.0"', described)
    module.write_bytes(wasm + written_section("modus_metadata", named))
    edit(app, "Hello, %s!", "Goodbye, %s!")
    path = f"{tmp_path}:{Path(str(shutil.which('go'))).parent}:/usr/bin:/bin"
    assert "TINYGO_MISSING" in fails("call", "sayHello", app, env={"PATH": path}).stderr


@pytest.mark.parametrize("language", ["python", "assemblyscript"])
@pytest.mark.parametrize("verb", ["build", "dev"])
def test_a_choice_of_compiler_is_for_go_only(run, fails, tmp_path: Path, verb, language):
    run("new", "pear", "--language", language)
    done = fails(verb, tmp_path / "pear", "--compiler", "go")
    assert "COMPILER_UNKNOWN" in done.stderr
    assert f"not for an app in {LANGUAGES[LanguageName(language)].title}" in done.stderr


def test_a_compiler_that_nobody_knows(run, app: Path):
    assert run("build", app, "--compiler", "gccgo").returncode == 2


@pytest.mark.parametrize("verb", ["build", "info"])
def test_sources_without_go_mod(fails, app: Path, verb):
    shutil.rmtree(app / "build")
    (app / "go.mod").unlink()
    assert "error[GO_MOD_MISSING]" in fails(verb, app).stderr


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("app.py", "in Python (app.py) and one in Go (go.mod)"),
        ("app/__init__.py", "in Python (app.py) and one in Go (go.mod)"),
        ("assembly/index.ts", "in AssemblyScript (assembly/) and one in Go (go.mod)"),
    ],
)
def test_two_apps_in_one_folder(fails, app: Path, entry, said):
    (app / entry).parent.mkdir(exist_ok=True)
    (app / entry).write_text("")
    shutil.rmtree(app / "build")
    for command in ("build", "dev", "info"):
        done = fails(command, app)
        assert "TWO_LANGUAGES" in done.stderr
        assert said in done.stderr


@pytest.mark.parametrize("other", ["pyproject.toml", "tools.py", "app/app.go", "package.json"])
def test_what_makes_no_app_in_another_language(run, app: Path, other):
    (app / other).parent.mkdir(exist_ok=True)
    (app / other).write_text("package app\n" if other.endswith(".go") else "")
    done = run("call", "sayHello", app)
    assert done.stdout == '"Hello, World!"\n', done.stderr


def test_info(run, built: Path):
    summary = json.loads(run("info", built, "--json").stdout)
    assert summary["name"] == "fruit"
    assert summary["runtime"] == "modus-sdk-go@0.18.0"
    assert "query sayHello(name: String): String!" in summary["functions"]
    schema = run("info", built, "--schema").stdout
    assert '"""\n  Greets someone: the world, if nobody is named.\n  """' in schema


def test_inspect(run, built: Path):
    file = built / "build" / "fruit.wasm"
    summary = json.loads(run("inspect", file, "--json").stdout)
    assert (summary["language"], summary["runtime"]) == ("go", "modus-sdk-go@0.18.0")
    assert summary["compiler"].startswith("go1.")
    (hello,) = [found for found in summary["functions"] if found["name"] == "sayHello"]
    assert (hello["file"], hello["line"]) == ("main.go", 15)
    text = run("inspect", file).stdout
    assert "sayHello(name)  main.go:15" in text
    assert f"language:     go (modus-sdk-go@0.18.0, {summary['compiler']})" in text


def test_doctor(run, tmp_path: Path):
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)}
    assert checks["go"]["detail"].startswith("Go 1.")
    assert checks["go sdk"]["state"] == "ok"
    assert "go build tool" in checks
    old = run("doctor", "--json", env={"ATOLL_GO": "/bin/false"})
    (check,) = [c for c in json.loads(old.stdout) if c["name"] == "go"]
    assert (check["state"], old.returncode) == ("absent", 0)
    assert "unset ATOLL_GO" in check["remedy"]


def test_doctor_on_a_tinygo(run, tmp_path: Path):
    file = tmp_path / "tinygo"
    file.write_text("#!/bin/sh\necho tinygo version 0.30.0 linux/amd64\n")
    file.chmod(0o755)
    done = run("doctor", "--json", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    (check,) = [c for c in json.loads(done.stdout) if c["name"] == "tinygo"]
    assert (check["state"], done.returncode) == ("absent", 0)
    assert str(file) in check["detail"]


def test_editor(run, fails, app: Path):
    workspace = app / "go.work"
    text = workspace.read_text()
    workspace.unlink()
    done = run("editor", app)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(f"wrote {workspace}\n")
    assert "out of git" in done.stderr
    assert workspace.read_text() == text
    workspace.write_text("go 1.24\n")
    assert "WORKSPACE_EXISTS" in fails("editor", app).stderr


def test_dev_follows_edits(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}
    assert "more than two" in json.dumps(ask(free_port, "{ fail(n: 3) }"))

    edit(app, "Hello, %s!", "Welcome, %s!")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Welcome, World!"}

    edit(app, "name *string", "name *strong")
    output.wait_for("error[COMPILE_ERROR]")
    output.wait_for("--> main.go:15:")
    output.wait_for("last good version keeps serving")
    assert ask(free_port)["data"] == {"sayHello": "Welcome, World!"}

    edit(app, "name *strong", "name *string")
    output.wait_for("reloaded")
    (app / "notes" / "note.txt").write_text("buy plums")
    output.wait_for("reloaded")
    assert ask(free_port, "{ note }")["data"] == {"note": "buy plums"}


def test_serve(start, follow, ask, built: Path, free_port: int):
    process = start("serve", built, "--port", str(free_port), env={"ATOLL_GO": "/bin/false"})
    follow(process).wait_for("Listening.")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}


@pytest.mark.parametrize(
    ("path", "acted_on"),
    [
        ("main.go", True),
        ("deep/er/more.go", True),
        ("go.mod", True),
        ("go.sum", True),
        ("modus.json", True),
        (".env", True),
        ("notes/note.txt", True),
        ("dist/page.html", True),
        ("notes/other.txt", False),
        ("go.work", False),
        ("build/fruit.wasm", False),
        ("README.md", False),
        (".main.go.swp", False),
        (".git/main.go", False),
        ("../main.go", False),
    ],
)
def test_what_is_watched(tmp_path: Path, path, acted_on):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "go.mod").write_text("module fruit\n")
    (folder / "main.go").write_text("package main\n\n//go:embed notes/note.txt dist\nvar x int\n")
    for name in ("notes/note.txt", "dist/page.html"):
        (folder / name).parent.mkdir()
        (folder / name).write_text("")
    assert concerns(str((folder / path).resolve()), folder.resolve()) is acted_on


@pytest.fixture
def prebuilt(tmp_path: Path, built: Path) -> Path:
    """A folder with a module and a manifest, and no sources."""
    folder = tmp_path / "prebuilt"
    folder.mkdir()
    shutil.copy(built / "build" / "fruit.wasm", folder / "theirs.wasm")
    shutil.copy(built / "modus.json", folder)
    return folder


def test_a_module_without_sources(run, prebuilt: Path):
    assert run("call", "sayHello", prebuilt).stdout == '"Hello, World!"\n'
    assert json.loads(run("info", prebuilt, "--json").stdout)["name"] == "theirs"
