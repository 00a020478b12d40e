"""The databases that an app may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader
from atoll.manifest.traffic import PoolSettings, read_pool, read_timeout


@dataclass(frozen=True, slots=True)
class PostgresqlConnection:
    """A PostgreSQL database.

    Of this and the other databases: texts are secret templates as they stand in the file, and ""
    is one that the file leaves out, which calls must refuse. ``timeout`` is in seconds, for one
    statement; None for what the call has left.
    """

    name: str
    conn_string: str = ""
    pool: PoolSettings = field(default_factory=PoolSettings)
    timeout: float | None = None
    type: ClassVar = "postgresql"
    location: Location | None = field(default=None, compare=False)

    @property
    def settings(self) -> Mapping[str, str]:
        """The templates by their keys in the file."""
        return {"connString": self.conn_string}


@dataclass(frozen=True, slots=True)
class MysqlConnection:
    """A MySQL or MariaDB database."""

    name: str
    conn_string: str = ""
    pool: PoolSettings = field(default_factory=PoolSettings)
    timeout: float | None = None
    type: ClassVar = "mysql"
    location: Location | None = field(default=None, compare=False)

    @property
    def settings(self) -> Mapping[str, str]:
        return {"connString": self.conn_string}


@dataclass(frozen=True, slots=True)
class Neo4jConnection:
    """A Neo4j server."""

    name: str
    db_uri: str = ""
    username: str = ""
    password: str = ""
    pool: PoolSettings = field(default_factory=PoolSettings)
    timeout: float | None = None
    type: ClassVar = "neo4j"
    location: Location | None = field(default=None, compare=False)

    @property
    def settings(self) -> Mapping[str, str]:
        return {"dbUri": self.db_uri, "username": self.username, "password": self.password}


@dataclass(frozen=True, slots=True)
class DgraphConnection:
    """A Dgraph cluster, by ``conn_string`` or by ``grpc_target`` and perhaps ``key``."""

    name: str
    conn_string: str = ""
    grpc_target: str = ""
    key: str = ""
    timeout: float | None = None
    type: ClassVar = "dgraph"
    location: Location | None = field(default=None, compare=False)

    @property
    def settings(self) -> Mapping[str, str]:
        return {"connString": self.conn_string, "grpcTarget": self.grpc_target, "key": self.key}


DatabaseConnection: TypeAlias = (
    PostgresqlConnection | MysqlConnection | Neo4jConnection | DgraphConnection
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of a database connection. ``pattern`` is what its value should begin with or be."""

    key: str
    required: bool
    pattern: re.Pattern[str] | None = None
    expected: str = ""


def _address(key: str, pattern: str, expected: str, *, required: bool = True) -> Setting:
    # A value that begins with a template is only known at run time.
    return Setting(key, required, re.compile(rf"\{{\{{|{pattern}"), expected)


DATABASES: Mapping[str, tuple[Setting, ...]] = {
    "postgresql": (_address("connString", r"postgres(?:ql)?://", "postgresql://…"),),
    "mysql": (_address("connString", r"mysql://", "mysql://…"),),
    "dgraph": (
        _address("connString", r"dgraph://", "dgraph://…", required=False),
        _address("grpcTarget", r"[^\s/]+:[0-9]+\Z", "host:port", required=False),
        Setting("key", required=False),
    ),
    "neo4j": (
        _address("dbUri", r"(?:neo4j|bolt)(?:\+s|\+ssc)?://", "neo4j+s://…"),
        Setting("username", required=True),
        Setting("password", required=True),
    ),
}
"""The database types and their keys (those of Modus, without its too narrow patterns)."""


def read_database(
    name: str, kind: str, reader: ObjectReader, log: ProblemLog
) -> DatabaseConnection:
    """A connection of type ``kind``, one of ``DATABASES``."""
    settings: dict[str, str] = {}
    for setting in DATABASES[kind]:
        value = reader.text(setting.key, required=setting.required)
        if not value:
            continue
        settings[setting.key] = value
        if setting.pattern is not None and not setting.pattern.match(value):
            log.warning(
                ProblemCode.INVALID_VALUE,
                f'"{setting.key}" of {reader.what} should look like {setting.expected}',
                reader.location,
            )
    if kind == "dgraph" and (message := _dgraph_problem(name, settings)):
        log.warning(ProblemCode.CONNECTION_ADDRESS, message, reader.location)
    ours = reader.ours()
    found = _database(name, kind, settings, reader.location, ours, log)
    reader.finish(others=ours.known)
    return found


def _dgraph_problem(name: str, settings: Mapping[str, str]) -> str | None:
    """What the original refuses when such a connection is first used."""
    if "connString" in settings and "grpcTarget" in settings:
        return (
            f"dgraph connection [{name}] has both connString and grpcTarget (use one or the other)"
        )
    if "connString" in settings and "key" in settings:
        return f"dgraph connection [{name}]: put the key into the connString"
    if "connString" not in settings and "grpcTarget" not in settings:
        return f"dgraph connection [{name}] needs either a connString or a grpcTarget"
    return None


def _database(
    name: str,
    kind: str,
    settings: Mapping[str, str],
    location: Location | None,
    ours: ObjectReader,
    log: ProblemLog,
) -> DatabaseConnection:
    def text(key: str) -> str:
        return settings.get(key, "")

    timeout = read_timeout(ours, log)
    if kind == "dgraph":
        return DgraphConnection(
            name, text("connString"), text("grpcTarget"), text("key"), timeout, location
        )
    pool = read_pool(ours, log)
    if kind == "neo4j":
        return Neo4jConnection(
            name, text("dbUri"), text("username"), text("password"), pool, timeout, location
        )
    sql = PostgresqlConnection if kind == "postgresql" else MysqlConnection
    return sql(name, text("connString"), pool, timeout, location)
