"""Content negotiation of the GraphQL endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from atoll.server.quality import weights

JSON: Final = "application/json"
GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"
HTML: Final = "text/html"

MAX_REMEMBERED: Final = 512
"""Characters; what is longer is read each time anew, so that no client fills the memory."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client takes.

    ``media_type`` is that of an answer in one piece. ``events`` tells whether the client takes a
    stream of events as well, and ``events_first`` whether it wants one rather than any other.
    """

    media_type: str
    events: bool = False
    events_first: bool = False

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self.media_type]

    @property
    def strict(self) -> bool:
        """Whether errors of well-formed requests are 4xx, as that media type demands."""
        return self.media_type == GRAPHQL_RESPONSE


# JSON is UTF-8 by definition and has no such parameter; the other type has one.
_CONTENT_TYPES: Final = {JSON: JSON, GRAPHQL_RESPONSE: f"{GRAPHQL_RESPONSE}; charset=utf-8"}


def accepted(accept: str | None) -> Accepted | None:
    """Read an ``Accept`` header (RFC 9110 §12.5.1); None when we have nothing that it takes."""
    if accept is None:
        return _ANYTHING
    return _read(accept) if len(accept) <= MAX_REMEMBERED else _read.__wrapped__(accept)


_ANYTHING: Final = Accepted(JSON)


@lru_cache(maxsize=256)
def _read(accept: str) -> Accepted | None:
    if not accept.strip():
        return _ANYTHING
    given = weights(accept)
    strict, plain = _weight(given, GRAPHQL_RESPONSE), _weight(given, JSON)
    # Of those who take both alike, only who names the GraphQL type is known to understand it.
    named = given.get(GRAPHQL_RESPONSE, 0) > 0
    media_type = GRAPHQL_RESPONSE if strict > plain or (named and strict == plain) else JSON
    # A stream is for those who name it: "*/*" is everybody.
    events = given.get(EVENT_STREAM, 0.0)
    if max(events, strict, plain) == 0:
        return None
    return Accepted(media_type, events > 0, events > max(strict, plain))


def _weight(given: Mapping[str, float], media_type: str) -> float:
    """The weight of the most specific range that a type is in."""
    for media_range in (media_type, "application/*", "*/*", "*"):
        if media_range in given:
            return given[media_range]
    return 0.0


def is_browser(accept: str | None) -> bool:
    """Whether somebody would like to see a page."""
    return accept is not None and weights(accept).get(HTML, 0) > 0


def is_json(content_type: str | None) -> bool:
    """Whether a ``Content-Type`` header says UTF-8 JSON."""
    if content_type is None:
        return False
    if len(content_type) > MAX_REMEMBERED:
        return _says_json.__wrapped__(content_type)
    return _says_json(content_type)


@lru_cache(maxsize=256)
def _says_json(content_type: str) -> bool:
    name, *parameters = content_type.split(";")
    if name.strip().lower() != JSON:
        return False
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True
