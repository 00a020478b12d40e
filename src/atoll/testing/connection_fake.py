"""A connection of the app, as a test sees it: what it was asked, and what it is to answer."""

from __future__ import annotations

import binascii
import json
from typing import Any

import msgspec

from atoll.sdk._stand_ins import HttpRequest, StandInConnections, Statement
from atoll.testing.answering import Answering


class FakeConnection(Answering[Statement | HttpRequest]):
    """One connection. Without an answer, its requests are replayed from recordings.

    Answers are those of ``atoll.sdk.testing``: SQL has rows (dicts), or how many were affected;
    Neo4j records, Dgraph and GraphQL data, HTTP a body or an ``HttpAnswer``. A callable is given
    the ``Statement`` or ``HttpRequest``, and gives one of these; an exception is a connection that
    fails. ``requests`` has what functions asked, whoever answers.
    """

    def __init__(self, name: str) -> None:
        super().__init__("connection", name)
        self._streams: dict[int, StandInConnections] = {}

    @property
    def statements(self) -> list[Statement]:
        """What was asked in SQL, Cypher, DQL or GraphQL."""
        return [asked for asked in self.requests if isinstance(asked, Statement)]

    @property
    def http_requests(self) -> list[HttpRequest]:
        return [asked for asked in self.requests if isinstance(asked, HttpRequest)]

    def matches(self, request: Statement | HttpRequest, text: str) -> bool:
        if isinstance(request, Statement):
            return text.lower() in request.text.lower()
        return text in f"{request.method} {request.url}"

    def reply(self, operation: str, request: dict[str, Any], asked: Statement | HttpRequest) -> Any:
        """The JSON of the host operation's result. Raises HostError."""
        return msgspec.json.decode(self.stand_in(asked).answer(operation, request))

    def raw(self, operation: str, request: dict[str, Any], asked: Statement | HttpRequest) -> str:
        """The same, as text."""
        return self.stand_in(asked).answer(operation, request)

    def stand_in(self, asked: Statement | HttpRequest) -> StandInConnections:
        """What turns the test's answer into the host's."""
        place = asked.url if isinstance(asked, HttpRequest) else self.name
        return StandInConnections({place: lambda _: self.answer(asked, asked)})


def statement(connection: str, operation: str, text: str, parameters: Any) -> Statement:
    """What a database or GraphQL API is asked. ``parameters`` may be JSON text."""
    if isinstance(parameters, str):
        try:
            parameters = json.loads(parameters)
        except ValueError:
            parameters = None
    return Statement(connection, operation, text, parameters, {})


def base64_of(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
