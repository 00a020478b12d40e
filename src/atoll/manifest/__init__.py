"""The app's manifest, ``modus.json``."""

from __future__ import annotations

from atoll.manifest.access import AccessRule, AccessRules
from atoll.manifest.connection import Connection, HttpConnection
from atoll.manifest.database import (
    DatabaseConnection,
    DgraphConnection,
    MysqlConnection,
    Neo4jConnection,
    PostgresqlConnection,
)
from atoll.manifest.endpoint import Auth, Endpoint
from atoll.manifest.graphql import GraphQLSettings
from atoll.manifest.limits import LimitSettings
from atoll.manifest.location import Location
from atoll.manifest.manifest import Errors, Manifest, load_manifest, parse_manifest
from atoll.manifest.model import HYPERMODE, LOCAL, Model, replacement_lines
from atoll.manifest.problem import ManifestError, Problem, ProblemCode, Severity
from atoll.manifest.schema import schema_text
from atoll.manifest.traffic import PoolSettings, RateSettings, RetrySettings

__all__ = [
    "HYPERMODE",
    "LOCAL",
    "AccessRule",
    "AccessRules",
    "Auth",
    "Connection",
    "DatabaseConnection",
    "DgraphConnection",
    "Endpoint",
    "Errors",
    "GraphQLSettings",
    "HttpConnection",
    "LimitSettings",
    "Location",
    "Manifest",
    "ManifestError",
    "Model",
    "MysqlConnection",
    "Neo4jConnection",
    "PoolSettings",
    "PostgresqlConnection",
    "Problem",
    "ProblemCode",
    "RateSettings",
    "RetrySettings",
    "Severity",
    "load_manifest",
    "parse_manifest",
    "replacement_lines",
    "schema_text",
]
