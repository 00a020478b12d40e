from __future__ import annotations

from pathlib import Path

import pytest

from atoll.toolchain.errors import BuildError, Location
from atoll.toolchain.project import Project, read_project


def project(folder: Path, text: str) -> Project:
    (folder / "pyproject.toml").write_text(text)
    return read_project(folder)


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert read_project(tmp_path) == Project()


def test_dependencies_and_entry(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "x"\ndependencies = ["jinja2>=3", "six"]\n[tool.atoll]\nentry = "shop"'
    )
    assert project(tmp_path, text) == Project("shop", ("jinja2>=3", "six"))


@pytest.mark.parametrize(
    ("entry", "module"),
    [
        ("shop", "shop"),
        ("shop.py", "shop"),
        ("./shop.py", "shop"),
        ("src/shop.py", "src.shop"),
        ("shop/", "shop"),
        ("shop/__init__.py", "shop"),
        ("a.b", "a.b"),
    ],
)
def test_an_entry_may_be_a_module_or_a_path(tmp_path: Path, entry: str, module: str) -> None:
    assert project(tmp_path, f'[tool.atoll]\nentry = "{entry}"').entry == module


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('[project\nname = "x"', "not valid TOML", 1),
        ('x = 1\n[project]\ndependencies = "jinja2"', "not a list of strings", 3),
        ("[project]\ndependencies = [1]", "not a list of strings", 2),
        ("project = 3", "project is not a table", None),
        ('[tool.atoll]\nentry = "no such.py thing"', "is not a module", 2),
        ("[tool.atoll]\n\nentry = 3", "is not a module", 3),
        ('[tool.atoll]\nentyr = "app"', "unknown key entyr", 2),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, text: str, message: str, line: int | None) -> None:
    with pytest.raises(BuildError, match=message) as raised:
        project(tmp_path, text)
    error = raised.value
    assert error.code == "PYPROJECT_INVALID"
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("pyproject.toml", line)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BuildError) as raised:
        read_project(tmp_path)
    assert raised.value.location == Location("pyproject.toml")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000 + "]" * 5000])
def test_what_python_cannot_read(tmp_path: Path, value: str) -> None:
    with pytest.raises(BuildError) as raised:
        project(tmp_path, f"x = {value}\n")
    assert raised.value.code == "PYPROJECT_INVALID"


@pytest.mark.parametrize(
    "requirement",
    [
        "",
        ".",
        "./lib",
        "lib/sub",
        "/srv/lib",
        "file:///srv/lib",
        "git+https://example.org/x",
        "-e .",
        "--index-url https://example.org x",
        "-r /etc/passwd",
        "x\\u0000y",
        "x>=1\\u001b[2J",
        "x" * 100_000,
    ],
)
def test_a_dependency_names_a_package(tmp_path: Path, requirement: str) -> None:
    with pytest.raises(BuildError) as raised:
        project(tmp_path, f'[project]\ndependencies = ["{requirement}"]\n')
    assert raised.value.code == "PYPROJECT_INVALID"
    assert raised.value.location == Location("pyproject.toml", 2)
    assert len(raised.value.message) < 200


@pytest.mark.parametrize(
    "requirement",
    [
        "x",
        "six == 1.16",
        "jinja2>=3,<4",
        "zope.interface~=6.0",
        "requests[socks] >= 2",
        "x (>=1)",
        "x; python_version > '3'",
        "x @ file:///srv/x-1.0-py3-none-any.whl",
    ],
)
def test_forms_of_requirements(tmp_path: Path, requirement: str) -> None:
    text = f'[project]\ndependencies = ["{requirement}"]\n'
    assert project(tmp_path, text).dependencies == (requirement,)
