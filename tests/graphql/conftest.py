"""An app without a sandbox: its functions are coroutines of the test."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from atoll.app.call import Caller, Outcome
from atoll.graphql import GraphQLApi, GraphQLRequest, GraphQLResponse
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
    TypeDef,
)

Handler = Callable[[Mapping[str, Any]], Awaitable[Any]]


@dataclass
class InProcessApp:
    interface: Interface
    handlers: Mapping[str, Handler]
    """By API name; one that returns an Outcome decides all of it."""
    exact: bool = False
    may_wait: bool = True
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: object
    ) -> Outcome:
        execution_id = f"x{next(self._ids)}"
        self.calls.append((function.name, arguments))
        self.callers.append(caller)
        value = await self.handlers[function.name](arguments)
        if isinstance(value, Outcome):
            return value
        return Outcome(execution_id, value, failed=False)


@dataclass
class Served:
    app: InProcessApp
    api: GraphQLApi

    async def __call__(self, query: str, **variables: Any) -> GraphQLResponse:
        return await self.api.execute(GraphQLRequest(query, variables))


def function(
    name: str,
    result: Type | None = None,
    *parameters: Parameter,
    doc: str | None = None,
    line: int | None = None,
) -> Function:
    file = None if line is None else "app.py"
    return Function(name, name, parameters, result, doc, file, line)


def interface(*functions: Function, types: tuple[TypeDef, ...] = ()) -> Interface:
    return Interface(functions, {type_.name: type_ for type_ in types})


@pytest.fixture(name="function")
def function_fixture() -> Callable[..., Function]:
    return function


@pytest.fixture(name="interface")
def interface_fixture() -> Callable[..., Interface]:
    return interface


def serve_functions(
    *functions: tuple[Function, Any], types: tuple[TypeDef, ...] = (), **options: Any
) -> Served:
    handlers: dict[str, Handler] = {}
    for declared, answer in functions:
        handlers[declared.name] = answer if callable(answer) else _constant(answer)
    app = InProcessApp(interface(*(one for one, _ in functions), types=types), handlers)
    return Served(app, GraphQLApi(app, **options))


@pytest.fixture
def serve() -> Callable[..., Served]:
    """Serve functions, each given with the coroutine that it is, or with a plain value."""
    return serve_functions


def _constant(value: Any) -> Handler:
    async def handler(_: Mapping[str, Any]) -> Any:
        return value

    return handler


STRING, INT = Scalar("String"), Scalar("Int")

PEOPLE_TYPES: tuple[TypeDef, ...] = (
    ObjectType(
        "Person",
        (
            Field("name", STRING, "What to call them."),
            Field("age", Nullable(INT)),
            Field("mood", Ref("Mood"), default=Default("CALM")),
            Field("friends", ListOf(Ref("Person")), default=Default([])),
            Field("tags", MapOf(STRING, STRING), default=Default([])),
        ),
        "Somebody.",
    ),
    EnumType("Mood", (EnumValue("CALM"), EnumValue("WILD", "Better not."))),
)

PEOPLE_FUNCTIONS = (
    function("getPerson", Nullable(Ref("Person")), Parameter("id", INT), doc="Find one person."),
    function("listPeople", ListOf(Ref("Person")), Parameter("first", INT, default=Default(10))),
    function(
        "sayHello",
        STRING,
        Parameter("name", Nullable(STRING), "Who to greet."),
        Parameter("loud", Scalar("Boolean"), default=Default(False)),
    ),
    function("addPerson", Scalar("Int64"), Parameter("person", Ref("Person"))),
    function("removePerson", None, Parameter("id", Scalar("Int64"))),
)


@pytest.fixture
def people() -> Interface:
    return interface(*PEOPLE_FUNCTIONS, types=PEOPLE_TYPES)


def serve_people() -> Served:
    ada = {
        "name": "Ada",
        "age": 36,
        "mood": "CALM",
        "friends": [{"name": "Bo", "age": None, "mood": "WILD", "friends": [], "tags": []}],
        "tags": [{"key": "job", "value": "maths"}],
    }

    async def person(arguments: Mapping[str, Any]) -> Any:
        return ada if arguments["id"] == 1 else None

    async def greet(arguments: Mapping[str, Any]) -> Any:
        text = f"Hello, {arguments['name'] or 'you'}"
        return text.upper() if arguments["loud"] else text

    answers = (person, [ada], greet, 2**40, None)
    return serve_functions(*zip(PEOPLE_FUNCTIONS, answers, strict=True), types=PEOPLE_TYPES)


@pytest.fixture
def people_api() -> Served:
    """The people's app, served; ``id`` 1 is found."""
    return serve_people()


@pytest.fixture(scope="session")
def shared_people_api() -> Served:
    """The same for property tests, which may not have a fixture for each example."""
    return serve_people()
