"""Why a collection did not do what was asked of it."""

from __future__ import annotations

from typing import Literal

CollectionCode = Literal[
    "NO_SUCH_COLLECTION",
    "NO_SUCH_SEARCH_METHOD",
    "NO_SUCH_NAMESPACE",
    "NO_SUCH_KEY",
    "NO_SUCH_EMBEDDER",
    "INVALID_EMBEDDER",
    "INVALID_ARGUMENT",
    "INVALID_FILTER",
    "INVALID_VECTOR",
    "DIMENSION_MISMATCH",
    "DUPLICATE_KEY",
    "TEXT_TOO_LARGE",
    "EMBEDDER_FAILED",
    "EMBEDDER_BUSY",
    "EMBEDDER_RECURSION",
    "NOT_EMBEDDED_YET",
    "STORE_UNAVAILABLE",
    "STORE_FULL",
    "BAD_SETTING",
]


class CollectionError(Exception):
    """What was asked of a collection of the manifest did not come to an answer.

    The message names the collection, and what else the app's developer knows by name. It has no
    credentials, and none of the texts.
    """

    logged = False
    """Whether whoever raised it has written it to the log."""

    def __init__(self, code: CollectionCode, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code: CollectionCode = code
        self.message = message
        self.hint = hint
        self.location = None


class GenerationsChanged(Exception):
    """The vectors that a collection needs are others by now; look again, and embed again."""
