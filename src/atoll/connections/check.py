"""Asks a connection of a manifest for the least that shows that it can be used."""

from __future__ import annotations

from atoll.connections.databases import Databases
from atoll.connections.fetch import Fetcher
from atoll.manifest import (
    Connection,
    DgraphConnection,
    HttpConnection,
    MysqlConnection,
    Neo4jConnection,
    PostgresqlConnection,
)


async def check_connection(connection: Connection, http: Fetcher, databases: Databases) -> str:
    """What the other side answered, in a few words.

    It changes nothing there. Of an http connection the address is asked for with HEAD, and any
    status is an answer.

    Raises:
        ConnectionFailed: it cannot be used as it is.
    """
    name = connection.name
    match connection:
        case HttpConnection():
            url = connection.base_url or connection.endpoint
            response = await http.fetch("HEAD", url, (), b"")
            return f"HTTP status {response.status}"
        case PostgresqlConnection() | MysqlConnection():
            await databases.sql(name, connection.type, "select 1", "[]", rows=True)
        case Neo4jConnection():
            await databases.neo4j(name, "", "RETURN 1", "{}")
        case DgraphConnection():
            await databases.dgraph(name, "{ q(func: uid(0x1)) { uid } }", {}, [])
    return "answers"
