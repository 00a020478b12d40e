from __future__ import annotations

from typing import Any


class TestExecuteResolveFunction:
    async def test_default_function_accesses_keys_of_dict(self, api: Any) -> None:
        ask = api("type Data { test: String } type Query { data: Data }", data={"test": "val"})
        assert (await ask("{ data { test } }")).data == {"data": {"test": "val"}}

    async def test_default_function_calls_methods(self, api: Any) -> None:
        ask = api("type Query { test: String }", test=lambda _: "val")
        answer = await ask("{ test }")
        assert answer.data == {"test": "val"}
        assert answer.calls == [("test", {})]

    async def test_uses_provided_resolve_function(self, api: Any) -> None:
        ask = api("type Query { test(aStr: String, aInt: Int): String }", test=str)
        for arguments, expected in (
            ("", {"aStr": None, "aInt": None}),
            ('(aStr: "String!")', {"aStr": "String!", "aInt": None}),
            ('(aInt: -123, aStr: "String!")', {"aStr": "String!", "aInt": -123}),
        ):
            answer = await ask(f"{{ test{arguments} }}")
            assert answer.arguments == expected
            assert answer.data == {"test": str(expected)}

    async def test_pass_error_from_resolver_wrapped_as_located_graphql_error(
        self, api: Any, fails: Any
    ) -> None:
        answer = await api("type Query { test: String }", test=fails("Some error"))("{ test }")
        assert answer.data == {"test": None}
        assert answer.errors == [("Some error", [(1, 3)], ["test"])]
        assert answer.codes == ["USER_ERROR"]
