"""A model's answer while it is written."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from atoll.sdk import _host
from atoll.sdk.errors import HostError, HostUnavailable
from atoll.sdk.models.completion import Completion
from atoll.sdk.models.response import model_error
from atoll.sdk.models.wire.delta import Delta
from atoll.sdk.models.wire.stream import DeltaReader
from atoll.sdk.streams import HostStream

if TYPE_CHECKING:
    from atoll.sdk.models.model import Model, ModelInfo


class ModelStream:
    """An answer as it comes: iterate over the pieces of its text, by ``for`` or ``async for``.

    The model is asked when the iteration begins, and left when it ends, early too; a ``with``
    around an ``async for`` says when. Iterating raises ``ModelError``, whose ``details["text"]`` is
    what had come by then.
    """

    def __init__(self, model: Model, messages: Any, options: dict[str, Any]) -> None:
        self._model = model
        self._messages = messages
        self._options = options
        self._reader: DeltaReader | None = None
        self._stream: HostStream | None = None
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """What has come so far, with the blanks around it."""
        return "".join(self._pieces)

    @property
    def completion(self) -> Completion:
        """The answer, with its tool calls, usage and finish reason; of an answer that has not been
        read to its end, what has come so far."""
        if self._reader is None:
            raise RuntimeError("the stream has no answer yet: iterate over it first")
        return self._reader.completion

    def __iter__(self) -> Iterator[str]:
        try:
            reader, payload = self._begun(self._model.info)
            stream = self._opened(_host.call("models.stream", payload))
            for chunk in stream:
                yield from self._taken(reader.feed(chunk))
            yield from self._taken(reader.close())
        except HostError as error:
            raise self._failure(error) from None
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[str]:
        try:
            reader, payload = self._begun(await self._model.info_async())
            stream = self._opened(await _host.call_async("models.stream", payload))
            async for chunk in stream:
                for piece in self._taken(reader.feed(chunk)):
                    yield piece
            for piece in self._taken(reader.close()):
                yield piece
        except HostError as error:
            raise self._failure(error) from None
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the model, which stops writing."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(HostError):  # there is nothing more to lose
                stream.close()

    def __enter__(self) -> ModelStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> ModelStream:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begun(self, info: ModelInfo) -> tuple[DeltaReader, dict[str, Any]]:
        if self._reader is not None:
            raise RuntimeError("a stream can be read once: ask the model again")
        wire, request = self._model.chat_request(info, self._messages, self._options, stream=True)
        self._reader = DeltaReader(wire)
        return self._reader, self._model.payload(request)

    def _opened(self, answer: dict[str, int]) -> HostStream:
        self._stream = HostStream(answer["handle"])
        return self._stream

    def _taken(self, deltas: Iterable[Delta]) -> Iterator[str]:
        for delta in deltas:
            if delta.text and not delta.choice:
                self._pieces.append(delta.text)
                yield delta.text

    def _failure(self, error: HostError) -> HostError:
        failed = model_error(error)
        if not isinstance(failed, HostUnavailable):
            failed.details = {**failed.details, "text": self.text}
        return failed
