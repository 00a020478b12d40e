from __future__ import annotations

import json
from pathlib import Path

from atoll.models.local import CATALOGUE


def test_list_without_any_installed(run, tmp_path):
    done = run("models", "list", env={"ATOLL_CACHE_DIR": str(tmp_path / "cache")})
    assert done.returncode == 0
    for name in CATALOGUE:
        assert f"atoll models install {name}" in done.stdout
    assert not (tmp_path / "cache").exists()


def test_list_json(run, tmp_path):
    done = run("models", "list", "--json", env={"ATOLL_CACHE_DIR": str(tmp_path / "cache")})
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows] == list(CATALOGUE)
    assert not any(row["installed"] for row in rows)


def test_install_nothing_unknown(fails):
    done = fails("models", "install", "gpt-9")
    assert "LOCAL_MODEL_UNKNOWN" in done.stderr
    assert "smollm2-135m-instruct" in done.stderr


def test_install_asks_for_a_manifest(fails):
    assert "NO_MANIFEST" in fails("models", "install").stderr


def test_install_of_an_app_that_names_none(run, tmp_path: Path):
    (tmp_path / "modus.json").write_text("{}")
    done = run("models", "install")
    assert done.returncode == 0
    assert "nothing to install" in done.stderr


def test_install_refuses_a_local_model_that_is_not_in_the_catalogue(fails, tmp_path: Path):
    (tmp_path / "modus.json").write_text(
        json.dumps({"models": {"m": {"sourceModel": "mine", "connection": "local"}}})
    )
    assert "LOCAL_MODEL_UNKNOWN" in fails("models", "install").stderr


def test_install_into_an_unusable_cache(fails, tmp_path: Path):
    (tmp_path / "file").write_text("")
    name = next(iter(CATALOGUE))
    done = fails("models", "install", name, env={"ATOLL_CACHE_DIR": str(tmp_path / "file" / "x")})
    assert "ATOLL_CACHE_DIR" in done.stderr


def test_install_without_an_index(fails, tmp_path: Path):
    done = fails(
        "models",
        "install",
        next(iter(CATALOGUE)),
        env={
            "ATOLL_CACHE_DIR": str(tmp_path / "cache"),
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_FIND_LINKS": "",
            "PIP_RETRIES": "0",
        },
    )
    assert "hint:" in done.stderr


def test_install_leaves_files_of_the_apps_own_alone(run, tmp_path: Path):
    (tmp_path / "modus.json").write_text(
        json.dumps({"models": {"m": {"sourceModel": "./mine.gguf", "connection": "local"}}})
    )
    done = run("models", "install")
    assert done.returncode == 0
    assert "./mine.gguf is a file of your own" in done.stderr
