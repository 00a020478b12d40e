"""The commands on apps in AssemblyScript, from new to serve."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.cli.watch import concerns
from atoll.guest.wasm_encoding import custom_section

FAILING = """
export function fail(n: i32): i32 {
  if (n > 2) throw new Error("more than two");
  return n;
}
"""


@pytest.fixture(scope="module")
def built(new_app: Callable[..., Path]) -> Path:
    """A new app with one more function, built. Tests do not change it."""

    def add(folder: Path) -> None:
        with (folder / "assembly" / "index.ts").open("a") as file:
            file.write(FAILING)

    return new_app("assemblyscript", add)


@pytest.fixture
def app(built: Path, tmp_path: Path) -> Path:
    """The same app, to be changed."""
    folder = tmp_path / "fruit"
    shutil.copytree(built, folder)
    return folder


@pytest.fixture
def module(built: Path) -> bytes:
    return (built / "build" / "fruit.wasm").read_bytes()


def edit(app: Path, old: str, new: str) -> None:
    source = app / "assembly" / "index.ts"
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))


def test_new_leaves_no_placeholder(built: Path):
    files = [path for path in built.rglob("*") if path.is_file() and path.suffix != ".wasm"]
    names = {path.name for path in files}
    assert names >= {".gitignore", "asconfig.json", "index.ts", "package.json", "tsconfig.json"}
    for path in files:
        assert not path.name.endswith(".template")
        assert "{{name}}" not in path.read_text()
    assert json.loads((built / "package.json").read_text())["name"] == "fruit"


def test_build_writes_module_and_manifest(built: Path):
    assert {path.name for path in (built / "build").iterdir()} == {"fruit.wasm", "modus.json"}


def test_build_lists_the_functions_and_gives_the_same_bytes(run, app: Path, module: bytes):
    done = run("build", "--no-native", cwd=app)
    assert done.returncode == 0, done.stderr
    assert "not yet available" not in done.stderr
    assert done.stdout.splitlines() == [
        "query fail(n: Int!): Int!",
        "query generateSlogan(product: String!): String!",
        'query sayHello(name: String! = "World"): String!',
    ]
    assert (app / "build" / "fruit.wasm").read_bytes() == module


def test_the_package_names_the_module(run, app: Path, tmp_path: Path):
    (app / "package.json").write_text('{"name": "@me/Good Pears"}')
    assert run("build", app, "--no-native").returncode == 0
    assert [path.name for path in (app / "build").glob("*.wasm")] == ["good-pears.wasm"]


def test_calls(run, built: Path):
    done = run("call", "sayHello", "--args", '{"name": "Ada"}', cwd=built)
    assert (done.returncode, done.stdout) == (0, '"Hello, Ada!"\n'), done.stderr
    assert "Compiling AssemblyScript" not in done.stderr
    assert run("call", "sayHello", built).stdout == '"Hello, World!"\n'


def test_a_call_that_fails(run, built: Path):
    assert run("call", "fail", built, "--args", '{"n": 2}').stdout == "2\n"
    done = run("call", "fail", built, "--args", '{"n": 3}')
    assert done.returncode == 1
    assert "more than two" in done.stderr
    assert "assembly/index.ts:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("function", "args", "code"),
    [
        ("sayHi", "{}", "NO_SUCH_FUNCTION"),
        ("fail", "{}", "MISSING_ARGUMENT"),
        ("fail", '{"m": 1}', "UNKNOWN_ARGUMENT"),
    ],
)
def test_calls_that_cannot_be_made(fails, built: Path, function, args, code):
    assert code in fails("call", function, built, "--args", args).stderr


def test_a_call_builds_what_was_edited(run, app: Path):
    edit(app, "Hello, ${name}!", "Goodbye, ${name}!")
    done = run("call", "sayHello", app)
    assert done.stdout == '"Goodbye, World!"\n', done.stderr
    assert "Compiling AssemblyScript" in done.stderr


def test_a_build_error_shows_the_line(fails, app: Path, module: bytes):
    edit(app, "return `Hello, ${name}!`", "return name.size")
    done = fails("build", app)
    assert "error[COMPILE_FAILED]" in done.stderr
    assert "--> assembly/index.ts:17:15" in done.stderr
    assert "17 |   return name.size;" in done.stderr
    assert (app / "build" / "fruit.wasm").read_bytes() == module


def test_a_malformed_configuration_shows_the_line(fails, app: Path):
    (app / "asconfig.json").write_text('{\n  "options": { "runtime": "stub" }\n}\n')
    done = fails("build", app)
    assert "error[ASCONFIG_INVALID]" in done.stderr
    assert "--> asconfig.json:2:16" in done.stderr
    assert 'hint: remove "runtime"' in done.stderr


def test_two_functions_with_one_name_in_the_api(fails, app: Path):
    with (app / "assembly" / "index.ts").open("a") as file:
        file.write("\nexport function getSayHello(): i32 {\n  return 1;\n}\n")
    assert "NAME_COLLISION" in fails("build", app).stderr


def test_without_a_node_that_will_do(fails, app: Path):
    done = fails("build", app, env={"ATOLL_NODE": "/bin/false"})
    assert "NODE_TOO_OLD" in done.stderr
    assert "unset ATOLL_NODE" in done.stderr


def test_dev_waits_for_no_edit_when_none_helps(fails, app: Path):
    done = fails("dev", app, env={"ATOLL_NODE": "/bin/false"})
    assert "NODE_TOO_OLD" in done.stderr
    assert "waiting" not in done.stderr


def test_a_project_of_npm_without_its_entry(fails, app: Path):
    shutil.rmtree(app / "assembly")
    shutil.rmtree(app / "build")
    (app / "asconfig.json").unlink()
    for command in ("build", "info"):
        done = fails(command, app)
        assert "error[NO_ENTRY]: there is no assembly/index.ts" in done.stderr


def test_an_app_without_its_entry(fails, app: Path):
    (app / "assembly" / "index.ts").rename(app / "assembly" / "main.ts")
    done = fails("build", app)
    assert "NO_ENTRY" in done.stderr
    assert "assembly/index.ts" in done.stderr


@pytest.mark.parametrize("entry", ["app.py", "app/__init__.py"])
def test_two_apps_in_one_folder(fails, app: Path, entry):
    (app / entry).parent.mkdir(exist_ok=True)
    (app / entry).write_text("")
    shutil.rmtree(app / "build")
    for command in ("build", "dev", "info"):
        done = fails(command, app)
        assert "TWO_LANGUAGES" in done.stderr
        assert "keep each in a folder of its own" in done.stderr


@pytest.mark.parametrize("other", ["pyproject.toml", "tools.py", "app/notes.txt"])
def test_what_does_not_make_an_app_in_python(run, app: Path, other):
    (app / other).parent.mkdir(exist_ok=True)
    (app / other).write_text('[project]\nname = "x"\nversion = "1"\n')
    done = run("call", "sayHello", app)
    assert done.stdout == '"Hello, World!"\n', done.stderr


def test_info(run, built: Path):
    summary = json.loads(run("info", built, "--json").stdout)
    assert summary["name"] == "fruit"
    assert summary["runtime"].startswith("modus-sdk-as@")
    assert 'query sayHello(name: String! = "World"): String!' in summary["functions"]
    schema = run("info", built, "--schema").stdout
    assert '"""\n  Greets someone.\n  """' in schema


def test_inspect(run, built: Path):
    done = run("inspect", built / "build" / "fruit.wasm", "--json")
    summary = json.loads(done.stdout)
    assert summary["language"] == "assemblyscript"
    assert [function["name"] for function in summary["functions"]][-1] == "sayHello"
    assert "the models that modus.json names" in summary["capabilities"]
    text = run("inspect", built / "build" / "fruit.wasm").stdout
    assert "sayHello(name" in text
    assert "function modus_models.invokeModel" in text


def test_doctor(run, program: Callable[[str], Path]):
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)}
    assert checks["assemblyscript"]["detail"].startswith("Node.js ")
    assert checks["assemblyscript compiler"]["detail"] == "0.28.13"
    old = run("doctor", "--json", env={"ATOLL_NODE": str(program("v18.0.0"))})
    (check,) = [c for c in json.loads(old.stdout) if c["name"] == "assemblyscript"]
    assert (check["state"], old.returncode) == ("absent", 0)
    assert "unset ATOLL_NODE" in check["remedy"]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """A program that says its version, and nothing else."""

    def make(said: str) -> Path:
        file = tmp_path / "node"
        file.write_text(f"#!/bin/sh\necho {said}\n")
        file.chmod(0o755)
        return file

    return make


def test_dev_follows_edits(start, follow, ask, app: Path, free_port: int):
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for("is ready")
    assert "not yet available" not in "".join(output.seen)
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}
    assert "more than two" in json.dumps(ask(free_port, "{ fail(n: 3) }"))

    edit(app, "return `Hello", "return ` Hello` + `Goodbye")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": " HelloGoodbye, World!"}

    edit(app, "name: string", "name: strong")
    output.wait_for("error[COMPILE_FAILED]: Cannot find name 'strong'.")
    output.wait_for("--> assembly/index.ts:16:")
    output.wait_for("last good version keeps serving")
    assert ask(free_port)["data"] == {"sayHello": " HelloGoodbye, World!"}

    (app / "assembly" / "\udcff.ts").write_text("")  # no UTF-8
    output.wait_for("Not all edits can be followed")
    edit(app, "name: strong", "name: string")
    edit(app, " Hello` + `Goodbye", "Welcome back")
    output.wait_for("reloaded")
    assert ask(free_port)["data"] == {"sayHello": "Welcome back, World!"}

    (app / "asconfig.json").write_text("{")
    output.wait_for("error[ASCONFIG_INVALID]")
    output.wait_for("last good version keeps serving")


@pytest.mark.parametrize(
    ("path", "acted_on"),
    [
        ("assembly/index.ts", True),
        ("assembly/deep/er.ts", True),
        ("asconfig.json", True),
        ("package.json", True),
        ("package-lock.json", True),
        ("modus.json", True),
        ("node_modules/x/index.ts", False),
        ("build/fruit.wasm", False),
        ("README.md", False),
        ("assembly/.index.ts.swp", False),
    ],
)
def test_what_is_watched(tmp_path: Path, path, acted_on):
    folder = tmp_path / "app"
    assert concerns(str((tmp_path / "app" / path).resolve()), folder) is acted_on


@pytest.fixture
def prebuilt(tmp_path: Path, built: Path) -> Callable[[bytes], Path]:
    """A folder with a module and a manifest, and no sources."""

    def write(wasm: bytes) -> Path:
        folder = tmp_path / "prebuilt"
        folder.mkdir()
        (folder / "theirs.wasm").write_bytes(wasm)
        shutil.copy(built / "modus.json", folder)
        return folder

    return write


def test_a_module_without_sources(run, start, follow, ask, module, prebuilt, free_port: int):
    folder = prebuilt(module)
    process = start("serve", folder, "--port", str(free_port), env={"ATOLL_NODE": "/bin/false"})
    follow(process).wait_for("Listening.")
    assert ask(free_port)["data"] == {"sayHello": "Hello, World!"}
    masked = json.dumps(ask(free_port, "{ fail(n: 3) }"))
    assert "error calling function" in masked
    assert "more than two" not in masked
    assert run("call", "sayHello", folder).stdout == '"Hello, World!"\n'
    assert json.loads(run("info", folder, "--json").stdout)["name"] == "theirs"
    # Nothing is built; the manifest names models, so there is a history of what they are asked.
    assert {path.name for path in folder.iterdir()} == {"theirs.wasm", "modus.json", ".atoll"}


EMPTY = b"\0asm\1\0\0\0"


def described(**metadata: object) -> bytes:
    """Custom sections that describe a module; of several, the last ones count."""
    text = json.dumps({"plugin": "x", "sdk": "modus-sdk-as@0.18.0", "types": {}, **metadata})
    return custom_section("modus_metadata_version", b"\2") + custom_section(
        "modus_metadata", text.encode()
    )


@pytest.mark.parametrize(
    ("damage", "code", "said"),
    [
        (lambda wasm: wasm[: len(wasm) // 2], "WASM_MALFORMED", "damaged"),
        (lambda wasm: wasm[:-10], "WASM_MALFORMED", "damaged"),
        (
            lambda wasm: wasm + custom_section("modus_metadata_version", b"\7"),
            "METADATA_VERSION",
            "7",
        ),
        (
            lambda wasm: wasm + custom_section("modus_metadata", b"{"),
            "METADATA_INVALID",
            "description",
        ),
        (
            lambda wasm: EMPTY + described(sdk="modus-sdk-zig@0.18.0", fnExports={}, fnImports={}),
            "LANGUAGE_UNSUPPORTED",
            "modus-sdk-zig",
        ),
        (
            lambda wasm: wasm.replace(b"\x0cmodus_system", b"\x0cother_system"),
            "IMPORT_UNKNOWN",
            "other_system.logMessage",
        ),
        (
            lambda wasm: wasm + described(fnExports={"unmade": {}}, fnImports={}),
            "MODULE_MISMATCH",
            "",
        ),
        (
            lambda wasm: EMPTY + described(fnExports={"unmade": {}}, fnImports={}),
            "MODULE_MISMATCH",
            "describes the function unmade but does not export it",
        ),
    ],
    ids=[
        "half", "without its end", "another version", "no metadata", "unknown SDK",
        "unknown import", "imports not described", "missing export",
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["serve", "call"])
def test_modules_that_cannot_run(fails, module, prebuilt, verb, damage, code, said):
    folder = prebuilt(damage(module))
    arguments = ["serve", folder, "--port", "0"] if verb == "serve" else ["call", "f", folder]
    done = fails(*arguments)
    assert code in done.stderr
    assert said in done.stderr
    assert "theirs.wasm" in done.stderr


def test_looking_into_modules_that_cannot_run(run, module, prebuilt):
    folder = prebuilt(EMPTY + described(sdk="modus-sdk-go@0.18.0", fnExports={}, fnImports={}))
    done = run("inspect", folder / "theirs.wasm", "--json")
    assert json.loads(done.stdout)["language"] == "go"
