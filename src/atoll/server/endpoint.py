"""One request to an endpoint: identity, then GraphQL."""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple, TypeAlias

from atoll.app.call import ANONYMOUS, Caller
from atoll.auth.decision import Refused
from atoll.graphql import GraphQLRequest, GraphQLResponse
from atoll.manifest import Endpoint
from atoll.server import time_zone
from atoll.server.batch import execute_batch
from atoll.server.compression import MIN_BODY, compressed
from atoll.server.deployment import Api, Deployment
from atoll.server.explorer.page import asks_for_a_page, to_explorer
from atoll.server.graphql_answer import FAILED, answer, batch_answer, refusal, wants_events
from atoll.server.graphql_request import read_graphql_request
from atoll.server.media_type import Accepted, accepted
from atoll.server.request import Disconnected, Refusal, Request
from atoll.server.response import Response
from atoll.server.streams import sse
from atoll.server.streams.sse import EventStream
from atoll.server.waiting import Interrupted, Watched

METHODS = ("GET", "POST")

log = logging.getLogger("atoll.server")


Answer: TypeAlias = Response | EventStream


async def handle(request: Request, deployment: Deployment, endpoint: Endpoint) -> Answer:
    """Answer a request to ``endpoint``. Raises `Disconnected` when nobody waits for the answer."""
    takes = accepted(request.header(b"accept"))
    response: Answer
    try:
        response = await _answer(request, deployment, endpoint, takes)
    except Refusal as error:
        response = refusal(error, takes)
    except Disconnected:
        raise
    except asyncio.CancelledError:
        # This is the request's own task: a server cancels it to end it, and the client may still
        # be there.
        stopping = Refusal(503, "The server is shutting down.", connection="close")
        response = refusal(stopping, takes)
    except Exception:
        log.exception("Internal error.", extra={"fields": {"endpoint": endpoint.name}})
        response = refusal(Refusal(500, FAILED), takes)
    if request.method == "GET":
        # Of all answers only these may be kept by a cache on the way.
        response = response.with_headers({"vary": "Accept, Accept-Encoding"})
    return response


async def _answer(
    request: Request, deployment: Deployment, endpoint: Endpoint, takes: Accepted | None
) -> Answer:
    if request.method not in METHODS:
        raise Refusal(405, "Method not allowed", allow=", ".join(METHODS))
    deployment.cors.check(request)
    if deployment.dev and asks_for_a_page(request):
        return to_explorer()
    caller, expires = await identify(request, deployment, endpoint)
    if takes is None:
        raise Refusal(
            406,
            "Only application/graphql-response+json, application/json and text/event-stream here.",
        )
    query = await read_graphql_request(request, deployment.max_body, deployment.graphql.max_batch)
    if not isinstance(query, GraphQLRequest):
        if takes.events_first:
            raise Refusal(406, "Batches are answered in JSON, not by a stream of events.")
        results = await execute_batch(deployment.api, query, caller, request)
        response = batch_answer(results, takes)
    elif takes.events_first:
        return await sse.respond(deployment, request, query, caller, expires)
    else:
        result = await _execute(deployment.api, query, caller, request)
        if takes.events and wants_events(result):
            return await sse.respond(deployment, request, query, caller, expires)
        response = answer(result, takes)
    if len(response.body) >= MIN_BODY and deployment.graphql.compression:
        response = await compressed(response, request.header(b"accept-encoding"))
    return response


class Identity(NamedTuple):
    caller: Caller
    expires: float | None
    """When the caller's token is no longer accepted, in seconds since 1970; None for never."""


async def identify(request: Request, deployment: Deployment, endpoint: Endpoint) -> Identity:
    """Tell who asks. Raises `Refusal`."""
    claims = expires = None
    if endpoint.auth == "bearer-token":
        assert deployment.verifier is not None  # there for such an endpoint
        decision = await deployment.verifier.admit(request.header(b"authorization"))
        if isinstance(decision, Refused):
            fields = {
                "endpoint": endpoint.name,
                "path": endpoint.path,
                "status": decision.status,
                "reason": decision.reason,
            }
            log.info("Request refused.", extra={"fields": fields})
            if decision.status == 401:
                raise Refusal(401, decision.message, www_authenticate="Bearer")
            raise Refusal(decision.status, decision.message)
        claims, expires = decision.claims, decision.expires
    zone = time_zone.time_zone(request.header(time_zone.HEADER))
    caller = ANONYMOUS if claims is None and zone is None else Caller(claims, zone)
    return Identity(caller, expires)


async def _execute(
    api: Api, query: GraphQLRequest, caller: Caller, request: Request
) -> GraphQLResponse:
    """Run the request in this task, and stop its calls when the client leaves."""
    try:
        return await Watched(api.execute(query, caller), request.watch)
    except Interrupted:
        raise Disconnected from None
