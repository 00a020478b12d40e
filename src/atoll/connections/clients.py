"""The client for each kind of database, made of a connection's settings with its secrets in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from atoll.connections.errors import ConnectionFailed
from atoll.connections.results import PoolUsage
from atoll.connections.url_template import render_url
from atoll.manifest import (
    DatabaseConnection,
    DgraphConnection,
    MysqlConnection,
    Neo4jConnection,
    PostgresqlConnection,
)
from atoll.secrets import Secrets
from atoll.secrets.template import split_template, template_names

_URLS = frozenset(("connString", "dbUri"))
_CREDENTIALS = frozenset(("password", "key"))


class Client(Protocol):
    """What all clients have in common; each has verbs of its own besides."""

    async def close(self) -> None: ...

    def usage(self) -> PoolUsage: ...


def render_settings(connection: DatabaseConnection, secrets: Secrets) -> tuple[str, ...]:
    """The connection's settings, in the order of its class. They hold secrets: never log them.

    Raises:
        ConnectionFailed: one that the connection cannot do without is empty.
    """
    name = connection.name
    rendered = {
        key: (render_url if key in _URLS else _render)(template, name, secrets)
        for key, template in connection.settings.items()
    }
    if isinstance(connection, DgraphConnection):
        _check_dgraph(connection)
    else:
        empty = [key for key, text in rendered.items() if not text]
        if empty:
            raise ConnectionFailed(
                "BAD_ADDRESS",
                f"connection [{name}] has empty or missing settings: {', '.join(empty)}",
                "give them in modus.json, and set the variables of the secrets in them; "
                "`atoll info` lists these",
            )
    return tuple(rendered.values())


def secret_values(connection: DatabaseConnection, secrets: Secrets) -> tuple[str, ...]:
    """The credentials of a connection, to be removed from texts that others see.

    A secret may also be a host, a user or a database, which messages must be able to name.
    """
    found: set[str] = set()
    for key, template in connection.settings.items():
        if key in _URLS:
            found.update(_credentials(template, connection.name, secrets))
        elif key in _CREDENTIALS:
            found.update(_values(template, connection.name, secrets))
    return tuple(value for value in found if value)


def _credentials(template: str, name: str, secrets: Secrets) -> Iterator[str]:
    """Those in a URL: its password, and what its query has of secrets."""
    scheme, separator, rest = template.partition("://")
    if not separator or "{{" in scheme:
        whole = secrets.render(template, name)
        yield whole
        yield whole.partition("://")[2].rpartition("@")[0].partition(":")[2]
        return
    user_info, at, other = rest.rpartition("@")
    _, colon, password = _split_user(user_info)
    if at and colon:
        yield from _values(password, name, secrets)
    yield from _values(other.partition("?")[2], name, secrets)


def _split_user(user_info: str) -> tuple[str, str, str]:
    """At the colon that is not part of a template."""
    user = ""
    for text, is_template in split_template(user_info):
        if not is_template and ":" in text:
            return user + text.partition(":")[0], ":", user_info[len(user) + text.index(":") + 1 :]
        user += text
    return user_info, "", ""


def _values(template: str, name: str, secrets: Secrets) -> Iterator[str]:
    for secret in template_names(template):
        value = secrets.connection(name, secret)
        if value:
            yield value


def _render(template: str, name: str, secrets: Secrets) -> str:
    return secrets.render(template, name)


def _check_dgraph(connection: DgraphConnection) -> None:
    if bool(connection.conn_string) == bool(connection.grpc_target):
        problem = (
            "has both connString and grpcTarget (use one or the other)"
            if connection.conn_string
            else "needs either a connString or a grpcTarget"
        )
    elif connection.conn_string and connection.key:
        problem = "has a key beside its connString: put it into that, as bearertoken or apikey"
    else:
        return
    raise ConnectionFailed(
        "BAD_ADDRESS", f"connection [{connection.name}] {problem}", "change it in modus.json"
    )


def make_client(
    connection: DatabaseConnection, settings: tuple[str, ...], *, max_bytes: int
) -> Client:
    """A client that connects when it is first used.

    Raises:
        ConnectionFailed: the settings make no address.
    """
    name = connection.name
    # Each package when it is first needed.
    match connection:
        case PostgresqlConnection():
            from atoll.connections.postgresql import PostgresqlClient

            return PostgresqlClient(name, settings[0], connection.pool, max_bytes=max_bytes)
        case MysqlConnection():
            from atoll.connections.mysql import MysqlClient

            return MysqlClient(name, settings[0], connection.pool, max_bytes=max_bytes)
        case Neo4jConnection():
            from atoll.connections.neo4j import Neo4jClient

            uri, username, password = settings
            return Neo4jClient(name, uri, username, password, connection.pool, max_bytes=max_bytes)
        case DgraphConnection():
            from atoll.connections.dgraph import DgraphClient

            conn_string, grpc_target, key = settings
            return DgraphClient(name, conn_string, grpc_target, key, max_bytes=max_bytes)
