"""From a GraphQL request to its response, where Go has its own ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.app.call import ANONYMOUS
from atoll.graphql import GraphQLApi, GraphQLRequest
from atoll.manifest import parse_manifest


@pytest.fixture(scope="module")
def running(run_app):
    return run_app("app")


@pytest.fixture
async def api(running):
    manifest = parse_manifest("{}", path=Path("modus.json"))
    app = App("conformance", running.guest, manifest, {})
    yield GraphQLApi(app)
    await app.close()


@pytest.fixture
def ask(api):
    async def ask(query: str, **variables: Any) -> dict[str, Any]:
        body: dict[str, Any] = (await api.execute(GraphQLRequest(query, variables), ANONYMOUS)).body
        body.pop("extensions", None)
        return body

    return ask


async def failed(ask, query, **variables):
    """The code and the text of the only error, and the data."""
    body = await ask(query, **variables)
    [error] = body["errors"]
    return error["extensions"]["code"], error["message"], body.get("data")


@pytest.mark.parametrize("number", [0, -1, (1 << 31) - 1, -(1 << 31)])
async def test_an_int_is_a_number_of_32_bits(ask, number):
    body = await ask("query ($n: Int!) { testEchoInt(n: $n) }", n=number)
    assert body == {"data": {"testEchoInt": number}}


async def test_an_int_that_needs_more_is_an_error(ask):
    code, message, data = await failed(ask, "{ testBigInt }")
    assert (code, data) == ("INVALID_RESULT", None)
    assert message.startswith("Int: 2147483648 does not fit in 32 bits")
    code, message, data = await failed(ask, "{ testBigUint }")
    assert (code, data) == ("INVALID_RESULT", None)
    assert message == "UInt: 4294967296 is out of range (0 to 4294967295)."
    code, message, data = await failed(ask, "{ testEchoInt(n: 2147483648) }")
    assert (code, data) == ("VALIDATION_ERROR", None)


async def test_only_what_is_selected_must_fit(ask):
    assert await ask("{ testBigInts { b } }") == {"data": {"testBigInts": {"b": 1}}}
    body = await ask("{ testBigInts { a b c } }")
    assert sorted(error["path"] for error in body["errors"]) == [
        ["testBigInts", "a", 1],
        ["testBigInts", "c"],
    ]
    assert body["data"] == {"testBigInts": {"a": None, "b": 1, "c": None}}


@pytest.mark.parametrize("function", ["testNotANumber", "testNotANumber32", "testOneNotANumber"])
async def test_what_json_has_no_number_for_is_an_error(ask, function):
    code, message, _ = await failed(ask, f"{{ {function} }}")
    assert code == "INVALID_RESULT"
    assert message == "Float: the value is NaN, which JSON cannot carry."


async def test_an_error_beside_results_is_the_only_error(ask):
    query = "query ($fails: Boolean!) { it: testErrorResults(fails: $fails) { a c } }"
    body = await ask(query, fails=True)
    [error] = body["errors"]
    assert error["message"] == "it failed"
    assert error["path"] == ["it"]
    assert error["extensions"] == {"level": "error", "code": "LOGGED"}
    assert await ask(query, fails=False) == {"data": {"it": {"a": 1, "c": "c"}}}


async def test_several_functions_in_one_query(ask):
    body = await ask(
        """{ a: testMultiOutput { item3 item1 } b: testTimeKeysOutput { value key { month } }
        c: testStringOfBytes(bytes: [97, 255]) d: testExtendedOutput { base { name } }
        e: testMapsOutput { key value { value { value } } } f: testNothing }"""
    )
    nested = [
        {"key": "a", "value": [{"value": [{"value": -1}, {"value": 1 << 40}]}, {"value": []}]},
        {"key": "b", "value": []},
        {"key": "c", "value": [{"value": [{"value": 0}]}, {"value": None}]},
        {"key": "d", "value": None},
    ]
    assert body == {
        "data": {
            "a": {"item3": "hello", "item1": 123},
            "b": [{"value": 3, "key": {"month": 1}}],
            "c": "a\ufffd",
            "d": {"base": {"name": "n"}},
            "e": nested,
            "f": None,
        }
    }


SIGNATURES = """\
  add(a: Int!, b: Int!): Int!
  hostKeys(m: [DayNullableIntListStringPairListPairInput!]): [Day!]
  hostTree(n: NodeInput): Node
  test2DSliceOutput_string: [[String!]]
  testArrayInput2_structPtr(list: [Struct2Input]!): Void
  testArrayOutput2_byte: String!
  testBoolPtrOutput_true: Boolean
  testDurationOutput: Int64!
  testFloat32Output_min: Float!
  testHttpHeaderMapOutput: [StringNullableHttpHeaderPair!]
  testInt64Output_max: Int64!
  testMapOutput_int_float32: [IntFloatPair!]
  testMapOutput_string_stringPtr: [StringNullableStringPair!]
  testNamedInput(hue: String!, tags: [String!], by: [StringNullableStringListPairInput!]): Void
  testNothing: Void
  testResultsAlike: Struct2!
  testRuneOutput_max: Int!
  testSliceOutput_byte: String
  testSliceOutput_ptrPtr: [String]
  testSlicePtrOutput_string: [String!]
  testTimePtrOutput: Timestamp
  testUint16Output_max: Int!
  testUint64Output_max: UInt64!
  testUintPtrInput_nil(n: UInt): Void
  testUnnamed(p0: Int!, p1: String!, p2: Boolean!): Boolean!
  testVariadic(first: String!, rest: [Int!]): [Int!]
"""
EXTENDED = """
type Extended {
  base: Base!
  tags: [String!]
  hue: String!
  last: String
}
"""


def test_the_schema(api):
    lines = api.sdl.splitlines()
    assert [line for line in SIGNATURES.splitlines() if line not in lines] == []
    assert EXTENDED in api.sdl
    assert "TestRecursiveStructPtrOutput gives one that contains itself." in api.sdl
    assert "internal" not in api.sdl
