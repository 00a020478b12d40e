"""console: levels, formats and timers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from atoll.guest.core.call import DEBUG, ERROR, INFO, WARNING


async def test_every_function_has_its_level(app):
    assert await app.call("logInEveryWay") == "done"
    assert app.logs == [
        (INFO, "log é✨"),
        (INFO, "logf 1%"),
        (DEBUG, "debug"),
        (DEBUG, "debugf 2"),
        (INFO, "info"),
        (INFO, "[infof]"),
        (WARNING, "warn"),
        (WARNING, '"warnf"'),
        (ERROR, "error"),
        (ERROR, " 3.14"),
    ]


@pytest.mark.parametrize("text", ["", "\n", "a\x00b", "é✨🎉", "x" * 100_000])
async def test_texts_come_as_they_are(app, text):
    await app.call("logText", text=text)
    assert app.logs == [(INFO, text)]


async def test_an_assertion_that_holds_is_silent(app):
    await app.call("assertTwice")
    assert app.logs == [(ERROR, "Assertion failed: told")]


async def test_timers(app):
    await app.call("useTimers")
    told: list[Any] = [(level, re.sub(r"\d+ms", "Nms", line)) for level, line in app.logs]
    number = "Invalid number of arguments passed to console.{} function."
    assert told == [
        (INFO, "default: Nms"),
        (INFO, "default: Nms"),
        (WARNING, "Timer label 'default' does not exist."),
        (WARNING, "Timer label 'a' already exists."),
        (INFO, "a: Nms"),
        (WARNING, "Timer label 'a' does not exist."),
        (ERROR, number.format("Time")),
        (ERROR, number.format("TimeLog")),
        (ERROR, number.format("TimeEnd")),
    ]
