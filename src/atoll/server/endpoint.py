"""One request to an endpoint: identity, then GraphQL."""

from __future__ import annotations

import asyncio
import logging

from atoll.app.call import Caller
from atoll.auth.decision import Refused
from atoll.graphql import GraphQLRequest, GraphQLResponse
from atoll.manifest import Endpoint
from atoll.server import time_zone
from atoll.server.deployment import Api, Deployment
from atoll.server.graphql_answer import answer, refusal
from atoll.server.graphql_request import read_graphql_request
from atoll.server.media_type import accepted
from atoll.server.request import Disconnected, Refusal, Request
from atoll.server.response import Response

METHODS = ("GET", "POST")

log = logging.getLogger("atoll.server")


async def handle(request: Request, deployment: Deployment, endpoint: Endpoint) -> Response:
    """Answer a request to ``endpoint``. Raises `Disconnected` when nobody waits for the answer."""
    takes = accepted(request.header(b"accept"))
    try:
        if request.method not in METHODS:
            raise Refusal(405, "Method not allowed", allow=", ".join(METHODS))
        deployment.cors.check(request)
        caller = identify(request, deployment, endpoint)
        if takes is None:
            raise Refusal(406, "Only application/json and application/graphql-response+json here.")
        query = await read_graphql_request(request, deployment.max_body)
    except Refusal as error:
        return refusal(error, takes)
    return answer(await _execute(deployment.api, query, caller, request), takes)


def identify(request: Request, deployment: Deployment, endpoint: Endpoint) -> Caller:
    """Tell who asks. Raises `Refusal`."""
    claims = None
    if endpoint.auth == "bearer-token":
        assert deployment.verifier is not None  # there for such an endpoint
        decision = deployment.verifier.decide(request.header(b"authorization"))
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
        claims = decision.claims
    return Caller(claims, time_zone.time_zone(request.header(time_zone.HEADER)))


async def _execute(
    api: Api, query: GraphQLRequest, caller: Caller, request: Request
) -> GraphQLResponse:
    """Run the request in this task, and stop its calls when the client leaves."""
    task = asyncio.current_task()
    assert task is not None
    left = False

    def leave(watch: asyncio.Task[None]) -> None:
        nonlocal left
        if not watch.cancelled() and not finished:
            left = True
            task.cancel()

    finished = False
    watch = asyncio.get_running_loop().create_task(request.disconnected())
    watch.add_done_callback(leave)
    try:
        return await api.execute(query, caller)
    except asyncio.CancelledError:
        if left and task.uncancel() == 0:
            raise Disconnected from None
        raise
    finally:
        finished = True
        watch.cancel()
