from __future__ import annotations

from typing import Any

import pytest


def chain(length: int) -> str:
    """Fragments that spread each other."""
    links = [f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(length)]
    return "\n".join(["{ ...F0 }", *links, f"fragment F{length} on Query {{ name }}"])


@pytest.fixture
def ask(api: Any) -> Any:
    return api("type Query { name: String }", name="x")


class TestTooDeeplyNestedSelectionsAtTheRoot:
    async def test_execute_returns_a_result_with_the_error(self, ask: Any) -> None:
        # The limits of a query stop it before anything follows the fragments.
        answer = await ask(chain(10_000))
        assert answer.refused == "limit"
        assert answer.messages == ["The query is longer than 200000 characters."]
        assert answer.calls == []

    async def test_subscribe_returns_a_result_with_the_error(self, ask: Any) -> None:
        answer = await ask(chain(10_000).replace("{", "subscription {", 1))
        assert answer.refused == "limit"

    async def test_still_executes_a_depth_that_fits(self, ask: Any) -> None:
        answer = await ask(chain(40))
        assert answer.data == {"name": "x"}
        assert answer.errors == []

    async def test_reports_a_too_deep_chain_inside_a_field_as_a_field_error(self, api: Any) -> None:
        nodes = "\n".join(
            f"fragment F{i} on Node {{ nested {{ ...F{i + 1} }} }}" for i in range(40)
        )
        ask = api("type Node { name: String nested: Node } type Query { nested: Node }")
        answer = await ask(f"{{ nested {{ ...F0 }} }} {nodes} fragment F40 on Node {{ name }}")
        assert answer.refused == "limit"
        assert answer.messages == [
            "The query is nested more than 32 fields deep (graphql.maxDepth in modus.json)."
        ]
