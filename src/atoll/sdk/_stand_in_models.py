"""Models of a test's host."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atoll.sdk.errors import HostError
from atoll.sdk.models.message import ToolCall

Answer: TypeAlias = Callable[[dict[str, Any]], Any]
"""Answers a model request. A string becomes a chat completion that says it, an iterator of strings
one that comes in these pieces if it is streamed, a ``tool_call`` (or a list of them) one that asks
for it; anything else is the whole answer. An exception is a model that fails."""

_FIRST_HANDLE = 1_000_000
"""Of streams: others begin with 1."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    model: str
    input: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Of a chat, as they were sent."""
        return list(self.input.get("messages") or self.input.get("contents") or [])


@dataclass(slots=True)
class StandInModels:
    answers: Mapping[str, Answer] = field(default_factory=dict)
    interfaces: Mapping[str, str] = field(default_factory=dict)
    requests: list[ModelRequest] = field(default_factory=list)
    _streams: dict[int, Iterator[str]] = field(default_factory=dict)
    _opened: int = 0

    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        """Do a host operation; its result, or ``None`` if it is not one of models."""
        if operation == "models.info":
            name = request["model"]
            self._of(name)
            interface = self.interfaces.get(name, "openai")
            return {"name": name, "fullName": name, "interface": interface}
        if operation == "models.invoke":
            return json.dumps(_whole(self._asked(request), request["model"]))
        if operation == "models.stream":
            self._opened += 1
            handle = _FIRST_HANDLE + self._opened
            self._streams[handle] = _chunks(self._asked(request), request["model"])
            return {"handle": handle}
        if operation == "stream.next" and request["handle"] in self._streams:
            return self._next(request["handle"])
        return None

    def close(self, handle: int) -> bool:
        """Whether it was one of these streams."""
        return self._streams.pop(handle, None) is not None

    @property
    def open_streams(self) -> int:
        """Answers that are neither read to their end nor closed."""
        return len(self._streams)

    def _next(self, handle: int) -> dict[str, Any]:
        try:
            chunk = next(self._streams[handle], None)
        except Exception as error:
            del self._streams[handle]
            raise _failed(error) from error
        if chunk is None:
            del self._streams[handle]
            return {"end": True}
        return {"chunk": chunk}

    def _of(self, model: str) -> Answer:
        if model not in self.answers:
            raise HostError("MODEL_NOT_FOUND", f"Model {model} not found.")
        return self.answers[model]

    def _asked(self, request: dict[str, Any]) -> Any:
        answer = self._of(request["model"])
        input = json.loads(request["input"])
        self.requests.append(ModelRequest(request["model"], input))
        try:
            return answer(input)
        except Exception as error:
            raise _failed(error) from error


def completion(
    text: str | None, model: str = "", *, tool_calls: Sequence[ToolCall] = ()
) -> dict[str, Any]:
    """A chat completion in OpenAI's form that says ``text``, or asks for tools."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = [call.to_json() for call in tool_calls]
    finish = "tool_calls" if tool_calls else "stop"
    return {
        "id": "test",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


def tool_call(name: str, /, **arguments: Any) -> ToolCall:
    """A model's answer that asks for a tool."""
    return ToolCall(f"call_{name}", name, json.dumps(arguments, ensure_ascii=False))


def embeddings(*vectors: Sequence[float]) -> dict[str, Any]:
    """An answer in OpenAI's form with an embedding for each input."""
    data = [
        {"object": "embedding", "index": index, "embedding": list(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    return {"object": "list", "model": "", "data": data, "usage": usage}


def in_turn(*answers: Any) -> Answer:
    """Answers the first request with the first of these, the next with the next, and so on."""
    left = list(answers)

    def answer(request: dict[str, Any]) -> Any:
        if not left:
            raise AssertionError(f"the model has given its {len(answers)} answers already")
        return left.pop(0)

    return answer


def _whole(answer: Any, model: str) -> Any:
    if isinstance(answer, ToolCall):
        answer = [answer]
    if isinstance(answer, Iterator):
        try:
            answer = "".join(answer)
        except Exception as error:
            raise _failed(error) from error
    if isinstance(answer, str):
        return completion(answer, model)
    if isinstance(answer, list) and answer and all(isinstance(each, ToolCall) for each in answer):
        return completion(None, model, tool_calls=answer)
    return answer


def _chunks(answer: Any, model: str) -> Iterator[str]:
    """The text of a server that streams, as it comes."""
    if isinstance(answer, str):
        answer = iter([answer])
    if not isinstance(answer, Iterator):
        yield json.dumps(_whole(answer, model))
        return
    for piece in answer:
        yield _event(model, {"content": piece}, None)
    yield _event(model, {}, "stop")
    yield "data: [DONE]\n\n"


def _event(model: str, delta: dict[str, Any], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "test", "object": "chat.completion.chunk", "created": 0, "model": model}
    return f"data: {json.dumps({**data, 'choices': [choice]})}\n\n"


def _failed(error: Exception) -> HostError:
    if isinstance(error, HostError):
        return error
    return HostError("MODEL_FAILED", str(error))
