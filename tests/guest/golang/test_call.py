"""What a panic says, and how the lines of a log are told from it."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.golang.call import Call

OUT, ERR = 1, 2
TRACE = ["goroutine 1 [running]:", "main.boom(0x0)", "\tapp/main.go:64 +0x2"]


class Printed:
    """A call whose guest has printed these lines."""

    def __init__(self, *lines: tuple[int, str]) -> None:
        self.log: list[tuple[int, str]] = []
        host: Any = None
        self.call = Call({}, host, lambda level, line: self.log.append((level, line)))
        for fd, line in lines:
            self.call.printed(fd, line)


def errors(*lines: str) -> list[tuple[int, str]]:
    return [(ERR, line) for line in lines]


@pytest.mark.parametrize(
    ("lines", "message", "trace"),
    [
        (["panic: no luck", *TRACE], "no luck", TRACE),
        (["panic: a", "\tb", "\tc", *TRACE], "a\nb\nc", TRACE),
        (["panic: a [recovered]", "\tpanic: b", *TRACE], "a [recovered]\npanic: b", TRACE),
        (["panic: main.E{Code:3}", *TRACE], "main.E{Code:3}", TRACE),
        (
            ["panic: runtime error: invalid memory address or nil pointer dereference",
             "[signal 0xb code=0x0 addr=0x0 pc=0x0]", *TRACE],
            "runtime error: invalid memory address or nil pointer dereference",
            ["[signal 0xb code=0x0 addr=0x0 pc=0x0]", *TRACE],
        ),
        (
            ["fatal error: all goroutines are asleep - deadlock!", "goroutine 1 [chan receive]:"],
            "all goroutines are asleep - deadlock!", ["goroutine 1 [chan receive]:"],
        ),
        (["fatal error: stack overflow", "runtime stack:", "x"], "stack overflow",
         ["runtime stack:", "x"]),
    ],
)  # fmt: skip
def test_panics_of_the_standard_runtime(lines, message, trace):
    printed = Printed(*errors(*lines))
    assert (printed.call.fatal, printed.call.trace, printed.log) == (message, trace, [])


def test_panics_of_tinygo_are_on_standard_output():
    printed = Printed((OUT, "before"), (OUT, "panic: a"), (OUT, "b"), (OUT, "\tc"))
    assert printed.call.fatal == "a"
    assert printed.log == [(0, "before"), (0, "b"), (0, "\tc")]


def test_what_is_printed_beside_a_panic():
    printed = Printed((ERR, "panic: a"), (ERR, "more"), (OUT, "Info: x"), *errors(*TRACE))
    assert (printed.call.fatal, printed.call.trace) == ("a", TRACE)
    assert printed.log == [(1, "more"), (4, "x")]


def test_words_that_are_no_panic_after_all():
    printed = Printed((OUT, "panic: x"), (OUT, "and on"), (ERR, "panic: y"), *errors(*TRACE))
    assert (printed.call.fatal, printed.call.trace) == ("y", TRACE)
    assert printed.log == [(7, "x"), (0, "and on")] or printed.log == [(0, "and on"), (7, "x")]
    printed.call.flush_fatal()
    assert printed.log[2:] == [(7, "y"), *((1, line) for line in TRACE)]
    assert (printed.call.fatal, printed.call.trace) == (None, [])
    printed.call.printed(ERR, "goroutine 7 [running]:")
    assert printed.log[-1] == (1, "goroutine 7 [running]:")


def test_prefixes_of_lines():
    lines = ["Debug: a", "Info: b", "Warning: c", "Error: d", "abort: e", "panicking: f", "g: h"]
    printed = Printed(*[(OUT, line) for line in lines])
    assert printed.log == [
        (3, "a"), (4, "b"), (5, "c"), (6, "d"), (7, "e"), (0, "panicking: f"), (0, "g: h"),
    ]  # fmt: skip


def test_traces_and_messages_have_an_end():
    printed = Printed(*errors("panic: a", "goroutine 1 [running]:", *["x"] * 1000))
    assert len(printed.call.trace) == 200
    printed = Printed(*errors("panic: a", *["\t" + "x" * 1000] * 1000))
    assert len(printed.call.fatal or "") < 70_000
