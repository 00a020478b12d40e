"""When the explorer's bundle is built, and what becomes of the one that is there."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "explorer" / "bundle.py"


@pytest.fixture(scope="module")
def bundling() -> ModuleType:
    spec = importlib.util.spec_from_file_location("explorer_bundle", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Builds:
    """A checkout whose npm and vite are played."""

    def __init__(self, bundling: ModuleType, folder: Path) -> None:
        self._bundling = bundling
        self.sources = folder / "explorer"
        self.target = folder / "assets" / "explorer"
        self.ran: list[list[str]] = []
        self.broken = False
        (self.sources / "src").mkdir(parents=True)
        (self.sources / "package-lock.json").write_text("{}")
        (self.sources / "src" / "main.ts").write_text("1")

    def make(self) -> None:
        self._bundling.bundle(self.sources, self.target, node="node", npm=["npm"], run=self._run)

    def _run(self, command: Sequence[str], folder: Path, failed: str) -> None:
        self.ran.append(list(command))
        assert not folder.is_relative_to(self.sources)
        assert not (folder / "node_modules").exists()
        if self.broken:
            raise RuntimeError(failed)
        if command[0] == "node":
            made = Path(command[command.index("--outDir") + 1])
            made.mkdir()
            (made / "index.html").write_text((folder / "src" / "main.ts").read_text())


@pytest.fixture
def builds(bundling: ModuleType, tmp_path: Path) -> Builds:
    return Builds(bundling, tmp_path)


def test_it_is_built_once(builds: Builds) -> None:
    builds.make()
    builds.make()
    assert [command[0] for command in builds.ran] == ["npm", "node"]
    assert (builds.target / "index.html").read_text() == "1"
    assert {each.name for each in builds.target.parent.iterdir()} == {"explorer", "explorer.stamp"}


@pytest.mark.parametrize("name", ["src/main.ts", "src/new.ts", "package-lock.json"])
def test_it_is_built_again_when_its_sources_change(builds: Builds, name: str) -> None:
    builds.make()
    (builds.sources / name).write_text("2")
    (builds.sources / "node_modules").mkdir()
    (builds.sources / "node_modules" / "x.js").write_text("")
    builds.make()
    assert len(builds.ran) == 4
    (builds.sources / "node_modules" / "x.js").write_text("other")
    builds.make()
    assert len(builds.ran) == 4


def test_it_is_built_again_when_it_is_gone(builds: Builds) -> None:
    builds.make()
    (builds.target / "index.html").unlink()
    builds.target.rmdir()
    builds.make()
    assert (builds.target / "index.html").exists()


def test_a_build_that_fails_leaves_the_last_one(builds: Builds) -> None:
    builds.make()
    (builds.sources / "src" / "main.ts").write_text("2")
    builds.broken = True
    with pytest.raises(RuntimeError, match="npm could not fetch"):
        builds.make()
    assert (builds.target / "index.html").read_text() == "1"
    builds.broken = False
    builds.make()
    assert (builds.target / "index.html").read_text() == "2"


def test_a_command_that_fails_says_why(bundling: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no build:\nbecause"):
        bundling.run_command(["sh", "-c", "echo because >&2; exit 1"], tmp_path, "no build")


def test_the_reason_of_a_long_output_is_shown(bundling: ModuleType, tmp_path: Path) -> None:
    talk = "echo reason >&2; yes usage | head -2000 >&2; echo end >&2; exit 1"
    with pytest.raises(RuntimeError, match="reason") as caught:
        bundling.run_command(["sh", "-c", talk], tmp_path, "no build")
    assert str(caught.value).endswith("end\n")
    assert len(str(caught.value)) < 5000
