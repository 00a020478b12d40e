"""Server-sent events (the HTML standard, section 9.2), from text that is cut anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    data: str
    name: str = ""
    """Its type, or "" if the server gave none."""


class EventReader:
    """Gives each event of the text that it is fed, once it is whole."""

    def __init__(self) -> None:
        self._pieces: list[str] = []  # of the line that has not ended
        self._name = ""
        self._data: list[str] = []
        self._after_cr = False
        self._started = False

    def feed(self, text: str) -> Iterator[Event]:
        if not text:
            return
        if not self._started:
            self._started = True
            text = text.removeprefix("\ufeff")
        if self._after_cr and text.startswith("\n"):
            text = text[1:]
            self._after_cr = False
        if not text:
            return
        self._after_cr = text.endswith("\r")
        *lines, unended = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for line in lines:
            yield from self._line("".join((*self._pieces, line)))
            self._pieces.clear()
        if unended:
            self._pieces.append(unended)

    def close(self) -> Iterator[Event]:
        """The last event, if the blank line after it did not come."""
        # The standard drops it; but servers that end without one mean what they have written.
        yield from self._line("".join(self._pieces))
        self._pieces.clear()
        yield from self._line("")

    def _line(self, line: str) -> Iterator[Event]:
        if not line:
            if self._data:
                yield Event("\n".join(self._data), self._name)
            self._name = ""
            self._data = []
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
