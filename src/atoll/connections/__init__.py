"""What an app reaches outside: connections named in its manifest, held for the app's lifetime."""

from __future__ import annotations

from atoll.connections.databases import Databases
from atoll.connections.errors import ConnectionFailed
from atoll.connections.fetch import Fetcher
from atoll.connections.http import HttpClient, HttpResponse, HttpStream
from atoll.connections.observer import ConnectionObserver
from atoll.connections.results import DgraphMutation, DgraphResult, Neo4jResult, SqlResult

__all__ = [
    "ConnectionFailed",
    "ConnectionObserver",
    "Databases",
    "DgraphMutation",
    "DgraphResult",
    "Fetcher",
    "HttpClient",
    "HttpResponse",
    "HttpStream",
    "Neo4jResult",
    "SqlResult",
]
