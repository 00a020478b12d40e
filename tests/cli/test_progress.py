from __future__ import annotations

import io
import logging
import sys

import pytest

from atoll.cli.progress import ProgressBar


def test_without_a_terminal_a_line_comes_now_and_then(capsys):
    with ProgressBar("importing", 200, seconds=0) as bar:
        bar.update(50, "5 texts")
        bar.update(50, "6 texts", total=100)
    assert capsys.readouterr().err.splitlines() == [
        "importing: 25 %, 5 texts",
        "importing: 50 %, 6 texts",
    ]


def test_without_a_total_there_is_no_part_of_it(capsys):
    with ProgressBar("importing", None, seconds=0) as bar:
        bar.update(50, "5 texts")
    assert capsys.readouterr().err == "importing: 5 texts\n"


def test_what_is_done_soon_says_nothing(capsys):
    with ProgressBar("importing", 100) as bar:
        for done in range(100):
            bar.update(done, "texts")
    assert capsys.readouterr().err == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_lines_of_the_log_stand_above_the_bar(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    handler = logging.StreamHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with ProgressBar("importing", 100) as bar:
            bar.update(50, "5 texts")
            logging.getLogger("a").warning("by the way")
        assert sys.stderr is terminal
        assert handler.stream is terminal
    finally:
        root.removeHandler(handler)
    before, _, after = terminal.getvalue().partition("by the way\n")
    assert before
    assert "importing" in after


def test_a_dumb_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with ProgressBar("importing", None, seconds=0) as bar:
        bar.update(1, "1 text")
    assert terminal.getvalue() == "importing: 1 text\n"
