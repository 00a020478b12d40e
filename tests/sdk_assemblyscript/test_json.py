"""JSON in guests: what json-as, with Atoll's changes, reads and writes."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NOT_JSON = "This is not JSON"


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("json", release=request.param)


async def refused(app: Any, function: str, text: str, message: str = NOT_JSON) -> None:
    with pytest.raises(GuestFailure) as caught:
        await app.call(function, text=text)
    assert message in str(caught.value)


ACCOUNT = {
    "secret": "kept",
    "name": "",
    "e_mail": None,
    "tags": [],
    "level": 1,
    "active": True,
    "balance": 0.5,
}
DEFAULTS = json.dumps(ACCOUNT, separators=(",", ":"))
FULL = (
    '{"secret":"s","name":"n","e_mail":"e","tags":["t","}"],"level":9,"active":false,'
    '"balance":-2.5}'
)


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (
            "asString",
            r'"\u00e9\u2728\ud83c\udf89\/\b\f\n\r\t\"\\"',
            '"é✨🎉/\\b\\f\\n\\r\\t\\"\\\\"',
        ),
        ("asString", '""', '""'),
        ("asString", ' "é🎉" ', '"é🎉"'),
        ("unitsOf", r'"\ud83c\uD83C\u0000"', "d83c d83c 0"),
        ("asBool", " true", "true"),
        ("asBool", "false\n", "false"),
        ("asI8", "-128", "-128"),
        ("asU8", "255", "255"),
        ("asI32", "-2147483648", "-2147483648"),
        ("asU32", "4294967295", "4294967295"),
        ("asI64", "-9223372036854775808", "-9223372036854775808"),
        ("asI64", "9223372036854775807", "9223372036854775807"),
        ("asU64", "18446744073709551615", "18446744073709551615"),
        ("asI32", "1e3", "1000"),
        ("asI32", "-5.0", "-5"),
        ("asF64", "-1.5e-3", "-0.0015"),
        ("asF64", "1E+2", "100.0"),
        ("asF64", "1.7976931348623157e308", "1.7976931348623157e+308"),
        ("asF32", "0.1", "0.1"),
        ("asAny", "null", "null"),
        ("asAny", "[ ]", "[]"),
        ("asObject", " { } ", "{}"),
        ("asRaw", ' { "a" : [ 1 ] } ', '{ "a" : [ 1 ] }'),
        ("asRaw", "null", "null"),
        (
            "asRawMap",
            '{"a" : {"x": "}"} , "b":[1, "]"],"c":null,"d":"s","e":1.0,"f":true}',
            '{"a":{"x": "}"},"b":[1, "]"],"c":null,"d":"s","e":1.0,"f":true}',
        ),
        ("asRawArray", '[{"x": "}"} , null,"s", 1.0,true]', '[{"x": "}"},null,"s",1.0,true]'),
        ("asMatrix", " [ [ 1 , 2 ] , [ ] , [ -3 ] ] ", "[[1,2],[],[-3]]"),
        ("asStrings", '["a]","b,\\"", ""]', '["a]","b,\\"",""]'),
        ("asNullableStrings", '["a",null]', '["a",null]'),
        ("asBytes", "[0,255]", "[0,255]"),
        ("asCounts", '{"1":["a"],"-2":[]}', '{"1":["a"],"-2":[]}'),
        ("asAccounts", '{"a":null,"b":{}}', f'{{"a":null,"b":{DEFAULTS}}}'),
        ("asAccount", "{}", DEFAULTS),
        ("asAccount", " {\n}\t", DEFAULTS),
        ("asAccount", '{"\\u006eame":"first","tags":[],"name":""}', DEFAULTS),
        ("asMaybeAccount", " null ", "none"),
        ("asAccountArray", "[ { } ]", f"[{DEFAULTS}]"),
        ("asChain", '{"next":{"next":null}}', '{"next":{"next":null}}'),
        ("asSquare", '{"side":2,"kind":"q","id":5}', '{"id":5,"kind":"q","side":2.0}'),
        ("asPoint", "(3.5,-9.2)", '"(3.5,-9.2)"'),
        ("asWrapped", '{"value":"(1,2)"}', '{"value":"(1.0,2.0)","label":"w"}'),
        ("asOld", '{"inner":{"n":4}}', '{"inner":{"n":4}}'),
        ("dates", '["2020-01-02T03:04:05.678Z"]', '["2020-01-02T03:04:05.678Z"]'),
    ],
)
async def test_reads_and_writes(app, function, text, expected):
    assert await app.call(function, text=text) == expected


async def test_a_null_or_another_kind_leaves_a_fields_default(app):
    nulls = dict.fromkeys(("secret", "name", "tags", "level", "active", "balance"))
    others = {"name": 5, "tags": "x", "level": "y", "active": 3, "balance": []}
    assert await app.call("asAccount", text=json.dumps(nulls)) == DEFAULTS
    assert await app.call("asAccount", text=json.dumps(others)) == DEFAULTS


async def test_fields_of_every_type(app):
    text = (
        f'{{"a":1,"b":18446744073709551615,"c":-0.25,"d":"x","e":null,"f":{FULL},"g":{DEFAULTS},'
        '"h":[-9223372036854775808],"i":{"k}":1},"j":[{"a": "}"}],"k":"s","l":5,"m":[["a"],[]],'
        '"n":"(1.5,-2.0)","o":true,"p":"2020-01-02T03:04:05.678Z","q":{"z":[null]},'
        '"q\\"uo\\\\te é":-8,"bytes":[0,255]}'
    )
    assert await app.call("asEverything", text=text) == text


async def test_nullable_fields_become_null(app):
    names = ["e", "g", "k", "l", "p", "q", "bytes"]
    shown = json.loads(await app.call("asEverything", text=json.dumps(dict.fromkeys(names))))
    assert [shown[name] for name in names] == [None] * len(names)


UNKNOWN = [
    '"u1":"}]\\"["', '"u2":[{"x":"]"},[["}"]]]', '"u3":{"n":{"m":["{"]}}', '"u4":-1.5e3',
    '"u5":true', '"u6":null', '"u7":false', '"u8":{}', '"u9":[]', '"":""', '"name2":1',
    '"nam\\u0065e":2', '"\\\\":"\\\\"',
]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
async def test_unknown_keys_in_any_order(app, seed):
    order = random.Random(seed)
    entries = UNKNOWN + [f'"{key}":{json.dumps(value)}' for key, value in json.loads(FULL).items()]
    order.shuffle(entries)
    space = order.choice(["", " ", "\n\t\r "])
    text = "{" + space + f"{space},{space}".join(entries) + space + "}"
    assert await app.call("asAccount", text=text) == FULL


@pytest.mark.parametrize("present", range(8))
async def test_fields_that_stay_away(app, present):
    wanted = [{"first": "f"}, {"second": 2}, {"fourth": "x"}]
    value: dict[str, Any] = {}
    for bit, entry in enumerate(wanted):
        if present >> bit & 1:
            value |= entry
    text = json.dumps(value, separators=(",", ":"))
    assert await app.call("asKinds", text=text) == text


@pytest.mark.parametrize(
    "text",
    ["", "   ", "{", "[", '"', '"\\', '"\\u12', '{"a"', '{"a":', '{"a":1', '{"a":1,', "[1,", "[1",
     "tru", "nul", "-", "1.", "1e", "+1", "01", ".5", "{a:1}", "{'a':1}", "[1,]", '{"a":1,}',
     "[1 2]", "1 2", '"a" b', '"\n"', '"\\x"', '"\\u12G4"', "]", "}", "NaN", '{"a" 1}', "{,}",
     "\x00", '"a\x00"'],
)  # fmt: skip
async def test_what_is_not_json(app, text):
    await refused(app, "asAny", text)
    await refused(app, "asAccount", text)


@pytest.mark.parametrize("cut", range(0, len(FULL), 5))
async def test_a_truncated_text(app, cut):
    await refused(app, "asAccount", FULL[:cut])


@pytest.mark.parametrize(
    ("function", "text"),
    [("asI8", "128"), ("asI8", "-129"), ("asU8", "256"), ("asU8", "-1"), ("asI32", "2147483648"),
     ("asU32", "4294967296"), ("asI64", "9223372036854775808"), ("asI64", "-9223372036854775809"),
     ("asU64", "18446744073709551616"), ("asI32", "1.5"), ("asU64", "1e40"), ("asU8", "1" * 40)],
)  # fmt: skip
async def test_a_number_that_does_not_fit(app, function, text):
    await refused(app, function, text, "does not fit")


@pytest.mark.parametrize(
    ("function", "text"),
    [("asBool", "1"), ("asBool", "null"), ("asString", "null"), ("asI32", '"1"'),
     ("asStrings", '["a",null]'), ("asMatrix", "[[1],null]"), ("asAccount", "[]"),
     ("asAccount", "null"), ("asAccountArray", "[{},null]"), ("asRawMap", "[]")],
)  # fmt: skip
async def test_another_kind_than_asked_for(app, function, text):
    await refused(app, function, text)


async def test_the_place_is_told(app):
    await refused(app, "asAny", '{"a": x}', "expected a value at position 6, found 'x'")


async def test_depth_has_a_limit(app):
    assert await app.call("nested", depth=200) == "[" * 200 + "]" * 200
    with pytest.raises(GuestFailure, match="nests too deeply"):
        await app.call("nested", depth=201)
    chain = '{"next":' * 199 + "{}" + "}" * 199
    assert (await app.call("asChain", text=chain)).count("next") == 200
    await refused(app, "asChain", '{"next":' * 5000 + "{}" + "}" * 5000, "nests too deeply")


async def test_control_characters_and_lone_surrogates_are_escaped(app):
    units = [*range(0x20), 0x22, 0x5C, 0x7F, 0xE9, 0x2028, 0xD800, 0x41, 0xDC00, 0xD83C, 0xDF89]
    text = await app.call("written", units=units)
    assert "\\ud800A\\udc00🎉" in text
    assert all(character >= " " for character in text)
    # One after the other, two lone halves would be a pair for Python too.
    assert json.loads(text) == "".join(map(chr, units[:-2])) + "🎉"


async def test_values_of_any_type(app):
    assert await app.call("anyOf") == (
        '{"k\\"":[-1,18446744073709551615,-9223372036854775808,-8,1.5,true,"a\\"b",[1, 2],'
        '"(1.0,2.0)"],"box":7}'
    )


async def test_what_json_cannot_say_is_null(app):
    assert await app.call("notFinite") == "[null,null,null,0.0,0.0,1e+21,5e-324]"


async def test_fields_that_json_does_not_carry_keep_their_defaults(app):
    assert await app.call("defaultsAfterReading") == "kept3|here"


async def test_long_texts(app):
    assert await app.call("long", count=2000) == 509996


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@given(value=json_values, ascii=st.booleans(), indent=st.sampled_from([None, 1]))
@SOME
async def test_any_json_survives(app, value, ascii, indent):
    text = json.dumps(value, ensure_ascii=ascii, indent=indent)
    assert alike(json.loads(await app.call("asAny", text=text)), value)
    assert await app.call("asAnyText", text=text) == await app.call("asAny", text=text)
    assert await app.call("asRaw", text=text) == text


@given(text=st.text(st.sampled_from('{}[]",:\\u0e-+.1tfn /a\n')))
@SOME
async def test_no_text_breaks_the_reader(app, text):
    try:
        expected = json.loads(text, parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        await refused(app, "asAny", text)
    else:
        assert alike(json.loads(await app.call("asAny", text=text)), expected)


def alike(found: Any, expected: Any) -> bool:
    """Equal, but for the last bits of numbers: the compiler's library reads them no better."""
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            alike(found[key], expected[key]) for key in expected
        )
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return bool(found == expected)
    if not math.isfinite(expected := float(expected)):
        return found is None  # a number beyond the range of f64 is infinite, which JSON cannot say
    return math.isclose(found, expected, rel_tol=1e-15, abs_tol=1e-323)


async def test_a_long_number_with_an_exponent(app):
    assert await app.call("asF64", text="1.4310619844618562e49") == "1.4310619844618562e+49"
