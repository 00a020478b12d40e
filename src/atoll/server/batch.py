"""Several GraphQL requests in one HTTP request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from atoll.app.call import Caller
from atoll.graphql import GraphQLRequest, GraphQLResponse
from atoll.server.deployment import Api
from atoll.server.request import Disconnected, Request
from atoll.server.waiting import Interrupted, Watched

MAX_TOGETHER: Final = 8
"""Requests of one batch that run at the same time."""


async def execute_batch(
    api: Api, batch: Sequence[GraphQLRequest], caller: Caller, client: Request
) -> list[GraphQLResponse]:
    """Answer each request of a batch, in its order.

    Raises `Disconnected` when the client leaves; then, or when cancelled, all calls are cancelled.
    """
    try:
        return await Watched(_execute_all(api, batch, caller), client.watch)
    except Interrupted:
        raise Disconnected from None


async def _execute_all(
    api: Api, batch: Sequence[GraphQLRequest], caller: Caller
) -> list[GraphQLResponse]:
    room = asyncio.Semaphore(MAX_TOGETHER)

    async def execute(request: GraphQLRequest) -> GraphQLResponse:
        async with room:
            return await api.execute(request, caller)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(execute(request)) for request in batch]
    return [task.result() for task in tasks]
