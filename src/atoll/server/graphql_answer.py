"""The HTTP response to a GraphQL request.

Who takes ``application/graphql-response+json`` gets the statuses of that media type, who asks for
``application/json`` always 200 for a request that was understood (GraphQL over HTTP §6.4), and who
names neither the answers that a Modus server gives.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from atoll.graphql import GraphQLResponse
from atoll.server.media_type import Accepted
from atoll.server.request import Refusal
from atoll.server.response import Response, text

SYNTAX: Final = "Failed to determine operation type from GraphQL request."
FAILED: Final = "Failed to execute GraphQL operation."
SUBSCRIPTION: Final = (
    "Subscriptions use SSE (Server-Sent Events). "
    "Requests must accept 'text/event-stream' for SSE responses."
)

_encode: Final = msgspec.json.Encoder().encode


def answer(result: GraphQLResponse, accepted: Accepted) -> Response:
    """The response that carries ``result``."""
    if result.executed:
        return Response(200, _encode(result.body), accepted.content_type)
    if result.kind == "internal":
        return text(500, FAILED)
    if result.kind == "mutation":
        return refusal(Refusal(405, _first(result)["message"], allow="POST"), accepted)
    if not accepted.strict:
        if _code(result) == "SUBSCRIPTION_UNSUPPORTED" and not accepted.events:
            return text(400, SUBSCRIPTION)
        if result.kind == "syntax" and not accepted.named:
            return text(400, f"{SYNTAX}\n{_first(result).get('message', '')}")
    status = 400 if accepted.strict else 200
    return Response(status, _encode(result.body), accepted.content_type)


def refusal(error: Refusal, accepted: Accepted | None) -> Response:
    """The response to a request that is no GraphQL request."""
    if accepted is None or not accepted.strict:
        return text(error.status, error.message, error.headers)
    body = {"errors": [{"message": error.message, "extensions": {"code": "BAD_REQUEST"}}]}
    return Response(error.status, _encode(body), accepted.content_type, error.headers)


def _first(result: GraphQLResponse) -> dict[str, Any]:
    errors = result.body.get("errors") or [{}]
    first: dict[str, Any] = errors[0]
    return first


def _code(result: GraphQLResponse) -> object:
    return _first(result).get("extensions", {}).get("code")
