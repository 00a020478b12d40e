"""A model of the manifest, and how it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, Unpack

from atoll.sdk import _host
from atoll.sdk._host import encode
from atoll.sdk.errors import HostError, HostUnavailable, ModelError
from atoll.sdk.models.completion import Completion, parse_completion
from atoll.sdk.models.embedding import Embeddings, parse_embeddings
from atoll.sdk.models.message import Message
from atoll.sdk.models.options import ChatOptions, EmbedOptions, request_fields

Chat: TypeAlias = str | Sequence[Message | Mapping[str, Any]]
"""A chat so far; a lone string is what the user says."""

EmbedInput: TypeAlias = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str
    """In the manifest."""
    full_name: str
    """At the provider: the manifest's ``sourceModel``."""


def get(name: str) -> Model:
    """The model that ``modus.json`` calls so.

    Nothing is asked of the host before the model is used, so that a module may do this at its top.
    """
    return Model(name)


class Model:
    """A model that the manifest names. Operations raise ``ModelError``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._info: ModelInfo | None = None

    def __repr__(self) -> str:
        return f"models.get({self.name!r})"

    @property
    def info(self) -> ModelInfo:
        """What the manifest says of the model."""
        if self._info is None:
            try:
                self._info = _info(_host.call("models.info", {"model": self.name}))
            except HostError as error:
                raise _model_error(error) from None
        return self._info

    async def info_async(self) -> ModelInfo:
        if self._info is None:
            try:
                self._info = _info(await _host.call_async("models.info", {"model": self.name}))
            except HostError as error:
                raise _model_error(error) from None
        return self._info

    def chat(self, messages: Chat, **options: Unpack[ChatOptions]) -> Completion:
        """Let a chat model answer, in the form of OpenAI's API."""
        request = _chat_request(self.info, messages, options)
        return parse_completion(self.invoke(request))

    async def chat_async(self, messages: Chat, **options: Unpack[ChatOptions]) -> Completion:
        request = _chat_request(await self.info_async(), messages, options)
        return parse_completion(await self.invoke_async(request))

    def embed(self, input: EmbedInput, **options: Unpack[EmbedOptions]) -> Embeddings:
        """Turn text (or tokens) into vectors, in the form of OpenAI's API."""
        request = _embed_request(self.info, input, options)
        return parse_embeddings(self.invoke(request))

    async def embed_async(self, input: EmbedInput, **options: Unpack[EmbedOptions]) -> Embeddings:
        request = _embed_request(await self.info_async(), input, options)
        return parse_embeddings(await self.invoke_async(request))

    def invoke(self, input: Mapping[str, Any]) -> Any:
        """Send any JSON to the model, and get its answer as it came."""
        try:
            return _answer(_host.call("models.invoke", self._payload(input)))
        except HostError as error:
            raise _model_error(error) from None

    async def invoke_async(self, input: Mapping[str, Any]) -> Any:
        try:
            return _answer(await _host.call_async("models.invoke", self._payload(input)))
        except HostError as error:
            raise _model_error(error) from None

    def _payload(self, input: Mapping[str, Any]) -> dict[str, Any]:
        return {"model": self.name, "input": encode(input)}


def _chat_request(info: ModelInfo, messages: Chat, options: ChatOptions) -> dict[str, Any]:
    said: Sequence[Message | Mapping[str, Any]] = (
        [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
    )
    return {
        "model": info.full_name.lower(),
        "messages": [dict(each) if isinstance(each, Mapping) else each.to_json() for each in said],
        **request_fields(options),
    }


def _embed_request(info: ModelInfo, input: EmbedInput, options: EmbedOptions) -> dict[str, Any]:
    given = input if isinstance(input, str) else list(input)
    return {"model": info.full_name.lower(), "input": given, **request_fields(options)}


def _info(answer: dict[str, str]) -> ModelInfo:
    return ModelInfo(answer["name"], answer["fullName"])


def _answer(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        raise ModelError("BAD_MODEL_RESPONSE", "The model's answer is not JSON.") from None


def _model_error(error: HostError) -> HostError:
    if isinstance(error, (ModelError, HostUnavailable)):
        return error
    return ModelError(error.code, error.message, error.hint)
