from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from atoll.sdk import console, testing
from atoll.sdk._logging import HostHandler, level_of


@pytest.fixture
def host() -> Iterator[testing.TestHost]:
    with testing.host() as stand_in:
        yield stand_in


@pytest.mark.parametrize(
    ("log", "level"),
    [
        (console.log, "info"),
        (console.debug, "debug"),
        (console.info, "info"),
        (console.warn, "warning"),
        (console.error, "error"),
    ],
)
def test_levels(log: Callable[[object], None], level: str, host: testing.TestHost) -> None:
    log(42)
    assert host.logs == [(level, "42")]


def test_assert(host: testing.TestHost) -> None:
    console.assert_(True, "fine")  # noqa: PT009 - not unittest's
    console.assert_(False, "not fine")  # noqa: PT009 - as above
    console.assert_(0)  # noqa: PT009 - as above
    assert host.logs == [("error", "Assertion failed: not fine"), ("error", "Assertion failed")]


def test_timers(host: testing.TestHost) -> None:
    console.time("load")
    console.time("load")
    console.time_log("load")
    console.time_end("load")
    console.time_end("load")
    levels = [level for level, _ in host.logs]
    assert levels == ["warning", "info", "info", "warning"]
    assert host.logs[1][1].startswith("load: ")
    assert host.logs[1][1].endswith("ms")


@pytest.mark.parametrize(
    ("number", "level"),
    [
        (5, "trace"),
        (logging.DEBUG, "debug"),
        (logging.INFO, "info"),
        (25, "info"),
        (logging.WARNING, "warning"),
        (logging.ERROR, "error"),
        (logging.CRITICAL, "fatal"),
    ],
)
def test_logging_levels(number: int, level: str) -> None:
    from atoll.sdk._host import LEVELS

    assert LEVELS[level_of(number)] == level


def test_logging_keeps_tracebacks_from_the_client(host: testing.TestHost) -> None:
    logger = logging.Logger("app")
    logger.addHandler(HostHandler())
    try:
        raise ValueError("secret")
    except ValueError:
        logger.exception("it %s", "broke")
    (first, message), (second, trace) = host.logs
    assert (first, message) == ("error", "it broke")
    assert second == "warning"
    assert "ValueError: secret" in trace
