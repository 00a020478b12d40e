"""The models of an app: one interface to all of them, wherever they run."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from atoll.connections import HttpClient
from atoll.manifest import Manifest, Model
from atoll.models.account import Accounts, Call
from atoll.models.address import LocalAddress, find_address, find_model, streaming
from atoll.models.errors import ModelError
from atoll.models.interface import interface_of
from atoll.models.invocation import InvocationObserver
from atoll.models.local import LocalModels
from atoll.models.policy import Policy
from atoll.models.remote import RemoteModels
from atoll.models.request import adapted
from atoll.models.text import request_body
from atoll.secrets import Secrets

_log = logging.getLogger("atoll.models")

SHARE_OF_CALL = 0.9
"""Of a call's wallSeconds, what one invocation of a model may take."""

_OF_REQUEST = frozenset(("MODEL_INPUT_INVALID", "MODEL_INPUT_TOO_LARGE"))
"""Failures that always lie in the request (`ModelError.of_request`)."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str
    full_name: str
    """The model's name at its provider (``sourceModel``), or ""."""
    interface: str = "openai"
    """The form of its requests and answers (``manifest.INTERFACES``)."""


def _no_call() -> Mapping[str, str]:
    return {}


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
        folder: the app's, to which paths of local models are relative.
        hypermode_host: where models of the connection "hypermode" are served, or "".
        observers: learn of each invocation that has ended.
        call: which call is asking, for them: ``function`` and ``execution_id``.
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
        folder: Path | None = None,
        hypermode_host: str = "",
        observers: Sequence[InvocationObserver] = (),
        call: Call = _no_call,
    ) -> None:
        self._manifest = manifest
        self._hypermode_host = hypermode_host
        self._remote = RemoteModels(manifest, client, dev=dev, max_bytes=max_bytes)
        self._accounts = Accounts(observers, call)
        self._folder = folder
        self._interfaces: dict[str, str] = {}
        self._policies = {model.name: Policy(model) for model in manifest.models.values()}
        # Less than a call may take, so that the function learns of it and can do something else.
        self._seconds = manifest.limits.wall_seconds * SHARE_OF_CALL
        self._max_bytes = max_bytes
        self._local = local or LocalModels(app=folder)

    def info(self, name: str) -> ModelInfo:
        """What a guest may know of model ``name``. Raises ModelError if there is none."""
        model = find_model(self._manifest, name)
        return ModelInfo(model.name, model.source_model, self._interface(model))

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

    async def invoke(
        self, name: str, input: str, *, observer: InvocationObserver | None = None
    ) -> str:
        """Send ``input``, JSON text, to model ``name``; returns its answer, JSON text.

        When the model cannot answer, its fallback is asked. ``observer`` learns of each of the
        invocations that this takes, as the app's observers do.

        Raises:
            ModelError: no answer that can be used.
        """
        asked = find_model(self._manifest, name)
        body = request_body(asked.name, input, self._max_bytes)
        deadline = time.monotonic() + self._seconds
        model = asked
        while True:
            try:
                return await self._invoke(model, asked, body, deadline, observer)
            except ModelError as error:
                if time.monotonic() >= deadline:  # what another one would say is not the reason
                    raise
                model = self._instead(model, error)

    async def stream(self, name: str, input: str) -> AsyncGenerator[str]:
        """Like ``invoke``, but the answer comes in chunks of text as the model's host sends it.

        Whether and how the host streams is for ``input`` to ask (OpenAI: ``"stream": true``, and
        server-sent events come back). Closing the iterator ends the invocation. A fallback is asked
        only as long as nothing has come.
        """
        asked = find_model(self._manifest, name)
        body = request_body(asked.name, input, self._max_bytes)
        model, begun = asked, False
        while True:
            try:
                async with aclosing(self._stream(model, asked, body)) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
                return
            except ModelError as error:
                if begun:
                    raise
                model = self._instead(model, error)

    async def close(self) -> None:
        """End the app's use of its models. The client is closed by its owner, and local models
        stay loaded for the next app of this process."""

    async def _invoke(
        self,
        model: Model,
        asked: Model,
        body: bytes,
        deadline: float,
        observer: InvocationObserver | None,
    ) -> str:
        address = find_address(self._manifest, model, self._hypermode_host)
        sent = adapted(model, asked, body)
        policy = self._policies[model.name]
        interface = self._interface(model)
        with self._accounts.keep(
            model, asked, interface, sent, policy, streamed=False, observer=observer
        ) as account:
            deadline = min(deadline, time.monotonic() + self._patience(model))
            await policy.admit(deadline)
            account.sent = True
            seconds = max(deadline - time.monotonic(), 0.001)
            if isinstance(address, LocalAddress):
                answer = await self._invoke_local(model, address, sent, seconds)
            else:
                answer = await self._remote.invoke(account, address, seconds)
            account.answered(answer)
            return answer

    async def _invoke_local(
        self, model: Model, address: LocalAddress, body: bytes, seconds: float
    ) -> str:
        try:
            async with asyncio.timeout(seconds):
                return await self._local.invoke(address.source_model, model.name, body)
        except TimeoutError:
            raise _too_late(model, seconds) from None

    async def _stream(self, model: Model, asked: Model, body: bytes) -> AsyncGenerator[str]:
        address = find_address(self._manifest, model, self._hypermode_host)
        sent = adapted(model, asked, body)
        policy = self._policies[model.name]
        seconds = self._patience(model)
        interface = self._interface(model)
        with self._accounts.keep(model, asked, interface, sent, policy, streamed=True) as account:
            await policy.admit(time.monotonic() + seconds)
            account.sent = True
            if isinstance(address, LocalAddress):
                local = self._local.stream(address.source_model, model.name, sent)
                chunks = _in_time(model, local, seconds)
            else:
                place = streaming(address) if interface == "gemini" else address
                chunks = self._remote.stream(account, place, seconds)
            async with aclosing(chunks):
                async for chunk in chunks:
                    account.came(chunk)
                    yield chunk

    def _interface(self, model: Model) -> str:
        found = self._interfaces.get(model.name)
        if found is None:
            found = interface_of(self._manifest, model, self._folder)
            self._interfaces[model.name] = found
        return found

    def _patience(self, model: Model) -> float:
        timeout = model.settings.timeout
        return self._seconds if timeout is None else min(self._seconds, timeout)

    def _instead(self, model: Model, error: ModelError) -> Model:
        """The fallback of a model that failed; raises ``error`` if there is none to ask."""
        name = model.settings.fallback
        if not name or error.of_request or error.code in _OF_REQUEST:
            raise error
        fields = {"model": model.name, "fallback": name, "code": error.code}
        _log.warning("Asking another model.", extra={"fields": fields})
        return self._manifest.models[name]


async def _in_time(
    model: Model, chunks: AsyncGenerator[str], seconds: float
) -> AsyncGenerator[str]:
    """The chunks of a local model, each of which must come within ``seconds``."""
    async with aclosing(chunks):
        while True:
            try:
                async with asyncio.timeout(seconds):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise _too_late(model, seconds) from None
            yield chunk


def _too_late(model: Model, seconds: float) -> ModelError:
    return ModelError(
        "TIMEOUT",
        f"local model [{model.name}] did not answer within {seconds:.3g} s",
        'ask for fewer tokens, or raise "timeoutSeconds" of the model in modus.json, which '
        "ends with nine tenths of limits.wallSeconds",
    )
