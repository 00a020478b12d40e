"""Which connection of the manifest a URL belongs to. One that belongs to none cannot be reached.

The original compares texts without regard to case: a URL begins with ``baseUrl``, or is
``endpoint``. So do we, on what the URL means: scheme, host and port must be those of the
connection, and the path must lie below its path, however a server reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from atoll.connections.errors import ConnectionFailed
from atoll.connections.url import Url, parse_url
from atoll.manifest import HttpConnection

_DECODINGS = 4
_SEPARATOR = re.compile(r"[/\\]")
_OVERLOOKED = re.compile(r"[\x00-\x20\x7f]")
"""Characters that some servers drop from a path."""
_DISGUISED = re.compile(
    r"%c0%(ae|af|2e|2f)|%c1%9c|%e0%80%(ae|af)|%e0%81%9c|%f0%80%80%(ae|af)|%u[0-9a-f]{4}",
    re.IGNORECASE,
)
"""``.``, ``/`` and ``\\`` in encodings that no sender needs but old servers read: UTF-8 with more
bytes than are due, and ``%u002e``."""


def require_connection(connections: Iterable[HttpConnection], url: str) -> HttpConnection:
    """The connection that ``url`` is reached over: of several, the one with the longest path.

    Raises:
        ConnectionFailed: there is none.
    """
    connections = tuple(connections)
    asked = parse_url(url)
    if asked is None:
        raise ConnectionFailed(
            "BAD_URL",
            "this is not a URL that can be asked for",
            "it begins with http:// or https:// and a host",
        )
    if asked.userinfo:
        # With one, a URL may look as if it led to another host.
        raise ConnectionFailed(
            "BAD_URL",
            f"a URL on {asked.shown_origin} has a user name in it",
            'send it as a header of the connection in modus.json: "Authorization": "Basic'
            ' {{base64(USER:PASSWORD)}}"',
        )
    found: tuple[int, HttpConnection] | None = None
    for connection in connections:
        length = _match(connection, asked)
        if length is not None and (found is None or length > found[0]):
            found = length, connection
    if found is None:
        raise _refusal(connections, asked)
    return found[1]


def _match(connection: HttpConnection, asked: Url) -> int | None:
    """How many characters of the path belong to the connection; None if the URL is not on it."""
    allowed = _address(connection)
    if allowed is None or allowed.origin != asked.origin or _climbs(asked.path):
        return None
    path, prefix = asked.path.lower(), allowed.path.lower()
    if connection.base_url:
        folder = prefix if prefix.endswith("/") else f"{prefix}/"
        return len(prefix) if path.startswith(folder) or f"{path}/" == folder else None
    # An endpoint is one URL; a query belongs to it if the manifest gives one.
    same = path == prefix and (not allowed.query or allowed.query.lower() == asked.query.lower())
    return len(prefix) + 1 if same else None


def _address(connection: HttpConnection) -> Url | None:
    if bool(connection.base_url) == bool(connection.endpoint):
        return None
    return known_url(connection.base_url or connection.endpoint)


known_url = lru_cache(1024)(parse_url)
"""Of URLs in the manifest only: those of functions may hold what is not to be kept."""


def _climbs(path: str) -> bool:
    """Whether a server might leave the path's folder by ``..``, however that is written."""
    if "%" not in path and ".." not in path:
        return False
    for _ in range(_DECODINGS):  # some servers decode more than once
        if _DISGUISED.search(path):
            return True
        decoded = unquote(path)
        if decoded == path:
            break
        path = decoded
    else:
        return True
    # Some servers take look-alikes, as "\N{FULLWIDTH FULL STOP}", for what they look like.
    path = unicodedata.normalize("NFKC", path)
    names = (segment.partition(";")[0] for segment in _SEPARATOR.split(path))
    return any(_OVERLOOKED.sub("", name) == ".." for name in names)


def _refusal(connections: Iterable[HttpConnection], asked: Url) -> ConnectionFailed:
    origin = asked.shown_origin
    if _climbs(asked.path):
        return ConnectionFailed(
            "NOT_ALLOWED", f'a URL on {origin} has ".." in its path', "resolve it in the function"
        )
    for connection in connections:
        allowed = _address(connection)
        if allowed is not None and allowed.origin == asked.origin:
            return ConnectionFailed(
                "NOT_ALLOWED",
                f"connection [{connection.name}] leads to {origin}, but not to the path of this"
                " URL",
                'a URL begins with the "baseUrl" of a connection in modus.json, or is its'
                ' "endpoint"',
            )
    return ConnectionFailed(
        "NOT_ALLOWED",
        f"no connection of the manifest leads to {origin}",
        'add it to "connections" in modus.json, with a name of your choice: '
        f'"my-api": {{"type": "http", "baseUrl": "{origin}/"}}',
    )
