from __future__ import annotations

import pytest

from atoll.cli.console import Steps


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")


def endings(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = capsys.readouterr().err.splitlines()
    return [line.split(" (")[0] for line in lines if not line.endswith("...")]


def test_a_step_ends_with_the_next_one_or_the_block(capsys):
    with Steps() as steps:
        steps.step("a")
        steps.step("b")
    assert endings(capsys) == ["ok a", "ok b"]


def test_a_step_that_an_exception_passes_through_has_failed(capsys):
    def build(steps: Steps) -> None:
        try:
            steps.step("a")
            raise ValueError("of the step")
        finally:
            steps.done()

    with pytest.raises(ValueError, match="of the step"), Steps() as steps:
        build(steps)
    assert endings(capsys) == ["!! a"]


def test_a_step_of_handling_an_exception_can_succeed(capsys):
    with Steps() as steps:
        try:
            steps.step("a")
            raise ValueError
        except ValueError:
            steps.step("b")
            steps.done()
        steps.step("c")
    assert endings(capsys) == ["!! a", "ok b", "ok c"]


def test_without_a_step_nothing_is_said(capsys):
    def nothing() -> None:
        with Steps() as steps:
            steps.done()
            raise ValueError("of no step")

    with pytest.raises(ValueError, match="of no step"):
        nothing()
    assert endings(capsys) == []
