"""The secrets that a manifest asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atoll.manifest import Connection, HttpConnection, Location, Manifest
from atoll.secrets.secrets import APP_PREFIX, connection_variable
from atoll.secrets.template import template_names


@dataclass(frozen=True, slots=True)
class RequiredSecret:
    """A secret that the app uses, and the environment variable that holds it."""

    variable: str
    connection: str | None
    """Which one uses it; None for a secret that functions read."""
    name: str
    location: Location | None
    """Where the connection stands in the manifest."""


def required_secrets(manifest: Manifest) -> tuple[RequiredSecret, ...]:
    """The secrets that the connections of ``manifest`` use, each once, in file order; then those
    that it lets functions read, by name."""
    found: dict[str, RequiredSecret] = {}
    for connection in manifest.connections.values():
        for template in _templates(connection):
            for name in template_names(template):
                variable = connection_variable(connection.name, name)
                secret = RequiredSecret(variable, connection.name, name, connection.location)
                found.setdefault(variable, secret)
    for name in sorted(manifest.app_secrets or ()):
        found.setdefault(APP_PREFIX + name, RequiredSecret(APP_PREFIX + name, None, name, None))
    return tuple(found.values())


def _templates(connection: Connection) -> Iterator[str]:
    if isinstance(connection, HttpConnection):
        yield from connection.headers.values()
        yield from connection.query_parameters.values()
    else:
        yield from connection.settings.values()
