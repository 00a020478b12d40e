from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.app.log import CURRENT_CALL
from atoll.server.logs import JsonFormatter, TextFormatter, configure_logging


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, errors = root.handlers[:], root.level, logging.raiseExceptions
    names = ("_srcfile", "logThreads", "logProcesses", "logMultiprocessing")
    settings = {name: getattr(logging, name) for name in names}
    yield
    for name, value in settings.items():
        setattr(logging, name, value)
    root.handlers[:], logging.raiseExceptions = handlers, errors
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "asyncio", "aiohttp", "watchfiles"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def record(message: str = "Hello.", level: int = logging.INFO, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("atoll.test", level, "x.py", 1, message, None, None)
    made.created, made.msecs = 1736942400.0125, 12.5
    made.fields = fields
    return made


def as_json(made: logging.LogRecord) -> Any:
    line = JsonFormatter().format(made)
    assert "\n" not in line
    return json.loads(line)


def as_text(made: logging.LogRecord, *, colour: bool = False) -> str:
    return TextFormatter(colour=colour).format(made)


def test_json_line() -> None:
    assert as_json(record(function="sayHello", duration_ms=1.5, tags=["a", {"b": None}])) == {
        "level": "info",
        "time": "2025-01-15T12:00:00.012Z",
        "message": "Hello.",
        "function": "sayHello",
        "duration_ms": 1.5,
        "tags": ["a", {"b": None}],
    }


def test_lines_of_a_call_say_of_which() -> None:
    made = record(model="m", function="other")
    token = CURRENT_CALL.set({"function": "sayHello", "execution_id": "1"})
    try:
        line, text, bare = as_json(made), as_text(made), as_json(logging.makeLogRecord({}))
    finally:
        CURRENT_CALL.reset(token)
    assert (line["execution_id"], line["model"]) == ("1", "m")
    assert line["function"] == "other"  # what the line says of itself stands
    assert "function=other execution_id=1 model=m" in text
    assert (bare["function"], bare["execution_id"]) == ("sayHello", "1")
    assert "execution_id" not in as_json(made)


@pytest.mark.parametrize(
    ("level", "name"),
    [(5, "trace"), (10, "debug"), (20, "info"), (30, "warning"), (40, "error"), (50, "fatal")],
)
def test_levels(level: int, name: str) -> None:
    assert as_json(record(level=level))["level"] == name
    assert name.upper() in as_text(record(level=level))


def test_a_field_does_not_replace_the_line_itself() -> None:
    found = as_json(record(level=20, message_="x", **{"time": "never"}))

    assert found["time"].startswith("2025")
    assert found["field_time"] == "never"


def test_exceptions() -> None:
    made = record()
    try:
        raise ValueError("boom")
    except ValueError as error:
        made.exc_info = (type(error), error, error.__traceback__)

    assert as_json(made)["exception"].endswith("ValueError: boom")
    assert as_text(made).splitlines()[-1] == "    | ValueError: boom"


def test_values_that_are_no_json() -> None:
    class Odd:
        def __repr__(self) -> str:
            return "<odd>"

    loop: list[Any] = []
    loop.append(loop)

    assert as_json(record(value=Odd()))["value"] == "<odd>"
    assert "value" in as_json(record(value=loop))
    assert "value" in as_json(record(value=1 << 400))
    assert as_json(record(value="\ud800"))["value"] == "\\ud800"
    assert "<odd>" in as_text(record(value=Odd()))


def test_text_line() -> None:
    line = as_text(record(function="sayHello", text="two words", count=3, flag=True, empty=""))

    assert re.fullmatch(
        r"\d\d:00:00\.012 INFO    Hello\. function=sayHello text=\"two words\" count=3 flag=true "
        r'empty=""',
        line,
    )


def test_a_text_of_several_lines_is_indented() -> None:
    text = as_text(record(detail="Traceback:\n  File x\nValueError: boom\n", function="f"))

    assert text.splitlines()[0].endswith("Hello. function=f")
    assert text.splitlines()[1:] == ["    | Traceback:", "    |   File x", "    | ValueError: boom"]


HOSTILE = '\x1b[2J\x07\r\n{"level":"fatal"}\n\x9b31m\u2028\u202etxt\x00'


def test_guests_neither_forge_lines_nor_drive_the_terminal() -> None:
    made = record(HOSTILE, text=HOSTILE, **{HOSTILE: HOSTILE})

    text = as_text(made)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    assert all(line.startswith("    | ") for line in text.split("\n")[1:])
    line = JsonFormatter().format(made)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202e]", line)
    assert json.loads(line)["text"] == HOSTILE


