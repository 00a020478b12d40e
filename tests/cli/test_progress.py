from __future__ import annotations

import io
import logging
import re
import sys
import time

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


def test_what_is_told_at_once_does_not_wait(capsys):
    with ProgressBar("importing", 100) as bar:
        bar.update(0, "begun with 5 texts", at_once=True)
        bar.update(50, "5 texts")
    assert capsys.readouterr().err == "importing: 0 %, begun with 5 texts\n"


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


@pytest.mark.parametrize("total", [100, None])
def test_a_terminal_shows_how_much_is_done_and_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, total: int | None
):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressBar("importing", total) as bar:
        for done in (10, 50, 90):
            bar.update(done, f"{done} texts", 100)
            time.sleep(0.05)
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue())
    assert "90%" in shown
    assert re.search(r"90 texts +[0-9]{2}:[0-9]{2}", shown)


def test_a_dumb_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "dumb")
    with ProgressBar("importing", None, seconds=0) as bar:
        bar.update(1, "1 text")
    assert terminal.getvalue() == "importing: 1 text\n"
