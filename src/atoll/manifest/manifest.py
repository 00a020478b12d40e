"""The app's manifest, ``modus.json``: what it serves, what it may reach, what it may use.

What the original runtime refuses is an error, and so is what would be unsafe; everything else that
looks wrong is a warning, and the app is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from atoll.manifest.access import AccessRules, read_access
from atoll.manifest.collection import Collection, read_collections
from atoll.manifest.connection import Connection, read_connections
from atoll.manifest.endpoint import Endpoint, read_endpoints
from atoll.manifest.graphql import GraphQLSettings, read_graphql
from atoll.manifest.inferences import InferenceSettings, read_inferences
from atoll.manifest.jsonc import (
    ArrayNode,
    JsoncError,
    Node,
    ObjectNode,
    ScalarNode,
    parse_jsonc,
)
from atoll.manifest.limits import LimitSettings, read_limits
from atoll.manifest.location import Location
from atoll.manifest.model import LOCAL, Model, check_connections, read_models
from atoll.manifest.names import read_guest_environment, read_secrets
from atoll.manifest.origin import read_cors
from atoll.manifest.problem import ManifestError, Problem, ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, describe, did_you_mean

MAX_BYTES = 1 << 20
"""The largest manifest that is read."""

Errors = Literal["masked", "messages"]
_ERRORS: dict[str, Errors] = {"masked": "masked", "messages": "messages"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says, defaults filled in. ``Manifest()`` is the empty one.

    ``endpoints`` has only those that can be served. ``cors`` lists the foreign origins that may
    call, ``("*",)`` for all. ``errors`` says whether API clients see the messages of unexpected
    failures when served in production. ``embedders`` names the functions that collections use to
    embed texts; the API does not offer them.
    """

    path: Path | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    connections: Mapping[str, Connection] = field(default_factory=dict)
    limits: LimitSettings = field(default_factory=LimitSettings)
    cors: tuple[str, ...] = ()
    errors: Errors = "masked"
    graphql: GraphQLSettings = field(default_factory=GraphQLSettings)
    embedders: frozenset[str] = frozenset()
    app_secrets: frozenset[str] | None = None
    """Names of the app's secrets that functions may read; None for all."""
    guest_environment: tuple[str, ...] = ()
    """Variables ``MODUS_*`` that functions find in their environment."""
    access: AccessRules = field(default_factory=AccessRules)
    inferences: InferenceSettings = field(default_factory=InferenceSettings)
    collections: Mapping[str, Collection] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def is_local(self, model: Model) -> bool:
        """Whether ``model`` runs inside Atoll: no connection of the manifest has that name."""
        return model.connection == LOCAL and LOCAL not in self.connections


def load_manifest(path: Path, *, strict: bool = False) -> Manifest:
    """Read the manifest at ``path``; a missing file is an empty manifest.

    Problems name the file as ``path`` does. ``strict`` turns warnings into errors. Raises
    ManifestError with everything that is wrong.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = f"{path} cannot be read: {reason}."
        problem = Problem("error", ProblemCode.UNREADABLE.value, message)
        raise ManifestError([problem]) from error
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        hint = "Save the file in UTF-8."
        location = Location(str(path), data.count(b"\n", 0, error.start) + 1)
        problem = Problem(
            "error", ProblemCode.MALFORMED_JSON.value, f"{path} is not UTF-8.", hint, location
        )
        raise ManifestError([problem]) from error
    return parse_manifest(text, path=path, strict=strict)


def parse_manifest(text: str, *, path: Path | None = None, strict: bool = False) -> Manifest:
    """Like ``load_manifest``, for the text of a manifest. ``path`` names it in problems."""
    file = "modus.json" if path is None else str(path)
    if len(text) > MAX_BYTES:
        message = f"{file} is larger than {MAX_BYTES >> 20} MiB."
        raise ManifestError([Problem("error", ProblemCode.TOO_LARGE.value, message)])
    try:
        root = parse_jsonc(text, file=file)
    except JsoncError as error:
        problem = Problem("error", error.code, error.message, error.hint, error.location)
        raise ManifestError([problem]) from error
    log = ProblemLog()
    manifest = _read(root, path, log)
    return replace(manifest, warnings=log.warnings_or_raise(strict=strict))


def _read(root: Node, path: Path | None, log: ProblemLog) -> Manifest:
    if not isinstance(root, ObjectNode):
        log.error(
            ProblemCode.WRONG_TYPE,
            f"The manifest must be an object, not {describe(root)}.",
            root.location,
        )
        return Manifest()
    _warn_of_duplicates(root, log)
    reader = ObjectReader(root, "the manifest", log)
    _check_schema_key(reader, log)
    endpoints = read_endpoints(reader.object("endpoints"), log)
    connections = {item.name: item for item in read_connections(reader.object("connections"), log)}
    models = {item.name: item for item in read_models(reader.object("models"), log)}
    check_connections(models, connections, log)
    section = reader.object("collections")
    collections = {} if section is None else read_collections(section, log)
    methods = (method for found in collections.values() for method in found.methods.values())
    embedders = frozenset(method.embedder for method in methods)
    ours = ObjectReader(root, "the manifest", log, strict=True)
    limits = ours.object("limits")
    cors = ours.value("cors")
    errors = _read_errors(ours, log)
    graphql = ours.object("graphql")
    app_secrets = read_secrets(ours.value("secrets"), log)
    guest_environment = read_guest_environment(ours.value("guestEnvironment"), connections, log)
    access = ours.object("access")
    inferences = ours.object("inferences")
    reader.finish(others=ours.known)
    return Manifest(
        path,
        {item.name: item for item in endpoints},
        models,
        connections,
        LimitSettings() if limits is None else read_limits(limits, log),
        () if cors is None else read_cors(cors, log),
        errors,
        GraphQLSettings() if graphql is None else read_graphql(graphql, log),
        embedders,
        app_secrets,
        guest_environment,
        AccessRules() if access is None else read_access(access, log),
        InferenceSettings() if inferences is None else read_inferences(inferences, log),
        collections,
    )


def _check_schema_key(reader: ObjectReader, log: ProblemLog) -> None:
    """``$schema`` is for editors: any text will do, and no mistake in it stops the app."""
    value = reader.value("$schema")
    if value is not None and not (isinstance(value, ScalarNode) and isinstance(value.value, str)):
        log.warning(
            ProblemCode.INVALID_VALUE,
            f'"$schema" of the manifest should be a string, not {describe(value)}.',
            value.location,
        )


def _read_errors(reader: ObjectReader, log: ProblemLog) -> Errors:
    found = reader.string("errors")
    if found is None:
        return "masked"
    value, location = found
    if value not in _ERRORS:
        log.error(
            ProblemCode.INVALID_ERRORS,
            f'"errors" must be "masked" or "messages", not "{value}".',
            location,
            did_you_mean(value, _ERRORS),
        )
    return _ERRORS.get(value, "masked")


def _warn_of_duplicates(node: Node, log: ProblemLog) -> None:
    match node:
        case ObjectNode(members):
            for ignored, counted in node.duplicates():
                log.warning(
                    ProblemCode.DUPLICATE_KEY,
                    f'The key "{ignored.key}" is given twice; the later one counts.',
                    counted.location,
                    f"The ignored one stands at {ignored.location}.",
                )
            for member in members:
                _warn_of_duplicates(member.value, log)
        case ArrayNode(items):
            for item in items:
                _warn_of_duplicates(item, log)
        case ScalarNode():
            pass
