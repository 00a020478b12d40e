"""Makes an app ready for the results of its connections and collections, while it is loaded.

Hints are compiled once for each instance, and each call is an instance of its own: done here, it is
part of the app's memory. So is what the interpreter adapts while statements run with canned
answers. For apps that use none nothing is done.
"""

from __future__ import annotations

import contextlib
import enum
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import atoll_sources

from atoll.sdk import _host

ROUNDS = 32
"""Enough for the interpreter to settle on its adapted bytecode."""


def run() -> None:
    """Compile the classes of the app's own modules, and go the way of a statement or a search."""
    if "atoll.sdk.collections" in sys.modules:
        _search()
    decoder = sys.modules.get("atoll.sdk._decoder")
    if decoder is None:
        return
    for kind in own_classes():
        # What cannot be read is an error where it is used, if it is used at all.
        with contextlib.suppress(BaseException):
            decoder.decoder(kind, row=True)
            decoder.decoder(kind)
    sql = next((sys.modules[name] for name in _SQL if name in sys.modules), None)
    if sql is not None:
        before = _host.install(_Canned(_ROWS))
        try:
            for _ in range(ROUNDS):
                sql.query(_Row, "select", ["some", 1])
        finally:
            _host.install(before)


def _search() -> None:
    from atoll.sdk import collections

    some = collections.get("some")
    before = _host.install(_Canned({"objects": [_MATCH]}))
    try:
        for _ in range(ROUNDS):
            some.search("some", where={"some": 1})
    finally:
        _host.install(before)


_SQL = ("atoll.sdk.postgresql", "atoll.sdk.mysql")
_ROWS = {"rows": [{"name": "some", "number": 1}], "rowsAffected": 1, "lastInsertId": 0}
_MATCH = {
    "namespace": "",
    "key": "some",
    "text": "some",
    "labels": ["some"],
    "metadata": {"some": 1},
    "distance": 0.5,
    "score": 0.5,
}


@dataclass
class _Row:
    name: str
    number: int | None


class _Canned:
    """A host that has one answer."""

    def __init__(self, answer: Any) -> None:
        self._answer = json.dumps(answer)

    def call(self, name: str, payload: str) -> str:
        return self._answer

    async def call_async(self, name: str, payload: str) -> str:
        return self.call(name, payload)

    def log(self, level: int, message: str) -> None:
        """Nobody listens."""


def own_classes() -> Iterator[Any]:
    """The classes with fields and the enums that modules of the app define."""
    from atoll.sdk._fields import has_fields

    for kind in own_values(type):
        is_found = False
        with contextlib.suppress(BaseException):
            is_found = has_fields(kind) or issubclass(kind, enum.Enum)
        if is_found:
            yield kind


def own_values(kind: type) -> Iterator[Any]:
    """The values of a kind that modules of the app define."""
    own = atoll_sources.own_names()
    for name in sorted(own & sys.modules.keys()):
        for value in list(vars(sys.modules[name]).values()):
            is_own = False
            # An app's classes may raise anything, also when they are only looked at.
            with contextlib.suppress(BaseException):
                is_own = isinstance(value, kind) and value.__module__ in own
            if is_own:
                yield value
