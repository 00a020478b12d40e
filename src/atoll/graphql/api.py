"""An app's GraphQL API: its schema, and answers to requests."""

from __future__ import annotations

import logging
from collections.abc import Collection

from graphql import GraphQLError, OperationType

from atoll.app.call import ANONYMOUS, Caller
from atoll.graphql.documents import Document, DocumentCache
from atoll.graphql.errors import coded
from atoll.graphql.execute import Callable, CoreExecutor, Executor
from atoll.graphql.limits import QueryLimits
from atoll.graphql.response import GraphQLRequest, GraphQLResponse, internal_error, refused
from atoll.graphql.schema import build_schema
from atoll.graphql.sdl import print_sdl

log = logging.getLogger(__name__)

DEFAULT_LIMITS = QueryLimits()


class GraphQLApi:
    """The API of one app, for the app's lifetime.

    ``hidden`` names functions that are not offered. Raises SchemaError when the app's functions
    and types do not make a schema.
    """

    def __init__(
        self,
        app: Callable,
        *,
        hidden: Collection[str] = (),
        limits: QueryLimits = DEFAULT_LIMITS,
    ) -> None:
        schema = build_schema(app.interface, hidden=hidden)
        self.schema = schema
        self.sdl = print_sdl(schema.graphql)
        self._documents = DocumentCache(schema.graphql, limits)
        self._executor: Executor = CoreExecutor(app, schema, max_concurrency=limits.max_concurrency)

    async def execute(self, request: GraphQLRequest, caller: Caller = ANONYMOUS) -> GraphQLResponse:
        """Answer a request.

        Whatever the request holds, this answers; it raises only when it is cancelled, and then
        every function that it was running is cancelled too.
        """
        try:
            return await self._execute(request, caller)
        except Exception:
            log.exception("executing a GraphQL request failed")
            return internal_error()

    async def _execute(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse:
        document = self._documents.load(request.query)
        if not isinstance(document, Document):
            return document
        try:
            # Some clients send an empty name when there is none.
            operation = document.operation(request.operation_name or None)
        except GraphQLError as error:
            return refused("operation", [error], "INVALID_OPERATION")
        if operation.operation is OperationType.MUTATION and not request.may_mutate:
            misplaced = coded("Mutations are sent by POST.", "INVALID_OPERATION", operation)
            return refused("mutation", [misplaced], "INVALID_OPERATION")
        return await self._executor.execute(document, operation, request.variables or {}, caller)
