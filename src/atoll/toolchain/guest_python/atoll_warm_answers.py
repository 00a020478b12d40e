"""Makes an app ready for what it asks of models, while it is loaded.

What runs, streams and classifications are made of is imported by their first use, and so are the
forms of providers; each call is an instance of its own: done here, it is part of the app's memory.
So is what the interpreter adapts while models give canned answers, and what models are told of the
app's own classes and functions. For apps that do not name these methods nothing is done.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import FunctionType, GenericAlias

import atoll_warm_connections

from atoll.sdk import _host, models
from atoll.sdk._stand_in_models import StandInModels, tool_call
from atoll.sdk.models.wire import for_interface

ROUNDS = 8
"""Enough for the interpreter to settle on its adapted bytecode."""

INTERFACES = ("openai", "openai-responses", "anthropic", "gemini", "llama")

_SDK = re.compile(r"\batoll\b")
_METHODS = re.compile(r"\b(chat|generate|run|stream|classify)(?:_async)?\b")
_ON_DEMAND = re.compile(rf"\b({'|'.join(models.ON_DEMAND)})\b")


def run(sources: Iterable[str]) -> None:
    """Go the ways that the app's sources name, in whichever way: called, passed on, or as text."""
    texts = list(sources)
    if not any(map(_SDK.search, texts)):
        return
    for name in {found for text in texts for found in _ON_DEMAND.findall(text)}:
        getattr(models, name)
    named = {found for text in texts for found in _METHODS.findall(text)}
    if not named:
        return
    for interface in INTERFACES:
        for_interface(interface)  # which one it is, the app does not know before it runs
    before = _host.install(_Canned())
    try:
        for _ in range(ROUNDS):
            _ask(named)
    finally:
        _host.install(before)
    if named & {"generate", "run"}:
        _describe_classes()
        if any("tools" in text for text in texts):
            _describe_tools()


def _describe_tools() -> None:
    """Of the app's functions anyone may be a tool."""
    from atoll.sdk.models.toolbox import prepare

    for function in atoll_warm_connections.own_values(FunctionType):
        with contextlib.suppress(BaseException):
            prepare(function)


def _describe_classes() -> None:
    from atoll.sdk.models.structure import structure_of

    for kind in atoll_warm_connections.own_classes():
        # As there: what cannot be described is an error where it is asked for.
        with contextlib.suppress(BaseException):
            structure_of(kind)
            structure_of(GenericAlias(list, kind))


def _ask(named: set[str]) -> None:
    plain, with_tools = models.get("plain"), models.get("with-tools")
    if named & {"generate", "run"}:
        plain.generate("some")
        plain.generate("some", as_=_Answer)
        with_tools.generate("some", tools=[_tool])
    if "stream" in named:
        for _ in plain.stream("some"):
            pass
    if "classify" in named:
        plain.classify("some", ["some", "other"])


class _Canned:
    """A host whose models always say the same."""

    def __init__(self) -> None:
        answers = {"plain": lambda request: '{"value":"some"}', "with-tools": _ask_for_tool}
        self._models = StandInModels(answers)

    def call(self, name: str, payload: str) -> str:
        return json.dumps(self._models.answer(name, json.loads(payload)))

    async def call_async(self, name: str, payload: str) -> str:
        return self.call(name, payload)

    def log(self, level: int, message: str) -> None:
        """Nobody listens."""


@dataclass
class _Answer:
    value: str


def _tool(text: str) -> str:
    """A tool."""
    return text


def _ask_for_tool(request: dict[str, object]) -> object:
    asked = request["messages"]
    assert isinstance(asked, list)
    return "some" if len(asked) > 1 else tool_call("_tool", text="some")
