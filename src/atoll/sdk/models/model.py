"""A model of the manifest, and how it is asked."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack, overload

from atoll.sdk import _host
from atoll.sdk._host import encode
from atoll.sdk.errors import HostError, ModelError
from atoll.sdk.models.completion import Completion
from atoll.sdk.models.embedding import MOST_AT_ONCE, Embeddings, EmbedInput, embed_steps
from atoll.sdk.models.message import Message
from atoll.sdk.models.options import ChatOptions, EmbedOptions, GenerateOptions
from atoll.sdk.models.response import model_error
from atoll.sdk.models.tool import AnyTool
from atoll.sdk.models.wire import Wire, chat_request, for_interface

# What runs and streams are made of is loaded with the first of them: most apps chat.
if TYPE_CHECKING:
    from atoll.sdk.models.classification import Classification, Labels
    from atoll.sdk.models.run import Transcript
    from atoll.sdk.models.streaming import ModelStream

T = TypeVar("T")

Chat: TypeAlias = str | Sequence[Message | Mapping[str, Any]]
"""A chat so far; a lone string is what the user says."""

_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str
    """In the manifest."""
    full_name: str
    """At the provider: the manifest's ``sourceModel``."""
    interface: str = "openai"
    """The form of requests and answers: the manifest's ``interface``, or what the path tells."""


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
                raise model_error(error) from None
        return self._info

    async def info_async(self) -> ModelInfo:
        if self._info is None:
            try:
                self._info = _info(await _host.call_async("models.info", {"model": self.name}))
            except HostError as error:
                raise model_error(error) from None
        return self._info

    @overload
    def generate(
        self,
        prompt: Chat,
        *,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> str: ...
    @overload
    def generate(
        self,
        prompt: Chat,
        *,
        as_: type[T],
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> T: ...
    @overload
    def generate(
        self,
        prompt: Chat,
        *,
        as_: object,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Any: ...
    def generate(
        self,
        prompt: Chat,
        *,
        as_: Any = None,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Any:
        """Let a chat model answer: its text, or a value of the type ``as_``.

        The model is told the type's JSON Schema. If its answer does not fit, it is shown why and
        asked once more; then it is an error, ``BAD_STRUCTURED_OUTPUT``.

        ``tools`` are functions (or ``Tool`` objects with one) that the model may ask for; it is
        asked ``max_steps`` times at most, or it is an error, ``MODEL_STEP_LIMIT``. See ``run``.
        """
        from atoll.sdk.models.run import ask, value_of

        return value_of(ask(self, prompt, as_, tools, max_steps, options))

    @overload
    async def generate_async(
        self,
        prompt: Chat,
        *,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> str: ...
    @overload
    async def generate_async(
        self,
        prompt: Chat,
        *,
        as_: type[T],
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> T: ...
    @overload
    async def generate_async(
        self,
        prompt: Chat,
        *,
        as_: object,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Any: ...
    async def generate_async(
        self,
        prompt: Chat,
        *,
        as_: Any = None,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Any:
        """Like ``generate``; tools that are asked for together run at the same time."""
        from atoll.sdk.models.run import ask_async, value_of

        return value_of(await ask_async(self, prompt, as_, tools, max_steps, options))

    @overload
    def run(
        self,
        prompt: Chat,
        *,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[str]: ...
    @overload
    def run(
        self,
        prompt: Chat,
        *,
        as_: type[T],
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[T]: ...
    @overload
    def run(
        self,
        prompt: Chat,
        *,
        as_: object,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[Any]: ...
    def run(
        self,
        prompt: Chat,
        *,
        as_: Any = None,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[Any]:
        """Like ``generate``, with all that was said on the way.

        A model that asks for a tool that is not there, or with arguments that do not fit, is told
        so; so it is when a tool's function raises, which the log has with its traceback.
        ``UserError`` alone ends the run. A call of a tool without a function ends it too: it is in
        ``pending``.
        """
        from atoll.sdk.models.run import ask

        return ask(self, prompt, as_, tools, max_steps, options)

    @overload
    async def run_async(
        self,
        prompt: Chat,
        *,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[str]: ...
    @overload
    async def run_async(
        self,
        prompt: Chat,
        *,
        as_: type[T],
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[T]: ...
    @overload
    async def run_async(
        self,
        prompt: Chat,
        *,
        as_: object,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[Any]: ...
    async def run_async(
        self,
        prompt: Chat,
        *,
        as_: Any = None,
        tools: Sequence[AnyTool] = (),
        max_steps: int = _MOST_STEPS,
        **options: Unpack[GenerateOptions],
    ) -> Transcript[Any]:
        from atoll.sdk.models.run import ask_async

        return await ask_async(self, prompt, as_, tools, max_steps, options)

    def chat(self, messages: Chat, **options: Unpack[ChatOptions]) -> Completion:
        """Let a chat model answer: all that it says, in the form of OpenAI's API."""
        wire, request = self.chat_request(self.info, messages, options)
        return wire.parse(self.invoke(request))

    async def chat_async(self, messages: Chat, **options: Unpack[ChatOptions]) -> Completion:
        wire, request = self.chat_request(await self.info_async(), messages, options)
        return wire.parse(await self.invoke_async(request))

    def stream(self, messages: Chat, **options: Unpack[ChatOptions]) -> ModelStream:
        """Let a chat model answer piece by piece: ``for piece in model.stream("...")``.

        ``async for`` works too. The model is asked when the iteration begins.
        """
        from atoll.sdk.models.streaming import ModelStream

        return ModelStream(self, messages, dict(options))

    def embed(
        self,
        input: EmbedInput,
        *,
        batch_size: int = MOST_AT_ONCE,
        **options: Unpack[EmbedOptions],
    ) -> Embeddings:
        """Turn text (or tokens) into vectors.

        A longer list than ``batch_size`` takes several requests, one after the other.
        """
        info = self.info
        steps = embed_steps(info.full_name, info.interface, input, options, batch_size)
        return stepped(self, steps)

    async def embed_async(
        self,
        input: EmbedInput,
        *,
        batch_size: int = MOST_AT_ONCE,
        **options: Unpack[EmbedOptions],
    ) -> Embeddings:
        info = await self.info_async()
        steps = embed_steps(info.full_name, info.interface, input, options, batch_size)
        return await stepped_async(self, steps)

    @overload
    def classify(  # type: ignore[overload-overlap]  # a str is a sequence too
        self, text: str, labels: Labels | None = None
    ) -> Classification: ...
    @overload
    def classify(
        self, text: Sequence[str], labels: Labels | None = None
    ) -> list[Classification]: ...
    def classify(self, text: str | Sequence[str], labels: Labels | None = None) -> Any:
        """Which of the labels fits a text best, or each of several texts.

        Any model will do: one that classifies (which may have labels of its own), one of
        embeddings (the label whose meaning is nearest), or one that chats.
        """
        from atoll.sdk.models.classification import classify

        return classify(self, text, labels)

    @overload
    async def classify_async(  # type: ignore[overload-overlap]  # as above
        self, text: str, labels: Labels | None = None
    ) -> Classification: ...
    @overload
    async def classify_async(
        self, text: Sequence[str], labels: Labels | None = None
    ) -> list[Classification]: ...
    async def classify_async(self, text: str | Sequence[str], labels: Labels | None = None) -> Any:
        from atoll.sdk.models.classification import classify_async

        return await classify_async(self, text, labels)

    def invoke(self, input: Mapping[str, Any]) -> Any:
        """Send any JSON to the model, and get its answer as it came."""
        try:
            return _answer(_host.call("models.invoke", self.payload(input)))
        except HostError as error:
            raise model_error(error) from None

    async def invoke_async(self, input: Mapping[str, Any]) -> Any:
        try:
            return _answer(await _host.call_async("models.invoke", self.payload(input)))
        except HostError as error:
            raise model_error(error) from None

    def payload(self, input: Mapping[str, Any]) -> dict[str, Any]:
        """Of the host's operations that invoke a model."""
        return {"model": self.name, "input": encode(input)}

    def chat_request(
        self,
        info: ModelInfo,
        messages: Chat,
        options: Mapping[str, Any],
        *,
        stream: bool = False,
    ) -> tuple[Wire, dict[str, Any]]:
        """A chat in the form of the model's provider, and how the answer is read."""
        wire = for_interface(info.interface)
        return wire, wire.request(chat_request(info.full_name, messages, options, stream=stream))


def stepped(model: Model, steps: Generator[dict[str, Any], Any, T]) -> T:
    """Answer each request that is asked for, until there is a result."""
    try:
        request = next(steps)
        while True:
            request = steps.send(model.invoke(request))
    except StopIteration as ended:
        found: T = ended.value
        return found


async def stepped_async(model: Model, steps: Generator[dict[str, Any], Any, T]) -> T:
    try:
        request = next(steps)
        while True:
            request = steps.send(await model.invoke_async(request))
    except StopIteration as ended:
        found: T = ended.value
        return found


def _info(answer: dict[str, str]) -> ModelInfo:
    return ModelInfo(answer["name"], answer["fullName"], answer.get("interface") or "openai")


def _answer(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        raise ModelError("BAD_MODEL_RESPONSE", "The model's answer is not JSON.") from None
