"""``atoll connections``: whether what the manifest names can be reached."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoll.cli.console import note, result, styled
from atoll.cli.options import AppPath, SecretsOption

if TYPE_CHECKING:
    from atoll.manifest import Connection, Manifest
    from atoll.secrets import Secrets

SECONDS = 15
"""For each connection: some never answer."""


def connections(
    path: AppPath = Path(),
    names: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Try this connection only; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    secrets: SecretsOption = None,
) -> None:
    """Try each connection of the app's manifest, with the secrets that are set.

    Databases run a statement that changes nothing; http hosts are asked with HEAD. The exit
    status is 1 when one cannot be used. Nothing of the app is built or run.

    \b
    Examples:
      atoll connections
      atoll connections ./shop --only main-db
    """
    from atoll.cli.console import Steps
    from atoll.cli.failure import CommandError
    from atoll.cli.runtime import Runtime, Settings
    from atoll.secrets import Secrets, chosen, environment_name, required_secrets

    with Steps() as steps:
        settings = Settings(
            dev=False, limits={}, form="split", secrets=chosen(secrets or (), os.environ)
        )
        runtime = Runtime(settings, steps)
        try:
            environ = runtime.environ(path)
            file = path / "modus.json"
            if not file.is_file():
                raise CommandError(
                    "NO_MANIFEST",
                    f"{file} does not exist.",
                    "Run this in the app's folder, or name it: atoll connections ./my-app",
                )
            manifest: Manifest = runtime.manifest(file, environ)
        finally:
            runtime.close()
    unknown = sorted(set(names or ()) - set(manifest.connections))
    if unknown:
        known = ", ".join(manifest.connections) or "none"
        raise CommandError(
            "NO_SUCH_CONNECTION",
            f"modus.json has no connection named {unknown[0]}.",
            f"It has: {known}.",
        )
    wanted = [one for name, one in manifest.connections.items() if not names or name in names]
    found = asyncio.run(_try_all(manifest, wanted, Secrets(environ)))
    for one in found:
        missing = [
            secret.variable
            for secret in required_secrets(manifest)
            if secret.connection == one["name"] and secret.variable not in environ
        ]
        if missing:
            one["missing"] = missing
    name = environment_name(os.environ)
    if any("missing" in one for one in found) and name != "dev":
        note(f"note: .env.dev* is not read in the environment {name!r}, but with MODUS_ENV=dev")
    if as_json:
        result(json.dumps(found, indent=2))
    else:
        result("\n".join(_lines(found)) or "modus.json names no connections.")
    if not all(one["ok"] for one in found):
        raise typer.Exit(1)


async def _try_all(
    manifest: Manifest, wanted: list[Connection], secrets: Secrets
) -> list[dict[str, Any]]:
    from atoll.connections import Databases, Fetcher, HttpClient

    size = manifest.limits.payload_bytes
    client = HttpClient(secrets)
    databases = Databases(manifest, secrets, max_bytes=size)
    http = Fetcher(manifest, client, max_bytes=size)
    try:
        return list(await asyncio.gather(*(_try(one, http, databases) for one in wanted)))
    finally:
        await databases.close()
        await client.close()


async def _try(connection: Connection, http: Any, databases: Any) -> dict[str, Any]:
    from atoll.connections import ConnectionFailed
    from atoll.connections.check import check_connection

    told: dict[str, Any] = {"name": connection.name, "type": connection.type}
    started = time.monotonic()
    try:
        async with asyncio.timeout(SECONDS):
            said = await check_connection(connection, http, databases)
    except ConnectionFailed as error:
        return {**told, "ok": False, "code": error.code, "said": error.message, "hint": error.hint}
    except TimeoutError:
        return {**told, "ok": False, "code": "TIMEOUT", "said": f"no answer within {SECONDS} s"}
    return {**told, "ok": True, "said": said, "ms": round((time.monotonic() - started) * 1000)}


def _lines(found: list[dict[str, Any]]) -> list[str]:
    width = max((len(one["name"]) for one in found), default=0)
    lines = []
    for one in found:
        mark = styled("ok    ", "green") if one["ok"] else styled("failed", "red")
        took = f" ({one['ms']} ms)" if one["ok"] else ""
        lines.append(f"{mark}  {one['name']:{width}}  {one['type']:10}  {one['said']}{took}")
        if one.get("missing"):
            lines.append(f"        not set, and so empty: {', '.join(one['missing'])}")
        elif one.get("hint"):
            lines.append(f"        {one['hint']}")
    return lines
