"""One scenario: an API, what its functions give, and what it answers in every way of asking."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from atoll.app.call import Caller, FunctionError, Outcome
from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse, QueryLimits
from atoll.guest.selection import Selection
from atoll.guest.types import (
    EnumType,
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

HITS = 3
"""Times that each query is asked: the first is interpreted, those that follow may be compiled."""

DEFAULT_LIMITS = QueryLimits()

CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Float": lambda value: type(value) in (int, float),
    "JSON": lambda value: True,
    "Timestamp": lambda value: isinstance(value, str) and value.endswith("Z"),
}


def fails(*messages: str) -> Outcome:
    """What a call comes to whose function fails with these messages."""
    return Outcome("id", None, failed=True, errors=tuple(map(_error, messages)))


def _error(message: str) -> FunctionError:
    return FunctionError(message, "USER_ERROR")


@dataclass
class CaseApp:
    """An app in this process, whose results have either of the forms that guests give them."""

    interface: Interface
    exact: bool
    may_wait: bool
    answers: Mapping[str, Any] = field(default_factory=dict)
    """By function: what it gives, or what to call with its arguments."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    has_misfit: bool = False
    """Whether a result was not of its declared type, so that no exact guest can have given it."""

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> Outcome:
        self.calls.append((function.name, dict(arguments)))
        value = self.answers.get(function.name)
        if callable(value):
            value = value(dict(arguments))
        if inspect.isawaitable(value):
            value = await value
        if isinstance(value, Outcome):
            return value
        if function.result is not None and not self._fits(value, function.result):
            self.has_misfit = True
        elif self.exact:
            value = arranged(value, selection)
        return Outcome(f"x{len(self.calls)}", value, failed=False)

    def _fits(self, value: Any, type_: Type) -> bool:
        match type_:
            case Nullable(inner):
                return value is None or self._fits(value, inner)
            case Scalar(name):
                return CHECKS[name](value)
            case ListOf(item):
                return isinstance(value, list) and all(self._fits(one, item) for one in value)
            case MapOf(key, of):
                return isinstance(value, list) and all(
                    self._fits(pair["key"], key) and self._fits(pair["value"], of) for pair in value
                )
            case Ref(name):
                definition = self.interface.types[name]
                if isinstance(definition, EnumType):
                    return value in [one.name for one in definition.values]
                assert isinstance(definition, ObjectType)
                return isinstance(value, dict) and all(
                    self._fits(value.get(one.name), one.type) for one in definition.fields
                )


def arranged(value: Any, selection: Selection | None) -> Any:
    """A result as a guest gives it that is told what is wanted of it."""
    if selection is None or value is None:
        return value
    if isinstance(value, list):
        return [arranged(item, selection) for item in value]
    return {
        wanted.key: wanted.constant
        if wanted.field is None
        else arranged(value.get(wanted.field), wanted.selection)
        for wanted in selection
    }


@dataclass(frozen=True)
class Answer:
    kind: str
    body: dict[str, Any]
    calls: list[tuple[str, dict[str, Any]]]
    """Of functions, in their order: name and arguments."""

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def refused(self) -> str | None:
        """What kept the operation from running; None when it ran."""
        return None if self.kind == "ok" else self.kind

    @property
    def errors(self) -> list[tuple[str, list[tuple[int, int]], list[str | int] | None]]:
        """Message, locations as line and column, and path of each."""
        return [
            (
                error["message"],
                [(at["line"], at["column"]) for at in error.get("locations", [])],
                error.get("path"),
            )
            for error in self.body.get("errors", [])
        ]

    @property
    def messages(self) -> list[str]:
        return [message for message, _, _ in self.errors]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    @property
    def arguments(self) -> dict[str, Any]:
        """Of the only call."""
        [(_, arguments)] = self.calls
        return arguments

    def without_locations(self) -> object:
        errors = [
            {key: value for key, value in error.items() if key != "locations"}
            for error in self.body.get("errors", [])
        ]
        return self.kind, {**self.body, "errors": errors}, self.calls


