"""What the Explorer knows: the app that is served, the state of its build, its calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from atoll.server.explorer.assets import Assets
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.session import Gate
from atoll.server.explorer.state import Build, BuildFailed, Building, BuildOk, Problem

if TYPE_CHECKING:
    from atoll.app.app import App
    from atoll.app.call_record import RecentCalls
    from atoll.server.deployment import Deployment
    from atoll.server.explorer.events import Hub

Language = Literal["python", "assemblyscript", "go"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One loaded app, as the Explorer shows it. App lifetime."""

    app: App
    deployment: Deployment
    folder: Path
    """Where its sources are, or its build; relative paths of its manifest start here."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Its variables and secrets when it was loaded; ``app.secrets`` has what they are now."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """Values of ``--limit``, by key."""


class Explorer:
    """What is shown at ``/explorer``. Process lifetime; of one event loop.

    Args:
        mode: whether this serves the developer of the app, who is shown more.
        gate: says who may use it.
        calls: the calls of the app, and of those that it takes the place of.
        name: the app's.
        language: that it is written in.
        folder: where its sources are, if they may be shown.
        bundle: where the page's files are; None for those that were installed.
    """

    def __init__(
        self,
        mode: Literal["dev", "serve"],
        gate: Gate,
        calls: RecentCalls,
        *,
        name: str,
        language: Language,
        folder: Path | None = None,
        bundle: Path | None = None,
    ) -> None:
        self.mode = mode
        self.gate = gate
        self.calls = calls
        self.name = name
        self.language = language
        self.folder = None if folder is None else folder.resolve()
        self.assets: Final = Assets(bundle)
        self.generation = 0
        """Grows with each app that is loaded."""
        self.build: Build = Building(_now())
        self.current: Subject | None = None
        """None before the first app was loaded."""
        self.flush_history: Callable[[float], object] = lambda seconds: None
        """Has what was asked of models so far written to the history, waiting so many seconds at
        most. Blocks."""
        self._hub: Hub | None = None

    @property
    def dev(self) -> bool:
        return self.mode == "dev"

    @property
    def subject(self) -> Subject:
        """What is shown. Raises `ExplorerError` (503) before an app was loaded."""
        if self.current is None:
            raise ExplorerError(
                503, "NOT_LOADED", "No app is loaded yet.", "Mend the build; see the terminal."
            )
        return self.current

    @property
    def hub(self) -> Hub:
        """Who is told of changes."""
        if self._hub is None:
            from atoll.server.explorer.events import Hub

            self._hub = Hub(self)
        return self._hub

    def show(self, subject: Subject) -> None:
        """Show this app from now on."""
        self.current = subject
        self.generation += 1
        self._changed()

    def building(self) -> None:
        """A build has begun."""
        self.build = Building(_now())
        self._changed()

    def failed(self, problems: Sequence[Problem]) -> None:
        """The build, or loading what it made, failed."""
        self.build = BuildFailed(_now(), tuple(problems))
        self._changed()

    def built(self, ms: float | None = None) -> None:
        """The build succeeded, in so many milliseconds if it was one."""
        self.build = BuildOk(_now(), None if ms is None else round(ms, 1))
        self._changed()

    def end_streams(self) -> None:
        """End all streams of events, since the server stops."""
        if self._hub is not None:
            self._hub.close()

    def _changed(self) -> None:
        if self._hub is not None:
            self._hub.state_changed()


def _now() -> float:
    return round(time.time() * 1000)
