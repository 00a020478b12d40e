"""The HTTP response to a GraphQL request.

Its body is always JSON of the form that GraphQL defines. A request that was understood but did not
run is 4xx for who takes ``application/graphql-response+json``, and 200 for who takes
``application/json`` (GraphQL over HTTP, "Status Codes"); one that was not is 4xx for both. Messages
begin with the sentences of the original server (reference section 2.12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from atoll.graphql import GraphQLResponse
from atoll.server.media_type import JSON, Accepted
from atoll.server.request import Refusal
from atoll.server.response import Response

SYNTAX: Final = "Failed to determine operation type from GraphQL request."
FAILED: Final = "Failed to execute GraphQL operation."
SUBSCRIPTION: Final = (
    "Subscriptions use SSE (Server-Sent Events). "
    "Requests must accept 'text/event-stream' for SSE responses."
)

CODES: Final[Mapping[int, str]] = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}
"""``extensions.code`` of what is refused before it is a GraphQL request, by status."""

_encode: Final = msgspec.json.Encoder().encode


def answer(result: GraphQLResponse, accepted: Accepted) -> Response:
    """The response that carries ``result``."""
    if result.executed:
        return Response(200, _encode(result.body), accepted.content_type)
    status = 400 if accepted.strict else 200
    headers: dict[str, str] = {}
    if result.kind == "internal":
        status = 500
    elif result.kind == "mutation":
        status, headers = 405, {"allow": "POST"}
    elif result.kind == "access" and accepted.strict:
        status = 403 if "FORBIDDEN" in _codes(result) else 401
        headers = {} if status == 403 else {"www-authenticate": "Bearer"}
    elif result.kind == "persisted":
        headers = {"cache-control": "no-store"}  # the same URL has another answer soon
    return Response(status, _encode(_worded(result)), accepted.content_type, headers)


def batch_answer(results: Sequence[GraphQLResponse], accepted: Accepted) -> Response:
    """The response that carries the ``results`` of a batch, in its order."""
    bodies = [result.body if result.executed else _worded(result) for result in results]
    return Response(200, _encode(bodies), accepted.content_type)


def refusal(error: Refusal, accepted: Accepted | None = None) -> Response:
    """The response to a request that is no GraphQL request, or that nobody may make."""
    code = CODES.get(error.status, "BAD_REQUEST")
    body = {"errors": [{"message": error.message, "extensions": {"code": code}}]}
    content_type = JSON if accepted is None else accepted.content_type
    return Response(error.status, _encode(body), content_type, error.headers)


def wants_events(result: GraphQLResponse) -> bool:
    """Whether only a stream of events can answer the request."""
    return result.kind == "operation" and _code(result) == "SUBSCRIPTION_UNSUPPORTED"


def _worded(result: GraphQLResponse) -> dict[str, Any]:
    """The body of a request that did not run, with the sentences of the original server."""
    first = _first(result)
    if result.kind == "syntax":
        message = f"{SYNTAX}\n{first.get('message', '')}"
    elif result.kind == "internal":
        message = FAILED
    elif wants_events(result):
        message = SUBSCRIPTION
    else:
        return result.body
    others = result.body.get("errors", ())[1:]
    return {**result.body, "errors": [{**first, "message": message}, *others]}


def _first(result: GraphQLResponse) -> dict[str, Any]:
    errors = result.body.get("errors") or [{}]
    first: dict[str, Any] = errors[0]
    return first


def _code(result: GraphQLResponse) -> object:
    return _first(result).get("extensions", {}).get("code")


def _codes(result: GraphQLResponse) -> set[object]:
    return {error.get("extensions", {}).get("code") for error in result.body["errors"]}
