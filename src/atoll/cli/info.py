"""``atoll info``: what an app offers, and what it needs."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.console import result, styled
from atoll.cli.failure import look_for_sources_in
from atoll.cli.options import AppPath, SecretsOption

if TYPE_CHECKING:
    from graphql import GraphQLSchema

    from atoll.app.call import Caller, Outcome
    from atoll.guest.selection import Selection
    from atoll.guest.types import Function, Interface
    from atoll.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Unloaded:
    """An app as far as its schema goes: it cannot be called."""

    interface: Interface
    exact: bool = True
    may_wait: bool = False

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> Outcome:
        raise NotImplementedError

    def stream(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> AsyncIterator[Any]:
        raise NotImplementedError


def info(
    path: AppPath = Path(),
    schema: Annotated[bool, typer.Option("--schema", help="Print the GraphQL schema.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    secrets: SecretsOption = None,
) -> None:
    """Show what an app offers and needs: functions, endpoints, models, secrets.

    Builds the app first if its sources are newer than its build. Secrets are named, never shown.

    \b
    Examples:
      atoll info
      atoll info ./hello --schema > schema.graphql
      atoll info --json | jq .secrets
    """
    from atoll.cli.console import Steps
    from atoll.cli.runtime import Runtime, Settings, unusable
    from atoll.cli.sources import ready_build
    from atoll.graphql import GraphQLApi
    from atoll.graphql.ticks import built_in_subscriptions
    from atoll.guest.failure import MetadataError
    from atoll.guest.metadata import read_metadata
    from atoll.secrets import chosen

    look_for_sources_in(path)
    with Steps() as steps:
        settings = Settings(
            dev=False, limits={}, form="split", secrets=chosen(secrets or (), os.environ)
        )
        runtime = Runtime(settings, steps)
        try:
            build = ready_build(runtime, path, steps)
            environ = runtime.environ(path)
            manifest = runtime.manifest(build.manifest, environ)
            origin = runtime.secret_sources(path).origin
        finally:
            runtime.close()
    try:
        metadata = read_metadata(build.module.read_bytes())
    except MetadataError as error:
        raise unusable(error, str(build.module)) from error
    api = GraphQLApi(
        Unloaded(metadata.interface),
        hidden=manifest.embedders,
        subscriptions=built_in_subscriptions(manifest.graphql),
    )
    if schema:
        result(api.sdl.rstrip())
        return
    summary = describe(build.name, metadata.runtime, api.schema.graphql, manifest, origin, path)
    if as_json:
        result(json.dumps(summary, indent=2))
        return
    result("\n".join(_lines(summary)))


def describe(
    name: str,
    runtime: str,
    schema: GraphQLSchema,
    manifest: Manifest,
    origin: Callable[[str], str | None],
    folder: Path,
) -> dict[str, Any]:
    """Summarise an app as JSON data; ``origin`` tells which provider has a variable, ``folder`` is
    the app's."""
    from atoll.manifest import HttpConnection
    from atoll.secrets import environment_name, required_secrets

    connections = {}
    for connection in manifest.connections.values():
        if isinstance(connection, HttpConnection):
            where = connection.base_url or connection.endpoint
            connections[connection.name] = {"type": "http", "url": where}
        else:
            connections[connection.name] = {"type": connection.type, "url": ""}
    return {
        "name": name,
        "runtime": runtime,
        "environment": environment_name(os.environ),
        "functions": signatures(schema),
        "endpoints": [
            {"name": e.name, "path": e.path, "auth": e.auth} for e in manifest.endpoints.values()
        ],
        "models": [
            {"name": m.name, "sourceModel": m.source_model, "connection": m.connection}
            | ({"installed": _installed(m.source_model, folder)} if manifest.is_local(m) else {})
            for m in manifest.models.values()
        ],
        "collections": [
            {
                "name": c.name,
                "searchMethods": {
                    m.name: {"embedder": m.embedder, "distance": m.distance, "index": m.index.type}
                    for m in c.methods.values()
                },
            }
            for c in manifest.collections.values()
        ],
        "connections": connections,
        "secrets": [
            {
                "variable": s.variable,
                "connection": s.connection,
                "set": origin(s.variable) is not None,
                "provider": origin(s.variable),
            }
            for s in required_secrets(manifest)
        ],
    }


def signatures(schema: GraphQLSchema) -> list[str]:
    """Each function as its GraphQL field: ``query sayHello(name: String! = "World"): String!``."""
    from graphql import print_type

    found = []
    for kind, root in (
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),  # of functions that stream
    ):
        if root is None or not root.fields:
            continue
        plain = root.to_kwargs()
        plain["description"] = None
        for field_name, field in root.fields.items():
            one = type(field)(
                **{
                    **field.to_kwargs(),
                    "description": None,
                    "args": {
                        name: type(argument)(**{**argument.to_kwargs(), "description": None})
                        for name, argument in field.args.items()
                    },
                }
            )
            plain["fields"] = {field_name: one}
            line = print_type(type(root)(**plain)).splitlines()[1].strip()
            found.append(f"{kind} {line}")
    return found


def _installed(name: str, folder: Path) -> bool:
    from atoll.models import ModelError
    from atoll.models.local import CATALOGUE, is_installed, is_path, local_kind

    if is_path(name):
        try:
            local_kind(name, folder)
        except ModelError:
            return False
        return True
    model = CATALOGUE.get(name.lower())
    return model is not None and is_installed(model)


def _lines(summary: dict[str, Any]) -> list[str]:
    lines = [f"{styled(summary['name'], 'bold')}  ({summary['runtime']})", "functions:"]
    for signature in summary["functions"]:
        streams = signature.startswith("subscription ")
        lines.append(f"  {signature}{'  (streams)' if streams else ''}")
    if not summary["functions"]:
        lines.append("  none")
    lines.append("endpoints:")
    lines += [f"  {e['path']}  auth: {e['auth']}" for e in summary["endpoints"]] or ["  none"]
    if summary["models"]:
        lines.append("models:")
    for model in summary["models"]:
        lacking = ", not installed: atoll models install"
        if "/" in model["sourceModel"]:
            lacking = ", not there"
        state = {True: ", installed", False: lacking, None: ""}
        where = f"{model['connection']}{state[model.get('installed')]}"
        lines.append(f"  {model['name']}  {model['sourceModel']} ({where})")
    if summary["collections"]:
        lines.append("collections:")
    for collection in summary["collections"]:
        by = [f"{n} by {m['embedder']}" for n, m in collection["searchMethods"].items()]
        lines.append(f"  {collection['name']}  {', '.join(by) or 'no search methods'}")
    if summary["connections"]:
        lines.append("connections:")
    for name, connection in summary["connections"].items():
        lines.append(f"  {name}  {connection['type']} {connection['url']}".rstrip())
    if summary["secrets"]:
        lines.append(f"secrets (environment {summary['environment']}):")
    for secret in summary["secrets"]:
        found = f"{styled('set', 'green')} by {secret['provider']}"
        state_text = found if secret["set"] else styled("missing", "red")
        lines.append(f"  {secret['variable']}  {state_text}")
    return lines
