"""One statement on a database, as the log and the metrics see it.

They see its shape, never its values: neither those in its text nor its parameters.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from atoll.connections.errors import ConnectionFailed
from atoll.connections.observer import ConnectionObserver
from atoll.connections.statements import Dialect, shape, tokens
from atoll.connections.words import Words
from atoll.manifest import DatabaseConnection

_log = logging.getLogger("atoll.connections")

_REMEMBERED = 4096
"""Characters of a statement whose shape is worth to be remembered."""
_SHORTEST_SECRET = 4
_LONGEST_MESSAGE = 4000
_LONGEST_HINT = 1000
_LONGEST_DETAIL = 200
_LONGEST_SEARCHED = 1 << 16
"""Characters of a statement whose literals are looked for in the words of an error."""
"""Characters. Databases let functions write messages of any length."""
_MOST_SEARCHED = 100_000_000
"""Characters of a message times the parameters that are searched for in it."""


SQL = Words(
    "Starting database query.",
    "Completed database query.",
    "Cancelled database query.",
    "Error querying database.",
)
NEO4J = Words(
    "Executing Neo4j query.",
    "Completed Neo4j query.",
    "Cancelled Neo4j query.",
    "Error executing Neo4j query.",
)
DGRAPH: Mapping[str, Words] = {
    "query": Words(
        "Executing DQL operation.",
        "Completed DQL operation.",
        "Cancelled DQL operation.",
        "Error executing DQL operation.",
    ),
    "alter": Words(
        "Altering DQL schema.",
        "Completed DQL schema alteration.",
        "Cancelled DQL schema alteration.",
        "Error altering DQL schema.",
    ),
    "drop": Words(
        "Dropping DQL attribute.",
        "Completed DQL attribute drop.",
        "Cancelled DQL attribute drop.",
        "Error dropping DQL attribute.",
    ),
    "drop all": Words(
        "Dropping all DQL data.",
        "Completed DQL data drop.",
        "Cancelled DQL data drop.",
        "Error dropping DQL data.",
    ),
}


class Operations:
    """Logs and counts the operations of one app."""

    def __init__(self, observer: ConnectionObserver | None) -> None:
        self._observer = observer

    def begin(
        self, connection: DatabaseConnection, words: Words, statement: str, dialect: Dialect
    ) -> _Operation:
        return _Operation(self._observer, connection, words, statement, dialect)


class _Operation:
    __slots__ = ("_connection", "_dialect", "_observer", "_started", "_statement", "_words")

    def __init__(
        self,
        observer: ConnectionObserver | None,
        connection: DatabaseConnection,
        words: Words,
        statement: str,
        dialect: Dialect,
    ) -> None:
        self._observer = observer
        self._connection = connection
        self._words = words
        self._statement = statement
        self._dialect = dialect
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(words.started, extra={"fields": self._fields()})
        self._started = time.perf_counter()

    def completed(self) -> None:
        seconds = self._report(None)
        if _log.isEnabledFor(logging.INFO):
            fields = {**self._fields(), "duration_ms": round(seconds * 1000, 3)}
            _log.info(self._words.completed, extra={"fields": fields})

    def cancelled(self) -> None:
        seconds = self._report("CANCELLED")
        fields = {**self._fields(), "duration_ms": round(seconds * 1000, 3)}
        _log.warning(self._words.cancelled, extra={"fields": fields})

    def failed(self, error: ConnectionFailed, parameters: Any, secrets: Sequence[str]) -> None:
        """Note a failure, and take out of its words what nobody may read in a log."""
        seconds = self._report(error.code)
        values: list[str] = []
        searched = True
        if error.code == "STATEMENT_FAILED":  # else the words are ours
            values = [*_texts(parameters), *_literals(self._statement, self._dialect)]
            searched = len(self._statement) <= _LONGEST_SEARCHED

        def shown(text: str, longest: int) -> str | None:
            if not searched:
                return None
            text = _without_secrets(_without_values(text, values), secrets)
            return text if len(text) <= longest else f"{text[:longest]}…"

        error.message = shown(error.message, _LONGEST_MESSAGE) or (
            f"connection [{self._connection.name}] failed; its words cannot be shown"
        )
        error.hint = error.hint and shown(error.hint, _LONGEST_HINT)
        error.details = {
            name: shown(text, _LONGEST_DETAIL) or "" for name, text in (error.details or {}).items()
        }
        error.args = (error.message,)
        fields = {
            **self._fields(),
            "code": error.code,
            "detail": error.message,
            **error.details,
            "duration_ms": round(seconds * 1000, 3),
        }
        _log.error(self._words.failed, extra={"fields": fields})
        error.logged = True

    def _report(self, failure: str | None) -> float:
        seconds = time.perf_counter() - self._started
        if self._observer is not None:
            connection = self._connection
            self._observer.operation_finished(connection.name, connection.type, seconds, failure)
        return seconds

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "connection": self._connection.name,
            "type": self._connection.type,
        }
        if self._statement:
            fields["statement"] = _shape(self._statement, self._dialect)
        return fields


def _shape(statement: str, dialect: Dialect) -> str:
    if len(statement) > _REMEMBERED:
        return shape(statement, dialect)
    return _remembered_shape(statement, dialect)


_remembered_shape = lru_cache(1024)(shape)


def _without_secrets(text: str, secrets: Sequence[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def _without_values(message: str, values: Sequence[str]) -> str:
    """``message`` with the values that it repeats replaced by question marks.

    Nothing if that would take long, while no other call has its turn.
    """
    texts = {text for text in values if text and len(text) <= len(message)}
    if len(message) * len(texts) > _MOST_SEARCHED:
        return ""
    found = {text for text in texts if text in message}
    for text in sorted(found, key=len, reverse=True):
        whole = rf"(?<!\w){re.escape(text)}(?!\w)"
        message = re.sub(whole, "?", message) if text.isalnum() else message.replace(text, "?")
    return message


def _literals(statement: str, dialect: Dialect) -> Iterator[str]:
    """The texts that stand in a statement itself, without their quotes."""
    if len(statement) > _LONGEST_SEARCHED:
        return
    for kind, text, _ in tokens(statement, dialect):
        if kind in ("string", "escaped"):
            yield text.strip("'\"`$").replace("''", "'")


def _texts(parameters: Any) -> Iterator[str]:
    """The texts of all that parameters are made of, and of each object that is one as JSON.

    Not of the objects in it: the time would grow with their depth, which functions choose.
    """
    whole = parameters.values() if isinstance(parameters, Mapping) else parameters
    for value in whole:
        if isinstance(value, Mapping):
            with suppress(RecursionError):
                yield json.dumps(value, ensure_ascii=False, default=str)
    waiting = [parameters]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, Sequence):
            waiting.extend(value)
        elif value is not None and not isinstance(value, bool):
            yield str(value)
