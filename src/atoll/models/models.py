"""The models of an app: one interface to all of them, wherever they run."""

from __future__ import annotations

import asyncio
import codecs
import logging
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass

from atoll.connections import ConnectionFailed, HttpClient, HttpStream
from atoll.manifest import HttpConnection, Manifest, Model
from atoll.models.address import LocalAddress, RemoteAddress, find_address, find_model
from atoll.models.errors import ModelError
from atoll.models.local import LocalModels
from atoll.models.reply import explanation, refusal, said, unreachable
from atoll.models.text import request_body, require_json, response_text
from atoll.secrets import Secrets, required_secrets

_log = logging.getLogger("atoll.models")

SHARE_OF_CALL = 0.9
"""Of a call's wallSeconds, what one invocation of a remote model may take."""

_UNTOLD = frozenset((401, 403, 429))
"""Refusals of which functions see no text, as in Modus."""

_JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str
    full_name: str
    """The model's name at its provider (``sourceModel``), or ""."""


class Models:
    """The models that an app's manifest names.

    Requests and answers are JSON text in the wire format of the model's provider and are passed
    on unchanged.

    Args:
        manifest: defines models, connections, and how long an invocation may take (its
            share of ``wallSeconds``, which bounds the call that asked).
        secrets: the values behind the connections' templates; ``client`` has the same.
        client: for models behind http connections.
        dev: whether errors may quote what a model's host says of them. Outside development that
            stays out: it may repeat parts of the request.
        max_bytes: of one request and of one answer, in UTF-8.
        local: the models that run here; those in the user's cache unless given.
        hypermode_host: where models of the connection "hypermode" are served, or "".
    """

    def __init__(
        self,
        manifest: Manifest,
        secrets: Secrets,
        client: HttpClient,
        *,
        dev: bool,
        max_bytes: int,
        local: LocalModels | None = None,
        hypermode_host: str = "",
    ) -> None:
        self._manifest = manifest
        self._client = client
        self._dev = dev
        self._hypermode_host = hypermode_host
        # Less than a call may take, so that the function learns of it and can do something else.
        self._seconds = manifest.limits.wall_seconds * SHARE_OF_CALL
        self._max_bytes = max_bytes
        self._local = local or LocalModels()

    def info(self, name: str) -> ModelInfo:
        """What a guest may know of model ``name``. Raises ModelError if there is none."""
        model = find_model(self._manifest, name)
        return ModelInfo(model.name, model.source_model)

    def local_names(self) -> tuple[str, ...]:
        """The catalogue's names of the local models that this app uses."""
        models = self._manifest.models.values()
        found = [model for model in models if self._manifest.is_local(model)]
        return tuple(dict.fromkeys(model.source_model or model.name for model in found))

    async def warm(self) -> None:
        """Load the app's local models, so that the first call need not wait for it.

        Raises:
            ModelError: one is unknown, not installed, or cannot be loaded.
        """
        for name in self.local_names():
            await self._local.warm(name)

    async def invoke(self, name: str, input: str) -> str:
        """Send ``input``, JSON text, to model ``name``; returns its answer, JSON text.

        Raises:
            ModelError: no answer that can be used.
        """
        model, address, body = self._prepare(name, input)
        with self._logged(model):
            if isinstance(address, LocalAddress):
                answer = await self._local.invoke(address.source_model, model.name, body)
            else:
                answer = await self._invoke_remote(model, address, body)
            return answer

    async def stream(self, name: str, input: str) -> AsyncGenerator[str]:
        """Like ``invoke``, but the answer comes in chunks of text as the model's host sends it.

        Whether and how the host streams is for ``input`` to ask (OpenAI: ``"stream": true``, and
        server-sent events come back). Closing the iterator ends the invocation.
        """
        model, address, body = self._prepare(name, input)
        with self._logged(model):
            if isinstance(address, LocalAddress):
                chunks = self._local.stream(address.source_model, model.name, body)
            else:
                chunks = self._stream_remote(model, address, body)
            async with aclosing(chunks):
                async for chunk in chunks:
                    yield chunk

    async def close(self) -> None:
        """End the app's use of its models. The client is closed by its owner, and local models
        stay loaded for the next app of this process."""

    def _prepare(self, name: str, input: str) -> tuple[Model, RemoteAddress | LocalAddress, bytes]:
        model = find_model(self._manifest, name)
        address = find_address(self._manifest, model, self._hypermode_host)
        return model, address, request_body(model.name, input, self._max_bytes)

    async def _invoke_remote(self, model: Model, address: RemoteAddress, body: bytes) -> str:
        async with self._answer(model, address, body) as response:
            text = response_text(await response.read())
        return require_json(model.name, f"connection [{address.connection.name}]", text)

    async def _stream_remote(
        self, model: Model, address: RemoteAddress, body: bytes
    ) -> AsyncGenerator[str]:
        # A character may be cut in two by chunks.
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        async with self._answer(model, address, body) as response:
            async for chunk in response:
                if text := decoder.decode(chunk).replace("\0", ""):
                    yield text

    @asynccontextmanager
    async def _answer(
        self, model: Model, address: RemoteAddress, body: bytes
    ) -> AsyncGenerator[HttpStream]:
        """The model's answer, as it comes. Raises ModelError, while it is read as well."""
        try:
            async with self._client.stream(
                address.connection,
                "POST",
                address.url,
                headers=_JSON,
                body=body,
                timeout=self._seconds,
                max_bytes=self._max_bytes,
            ) as response:
                if response.status != 200:
                    raise await self._refusal(model, address.connection, response)
                yield response
        except ConnectionFailed as failure:
            raise unreachable(model, failure) from failure

    async def _refusal(
        self, model: Model, connection: HttpConnection, response: HttpStream
    ) -> ModelError:
        text = await said(self._client, connection, response)
        secrets = required_secrets(self._manifest)
        variables = [each.variable for each in secrets if each.connection == connection.name]
        reason = explanation(text) if self._dev else ""
        error = refusal(model, connection, response, reason, variables)
        if response.status not in _UNTOLD and not (response.status == 404 and self._dev):
            error.answer = text
        return error

    @contextmanager
    def _logged(self, model: Model) -> Iterator[None]:
        fields: dict[str, object] = {"model": model.name, "connection": model.connection}
        _log.info("Invoking model.", extra={"fields": fields})
        started = time.perf_counter()

        def ended() -> dict[str, object]:
            milliseconds = round((time.perf_counter() - started) * 1000)
            return {"fields": {**fields, "duration_ms": milliseconds}}

        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            _log.warning("Cancelled model invocation.", extra=ended())
            raise
        except ModelError as error:
            details = ended()
            details["fields"] = {**fields, "code": error.code, "error": error.message}
            _log.error("Error invoking model.", extra=details)
            error.logged = True
            raise
        _log.info("Completed model invocation.", extra=ended())
