"""What tells one toolchain from another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript import assets

OWN = Path(assets.__file__).parent


@pytest.fixture(params=[False, True], ids=["copied", "linked"])
def copy(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the SDK and the stamp; linked as in an installation for development."""
    real = assets.toolchain()
    kept = tmp_path / "sdk"
    shutil.copytree(real / assets.SDK, kept)
    folder = tmp_path / "assets" / "node_modules"
    (folder / assets.SDK).parent.mkdir(parents=True)
    if request.param:
        (folder / assets.SDK).mkdir()
        for entry in kept.iterdir():
            (folder / assets.SDK / entry.name).symlink_to(entry)
    else:
        kept.rename(folder / assets.SDK)
    shutil.copy(real.parent / "stamp", folder.parent)
    monkeypatch.setattr(assets, "toolchain", lambda: folder)
    return folder


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    return assets.identity.__wrapped__


def test_the_same_toolchain_has_the_same_identity(copy, identity):
    assert identity() == identity()


@pytest.mark.parametrize(
    "name",
    ["assembly/http.ts", "models/openai/chat.ts", "transform/eras.js", "overrides/try-as/index.ts",
     "index.ts", "package.json", "plugin.asconfig.json"],
)  # fmt: skip
def test_a_change_of_any_file_of_the_sdk_changes_it(copy, identity, name):
    before = identity()
    file = copy / assets.SDK / name
    file.write_text(file.read_text() + " ")
    assert identity() != before


def test_other_files_and_other_names_change_it(copy, identity):
    before = identity()
    (copy / assets.SDK / "assembly" / "new.ts").write_text("")
    added = identity()
    assert added != before
    (copy / assets.SDK / "assembly" / "new.ts").rename(copy / assets.SDK / "assembly" / "newer.ts")
    assert identity() not in (before, added)


def test_other_packages_of_the_compiler_change_it(copy, identity):
    before = identity()
    (copy.parent / "stamp").write_text("another")
    assert identity() != before


@pytest.mark.parametrize("name", ["driver.mjs", "settings.py", "compiler.py"])
def test_what_runs_the_compiler_is_a_part_of_it(tmp_path, name):
    own = tmp_path / "own"
    shutil.copytree(OWN, own, ignore=shutil.ignore_patterns("__pycache__"))
    assert assets.fingerprint(own) == assets.fingerprint(OWN)
    (own / name).write_text((own / name).read_text() + "\n")
    assert assets.fingerprint(own) != assets.fingerprint(OWN)
