"""What a wheel gets of the compiler and the SDK. npm is played by a folder of small packages."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest

REPOSITORY = Path(__file__).parents[3]
PATCHES = """\
from pathlib import Path

def apply(modules: Path) -> None:
    file = modules / "json-as" / "assembly" / "index.ts"
    file.write_text("// patched\\n" + file.read_text())
"""
BUNDLE = """\
def run_command(command, folder, failed):
    raise AssertionError

def bundle(sources, target, *, node, npm, run):
    assert run is run_command and node and npm
    target.mkdir(exist_ok=True)
    (target / "index.html").write_text(sources.name)
"""
C = TypeVar("C")


class BuildHookInterface(Generic[C]):
    """Hatchling's own is there during builds only."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    name = "hatchling.builders.hooks.plugin.interface"
    interface = ModuleType(name)
    interface.BuildHookInterface = BuildHookInterface  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, interface)
    spec = importlib.util.spec_from_file_location(
        "atoll_hatch_build", REPOSITORY / "hatch_build.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def packages(tmp_path: Path, build: ModuleType) -> Path:
    """``node_modules`` as npm would fill it."""
    folder = tmp_path / "npm" / "node_modules"
    for package, names in build.KEPT.items():
        for name in names:
            file = folder / package / name
            if not file.suffix and name.lower() == name:  # a folder
                for inside in ("index.ts", "deep/more.ts", "index.js.map", "__tests__/a.ts"):
                    write(file / inside, inside)
            else:
                write(file, name)
        about = {"name": package, "version": "1.2.3", "license": "MIT"}
        write(folder / package / "package.json", json.dumps(about))
        write(folder / package / "unwanted.js", "")
    write(folder / "other" / "package.json", "{}")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout."""
    folder = tmp_path / "checkout"
    sdk = folder / "sdk" / "assemblyscript"
    for name in ("index.ts", "package.json", "assembly/http.ts", "tests/app.ts", ".hidden/x.ts"):
        write(sdk / name, name)
    for name in ("package.json", "package-lock.json"):
        write(sdk / "toolchain" / name, "{}")
    write(sdk / "toolchain" / "patches.py", PATCHES)
    for name in ("go.mod", "pkg/http/http.go", *NOT_SHIPPED_OF_GO):
        write(folder / "sdk" / "go" / name, name)
    write(folder / "explorer" / "bundle.py", BUNDLE)
    return folder


@pytest.fixture
def fetched(build: ModuleType, packages: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where packages were fetched to."""
    asked: list[Path] = []

    def npm_ci(folder: Path) -> None:
        asked.append(folder)
        assert (folder / "package-lock.json").is_file()
        shutil.copytree(packages, folder / "node_modules")

    monkeypatch.setattr(build, "_npm_ci", npm_ci)
    return asked


NOT_SHIPPED_OF_GO = ("pkg/http/http_test.go", "pkg/testdata/x.go", ".golangci.yml")


Made = Callable[..., dict[str, str]]


@pytest.fixture
def make(build: ModuleType, root: Path, fetched: list[Path]) -> Made:
    """Runs the hook: what the wheel gets, by the names there."""

    def make(version: str = "standard") -> dict[str, str]:
        data: dict[str, Any] = {"force_include": {}}
        build.AssetsHook(root).initialize(version, data)
        return {target: source for source, target in data["force_include"].items()}

    return make


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def assets(root: Path) -> Path:
    return root / "src" / "atoll" / "_assets" / "assemblyscript"


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


IN_WHEEL = "atoll/_assets/assemblyscript"
GO_IN_WHEEL = "atoll/_assets/go/sdk"
SDK = "@hypermode/modus-sdk-as"


def test_a_wheel_gets_the_packages_the_sdk_and_their_digest(make, build):
    included = make()
    modules = f"{IN_WHEEL}/node_modules"
    assert included.keys() == {
        f"{IN_WHEEL}/stamp",
        f"{IN_WHEEL}/THIRD-PARTY",
        *(f"{modules}/{package}" for package in build.KEPT),
        *(f"{modules}/{SDK}/{name}" for name in ("index.ts", "package.json", "assembly")),
        *(f"{GO_IN_WHEEL}/{name}" for name in ("go.mod", "pkg/http/http.go")),
        "atoll/_assets/explorer",
    }
    assert all(Path(source).exists() for source in included.values())
    assert not Path(included[f"{modules}/{SDK}/assembly"]).is_symlink()


def test_packages_are_pruned(make, root):
    make()
    found = files(assets(root) / "node_modules" / "assemblyscript")
    assert {name for name in found if name.startswith("std/")} == {
        "std/index.ts",
        "std/deep/more.ts",
    }
    assert "LICENSE" in found
    assert "unwanted.js" not in found
    assert not (assets(root) / "node_modules" / "other").exists()


def test_packages_are_patched(make, root):
    make()
    file = assets(root) / "node_modules" / "json-as" / "assembly" / "index.ts"
    assert file.read_text().startswith("// patched\n")


def test_the_licences_of_packages_are_listed(make, root, build):
    make()
    said = (assets(root) / "THIRD-PARTY").read_text()
    for package in build.KEPT:
        assert f"{package} 1.2.3: MIT (node_modules/{package}/LICENSE" in said
        assert (assets(root) / "node_modules" / package / "LICENSE").is_file()


@pytest.mark.parametrize("name", ["LICENSE", "std", "lib/binaryen.js"])
def test_a_missing_file_ends_the_build_and_leaves_what_is_there(make, root, packages, name):
    make()
    before = files(assets(root))
    path = packages / "assemblyscript" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    write(root / "sdk" / "assemblyscript" / "toolchain" / "package-lock.json", '{"new": 1}')
    with pytest.raises(RuntimeError, match=f"assemblyscript has no {name}"):
        make()
    assert files(assets(root)) == before
    assert {entry.name for entry in assets(root).parent.iterdir()} == {
        "assemblyscript", "explorer", "go", "lock",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["package.json", "package-lock.json", "patches.py"])
def test_packages_are_fetched_again_when_they_should_be_others(make, root, fetched, name):
    make()
    make()
    assert len(fetched) == 1
    stamp = (assets(root) / "stamp").read_text()
    file = root / "sdk" / "assemblyscript" / "toolchain" / name
    file.write_text(file.read_text() + "\n")
    make()
    assert len(fetched) == 2
    assert (assets(root) / "stamp").read_text() != stamp


def test_an_editable_installation_sees_the_sdks_sources(make, root):
    assert make("editable") == {}
    sdk = root / "sdk" / "assemblyscript"
    linked = assets(root) / "node_modules" / SDK
    assert {entry.name for entry in linked.iterdir()} == {"index.ts", "package.json", "assembly"}
    (sdk / "assembly" / "http.ts").write_text("changed")
    assert (linked / "assembly" / "http.ts").read_text() == "changed"
    write(sdk / "json" / "read.ts", "")
    make("editable")
    assert (linked / "json").resolve() == sdk / "json"
    shutil.rmtree(sdk / "json")
    make("editable")
    assert not (linked / "json").is_symlink()


def test_an_editable_installation_sees_the_go_sdk_itself(make, root):
    make("editable")
    linked = assets(root).parent / "go" / "sdk"
    assert linked.readlink() == root / "sdk" / "go"
    write(root / "sdk" / "go" / "pkg" / "new" / "new.go", "new")
    assert (linked / "pkg" / "new" / "new.go").read_text() == "new"


@pytest.mark.parametrize("old", ["folder", "link"])
def test_what_an_older_build_left_of_the_go_sdk_is_replaced(make, root, old):
    linked = assets(root).parent / "go" / "sdk"
    if old == "folder":
        write(linked / "go.mod", "old")
    else:
        linked.parent.mkdir(parents=True)
        linked.symlink_to("/moved/away")
    make("editable")
    assert (linked / "go.mod").read_text() == "go.mod"
    assert [entry.name for entry in linked.parent.iterdir()] == ["sdk"]


def test_a_wheel_that_is_built_beside_it_leaves_it_at_work(make, root):
    make("editable")
    file = root / "sdk" / "assemblyscript" / "toolchain" / "package-lock.json"
    file.write_text('{"new": 1}')
    make()
    assert (assets(root) / "node_modules" / SDK / "index.ts").read_text() == "index.ts"


def test_what_an_older_build_left_is_replaced(make, root, fetched):
    write(assets(root) / "stamp", "old")
    write(assets(root) / "node_modules" / "old" / "x.js", "")
    write(assets(root) / "node_modules" / SDK / "index.ts", "old")
    make()
    assert len(fetched) == 1
    assert not (assets(root) / "node_modules" / "old").exists()
    assert (assets(root) / "node_modules" / SDK / "index.ts").read_text() == "index.ts"


def test_two_builds_at_once_fetch_once(make, build, fetched, monkeypatch):
    both = threading.Barrier(2)
    npm_ci = build._npm_ci

    def slow_npm_ci(folder: Path) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.3)  # for the other one, which must not come here
        npm_ci(folder)

    monkeypatch.setattr(build, "_npm_ci", slow_npm_ci)
    results: list[dict[str, str]] = []
    builds = [threading.Thread(target=lambda: results.append(make())) for _ in range(2)]
    for each in builds:
        each.start()
    for each in builds:
        each.join()
    assert len(fetched) == 1
    assert len(results) == 2
    assert results[0] == results[1]
