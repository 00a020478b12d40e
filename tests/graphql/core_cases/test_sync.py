from __future__ import annotations

import asyncio
from typing import Any

import pytest


@pytest.fixture
def ask(api: Any) -> Any:
    """Functions that cannot wait: then the app says so, and there is a way for it."""
    return api(
        "type Query { syncField: String } type Mutation { addSyncField: String }",
        syncField="rootValue",
        addSyncField="rootValue",
    )


class TestExecuteSynchronouslyWhenPossible:
    async def test_does_not_return_an_awaitable_for_initial_errors(self, ask: Any) -> None:
        answer = await ask("fragment Example on Query { syncField }")
        assert answer.refused == "validation"

    async def test_does_not_return_an_awaitable_if_fields_are_all_synchronous(
        self, ask: Any
    ) -> None:
        answer = await ask("query Example { syncField again: syncField }")
        assert answer.data == {"syncField": "rootValue", "again": "rootValue"}

    async def test_does_not_return_an_awaitable_if_mutation_fields_are_all_synchronous(
        self, ask: Any
    ) -> None:
        answer = await ask("mutation Example { addSyncField }")
        assert answer.data == {"addSyncField": "rootValue"}

    async def test_returns_an_awaitable_if_any_field_is_asynchronous(self, api: Any) -> None:
        async def later(_: Any) -> str:
            await asyncio.sleep(0)
            return "rootValue"

        ask = api(
            "type Query { syncField: String asyncField: String }",
            syncField="rootValue",
            asyncField=later,
        )
        answer = await ask("query Example { syncField, asyncField }")
        assert answer.data == {"syncField": "rootValue", "asyncField": "rootValue"}

    class TestGraphqlSync:
        async def test_does_not_return_an_awaitable_for_syntax_errors(self, ask: Any) -> None:
            answer = await ask("fragment Example on Query { { { syncField }")
            assert answer.refused == "syntax"
            assert answer.errors == [("Syntax Error: Expected Name, found '{'.", [(1, 29)], None)]

        async def test_does_not_return_an_awaitable_for_validation_errors(self, ask: Any) -> None:
            answer = await ask("fragment Example on Query { unknownField }")
            assert answer.refused == "validation"
            assert answer.errors == [
                ("Cannot query field 'unknownField' on type 'Query'.", [(1, 29)], None),
                ("Fragment 'Example' is never used.", [(1, 1)], None),
            ]