any_text = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@given(any_text, any_text, any_text)
def test_any_text_is_one_safe_entry(message: str, name: str, value: str) -> None:
    made = record(message, **{"name" + name: value})

    text, line = as_text(made), JsonFormatter().format(made)

    head, *rest = text.split("\n")
    assert head[:2].isdigit()
    assert all(part.startswith("    | ") for part in rest)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert not re.search("[\x00-\x1f\x7f-\x9f]", line)
    found = json.loads(line)
    if (message + name + value).isprintable():
        assert found["message"] == message
    text.encode()
    line.encode()


def test_colours_are_ours_alone() -> None:
    text = as_text(record("\x1b[31mred", level=logging.ERROR), colour=True)

    assert "\x1b[31mERROR" in text
    assert "\\u001b[31mred" in text


def test_configured_logging() -> None:
    stream = io.StringIO()
    configure_logging("json", stream=stream)
    logging.getLogger("atoll.app").info("Calling %s.", "it", extra={"fields": {"function": "f"}})
    logging.getLogger("atoll.app").debug("not shown")
    logging.getLogger("uvicorn.error").info("not shown")

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == "Calling it."
    assert json.loads(line)["function"] == "f"


def test_colour_follows_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def coloured(stream: io.StringIO) -> bool:
        configure_logging("text", stream=stream)
        logging.getLogger("atoll").error("x")
        return "\x1b[" in stream.getvalue()

    assert coloured(Terminal())
    assert not coloured(io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())


def test_a_closed_stream_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logging("text", stream=stream)
    stream.close()

    logging.getLogger("atoll").error("x")

    assert capsys.readouterr().err == ""


class Writes(io.StringIO):
    """Keeps what each write wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def write(self, text: str) -> int:
        self.all.append(text)
        return len(text)


class TestBatches:
    async def test_the_lines_of_one_turn_of_the_loop_are_written_at_once(self) -> None:
        stream = Writes()
        configure_logging("text", stream=stream)
        log = logging.getLogger("batch")
        log.info("one")
        log.info("two")
        assert stream.all == []
        await asyncio.sleep(0)
        (written,) = stream.all
        assert [line.rpartition(" ")[2] for line in written.splitlines()] == ["one", "two"]

    async def test_a_warning_is_written_at_once_behind_what_came_before_it(self) -> None:
        stream = Writes()
        configure_logging("text", stream=stream)
        log = logging.getLogger("batch")
        log.info("one")
        log.warning("two")
        assert "".join(stream.all).count("\n") == 2

    async def test_other_threads_do_not_wait_for_the_loop(self) -> None:
        stream = Writes()
        configure_logging("text", stream=stream)
        await asyncio.to_thread(logging.getLogger("batch").info, "one")
        assert stream.all

    def test_without_a_loop_nothing_waits(self) -> None:
        stream = Writes()
        configure_logging("text", stream=stream)
        logging.getLogger("batch").info("one")
        assert stream.all

    async def test_many_lines_do_not_wait_for_the_loop(self) -> None:
        stream = Writes()
        configure_logging("text", stream=stream)
        for _ in range(500):
            logging.getLogger("batch").info("x")
        assert "".join(stream.all).count("\n") >= 400
