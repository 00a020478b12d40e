from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atoll.manifest import load_manifest


def test_makes_an_app_whose_test_passes(run, tmp_path: Path):
    done = run("new", "hello")
    assert done.returncode == 0, done.stderr
    assert "atoll dev" in done.stderr
    app = tmp_path / "hello"
    native = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=app,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert native.returncode == 0, native.stdout
    assert "passed" in native.stdout


def test_leaves_no_placeholder_and_no_template_name(run, tmp_path: Path):
    run("new", "my-app", "--dir", "elsewhere/app")
    files = [path for path in (tmp_path / "elsewhere" / "app").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {".gitignore", ".env.example", "app.py", "modus.json"}
    for path in files:
        assert not path.name.endswith(".template")
        assert "{{name}}" not in path.read_text()


def test_git_ignores_what_is_secret(run, tmp_path: Path):
    run("new", "hello")
    ignored = (tmp_path / "hello" / ".gitignore").read_text().splitlines()
    assert {".env", ".env.*", "*.pem"} <= set(ignored)


def test_its_manifest_is_without_a_warning(run, tmp_path: Path):
    run("new", "hello")
    manifest = load_manifest(tmp_path / "hello" / "modus.json", strict=True)
    assert manifest.endpoints["default"].path == "/graphql"
    assert all(manifest.is_local(model) for model in manifest.models.values())


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Hello World", "hello-world"),
        ("1st", "st"),
        ("a_b", "a-b"),
        ("-", "hello"),
        ("../x", "x"),
        ("a" * 65, "a" * 64),
    ],
)
def test_refuses_other_names(fails, tmp_path: Path, name, suggestion):
    done = fails("new", "--", name)
    assert "INVALID_NAME" in done.stderr
    assert f"atoll new {suggestion}\n" in done.stderr
    assert not list(tmp_path.iterdir())


def test_never_overwrites(fails, tmp_path: Path):
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello" / "app.py").write_text("mine")
    assert "FOLDER_NOT_EMPTY" in fails("new", "hello").stderr
    assert (tmp_path / "hello" / "app.py").read_text() == "mine"


def test_a_file_in_the_way(fails, tmp_path: Path):
    (tmp_path / "hello").write_text("")
    assert "NOT_A_FOLDER" in fails("new", "hello").stderr