class Cases:
    """An API in GraphQL's notation, with the answers of its functions by name.

    ``fresh`` makes the answers anew for each execution, where they have a state.
    """

    def __init__(
        self,
        schema: str,
        fresh: Callable[[], Mapping[str, Any]] | None = None,
        *,
        limits: QueryLimits = DEFAULT_LIMITS,
        **answers: Any,
    ) -> None:
        self._interface = sys.modules["core_cases_declared"].declared(schema)
        self._limits = limits
        self._fresh = fresh or (lambda: answers)
        waits = any(map(inspect.iscoroutinefunction, self._fresh().values()))
        self._forms = [(False, True), (False, waits), (True, waits)]

    async def __call__(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        operation: str | None = None,
        exchange: bool = True,
    ) -> Answer:
        """Ask, in every way, and give the one answer.

        Asked is an app that gives results as they are, one that arranges them, apps that may wait
        and those that may not; each several times, and if that goes well, after the same with other
        literals, and with variables in the place of literals and the other way round (unless
        ``exchange`` says no).
        """
        query = dedent(query).strip()
        first: Answer | None = None
        for exact, may_wait in self._forms:
            app = CaseApp(self._interface, exact, may_wait)
            api = GraphQLApi(app, limits=self._limits)
            answer = await self._repeatedly(api, app, query, dict(variables or {}), operation)
            if answer is None:
                continue
            first = first or answer
            assert answer == first, f"of an app with {exact=}, {may_wait=}:\n{answer}\n{first}"
            if exchange and answer.kind == "ok" and "INVALID_ARGUMENT" not in answer.codes:
                await self._exchanged(api, app, query, dict(variables or {}), answer)
                if operation is None:
                    await self._after_another(app, query, dict(variables or {}), answer)
        assert first is not None
        return first

    async def _exchanged(
        self, api: GraphQLApi, app: CaseApp, query: str, variables: dict[str, Any], expected: Answer
    ) -> None:
        exchange = sys.modules["core_cases_exchange"]
        for way in (exchange.literals_as_variables, exchange.variables_as_literals):
            found = way(query, variables, api.schema.graphql)
            if found is not None:
                answer = await self._repeatedly(api, app, *found, None)
                assert answer is not None
                assert answer.without_locations() == expected.without_locations(), (
                    f"asked with {found}:\n{answer}\n{expected}"
                )

    async def _after_another(
        self, app: CaseApp, query: str, variables: dict[str, Any], expected: Answer
    ) -> None:
        """What was compiled for a text must give others of its kind their own answers."""
        exchange = sys.modules["core_cases_exchange"]
        others = [exchange.with_other_literals(query, number) for number in range(3)]
        if None in others:
            return
        api = GraphQLApi(app, limits=self._limits)
        for text in (*others, query):  # two make a template, with which the third is compiled
            app.answers, app.calls = self._fresh(), []
            response = await api.execute(GraphQLRequest(text, variables))
        answer = Answer(response.kind, _comparable(response), app.calls)
        assert answer == expected, f"asked after {others}:\n{answer}\n{expected}"

    async def _repeatedly(
        self,
        api: GraphQLApi,
        app: CaseApp,
        query: str,
        variables: dict[str, Any],
        operation: str | None,
    ) -> Answer | None:
        """The one answer; None when no app of this form can give it."""
        first: Answer | None = None
        for hit in range(HITS):
            app.answers, app.calls = self._fresh(), []
            response = await api.execute(GraphQLRequest(query, variables, operation))
            if app.exact and app.has_misfit:
                return None
            answer = Answer(response.kind, _comparable(response), app.calls)
            first = first or answer
            assert answer == first, f"asked for the {hit + 1}. time: {query}\n{answer}\n{first}"
        return first


def _comparable(response: GraphQLResponse) -> dict[str, Any]:
    """A body without the identities of the calls."""
    body = dict(response.body)
    if "extensions" in body:
        calls = body["extensions"]["invocations"]
        assert all(call["executionId"] for call in calls.values())
        body["extensions"] = {
            key: {name: value for name, value in call.items() if name != "executionId"}
            for key, call in calls.items()
        }
    return body
