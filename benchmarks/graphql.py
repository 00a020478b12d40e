"""What the GraphQL layer costs per request, over functions that cost nothing.

Run it with ``python benchmarks/graphql.py``. Prints medians in microseconds of CPU time; batches of
all columns take turns, so that a slow phase hits all alike.

``hot`` is a request whose text is known, ``literal`` one whose text differs from all before in a
literal only; the time of the function's call itself is taken off, so what is left is the share of
GraphQL. ``miss`` is finding out what a new text is, before anything of it runs. ``core`` is
graphql-core executing a document that it has parsed and validated before, with plain functions;
``parse + validate`` is what it does to a new text before that, to be compared with a miss.

Rows with *exact* are of apps whose results are in the form that the query wants, as those in
AssemblyScript and Go are; of the others everything comes, by the names of the API.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Run as a script, this file's own directory would come first and shadow the graphql package.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent]

import graphql  # noqa: E402

from atoll.app.call import ANONYMOUS, Caller, Outcome  # noqa: E402
from atoll.graphql import GraphQLApi, GraphQLRequest  # noqa: E402
from atoll.guest.selection import Selection  # noqa: E402
from atoll.guest.types import (  # noqa: E402
    Field,
    Function,
    Interface,
    ListOf,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
)

BATCHES, SECONDS = 25, 0.25
"""Of each column: batches, and CPU time in all."""

S, INT = Scalar("String"), Scalar("Int")
ADDRESS = ObjectType("Address", (Field("street", S), Field("city", S)))
PERSON = ObjectType(
    "Person",
    (
        Field("id", INT),
        Field("name", S),
        Field("email", S),
        Field("score", Scalar("Float")),
        Field("active", Scalar("Boolean")),
        Field("address", Ref("Address")),
    ),
)
INTERFACE = Interface(
    (
        Function("sayHello", "say_hello", (Parameter("name", S),), S),
        Function("listPeople", "list_people", (Parameter("n", INT),), ListOf(Ref("Person"))),
    ),
    {"Address": ADDRESS, "Person": PERSON},
)

PEOPLE = [
    {
        "id": i,
        "name": f"Person {i}",
        "email": f"p{i}@example.com",
        "score": i * 1.5,
        "active": i % 2 == 0,
        "address": {"street": "Main Street", "city": "Springfield"},
    }
    for i in range(100)
]
FIRST = {n: PEOPLE[:n] for n in (1, 10, 100)}


class App:
    """Functions that answer at once."""

    interface = INTERFACE
    may_wait = False

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact
        self._known: dict[tuple[int, int], tuple[Selection | None, Any]] = {}

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        *,
        selection: Selection | None,
    ) -> Outcome:
        if function.name == "sayHello":
            return Outcome("id", f"Hello, {arguments['name']}", failed=False)
        n = arguments["n"]
        if not self.exact:
            return Outcome("id", FIRST[n], failed=False)
        # The selection is kept, so that no other one gets its place in memory.
        known = self._known.get((n, id(selection)))
        if known is None:
            known = self._known[n, id(selection)] = (selection, selected(FIRST[n], selection))
        return Outcome("id", known[1], failed=False)


def selected(value: Any, selection: Selection | None) -> Any:
    """A value in the form that a selection gives it."""
    if isinstance(value, list):
        return [selected(item, selection) for item in value]
    if selection is None:
        return value
    return {
        wanted.key: wanted.constant
        if wanted.field is None
        else selected(value[wanted.field], wanted.selection)
        for wanted in selection
    }


FIVE = "id name email score active"
NUMBERS = itertools.count()
Requests = Callable[[], GraphQLRequest]


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    """The field has the alias ``ALIAS``, which says what a miss differs by."""
    variables: dict[str, Any]
    literal: str | None = None
    """The text with a literal that holds ``NUMBER``."""
    exact: bool = False
    target: str = ""

    def hot(self) -> GraphQLRequest:
        return GraphQLRequest(self.text.replace("ALIAS", "a"), self.variables)

    def new_literal(self) -> GraphQLRequest:
        assert self.literal is not None
        text = self.literal.replace("ALIAS", "a").replace("NUMBER", str(next(NUMBERS)))
        return GraphQLRequest(text)

    def miss(self) -> GraphQLRequest:
        """For an operation that the text does not have, as is found out when it is loaded."""
        text = self.text.replace("ALIAS", f"a{next(NUMBERS)}")
        return GraphQLRequest(text, self.variables, "Absent")


def people(n: int, fields: str) -> dict[str, Any]:
    text = f"query ($n: Int!) {{ ALIAS: people(n: $n) {{ {fields} }} }}"
    return {"text": text, "variables": {"n": n}}


CASES = [
    Case(
        "hello",
        "query ($name: String!) { ALIAS: sayHello(name: $name) }",
        {"name": "World"},
        '{ ALIAS: sayHello(name: "World NUMBER") }',
        target="hot 1.5, literal 4, miss 1.1x",
    ),
    Case(
        "3 fields",
        '{ ALIAS: sayHello(name: "A") b: sayHello(name: "B") c: sayHello(name: "C") }',
        {},
        '{ ALIAS: sayHello(name: "A NUMBER") b: sayHello(name: "B") c: sayHello(name: "C") }',
    ),
    Case("10 x 5, exact", **people(10, FIVE), exact=True, target="hot 10"),
    Case("10 x 5", **people(10, FIVE)),
    Case("10 x 2, exact", **people(10, "id name"), exact=True),
    Case("10 x 2", **people(10, "id name")),
    Case("100 x 5, exact", **people(100, FIVE), exact=True),
    Case("100 x 5", **people(100, FIVE)),
    Case("100 x 7, nested, exact", **people(100, FIVE + " address { street city }"), exact=True),
    Case("100 x 7, nested", **people(100, FIVE + " address { street city }")),
]
COLUMNS = ("hot", "literal", "miss", "core", "parse + validate")


class Timed:
    """Something that is done to a request, and how long it takes."""

    def __init__(
        self, requests: Requests, run: Callable[[GraphQLRequest], Awaitable[object]]
    ) -> None:
        self._requests = requests
        self._run = run
        self.batches: list[float] = []

    async def warm_up(self) -> None:
        took = 1.0
        for _ in range(5):  # plans are compiled at the second request
            request = self._requests()
            started = time.thread_time()
            await self._run(request)
            took = min(took, time.thread_time() - started)
        self._count = min(max(3, int(SECONDS / BATCHES / max(took, 1e-6))), 5000)

    async def batch(self) -> None:
        requests = [self._requests() for _ in range(self._count)]
        run = self._run
        started = time.thread_time()
        for request in requests:
            await run(request)
        self.batches.append((time.thread_time() - started) / self._count * 1e6)

    @property
    def median(self) -> float:
        return statistics.median(self.batches)


async def main() -> None:
    head = f"{'query':<24}" + "".join(f"{column:>9}" for column in COLUMNS[:-1])
    print(f"{head}{COLUMNS[-1]:>18}{'core/hot':>10}{'miss/p+v':>10}   µs of CPU (targets)")
    for case in CASES:
        times = await measure_case(case)
        line = f"{case.name:<24}"
        for column in COLUMNS:
            width = 18 if column == COLUMNS[-1] else 9
            line += f"{times[column]:{width}.1f}" if column in times else f"{'-':>{width}}"
        hot, miss = times["core"] / times["hot"], times["miss"] / times["parse + validate"]
        print(f"{line}{hot:9.1f}x{miss:9.2f}x   {case.target}", flush=True)


async def measure_case(case: Case) -> dict[str, float]:
    app = App(exact=case.exact)
    api = GraphQLApi(app)
    schema = api.schema.graphql
    documents = {case.hot().query: graphql.parse(case.hot().query)}
    root = {
        "sayHello": lambda info, name: f"Hello, {name}",
        "people": lambda info, n: FIRST[n],
    }

    async def core(request: GraphQLRequest) -> object:
        document = documents[request.query]
        return graphql.execute(schema, document, root, variable_values=request.variables)

    async def prepare(request: GraphQLRequest) -> object:
        return graphql.validate(schema, graphql.parse(request.query))

    timed = {"hot": Timed(case.hot, api.execute), "miss": Timed(case.miss, api.execute)}
    if case.literal is not None:
        timed["literal"] = Timed(case.new_literal, api.execute)
    timed["core"] = Timed(case.hot, core)
    timed["parse + validate"] = Timed(case.miss, prepare)
    timed["call"] = Timed(case.hot, calling(app, case))
    response = await api.execute(case.hot())
    expected = await core(case.hot())
    assert response.body["data"] == expected.data, response.body
    for found in timed.values():
        await found.warm_up()
    for _ in range(BATCHES):
        for found in timed.values():
            await found.batch()
    times = {name: found.median for name, found in timed.items()}
    call = times.pop("call") * case.text.count("sayHello" if "sayHello" in case.text else "people")
    for name in ("hot", "literal"):
        if name in times:
            times[name] -= call
    return times


def calling(app: App, case: Case) -> Callable[[GraphQLRequest], Awaitable[object]]:
    """The call of the case's function, by itself."""
    function = INTERFACE.functions["people" in case.text]
    arguments = {"n": case.variables.get("n", 1), "name": "World"}
    selection = None

    def call(_: GraphQLRequest) -> Awaitable[object]:
        return app.call(function, arguments, ANONYMOUS, selection=selection)

    return call


if __name__ == "__main__":
    asyncio.run(main())
