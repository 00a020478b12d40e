"""The app's manifest, ``modus.json``."""

from __future__ import annotations

from atoll.manifest.connection import Connection, HttpConnection, OtherConnection
from atoll.manifest.endpoint import Auth, Endpoint
from atoll.manifest.graphql import GraphQLSettings
from atoll.manifest.limits import LimitSettings
from atoll.manifest.location import Location
from atoll.manifest.manifest import Errors, Manifest, load_manifest, parse_manifest
from atoll.manifest.model import HYPERMODE, LOCAL, Model, replacement_lines
from atoll.manifest.problem import ManifestError, Problem, ProblemCode, Severity
from atoll.manifest.schema import schema_text

__all__ = [
    "HYPERMODE",
    "LOCAL",
    "Auth",
    "Connection",
    "Endpoint",
    "Errors",
    "GraphQLSettings",
    "HttpConnection",
    "LimitSettings",
    "Location",
    "Manifest",
    "ManifestError",
    "Model",
    "OtherConnection",
    "Problem",
    "ProblemCode",
    "Severity",
    "load_manifest",
    "parse_manifest",
    "replacement_lines",
    "schema_text",
]
