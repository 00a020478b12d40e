"""What Go's own tools are told, and that nothing else changes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.cli.language import LanguageName
from atoll.cli.new import write_template
from atoll.toolchain.errors import BuildError
from atoll.toolchain.golang import editor
from atoll.toolchain.golang.assets import SDK, sdk
from atoll.toolchain.golang.compiler import Compiler
from atoll.toolchain.golang.editor import write_workspace


@pytest.fixture
def run_go(go: Compiler) -> Callable[..., str]:
    """Runs Go as a user does, without a network; gives what it prints, or why it failed."""
    env = {name: value for name, value in os.environ.items() if name not in ("GOFLAGS", "GOWORK")}
    env |= {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOENV": "off"}

    def run(*arguments: str, cwd: Path) -> str:
        done = subprocess.run(
            [go.program, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=300
        )
        return done.stdout if done.returncode == 0 else f"failed: {done.stderr}"

    return run


def test_a_new_app_is_understood(run_go, tmp_path: Path):
    app = tmp_path / "fruit"
    write_template(app, "fruit", LanguageName.GO)
    assert "failed" in run_go("test", cwd=app)
    go_mod = (app / "go.mod").read_text()
    write_workspace(app)
    assert run_go("test", cwd=app).startswith("PASS")
    assert run_go("vet", cwd=app) == ""
    assert run_go("list", "-m", SDK, cwd=app).endswith(f" => {sdk()}\n")
    assert (app / "go.mod").read_text() == go_mod


@pytest.mark.parametrize("line", ["", "go 1.21", "go 1.24", "go 1.24.0", "go 1.24.2"])
def test_whatever_go_the_app_asks_for(run_go, tmp_path: Path, line):
    (tmp_path / "go.mod").write_text(f"module fruit\n\n{line}\n\nrequire {SDK} v0.18.0\n")
    source = f'package main\n\nimport _ "{SDK}/pkg/console"\n\nfunc main() {{}}\n'
    (tmp_path / "main.go").write_text(source)
    write_workspace(tmp_path)
    assert run_go("vet", cwd=tmp_path) == ""


def test_an_sdk_in_a_folder_with_an_odd_name(run_go, tmp_path: Path, monkeypatch):
    place = tmp_path / "o'dd ünï (1)"
    place.symlink_to(sdk(), target_is_directory=True)
    monkeypatch.setattr(editor, "sdk", lambda: place)
    app = tmp_path / "fruit"
    write_template(app, "fruit", LanguageName.GO)
    write_workspace(app)
    assert run_go("vet", cwd=app) == ""


def test_it_is_written_again_for_another_installation(tmp_path: Path):
    workspace = write_workspace(tmp_path)
    text = workspace.read_text()
    workspace.write_text(text.replace(str(sdk()), "/old/atoll"))
    write_workspace(tmp_path)
    assert workspace.read_text() == text


def test_a_workspace_of_the_author_stays(tmp_path: Path):
    (tmp_path / "go.work").write_text("go 1.24\n\nuse .\n")
    with pytest.raises(BuildError) as caught:
        write_workspace(tmp_path)
    assert caught.value.code == "WORKSPACE_EXISTS"
    assert f"go work edit -replace='{SDK}={sdk()}'" in caught.value.hint
    assert (tmp_path / "go.work").read_text() == "go 1.24\n\nuse .\n"
