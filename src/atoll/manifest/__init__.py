"""The app's manifest, ``modus.json``."""

from __future__ import annotations

from atoll.manifest.access import AccessRule, AccessRules
from atoll.manifest.collection import Collection, IndexSettings, SearchMethod
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
from atoll.manifest.inferences import InferenceSettings, Redaction, Retention
from atoll.manifest.limits import LimitSettings
from atoll.manifest.location import Location
from atoll.manifest.manifest import Errors, Manifest, load_manifest, parse_manifest
from atoll.manifest.model import HYPERMODE, LOCAL, Model, replacement_lines
from atoll.manifest.model_settings import INTERFACES, ModelSettings, Prices, TokenBudget
from atoll.manifest.problem import ManifestError, Problem, ProblemCode, Severity
from atoll.manifest.schema import schema_text
from atoll.manifest.traffic import PoolSettings, RateSettings, RetrySettings

__all__ = [
    "HYPERMODE",
    "INTERFACES",
    "LOCAL",
    "AccessRule",
    "AccessRules",
    "Auth",
    "Collection",
    "Connection",
    "DatabaseConnection",
    "DgraphConnection",
    "Endpoint",
    "Errors",
    "GraphQLSettings",
    "HttpConnection",
    "IndexSettings",
    "InferenceSettings",
    "LimitSettings",
    "Location",
    "Manifest",
    "ManifestError",
    "Model",
    "ModelSettings",
    "MysqlConnection",
    "Neo4jConnection",
    "PoolSettings",
    "PostgresqlConnection",
    "Prices",
    "Problem",
    "ProblemCode",
    "RateSettings",
    "Redaction",
    "Retention",
    "RetrySettings",
    "SearchMethod",
    "Severity",
    "TokenBudget",
    "load_manifest",
    "parse_manifest",
    "replacement_lines",
    "schema_text",
]
