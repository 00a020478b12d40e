from __future__ import annotations

import asyncio
from typing import Any

import pytest

# The original stops an execution by a signal; here the task that asks is cancelled, as happens
# when a client leaves.


@pytest.fixture
def cancelled(api: Any) -> Any:
    """Asks, cancels once the function ``hang`` runs; gives what was begun and what was ended."""

    async def run(schema: str, query: str) -> tuple[list[str], list[str]]:
        begun: list[str] = []
        ended: list[str] = []
        runs = asyncio.Event()

        def named(name: str) -> Any:
            async def answer(_: Any) -> str:
                begun.append(name)
                if name in ("hang", "addHang"):
                    runs.set()
                    try:
                        await asyncio.Event().wait()
                    finally:
                        ended.append(name)
                return name

            return answer

        answers = {name: named(name) for name in ("hang", "quick", "addHang", "addQuick")}
        asking = asyncio.ensure_future(api(schema, **answers)(query))
        await runs.wait()
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        return begun, ended

    return run


class TestExecuteCancellation:
    async def test_completes_the_execution_normally_when_never_aborted(self, api: Any) -> None:
        ask = api("type Todo { id: String } type Query { todo: Todo }", todo={"id": "1"})
        assert (await ask("{ todo { id } }")).data == {"todo": {"id": "1"}}

    async def test_stops_the_execution_when_aborted_despite_a_hanging_resolver(
        self, cancelled: Any
    ) -> None:
        schema = "type Query { hang: String quick: String }"
        for query in ("{ hang }", "{ quick hang }"):
            _, ended = await cancelled(schema, query)
            assert ended == ["hang"]

    async def test_stops_the_execution_when_aborted_mid_mutation(self, cancelled: Any) -> None:
        schema = "type Query { a: String } type Mutation { addHang: String addQuick: String }"
        begun, ended = await cancelled(schema, "mutation { addHang addQuick }")
        assert begun == ["addHang"]
        assert ended == ["addHang"]
