"""What is taken out of messages: credentials, and not the names of hosts and databases."""

from __future__ import annotations

import pytest

from atoll.connections.clients import secret_values
from atoll.manifest import (
    DatabaseConnection,
    DgraphConnection,
    MysqlConnection,
    Neo4jConnection,
    PostgresqlConnection,
)
from atoll.secrets import Secrets

SECRETS = Secrets(
    {
        "MODUS_C_USER": "ann",
        "MODUS_C_PASSWORD": "p@ss",
        "MODUS_C_HOST": "h:1",
        "MODUS_C_TOKEN": "t0ken",
        "MODUS_C_URL": "postgres://ann:s3cret@h/d",
    }
)


@pytest.mark.parametrize(
    ("connection", "hidden"),
    [
        (PostgresqlConnection("c", "postgres://{{USER}}:{{PASSWORD}}@{{HOST}}/d"), {"p@ss"}),
        (PostgresqlConnection("c", "{{URL}}"), {"postgres://ann:s3cret@h/d", "s3cret"}),
        (MysqlConnection("c", "mysql://ann:x{{PASSWORD}}@{{HOST}}/d"), {"p@ss"}),
        (MysqlConnection("c", "mysql://{{HOST}}/d"), set()),
        (DgraphConnection("c", "dgraph://{{HOST}}?bearertoken={{TOKEN}}"), {"t0ken"}),
        (DgraphConnection("c", "", "{{HOST}}", "{{TOKEN}}"), {"t0ken"}),
        (Neo4jConnection("c", "bolt://{{HOST}}", "{{USER}}", "{{PASSWORD}}"), {"p@ss"}),
        (Neo4jConnection("c", "bolt://{{HOST}}", "{{USER}}", "{{MISSING}}"), set()),
    ],
)
def test_credentials_are_hidden_and_names_are_not(
    connection: DatabaseConnection, hidden: set[str]
) -> None:
    assert set(secret_values(connection, SECRETS)) == hidden
