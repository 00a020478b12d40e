"""JSON with comments and trailing commas, as a tree that knows where everything stands.

The grammar is RFC 8259 plus ``//`` and ``/* */`` comments, one trailing comma in an object or
array, and a byte order mark at the start. The text may be hostile: nesting is limited, and every
failure is a JsoncError with a location.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from atoll.manifest.location import Location

MAX_DEPTH = 64
"""Objects and arrays inside each other. A manifest needs six."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    value: str | int | float | bool | None
    location: Location


@dataclass(frozen=True, slots=True)
class ArrayNode:
    items: tuple[Node, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Member:
    """A key with its value. ``location`` is the key's, ``value.location`` the value's."""

    key: str
    location: Location
    value: Node


@dataclass(frozen=True, slots=True)
class ObjectNode:
    """An object with all its members in source order, repeated keys included."""

    members: tuple[Member, ...]
    location: Location

    def duplicates(self) -> Iterator[tuple[Member, Member]]:
        """Pairs of members with the same key: the ignored one, then the one that counts."""
        last: dict[str, Member] = {}
        for member in self.members:
            if member.key in last:
                yield last[member.key], member
            last[member.key] = member


Node: TypeAlias = ScalarNode | ArrayNode | ObjectNode


class JsoncError(Exception):
    """The text is not JSON with comments."""

    code = "MALFORMED_JSON"

    def __init__(self, message: str, location: Location, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        self.location = location
        super().__init__(message)


def parse_jsonc(text: str, *, file: str) -> Node:
    """Parse ``text``. ``file`` is its name in locations.

    Raises JsoncError at the first place that is not JSON with comments.
    """
    return _Parser(text, file).document()


def to_python(node: Node) -> Any:
    """The plain JSON value of a node; of a repeated key, the last value counts."""
    match node:
        case ScalarNode(value):
            return value
        case ArrayNode(items):
            return [to_python(item) for item in items]
        case ObjectNode(members):
            return {member.key: to_python(member.value) for member in members}


_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]*')
_HEX4 = re.compile(r"[0-9a-fA-F]{4}")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_FOREIGN_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        # A byte order mark takes no column in editors, so it takes none here.
        self.origin = 1 if text.startswith("\ufeff") else 0
        self.position = self.origin
        ends = (match.end() for match in _LINE_END.finditer(text))
        self.line_starts = [self.origin, *ends]

    def location(self, position: int) -> Location:
        line = bisect_right(self.line_starts, position)
        return Location(self.file, line, position - self.line_starts[line - 1] + 1)

    def fail(self, message: str, position: int | None = None, hint: str | None = None) -> NoReturn:
        place = self.position if position is None else position
        raise JsoncError(message, self.location(place), hint)

    def document(self) -> Node:
        self.skip()
        if self.position == len(self.text):
            self.fail("The file is empty: expected a JSON object.", hint="Write {} at least.")
        node = self.value(0)
        self.skip()
        if self.position < len(self.text):
            self.fail(f"Expected the end of the file, found {self.found()}.")
        return node

    def skip(self) -> None:
        """Pass over blanks and comments."""
        text = self.text
        while True:
            blank = _BLANK.match(text, self.position)
            assert blank is not None  # it matches nothing at least
            self.position = blank.end()
            if text.startswith("//", self.position):
                end = _LINE_END.search(text, self.position)
                self.position = len(text) if end is None else end.start()
            elif text.startswith("/*", self.position):
                close = text.find("*/", self.position + 2)
                if close < 0:
                    self.fail("This comment is never closed.", hint='Close it with "*/".')
                self.position = close + 2
            else:
                return

    def found(self) -> str:
        if self.position >= len(self.text):
            return "the end of the file"
        word = _WORD.match(self.text, self.position)
        if word:
            name = word.group()
            return name if len(name) <= 40 else f"{name[:40]}…"
        return ascii(self.text[self.position])

    def value(self, depth: int) -> Node:
        start = self.position
        character = self.text[start : start + 1]
        if character == "{":
            return self.object(depth + 1)
        if character == "[":
            return self.array(depth + 1)
        if character == '"':
            return ScalarNode(self.string(), self.location(start))
        if character == "-" or "0" <= character <= "9":
            return self.number()
        word = _WORD.match(self.text, start)
        if word and word.group() in _CONSTANTS:
            self.position = word.end()
            return ScalarNode(_CONSTANTS[word.group()], self.location(start))
        hint = None
        if character == "'":
            hint = 'JSON strings stand in double quotes: "…".'
        elif word and word.group() in _FOREIGN_WORDS:
            hint = f"Write {_FOREIGN_WORDS[word.group()]}."
        elif word:
            hint = "Put text in double quotes."
        self.fail(f"Expected a value, found {self.found()}.", hint=hint)

    def enter(self, depth: int) -> Location:
        if depth > MAX_DEPTH:
            self.fail(f"Nested deeper than {MAX_DEPTH} levels.")
        location = self.location(self.position)
        self.position += 1
        self.skip()
        return location

    def object(self, depth: int) -> ObjectNode:
        location = self.enter(depth)
        members: list[Member] = []
        while not self.text.startswith("}", self.position):
            start = self.position
            if not self.text.startswith('"', start):
                self.not_a_key()
            key = self.string()
            self.skip()
            if not self.text.startswith(":", self.position):
                self.fail(f'Expected ":" after the key "{_short(key)}", found {self.found()}.')
            self.position += 1
            self.skip()
            members.append(Member(key, self.location(start), self.value(depth)))
            self.separator("}")
        self.position += 1
        return ObjectNode(tuple(members), location)

    def not_a_key(self) -> NoReturn:
        found = self.found()
        hint = None
        if self.text.startswith("'", self.position) or _WORD.match(self.text, self.position):
            hint = 'Keys stand in double quotes: "key": value.'
        self.fail(f'Expected a key or "}}", found {found}.', hint=hint)

    def array(self, depth: int) -> ArrayNode:
        location = self.enter(depth)
        items: list[Node] = []
        while not self.text.startswith("]", self.position):
            items.append(self.value(depth))
            self.separator("]")
        self.position += 1
        return ArrayNode(tuple(items), location)

    def separator(self, close: str) -> None:
        """Pass over a comma, or stop before ``close``."""
        end = self.position
        self.skip()
        if self.text.startswith(",", self.position):
            self.position += 1
            self.skip()
        elif not self.text.startswith(close, self.position):
            found = self.found()
            if self.position < len(self.text) and self.text[self.position] not in "]}:":
                # The place to mend is behind the last value, not where the next one begins.
                self.fail(f'Expected "," or "{close}", found {found}.', end, "Add a comma here.")
            self.fail(f'Expected "," or "{close}", found {found}.')

    def number(self) -> ScalarNode:
        start = self.position
        match = _NUMBER.match(self.text, start)
        if match is None:
            self.fail("Expected a digit after the minus sign.", start + 1)
        self.position = match.end()
        if self.text[match.end() : match.end() + 1].isalnum():
            self.fail("This is not a JSON number.", start)
        literal = match.group()
        try:
            value = float(literal) if match.group(1) or match.group(2) else int(literal)
        except ValueError:  # more digits than int() accepts
            self.fail("This number has too many digits.", start)
        if value in (float("inf"), float("-inf")):
            self.fail("This number is too large.", start)
        return ScalarNode(value, self.location(start))

    def string(self) -> str:
        text = self.text
        start = self.position
        self.position += 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(text, self.position)
            assert plain is not None  # it matches nothing at least
            parts.append(plain.group())
            self.position = plain.end()
            character = text[self.position : self.position + 1]
            if character == '"':
                self.position += 1
                return "".join(parts)
            if character == "\\":
                parts.append(self.escape())
            elif character in ("", "\n", "\r"):
                self.fail("This string is never closed.", start, 'Close it with ".')
            elif character < " ":
                self.fail(
                    f"A string may not contain the control character {character!a}.",
                    hint=f"Write \\u{ord(character):04x}.",
                )
            else:
                self.fail("A string may not contain half of a surrogate pair.")

    def escape(self) -> str:
        start = self.position
        letter = self.text[start + 1 : start + 2]
        if letter in _ESCAPES:
            self.position += 2
            return _ESCAPES[letter]
        if letter != "u":
            self.fail("Unknown escape in a string.", hint='A backslash itself is written "\\\\".')
        unit = self.code_unit()
        if 0xD800 <= unit < 0xDC00 and self.text.startswith("\\u", self.position):
            behind = self.position
            low = self.code_unit()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
            self.position = behind
        # Half a pair is no character and cannot be encoded; Go reads it as the replacement.
        return "\ufffd" if 0xD800 <= unit < 0xE000 else chr(unit)

    def code_unit(self) -> int:
        digits = _HEX4.match(self.text, self.position + 2)
        if digits is None:
            self.fail("Expected four hexadecimal digits after \\u.")
        self.position = digits.end()
        return int(digits.group(), 16)


def _short(key: str) -> str:
    return key if len(key) <= 40 else f"{key[:40]}…"
