"""``GET manifest``: what ``modus.json`` says, and what of it is there."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from atoll.manifest import HttpConnection, LimitSettings
from atoll.manifest.graphql import RULES as GRAPHQL_RULES
from atoll.manifest.graphql import GraphQLSettings
from atoll.manifest.limits import RULES
from atoll.models import ModelError
from atoll.models.interface import interface_of
from atoll.secrets import required_secrets
from atoll.server.explorer.place import Place, place_of
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.state import Problem
from atoll.server.explorer.target import shown_target
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.app.app import App
    from atoll.manifest import Connection, Manifest, Model
    from atoll.manifest.limits import LimitRule
    from atoll.server.explorer.explorer import Explorer, Subject

_FILE: Final = "modus.json"
_SENTENCES: Final = {
    "memoryMb": "Memory of one call.",
    "cpuSeconds": "Time that one call may compute.",
    "wallSeconds": "Time from the start of a call to its end, waiting included.",
    "streamSeconds": "The same of a function that streams.",
    "logKb": "What one call may log and print.",
    "payloadMb": "The largest request, result, answer of a model or of a connection.",
    "hostCalls": "What one call may ask of its host at the same time.",
    "concurrency": "Calls at work at the same time in one server.",
    "graphql.maxDepth": "Fields below each other in a query.",
    "graphql.maxTokens": "Words and signs of a query's text.",
    "graphql.maxAliases": "Fields under another name in one operation.",
    "graphql.maxRootFields": "Functions that one operation may call.",
    "graphql.maxCost": "The sum of the costs of an operation's fields.",
    "graphql.maxBatch": "Requests that a client may send at once; 0 for one at a time.",
}


class EndpointPlace(Wire, frozen=True):
    name: str
    path: str
    auth: str
    location: Place | None


class ConnectionInfo(Wire, frozen=True):
    name: str
    type: str
    target: str
    secrets: list[str]
    location: Place | None


class ModelInfo(Wire, frozen=True):
    name: str
    source_model: str
    provider: str | None
    connection: str
    interface: str | None
    installed: bool | None
    hint: str | None
    location: Place | None


class SecretInfo(Wire, frozen=True):
    name: str
    set: bool
    used_by: list[str]


class LimitInfo(Wire, frozen=True):
    name: str
    value: float
    unit: str
    changed: bool
    description: str


class CollectionPlace(Wire, frozen=True):
    name: str
    location: Place | None


class ManifestInfo(Wire, frozen=True):
    file: str
    endpoints: list[EndpointPlace]
    connections: list[ConnectionInfo]
    models: list[ModelInfo]
    secrets: list[SecretInfo]
    limits: list[LimitInfo]
    collections: list[CollectionPlace]
    warnings: list[Problem]


async def _manifest(explorer: Explorer, request: ExplorerRequest) -> ManifestInfo:
    # Whether models are installed is asked of the disk.
    return await asyncio.to_thread(_read, explorer.subject)


def _read(subject: Subject) -> ManifestInfo:
    app, manifest = subject.app, subject.app.manifest
    return ManifestInfo(
        _FILE if manifest.path is None else manifest.path.name,
        [
            EndpointPlace(each.name, each.path, each.auth, place_of(each.location))
            for each in manifest.endpoints.values()
        ],
        [_connection(manifest, each) for each in manifest.connections.values()],
        [_model(manifest, each, subject.folder) for each in manifest.models.values()],
        secrets_of(app),
        [*_limits(manifest)],
        [
            CollectionPlace(each.name, place_of(each.location))
            for each in manifest.collections.values()
        ],
        list(_warnings(manifest)),
    )


def _connection(manifest: Manifest, connection: Connection) -> ConnectionInfo:
    if isinstance(connection, HttpConnection):
        address = connection.base_url or connection.endpoint
    else:
        settings = connection.settings
        named = ("connString", "dbUri", "grpcTarget")
        address = next((settings[key] for key in named if settings.get(key)), "")
    secrets = [
        each.variable for each in required_secrets(manifest) if each.connection == connection.name
    ]
    place = place_of(connection.location)
    return ConnectionInfo(connection.name, connection.type, shown_target(address), secrets, place)


def _model(manifest: Manifest, model: Model, folder: Path) -> ModelInfo:
    installed, hint = _installed(manifest, model, folder)
    return ModelInfo(
        model.name,
        model.source_model,
        model.provider or None,
        model.connection,
        interface_of(manifest, model, folder),
        installed,
        hint,
        place_of(model.location),
    )


def _installed(manifest: Manifest, model: Model, folder: Path) -> tuple[bool | None, str | None]:
    """Whether a model that runs here can; None of others. What helps if it cannot."""
    if not manifest.is_local(model):
        return None, None
    from atoll.models.local.source import find_source

    try:
        find_source(model.source_model or model.name, None, folder)
    except ModelError as error:
        return False, error.hint or error.message
    return True, None


def secrets_of(app: App) -> list[SecretInfo]:
    """The secrets that the manifest asks for, and whether there are values for them."""
    found = []
    for secret in required_secrets(app.manifest):
        value = app.secrets.variable(secret.variable)
        user = "functions" if secret.connection is None else f"connections.{secret.connection}"
        # That of a connection may be empty; functions are told then that there is none.
        there = bool(value) if secret.connection is None else value is not None
        found.append(SecretInfo(secret.variable, there, [user]))
    return found


def _limits(manifest: Manifest) -> Iterator[LimitInfo]:
    yield from _limits_of("", RULES, manifest.limits, LimitSettings())
    yield from _limits_of("graphql.", GRAPHQL_RULES, manifest.graphql, GraphQLSettings())


def _limits_of(
    section: str,
    rules: Sequence[LimitRule],
    settings: LimitSettings | GraphQLSettings,
    defaults: LimitSettings | GraphQLSettings,
) -> Iterator[LimitInfo]:
    values, usual = (
        {field.name: getattr(each, field.name) for field in dataclasses.fields(each)}
        for each in (settings, defaults)
    )
    for rule in rules:
        name, value = section + rule.key, values[rule.attribute]
        changed = value != usual[rule.attribute]
        yield LimitInfo(name, value, rule.unit, changed, _SENTENCES.get(name, ""))


def _warnings(manifest: Manifest) -> Iterator[Problem]:
    for each in manifest.warnings:
        place = each.location
        file = None if place is None else Path(place.file).name
        line, column = (None, None) if place is None else (place.line, place.column)
        yield Problem(each.code, each.message, each.hint, file, line, column)


ROUTES = (Route("GET", "manifest", _manifest),)
