from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def test_writes_module_and_manifest_and_nothing_secret(run, app: Path):
    (app / ".env").write_text("MODUS_X_KEY=s3cret\n")
    done = run("build", app, "--no-native")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (app / "build").iterdir()} == {"hello.wasm", "modus.json"}
    assert (app / "build" / "modus.json").read_bytes() == (app / "modus.json").read_bytes()
    assert b"s3cret" not in (app / "build" / "hello.wasm").read_bytes()


def test_lists_the_functions_as_the_api_has_them(run, app: Path):
    assert run("build", app, "--no-native").stdout.splitlines() == [
        "query fail: String!",
        "query personById(personId: Int!, nickName: String = null): Person!",
        'query sayHello(name: String! = "World"): String!',
    ]


def test_the_same_sources_give_the_same_bytes(run, app: Path, built_app: Path, tmp_path: Path):
    assert run("build", "--no-native", "-o", tmp_path / "out", cwd=app).returncode == 0
    one, two = tmp_path / "out" / "hello.wasm", built_app / "build" / "hello.wasm"
    assert one.read_bytes() == two.read_bytes()


def test_the_project_names_the_module_and_an_older_one_goes(run, app: Path):
    run("build", app, "--no-native")
    (app / "pyproject.toml").write_text('[project]\nname = "Good_Bye"\nversion = "1"\n')
    (app / "build" / "theirs.wasm").write_bytes(b"\0asm\1\0\0\0")
    run("build", app, "--no-native")
    names = {path.name for path in (app / "build").glob("*.wasm")}
    assert names == {"good_bye.wasm", "theirs.wasm"}


def test_a_build_error_shows_the_line(fails, app: Path):
    with (app / "app.py").open("a") as file:
        file.write("\n\ndef bad(x: complex) -> int:\n    return 1\n")
    done = fails("build", app)
    assert "UNSUPPORTED_TYPE" in done.stderr
    assert "--> app.py:26" in done.stderr
    assert "26 | def bad(x: complex) -> int:" in done.stderr
    assert "hint:" in done.stderr
    assert not (app / "build").exists()


def test_a_failed_build_leaves_the_last_one(fails, run, app: Path):
    run("build", app, "--no-native")
    before = (app / "build" / "hello.wasm").read_bytes()
    (app / "app.py").write_text("def f(: oh")
    fails("build", app)
    assert (app / "build" / "hello.wasm").read_bytes() == before


def test_two_functions_with_one_name_in_the_api(fails, app: Path):
    (app / "app.py").write_text(
        "def get_thing() -> int:\n    return 1\n\n\ndef list_thing() -> int:\n    return 2\n"
    )
    done = fails("build", app)
    assert "NAME_COLLISION" in done.stderr
    assert "app.py" in done.stderr


@pytest.mark.parametrize(
    ("manifest", "shown"),
    [
        ('{ "endpoints": ', "modus.json:1"),
        ('{\n  "endpoints": []\n}', "modus.json:2"),
        ('{ "connections": { "x": { "type": "carrier-pigeon" } } }', "carrier-pigeon"),
    ],
)
def test_a_malformed_manifest(fails, app: Path, manifest, shown):
    (app / "modus.json").write_text(manifest)
    assert shown in fails("build", app).stderr


def test_strict_turns_warnings_into_errors(run, fails, app: Path):
    (app / "modus.json").write_text('{ "endpionts": {} }')
    lenient = run("build", app, "--no-native")
    assert lenient.returncode == 0
    assert "warning[UNKNOWN_KEY]" in lenient.stderr
    assert "error[UNKNOWN_KEY]" in fails("build", app, "--strict").stderr


@pytest.mark.parametrize(
    ("missing", "code"), [("modus.json", "NO_MANIFEST"), ("app.py", "NO_ENTRY")]
)
def test_a_folder_that_is_no_app(fails, app: Path, missing, code):
    (app / missing).unlink()
    assert code in fails("build", app).stderr


def test_no_such_folder(fails, tmp_path: Path):
    assert "NO_APP" in fails("build", tmp_path / "nowhere").stderr


def test_an_unusable_cache(fails, app: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = fails("build", app, env={"ATOLL_CACHE_DIR": str(tmp_path / "file" / "cache")})
    assert "CACHE_UNWRITABLE" in done.stderr
    assert "ATOLL_CACHE_DIR" in done.stderr


def test_standalone_is_a_component_that_other_tools_accept(run, app: Path):
    from atoll.cli.wat import wasm_tools

    done = run("build", app, "--standalone", "--no-native")
    assert done.returncode == 0, done.stderr
    module = app / "build" / "hello.wasm"
    assert module.read_bytes()[:8] == b"\0asm\x0d\0\x01\0"
    checked = subprocess.run(
        [wasm_tools(), "validate", "--features", "all", module], capture_output=True, timeout=120
    )
    assert checked.returncode == 0, checked.stderr
    assert '"Hello, World!"' in run("call", "say_hello", app / "build").stdout


def test_inspecting_a_build(run, built_app: Path):
    done = run("inspect", built_app / "build" / "hello.wasm")
    assert "getPersonById(personId, nickName)  app.py:18" in done.stdout
    assert "CPython" in done.stdout


def test_what_the_author_should_know(run, app: Path):
    with (app / "app.py").open("a") as file:
        file.write('\n\ndef unhinted(x):\n    return x\n\n\nprint("imported\\x1b[2J")\n')
    done = run("build", app, "--no-native")
    assert done.returncode == 0
    assert "warning[NOT_EXPORTED]: unhinted has no type hints" in done.stderr
    assert "--> app.py:26" in done.stderr
    assert "| imported\\x1b[2J" in done.stderr
