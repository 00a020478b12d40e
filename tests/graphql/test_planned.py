"""What operations do from the second time on, when they have plans."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from atoll.app.call import FunctionError, Outcome
from atoll.guest.types import Function, Nullable, Scalar

S = Scalar("String")
Make = Callable[..., Function]
Serve = Callable[..., Any]


class Gate:
    """A function that waits once it is told to."""

    def __init__(self) -> None:
        self.closed = False
        self.waiting = 0
        self.cancelled = 0

    async def __call__(self, _: Mapping[str, Any]) -> str:
        if self.closed:
            self.waiting += 1
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return "open"


async def warmed(served: Any, query: str) -> None:
    for _ in range(3):
        assert "errors" not in (await served(query)).body
    assert served.api.statistics.plans > 0


@pytest.mark.parametrize("query", ["{ gate }", "{ gate b: gate }", "mutation { stopGate }"])
async def test_a_cancelled_request_cancels_its_calls(
    function: Make, serve: Serve, query: str
) -> None:
    gate = Gate()
    served = serve((function("gate", S), gate), (function("stopGate", S), gate))
    await warmed(served, query)
    gate.closed = True
    running = asyncio.create_task(served(query))
    while not gate.waiting:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert gate.cancelled == gate.waiting


async def test_a_call_that_was_cancelled_by_itself_is_an_error(
    function: Make, serve: Serve
) -> None:
    gone = False

    async def f(_: Mapping[str, Any]) -> str:
        if gone:
            raise asyncio.CancelledError
        return "x"

    served = serve((function("f", S), f))
    await warmed(served, "{ f }")
    gone = True
    (error,) = (await served("{ f }")).body["errors"]
    assert error["message"] == "the call was cancelled"


async def test_mutations_stop_where_an_answer_is_lost(function: Make, serve: Serve) -> None:
    fails = False

    async def add(_: Mapping[str, Any]) -> Any:
        error = FunctionError("no", "USER_ERROR")
        return Outcome("id", None, failed=True, errors=(error,)) if fails else "x"

    served = serve(
        (function("addX", S), add),
        (function("addY", Nullable(S)), add),
        (function("addZ", S), "z"),
    )
    query = "mutation { addY addX addZ }"
    await warmed(served, query)
    served.app.calls.clear()
    fails = True
    response = await served(query)
    assert response.body["data"] is None
    assert [name for name, _ in served.app.calls] == ["addY", "addX"]


async def test_quick_functions_run_in_turn_and_do_not_wait_for_long_ones(
    function: Make, serve: Serve
) -> None:
    running: set[str] = set()
    together: set[frozenset[str]] = set()

    def named(name: str, long: bool) -> Any:
        async def f(_: Mapping[str, Any]) -> str:
            running.add(name)
            together.add(frozenset(running))
            if long:
                time.sleep(0.01)
                await asyncio.sleep(0.01)
            running.discard(name)
            return name

        return f

    served = serve(
        *((function(name, S), named(name, name == "long")) for name in ("a", "b", "c", "long"))
    )
    served.app.may_wait = False
    await warmed(served, "{ a b c }")
    assert all(len(found) == 1 for found in together)
    await served("{ long a b c }")  # nobody knows yet
    together.clear()
    await served("{ long a b c }")
    assert frozenset(("long", "a")) in together
