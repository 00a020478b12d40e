"""The app under the API: it gives what a request's script says, and notes who called what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

from graphql import GraphQLSchema

from atoll.app.call import Caller, FunctionError, Level, LogLine, Outcome
from atoll.guest.types import (
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Ref,
    Scalar,
    Type,
)

from .values import Results


class Crash(Exception):
    """A fault below the function, which clients hear of as "internal error"."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one function does in one request."""

    value: Any = None
    failed: bool = False
    crashes: bool = False
    errors: tuple[FunctionError, ...] = ()
    printed: tuple[str, ...] = ()


Script = Mapping[str, Sequence[Result]]
"""Results by function; which of them depends on the arguments alone."""


@dataclass(slots=True)
class Call:
    function: str
    arguments: str
    """In one form for what is equal."""


@dataclass(slots=True)
class Request:
    """A request, and what is to happen in it."""

    text: str
    variables: dict[str, Any]
    operation: str | None
    script: Script
    may_mutate: bool = True
    calls: dict[str, Call] = field(default_factory=dict)
    """By execution id, in the order in which they began."""


class ScriptedApp:
    def __init__(self, interface: Interface, *, exact: bool, may_wait: bool) -> None:
        self.interface = interface
        self.exact = exact
        self.may_wait = may_wait
        self._calls = 0

    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: Any
    ) -> Outcome:
        assert caller.claims is not None
        request: Request = caller.claims["request"]
        call = Call(function.name, canonical(self.interface, function, arguments))
        execution_id = f"x{self._calls}"
        self._calls += 1
        request.calls[execution_id] = call
        result = choose(request.script, call)
        if self.may_wait:
            for _ in range(crc32(call.arguments.encode()) % 3):
                await asyncio.sleep(0)
        if result.crashes:
            raise Crash(function.name)
        # Copies: whatever is done with a value may not be seen by the next one who gets it.
        value = project(result.value, selection) if self.exact else deepcopy(result.value)
        printed = tuple(LogLine(Level.INFO, line) for line in result.printed)
        return Outcome(execution_id, value, result.failed, result.errors, printed)


def choose(script: Script, call: Call) -> Result:
    results = script[call.function]
    return results[crc32(call.arguments.encode()) % len(results)]


def project(value: Any, selection: Any) -> Any:
    """Give a value the form of a selection, as the decoder of a typed guest does."""
    if selection is None or not isinstance(value, (dict, list)):
        return deepcopy(value)
    if isinstance(value, list):
        return [project(item, selection) for item in value]
    return {
        wanted.key: wanted.constant
        if wanted.field is None
        else project(value[wanted.field], wanted.selection)
        for wanted in selection
    }


def canonical(interface: Interface, function: Function, arguments: Mapping[str, Any]) -> str:
    """Write arguments such that equal ones are equal texts: only maps' and JSON's order counts."""
    types = {one.name: one.type for one in function.parameters}
    return json.dumps(
        {name: _sorted(arguments[name], types[name], interface) for name in sorted(arguments)}
    )


def _sorted(value: Any, type_: Type, interface: Interface) -> Any:
    match type_:
        case Nullable(inner):
            return _sorted(value, inner, interface)
        case ListOf(item) if isinstance(value, list):
            return [_sorted(one, item, interface) for one in value]
        case MapOf(key, held) if isinstance(value, list):
            members: dict[str, Type] = {"key": key, "value": held}
            return [
                {name: _sorted(pair[name], members[name], interface) for name in sorted(pair)}
                for pair in value
            ]
        case Ref(name) if isinstance(value, dict):
            definition = interface.types[name]
            assert isinstance(definition, ObjectType)
            fields = {one.name: one.type for one in definition.fields}
            return {one: _sorted(value[one], fields[one], interface) for one in sorted(value)}
    return value


def random_script(
    rng: Random, interface: Interface, schema: GraphQLSchema, *, exact: bool, bad: float
) -> Script:
    """Results for all functions of an interface; ``bad`` is how likely things go wrong."""
    results = Results(rng, exact=exact, bad=bad)
    roots = [root for root in (schema.query_type, schema.mutation_type) if root is not None]
    types = {name: one.type for root in roots for name, one in root.fields.items()}
    script = {}
    for function in interface.functions:
        type_ = types[_field_name(function.name, types)]
        script[function.name] = [
            _result(rng, None if function.result in (None, Scalar("Void")) else results, type_, bad)
            for _ in range(rng.choice((1, 2)))
        ]
    return script


def _field_name(function: str, fields: Mapping[str, Any]) -> str:
    for prefix in ("get", "list", ""):
        name = function.removeprefix(prefix)
        name = name[:1].lower() + name[1:]
        if name in fields:
            return name
    raise AssertionError(function)


def _result(rng: Random, results: Results | None, type_: Any, bad: float) -> Result:
    printed = ("hello", "")[: rng.choice((0, 0, 0, 1, 2))]
    if rng.random() < bad / 3:
        return Result(crashes=True)
    errors = tuple(
        FunctionError(rng.choice(("boom", "é\n", "")), "USER_ERROR", rng.choice(("error", "fatal")))
        for _ in range(rng.choice((0, 1, 1, 2)))
    )
    if rng.random() < bad / 2:
        return Result(None, True, errors=errors, printed=printed)
    if rng.random() > bad:
        errors = ()
    value = None if results is None else results.value(type_)
    return Result(value, errors=errors, printed=printed)
