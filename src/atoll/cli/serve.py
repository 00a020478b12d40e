"""``atoll serve``: a build in production mode."""

from __future__ import annotations

import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoll.cli.failure import CommandError
from atoll.cli.options import (
    LOOPBACK_NAMES,
    Host,
    LimitOption,
    LogLevel,
    LogLevelOption,
    Port,
    SecretsOption,
    parse_limits,
)

if TYPE_CHECKING:
    import socket

    from atoll.app.build import Build
    from atoll.cli.runtime import Compiled, Runtime
    from atoll.server.deployment import Deployment

log = logging.getLogger("atoll.cli")


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def serve(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="[DIR]",
            help="A build, or an app's folder with build/ in it.",
            show_default="here",
        ),
    ] = Path(),
    host: Host = None,
    port: Port = 8686,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=256, help="Processes to serve from.")
    ] = 1,
    limit: LimitOption = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="Of the log, on stderr.")
    ] = LogFormat.JSON,
    log_level: LogLevelOption = LogLevel.INFO,
    secrets: SecretsOption = None,
    explorer: Annotated[
        bool, typer.Option("--explorer", help="Serve the Explorer at /explorer, too.")
    ] = False,
    explorer_scope: Annotated[
        str,
        typer.Option("--explorer-scope", metavar="NAME", help="That tokens need for the Explorer."),
    ] = "explorer",
) -> None:
    """Serve a build in production mode.

    Nothing is built, and of an unchanged build nothing is compiled. `.env` files are read from DIR.
    Clients see the messages of unexpected failures only if modus.json says "errors": "messages".

    \b
    Examples:
      atoll serve                        the app here, on http://localhost:8686
      atoll serve build --port 80 --host 0.0.0.0
      atoll serve --workers 4 --limit cpuSeconds=5 --limit memoryMb=128
      atoll serve --secrets dir:/run/secrets
      atoll serve --explorer             for who has a token with the scope "explorer"
    """
    from atoll.app.build import find_build, require_manifest
    from atoll.cli.runtime import LoggedSteps, Runtime, Settings
    from atoll.secrets import chosen
    from atoll.server.listener import check_port, listen
    from atoll.server.logs import configure_logging
    from atoll.server.worker import Seat

    configure_logging(log_format.value, level=log_level.number)
    settings = Settings(
        dev=False,
        limits=parse_limits(limit),
        form="whole",
        history=True,
        secrets=chosen(secrets or (), os.environ),
    )
    if explorer and workers > 1:
        raise CommandError(
            "EXPLORER_WORKERS",
            "The Explorer shows the calls of one process, and --workers makes several",
            "leave out --workers, or --explorer",
        )
    build = find_build(directory)
    require_manifest(build.directory)
    seat = Seat.taken(os.environ)
    if seat is None:
        check_port(host, port)
    runtime = Runtime(settings, LoggedSteps())
    try:
        if seat is None and workers > 1:
            # Once, here: otherwise each worker would compile for itself.
            compiled = runtime.read(build, directory)
            runtime.guest(compiled)
            _warn_of_lacking(compiled)
            _supervise(workers, listen(host, port))
        else:
            chosen_scope = explorer_scope if explorer else None
            sockets = seat.listening() if seat else None
            _serve(runtime, build, directory, host, port, sockets, chosen_scope)
    finally:
        runtime.close()


def _supervise(workers: int, sockets: list[socket.socket]) -> None:
    from atoll.server.supervisor import Supervisor

    program = "from atoll.cli.main import main; main()"
    command = [sys.executable, "-c", program, *sys.argv[1:]]
    Supervisor(command, workers, sockets, on_listening=_announce).run()


def _serve(
    runtime: Runtime,
    build: Build,
    folder: Path,
    host: str | None,
    port: int,
    sockets: list[socket.socket] | None,
    scope: str | None,
) -> None:
    """``scope``: of tokens that are for the Explorer; None to do without it."""
    from atoll.cli.served import following_secrets
    from atoll.secrets import environment_name
    from atoll.server.asgi import Application
    from atoll.server.deployment import Deployments
    from atoll.server.listener import listen
    from atoll.server.serve import run
    from atoll.server.serve import serve as run_server
    from atoll.telemetry.setup import tracing

    is_worker = sockets is not None

    async def main() -> None:
        compiled = runtime.read(build, folder)
        explorer = None
        if scope is not None:
            # Here, because most servers have none.
            from atoll.cli.explorer import operators_explorer, subject_of

            explorer = operators_explorer(runtime, compiled, host, scope)
        served = runtime.deploy(compiled)
        deployment = served.deployment
        if explorer is not None:
            explorer.show(subject_of(served, compiled, runtime.limits))
            explorer.built()
        runtime.recording.start()
        served.app.start()
        if not is_worker:
            _warn_of_lacking(compiled)
            _warn(compiled, deployment, host)
        application = Application(
            Deployments(deployment),
            runtime.metrics,
            environment=environment_name(os.environ),
            explorer=explorer,
        )
        async with following_secrets(runtime.secret_sources(folder), lambda: served):
            await run_server(
                application,
                sockets if sockets is not None else listen(host, port),
                on_listening=None if is_worker else _announce,
            )

    with tracing(os.environ, build.name):
        run(main())


def _announce(addresses: list[str]) -> None:
    log.info("Listening.", extra={"fields": {"urls": addresses}})


def _warn_of_lacking(compiled: Compiled) -> None:
    from atoll.cli.capabilities import lacking

    for sentence in lacking(compiled.wasm):
        log.warning(sentence)


def _warn(compiled: Compiled, deployment: Deployment, host: str | None) -> None:
    """Say what the operator should know: of the manifest, of keys, of who can reach the app."""
    from atoll.cli.models import missing_models

    manifest = compiled.manifest
    for problem in manifest.warnings:
        place = {} if problem.location is None else {"location": str(problem.location)}
        hint = {} if problem.hint is None else {"hint": problem.hint}
        log.warning(problem.message, extra={"fields": {"code": problem.code, **place, **hint}})
    for text in deployment.warnings():
        log.warning(text)
    for name in missing_models(manifest):
        hint = {"hint": f"atoll models install {name}"}
        log.warning(f"The model {name} is not installed.", extra={"fields": hint})
    if not deployment.endpoints:
        log.warning("The manifest has no endpoint, so there is nothing to ask.")
    open_endpoints = [e.path for e in deployment.endpoints.values() if e.auth == "none"]
    if host not in LOOPBACK_NAMES and open_endpoints:
        which = "all public functions" if manifest.access.restricts else "all functions"
        log.warning(
            f"Whoever reaches this port may call {which}: these endpoints ask for no token.",
            extra={"fields": {"endpoints": open_endpoints, "hint": 'say "auth": "bearer-token"'}},
        )
