"""Which connection of the manifest a URL belongs to. One that belongs to none cannot be reached.

The original compares texts without regard to case: a URL begins with ``baseUrl``, or is
``endpoint``. So do we, on what the URL means: scheme, host and port must be those of the
connection, and its path must lie below the connection's, after ``.``, ``..`` and what is encoded
have been resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

from atoll.manifest import HttpConnection

_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_LONGEST = 8192


def find_connection(connections: Iterable[HttpConnection], url: str) -> HttpConnection | None:
    """The connection that ``url`` may be reached over: of several, that with the longest path."""
    parts = split_url(url)
    if parts is None:
        return None
    found: tuple[int, HttpConnection] | None = None
    for connection in connections:
        length = _match(connection, parts)
        if length is not None and (found is None or length > found[0]):
            found = length, connection
    return None if found is None else found[1]


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL that can be asked for; None if there are none."""
    if len(url) > _LONGEST or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        return None
    # With a user name in it, a URL may look as if it led to another host.
    return parts if usable and "@" not in parts.netloc else None


def _match(connection: HttpConnection, parts: SplitResult) -> int | None:
    """How many characters of the path belong to the connection; None if it is not on it."""
    allowed = split_url(connection.base_url or connection.endpoint)
    if allowed is None or _origin(allowed) != _origin(parts):
        return None
    path, prefix = _plain_path(parts.path), _plain_path(allowed.path)
    if path is None or prefix is None:
        return None
    if connection.base_url:
        below = path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")
        return len(prefix) if below or f"{path}/" == prefix else None
    # An endpoint is one URL; the query belongs to it if the manifest gives one.
    same = path == prefix and (not allowed.query or allowed.query.lower() == parts.query.lower())
    return len(prefix) + 1 if same else None


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    host = (parts.hostname or "").rstrip(".")
    return parts.scheme, host, parts.port or _PORTS[parts.scheme]


def _plain_path(path: str) -> str | None:
    """A path as servers may understand it, in small letters; None if that is in doubt."""
    decoded = path
    for _ in range(3):  # encoded more than once, some server would decode it more than once
        further = unquote(decoded)
        if further == decoded:
            break
        decoded = further
    if _UNSAFE.search(decoded.replace(" ", "")):
        return None
    segments: list[str] = []
    for segment in decoded.split("/")[1:] if decoded else [""]:
        if segment.split(";")[0] == "..":
            return None
        if segment != ".":
            segments.append(segment)
    return "/" + "/".join(segments).lower()
