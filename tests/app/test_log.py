from __future__ import annotations

import logging

import pytest

from atoll.app.call import Level
from atoll.app.log import KEPT_ERRORS, CallLog


@pytest.fixture(autouse=True)
def _capture(caplog):
    caplog.set_level(logging.DEBUG, logger="atoll.function")


def texts(caplog):
    return [record.fields["text"] for record in caplog.records]


def test_lines_go_to_the_log_with_their_call(caplog):
    CallLog("hello", "id-1", 1000).add(Level.WARNING, "careful")
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert record.fields == {"function": "hello", "execution_id": "id-1", "text": "careful"}


def test_printed_lines_and_errors_are_kept():
    log = CallLog("f", "i", 1000)
    log.add(0, "out")
    log.add(1, "err")
    log.add(4, "info")
    log.add(6, "bad")
    log.add(7, "worse")
    assert [(line.level, line.message) for line in log.printed] == [(0, "out"), (1, "err")]
    assert [line.message for line in log.errors] == ["bad", "worse"]


def test_unknown_levels_count_as_info(caplog):
    CallLog("f", "i", 1000).add(250, "hm")
    assert caplog.records[0].levelno == logging.INFO


def test_cap_drops_the_rest_and_says_so_once(caplog):
    log = CallLog("f", "i", 100)
    for _ in range(50):
        log.add(0, "0123456789")
    assert len(log.printed) == 3
    assert len(texts(caplog)) == 4
    assert "log limit of 100 bytes" in texts(caplog)[-1]


def test_empty_lines_count(caplog):
    log = CallLog("f", "i", 1600)
    for _ in range(10_000):
        log.add(0, "")
    assert len(log.printed) == 100


def test_bytes_count_not_characters():
    log = CallLog("f", "i", 100)
    log.add(0, "€" * 30)
    assert not log.printed


def test_lone_surrogates_do_not_break_the_log():
    log = CallLog("f", "i", 1000)
    log.add(0, "\ud800")
    assert len(log.printed) == 1


def test_kept_errors_are_capped():
    log = CallLog("f", "i", 1 << 20)
    for _ in range(KEPT_ERRORS + 10):
        log.add(6, "bad")
    assert len(log.errors) == KEPT_ERRORS
