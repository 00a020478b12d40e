"""Keeping secrets out of recordings, and requests comparable all the same."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from atoll.recording.json_form import Number

REDACTED = "REDACTED"
SHORTEST = 4
"""Characters of a value that is replaced wherever it stands; shorter ones are in any text."""

_SENSITIVE = re.compile(
    r"auth|cookie|secret|password|passwd|token|credential|signature|api-?_?key|\bkey\b",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"(?<=[?&])([^=&#]*(?:auth|secret|password|token|signature|api-?_?key)[^=&#]*|key|sig)=[^&#]*",
    re.IGNORECASE,
)


def placeholder(name: str) -> str:
    """What stands in recordings for the secret ``name``: text that no URL needs to escape."""
    return f"{REDACTED}-{name}"


class Redaction:
    """The values that must not be written, and the names that stand for them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def learn(self, name: str, value: str | None, *, shortest: int = SHORTEST) -> None:
        """Replace ``value`` from now on, also where it is escaped as in URLs, or in JSON."""
        if value is None or len(value) < shortest:
            return
        in_json = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
        for form in (value, quote(value, safe=""), quote(value), quote_plus(value), *in_json):
            self._names.setdefault(form, placeholder(name))

    def text(self, text: str) -> str:
        for value in sorted(self._names, key=len, reverse=True):
            if value in text:
                text = text.replace(value, self._names[value])
        return text

    def url(self, url: str) -> str:
        """A URL without the secrets in it, and without values of parameters that tell of one."""
        return _PARAMETER.sub(lambda found: f"{found[1]}={REDACTED}", self.text(url))

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[list[str]]:
        return [
            [name, REDACTED if _SENSITIVE.search(name) else self.text(value)]
            for name, value in headers
        ]

    def json(self, value: Any) -> Any:
        """Any JSON, its members' names included."""
        if isinstance(value, Number):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.json(item) for key, item in value.items()}
        return value

    def chunks(self, chunks: list[Any]) -> list[Any]:
        """The pieces of a stream, in which a secret may begin in one and end in another."""
        texts = [chunk for chunk in chunks if isinstance(chunk, str)]
        if len(texts) < len(chunks):
            return self._bytes(chunks)
        whole = "".join(texts)
        if self.text(whole) != "".join(map(self.text, texts)):
            return [self.text(whole)]
        return [self.text(text) for text in texts]

    def _bytes(self, chunks: list[Any]) -> list[Any]:
        data = b"".join(
            chunk.encode() if isinstance(chunk, str) else base64.b64decode(chunk["base64"])
            for chunk in chunks
        )
        hidden = self.bytes(data)
        if hidden == data:
            return chunks
        return [{"base64": base64.b64encode(hidden).decode()}]

    def bytes(self, data: bytes) -> bytes:
        for value in sorted(self._names, key=len, reverse=True):
            data = data.replace(value.encode(), self._names[value].encode())
        return data
