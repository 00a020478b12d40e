"""Other npm packages of an app. `npm` really runs here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript.packages import find_packages
from atoll.toolchain.assemblyscript.settings import read_settings
from atoll.toolchain.errors import BuildError

Find = Callable[..., Path | None]
LIBRARY = {
    "package.json": '{"name": "@me/lib", "version": "1.0.0"}',
    "assembly/index.ts": "export function seven(): i32 {\n  return 7;\n}\n",
}


class Said:
    """Progress as it was told."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str) -> None:
        self.steps.append(name)

    def done(self) -> None:
        pass


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def find(app: Callable[..., Path], tmp_path: Path, said: Said) -> Find:
    """``node_modules`` for an app with these dependencies, from a cache of its own."""

    def find(
        dependencies: Mapping[str, str], files: Mapping[str, str] | None = None
    ) -> Path | None:
        package = {"name": "fruit", "dependencies": dependencies}
        named = {"assembly/index.ts": "", "package.json": json.dumps(package), **(files or {})}
        folder = app(files=named)
        return find_packages(folder, read_settings(folder), said, tmp_path / "cache")

    return find


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "lib"
    for name, text in LIBRARY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_an_app_without_any(find, said):
    assert find({}) is None
    assert find({"json-as": "1", "@hypermode/modus-sdk-as": "0.17.5"}) is None
    assert said.steps == []


def test_its_own_folder_is_used_when_all_are_there(find, said, tmp_path):
    own = {f"node_modules/@me/lib/{name}": text for name, text in LIBRARY.items()}
    found = find({"@me/lib": "^1"}, own)
    assert found == (tmp_path / "app" / "node_modules").resolve()
    assert said.steps == []


def test_a_package_in_a_folder(find, library, said, tmp_path):
    found = find({"@me/lib": "file:../lib"})
    assert found is not None
    assert found.is_relative_to(tmp_path / "cache")
    assert (found / "@me/lib/assembly/index.ts").read_text() == LIBRARY["assembly/index.ts"]
    assert said.steps == ["Installing the app's npm packages"]
    assert not (tmp_path / "app" / "node_modules").exists()
    assert not (tmp_path / "app" / "package-lock.json").exists()


def test_a_package_in_a_folder_is_followed(find, library):
    find({"@me/lib": "file:../lib"})
    (library / "assembly" / "index.ts").write_text("// new\n")
    found = find({"@me/lib": "file:../lib"})
    assert (found / "@me/lib/assembly/index.ts").read_text() == "// new\n"


def test_scripts_of_packages_do_not_run(find, library, tmp_path):
    package = {
        "name": "@me/lib",
        "version": "1.0.0",
        "scripts": {"install": f"touch {tmp_path}/ran", "postinstall": f"touch {tmp_path}/ran"},
    }
    (library / "package.json").write_text(json.dumps(package))
    find({"@me/lib": "file:../lib"})
    assert not (tmp_path / "ran").exists()


def test_what_packages_want_of_the_compiler_is_ignored(find, library):
    package = {
        "name": "@me/lib",
        "version": "1.0.0",
        "peerDependencies": {"assemblyscript": "0.1.0", "@hypermode/modus-sdk-as": "9.9.9"},
    }
    (library / "package.json").write_text(json.dumps(package))
    found = find({"@me/lib": "file:../lib"})
    assert {path.name for path in found.iterdir()} == {"@me", ".package-lock.json"}


def test_a_package_that_is_not_there(find):
    with pytest.raises(BuildError) as caught:
        find({"@me/lib": "file:../nowhere"})
    assert caught.value.code == "PACKAGES_FAILED"
    assert "nowhere" in caught.value.message
    assert caught.value.location is not None
    assert caught.value.location.file == "package.json"


def test_a_failed_installation_leaves_nothing(find, tmp_path):
    with pytest.raises(BuildError):
        find({"@me/lib": "file:../nowhere"})
    assert list((tmp_path / "cache" / "assemblyscript" / "packages").iterdir()) == []


def test_from_the_registry_once(find, said):
    found = find({"assemblyscript-json": "1.1.0"})
    assert (
        json.loads((found / "assemblyscript-json/package.json").read_text())["version"] == "1.1.0"
    )
    said.steps.clear()
    assert find({"assemblyscript-json": "1.1.0"}) == found
    assert said.steps == []


def test_a_lock_file_decides(find):
    """It also names the SDK, which no registry has any more."""
    sdk = "node_modules/@hypermode/modus-sdk-as"
    lock = {
        "name": "fruit",
        "lockfileVersion": 3,
        "requires": True,
        "packages": {
            "": {
                "name": "fruit",
                "dependencies": {
                    "@hypermode/modus-sdk-as": "0.17.5",
                    "assemblyscript-json": "^1.0.0",
                },
            },
            sdk: {"version": "0.17.5", "resolved": "https://localhost:1/sdk.tgz"},
            "node_modules/assemblyscript-json": {"version": "1.0.0"},
        },
    }
    wanted = {"@hypermode/modus-sdk-as": "0.17.5", "assemblyscript-json": "^1.0.0"}
    found = find(wanted, {"package-lock.json": json.dumps(lock)})
    package = json.loads((found / "assemblyscript-json" / "package.json").read_text())
    assert package["version"] == "1.0.0"
    assert not (found / "@hypermode").exists()


def test_a_cache_that_was_emptied(find, tmp_path):
    found = find({"assemblyscript-json": "1.1.0"})
    shutil.rmtree(tmp_path / "cache")
    assert find({"assemblyscript-json": "1.1.0"}) == found
    assert found.is_dir()
