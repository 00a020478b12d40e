"""The client for each kind of database, made of a connection's settings with its secrets in."""

from __future__ import annotations

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
from atoll.secrets.template import template_names

_URLS = frozenset(("connString", "dbUri"))


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
    """The secrets of a connection, to be removed from texts that others see."""
    names = {name for text in connection.settings.values() for name in template_names(text)}
    values = (secrets.connection(connection.name, name) for name in names)
    return tuple(value for value in values if value)


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
