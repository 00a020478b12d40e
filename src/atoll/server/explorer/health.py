"""``POST connections/NAME/check``: whether a connection can be used."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from atoll.connections import ConnectionFailed
from atoll.connections.check import check_connection
from atoll.secrets import required_secrets
from atoll.server.explorer.errors import ExplorerError
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire, milliseconds

if TYPE_CHECKING:
    from atoll.app.app import App
    from atoll.server.explorer.explorer import Explorer

SECONDS: Final = 10.0

_checks: Final[WeakKeyDictionary[App, dict[str, asyncio.Task[Health]]]] = WeakKeyDictionary()
"""Those under way, by connection: who asks meanwhile gets the same answer."""


class Health(Wire, frozen=True):
    ok: bool
    message: str
    hint: str | None
    ms: float


async def _check(explorer: Explorer, request: ExplorerRequest) -> Health:
    name, app = request.parameters["name"], explorer.subject.app
    if name not in app.manifest.connections:
        raise ExplorerError(
            404,
            "NO_SUCH_CONNECTION",
            f"modus.json has no connection named {name[:100]}.",
            f"It has: {', '.join(app.manifest.connections) or 'none'}.",
        )
    running = _checks.setdefault(app, {})
    task = running.get(name)
    if task is None:
        task = asyncio.get_running_loop().create_task(health_of(app, name))
        running[name] = task
        task.add_done_callback(lambda _: running.pop(name, None))
    return await asyncio.shield(task)


async def health_of(app: App, name: str, seconds: float = SECONDS) -> Health:
    """What a connection of the app's manifest answers within so many seconds."""
    connection = app.manifest.connections[name]
    started = time.perf_counter()
    ok, hint = False, None
    try:
        async with asyncio.timeout(seconds):
            message = await check_connection(connection, app.http, app.databases)
        ok = True
    except ConnectionFailed as error:
        message, hint = error.message, error.hint
    except TimeoutError:
        message, hint = f"no answer within {seconds:g} s", "check its address, and that it is up"
    if not ok and (missing := _missing(app, name)):
        hint = f"not set, and so empty: {', '.join(missing)}"
    message = f"{message[:1].upper()}{message[1:]}"
    return Health(ok, message, hint, milliseconds(time.perf_counter() - started))


def _missing(app: App, name: str) -> list[str]:
    """Variables of the connection's secrets that there are not."""
    return [
        secret.variable
        for secret in required_secrets(app.manifest)
        if secret.connection == name and app.secrets.variable(secret.variable) is None
    ]


ROUTES = (Route("POST", "connections/{name}/check", _check),)
