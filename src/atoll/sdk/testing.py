"""A host for tests of an app's functions, which run in ordinary Python.

def test_hello():
    with testing.host(models={"text-generator": lambda request: "Hi!"}) as host:
        assert app.hello() == "Hi!"
    assert host.requests[0].input["temperature"] == 0.7
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atoll.sdk import _host
from atoll.sdk._stand_ins import (
    ConnectionAnswer,
    HttpAnswer,
    HttpRequest,
    StandInConnections,
    Statement,
)
from atoll.sdk.errors import HostError

__all__ = [
    "Answer",
    "ConnectionAnswer",
    "HttpAnswer",
    "HttpRequest",
    "ModelRequest",
    "Statement",
    "TestHost",
    "completion",
    "host",
]

Answer: TypeAlias = Callable[[dict[str, Any]], Any]
"""Answers a model request. A string becomes a chat completion that says it; anything else is the
whole answer. An exception is a model that fails."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    model: str
    input: dict[str, Any]


@dataclass(slots=True)
class TestHost:
    """What the functions asked for and logged."""

    __test__ = False  # not a test class, whatever its name says to pytest

    models: Mapping[str, Answer] = field(default_factory=dict)
    operations: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Answers to any other host operation, by its name."""
    requests: list[ModelRequest] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)
    """Level and message of every line that went to the host's log."""
    connections: StandInConnections = field(default_factory=lambda: StandInConnections({}))
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def statements(self) -> list[Statement]:
        """What databases and GraphQL APIs were asked."""
        return self.connections.statements

    @property
    def http_requests(self) -> list[HttpRequest]:
        return self.connections.http_requests

    def call(self, name: str, payload: str) -> str:
        request = json.loads(payload)
        if name in self.operations:
            return json.dumps(self.operations[name](request))
        if name == "models.info":
            self._answer_of(request["model"])
            return json.dumps({"name": request["model"], "fullName": request["model"]})
        if name == "models.invoke":
            return json.dumps(self._invoke(request["model"], json.loads(request["input"])))
        if name == "secrets.get":
            return json.dumps(self._secret(request["name"]))
        return self.connections.answer(name, request)

    async def call_async(self, name: str, payload: str) -> str:
        return self.call(name, payload)

    def log(self, level: int, message: str) -> None:
        self.logs.append((_host.LEVELS[level], message))

    def _secret(self, name: str) -> str:
        if name not in self.secrets:
            raise HostError("NO_SUCH_SECRET", f"the app has no secret {name!r}")
        return self.secrets[name]

    def _answer_of(self, model: str) -> Answer:
        if model not in self.models:
            raise HostError("MODEL_NOT_FOUND", f"Model {model} not found.")
        return self.models[model]

    def _invoke(self, model: str, input: dict[str, Any]) -> str:
        answer = self._answer_of(model)
        self.requests.append(ModelRequest(model, input))
        try:
            output = answer(input)
        except HostError:
            raise
        except Exception as error:
            raise HostError("MODEL_FAILED", str(error)) from error
        if isinstance(output, str):
            output = completion(output, model)
        return json.dumps(output)


def completion(text: str, model: str = "") -> dict[str, Any]:
    """A chat completion in OpenAI's form that says ``text``."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "test",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }


@contextmanager
def host(
    models: Mapping[str, Answer] | None = None,
    *,
    claims: Mapping[str, Any] | None = None,
    time_zone: str | None = None,
    operations: Mapping[str, Callable[[Any], Any]] | None = None,
    connections: Mapping[str, ConnectionAnswer] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Iterator[TestHost]:
    """Stand in for Atoll's host while the block runs.

    ``connections`` are callables by the names of databases and GraphQL APIs, and by the beginnings
    of URLs (``https://api.example.com/``): each is given the ``Statement`` or ``HttpRequest``, and
    gives the rows, data or body.
    """
    stand_in = TestHost(
        models or {},
        operations or {},
        connections=StandInConnections(connections or {}),
        secrets=secrets or {},
    )
    variables = {"CLAIMS": json.dumps(claims) if claims is not None else "", "TZ": time_zone}
    before = {name: os.environ.get(name) for name in variables}
    previous = _host.install(stand_in)
    _set_environment(variables)
    try:
        yield stand_in
    finally:
        _host.install(previous)
        _set_environment(before)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
