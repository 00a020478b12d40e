"""Where a request over an http connection goes, and what the connection adds to it.

The rules are those of Modus (docs/manifest.md). Templates are rendered for each request, so a
changed secret takes effect with the next one.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from yarl import URL

from atoll.connections.errors import ConnectionFailed
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets

_PATH_SAFE = "/%:@!$&'()*+,;=~"
_DEFAULT_PORTS = {"http": 80, "https": 443}


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
    parts = _split(connection, url)
    if _origin(parts) != _origin(_split(connection, connection.base_url or connection.endpoint)):
        # The connection's credentials go with every request.
        raise ConnectionFailed(
            "BAD_URL",
            f"connection [{connection.name}] was asked for a URL on another host: "
            f"{_shown_host(parts)}",
            "a connection reaches only the host of its baseUrl or endpoint",
        )
    headers = tuple(_render(connection.headers, connection.name, secrets))
    for name, value in headers:
        _check_header(connection, name, value)
    parameters = tuple(_render(connection.query_parameters, connection.name, secrets))
    return Target(
        url=_with_query(parts, parameters),
        headers=headers,
        host=_shown_host(parts),
        secrets=tuple(_secret_parts(value for _, value in (*headers, *parameters))),
    )


def _render(
    templates: Mapping[str, str], connection: str, secrets: Secrets
) -> Iterator[tuple[str, str]]:
    for name, template in templates.items():
        yield name, secrets.render(template, connection)


def _split(connection: HttpConnection, url: str | None) -> SplitResult:
    try:
        parts = urlsplit(url or "")
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = SplitResult("", "", "", "", ""), False
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or not port_is_valid:
        raise ConnectionFailed(
            "BAD_URL",
            f"connection [{connection.name}] has no usable URL",
            'give it a "baseUrl" or an "endpoint" such as https://api.example.com/v1/',
        )
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


def _shown_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def _with_query(parts: SplitResult, added: tuple[tuple[str, str], ...]) -> URL:
    """Added parameters join those of the URL; then the query is encoded anew, keys sorted."""
    query = quote(parts.query, safe=_PATH_SAFE + "?")
    if added:
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), *added]
        query = urlencode(sorted(pairs, key=lambda pair: pair[0]))
    path = quote(parts.path, safe=_PATH_SAFE) or "/"
    return URL(urlunsplit((parts.scheme, parts.netloc, path, query, "")), encoded=True)


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
