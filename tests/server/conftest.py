from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from atoll.app.call import Caller, Outcome
from atoll.app.call_record import RecentCalls
from atoll.guest.types import Default, Function, Interface, Parameter, Scalar
from atoll.manifest import Endpoint, LimitSettings, Manifest
from atoll.server.asgi import Application
from atoll.server.deployment import Deployment, Deployments
from atoll.server.explorer.explorer import Explorer, Subject
from atoll.server.explorer.session import Gate, TokenGate
from atoll.server.hosts import HostPolicy, any_host, loopback_only
from atoll.server.listener import listen, urls
from atoll.server.metrics import Metrics
from atoll.server.serve import serve

STRING = Scalar("String")
FUNCTIONS = (
    Function("sayHello", "say_hello", (Parameter("name", STRING, None, Default("World")),), STRING),
    Function("addItem", "add_item", (Parameter("name", STRING),), STRING),
    Function("whoAsks", "who_asks", (), STRING),
    Function("wait", "wait", (), STRING),
    Function("size", "size", (Parameter("text", STRING),), Scalar("Int")),
)
ENDPOINTS = {
    "default": Endpoint("default", "/graphql", "none"),
    "secure": Endpoint("secure", "/secure", "bearer-token"),
    "tree": Endpoint("tree", "/tree/", "none"),
}


@dataclass
class InProcessApp:
    """An app whose functions run in this process."""

    manifest: Manifest = field(default_factory=lambda: Manifest(endpoints=ENDPOINTS))
    interface: Interface = field(default_factory=lambda: Interface(FUNCTIONS))
    version: str = "1"
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    """Lets ``wait`` return."""
    calls: list[str] = field(default_factory=list)
    waiting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released once for each ``wait`` that began."""
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    metrics: Metrics = field(default_factory=Metrics)
    exact: bool = False
    may_wait: bool = True

    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: object
    ) -> Outcome:
        assert not self.closed, "a closed app was called"
        self.calls.append(function.name)
        value: Any
        match function.name:
            case "sayHello":
                value = f"Hello, {arguments.get('name', 'World')}! (version {self.version})"
            case "addItem":
                value = arguments["name"]
            case "whoAsks":
                claims = None if caller.claims is None else dict(caller.claims)
                value = json.dumps({"claims": claims, "timeZone": caller.time_zone})
            case "size":
                value = len(arguments["text"])
            case "wait":
                self.waiting.release()
                try:
                    await self.go_on.wait()
                except asyncio.CancelledError:
                    self.cancelled.set()
                    raise
                assert not self.closed, "an app was closed under a call"
                value = f"waited in version {self.version}"
        self.metrics.function_finished(function.name, 0.012)
        return Outcome("d0aq00000000000000a0", value, False)

    async def close(self) -> None:
        assert not self.closed, "an app was closed twice"
        self.closed = True


@dataclass
class Running:
    """A server on a port of its own, and a client."""

    url: str
    client: aiohttp.ClientSession
    application: Application
    app: InProcessApp
    stop: asyncio.Event
    task: asyncio.Task[None]

    @property
    def deployments(self) -> Deployments:
        return self.application.deployments

    @property
    def explorer(self) -> Explorer:
        assert self.application.explorer is not None
        return self.application.explorer

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def query(self, query: str, path: str = "/graphql", **options: Any) -> Any:
        async with self.client.post(self.url + path, json={"query": query}, **options) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def text(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        options.setdefault("allow_redirects", False)
        async with self.client.request(method, self.url + path, **options) as response:
            return response.status, await response.text()

    async def raw(self, request: bytes) -> bytes:
        """Send bytes, and read until the server closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Awaitable[Running]]]:
    """Starts servers; at the end they stop."""
    started: list[Running] = []

    async def start(
        app: InProcessApp | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        dev: bool = False,
        hosts: HostPolicy = any_host,
        host: str | None = "127.0.0.1",
        grace: float = 10.0,
        gate: Gate | None = None,
        folder: Path | None = None,
        bundle: Path | None = None,
        **manifest: Any,
    ) -> Running:
        app = app or InProcessApp()
        app.manifest = dataclasses.replace(app.manifest, **manifest)
        deployment = Deployment.of(app, environ or {}, dev=dev)
        explorer = None
        if dev or gate is not None:
            explorer = Explorer(
                "dev" if dev else "serve",
                gate or TokenGate(loopback_only(host)),
                RecentCalls(keep_values=dev),
                name="app",
                language="python",
                folder=folder,
                bundle=bundle,
            )
            explorer.show(Subject(app, deployment, folder or Path()))
            explorer.built()
        application = Application(
            Deployments(deployment),
            app.metrics,
            environment="dev" if dev else "prod",
            hosts=hosts,
            explorer=explorer,
        )
        stop, listening = asyncio.Event(), asyncio.Event()
        sockets = listen(host, 0)
        (url, *_) = urls(sockets)
        task = asyncio.create_task(
            serve(
                application,
                sockets,
                on_listening=lambda _: listening.set(),
                grace=grace,
                stop=stop,
            )
        )
        await listening.wait()
        client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30))
        running = Running(url, client, application, app, stop, task)
        started.append(running)
        return running

    yield start
    for running in started:
        running.app.go_on.set()
        running.stop.set()
        await running.client.close()
    for running in started:
        await running.task


@pytest.fixture
async def server(start: Callable[..., Awaitable[Running]]) -> Running:
    return await start()


@pytest.fixture
def in_process_app() -> Callable[..., InProcessApp]:
    return InProcessApp


@pytest.fixture
def small_payloads() -> LimitSettings:
    return LimitSettings(payload_mb=1)


@dataclass
class Issuer:
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)

    @property
    def environ(self) -> dict[str, str]:
        public = self.private.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return {"MODUS_PEMS": json.dumps({"main": pem})}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, algorithm="EdDSA")


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()
