from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.source import SourceModule, collect_sources

WriteApp = Callable[..., Path]


def test_all_importable_modules_are_collected(app: WriteApp) -> None:
    folder = app(
        "import lib.deep",
        {
            "other.py": "x = 1",
            "pkg/__init__.py": "y = 1",
            "pkg/mod.py": "z = 1",
            "lib/deep/thing.py": "n = 1",
            "not-a-module.py": "",
            "data.txt": "",
        },
    )
    assert collect_sources(folder, "app") == {
        "app": SourceModule("import lib.deep", "app.py"),
        "lib": SourceModule("", "lib/__init__.py", True),
        "lib.deep": SourceModule("", "lib/deep/__init__.py", True),
        "lib.deep.thing": SourceModule("n = 1", "lib/deep/thing.py"),
        "other": SourceModule("x = 1", "other.py"),
        "pkg": SourceModule("y = 1", "pkg/__init__.py", True),
        "pkg.mod": SourceModule("z = 1", "pkg/mod.py"),
    }


def test_tests_builds_environments_and_hidden_folders_are_left_out(app: WriteApp) -> None:
    folder = app(
        "",
        {
            "tests/helper.py": "",
            "test_app.py": "",
            "app_test.py": "",
            "conftest.py": "",
            "build/old.py": "",
            ".venv/x.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/site.py": "",
            "__pycache__/x.py": "",
            "node_modules/gyp/x.py": "",
            "latest.py": "",
        },
    )
    assert list(collect_sources(folder, "app")) == ["app", "latest"]


def test_a_package_wins_over_a_module_and_a_module_over_a_bare_folder(app: WriteApp) -> None:
    folder = app(
        "", {"a.py": "1", "a/__init__.py": "2", "b.py": "3", "b/c.py": "4", "__init__.py": ""}
    )
    found = collect_sources(folder, "app")
    assert found["a"].source == "2"
    assert found["b"].source == "3"
    assert "" not in found


def test_the_entry_may_be_a_package(app: WriteApp) -> None:
    assert collect_sources(app(None, {"app/__init__.py": ""}), "app")["app"].package


def test_a_missing_entry_names_the_places_to_put_it(app: WriteApp) -> None:
    with pytest.raises(BuildError, match=r"shop/main\.py or shop/main/__init__\.py") as raised:
        collect_sources(app(""), "shop.main")
    assert raised.value.code == "NO_ENTRY"
    assert raised.value.hint is not None
    assert "[tool.atoll]" in raised.value.hint


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as raised:
        collect_sources(tmp_path / "nowhere", "app")
    assert raised.value.code == "NO_APP"


def test_declared_encodings_are_honoured(app: WriteApp) -> None:
    folder = app("")
    (folder / "old.py").write_bytes("# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"))
    (folder / "marked.py").write_bytes(b"\xef\xbb\xbfx = 1")
    found = collect_sources(folder, "app")
    assert found["old"].source.endswith("x = 'é'")
    assert found["marked"].source == "x = 1"


@pytest.mark.parametrize(
    ("raw", "line"), [(b"x = 1\ny = '\xff'", 2), (b"# coding: nonsense\n", None)]
)
def test_what_is_not_text_has_a_place(app: WriteApp, raw: bytes, line: int | None) -> None:
    folder = app("")
    (folder / "bad.py").write_bytes(raw)
    with pytest.raises(BuildError) as raised:
        collect_sources(folder, "app")
    assert raised.value.code == "SOURCE_ENCODING"
    assert raised.value.location == Location("bad.py", line)


def test_too_much_source(app: WriteApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atoll.toolchain.source.MAX_SIZE", 1 << 20)
    with pytest.raises(BuildError, match="more than 1 MiB") as raised:
        collect_sources(app("#" * (1 << 20), {"other.py": "x"}), "app")
    assert raised.value.code == "SOURCE_TOO_LARGE"


def test_folders_behind_links_are_not_followed(app: WriteApp, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.py").write_text("")
    folder = app("")
    (folder / "linked").symlink_to(elsewhere)
    assert list(collect_sources(folder, "app")) == ["app"]


def test_only_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    (tmp_path / "pipe.py").symlink_to("/dev/zero")
    with pytest.raises(BuildError) as raised:
        collect_sources(tmp_path, "app")
    assert raised.value.code == "SOURCE_UNREADABLE"
    assert raised.value.location == Location("pipe.py")
    (tmp_path / "pipe.py").unlink()
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(BuildError):
        collect_sources(tmp_path, "app")
