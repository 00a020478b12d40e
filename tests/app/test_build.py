from __future__ import annotations

import pytest

from atoll.app.build import BuildNotFound, ManifestNotFound, find_build, require_manifest


def test_a_build_directory(tmp_path):
    (tmp_path / "hello.wasm").touch()
    build = find_build(tmp_path)
    assert (build.name, build.directory) == ("hello", tmp_path)
    assert build.manifest == tmp_path / "modus.json"


def test_an_app_folder_with_a_build(tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "hello.wasm").touch()
    assert find_build(tmp_path).directory == tmp_path / "build"


def test_nothing_there(tmp_path):
    with pytest.raises(BuildNotFound, match=r"holds no \.wasm module") as caught:
        find_build(tmp_path)
    assert caught.value.hint == f"build the app first: atoll build {tmp_path}"


def test_a_manifest(tmp_path):
    with pytest.raises(ManifestNotFound, match=r"no modus\.json") as caught:
        require_manifest(tmp_path)
    assert '"type": "graphql"' in caught.value.hint
    (tmp_path / "modus.json").touch()
    require_manifest(tmp_path)


def test_more_than_one(tmp_path):
    (tmp_path / "a.wasm").touch()
    (tmp_path / "b.wasm").touch()
    with pytest.raises(BuildNotFound, match=r"more than one module: a\.wasm, b\.wasm"):
        find_build(tmp_path)


def test_not_a_folder(tmp_path):
    with pytest.raises(BuildNotFound, match="not a folder"):
        find_build(tmp_path / "missing")
