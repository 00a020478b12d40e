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
from typing import Any

from atoll.sdk import _host
from atoll.sdk._stand_in_collections import Embedder, Embedders, StandInCollections
from atoll.sdk._stand_in_models import (
    Answer,
    ModelRequest,
    StandInModels,
    completion,
    embeddings,
    in_turn,
    tool_call,
)
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
    "Embedder",
    "Embedders",
    "HttpAnswer",
    "HttpRequest",
    "ModelRequest",
    "Statement",
    "TestHost",
    "completion",
    "embeddings",
    "host",
    "in_turn",
    "tool_call",
]


@dataclass(slots=True)
class TestHost:
    """What the functions asked for and logged."""

    __test__ = False  # not a test class, whatever its name says to pytest

    models: StandInModels = field(default_factory=StandInModels)
    operations: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Answers to any other host operation, by its name."""
    logs: list[tuple[str, str]] = field(default_factory=list)
    """Level and message of every line that went to the host's log."""
    connections: StandInConnections = field(default_factory=lambda: StandInConnections({}))
    secrets: Mapping[str, str] = field(default_factory=dict)
    collections: StandInCollections = field(default_factory=lambda: StandInCollections({}))

    @property
    def requests(self) -> list[ModelRequest]:
        """What models were asked."""
        return self.models.requests

    @property
    def open_streams(self) -> int:
        """Streamed answers of models that are neither read to their end nor closed."""
        return self.models.open_streams

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
        answer = self.models.answer(name, request)
        if answer is not None:
            return json.dumps(answer)
        if name == "stream.close" and self.models.close(request["handle"]):
            return "null"
        if name.startswith("collections."):
            return json.dumps(self.collections.answer(name, request))
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


@contextmanager
def host(
    models: Mapping[str, Answer] | None = None,
    *,
    claims: Mapping[str, Any] | None = None,
    time_zone: str | None = None,
    operations: Mapping[str, Callable[[Any], Any]] | None = None,
    connections: Mapping[str, ConnectionAnswer] | None = None,
    secrets: Mapping[str, str] | None = None,
    interfaces: Mapping[str, str] | None = None,
    collections: Mapping[str, Embedders] | None = None,
) -> Iterator[TestHost]:
    """Stand in for Atoll's host while the block runs.

    ``connections`` are callables by the names of databases and GraphQL APIs, and by the beginnings
    of URLs (``https://api.example.com/``): each is given the ``Statement`` or ``HttpRequest``, and
    gives the rows, data or body. Models are of interface ``openai`` unless ``interfaces`` has
    another for a name. ``collections`` are empty at first, and kept in memory: each is given with
    the function that embeds its texts, or None, by which texts are found that share words.
    """
    stand_in = TestHost(
        StandInModels(models or {}, interfaces or {}),
        operations or {},
        connections=StandInConnections(connections or {}),
        secrets=secrets or {},
        collections=StandInCollections(collections or {}),
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
