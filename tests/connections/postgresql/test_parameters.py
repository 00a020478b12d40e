from __future__ import annotations

from decimal import Decimal

import pytest

from atoll.connections.postgresql.parameters import (
    OTHER,
    BadParameters,
    Kind,
    plain_texts,
    typed_texts,
)

ARRAY = Kind(array=True)


def test_scalars_are_written_as_they_are() -> None:
    values = [None, True, False, 0, -1, 10**30, Decimal("1.10"), Decimal("1E+5"), "", "é", "{"]
    assert plain_texts(values) == [
        None,
        b"true",
        b"false",
        b"0",
        b"-1",
        b"1000000000000000000000000000000",
        b"1.10",
        b"1E+5",
        b"",
        "é".encode(),
        b"{",
    ]


@pytest.mark.parametrize("value", [[], {}])
def test_lists_and_objects_need_their_type(value: object) -> None:
    assert plain_texts([1, value]) is None


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ([], ARRAY, "{}"),
        ([1, None, Decimal("2.50"), True], ARRAY, "{1,NULL,2.50,true}"),
        (["a", "", "NULL", 'b"c', "d\\e", "f,g", " h "], ARRAY, None),
        ([[1, 2], [3, 4]], ARRAY, "{{1,2},{3,4}}"),
        (["(1,1),(0,0)", "(2,2),(0,0)"], Kind(True, False, ";"), '{"(1,1),(0,0)";"(2,2),(0,0)"}'),
        ([{"a": [1]}, [2], None, 3], Kind(True, True), '{"{\\"a\\":[1]}","[2]",NULL,3}'),
        ([{"a": 1}], ARRAY, '{"{\\"a\\":1}"}'),
        ([1, "a"], OTHER, '[1,"a"]'),
        ({"a": Decimal("1.10"), "b": 10**30}, Kind(json=True), None),
        ("x", ARRAY, "x"),
    ],
)
def test_lists_are_arrays_or_json_by_type(value: object, kind: Kind, text: str | None) -> None:
    if isinstance(value, dict):
        text = '{"a":1.10,"b":1000000000000000000000000000000}'
    elif text is None:
        text = r'{"a","","NULL","b\"c","d\\e","f,g"," h "}'
    assert typed_texts([value], [kind]) == [text.encode()]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\0b", "parameter $2 contains the character NUL"),
        (["a\0b"], "parameter $2 contains the character NUL"),
        ("\ud800", "parameter $2 has half of a surrogate pair"),
        (["\ud800"], "parameter $2 has half of a surrogate pair"),
        ({"a": "\ud800"}, "parameter $2 has half of a surrogate pair"),
        pytest.param(10**5000, "parameter $2 has too many digits", id="digits"),
        pytest.param([10**5000], "parameter $2 has too many digits", id="digits in a list"),
    ],
)
def test_refuses_what_no_database_can_take(value: object, words: str) -> None:
    with pytest.raises(BadParameters) as caught:
        _ = plain_texts([1, value]) or typed_texts([1, value], [OTHER, ARRAY])
    assert str(caught.value).startswith(words)


def test_refuses_another_number_than_the_statement_has() -> None:
    with pytest.raises(BadParameters, match="needs 1 parameters, not 2"):
        typed_texts([1, []], [OTHER])
    with pytest.raises(BadParameters, match="65536 parameters are more"):
        plain_texts([1] * 65536)
