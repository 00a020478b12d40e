"""From a request to the operation that it asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from graphql import GraphQLError, OperationType

from atoll.graphql.bounded import Bounded
from atoll.graphql.errors import ErrorCode, coded
from atoll.graphql.operations import Document, Prepared
from atoll.graphql.response import GraphQLRequest, GraphQLResponse, ResponseKind, refused
from atoll.graphql.texts import Texts

MAX_PERSISTED: Final = 1024
MAX_PERSISTED_TEXT: Final = 2_000_000
"""Characters of all texts that are known by their hash."""


class Requests:
    """Finds what the requests to one API ask for. Used from one event loop only.

    Args:
        persisted: whether texts may be asked for by their hash ("automatic persisted queries").
    """

    def __init__(self, texts: Texts, *, persisted: bool) -> None:
        self._texts = texts
        self._persisted: Bounded[str, str] | None = (
            Bounded(MAX_PERSISTED, MAX_PERSISTED_TEXT) if persisted else None
        )

    def prepare(self, request: GraphQLRequest) -> Prepared | GraphQLResponse:
        """Find the operation, or say why there is none that may be run."""
        text = request.query
        if text is not None and request.operation_name is None and request.persisted is None:
            only = self._texts.only(text)
            if only is not None:
                return only
        if text is None or request.persisted is not None:
            found = self._by_hash(request)
            if isinstance(found, GraphQLResponse):
                return found
            text = found
        document, literals = self._texts.find(text)
        if isinstance(document, GraphQLResponse):
            return document
        if request.persisted is not None and self._persisted is not None:
            own = self._texts.load(text)  # which may be refused for what its literals are
            if isinstance(own, GraphQLResponse):
                return own
            if self._persisted.get(request.persisted) is None:
                self._persisted.put(request.persisted, text, len(text))
        try:
            # Some clients send an empty name when there is none.
            operation = document.operation(request.operation_name or None)
        except GraphQLError as error:
            unknown = error
            return self._refuse(text, "operation", lambda _: unknown)
        if operation.kind is OperationType.MUTATION and not request.may_mutate:

            def misplaced(own: Document) -> GraphQLError:
                node = operation.node(own.node)
                return coded("Mutations are sent by POST.", "INVALID_OPERATION", node)

            return self._refuse(text, "mutation", misplaced)
        return Prepared(text, document, literals, operation)

    def _refuse(
        self, text: str, kind: ResponseKind, error: Callable[[Document], GraphQLError]
    ) -> GraphQLResponse:
        """Refuse to run a text, unless it is refused already for what its literals are."""
        own = self._texts.load(text)
        if isinstance(own, GraphQLResponse):
            return own
        return refused(kind, [error(own)], "INVALID_OPERATION")

    def _by_hash(self, request: GraphQLRequest) -> str | GraphQLResponse:
        """The text of a request that names it by its hash, with or without sending it."""
        text, hash_ = request.query, request.persisted
        if hash_ is None:
            return _refused("The request has no query.", "INVALID_OPERATION")
        if self._persisted is None:
            return _refused("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        if text is None:
            text = self._persisted.get(hash_)
            if text is None:
                return _refused("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        elif hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != hash_:
            message = "provided sha does not match query"
            return _refused(message, "PERSISTED_QUERY_MISMATCH")
        return text


def _refused(message: str, code: ErrorCode) -> GraphQLResponse:
    return refused("persisted", [coded(message, code)], code)
