"""``atoll dev``: build, serve, follow edits."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from atoll.cli.console import Steps, note, styled, warn
from atoll.cli.failure import CommandError, report, report_problem
from atoll.cli.options import (
    LOOPBACK_NAMES,
    AppPath,
    CompilerOption,
    Host,
    LimitOption,
    LogLevel,
    LogLevelOption,
    Port,
    RecordOption,
    SecretsOption,
    parse_limits,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from atoll.cli.runtime import Compiled, Runtime
    from atoll.cli.served import Served
    from atoll.cli.sources import Sources

_OF_THE_INSTALLATION = frozenset(
    ("COMPILER_UNKNOWN", "GO_MISSING", "GO_TOO_OLD", "NODE_MISSING", "NODE_TOO_OLD", "NPM_MISSING",
     "PIP_MISSING", "TINYGO_MISSING", "TOOLCHAIN_FAILED", "TOOLCHAIN_MISSING")
)  # fmt: skip
"""Codes of errors that no edit of the app mends."""


def dev(
    path: AppPath = Path(),
    port: Port = 8686,
    host: Host = None,
    limit: LimitOption = None,
    compiler: CompilerOption = None,
    log_level: LogLevelOption = LogLevel.INFO,
    secrets: SecretsOption = None,
    record: RecordOption = None,
) -> None:
    """Build an app, serve it, and follow your edits.

    A build that fails shows where and why, and the last good version keeps serving. Clients see the
    message of every failure. Only requests from this machine are answered. The Explorer, at
    /explorer, is a page to try functions in and to watch calls.

    \b
    Examples:
      atoll dev
      atoll dev ./hello --port 8000
      atoll dev --record tests/recordings
    """
    from atoll.cli.runtime import Runtime, Settings
    from atoll.cli.sources import find_sources
    from atoll.secrets import chosen
    from atoll.server.listener import check_port
    from atoll.server.logs import configure_logging
    from atoll.server.serve import run
    from atoll.telemetry.setup import tracing

    os.environ.setdefault("MODUS_ENV", "dev")
    configure_logging("text", level=log_level.number)
    # The watcher's and the loader's own news would only repeat what is said here.
    logging.getLogger("atoll.cli").setLevel(logging.WARNING)
    settings = Settings(
        dev=True,
        limits=parse_limits(limit),
        form="split",
        follows_edits=True,
        history=True,
        compiler=compiler,
        secrets=chosen(secrets or (), os.environ),
        record=record,
    )
    sources = find_sources(path)
    check_port(host, port)
    if record is not None:
        if record.exists() and not record.is_dir():
            raise CommandError(
                "NOT_A_FOLDER", f"{record} is a file", "choose another: --record DIR"
            )
        note(f"{styled('recording', 'green')} into {record} what functions ask for")
    with Steps() as steps:
        runtime = Runtime(settings, steps)
        try:
            with tracing(os.environ, sources.name):
                run(_Session(runtime, sources, steps, host, port).run())
        finally:
            runtime.close()


class _Session:
    """One run of ``atoll dev``."""

    def __init__(
        self, runtime: Runtime, sources: Sources, steps: Steps, host: str | None, port: int
    ) -> None:
        from atoll.cli.explorer import developers_explorer
        from atoll.server.deployment import Deployments
        from atoll.server.explorer.session import TokenGate
        from atoll.server.hosts import loopback_only

        self._runtime = runtime
        self._sources = sources
        self._steps = steps
        self._host = host
        self._port = port
        self._deployments = Deployments()
        self._gate = TokenGate(loopback_only(host), self._show_token)
        self._explorer = developers_explorer(runtime, sources, self._gate)
        self._compiled: Compiled | None = None
        self._served: Served | None = None
        self._url: str | None = None
        """None until the server listens."""
        self._query: str | None = None
        self._pending: set[str] = set()
        self._told: set[str] = set()

    async def run(self) -> None:
        """Serve from the first build on, until the user stops it.

        If that failed, the page shows why, and requests for the app are refused.
        """
        from atoll.cli.served import following_secrets
        from atoll.cli.watch import Watcher
        from atoll.secrets import environment_name
        from atoll.server.asgi import Application
        from atoll.server.hosts import loopback_only
        from atoll.server.listener import listen
        from atoll.server.serve import serve

        async with Watcher(self._sources.directory) as watcher:
            changes = watcher.changes()
            await self._refresh(frozenset())
            application = Application(
                self._deployments,
                self._runtime.metrics,
                environment=environment_name(os.environ),
                hosts=loopback_only(self._host),
                explorer=self._explorer,
            )
            following = asyncio.create_task(self._follow(changes))
            secrets = self._runtime.secret_sources(self._sources.directory)
            # An edit of an .env file is one of the app.
            besides = ("dotenv",)
            try:
                async with following_secrets(secrets, lambda: self._served, besides=besides):
                    await serve(
                        application,
                        listen(self._host, self._port),
                        on_listening=self._listening,
                    )
            finally:
                following.cancel()
                await asyncio.wait([following])
        if self._served is None:
            raise KeyboardInterrupt  # before there was anything to serve

    async def _follow(self, changes: AsyncIterator[Collection[str]]) -> None:
        async for changed in changes:
            started = time.perf_counter()
            invited = self._served is not None
            if await self._refresh(changed):
                if not invited:
                    self._invite()
                    continue
                seconds = time.perf_counter() - started
                note(f"{styled('reloaded', 'green')} in {seconds:.1f} s ({_listed(changed)})")

    async def _refresh(self, changed: Collection[str]) -> bool:
        """Build what changed, load it and serve it. False, and the reason is shown, when that
        fails."""
        started = time.perf_counter()
        self._explorer.building()
        try:
            self._replace(await self._load(changed))
        except Exception as error:
            self._steps.failed()
            self._report(error)
            return False
        self._explorer.built((time.perf_counter() - started) * 1000)
        return True

    def _replace(self, served: Served) -> None:
        """Serve this from now on."""
        from atoll.cli.explorer import subject_of

        # What changed while it was loaded was told to its predecessor, if there was one.
        served.take_over(self._runtime.secret_sources(self._sources.directory).environ())
        self._served = served
        self._deployments.replace(served.deployment)
        assert self._compiled is not None, "it was loaded of that"
        self._explorer.show(subject_of(served, self._compiled, self._runtime.limits))

    async def _load(self, changed: Collection[str]) -> Served:
        """Build what changed and load it."""
        from atoll.cli.capabilities import lacking
        from atoll.cli.models import missing_models
        from atoll.cli.served import Served
        from atoll.server.deployment import Deployment

        # What failed to load is still to be loaded after an edit of something else.
        self._pending.update(changed)
        compiled, self._query = await self._build(self._pending)
        app = await asyncio.to_thread(self._runtime.load, compiled)
        try:
            deployment = Deployment.of(app, compiled.environ, dev=True)
        except BaseException:
            await app.close()
            raise
        for text in deployment.warnings():
            warn(text)
        for name in missing_models(compiled.manifest):
            warn(f"the model {name} is not installed; fetch it with: atoll models install {name}")
        for sentence in lacking(compiled.wasm):
            if sentence not in self._told:
                self._told.add(sentence)
                warn(sentence)
        self._compiled = compiled
        self._runtime.recording.start()
        app.start()
        self._pending.clear()
        self._runtime.metrics.pools = app.databases.usage
        return Served(app, deployment)

    def _report(self, error: Exception) -> None:
        """Show why there is no new version, and what is waited for. Raises the error again if
        there is nothing to wait for."""
        from atoll.cli.explorer import problems_of
        from atoll.secrets import EnvironmentFileError, SecretProviderError

        of_operator = isinstance(error, SecretProviderError)
        of_operator = of_operator and not isinstance(error, EnvironmentFileError)
        beyond_edits = of_operator or getattr(error, "code", None) in _OF_THE_INSTALLATION
        if beyond_edits and self._compiled is None and self._url is None:
            raise error
        report(error)
        self._explorer.failed(problems_of(error, self._sources.directory))
        state = "the last good version keeps serving" if self._compiled else "nothing is served"
        wanted = "until that is done, then for an edit" if beyond_edits else "for your next edit"
        note(f"{styled('waiting', 'yellow')} {wanted}; {state} meanwhile")

    async def _build(self, changed: Collection[str]) -> tuple[Compiled, str | None]:
        """The app as it is now; its code is built only if more than its settings changed."""
        from atoll.cli.sample import sample_query
        from atoll.cli.sources import build_sources, read_settings
        from atoll.cli.watch import is_settings

        if self._compiled is not None and all(is_settings(name) for name in changed):
            manifest, environ = read_settings(self._runtime, self._sources)
            for problem in manifest.warnings:
                report_problem(problem)
            return replace(self._compiled, manifest=manifest, environ=environ), self._query
        built = await build_sources(self._runtime, self._sources, debug=True)
        built.show_notes()
        return built.compiled, sample_query(built.api.schema.graphql)

    def _listening(self, urls: Sequence[str]) -> None:
        self._url = urls[0]
        if self._served is None:
            note()
            self._show_explorer(self._url)
            note()
        else:
            self._invite()

    def _show_explorer(self, url: str) -> None:
        """Say where the page is, and what others than this machine need to use it."""
        from atoll.server.explorer.page import PATH

        note(f"Explorer: {styled(url + PATH, 'cyan')}")
        if self._host not in LOOPBACK_NAMES:
            self._show_token()

    def _show_token(self) -> None:
        note(f"  Its token, for browsers of other machines: {self._gate.token}")

    def _invite(self) -> None:
        """Say where the app is, and how to ask it."""
        from atoll.auth.decision import Refused
        from atoll.cli.sample import curl

        if self._served is None or self._url is None:
            return
        deployment, url = self._served.deployment, self._url
        name = styled(self._sources.name, "bold")
        paths = list(deployment.endpoints)
        if not paths:
            warn("the manifest has no endpoint, so there is nothing to ask")
            self._show_explorer(url)
            return
        note()
        note(f"{name} is ready: " + ", ".join(styled(f"{url}{path}", "cyan") for path in paths))
        self._show_explorer(url)
        if self._query is not None:
            note()
            guarded = deployment.endpoints[paths[0]].auth == "bearer-token"
            verifier = deployment.verifier if guarded else None
            token = verifier is not None and isinstance(verifier.decide(None), Refused)
            note(f"  {curl(url + paths[0], self._query, token=token)}")
        note()
        note(f"Edits in {self._sources.directory.resolve()} are served as you save. Ctrl-C stops.")
        note()


def _listed(names: Collection[str]) -> str:
    first, *others = sorted(names)
    return f"{first} and {len(others)} more" if others else first
