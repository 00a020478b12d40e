"""Where a request over an http connection goes, and what the connection adds to it.

The rules are those of Modus (docs/manifest.md). Templates are rendered for each request, so a
changed secret takes effect with the next one.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from yarl import URL

from atoll.connections.errors import ConnectionFailed
from atoll.connections.url import Url, parse_url
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

_QUERY_SAFE = "/%:@!$&'()*+,;=~?"


@dataclass(frozen=True, slots=True)
class Target:
    """A request's destination. Holds secrets: never log it."""

    url: URL
    headers: tuple[tuple[str, str], ...]
    """What the connection adds, in the manifest's order; they do not replace others."""
    host: str
    """Host and port, safe to show."""
    secrets: tuple[str, ...]
    """Rendered values of the templates, to be removed from texts that others see."""

    def __repr__(self) -> str:
        return f"Target(host={self.host!r})"


def resolve(connection: HttpConnection, url: str, secrets: Secrets) -> Target:
    """Make the target of a request to ``url``, which must lie on the connection's own host.

    Raises:
        ConnectionFailed: the URL is malformed or lies elsewhere, or a header value cannot be sent.
    """
    asked = _parse(connection, url)
    if asked.origin != _parse(connection, connection.base_url or connection.endpoint).origin:
        # The connection's credentials go with every request.
        raise ConnectionFailed(
            "BAD_URL",
            f"connection [{connection.name}] was asked for a URL on another host: "
            f"{asked.shown_host}",
            "a connection reaches only the host of its baseUrl or endpoint",
        )
    headers = tuple(_render(connection.headers, connection.name, secrets))
    for name, value in headers:
        _check_header(connection, name, value)
    parameters = tuple(_render(connection.query_parameters, connection.name, secrets))
    return Target(
        url=_with_query(asked, parameters),
        headers=headers,
        host=asked.shown_host,
        secrets=tuple(_secret_parts(value for _, value in (*headers, *parameters))),
    )


def _render(
    templates: Mapping[str, str], connection: str, secrets: Secrets
) -> Iterator[tuple[str, str]]:
    for name, template in templates.items():
        yield name, secrets.render(template, connection)


def _parse(connection: HttpConnection, url: str) -> Url:
    parsed = parse_url(url)
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


def _check_header(connection: HttpConnection, name: str, value: str) -> None:
    if any((character < " " and character != "\t") or character == "\x7f" for character in value):
        raise ConnectionFailed(
            "BAD_HEADER",
            f"the value of header {name!r} of connection [{connection.name}] "
            "contains a line break or another control character",
            "check the secrets that it is made of; a file's last line break is a common cause",
        )


def _secret_parts(values: Iterator[str]) -> Iterator[str]:
    """Each value and what it is made of: of "Bearer abc" an error text may repeat only "abc", and
    of "Basic dXNlcjpwYXNz" what that encodes."""
    for value in values:
        last_word = value.rpartition(" ")[2]
        yield from (value, last_word)
        with contextlib.suppress(ValueError):
            pair = base64.b64decode(last_word, validate=True).decode()
            yield from (pair, *pair.split(":", 1))
