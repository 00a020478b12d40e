"""An app's GraphQL API: its schema, and answers to requests."""

from __future__ import annotations

import logging
from collections.abc import Collection, Coroutine, Mapping
from typing import Any, Final

from graphql import OperationType

from atoll.app.call import ANONYMOUS, Caller
from atoll.graphql.calls import Callable, Calls
from atoll.graphql.documents import load_document
from atoll.graphql.execute import Executor, Statistics
from atoll.graphql.guard import Guard
from atoll.graphql.limits import QueryLimits
from atoll.graphql.operations import Prepared
from atoll.graphql.plans.plan import Planner
from atoll.graphql.requests import Requests
from atoll.graphql.response import GraphQLRequest, GraphQLResponse, internal_error
from atoll.graphql.schema import build_schema
from atoll.graphql.sdl import print_sdl
from atoll.graphql.source import Source
from atoll.graphql.subscriptions import ResponseStream, open_subscription
from atoll.graphql.texts import Texts

log = logging.getLogger(__name__)

DEFAULT_LIMITS = QueryLimits()

_NO_VARIABLES: Final[Mapping[str, Any]] = {}


class GraphQLApi:
    """The API of one app, for the app's lifetime.

    Args:
        app: whose functions it offers.
        hidden: functions that it does not offer.
        limits: of queries.
        subscriptions: fields of ``Subscription`` beside the functions that stream.
        persisted_queries: whether clients may send a query's hash in its place.
        guard: says who may call what; None if everybody may call everything.

    Raises SchemaError when the app's functions and types do not make a schema.
    """

    def __init__(
        self,
        app: Callable,
        *,
        hidden: Collection[str] = (),
        limits: QueryLimits = DEFAULT_LIMITS,
        subscriptions: Collection[Source] = (),
        persisted_queries: bool = True,
        guard: Guard | None = None,
    ) -> None:
        schema = build_schema(app.interface, hidden=hidden, subscriptions=subscriptions)
        self.schema = schema
        self.sdl = print_sdl(schema.graphql)
        limits = limits.priced(schema)
        texts = Texts(
            lambda text: load_document(text, schema.graphql, limits),
            Planner(schema, exact=app.exact),
        )
        self._texts = texts
        self._requests = Requests(texts, persisted=persisted_queries)
        calls = Calls(app, max_concurrency=limits.max_concurrency)
        self._executor = Executor(calls, schema, texts, self._requests, guard)
        self._guard = guard
        self._app = app

    @property
    def statistics(self) -> Statistics:
        return self._executor.statistics

    def execute(
        self, request: GraphQLRequest, caller: Caller = ANONYMOUS
    ) -> Coroutine[Any, Any, GraphQLResponse]:
        """Answer a query or mutation.

        Whatever the request holds, this answers; it raises only when it is cancelled, and then
        every function that it was running is cancelled too.
        """
        return self._executor.execute(request, caller)

    async def open(
        self, request: GraphQLRequest, caller: Caller = ANONYMOUS
    ) -> GraphQLResponse | ResponseStream:
        """Answer any operation: a subscription, if it can begin, with a stream of responses."""
        try:
            prepared = self._requests.prepare(request)
            if (
                isinstance(prepared, Prepared)
                and prepared.operation.kind is OperationType.SUBSCRIPTION
            ):
                # Of this text: the document may stand for others with other literals.
                own = self._texts.load(prepared.text)
                if isinstance(own, GraphQLResponse):
                    return own
                node = prepared.operation.node(own.node)
                variables = request.variables or _NO_VARIABLES
                return open_subscription(
                    self._app, self.schema, own.node, node, variables, caller, self._guard
                )
        except Exception:
            log.exception("opening a GraphQL subscription failed")
            return internal_error()
        return await self.execute(request, caller)
