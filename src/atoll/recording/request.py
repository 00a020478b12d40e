"""A request as it is recorded, and what makes two of them the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from atoll.recording import json_form

_VOLATILE = re.compile(
    r"traceparent|tracestate|baggage|user-agent|date|idempotency-key|x-(request|correlation)-id",
    re.IGNORECASE,
)
"""Headers that differ from call to call, or from version to version, and mean the same."""


@dataclass(frozen=True)
class Request:
    """What was asked of one model or connection, without secrets.

    ``form`` is its JSON: ``operation``, and what that is given.
    """

    kind: Literal["model", "connection"]
    name: str
    form: dict[str, Any]

    @cached_property
    def compared(self) -> dict[str, Any]:
        """As much of ``form`` as makes a difference."""
        found = dict(self.form)
        headers = found.get("headers")
        if isinstance(headers, list):
            counted: dict[str, str] = {}
            for pair in headers:
                name, value = (
                    map(str, pair) if isinstance(pair, list) and len(pair) == 2 else ("", "")
                )
                if not _VOLATILE.fullmatch(name):
                    known = counted.get(name.lower())
                    counted[name.lower()] = value if known is None else f"{known}, {value}"
            found["headers"] = counted
            if not counted:
                del found["headers"]
        return found

    @cached_property
    def key(self) -> str:
        """The same for requests that are the same."""
        text = json_form.canonical([self.kind, self.name, self.compared])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def folder(self) -> str:
        """Of its recording, below that of all recordings."""
        plain = re.sub(r"[^A-Za-z0-9._-]", "-", self.name).lstrip(".")[:60] or "-"
        if plain != self.name:
            digest = hashlib.sha256(self.name.encode("utf-8", "surrogatepass")).hexdigest()
            plain = f"{plain}-{digest[:6]}"
        return f"{self.kind}s/{plain}"

    @property
    def file(self) -> str:
        """The name of its recording: the beginning of what is asked, and a part of the key."""
        words = re.findall(r"[a-z0-9]+", _gist(self.form).lower())
        text = "-".join(words)[:40].rstrip("-") or str(self.form.get("operation", "request"))
        return f"{text}-{self.key[:10]}.json"

    def __str__(self) -> str:
        what = "request to model" if self.kind == "model" else "request to connection"
        return f"{what} [{self.name[:100]}]"


def _gist(form: dict[str, Any]) -> str:
    """What tells a request from others to the same place, to people."""
    given = form.get("input")
    if isinstance(given, dict):
        messages = given.get("messages") or given.get("contents")
        last = messages[-1] if isinstance(messages, list) and messages else given
        return _first_text(last.get("content", last) if isinstance(last, dict) else last)
    if "url" in form:
        path = re.sub(r"^\w+://[^/?#]*", "", str(form["url"]))
        return f"{form.get('method', '')} {path}"
    for name in ("statement", "query", "schema", "attribute"):
        if form.get(name):
            return str(form[name])[:200]
    return _first_text(form.get("mutations"))


def _first_text(value: Any) -> str:
    """The first text in JSON that says something."""
    if isinstance(value, json_form.Number):
        return ""
    if isinstance(value, str):
        return value[:200]
    if isinstance(value, dict):
        # What a thing is called or of which kind it is tells least.
        others = (item for name, item in value.items() if name not in ("type", "role", "model"))
        return next(filter(None, map(_first_text, others)), "")
    if isinstance(value, list):
        return next(filter(None, map(_first_text, value)), "")
    return ""
