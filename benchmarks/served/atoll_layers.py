"""A server of an app as ``atoll serve`` is one, up to some layer; the rest answers at once.

Run as ``atoll_layers.py LAYER PORT FOLDER``. Only the answer to ``hello`` for Bob is right.
"""

import logging
import sys
from pathlib import Path

from atoll.app.app import App
from atoll.app.build import find_build
from atoll.app.call import Outcome
from atoll.cli.runtime import LoggedSteps, Runtime, Settings
from atoll.graphql import GraphQLApi, GraphQLResponse
from atoll.server.asgi import Application
from atoll.server.deployment import Deployment, Deployments
from atoll.server.listener import listen
from atoll.server.logs import configure_logging
from atoll.server.serve import run, serve

HELLO = "Hello, Bob!"
BODY = b'{"data":{"hello":"Hello, Bob!"}}'
HEADERS = [(b"content-length", b"%d" % len(BODY)), (b"content-type", b"application/json")]


class BareApplication:
    """The least that reads a request and answers it."""

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY})


class InstantApi:
    """In the place of `GraphQLApi`."""

    def __init__(self, api):
        self.sdl = api.sdl

    async def execute(self, request, caller):
        return GraphQLResponse("ok", {"data": {"hello": HELLO}})

    open = execute


class InstantApp:
    """In the place of `App`."""

    exact = True
    may_wait = False

    def __init__(self, app):
        self.interface = app.interface

    async def call(self, function, arguments, caller, *, selection):
        return Outcome("id", HELLO, failed=False)


class InstantGuest:
    """In the place of a guest, and with it of the engine."""

    exact = True
    may_wait = False

    def __init__(self, interface):
        self.interface = interface

    def execute(self, limits, *, environment, host, on_log):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        return None

    async def invoke(self, function, arguments, selection):
        return HELLO


async def main(layer: str, port: int, folder: Path) -> None:
    runtime = Runtime(Settings(dev=False, limits={}, form="whole"), LoggedSteps())
    compiled = runtime.read(find_build(folder), folder)
    app = runtime.load(compiled)
    deployment = Deployment.of(app, compiled.environ, dev=False)
    if layer == "endpoint":
        deployment.api = InstantApi(deployment.api)
    elif layer == "graphql":
        deployment.api = GraphQLApi(InstantApp(app))
    elif layer == "call":
        guest = InstantGuest(app.interface)
        calls = App(app.name, guest, compiled.manifest, {}, observer=runtime.metrics)
        deployment.api = GraphQLApi(calls)
    application = Application(Deployments(deployment), runtime.metrics)
    if layer == "uvicorn":
        application = BareApplication()
    await serve(application, listen("127.0.0.1", port))
    runtime.close()


if __name__ == "__main__":
    layer, port, folder = sys.argv[1:]
    level = logging.INFO if layer == "log" else logging.ERROR
    configure_logging("json", level=level)
    run(main(layer, int(port), Path(folder)))
