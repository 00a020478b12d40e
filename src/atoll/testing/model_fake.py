"""A model of the app, as a test sees it: what it was asked, and what it is to answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from atoll.host.errors import HostError
from atoll.sdk.models.message import ToolCall
from atoll.sdk.testing import ModelRequest
from atoll.testing.answering import Answering, host_error
from atoll.testing.replies import Reply, embeddings, streamed, whole

ModelAnswer: TypeAlias = Any
"""Text, an iterator of its pieces, a ``tool_call`` or a list of them, a list of vectors, or the
whole answer as JSON; an exception is a model that fails. A callable is given the request's JSON,
and gives one of these."""


class FakeModel(Answering[ModelRequest]):
    """One model. Without an answer, its requests are replayed from recordings.

    What functions ask of it is in ``requests``, whoever answers.
    """

    def __init__(self, name: str, interface: str, full_name: str) -> None:
        super().__init__("model", name)
        self._interface = interface
        self._full_name = full_name

    def streams(self, *pieces: str) -> None:
        """Answer every request with the text that these pieces make, piece by piece for whoever
        reads it as a stream."""
        self.answers(Reply(pieces))

    def reply(self, request: ModelRequest) -> str:
        """An answer in one piece: JSON text. Raises HostError."""
        answer = self._found(request)
        if isinstance(answer, Reply):
            answer = whole(self._interface, answer, self._full_name)
        return json.dumps(answer)

    def reply_in_pieces(self, request: ModelRequest) -> Iterator[str]:
        """An answer to a streamed request, as its provider sends it. Raises HostError."""
        answer = self._found(request)
        if isinstance(answer, Reply):
            yield from streamed(self._interface, answer, self._full_name)
        else:
            yield json.dumps(answer)

    def matches(self, request: ModelRequest, text: str) -> bool:
        return text in json.dumps(request.input, ensure_ascii=False)

    def _found(self, request: ModelRequest) -> Any:
        try:
            return self._reply_of(self.answer(request, request.input))
        except HostError:
            raise
        except Exception as error:
            raise host_error(error, "MODEL_FAILED") from error

    def _reply_of(self, answer: ModelAnswer) -> Any:
        if isinstance(answer, str):
            return Reply(_words(answer))
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, Iterator):
            return _gathered(answer)
        if isinstance(answer, ToolCall):
            return Reply(calls=(answer,))
        if isinstance(answer, Sequence) and answer:
            if all(isinstance(item, ToolCall) for item in answer):
                return Reply(calls=tuple(answer))
            if all(_is_vector(item) for item in answer):
                return embeddings(answer, self._full_name)
        return answer


def _words(text: str) -> tuple[str, ...]:
    """The pieces in which a streamed text comes."""
    first, *others = text.split(" ")
    return (first, *(f" {word}" for word in others))


def _gathered(pieces: Iterator[Any]) -> Reply:
    """The pieces that there are, and why there are no more."""
    taken: list[str] = []
    try:
        for piece in pieces:
            taken.append(str(piece))
    except Exception as error:
        failed = error if isinstance(error, HostError) else host_error(error, "MODEL_FAILED")
        return Reply(tuple(taken), failure=failed)
    return Reply(tuple(taken))


def _is_vector(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(item, (int, float)) for item in value)
