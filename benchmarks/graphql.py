"""What the GraphQL layer costs per request, over functions that cost nothing.

Run: python benchmarks/graphql.py. Prints medians in microseconds of CPU time, and beside them
graphql-core doing the same from the text (parse, validate, execute), as its `graphql()` does.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

# Run as a script, this file's own directory would come first and shadow the graphql package.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent]

import graphql  # noqa: E402

from atoll.app.call import ANONYMOUS, Caller, Outcome  # noqa: E402
from atoll.graphql import GraphQLApi, GraphQLRequest  # noqa: E402
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

BATCHES, SECONDS = 15, 0.1

S, INT = Scalar("String"), Scalar("Int")
ADDRESS = ObjectType("Address", (Field("street", S), Field("city", S)))
PERSON = ObjectType(
    "Person",
    (
        Field("id", INT),
        Field("name", S),
        Field("tags", ListOf(S)),
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
        "tags": ["a", "b"],
        "address": {"street": "Main Street", "city": "Springfield"},
    }
    for i in range(100)
]


class App:
    interface = INTERFACE

    async def call(
        self, function: Function, arguments: Mapping[str, Any], caller: Caller, *, selection: object
    ) -> Outcome:
        if function.name == "sayHello":
            return Outcome("id", f"Hello, {arguments['name']}", failed=False)
        return Outcome("id", PEOPLE[: arguments["n"]], failed=False)


SELECTION = "{ id name tags address { street city } }"
CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("hello", "query ($name: String!) { sayHello(name: $name) }", {"name": "World"}),
    ("3 fields", '{ a: sayHello(name: "A") b: sayHello(name: "B") c: sayHello(name: "C") }', {}),
    *(
        (f"people {n}", f"query ($n: Int!) {{ people(n: $n) {SELECTION} }}", {"n": n})
        for n in (1, 10, 100)
    ),
]


async def measure(run: Callable[[], Awaitable[object]]) -> float:
    """Time one call, in microseconds of CPU, as the median of batches."""
    await run()
    started = time.thread_time()
    await run()
    count = max(3, int(SECONDS / BATCHES / max(time.thread_time() - started, 1e-6)))
    batches = []
    for _ in range(BATCHES):
        started = time.thread_time()
        for _ in range(count):
            await run()
        batches.append((time.thread_time() - started) / count * 1e6)
    return statistics.median(batches)


async def main() -> None:
    app = App()
    api = GraphQLApi(app)

    def resolver(function: Function) -> Callable[..., Awaitable[Any]]:
        async def resolve(_: Any, **arguments: Any) -> Any:
            return (await app.call(function, arguments, ANONYMOUS)).value

        return resolve

    root = {
        "sayHello": resolver(INTERFACE.functions[0]),
        "people": resolver(INTERFACE.functions[1]),
    }
    print(f"{'query':12}{'Atoll':>12}{'new text':>12}{'graphql-core':>14}{'ratio':>8}   µs of CPU")
    for name, text, variables in CASES:
        hot, cold, core = await measure_case(api, root, text, variables)
        print(f"{name:12}{hot:12.1f}{cold:12.1f}{core:14.1f}{core / hot:7.1f}x")


async def measure_case(
    api: GraphQLApi, root: Mapping[str, Any], text: str, variables: dict[str, Any]
) -> tuple[float, float, float]:
    """Measure a text that is known, one that is new each time, and graphql-core."""
    request = GraphQLRequest(text, variables)
    schema = api.schema.graphql
    numbers = itertools.count()

    def new_text() -> Awaitable[object]:
        return api.execute(GraphQLRequest(f"{text} # {next(numbers)}", variables))

    def plain() -> Awaitable[object]:
        return graphql.graphql(schema, text, root, variable_values=variables)

    return (
        await measure(lambda: api.execute(request)),
        await measure(new_text),
        await measure(plain),
    )


if __name__ == "__main__":
    asyncio.run(main())
