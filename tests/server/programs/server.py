"""A server process for tests: ``server.py PORT WORKERS GRACE``.

Its functions are ``pid`` and ``wait``, until the file named by ATOLL_TEST_GO exists; it has ticks.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atoll.app.call import Caller, Outcome
from atoll.guest.types import Function, Interface, Scalar
from atoll.manifest import Endpoint, GraphQLSettings, Manifest
from atoll.server.asgi import Application
from atoll.server.deployment import Deployment, Deployments
from atoll.server.errors import ServerError
from atoll.server.listener import listen
from atoll.server.logs import configure_logging
from atoll.server.metrics import Metrics
from atoll.server.serve import run, serve
from atoll.server.supervisor import Supervisor
from atoll.server.worker import Seat


class App:
    manifest = Manifest(
        endpoints={"default": Endpoint("default", "/graphql", "none")},
        graphql=GraphQLSettings(ticks=True),
    )
    interface = Interface(
        tuple(Function(name, name, (), Scalar("String")) for name in ("pid", "wait"))
    )
    exact = False
    may_wait = True

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: object
    ) -> Outcome:
        if function.name == "wait":
            print("waiting", flush=True)
            while not Path(os.environ["ATOLL_TEST_GO"]).exists():
                await asyncio.sleep(0.01)
        self._metrics.function_finished(function.name, 0.001)
        return Outcome("0" * 20, str(os.getpid()), False)

    async def close(self) -> None:
        print("closed", flush=True)


async def work(grace: float) -> None:
    seat = Seat.taken(os.environ)
    sockets = listen(None, int(sys.argv[1])) if seat is None else seat.listening()
    metrics = Metrics()
    deployments = Deployments(Deployment.of(App(metrics), {}, dev=False))
    await serve(
        Application(deployments, metrics),
        sockets,
        on_listening=None if seat else lambda found: print("listening", *found, flush=True),
        grace=grace,
    )


def main() -> None:
    configure_logging("json")
    workers, grace = int(sys.argv[2]), float(sys.argv[3])
    if Seat.taken(os.environ) and "ATOLL_TEST_BROKEN_WORKER" in os.environ:
        sys.exit(3)
    try:
        if workers == 1 or Seat.taken(os.environ):
            run(work(grace))
        else:
            Supervisor(
                [sys.executable, *sys.argv],
                workers,
                listen(None, int(sys.argv[1])),
                on_listening=lambda found: print("listening", *found, flush=True),
                grace=grace,
            ).run()
    except ServerError as error:
        print("error", error.code, error.message, flush=True)
        sys.exit(1)
    print("ended", flush=True)


if __name__ == "__main__":
    main()
