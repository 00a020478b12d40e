from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from atoll.cli import failure
from atoll.cli.failure import CommandError, look_for_sources_in, report


@dataclass(frozen=True)
class Place:
    file: str
    line: int | None
    column: int | None = None


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(failure, "_source_roots", [])
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("ATOLL_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)


def shown(error: BaseException, capsys: pytest.CaptureFixture[str]) -> str:
    report(error)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_code_message_and_hint(capsys):
    error = CommandError("BAD_THING", "the thing is bad", "make it good")
    assert shown(error, capsys) == "error[BAD_THING]: the thing is bad\nhint: make it good\n"


def test_the_place_is_shown_with_its_source_line(tmp_path, capsys):
    (tmp_path / "app.py").write_text("import os\ndef f(x: complex): ...\n")
    error = CommandError("BAD_TYPE", "complex is unknown", location=Place("app.py", 2, 7))
    assert shown(error, capsys) == (
        "error[BAD_TYPE]: complex is unknown\n"
        " --> app.py:2:7\n"
        "  |\n"
        "2 | def f(x: complex): ...\n"
        "  |       ^\n"
    )


def test_the_caret_stands_right_behind_tabs(tmp_path, capsys):
    (tmp_path / "app.py").write_text("if 1:\n\tx = 1\n")
    text = shown(CommandError("C", "m", location=Place("app.py", 2, 2)), capsys)
    assert text.endswith("2 |     x = 1\n  |     ^\n")


@pytest.mark.parametrize("line", [0, -1, 99])
def test_a_line_that_is_not_there(tmp_path, capsys, line):
    (tmp_path / "app.py").write_text("x\n")
    text = shown(CommandError("C", "m", location=Place("app.py", line)), capsys)
    assert text.splitlines()[-1].strip() == f"--> app.py:{line}"


def test_sources_are_found_in_the_apps_folder(tmp_path, capsys):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").write_text("oh\n")
    look_for_sources_in(tmp_path / "app")
    assert "1 | oh" in shown(CommandError("C", "m", location=Place("app.py", 1)), capsys)


def test_every_problem_of_an_error_is_shown(capsys):
    @dataclass(frozen=True)
    class Problem:
        severity: str
        code: str
        message: str
        hint: str | None = None
        location: Place | None = None

    class Several(Exception):
        problems = (Problem("error", "A", "first"), Problem("warning", "B", "second"))

    assert shown(Several(), capsys) == "error[A]: first\nwarning[B]: second\n"


def test_the_system_says_no(capsys):
    assert shown(PermissionError(13, "Permission denied", "/x"), capsys) == (
        "error: Permission denied: /x\n"
    )


def test_a_bug_is_called_one(capsys):
    text = shown(ZeroDivisionError("division by zero"), capsys)
    assert "bug" in text
    assert "ATOLL_DEBUG=1" in text
    assert "Traceback" not in text


def test_debugging_shows_the_traceback(capsys, monkeypatch):
    monkeypatch.setenv("ATOLL_DEBUG", "1")
    with pytest.raises(ValueError, match="x") as caught:
        raise ValueError("x")
    assert "Traceback" in shown(caught.value, capsys)


def test_further_errors_and_the_authors_frames(capsys):
    second = CommandError("B", "second")
    first = CommandError("A", "first", location=Place("gone.py", None))
    first.more = (second,)
    first.traceback = (
        "Traceback (most recent call last):\n"
        '  File "/0/atoll_app.py", line 72, in _import\n'
        "    import_module(name)\n"
        '  File "app.py", line 3, in <module>\n'
        "    oh(\x1b[2J)\n"
        "    ~~^^^^^^\n"
        '  File "<frozen importlib>", line 1, in f\n'
        "KeyError: 'zz'\n"
    )
    assert shown(first, capsys) == (
        "error[A]: first\n"
        " --> gone.py\n"
        '    | File "app.py", line 3, in <module>\n'
        "    |   oh(\\x1b[2J)\n"
        "    |   ~~^^^^^^\n"
        "error[B]: second\n"
    )


@pytest.mark.parametrize("outside", ["absolute", "above", "link", "endless", "no name"])
def test_of_files_elsewhere_no_line_is_shown(tmp_path, capsys, monkeypatch, outside):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret\n")
    app = tmp_path / "app"
    app.mkdir()
    monkeypatch.chdir(app)
    (app / "link.py").symlink_to(secret)
    (app / "endless.py").symlink_to("/dev/zero")
    file = {
        "absolute": str(secret),
        "above": "../secret.txt",
        "link": "link.py",
        "endless": "endless.py",
        "no name": "a\0b",
    }[outside]
    text = shown(CommandError("C", "m", location=Place(file, 1)), capsys)
    assert text.startswith("error[C]: m\n --> ")
    assert "secret\n" not in text
    assert "|" not in text


def test_a_line_of_the_sources_is_shown_by_its_full_name(tmp_path, capsys, monkeypatch):
    app = tmp_path / "app"
    app.mkdir()
    (app / "modus.json").write_text("{ nope\n")
    look_for_sources_in(app)
    monkeypatch.chdir("/")
    text = shown(CommandError("C", "m", location=Place(str(app / "modus.json"), 1)), capsys)
    assert "1 | { nope\n" in text
