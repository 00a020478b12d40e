"""The secrets that a manifest asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atoll.manifest import Connection, HttpConnection, Location, Manifest
from atoll.secrets.secrets import connection_variable
from atoll.secrets.template import template_names


@dataclass(frozen=True, slots=True)
class RequiredSecret:
    """A secret that a connection uses, and the environment variable that holds it."""

    variable: str
    connection: str
    name: str
    location: Location | None
    """Where the connection stands in the manifest."""


def required_secrets(manifest: Manifest) -> tuple[RequiredSecret, ...]:
    """The secrets that the connections of ``manifest`` use, each once, in file order."""
    found: dict[str, RequiredSecret] = {}
    for connection in manifest.connections.values():
        for template in _templates(connection):
            for name in template_names(template):
                variable = connection_variable(connection.name, name)
                secret = RequiredSecret(variable, connection.name, name, connection.location)
                found.setdefault(variable, secret)
    return tuple(found.values())


def _templates(connection: Connection) -> Iterator[str]:
    if isinstance(connection, HttpConnection):
        yield from connection.headers.values()
        yield from connection.query_parameters.values()
    else:
        yield from connection.settings.values()
