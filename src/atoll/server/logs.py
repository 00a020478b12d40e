"""The server's log: one line per event on stderr, as text for people or as JSON.

Any module logs with the standard library and hands structured data over as ``fields``::

    logging.getLogger("atoll.app").info(
        "Calling function.", extra={"fields": {"function": name, "execution_id": id}}
    )

Fields are JSON data; their names are those that Modus uses where it has one. Lines that are logged
while a call is at work say of which one they are, whoever logs them.

What a guest or a client wrote may stand in any message or field: control characters are escaped, so
that it can neither forge lines nor drive a terminal.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, TextIO

import msgspec

from atoll.app.log import CURRENT_CALL

Format = Literal["text", "json"]

TRACE: Final = 5

_MOST: Final = 200
"""Records that are kept until the event loop turns."""

_LEVELS: Final = {
    TRACE: "trace",
    logging.DEBUG: "debug",
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "fatal",
}
_COLOURS: Final = {"warning": "\x1b[33m", "error": "\x1b[31m", "fatal": "\x1b[1;31m"}
_DIM: Final = "\x1b[2m"
_RESET: Final = "\x1b[0m"

# C0 and C1 controls, DEL, the line separators beyond ASCII, what reorders text, lone surrogates.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Loggers of libraries whose news at lower levels is not ours to print.
_QUIET: Final = {
    "uvicorn": logging.ERROR,
    "uvicorn.error": logging.ERROR,
    "asyncio": logging.WARNING,
    "aiohttp": logging.WARNING,
    "watchfiles": logging.WARNING,
}


def configure_logging(
    format: Format,
    *,
    level: int = logging.INFO,
    stream: TextIO | None = None,
    colour: bool | None = None,
) -> None:
    """Send all log records of this process to ``stream`` (stderr), replacing what was set up.

    Args:
        level: of the least severe records to print.
        colour: None to decide by the stream, ``NO_COLOR`` and ``FORCE_COLOR``.
    """
    target = sys.stderr if stream is None else stream
    formatter: logging.Formatter
    if format == "json":
        formatter = JsonFormatter()
    else:
        formatter = TextFormatter(colour=_wants_colour(target) if colour is None else colour)
    handler = BatchingHandler(target)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, level))
    # A handler that cannot write (a closed pipe) must not print a traceback per record.
    logging.raiseExceptions = False
    # Where a record was made is nowhere printed, and finding it out takes longer than the rest
    # (https://docs.python.org/3/howto/logging.html#optimization).
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined]  # from Python 3.12 on


class BatchingHandler(logging.StreamHandler[TextIO]):
    """Writes what is logged in one turn of the event loop at once, and warnings immediately.

    Under load a write for each line would take a good part of what a call takes.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._records: list[logging.LogRecord] = []
        self._scheduled: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        # Of the call that is at work now; the line is formatted later.
        record.call = CURRENT_CALL.get()
        self._records.append(record)
        loop = asyncio._get_running_loop()  # None on other threads
        if loop is None or record.levelno >= logging.WARNING or len(self._records) >= _MOST:
            self.flush()
        elif self._scheduled is not loop:
            self._scheduled = loop
            loop.call_soon(self.flush)

    def flush(self) -> None:
        self.acquire()
        try:
            self._scheduled = None
            records, self._records = self._records, []
            if records:
                self.stream.write("".join([self._line(record) for record in records]))
            super().flush()
        except (OSError, ValueError):
            pass  # nobody reads any more
        finally:
            self.release()

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return f"{self.format(record)}\n"
        except Exception:
            self.handleError(record)
            return ""


class JsonFormatter(logging.Formatter):
    """One JSON object per line: ``level``, ``time`` (UTC, milliseconds), ``message``, fields."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "level": _level(record),
            "time": _utc(record.created),
            "message": record.getMessage(),
        }
        for name, value in _fields(record).items():
            # A field does not replace what the line itself says.
            entry[f"field_{name}" if name in entry else name] = value
        if (trace := _traceback(self, record)) is not None:
            entry["exception"] = trace
        try:
            line = msgspec.json.encode(entry, enc_hook=repr).decode()
        except (TypeError, ValueError, RecursionError, OverflowError):
            safe = {_clean(str(name)): _clean(str(value)) for name, value in entry.items()}
            line = msgspec.json.encode(safe).decode()
        # The encoder has escaped the controls of ASCII; the rest stands inside strings too.
        if line.isascii() and "\x7f" not in line:
            return line
        return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


class TextFormatter(logging.Formatter):
    """``15:04:05.000 INFO  message key=value``, and texts of several lines indented below."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        level = _level(record)
        moment = time.strftime("%H:%M:%S", time.localtime(record.created))
        parts = [
            self._paint(_DIM, f"{moment}.{int(record.msecs):03d}"),
            self._paint(_COLOURS.get(level, ""), f"{level.upper():<7}"),
            _clean(record.getMessage()),
        ]
        blocks: list[str] = []
        for name, value in _fields(record).items():
            text = value if isinstance(value, str) else _json(value)
            if "\n" in text.strip("\n"):
                blocks.append(text)
            else:
                shown = _clean(text.strip("\n"))
                if isinstance(value, str) and (not shown or " " in shown or "=" in shown):
                    shown = f'"{shown}"'
                parts.append(self._paint(_DIM, f"{_clean(str(name))}=") + shown)
        if (trace := _traceback(self, record)) is not None:
            blocks.append(trace)
        lines = [" ".join(parts)]
        for block in blocks:
            lines += [
                f"    | {_clean(line)}" for line in block.strip("\n").expandtabs(4).split("\n")
            ]
        return "\n".join(lines)

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colour and colour else text


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    call = getattr(record, "call", None)
    if not isinstance(call, Mapping):
        call = CURRENT_CALL.get()
    fields = getattr(record, "fields", None)
    return {**call, **fields} if isinstance(fields, Mapping) else call


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str | None:
    if not record.exc_info or record.exc_info[0] is None:
        return None
    return formatter.formatException(record.exc_info)


def _level(record: logging.LogRecord) -> str:
    return _LEVELS.get(record.levelno) or record.levelname.lower()


def _utc(seconds: float) -> str:
    milliseconds = int(seconds * 1000)
    return f"{_date(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=2)
def _date(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _json(value: object) -> str:
    try:
        return msgspec.json.encode(value, enc_hook=repr).decode()
    except (TypeError, ValueError, RecursionError, OverflowError):
        return repr(value)


def _clean(text: str) -> str:
    return _UNSAFE.sub(lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}", text)


def _wants_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()
