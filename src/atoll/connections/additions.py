"""What http connections add to requests, with the secrets filled in."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from atoll.connections.errors import ConnectionFailed
from atoll.manifest import HttpConnection
from atoll.secrets import Secrets
from atoll.secrets.template import template_names


@dataclass(frozen=True, slots=True)
class Additions:
    """Holds secrets: never log it."""

    headers: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "Additions()"

    def secrets(self) -> tuple[str, ...]:
        """All that must be removed from texts which others see."""
        return tuple(_secret_parts(value for _, value in (*self.headers, *self.parameters)))


class Renderer:
    """Fills in templates, once for each version of the secrets.

    What lacks a secret is not kept: it is to be in the log with each request that goes without.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._known: dict[str, tuple[HttpConnection, int, Additions]] = {}

    def additions(self, connection: HttpConnection) -> Additions:
        """Raises ConnectionFailed: a header's value cannot be sent."""
        version = self._secrets.version
        known = self._known.get(connection.name)
        if known is not None and known[0] is connection and known[1] == version:
            return known[2]
        made = render(connection, self._secrets)
        if _is_complete(connection, self._secrets):
            self._known[connection.name] = connection, version, made
        return made


def render(connection: HttpConnection, secrets: Secrets) -> Additions:
    """What ``connection`` adds now. Raises ConnectionFailed: a header's value cannot be sent."""
    headers = tuple(_rendered(connection.headers, connection.name, secrets))
    for name, value in headers:
        _check_header(connection, name, value)
    parameters = tuple(_rendered(connection.query_parameters, connection.name, secrets))
    return Additions(headers, parameters)


def _rendered(
    templates: Mapping[str, str], connection: str, secrets: Secrets
) -> Iterator[tuple[str, str]]:
    for name, template in templates.items():
        yield name, secrets.render(template, connection)


def _is_complete(connection: HttpConnection, secrets: Secrets) -> bool:
    return all(
        secrets.connection(connection.name, name) is not None
        for templates in (connection.headers, connection.query_parameters)
        for template in templates.values()
        for name in template_names(template)
    )


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
