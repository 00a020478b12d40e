"""DynamicMap: values of any types by name, and its JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(value=st.dictionaries(st.text(), values), ascii_only=st.booleans())
@SOME
async def test_any_object_survives(app, value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert json.loads(await app.call("again", text=text)) == value
    assert await app.call("keys", text=text) == list(value)
    shown = [json.dumps(entry, ensure_ascii=ascii_only) for entry in value.values()]
    assert await app.call("values", text=text) == shown


async def test_values_keep_their_spelling(app):
    text = '{ "a" : { "b}" : [ 1.0 , "\\u0041\\/" ] } , "c":null,"a2":-0}'
    assert await app.call("again", text=text) == (
        '{"a":{ "b}" : [ 1.0 , "\\u0041\\/" ] },"c":null,"a2":-0}'
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a":}', '{"a":1} x', '{"a" 1}'])
async def test_what_is_not_an_object(app, text):
    with pytest.raises(GuestFailure, match="This is not JSON"):
        await app.call("again", text=text)


async def test_a_map_while_it_changes(app):
    assert await app.call("changes") == [
        "0{}",
        '2{"a":true,"b":"2"}',
        "truefalse",
        "truefalse",
        '1{"b":"2"}false',
        'b,c{"b":"2","c":{"b":"2"}}',
        "0{}0",
        '{"d":4}',
    ]


async def test_values_of_all_types(app):
    assert json.loads(await app.call("setAll")) == {
        "text": "é✨🎉\n",
        "long": -(2**63),
        "ulong": 2**64 - 1,
        "float": 0.5,
        "flag": True,
        "list": [1, 2],
        "pet": {"name": 'a"}', "age": 0},
        "none": None,
        "inner": {"]": ["}"]},
        "raw": {"x": [1]},
        "when": "1970-01-01T00:00:00.000Z",
        "bytes": "/wAA",
        '"k}\n': 1,
    }


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        ("asI32", "-5", -5),
        ("asI32", "3.0", 3),
        ("asI32", '"7"', 7),
        ("asU8", "255", 255),
        ("asI64", "-9223372036854775808", -(2**63)),
        ("asF64", "1", 1.0),
        ("asF64", '"-2.5e3"', -2500.0),
        ("asBool", "true", True),
        ("asBool", "0", False),
        ("asString", r'"\u00e9\ud83c\udf89\/}"', "é🎉/}"),
        ("asNullableString", "null", None),
        ("asNullableString", '"null"', "null"),
        ("asStrings", '["a]", "b"]', ["a]", "b"]),
        ("asPet", '{"age": 3, "x": ["}"]}', '{"name":"","age":3}'),
        ("asNullablePet", "null", "none"),
        ("asNullablePet", '{"name":"n"}', "n"),
        ("asMap", '{"a":[1],"}":[]}', '{"a":[1],"}":[]}'),
        ("asRaw", "null", "null"),
        ("asRaw", '{"a" : 1}', '{"a" : 1}'),
        ("asAny", "null", "null"),
        ("asAny", '["a",1.0]', '["a",1.0]'),
        ("asDate", '"2020-01-02T03:04:05.678Z"', 1577934245678),
        ("asBytes", '"AAEC"', "AAEC"),
        ("asBuffer", '"AAEC"', "AAEC"),
        ("innermost", '{"y":{"z":"}"}}', "}"),
    ],
)
async def test_a_value_as_a_type(app, function, value, expected):
    text = f'{{"w":[{{"x":1}}],"x": {value} ,"y":"x"}}'
    assert await app.call(function, text=text) == expected


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("asI32", "3.7"),
        ("asI32", "1e30"),
        ("asI32", '"3 apples"'),
        ("asI32", "true"),
        ("asI32", "null"),
        ("asU8", "256"),
        ("asU8", "-1"),
        ("asF64", '"x"'),
        ("asBool", "2"),
        ("asBool", '"true"'),
        ("asString", "5"),
        ("asString", "null"),
        ("asStrings", "{}"),
        ("asStrings", "[1]"),
        ("asPet", "null"),
        ("asPet", "[]"),
        ("asBytes", '"A"'),
        ("asBytes", "[1]"),
        ("innermost", '{"y":5}'),
    ],
)
async def test_a_value_of_another_type(app, function, value):
    with pytest.raises(GuestFailure, match=r"[Ee]xpected|does not fit|This is not JSON"):
        await app.call(function, text=f'{{"x":{value}}}')


async def test_a_name_that_is_not_there(app):
    with pytest.raises(GuestFailure, match="Key not found in map: x"):
        await app.call("asString", text='{"X":"a"}')


async def test_a_number_that_json_cannot_say(app):
    with pytest.raises(GuestFailure, match="finite"):
        await app.call("setNotANumber")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '{"maybe":{"b":2},"more":{"a}":[1]},"name":"n"}',
            '{"name":"n","more":{"a}":[1]},"maybe":{"b":2}}',
        ),
        ("{}", '{"name":"","more":{},"maybe":null}'),
        ('{"maybe":null,"more":null}', '{"name":"","more":{},"maybe":null}'),
        ('{"maybe":{},"more":[]}', '{"name":"","more":{},"maybe":{}}'),
    ],
)
async def test_a_map_in_a_class(app, text, shown):
    assert await app.call("field", text=text) == shown


async def test_a_list_of_maps(app):
    text = '[{"a":1},{},{"b":[{}]}]'
    assert await app.call("list", text=text) == text


async def test_a_map_in_a_signature(app):
    entries = [{"key": "a", "value": {"data": '"}"'}}, {"key": "b", "value": {"data": "[1]"}}]
    assert await app.call("same", map={"data": entries}) == {"data": entries}
