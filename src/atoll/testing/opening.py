"""Opening an app for tests: found, loaded once, and closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from atoll.app.log import CallLog
from atoll.manifest import load_manifest
from atoll.sdk import _host
from atoll.testing.app import AppUnderTest, Loaded, Outside
from atoll.testing.background import Background
from atoll.testing.errors import TestSetupError
from atoll.testing.native import NativeApp

if TYPE_CHECKING:
    from atoll.cli.runtime import Runtime
    from atoll.recording.tape import Mode
    from atoll.testing.link import Link

RunMode: TypeAlias = Literal["native", "sandbox"]
RECORDINGS = "tests/recordings"
"""Where recordings are, relative to the app's folder, if nothing else is said."""


class Apps:
    """The apps of one test run; each is loaded when it is first needed."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[Path, RunMode], Loaded] = {}
        self._closing: list[Any] = []
        self._background: Background | None = None
        self._runtime: Runtime | None = None

    @contextmanager
    def open(
        self,
        folder: Path,
        *,
        mode: RunMode | None = None,
        recordings: Path | str = RECORDINGS,
        record: Mode = "none",
    ) -> Iterator[AppUnderTest]:
        """See ``open_app``."""
        folder = folder.resolve()
        chosen = mode or ("native" if _is_python(folder) else "sandbox")
        loaded = self._load(folder, chosen)
        test = AppUnderTest(loaded, folder / recordings, record)
        ambient = None
        previous = None
        if isinstance(loaded.app, NativeApp):
            from atoll.testing.link import NativeTransport

            ambient = _Ambient(loaded.app)
            previous = _host.install(NativeTransport(ambient.link))
        try:
            yield test
        finally:
            if ambient is not None:
                _host.install(previous)
                ambient.close(loaded.background)
            test.close()

    def close(self) -> None:
        """Release all of them."""
        if self._background is not None:
            for app in self._closing:
                self._background.wait(app.close())
            self._background.close()
        if self._runtime is not None:
            self._runtime.close()
        self._loaded.clear()
        self._closing.clear()
        self._background = self._runtime = None

    def _load(self, folder: Path, mode: RunMode) -> Loaded:
        known = self._loaded.get((folder, mode))
        if known is not None:
            return known
        if not (folder / "modus.json").exists():
            raise TestSetupError(
                f"there is no modus.json in {folder}",
                'say where the app is: atoll_app = "FOLDER" under [tool.pytest.ini_options], or'
                ' @pytest.mark.atoll("FOLDER")',
            )
        if mode == "native" and not _is_python(folder):
            raise TestSetupError(
                f"the app in {folder} is not in Python, so its functions cannot run natively",
                'leave mode="native" out',
            )
        if self._background is None:
            self._background = Background()
        load = self._native if mode == "native" else self._sandboxed
        try:
            loaded = load(folder, self._background)
        except TestSetupError:
            raise
        except Exception as error:
            message = getattr(error, "message", None)
            if not isinstance(message, str):
                raise
            # An error for users, which has its place and a hint beside its text.
            place = getattr(error, "location", None)
            where = "" if place is None else f"{place}: "
            raise TestSetupError(f"{where}{message}", getattr(error, "hint", None)) from error
        self._loaded[folder, mode] = loaded
        return loaded

    def _native(self, folder: Path, background: Background) -> Loaded:
        outside: Any = Outside()
        manifest = load_manifest(folder / "modus.json")
        app = NativeApp(folder, manifest, lambda: outside, background)
        self._closing.append(app)
        outside.own = _once(lambda: self._own_services(folder, app))
        return Loaded(app, folder, "native", outside, background)

    def _own_services(self, folder: Path, native: NativeApp) -> Any:
        """What a native app reaches outside: as that of an app whose functions are never run."""
        import os

        from atoll.app.app import App
        from atoll.secrets import DEFAULT_CHOICE, SecretSources, make_providers

        environ = SecretSources(
            make_providers(DEFAULT_CHOICE, folder, os.environ), os.environ
        ).load()
        taken: list[Any] = []

        def take(own: Any) -> Any:
            taken.append(own)
            return own

        guest: Any = native  # its interface is all that is asked of it
        app = App(
            folder.name, guest, native.manifest, environ, dev=True, services=take, folder=folder
        )
        self._closing.append(app)
        return taken[0]

    def _sandboxed(self, folder: Path, background: Background) -> Loaded:
        # In a thread: a build has an event loop of its own, and the test may have one as well.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self._build, folder, background).result()

    def _build(self, folder: Path, background: Background) -> Loaded:
        from atoll.cli.runtime import LoggedSteps, Runtime, Settings
        from atoll.cli.sources import ready_build

        outside: Any = Outside()

        def take(own: Any) -> Any:
            outside.own = lambda: own
            return outside

        if self._runtime is None:
            self._runtime = Runtime(Settings(dev=True, limits={}, form="split"), LoggedSteps())
        build = ready_build(self._runtime, folder, LoggedSteps())
        compiled = self._runtime.read(build, folder)
        app = self._runtime.load(compiled, services=take)
        self._closing.append(app)
        return Loaded(app, folder, "sandbox", outside, background)


class _Ambient:
    """The host of functions that a test calls by itself, without ``app.call``."""

    def __init__(self, app: NativeApp) -> None:
        self._app = app
        self._link: Link | None = None

    def link(self) -> Link:
        if self._link is None:
            self._link = self._app.link(CallLog("", "", self._app.log_limit).add, {})
        return self._link

    def close(self, background: Background) -> None:
        if self._link is not None:
            background.wait(self._link.close())


@contextmanager
def open_app(
    folder: Path | str = ".",
    *,
    mode: RunMode | None = None,
    recordings: Path | str = RECORDINGS,
    record: Mode = "none",
) -> Iterator[AppUnderTest]:
    """Open the app in a folder for tests, whatever runs them.

    Args:
        mode: ``native`` runs Python functions in this process, ``sandbox`` builds the app and runs
            each call in a fresh sandbox. The first is the default for apps in Python; the others
            have the second only.
        recordings: the folder of recordings, relative to the app's.
        record: ``none``, ``once`` or ``all``; see ``Mode``.

    Raises TestSetupError.
    """
    apps = Apps()
    try:
        with apps.open(Path(folder), mode=mode, recordings=recordings, record=record) as app:
            yield app
    finally:
        apps.close()


def _is_python(folder: Path) -> bool:
    other = ("asconfig.json", "assembly/index.ts", "go.mod")
    return not any((folder / sign).exists() for sign in other)


def _once(make: Any) -> Any:
    made: list[Any] = []

    def get() -> Any:
        if not made:
            made.append(make())
        return made[0]

    return get
