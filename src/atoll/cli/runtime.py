"""What commands that run functions share: the engine, and loading an app into it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from atoll.app.app import App
from atoll.app.build import Build
from atoll.app.call_record import RecentCalls
from atoll.app.limits import engine_config
from atoll.cli.builds import RunningBuild
from atoll.cli.failure import CommandError
from atoll.cli.recording import Recording
from atoll.cli.served import Served
from atoll.engine import Engine
from atoll.guest.component.base import find_code
from atoll.guest.component.program import BaseMissing
from atoll.guest.failure import MetadataError
from atoll.guest.guest import Guest
from atoll.guest.load import load_guest
from atoll.guest.metadata import read_metadata
from atoll.host.context import Services
from atoll.manifest import LimitSettings, Manifest, load_manifest
from atoll.secrets import DEFAULT_CHOICE, SecretSources, make_providers
from atoll.server.deployment import Deployment
from atoll.server.metrics import Metrics

if TYPE_CHECKING:
    from atoll.cli.language import CompilerName, Language, ModuleBuilder
    from atoll.toolchain.python import PythonBuilder

log = logging.getLogger("atoll.cli")

Form = Literal["split", "whole"]

_SLOW_TO_COMPILE = 1 << 20
"""Bytes of a module: a second or more."""


class Steps(Protocol):
    """Is told of what takes long (`atoll.toolchain.progress.Progress`)."""

    def step(self, name: str) -> None: ...
    def done(self) -> None: ...


class LoggedSteps:
    """Progress for a server, whose output is its log."""

    def step(self, name: str) -> None:
        log.info(f"{name}.")

    def done(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Settings:
    """How a command wants apps to run. ``limits`` are the values of ``--limit``, by key."""

    dev: bool
    limits: Mapping[str, str]
    form: Form
    follows_edits: bool = False
    """Whether code is of no use after the next edit, so that it is not kept."""
    compiler: CompilerName | None = None
    """What compiles apps in languages that have several compilers; None for the usual one."""
    secrets: tuple[str, ...] = DEFAULT_CHOICE
    """Names of the providers of secrets."""
    history: bool = False
    """Whether invocations of models are recorded in the inference history."""
    record: Path | None = None
    """Where to record what functions ask of models and connections."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An app's code and all that running it needs to know."""

    name: str
    wasm: bytes
    manifest: Manifest
    environ: Mapping[str, str]
    origin: str
    """What to call the code in errors."""
    folder: Path = Path()
    """The app's, or that of its build."""


def unusable(error: MetadataError, file: str) -> CommandError:
    """The error that a file is no app of ours, with its name."""
    hint = error.hint
    if error.code == "NOT_WASM":
        hint = "build the app again, or put a module in its place"
    return CommandError(error.code, f"{file}: {error.message}", hint)


