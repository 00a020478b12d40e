from __future__ import annotations

from pathlib import Path


def test_links_the_packages(run, tmp_path: Path):
    run("new", "fruit", "--language", "assemblyscript")
    for _ in range(2):
        done = run("editor", "fruit")
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("linked assemblyscript, json-as, ")
        assert "tsconfig" not in done.stderr
    modules = tmp_path / "fruit" / "node_modules"
    assert (modules / "assemblyscript" / "std" / "assembly.json").is_file()


def test_names_the_file_that_editors_also_need(run, tmp_path: Path):
    run("new", "fruit", "--language", "assemblyscript")
    (tmp_path / "fruit" / "assembly" / "tsconfig.json").unlink()
    done = run("editor", "fruit")
    assert done.returncode == 0
    assert "assembly/tsconfig.json" in done.stderr


def test_an_app_in_python_has_no_need(run, tmp_path: Path):
    run("new", "hello")
    done = run("editor", "hello")
    assert done.returncode == 1
    assert "NOTHING_TO_LINK" in done.stderr
    assert not (tmp_path / "hello" / "node_modules").exists()


def test_a_folder_that_cannot_be_made(run, tmp_path: Path):
    run("new", "fruit", "--language", "assemblyscript")
    (tmp_path / "fruit" / "node_modules").write_text("")
    done = run("editor", "fruit")
    assert done.returncode == 1
    assert "node_modules" in done.stderr
    assert "bug" not in done.stderr
