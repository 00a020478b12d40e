from __future__ import annotations

import asyncio
from typing import Any

import pytest

SCHEMA = """
    type NumberHolder { theNumber: Int! }
    type Query { numberHolder: NumberHolder }
    type Mutation {
      updateAtOnce(newNumber: Int!): NumberHolder
      updateLater(newNumber: Int!): NumberHolder
      updateInVain(newNumber: Int!): NumberHolder
      updateInVainLater(newNumber: Int!): NumberHolder
    }
"""


@pytest.fixture
def ask(api: Any, fails: Any) -> Any:
    def fresh() -> dict[str, Any]:
        holder = {"theNumber": 6}
        busy: list[int] = []

        def at_once(arguments: Any) -> Any:
            assert not busy, "the mutation before has not ended"
            holder["theNumber"] = arguments["newNumber"]
            return dict(holder)

        async def later(arguments: Any) -> Any:
            busy.append(1)
            await asyncio.sleep(0)
            busy.pop()
            return at_once(arguments)

        async def in_vain_later(arguments: Any) -> Any:
            await asyncio.sleep(0)
            return in_vain(arguments)

        def in_vain(arguments: Any) -> Any:
            return fails(f"Cannot change the number to {arguments['newNumber']}")

        return {
            "updateAtOnce": at_once,
            "updateLater": later,
            "updateInVain": in_vain,
            "updateInVainLater": in_vain_later,
        }

    return api(SCHEMA, fresh)


class TestExecuteHandlesMutationExecutionOrdering:
    async def test_evaluates_mutations_serially(self, ask: Any) -> None:
        answer = await ask(
            """
            mutation M {
              first: updateAtOnce(newNumber: 1) { theNumber }
              second: updateLater(newNumber: 2) { theNumber }
              third: updateAtOnce(newNumber: 3) { theNumber }
              fourth: updateLater(newNumber: 4) { theNumber }
              fifth: updateAtOnce(newNumber: 5) { theNumber }
            }
            """
        )
        names = ("first", "second", "third", "fourth", "fifth")
        expected = {name: {"theNumber": number} for number, name in enumerate(names, 1)}
        assert answer.data == expected
        assert list(answer.data) == list(expected)
        assert answer.errors == []
        assert [arguments["newNumber"] for _, arguments in answer.calls] == [1, 2, 3, 4, 5]

    async def test_does_not_include_illegal_mutation_fields_in_output(self, ask: Any) -> None:
        # The original executes without validation; here nothing of it runs.
        answer = await ask("mutation { thisIsIllegalDoNotIncludeMe }")
        assert answer.refused == "validation"
        assert answer.messages == [
            "Cannot query field 'thisIsIllegalDoNotIncludeMe' on type 'Mutation'."
        ]

    async def test_evaluates_mutations_correctly_in_presence_of_a_failed_mutation(
        self, ask: Any
    ) -> None:
        answer = await ask(
            """
            mutation M {
              first: updateAtOnce(newNumber: 1) { theNumber }
              second: updateLater(newNumber: 2) { theNumber }
              third: updateInVain(newNumber: 3) { theNumber }
              fourth: updateLater(newNumber: 4) { theNumber }
              fifth: updateAtOnce(newNumber: 5) { theNumber }
              sixth: updateInVainLater(newNumber: 6) { theNumber }
            }
            """
        )
        assert answer.data == {
            "first": {"theNumber": 1},
            "second": {"theNumber": 2},
            "third": None,
            "fourth": {"theNumber": 4},
            "fifth": {"theNumber": 5},
            "sixth": None,
        }
        assert answer.errors == [
            ("Cannot change the number to 3", [(4, 3)], ["third"]),
            ("Cannot change the number to 6", [(7, 3)], ["sixth"]),
        ]

    async def test_mutation_inside_of_a_fragment(self, ask: Any) -> None:
        answer = await ask(
            """
            mutation M {
              ...MutationFragment
              second: updateAtOnce(newNumber: 2) { theNumber }
            }
            fragment MutationFragment on Mutation {
              first: updateLater(newNumber: 1) { theNumber }
            }
            """
        )
        assert answer.data == {"first": {"theNumber": 1}, "second": {"theNumber": 2}}
        assert answer.errors == []
