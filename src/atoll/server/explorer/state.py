"""``GET state``: what is served, and how its build is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    from atoll.server.explorer.explorer import Explorer


class Problem(Wire, frozen=True):
    """Why a build failed."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    """Relative to the app's folder where it is inside of it."""
    line: int | None = None
    column: int | None = None


class BuildOk(Wire, frozen=True, tag="ok", tag_field="state"):
    at: float
    ms: float | None


class Building(Wire, frozen=True, tag="building", tag_field="state"):
    at: float


class BuildFailed(Wire, frozen=True, tag="failed", tag_field="state"):
    at: float
    problems: tuple[Problem, ...]


Build: TypeAlias = BuildOk | Building | BuildFailed


class EndpointInfo(Wire, frozen=True):
    name: str
    path: str
    auth: Literal["none", "bearer-token"]


class Features(Wire, frozen=True):
    arguments: bool
    source: bool
    replay: bool


class State(Wire, frozen=True):
    app: str
    language: str
    folder: str | None
    generation: int
    endpoints: tuple[EndpointInfo, ...]
    features: Features
    build: Build


def state_of(explorer: Explorer) -> State:
    """How things are now."""
    current = explorer.current
    endpoints = () if current is None else current.deployment.endpoints.values()
    return State(
        explorer.name,
        explorer.language,
        None if explorer.folder is None else str(explorer.folder),
        explorer.generation,
        tuple(EndpointInfo(each.name, each.path, each.auth) for each in endpoints),
        Features(explorer.dev, explorer.folder is not None, explorer.dev),
        explorer.build,
    )


async def _state(explorer: Explorer, request: ExplorerRequest) -> State:
    return state_of(explorer)


ROUTES = (Route("GET", "state", _state),)
