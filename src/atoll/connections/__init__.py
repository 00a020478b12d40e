"""What an app reaches outside: connections named in its manifest, held for the app's lifetime."""

from __future__ import annotations

from atoll.connections.errors import ConnectionFailed
from atoll.connections.fetch import Fetcher
from atoll.connections.http import HttpClient, HttpResponse, HttpStream

__all__ = ["ConnectionFailed", "Fetcher", "HttpClient", "HttpResponse", "HttpStream"]
