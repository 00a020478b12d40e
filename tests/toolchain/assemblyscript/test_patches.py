"""What Atoll changes in the compiler's packages: exactly what it means to, or nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from atoll.toolchain.assemblyscript.assets import toolchain

FILE = Path(__file__).parents[3] / "sdk" / "assemblyscript" / "toolchain" / "patches.py"


@pytest.fixture(scope="module")
def patches() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("atoll_patches", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def packages(tmp_path: Path, patches: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages of the right versions, one file of which is to be changed."""
    for package, version in patches.VERSIONS.items():
        (tmp_path / package).mkdir()
        text = json.dumps({"name": package, "version": version}, indent=2)
        (tmp_path / package / "package.json").write_text(text)
    (tmp_path / "json-as" / "x.ts").write_text("one two three\n")
    changes = (patches.Replace("two", "2"), patches.Cut("one", "2", "1 "))
    monkeypatch.setattr(patches, "CHANGES", {"json-as/x.ts": changes})
    return tmp_path


def test_changes(patches, packages):
    patches.apply(packages)
    assert (packages / "json-as" / "x.ts").read_text() == patches.NOTICE + "1 2 three\n"


@pytest.mark.parametrize("package", ["json-as", "assemblyscript"])
def test_another_version_is_refused(patches, packages, package):
    (packages / package / "package.json").write_text('{\n  "version": "9.9.9"\n}')
    with pytest.raises(patches.PatchError, match=f"for {package} "):
        patches.apply(packages)
    assert (packages / "json-as" / "x.ts").read_text() == "one two three\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one three", "found 0 times"),
        ("one two two three", "found 2 times"),
        ("two one three", "stands before"),
    ],
)
def test_a_text_that_is_not_as_expected_is_left_as_it_is(patches, packages, text, said):
    (packages / "json-as" / "x.ts").write_text(text)
    with pytest.raises(patches.PatchError, match=said):
        patches.apply(packages)
    assert (packages / "json-as" / "x.ts").read_text() == text


def test_they_cannot_be_made_twice(patches, packages):
    patches.apply(packages)
    with pytest.raises(patches.PatchError):
        patches.apply(packages)


def test_the_toolchain_has_them(patches):
    for name in patches.CHANGES:
        assert (toolchain() / name).read_text(encoding="utf-8").startswith(patches.NOTICE)
    for package, version in patches.VERSIONS.items():
        said = json.loads((toolchain() / package / "package.json").read_text())
        assert said["version"] == version


def test_versions_are_those_of_the_lock_file(patches):
    lock = json.loads(FILE.with_name("package-lock.json").read_text())
    for package, version in patches.VERSIONS.items():
        assert lock["packages"][f"node_modules/{package}"]["version"] == version
