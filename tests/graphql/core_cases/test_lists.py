from __future__ import annotations

from typing import Any

import pytest

NULL_IN_LIST = (
    "Cannot return null for non-nullable field Query.items.",
    [(1, 3)],
    ["items", 1],
)
NULL = ("Cannot return null for non-nullable field Query.items.", [(1, 3)], ["items"])
NO_LIST = (
    "Expected Iterable, but did not find one for field 'Query.items'.",
    [(1, 3)],
    ["items"],
)


@pytest.fixture
def complete(api: Any) -> Any:
    """Answers with a value for a list of a type: ``data, errors = await complete(value, type)``."""

    async def run(value: Any, type_: str) -> tuple[Any, Any]:
        answer = await api(f"type Query {{ items: {type_} }}", items=value)("{ items }")
        return answer.data, answer.errors

    return run


class TestExecuteAcceptsAnyIterableAsListValue:
    async def test_accepts_a_list_as_a_list_value(self, complete: Any) -> None:
        for value in ([], ["just an apple"], ["apple", "banana", "coconut"]):
            assert await complete(value, "[String]") == ({"items": value}, [])

    async def test_does_not_accept_a_dict_as_a_list_value(self, complete: Any) -> None:
        value = {"one": 1, "two": 2}
        assert await complete(value, "[String]") == ({"items": None}, [NO_LIST])

    async def test_does_not_accept_iterable_string_literal_as_a_list_value(
        self, complete: Any
    ) -> None:
        assert await complete("Singular", "[String]") == ({"items": None}, [NO_LIST])


class TestExecuteHandlesListNullability:
    async def test_contains_values(self, complete: Any) -> None:
        for type_ in ("[Int]", "[Int]!", "[Int!]", "[Int!]!"):
            assert await complete([1, 2], type_) == ({"items": [1, 2]}, [])

    async def test_contains_null(self, complete: Any) -> None:
        value = [1, None, 2]
        assert await complete(value, "[Int]") == ({"items": value}, [])
        assert await complete(value, "[Int]!") == ({"items": value}, [])
        assert await complete(value, "[Int!]") == ({"items": None}, [NULL_IN_LIST])
        assert await complete(value, "[Int!]!") == (None, [NULL_IN_LIST])

    async def test_returns_null(self, complete: Any) -> None:
        assert await complete(None, "[Int]") == ({"items": None}, [])
        assert await complete(None, "[Int]!") == (None, [NULL])
        assert await complete(None, "[Int!]") == ({"items": None}, [])
        assert await complete(None, "[Int!]!") == (None, [NULL])

    async def test_contains_error(self, complete: Any) -> None:
        # One item cannot fail by itself; it can be what its type does not allow.
        value = [1, "bad", 2]
        bad = ('Int: expected an integer, not "bad".', [(1, 3)], ["items", 1])
        assert await complete(value, "[Int]") == ({"items": [1, None, 2]}, [bad])
        assert await complete(value, "[Int]!") == ({"items": [1, None, 2]}, [bad])
        assert await complete(value, "[Int!]") == ({"items": None}, [bad])
        assert await complete(value, "[Int!]!") == (None, [bad])

    async def test_results_in_errors(self, complete: Any, fails: Any) -> None:
        bad = ("bad", [(1, 3)], ["items"])
        assert await complete(fails("bad"), "[Int]") == ({"items": None}, [bad])
        assert await complete(fails("bad"), "[Int]!") == (None, [bad])
        assert await complete(fails("bad"), "[Int!]") == ({"items": None}, [bad])
        assert await complete(fails("bad"), "[Int!]!") == (None, [bad])
