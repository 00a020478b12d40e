"""A model's answer while it is written."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from atoll.sdk import _host
from atoll.sdk.errors import HostError, HostUnavailable
from atoll.sdk.models.completion import Completion
from atoll.sdk.models.response import model_error
from atoll.sdk.models.wire.delta import Delta
from atoll.sdk.models.wire.gathering import Pieces
from atoll.sdk.models.wire.stream import DeltaReader
from atoll.sdk.streams import HostStream

if TYPE_CHECKING:
    from atoll.sdk.models.model import Model, ModelInfo

    _Owner = weakref.ref["ModelStream"]

_LONGEST_OPENING = 100_000
"""Of what a failure tells had come, in characters."""


class ModelStream:
    """An answer as it comes: iterate over the pieces of its text, by ``for`` or ``async for``.

    The model is asked when the iteration begins, and left when it ends, early too; a ``with``
    around an ``async for`` says when. Iterating raises ``ModelError``, whose ``details["text"]`` is
    what had come by then, 100,000 characters at most.

    ``text`` and ``completion`` are for those who hold the stream. Where nobody does, as in
    ``for piece in model.stream(...)``, nothing is kept, and an answer may be of any length.
    """

    def __init__(self, model: Model, messages: Any, options: dict[str, Any]) -> None:
        self._answer = _Answer(model, messages, options)

    @property
    def text(self) -> str:
        """What has come so far, with the blanks around it."""
        return self._answer.text

    @property
    def completion(self) -> Completion:
        """The answer, with its tool calls, usage and finish reason; of an answer that has not been
        read to its end, what has come so far."""
        if self._answer.reader is None:
            raise RuntimeError("the stream has no answer yet: iterate over it first")
        return self._answer.reader.completion

    # What iterates holds the answer and not the stream, and so can tell whether anybody does.

    def __iter__(self) -> Iterator[str]:
        return self._answer.pieces(weakref.ref(self))

    def __aiter__(self) -> AsyncIterator[str]:
        return self._answer.pieces_async(weakref.ref(self))

    def close(self) -> None:
        """Let go of the model, which stops writing."""
        self._answer.close()

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


class _Answer:
    """What a stream and its iterator share."""

    def __init__(self, model: Model, messages: Any, options: dict[str, Any]) -> None:
        self._model = model
        self._messages = messages
        self._options = options
        self._stream: HostStream | None = None
        self._opening = Pieces()
        self._room = _LONGEST_OPENING
        self.reader: DeltaReader | None = None

    @property
    def text(self) -> str:
        """Of the first choice, where there are several."""
        if self.reader is None:
            return ""
        choices = self.reader.completion.choices
        return "".join(each.message.content or "" for each in choices if not each.index)

    def pieces(self, owner: _Owner) -> Iterator[str]:
        try:
            reader, payload = self._begun(self._model.info, owner)
            stream = self._opened(_host.call("models.stream", payload))
            for chunk in stream:
                yield from self._taken(reader.feed(chunk))
            yield from self._taken(reader.close())
        except HostError as error:
            raise self._failure(error) from None
        finally:
            self.close()

    async def pieces_async(self, owner: _Owner) -> AsyncIterator[str]:
        try:
            reader, payload = self._begun(await self._model.info_async(), owner)
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
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(HostError):  # there is nothing more to lose
                stream.close()

    def _begun(self, info: ModelInfo, owner: _Owner) -> tuple[DeltaReader, dict[str, Any]]:
        if self.reader is not None:
            raise RuntimeError("a stream can be read once: ask the model again")
        wire, request = self._model.chat_request(info, self._messages, self._options, stream=True)
        self.reader = DeltaReader(wire, keep=owner() is not None)
        return self.reader, self._model.payload(request)

    def _opened(self, answer: dict[str, int]) -> HostStream:
        self._stream = HostStream(answer["handle"])
        return self._stream

    def _taken(self, deltas: Iterable[Delta]) -> Iterator[str]:
        for delta in deltas:
            if delta.text and not delta.choice:
                if self._room > 0:
                    self._opening.add(delta.text[: self._room])
                    self._room -= len(delta.text)
                yield delta.text

    def _failure(self, error: HostError) -> HostError:
        failed = model_error(error)
        if not isinstance(failed, HostUnavailable):
            failed.details = {**failed.details, "text": self._opening.text()}
        return failed
