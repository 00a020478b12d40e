"""What is being served, and how it is replaced without dropping a request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from atoll.app.call import Caller
from atoll.app.embedding import embedder_warnings
from atoll.auth.access import Access
from atoll.graphql import Callable as ApiSource
from atoll.graphql import (
    GraphQLApi,
    GraphQLRequest,
    GraphQLResponse,
    QueryLimits,
    ResponseStream,
    Source,
)
from atoll.graphql.schema import Schema
from atoll.graphql.ticks import built_in_subscriptions
from atoll.manifest import Endpoint, GraphQLSettings, Manifest
from atoll.server.cors import Cors

if TYPE_CHECKING:
    from atoll.auth.tokens import TokenVerifier

log = logging.getLogger("atoll.server")

MAX_BODY: Final = 16 << 20  # bytes

Retirement: TypeAlias = Literal["replaced", "stopping"]
"""Why streams are to end: another deployment took the place of theirs, or the server stops."""


class Api(Protocol):
    """The GraphQL API of one app."""

    @property
    def schema(self) -> Schema: ...

    @property
    def sdl(self) -> str: ...

    async def execute(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse: ...

    async def open(
        self, request: GraphQLRequest, caller: Caller
    ) -> GraphQLResponse | ResponseStream: ...


class ServedApp(ApiSource, Protocol):
    """What serving needs of an app (`atoll.app.app.App`)."""

    @property
    def manifest(self) -> Manifest: ...

    async def close(self) -> None: ...


class Deployment:
    """One app at work with all that serving it takes. App lifetime; of one event loop.

    Args:
        api: answers GraphQL requests.
        endpoints: where. A path that ends in ``/`` stands for all below it, too.
        verifier: decides about requests to endpoints with ``bearer-token``; None if there are none.
        cors: foreign pages that may use the API.
        max_body: of a request, in bytes.
        graphql: how the API answers.
        dev: whether this serves the developer of the app, who is shown more.
        close: releases the app; called once, when no request uses it any more.
        warnings: what the operator should know of the app.
    """

    def __init__(
        self,
        api: Api,
        endpoints: Iterable[Endpoint],
        verifier: TokenVerifier | None,
        *,
        cors: Cors | None = None,
        max_body: int = MAX_BODY,
        graphql: GraphQLSettings | None = None,
        dev: bool = False,
        close: Callable[[], Awaitable[None]] | None = None,
        warnings: Sequence[str] = (),
    ) -> None:
        self.api = api
        self.endpoints: Mapping[str, Endpoint] = {found.path: found for found in endpoints}
        self.verifier = verifier
        self.cors = cors or Cors()
        self.max_body = max_body
        self.graphql = graphql or GraphQLSettings()
        self.dev = dev
        self._prefixes = sorted(
            (p for p in self.endpoints if p.endswith("/")), key=len, reverse=True
        )
        self._close = close
        self._warnings = tuple(warnings)
        self._users = 0
        self._unused: asyncio.Event | None = None
        self._streams: set[Callable[[Retirement], None]] = set()
        self._retirement: Retirement | None = None

    @classmethod
    def of(cls, app: ServedApp, environ: Mapping[str, str], *, dev: bool) -> Deployment:
        """Make an app's deployment; it owns the app from then on, unless this fails.

        Raises `SchemaError` and `AuthConfigurationError`.
        """
        manifest = app.manifest
        endpoints = manifest.endpoints.values()
        verifier = None
        if any(endpoint.auth == "bearer-token" for endpoint in endpoints):
            # Here, because the libraries behind it take longer to import than an app to load.
            from atoll.auth.tokens import TokenVerifier

            verifier = TokenVerifier.from_environ(environ, dev=dev, rules=manifest.access)
        guard = Access(manifest.access) if manifest.access.restricts else None
        subscriptions = built_in_subscriptions(manifest.graphql)
        limits = QueryLimits.of(manifest.graphql)
        deployment = cls(
            GraphQLApi(
                app,
                hidden=manifest.embedders,
                limits=limits,
                subscriptions=subscriptions,
                persisted_queries=manifest.graphql.persisted_queries,
                guard=guard,
            ),
            endpoints,
            verifier,
            cors=Cors(manifest.cors),
            max_body=manifest.limits.payload_mb << 20,
            graphql=manifest.graphql,
            dev=dev,
            close=app.close,
            warnings=[
                *_unknown_costs(app, manifest.graphql),
                *_idle_rules(app, manifest, subscriptions),
                *embedder_warnings(app.interface, manifest),
            ],
        )
        if verifier is not None:
            verifier.start()
        return deployment

    def reconfigure_auth(self, environ: Mapping[str, str]) -> bool:
        """Take the keys of a changed environment, for further requests. Called on the event loop.

        False, and the keys stay as they are, if the new settings are unusable; the log says why.
        """
        return self.verifier is None or self.verifier.reconfigure(environ)

    def endpoint(self, path: str) -> Endpoint | None:
        """The endpoint that serves ``path``."""
        found = self.endpoints.get(path)
        if found is None:
            for prefix in self._prefixes:
                if path.startswith(prefix):
                    return self.endpoints[prefix]
        return found

    def warnings(self) -> tuple[str, ...]:
        """What the operator should know before this is served."""
        return self._warnings + (() if self.verifier is None else self.verifier.warnings())

    def enter(self) -> None:
        """Keep the app open, until `leave` was called as often as this."""
        self._users += 1

    def leave(self) -> None:
        self._users -= 1
        if not self._users and self._unused is not None:
            self._unused.set()

    @contextlib.contextmanager
    def streaming(self, end: Callable[[Retirement], None]) -> Iterator[None]:
        """For the time of one stream: ``end`` is called, once, when it is to end soon."""
        if self._retirement is not None:
            end(self._retirement)
        self._streams.add(end)
        try:
            yield
        finally:
            self._streams.discard(end)

    def retire(self, why: Retirement) -> None:
        """Have all streams end. They are requests in flight until they have."""
        if self._retirement is None:
            self._retirement = why
            for end in tuple(self._streams):
                end(why)

    async def close(self) -> None:
        """Wait for the requests in flight, then release the app. Streams do not end by this."""
        if self._users:
            self._unused = asyncio.Event()
            await self._unused.wait()
        if self.verifier is not None:
            await self.verifier.close()
        if self._close is not None:
            close, self._close = self._close, None
            await close()


class Deployments:
    """The deployment that new requests go to, and its predecessors until they are done."""

    def __init__(self, current: Deployment | None = None) -> None:
        self.current = current
        self._closing: set[asyncio.Task[None]] = set()

    def replace(self, new: Deployment) -> None:
        """Send all further requests to ``new``; requests in flight finish where they began.

        Streams do not: they end.
        """
        old, self.current = self.current, new
        self._retire(old, "replaced")

    def end_streams(self) -> None:
        """Have all streams end, since the server stops."""
        if self.current is not None:
            self.current.retire("stopping")

    async def close(self) -> None:
        """End all streams, and close everything once the requests in flight are done."""
        old, self.current = self.current, None
        self._retire(old, "stopping")
        await asyncio.gather(*self._closing)

    def _retire(self, old: Deployment | None, why: Retirement) -> None:
        if old is not None:
            old.retire(why)
            task = asyncio.get_running_loop().create_task(_close(old))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _unknown_costs(app: ServedApp, settings: GraphQLSettings) -> list[str]:
    return [
        f"graphql.costs in modus.json names the function {name}, which the app does not have."
        for name in settings.costs
        if app.interface.function(name) is None
    ]


def _idle_rules(
    app: ServedApp, manifest: Manifest, subscriptions: Iterable[Source]
) -> Iterator[str]:
    """What is odd about the rules of access."""
    functions = [*app.interface.functions, *(source.function for source in subscriptions)]
    yield from Access(manifest.access).warnings(functions)
    endpoints = manifest.endpoints.values()
    if manifest.access.restricts and all(each.auth == "none" for each in endpoints):
        yield (
            "access in modus.json asks for tokens, but no endpoint reads them: functions that are "
            'not public cannot be called. Say "auth": "bearer-token".'
        )


async def _close(deployment: Deployment) -> None:
    try:
        await deployment.close()
    except Exception:
        log.exception("Closing an app failed.")
