"""The ``.env`` format, as the Go package joho/godotenv reads it.

python-dotenv reads another dialect: no ``KEY: value``, no ``$NAME``, other escapes, and names are
looked up in the process. Where godotenv mangles a value (an escaped quote at the end, a second
``#``, ``$Name`` cut after its capital), the value is read as it was meant; the tests list each
such case.
"""

from __future__ import annotations

import logging
import re
from typing import NoReturn

from atoll.manifest import Location
from atoll.secrets.provider import SecretProviderError

_logger = logging.getLogger(__name__)

_BETWEEN = re.compile(r"(?:\s|#[^\r\n]*)*")
_BLANK = re.compile(r"[ \t\v\f\x85\xa0]*")
_EXPORT = re.compile(r"export[ \t\v\f\x85\xa0]+(?=[\w.])")
_KEY = re.compile(r"[\w.]+")
_SINGLE = re.compile(r"'((?:\\'|[^'])*)'")
_DOUBLE = re.compile(r'"((?:\\[\s\S]|[^"\\])*)"')
_LINE = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"[ \t\v\f\x85\xa0]#")
_ESCAPE = re.compile(r"\\([^$])", re.DOTALL)
_VARIABLE = re.compile(r"\\\$|\$(?:\{([A-Z0-9_]+)\}|([A-Z0-9_]+)(?![A-Za-z0-9_]))")
_LINE_END = re.compile(r"[\r\n]")


class EnvironmentFileError(SecretProviderError):
    """A ``.env`` file that cannot be read. No part of a value appears in it."""

    def __init__(
        self, code: str, message: str, location: Location | None, hint: str | None = None
    ) -> None:
        super().__init__(code, message, hint, location)


def parse_dotenv(text: str, *, file: str) -> dict[str, str]:
    """The variables of a ``.env`` file; of a repeated one, the last counts.

    ``NAME=value`` or ``NAME: value``, perhaps after ``export``. A value without quotes ends at the
    end of its line or at a blank and ``#``; in double quotes ``\\n``, ``\\r`` and other escapes are
    replaced; in single quotes everything stands for itself. Outside single quotes ``$NAME`` and
    ``${NAME}`` (capitals, digits, underscores) are variables defined further up in the same file;
    ``\\$`` is a dollar sign.

    Raises EnvironmentFileError with the place of the first line that is none of this.
    """
    return _Parser(text.removeprefix("\ufeff").replace("\r\n", "\n"), file).variables()


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.position = 0
        self.found: dict[str, str] = {}

    def variables(self) -> dict[str, str]:
        self.take(_BETWEEN)
        while self.position < len(self.text):
            start = self.position
            key = self.key()
            self.found[key] = self.value(key, start)
            self.take(_BETWEEN)
        return self.found

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return match

    def key(self) -> str:
        start = self.position
        self.take(_EXPORT)
        name = self.take(_KEY)
        self.take(_BLANK)
        if name is None or self.text[self.position : self.position + 1] not in ("=", ":"):
            # The line may be a stray piece of a secret: do not repeat it.
            hint = "Names are made of letters, digits, underscores and dots."
            self.fail("Expected NAME=value.", start, hint)
        self.position += 1
        self.take(_BLANK)
        return name.group()

    def value(self, key: str, start: int) -> str:
        quote = self.text[self.position : self.position + 1]
        if quote == "'":
            return self.quoted(_SINGLE, key)
        if quote == '"':
            return self.expand(_ESCAPE.sub(_unescape, self.quoted(_DOUBLE, key)), key, start)
        line = self.take(_LINE)
        assert line is not None  # it matches nothing at least
        value = line.group()
        if comment := _COMMENT.search(value):
            value = value[: comment.start()]
        return self.expand(value.strip(" \t\v\f\x85\xa0"), key, start)

    def quoted(self, pattern: re.Pattern[str], key: str) -> str:
        match = self.take(pattern)
        if match is None:
            self.fail(f"The value of {key} begins with a quote that is never closed.")
        return match.group(1)

    def expand(self, value: str, key: str, start: int) -> str:
        def replace(match: re.Match[str]) -> str:
            name = match.group(1) or match.group(2)
            if name is None:
                return "$"
            if name not in self.found:
                # It may well be a password with a dollar sign: say whose, not what.
                _logger.warning(
                    "%s: the value of %s refers with $ to a variable that is not defined above it "
                    "in this file; that part is empty. Put the value in single quotes to keep the "
                    "dollar sign.",
                    self.location(start),
                    key,
                )
            return self.found.get(name, "")

        return _VARIABLE.sub(replace, value)

    def location(self, position: int) -> Location:
        before = _LINE_END.split(self.text[:position])
        return Location(self.file, len(before), len(before[-1]) + 1)

    def fail(self, message: str, position: int | None = None, hint: str | None = None) -> NoReturn:
        place = self.location(self.position if position is None else position)
        raise EnvironmentFileError("MALFORMED_ENV_FILE", message, place, hint)


def _unescape(match: re.Match[str]) -> str:
    character = match.group(1)
    return {"n": "\n", "r": "\r"}.get(character, character)
