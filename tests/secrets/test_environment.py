from __future__ import annotations

from pathlib import Path

import pytest

from atoll.secrets import (
    EnvironmentFileError,
    environment_files,
    environment_name,
    is_development,
    load_environment,
)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("environ", "name", "development"),
    [
        ({}, "prod", False),
        ({"MODUS_ENV": ""}, "prod", False),
        ({"MODUS_ENV": "dev"}, "dev", True),
        ({"MODUS_ENV": "development"}, "development", True),
        ({"MODUS_ENV": "Dev"}, "Dev", False),
        ({"MODUS_ENV": "staging"}, "staging", False),
    ],
)
def test_the_name(environ: dict[str, str], name: str, development: bool) -> None:
    assert environment_name(environ) == name
    assert is_development(name) is development


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("dev", ["dev", "development"]),
        ("DEVELOPMENT", ["dev", "development"]),
        ("stage", ["stage", "staging"]),
        ("Staging", ["stage", "staging"]),
        ("testing", ["test", "testing"]),
        ("", ["prod", "production"]),
        ("production", ["prod", "production"]),
        ("QA", ["QA"]),
    ],
)
def test_the_files_of_an_environment(tmp_path: Path, name: str, aliases: list[str]) -> None:
    expected = [f".env.{alias}{local}" for alias in aliases for local in (".local", "")]
    files = environment_files(tmp_path, {"MODUS_ENV": name})
    assert [file.name for file in files] == [*expected, ".env.local", ".env"]
    assert {file.parent for file in files} == {tmp_path}


def test_a_name_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    files = environment_files(tmp_path, {"MODUS_ENV": "/../../etc/x"})
    assert [file.name for file in files] == [".env.local", ".env"]


def test_the_first_file_that_defines_a_variable_wins(tmp_path: Path) -> None:
    order = [file.name for file in environment_files(tmp_path, {"MODUS_ENV": "dev"})]
    # File i defines A0 to Ai, so A_i is first defined by file i.
    write(
        tmp_path,
        {
            file: "".join(f"A{number}={index}\n" for number in range(index + 1))
            for index, file in enumerate(order)
        },
    )
    environ = {"MODUS_ENV": "dev"}
    loaded = load_environment(tmp_path, environ)
    assert loaded == {"MODUS_ENV": "dev", **{f"A{n}": str(n) for n in range(len(order))}}
    assert environ == {"MODUS_ENV": "dev"}


def test_the_process_wins_even_when_empty(tmp_path: Path) -> None:
    write(tmp_path, {".env": "A=file\nB=file\nC=file"})
    loaded = load_environment(tmp_path, {"A": "process", "B": ""})
    assert loaded == {"A": "process", "B": "", "C": "file"}


def test_files_of_other_environments_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, {".env.dev": "A=1", ".env.staging": "broken"})
    assert load_environment(tmp_path, {}) == {}


def test_a_file_cannot_choose_the_environment(tmp_path: Path) -> None:
    write(tmp_path, {".env": "MODUS_ENV=dev\nA=1", ".env.dev": "A=2"})
    loaded = load_environment(tmp_path, {})
    assert loaded == {"A": "1"}
    assert environment_name(loaded) == "prod"


def test_variables_are_expanded_within_one_file_only(tmp_path: Path) -> None:
    write(tmp_path, {".env.local": "A=local", ".env": "B=$A"})
    assert load_environment(tmp_path, {"A": "process"})["B"] == ""


def test_a_missing_folder_and_a_folder_by_that_name_are_no_files(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load_environment(tmp_path, {"A": "1"}) == {"A": "1"}
    assert load_environment(tmp_path / "none", {"A": "1"}) == {"A": "1"}


def test_a_malformed_file_is_an_error_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, {".env": "A=1\noops\n"})
    with pytest.raises(EnvironmentFileError) as caught:
        load_environment(tmp_path, {})
    assert str(caught.value.location) == f"{tmp_path / '.env'}:2:1"


def test_a_file_in_another_encoding_is_an_error_without_its_bytes(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=1\nB=hunter2\xff\n")
    with pytest.raises(EnvironmentFileError, match=r"\.env is not UTF-8\.") as caught:
        load_environment(tmp_path, {})
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert caught.value.location is not None
    assert caught.value.location.line == 2
