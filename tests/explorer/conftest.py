"""A browser in front of the explorer of a running app, as a user has it.

``atoll dev`` is a process of its own, the browser is Debian's Chromium, and what must never happen
in a page is watched all the time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

TOUR = Path(__file__).parents[1] / "apps" / "tour"
ATOLL = Path(sys.executable).with_name("atoll")
LIMIT = 240
"""Seconds until a server must be there: the first one may have a lot to build."""
PATIENCE = 15_000
"""Milliseconds that a test waits for what must appear in a page. Nothing is measured by it."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    # There is no network but this machine: pages need none.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here. Its loop is at work until they are over, so that no test here
    can be a coroutine."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Dev:
    """``atoll dev`` at work on a folder of its own."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    command: str = "dev"
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What it has printed."""
        return self._log_file.read_text(errors="replace")

    @property
    def _log_file(self) -> Path:
        return self.folder.with_suffix(".log")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MODUS_", "ATOLL_LIMIT_")) and name != "FORCE_COLOR"
        }
        with self._log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [ATOLL, self.command, self.folder, "--port", str(self.port), *self.options],
                env={**environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log
            try:
                urllib.request.urlopen(f"{self.origin}/health", timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                error.close()  # an app that could not be built is not well, but there
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"it did not come up:\n{self.log}")

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text in one of its files, as an editor does it."""
        file = self.folder / name
        before = file.read_text()
        assert old in before
        file.write_text(before.replace(old, new))

    def ask(self, query: str, path: str = "/graphql", **headers: str) -> dict[str, Any]:
        """A query to the app's API, past the page."""
        request = urllib.request.Request(
            f"{self.origin}{path}",
            json.dumps({"query": query}).encode(),
            {"content-type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                found: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            found = json.load(error)
        return found


MakeDev = Callable[..., Dev]


@pytest.fixture(scope="package")
def _all_devs() -> Iterator[MakeDev]:
    with contextlib.ExitStack() as stack:
        yield _starter(stack)


@pytest.fixture
def start_dev() -> Iterator[MakeDev]:
    """Starts ``atoll dev`` on a copy of a folder, until the end of the test."""
    with contextlib.ExitStack() as stack:
        yield _starter(stack)


def _starter(stack: contextlib.ExitStack) -> MakeDev:
    def start(
        folder: Path,
        *options: str,
        change: Callable[[Path], object] | None = None,
        environment: dict[str, str] | None = None,
    ) -> Dev:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atoll-explorer-")))
        copy = scratch / folder.name
        ignored = shutil.ignore_patterns("build", ".atoll", "__pycache__")
        shutil.copytree(folder, copy, ignore=ignored)
        if change is not None:
            change(copy)
        dev = Dev(copy, _free_port(), options, environment or {})
        stack.callback(dev.stop)
        dev.start()
        return dev

    return start


@pytest.fixture(scope="package")
def hello(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``atoll new`` makes it. No test changes it."""
    folder = tmp_path_factory.mktemp("new") / "hello"
    atoll("new", "hello", "--dir", folder)
    return folder


def atoll(*arguments: str | Path) -> str:
    """Run a command to its end, and give what it printed."""
    done = subprocess.run([ATOLL, *arguments], capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="package")
def _package_providers() -> Iterator[Any]:
    from atoll_providers.server import Providers

    with Providers() as server:
        yield server


@pytest.fixture(scope="package")
def tour(_all_devs: MakeDev, _package_providers: Any) -> Dev:
    """The app in ``tests/apps/tour``, at work for all tests here: none of them changes its files.

    Its models are at ``tour_providers``.
    """

    def change(folder: Path) -> None:
        manifest = json.loads((folder / "modus.json").read_text())
        manifest["connections"]["provider"]["baseUrl"] = f"{_package_providers.url}/"
        (folder / "modus.json").write_text(json.dumps(manifest, indent=2) + "\n")
        (folder / ".env.dev.local").write_text("MODUS_PROVIDER_API_KEY=sk-very-secret\n")

    return _all_devs(TOUR, change=change)


@pytest.fixture
def tour_providers(_package_providers: Any) -> Any:
    """What the tour's models say: see ``tests/providers/server.py``."""
    return _package_providers


@dataclass
class Watched:
    """What happened in pages that must not: scripts from elsewhere, errors, other hosts."""

    allowed: list[str] = field(default_factory=list)
    """Parts of messages that a test expects."""
    found: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        self.found.append(problem)

    def check(self) -> None:
        unexpected = [each for each in self.found if not any(part in each for part in self.allowed)]
        assert unexpected == []


NewPage = Callable[..., Page]


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def new_page(chromium: Browser, watched: Watched) -> Iterator[NewPage]:
    """Opens pages in a browser context of their own, whose problems fail the test at its end."""
    contexts: list[BrowserContext] = []

    def new(*, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        _watch(page, watched)
        return page

    yield new
    for context in contexts:
        context.close()
    watched.check()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def _watch(page: Page, watched: Watched) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watched.add(f"console: {message.text} ({message.location.get('url', '')})")

    def asked(request: Any) -> None:
        address = request.url
        if not address.startswith(("http://localhost:", "http://127.0.0.1:", "blob:", "data:")):
            watched.add(f"request to {address}")

    page.on("console", heard)
    page.on("pageerror", lambda error: watched.add(f"error: {error}"))
    page.on("request", asked)
    page.on("dialog", lambda dialog: (watched.add(f"dialog: {dialog.message}"), dialog.dismiss()))


_MOVES = """document.getAnimations().some(each =>
    each.playState === 'running' && each.effect.getComputedTiming().iterations !== Infinity)"""


@pytest.fixture
def check_axe() -> Callable[[Page], None]:
    """Looks for what keeps people out of the page as it is now (axe's rules for WCAG and more)."""

    def check(page: Page) -> None:
        # Colours are judged as they are in the end. (Asked from here: the page's policy forbids
        # what Playwright would put into it to wait there.)
        while page.evaluate(_MOVES):
            page.wait_for_timeout(50)
        results = Axe().run(page)
        told = [
            f"{each['id']}: {each['help']}: "
            + "; ".join(node["html"][:200] for node in each["nodes"])
            for each in results.response["violations"]
        ]
        assert told == []

    return check
