"""What is being served, and how it is replaced without dropping a request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from atoll.app.call import Caller
from atoll.graphql import Callable as ApiSource
from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse
from atoll.manifest import Endpoint, Manifest
from atoll.server.cors import Cors

if TYPE_CHECKING:
    from atoll.auth.tokens import TokenVerifier

log = logging.getLogger("atoll.server")

MAX_BODY: Final = 16 << 20  # bytes


class Api(Protocol):
    """The GraphQL API of one app."""

    async def execute(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse: ...


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
        close: releases the app; called once, when no request uses it any more.
    """

    def __init__(
        self,
        api: Api,
        endpoints: Iterable[Endpoint],
        verifier: TokenVerifier | None,
        *,
        cors: Cors | None = None,
        max_body: int = MAX_BODY,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.api = api
        self.endpoints: Mapping[str, Endpoint] = {found.path: found for found in endpoints}
        self.verifier = verifier
        self.cors = cors or Cors()
        self.max_body = max_body
        self._prefixes = sorted(
            (p for p in self.endpoints if p.endswith("/")), key=len, reverse=True
        )
        self._close = close
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

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

            verifier = TokenVerifier.from_environ(environ, dev=dev)
        return cls(
            GraphQLApi(app),
            endpoints,
            verifier,
            cors=Cors(manifest.cors),
            max_body=manifest.limits.payload_mb << 20,
            close=app.close,
        )

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
        return () if self.verifier is None else self.verifier.warnings()

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Keep the app open for the time of one request."""
        self._users += 1
        self._unused.clear()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def close(self) -> None:
        """Wait for the requests in flight, then release the app."""
        await self._unused.wait()
        if self._close is not None:
            close, self._close = self._close, None
            await close()


class Deployments:
    """The deployment that new requests go to, and its predecessors until they are done."""

    def __init__(self, current: Deployment | None = None) -> None:
        self.current = current
        self._closing: set[asyncio.Task[None]] = set()

    def replace(self, new: Deployment) -> None:
        """Send all further requests to ``new``; requests in flight finish where they began."""
        old, self.current = self.current, new
        self._retire(old)

    async def close(self) -> None:
        """Close everything, once the requests in flight are done."""
        old, self.current = self.current, None
        self._retire(old)
        await asyncio.gather(*self._closing)

    def _retire(self, old: Deployment | None) -> None:
        if old is not None:
            task = asyncio.get_running_loop().create_task(_close(old))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def _close(deployment: Deployment) -> None:
    try:
        await deployment.close()
    except Exception:
        log.exception("Closing an app failed.")
