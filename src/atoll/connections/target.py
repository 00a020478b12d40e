"""Where a request over an http connection goes, and what the connection adds to it.

The rules are those of Modus (docs/manifest.md). A changed secret takes effect with the next
request.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from yarl import URL

from atoll.connections.additions import Additions, render
from atoll.connections.allow_list import known_url
from atoll.connections.errors import ConnectionFailed
from atoll.connections.url import Url, parse_url
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

_QUERY_SAFE = "/%:@!$&'()*+,;=~?"


@dataclass(frozen=True, slots=True)
class Target:
    """A request's destination. Holds secrets: never log it."""

    url: URL
    host: str
    """Host and port, safe to show."""
    additions: Additions

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What the connection adds, in the manifest's order; they do not replace others."""
        return self.additions.headers

    @property
    def secrets(self) -> tuple[str, ...]:
        """Rendered values of the templates, to be removed from texts that others see."""
        return self.additions.secrets()

    def __repr__(self) -> str:
        return f"Target(host={self.host!r})"


def resolve(connection: HttpConnection, url: str, secrets: Secrets) -> Target:
    """Make the target of a request to ``url``, which must lie on the connection's own host.

    Raises:
        ConnectionFailed: the URL is malformed or lies elsewhere, or a header value cannot be sent.
    """
    return aim(connection, url, render(connection, secrets))


def aim(connection: HttpConnection, url: str, additions: Additions) -> Target:
    """``resolve`` with what the connection adds already at hand."""
    asked = _usable(connection, parse_url(url))
    address = known_url(connection.base_url or connection.endpoint)
    if asked.origin != _usable(connection, address).origin:
        # The connection's credentials go with every request.
        raise ConnectionFailed(
            "BAD_URL",
            f"connection [{connection.name}] was asked for a URL on another host: "
            f"{asked.shown_host}",
            "a connection reaches only the host of its baseUrl or endpoint",
        )
    return Target(_with_query(asked, additions.parameters), asked.shown_host, additions)


def _usable(connection: HttpConnection, parsed: Url | None) -> Url:
    if parsed is None:
        raise ConnectionFailed(
            "BAD_URL",
            f"connection [{connection.name}] has no usable URL",
            'give it a "baseUrl" or an "endpoint" such as https://api.example.com/v1/',
        )
    return parsed


def _with_query(asked: Url, added: tuple[tuple[str, str], ...]) -> URL:
    """Added parameters join those of the URL; then the query is encoded anew, keys sorted."""
    query = quote(asked.query, safe=_QUERY_SAFE)
    if added:
        pairs = [*parse_qsl(asked.query, keep_blank_values=True), *added]
        query = urlencode(sorted(pairs, key=lambda pair: pair[0]))
    text = f"{asked.scheme}://{asked.authority}{asked.path}{'?' if query else ''}{query}"
    return URL(text, encoded=True)
