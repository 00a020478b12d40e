"""Reads an answer that ``tools.py`` has constrained, as it comes, into OpenAI's deltas."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

_OPEN_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_HALF_OF_A_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z")


class Scanner:
    """Cuts one JSON value out of a text that comes in pieces."""

    def __init__(self) -> None:
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self._begun = False
        self.complete = False

    def take(self, text: str, start: int) -> int:
        """Where the value ends, or the text does, from ``start`` on."""
        for index in range(start, len(text)):
            character = text[index]
            if self._quoted:
                self._in_quotes(character)
            elif character == '"':
                self._quoted = self._begun = True
                continue
            elif character in "{[":
                self._depth += 1
                self._begun = True
            elif character in "}]":
                if self._depth == 0:  # of what the value stands in: a number has no end of its own
                    self.complete = True
                    return index
                self._depth -= 1
            elif self._depth == 0 and (character.isspace() or character == ","):
                self.complete = self._begun
                return index
            else:
                self._begun = True
                continue
            if self._depth == 0 and not self._quoted:
                self.complete = True
                return index + 1
        return len(text)

    def _in_quotes(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._quoted = False


class ToolReply:
    """One answer: calls of tools, or a plain answer."""

    def __init__(self) -> None:
        self._key = ""
        self._is_key = True
        self._scanner: Scanner | None = None
        self._value = ""
        self._text = ""  # of a plain answer's string, what is not given out yet
        self.calls = 0

    def feed(self, text: str) -> dict[str, Any]:
        """What these characters add, as a delta: ``content``, ``tool_calls``, both or none."""
        content: list[str] = []
        calls: dict[int, dict[str, Any]] = {}
        at = 0
        while at < len(text):
            if self._scanner is None:
                if text[at] in "{}[],:" or text[at].isspace():
                    at = self._between(text, at, calls)
                    if self._scanner is None:
                        continue
                else:
                    self._scanner = Scanner()
            end = self._scanner.take(text, at)
            self._piece(text[at:end], content, calls)
            at = end
            if self._scanner.complete:
                self._ended(calls)
        delta: dict[str, Any] = {}
        if content:
            delta["content"] = "".join(content)
        if calls:
            delta["tool_calls"] = list(calls.values())
        return delta

    def _between(self, text: str, at: int, calls: dict[int, dict[str, Any]]) -> int:
        """Brackets, commas and colons around keys and values; a value may begin with a bracket."""
        character = text[at]
        if character == ":":
            self._is_key = False
        elif character in "{[" and not self._is_key:
            self._scanner = Scanner()
            return at
        return at + 1

    def _piece(self, piece: str, content: list[str], calls: dict[int, dict[str, Any]]) -> None:
        if self._is_key or self._key == "name":
            self._value += piece
        elif self._key == "arguments" and self.calls:
            call = calls.setdefault(self.calls - 1, {"index": self.calls - 1, "function": {}})
            function = call["function"]
            function["arguments"] = function.get("arguments", "") + piece
        elif self._key == "answer":
            content.append(self._answer(piece))

    def _ended(self, calls: dict[int, dict[str, Any]]) -> None:
        """A key or a value is there in full."""
        self._scanner = None
        value, self._value = self._value, ""
        if self._is_key:
            self._key = _string(value)
            return
        self._is_key = True
        if self._key == "name":
            calls[self.calls] = {
                "index": self.calls,
                "id": f"call_{secrets.token_hex(12)}",
                "type": "function",
                "function": {"name": _string(value), "arguments": ""},
            }
            self.calls += 1

    def _answer(self, piece: str) -> str:
        """An answer that is a string is given without its quotes; any other is JSON, as it is."""
        if not self._value:
            self._value = piece[0]
            self._text = ""
            piece = piece[1:] if self._value == '"' else piece
        if self._value != '"':
            return piece
        raw = self._text + piece
        if self._scanner is not None and self._scanner.complete:
            raw = raw.removesuffix('"')
            held = len(raw)
        else:
            cut = _HALF_OF_A_PAIR.search(raw) or _OPEN_ESCAPE.search(raw)
            # An escaped backslash opens nothing.
            held = cut.start() if cut and _is_escape(raw, cut.start()) else len(raw)
        self._text = raw[held:]
        said = _string(f'"{raw[:held]}"')
        return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _string(literal: str) -> str:
    """ "" where the grammar was not followed, which only a fault could bring about."""
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return ""


def _is_escape(raw: str, at: int) -> bool:
    before = raw[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0


def whole_message(reply: ToolReply, text: str) -> dict[str, Any]:
    """The fields of a message that holds the whole answer ``text``."""
    delta = reply.feed(text)
    calls = delta.get("tool_calls", [])
    for call in calls:
        del call["index"]
    found: dict[str, Any] = {"content": delta.get("content")}
    return {**found, "tool_calls": calls} if calls else found
