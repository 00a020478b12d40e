from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.recording import json_form

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(JSON)
def test_comes_back_as_it_was(value: Any) -> None:
    text = json.dumps(value)
    found = json_form.loads(text)
    assert json.loads(json_form.dumps(found)) == value
    assert json.loads(json_form.pretty(found)) == value
    assert json_form.loads(json_form.pretty(found)) == found
    json_form.pretty(found).encode()


@pytest.mark.parametrize("number", ["1.10", "1e3", "-0.0", "1.00000000000000000001", "12E-4"])
def test_numbers_stay_as_they_were_written(number: str) -> None:
    text = f'{{"price":{number},"all":[{number}]}}'
    assert json_form.dumps(json_form.loads(text)) == text
    assert json.loads(json_form.pretty(json_form.loads(text)), parse_float=Decimal)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a":1,"a":2}', "NaN", "[Infinity]", "[" * 100_000, "[" * 200 + "]" * 200, "1 2"],
)
def test_what_would_not_come_back_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - many libraries' words
        json_form.loads(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":1,"b":[2]}', '{ "b": [2.0], "a": 1e0 }'),
        ("0.5", "5e-1"),
        ('"\\u00e9"', '"é"'),
        ("[1.10]", "[1.1]"),
    ],
)
def test_what_means_the_same_is_the_same(one: str, other: str) -> None:
    assert json_form.canonical(json_form.loads(one)) == json_form.canonical(json_form.loads(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "true"), ("0", "false"), ('"1"', "1"), ("null", '"null"'), ("[1,2]", "[2,1]"),
        ('"1.5"', "1.5"), ("{}", "[]"), ("9007199254740993", "9007199254740992"),
    ],
)  # fmt: skip
def test_what_differs_is_not_the_same(one: str, other: str) -> None:
    assert json_form.canonical(json_form.loads(one)) != json_form.canonical(json_form.loads(other))


def test_is_laid_out_for_people() -> None:
    value = json_form.loads('{"a":{"b":["x","y"]},"vector":[0.10,2,3],"many":[{"c":null},[]]}')
    assert json_form.pretty(value) == (
        '{\n  "a": {\n    "b": ["x", "y"]\n  },\n  "vector": [0.10, 2, 3],\n  "many": [\n'
        '    {\n      "c": null\n    },\n    []\n  ]\n}'
    )