class Runtime:
    """Loads apps. Process lifetime.

    Args:
        settings: how they are to run.
        steps: told of what takes long.
    """

    def __init__(self, settings: Settings, steps: Steps) -> None:
        self.metrics = Metrics()
        self.recording = Recording(settings.history, self.metrics)
        self.calls: RecentCalls | None = None
        """Where apps that are loaded from now on record their calls."""
        self._settings = settings
        self._steps = steps
        self._engine: Engine | None = None
        self._builder: PythonBuilder | None = None
        self._secret_sources: dict[Path, SecretSources] = {}
        self._module_builders: dict[tuple[Language, CompilerName | None], ModuleBuilder] = {}

    @property
    def limits(self) -> Mapping[str, str]:
        """The values of ``--limit``, by key."""
        return self._settings.limits

    def close(self) -> None:
        self.recording.close()
        if self._engine is not None:
            self._engine.close()

    def engine(self, limits: LimitSettings = LimitSettings()) -> Engine:  # noqa: B008 - frozen
        """The engine of this process; the first caller's limits size its pools."""
        if self._engine is None:
            self._engine = Engine(engine_config(limits))
        return self._engine

    def builder(self, limits: LimitSettings) -> PythonBuilder:
        """The builder of this process, which keeps what all builds share."""
        from atoll.toolchain.python import PythonBuilder

        if self._builder is None:
            self._builder = PythonBuilder(self.engine(limits), progress=self._steps)
        return self._builder

    def module_builder(
        self, language: Language, before: CompilerName | None = None
    ) -> ModuleBuilder | None:
        """The builder of this process for apps in a language; None of Python, which `builder`
        builds.

        Args:
            before: what compiled the app before, which does so again unless another was chosen.

        Raises:
            CommandError: the language has no such compiler as was chosen.
        """
        compiler = self._settings.compiler or before
        if compiler is not None and compiler not in language.compilers:
            raise CommandError(
                "COMPILER_UNKNOWN",
                f"--compiler {compiler.value} is not for an app in {language.title}",
                "leave it out",
            )
        if language.module_builder is None:
            return None
        if (language, compiler) not in self._module_builders:
            builder = language.module_builder(self._steps, compiler)
            self._module_builders[language, compiler] = builder
        return self._module_builders[language, compiler]

    def secret_sources(self, folder: Path) -> SecretSources:
        """The providers of secrets for an app, whose ``.env`` files are in ``folder``.

        Raises SecretProviderError: one was chosen that there is not.
        """
        if folder not in self._secret_sources:
            providers = make_providers(self._settings.secrets, folder, os.environ)
            self._secret_sources[folder] = SecretSources(providers, os.environ)
        return self._secret_sources[folder]

    def environ(self, folder: Path) -> dict[str, str]:
        """The process's settings, and what the providers of secrets have now.

        Raises SecretProviderError: a provider cannot be loaded.
        """
        return self.secret_sources(folder).load()

    def manifest(self, path: Path, environ: Mapping[str, str], *, strict: bool = False) -> Manifest:
        """Read a manifest, its limits overridden by variables and options."""
        manifest = load_manifest(path, strict=strict)
        limits = manifest.limits.override(environ, self._settings.limits)
        return replace(manifest, limits=limits)

    def read(self, build: Build, folder: Path) -> Compiled:
        """Read a build from disk.

        Args:
            build: what to read.
            folder: where its ``.env`` files are.

        Raises:
            ManifestError, SecretProviderError: its manifest, or its secrets, cannot be read.
        """
        environ = self.environ(folder)
        manifest = self.manifest(build.manifest, environ)
        wasm, origin = build.module.read_bytes(), str(build.module)
        return Compiled(build.name, wasm, manifest, environ, origin, folder)

    def load(
        self, compiled: Compiled, *, services: Callable[[Services], Services] | None = None
    ) -> App:
        """Make an app of compiled code; compiles natively what the cache does not hold. Blocks.

        Args:
            services: makes what calls reach of what the app has; recorded, if the settings say so
                and nothing else is given.

        Raises:
            CommandError: it is not an app of ours.
            BaseMissing, DamagedBase, EngineError: it cannot be run here.
        """
        started = time.perf_counter()
        guest, compiling = self.guest(compiled)
        builds = RunningBuild(compiled, self.load) if compiled.manifest.collections else None
        app = App(
            compiled.name,
            guest,
            compiled.manifest,
            compiled.environ,
            dev=self._settings.dev,
            observer=self.metrics,
            on_invocation=self.recording.observers(
                compiled, self.secret_sources(compiled.folder).environ
            ),
            services=services or self._recorded(compiled),
            folder=compiled.folder,
            builds=builds,
            calls=self.calls,
        )
        fields = {
            "app": app.name,
            "functions": len(app.interface.functions),
            "compiled": compiling,
            "duration_ms": round((time.perf_counter() - started) * 1000),
        }
        log.info("App loaded.", extra={"fields": fields})
        return app

    def _recorded(self, compiled: Compiled) -> Callable[[Services], Services] | None:
        if self._settings.record is None:
            return None
        from atoll.recording import Library, Tape, taped

        return taped(Tape(Library(self._settings.record), "all"), compiled.manifest)

    def deploy(self, compiled: Compiled) -> Served:
        """Load an app and make it ready to be served. Blocks; raises what `load` and
        `Deployment.of` raise."""
        app = self.load(compiled)
        served = Served(app, Deployment.of(app, compiled.environ, dev=self._settings.dev))
        self.metrics.pools = app.databases.usage
        return served

    def guest(self, compiled: Compiled) -> tuple[Guest, bool]:
        """The native code of an app, and whether it had to be compiled."""
        engine = self.engine(compiled.manifest.limits)
        wasm, form = compiled.wasm, self._settings.form
        compiling = False

        def on_compile() -> None:
            nonlocal compiling
            compiling = True
            self._steps.step("Compiling the app to native code, ahead of its first call")

        try:
            metadata = read_metadata(wasm)
            if metadata.base is not None and find_code(None, metadata.base) is None:
                self._make_base(metadata.base)
            # What Python apps compile to in split form is too large to be kept: 25 MB a build. Of
            # modules, those that take seconds to compile are kept while they are edited as well.
            slow = len(wasm) > _SLOW_TO_COMPILE
            kept = metadata.module is not None and (slow or not self._settings.follows_edits)
            guest = load_guest(
                engine,
                wasm,
                form=form,
                cached=form == "whole" or kept,
                max_bytes=compiled.manifest.limits.payload_bytes,
                on_compile=on_compile,
            )
        except MetadataError as error:
            raise unusable(error, compiled.origin) from error
        self._steps.done()
        return guest, compiling

    def _make_base(self, identity: str) -> None:
        """Build this installation's Python base, for an app that was built elsewhere."""
        from atoll.toolchain.base.base import Base, ensure_base

        base = ensure_base(progress=self._steps)
        if not isinstance(base, Base) or base.code.identity != identity:
            raise BaseMissing(identity)
