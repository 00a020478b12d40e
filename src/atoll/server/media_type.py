"""Content negotiation of the GraphQL endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

JSON: Final = "application/json"
GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client takes.

    ``media_type`` is that of the answer. ``named`` tells whether the client asked for it by name;
    one that takes anything gets the answers of the original server. ``events`` tells whether it
    takes a stream of events as well.
    """

    media_type: str
    named: bool
    events: bool

    @property
    def content_type(self) -> str:
        # JSON is UTF-8 by definition and has no such parameter; the other type has one.
        return self.media_type if self.media_type == JSON else f"{self.media_type}; charset=utf-8"

    @property
    def strict(self) -> bool:
        """Whether request errors are 4xx with a GraphQL body, as that media type demands."""
        return self.media_type == GRAPHQL_RESPONSE


@lru_cache(maxsize=256)
def accepted(accept: str | None) -> Accepted | None:
    """Read an ``Accept`` header (RFC 9110 §12.5.1); None when we have nothing that it takes."""
    if accept is None or not accept.strip():
        return Accepted(JSON, named=False, events=False)
    weights: dict[str, float] = {}
    for item in accept.split(","):
        name, _, parameters = item.partition(";")
        weights[name.strip().lower()] = _quality(parameters)
    events = weights.get(EVENT_STREAM, 0) > 0
    # On equal weights the first: whoever names the GraphQL type knows what it means.
    best = max((GRAPHQL_RESPONSE, JSON), key=lambda name: weights.get(name, 0))
    if weights.get(best, 0) > 0:
        return Accepted(best, named=True, events=events)
    ranges = [weights[name] for name in ("application/*", "*/*") if name in weights]
    if (ranges and ranges[0] > 0 and weights.get(JSON) != 0) or events:
        return Accepted(JSON, named=False, events=events)
    return None


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def is_json(content_type: str | None) -> bool:
    """Whether a ``Content-Type`` header says UTF-8 JSON."""
    if content_type is None:
        return False
    name, *parameters = content_type.split(";")
    if name.strip().lower() != JSON:
        return False
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True
