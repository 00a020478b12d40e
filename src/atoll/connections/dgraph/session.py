"""Who the statements of a connection are from, where Dgraph's access control asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc.aio  # type: ignore[import-untyped]

from atoll.connections.dgraph.address import Login
from atoll.connections.dgraph.channel import Channel
from atoll.connections.dgraph.requests import login_request, refresh_request, tokens


class LoginFailed(Exception):
    """``error`` is the library's."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        super().__init__()
        self.error = error


class Session:
    """Logs in when a first statement runs, and again when the server no longer knows it."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._access = ""
        self._refresh = ""
        self._entering = asyncio.Lock()

    async def token(self, channel: Channel, left: Callable[[], float]) -> str:
        """What statements show.

        Args:
            left: seconds that there are.

        Raises:
            LoginFailed: the server does not let this user in, or cannot be reached.
        """
        async with self._entering:
            if not self._access and self._refresh:
                await self._renew(channel, left)
            if not self._access:
                await self._enter(channel, left)
            return self._access

    def expire(self, token: str) -> None:
        """The server does not take ``token`` any more."""
        if self._access == token:
            self._access = ""

    async def _enter(self, channel: Channel, left: Callable[[], float]) -> None:
        login = self._login
        request = login_request(login.user, login.password, login.namespace)
        try:
            answer = await channel.call("Login", request, left())
        except grpc.aio.AioRpcError as error:
            raise LoginFailed(error) from error
        self._access, self._refresh = tokens(answer)

    async def _renew(self, channel: Channel, left: Callable[[], float]) -> None:
        token, self._refresh = self._refresh, ""
        try:
            answer = await channel.call("Login", refresh_request(token), left())
        except grpc.aio.AioRpcError:
            # It ends as well, after a longer time.
            return
        self._access, self._refresh = tokens(answer)
