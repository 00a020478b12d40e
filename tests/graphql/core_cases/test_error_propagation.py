from __future__ import annotations

from typing import Any


class TestExecuteHandlesErrors:
    async def test_with_experimental_disable_error_propagation_returns_null(
        self, api: Any, fails: Any
    ) -> None:
        # There is no such directive here.
        ask = api("type Query { foo: Int! }", foo=fails("bar"))
        answer = await ask("query getFoo @experimental_disableErrorPropagation { foo }")
        assert answer.refused == "validation"
        assert answer.messages == ["Unknown directive '@experimental_disableErrorPropagation'."]

    async def test_without_experimental_disable_error_propagation_propagates_the_error(
        self, api: Any, fails: Any
    ) -> None:
        answer = await api("type Query { foo: Int! }", foo=fails("bar"))("query getFoo { foo }")
        assert answer.data is None
        assert answer.errors == [("bar", [(1, 16)], ["foo"])]
