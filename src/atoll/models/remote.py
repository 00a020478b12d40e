"""Models behind http connections."""

from __future__ import annotations

import codecs
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from atoll.connections import ConnectionFailed, HttpClient, HttpStream
from atoll.manifest import HttpConnection, Manifest, Model
from atoll.models.account import Account
from atoll.models.address import RemoteAddress
from atoll.models.errors import ModelError
from atoll.models.reply import explanation, refusal, said, too_long, unreachable
from atoll.models.text import require_json, response_text
from atoll.secrets import required_secrets

_UNTOLD = frozenset((401, 403, 429))
"""Refusals of which functions see no text, as in Modus."""

_JSON = (("Content-Type", "application/json"),)


class RemoteModels:
    """Asks models over their connections.

    Args:
        dev: whether errors may quote what a model's host says of them.
        max_bytes: of one answer, in UTF-8. A stream may be longer: no more of it is held than its
            reader has not taken.
    """

    def __init__(
        self, manifest: Manifest, client: HttpClient, *, dev: bool, max_bytes: int
    ) -> None:
        self._manifest = manifest
        self._client = client
        self._dev = dev
        self._max_bytes = max_bytes
        self._connections: dict[str, HttpConnection] = {}

    async def invoke(self, account: Account, address: RemoteAddress, seconds: float) -> str:
        """The whole answer, JSON text. Raises ModelError."""
        model = account.model
        async with self._answer(account, address, seconds, streamed=False) as response:
            text = response_text(await response.read())
        return require_json(model.name, f"connection [{address.connection.name}]", text)

    async def stream(
        self, account: Account, address: RemoteAddress, seconds: float
    ) -> AsyncGenerator[str]:
        """The answer's text as it comes; ``seconds`` is how long nothing may come."""
        # A character may be cut in two by chunks.
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        async with self._answer(account, address, seconds, streamed=True) as response:
            async for chunk in response:
                if text := decoder.decode(chunk).replace("\0", ""):
                    yield text

    @asynccontextmanager
    async def _answer(
        self, account: Account, address: RemoteAddress, seconds: float, *, streamed: bool
    ) -> AsyncGenerator[HttpStream]:
        """The model's answer, as it comes. Raises ModelError, while it is read as well."""
        model = account.model
        try:
            async with self._client.stream(
                self._connection(model, address.connection),
                "POST",
                address.url,
                headers=_JSON,
                body=account.body,
                timeout=seconds,
                max_bytes=sys.maxsize if streamed else self._max_bytes,
                progress=account.progress,
                endless=streamed,
            ) as response:
                if response.status != 200:
                    raise await self._refusal(model, address.connection, response, seconds)
                yield response
        except ConnectionFailed as failure:
            raise unreachable(model, failure) from failure

    def _connection(self, model: Model, connection: HttpConnection) -> HttpConnection:
        """The model's connection, with the retries of the model if it has its own."""
        retries = model.settings.retries
        if retries is None:
            return connection
        own = self._connections.get(model.name)
        if own is None:
            own = self._connections[model.name] = replace(connection, retries=retries)
        return own

    async def _refusal(
        self, model: Model, connection: HttpConnection, response: HttpStream, seconds: float
    ) -> ModelError:
        text = await said(self._client, connection, response, self._max_bytes, seconds)
        secrets = required_secrets(self._manifest)
        variables = [each.variable for each in secrets if each.connection == connection.name]
        reason = explanation(text) if self._dev else ""
        overflow = too_long(response.status, text)
        error = refusal(model, connection, response, reason, variables, overflow=overflow)
        if response.status not in _UNTOLD and not (response.status == 404 and self._dev):
            error.answer = text
        return error
