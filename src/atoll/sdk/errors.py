"""What goes wrong, as a function sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atoll.sdk.graphql import Problem


class UserError(Exception):
    """An error for whoever called the API: its message always reaches them, word for word.

    Any other exception is a fault of the app, and in production the client learns only that the
    function failed.
    """


class HostError(Exception):
    """The host refused or failed an operation. ``str()`` is the message.

    ``code`` and ``details`` are for programs, ``hint`` says what to do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.details: Mapping[str, str] = details or {}


class HostUnavailable(HostError):
    """There is no host: the code runs outside Atoll, and no test host is installed."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            "HOST_UNAVAILABLE",
            f"{operation} needs Atoll's host, and this code runs outside of it",
            "In a test, use `with atoll.sdk.testing.host(...)`.",
        )


class ModelError(HostError):
    """A model could not be called, or answered with an error."""


class DatabaseError(HostError):
    """A statement failed, its database cannot be reached, or a row does not fit its class.

    Codes among others: ``STATEMENT_FAILED`` (the database refused it), ``INVALID_PARAMETERS``,
    ``HOST_UNREACHABLE``, ``TIMEOUT``, ``POOL_EXHAUSTED``, ``RESULT_MISMATCH`` (of a row).
    """

    @property
    def sql_state(self) -> str | None:
        """The SQLSTATE of the database: ``23505`` for a key that is there already."""
        return self.details.get("sqlState")

    @property
    def database_code(self) -> str | None:
        """The database's own code: ``1062`` (MySQL), ``Neo.ClientError...`` (Neo4j)."""
        return self.details.get("code")


class CollectionError(HostError):
    """A collection could not do what was asked of it.

    Codes among others: ``NO_SUCH_COLLECTION``, ``NO_SUCH_SEARCH_METHOD``, ``NO_SUCH_NAMESPACE``,
    ``NO_SUCH_KEY``, ``INVALID_FILTER``, ``INVALID_VECTOR``, ``TEXT_TOO_LARGE``,
    ``EMBEDDER_FAILED``, ``EMBEDDER_BUSY`` (too many texts wait for it), ``STORE_UNAVAILABLE``.
    """


class HttpError(HostError):
    """A request got no answer, or one that does not do."""


class GraphQLError(HostError):
    """A GraphQL API could not be asked, or answered with errors: then ``problems`` has them, and
    ``data`` what came beside them."""

    problems: Sequence[Problem] = ()
    data: Any = None


class SecretNotFound(HostError):
    """The app has no such secret."""
