"""What an Atoll app in Python imports.

The package needs nothing but the standard library, so that it works in an editor, in a test, and
inside the sandbox.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from atoll.sdk import auth, console, models, streams, time
from atoll.sdk.errors import (
    CollectionError,
    DatabaseError,
    GraphQLError,
    HostError,
    HostUnavailable,
    HttpError,
    ModelError,
    SecretNotFound,
    UserError,
)
from atoll.sdk.integers import Int64, UInt, UInt64

if TYPE_CHECKING:
    from atoll.sdk import (
        collections,
        dgraph,
        graphql,
        http,
        mysql,
        neo4j,
        postgresql,
        secrets,
        telemetry,
    )
    from atoll.sdk.telemetry import span

__all__ = [
    "CollectionError",
    "DatabaseError",
    "GraphQLError",
    "HostError",
    "HostUnavailable",
    "HttpError",
    "Int64",
    "ModelError",
    "SecretNotFound",
    "UInt",
    "UInt64",
    "UserError",
    "auth",
    "collections",
    "console",
    "dgraph",
    "graphql",
    "http",
    "models",
    "mysql",
    "neo4j",
    "postgresql",
    "secrets",
    "span",
    "streams",
    "telemetry",
    "time",
]

_ON_DEMAND = (
    "collections", "dgraph", "graphql", "http", "mysql", "neo4j", "postgresql", "secrets",
    "telemetry",
)  # fmt: skip
"""What an app does not import is not part of its memory."""


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return importlib.import_module(f"atoll.sdk.{name}")
    if name == "span":
        return importlib.import_module("atoll.sdk.telemetry").span
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
