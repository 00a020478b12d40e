from __future__ import annotations

import asyncio
from typing import Any


def met(number: int) -> Any:
    """A function that answers once it has been called ``number`` times."""
    count, all_there = 0, asyncio.Event()

    async def wait(_: Any) -> bool:
        nonlocal count
        count += 1
        if count == number:
            all_there.set()
        return await all_there.wait()

    return wait


class TestParallelExecution:
    async def test_resolve_single_field(self, api: Any) -> None:
        async def true(_: Any) -> bool:
            return True

        assert (await api("type Query { foo: Boolean }", foo=true)("{foo}")).data == {"foo": True}

    async def test_resolve_fields_in_parallel(self, api: Any) -> None:
        def fresh() -> dict[str, Any]:
            wait = met(2)
            return {"foo": wait, "bar": wait}

        ask = api("type Query { foo: Boolean bar: Boolean }", fresh)
        async with asyncio.timeout(10):  # the functions wait for each other
            answer = await ask("{foo, bar}")
        assert answer.data == {"foo": True, "bar": True}

    async def test_resolve_single_element_list(self, api: Any) -> None:
        async def trues(_: Any) -> list[bool]:
            return [True]

        answer = await api("type Query { foo: [Boolean] }", foo=trues)("{foo}")
        assert answer.data == {"foo": [True]}

    class TestCancelOnException:
        async def test_cancel_selection_sets(self, api: Any, fails: Any) -> None:
            ended = []

            async def later(_: Any) -> bool:
                await asyncio.sleep(0)
                ended.append(True)
                return True

            async def fail(_: Any) -> Any:
                return fails("Oops")

            ask = api("type Query { foo: Boolean! bar: Boolean }", foo=fail, bar=later)
            answer = await ask("{foo, bar}")
            assert answer.data is None
            assert answer.errors == [("Oops", [(1, 2)], ["foo"])]
            # One that runs is not cancelled because of its neighbour: it may do something.
            assert len(ended) >= 3
