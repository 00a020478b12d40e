"""Functions as tools: how models are told of them, and how they are called."""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from atoll.sdk._decoder import Decoder, decoder, plain
from atoll.sdk._docstring import annotation_doc, parse
from atoll.sdk._encoder import NotJson, duration_text, json_text, plain_value
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._schema import Parameter, arguments_schema
from atoll.sdk.models.tool import Tool

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class BadArguments(Exception):
    """What a model wrote for a tool does not do. The text is for the model."""


def describe(function: Callable[..., Any], name: str | None, description: str | None) -> Tool:
    """See ``Tool.of``."""
    name = name or str(getattr(function, "__name__", ""))
    if not _NAME.fullmatch(name):
        raise TypeError(
            f"{function!r:.100} cannot be a tool by the name {name!r}: use a function of a `def`, "
            "or give it another name by models.Tool.of(function, name=...)"
        )
    docs = parse(inspect.getdoc(function) if inspect.isroutine(function) else None)
    parameters = []
    for each, hint in _parameters(function, name):
        if each.kind is each.VAR_KEYWORD or hint is each.empty:
            raise TypeError(
                f"parameter {each.name} of the tool {name} "
                + ("is not one that a model can be told of" if each.kind is each.VAR_KEYWORD
                   else f"has no type hint: write `{each.name}: str`, for example")
            )  # fmt: skip
        text = annotation_doc(hint) or docs.parameters.get(each.name)
        parameters.append(Parameter(each.name, hint, text, each.default is not each.empty))
    return Tool(
        name,
        description or docs.description,
        arguments_schema(parameters),
        function=function,
    )


class Caller:
    """Calls a tool's function with what a model wrote."""

    def __init__(self, tool: Tool) -> None:
        assert tool.function is not None
        self._function = tool.function
        self._decoders: dict[str, Decoder] = {}
        self._needed: list[str] = []
        self._positional: list[str] = []
        self._takes_any = False
        for each, hint in _parameters(tool.function, tool.name):
            if each.kind is each.VAR_KEYWORD:
                self._takes_any = True
                continue
            self._decoders[each.name] = decoder(Any if hint is each.empty else hint, sparse=True)
            if each.default is each.empty:
                self._needed.append(each.name)
            if each.kind is each.POSITIONAL_ONLY:
                self._positional.append(each.name)
        numbers = (found.number for found in self._decoders.values())
        self._number = next(filter(None, numbers), None)

    def call(self, arguments: str) -> Any:
        """What the function gives: an awaitable, if it is async. Raises ``BadArguments``."""
        given = self._decode(arguments)
        positional = [given.pop(name) for name in self._positional if name in given]
        return self._function(*positional, **given)

    def _decode(self, arguments: str) -> dict[str, Any]:
        try:
            given = json.loads(arguments or "{}", parse_float=self._number)
        except (ValueError, RecursionError) as error:
            raise BadArguments(f"the arguments are not JSON: {error}") from None
        given = {} if given is None else given
        if not isinstance(given, dict):
            raise BadArguments("the arguments are not a JSON object")
        missing = [name for name in self._needed if name not in given]
        if missing:
            raise BadArguments(f"missing: {', '.join(missing)}")
        unknown = [name for name in given if name not in self._decoders]
        if unknown and not self._takes_any:
            known = ", ".join(self._decoders) or "none"
            raise BadArguments(f"there is no parameter {unknown[0][:60]!r}; there are: {known}")
        return {
            name: self._value(name, value)
            for name, value in given.items()
            if value is not None or not self._is_left_out(name)
        }

    def _is_left_out(self, name: str) -> bool:
        """Whether null means that the default stands."""
        if name in self._needed or name not in self._decoders:
            return False
        try:
            self._decoders[name].decode(None)
        except Mismatch:
            return True
        return False

    def _value(self, name: str, value: Any) -> Any:
        found = self._decoders.get(name)
        if self._number is not None and (found is None or found.number is None):
            value = plain(value)
        if found is None:
            return value
        try:
            return found.decode(value)
        except Mismatch as mismatch:
            raise BadArguments(str(mismatch.under(name))) from None


def _parameters(function: Callable[..., Any], name: str) -> list[tuple[inspect.Parameter, Any]]:
    """Each parameter with its hint, ``Parameter.empty`` if it has none."""
    # Of an object that can be called, they are those of its class's method.
    call = function if inspect.isroutine(function) else type(function).__call__
    try:
        hints = typing.get_type_hints(inspect.unwrap(call), include_extras=True)
    except NameError as error:
        raise TypeError(
            f"the type hints of the tool {name} cannot be read: {error}; "
            "import the types at run time, not only under TYPE_CHECKING"
        ) from None
    found = []
    for each in inspect.signature(function).parameters.values():
        if each.kind is each.VAR_POSITIONAL:
            raise TypeError(f"the tool {name} takes *{each.name}, and models name their arguments")
        found.append((each, hints.get(each.name, each.empty)))
    return found


def result_text(name: str, value: Any) -> str:
    """What a model is told that a tool gave. Raises ``TypeError`` if it has no form in JSON."""
    if isinstance(value, str):
        return value
    try:
        return json_text(value, _plain)
    except NotJson as error:
        raise TypeError(f"the result of the tool {name} cannot be told a model: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        import base64

        return base64.b64encode(value).decode("ascii")
    return plain_value(value)
