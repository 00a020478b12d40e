"""A build of an app as its collections know and keep it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atoll.cli.builds import RunningBuild
from atoll.cli.runtime import Compiled
from atoll.manifest import load_manifest

MANIFEST = """{
  "connections": {"api": {"type": "http", "baseUrl": "https://api.example.com/"}},
  "models": {
    "far": {"sourceModel": "x", "connection": "api", "path": "v1/embeddings"},
    "own": {"sourceModel": "models/own.onnx", "connection": "local"}
  },
  "collections": {"docs": {"searchMethods": {"one": {"embedder": "embed"}}}}
}"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own.onnx").write_bytes(b"weights")
    (tmp_path / "modus.json").write_text(MANIFEST)
    return tmp_path


def compiled(app: Path, wasm: bytes = b"code") -> Compiled:
    return Compiled("letters", wasm, load_manifest(app / "modus.json"), {}, "", app)


def running(app: Path, wasm: bytes = b"code") -> RunningBuild:
    def load(compiled: Compiled) -> None:
        raise AssertionError

    return RunningBuild(compiled(app, wasm), load)  # type: ignore[arg-type]


def test_a_build_has_the_same_id_in_all_processes(app: Path):
    program = (
        "import sys; from pathlib import Path; from tests.cli.test_builds import running;"
        "print(running(Path(sys.argv[1])).id)"
    )
    command = [sys.executable, "-c", program, str(app)]
    root = Path(__file__).parents[2]
    ids = {
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, cwd=root, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }
    assert ids == {f"{running(app).id}\n".encode()}


def test_whatever_may_change_vectors_makes_another_id(app: Path):
    ids = [running(app).id, running(app, b"other code").id]
    (app / "models" / "own.onnx").write_bytes(b"other weights")
    ids.append(running(app).id)
    (app / "modus.json").write_text(MANIFEST.replace('"x"', '"y"'))
    ids.append(running(app).id)
    assert len(set(ids)) == 4


def test_a_build_is_kept_with_its_own_manifest_though_the_file_is_another_one_by_now(app: Path):
    build = running(app)
    (app / "modus.json").write_text("{}")
    loaded: list[Compiled] = []

    def load(earlier: Compiled) -> None:
        loaded.append(earlier)
        raise ValueError("seen")

    later = RunningBuild(compiled(app, b"new"), load)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seen"):
        later.open(build.content())
    assert list(loaded[0].manifest.models) == ["far", "own"]
    assert loaded[0].wasm == b"code"
