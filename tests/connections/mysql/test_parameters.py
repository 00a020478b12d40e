"""Values become literals, and their statement is told apart from them again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.mysql.parameters import (
    BadParameters,
    Mode,
    check_several,
    fill,
    instants,
)

PLAIN = Mode()


def text(statement: str, *parameters: Any, mode: Mode = PLAIN) -> str:
    return fill(statement, parameters, mode).text


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (False, "FALSE"),
        (0, "0"),
        (-(2**63), "-9223372036854775808"),
        (2**64 - 1, "18446744073709551615"),
        (Decimal("1.10"), "1.10"),
        (Decimal("-0.000000000000000000000000000001"), "-0.000000000000000000000000000001"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.5E+300"), "1.5E+300"),
        (Decimal("1E-31"), "1E-31"),
        ("", "''"),
        ("it's \\n", "'it''s \\\\n'"),
        ([1, "a", None], "'[1,\"a\",null]'"),
        ({"$bytes": "AP8n"}, "X'00ff27'"),
        ({"$bytes": ""}, "X''"),
        ({"$bytes": "AA==", "b": 1}, '\'{"$bytes":"AA==","b":1}\''),
        ({"a": Decimal("1.10"), "b": ["'"]}, '\'{"a":1.10,"b":["\'\'"]}\''),
    ],
)
def test_values_are_literals(value: Any, literal: str) -> None:
    assert text("?", value) == f" {literal} "


def test_backslashes_are_for_the_mode() -> None:
    assert text("?", "\\'", mode=Mode.of("ANSI,NO_BACKSLASH_ESCAPES")) == " '\\''' "
    assert text('select "?", ?', 1, mode=Mode.of("ANSI_QUOTES")) == 'select "?",  1 '
    assert text('select "\\", ?, "', 1, mode=Mode.of("ANSI_QUOTES")) == 'select "\\",  1 , "'


@pytest.mark.parametrize(
    ("statement", "parameters", "problem"),
    [
        ("select ?", (), "needs 1 parameter, not 0"),
        ("select '?', ?, ?", (1,), "needs 2 parameters, not 1"),
        ("select 1", (1, 2), "needs 0 parameters, not 2"),
        ("select ? /*! , 1 */", (1,), "/*! */"),
        ("select ?", ("\ud800",), "parameter 1 has half of a surrogate pair"),
        ("select ?", ([["\udfff"]],), "parameter 1"),
        ("select ?, ?", (1, 10**5000), "parameter 2 has too many digits"),
    ],
)
def test_says_what_is_wrong(statement: str, parameters: tuple[Any, ...], problem: str) -> None:
    with pytest.raises(BadParameters, match=problem.replace("*", r"\*")):
        text(statement, *parameters)


def test_without_parameters_a_statement_is_as_it_was() -> None:
    statement = "select 1 /*!50000 , ? */"
    assert text(statement) == statement


@pytest.mark.parametrize(
    ("given", "in_utc"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02 03:04:05"),
        ("2024-01-02t03:04:05.5z", "2024-01-02 03:04:05.500000"),
        ("2024-01-02 00:04:05.123456789+02:00", "2024-01-01 22:04:05.123456"),
        ("2024-02-30T03:04:05Z", "2024-02-30T03:04:05Z"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
    ],
)
def test_instants_are_given_in_utc(given: str, in_utc: str) -> None:
    assert instants(["x", given, 5]) == {1}
    assert fill("?", [given], PLAIN, frozenset((0,))).text == f" '{in_utc}' "


@pytest.mark.parametrize("other", ["2024-01-02T03:04:05", "2024-01-02", "2024-01-02T03:04:05Z ", 5])
def test_other_values_are_no_instants(other: Any) -> None:
    assert not instants([other])


@given(st.lists(st.text(max_size=5), max_size=4), st.data())
def test_places_are_those_of_the_statement_without_values(
    parameters: list[str], data: st.DataObject
) -> None:
    names = st.text("ab ,", max_size=4)
    pieces = [data.draw(names) for _ in range(len(parameters) + 1)]
    statement = "?".join(pieces)
    filled = fill(statement, parameters, PLAIN)
    place = data.draw(st.integers(0, len(filled.text)))
    shown = filled.original_at(place)
    assert statement.endswith(shown)
    if place == 0:
        assert shown == statement


@pytest.mark.parametrize("value", ["no base64!", 7, None, "A"])
def test_bytes_that_are_none_are_refused(value: Any) -> None:
    with pytest.raises(BadParameters, match="parameter 1"):
        text("select ?", {"$bytes": value})


@pytest.mark.parametrize(
    "statement",
    [
        "SET NAMES gbk; SELECT ?",
        "set sql_mode = ''; select ?",
        "SET @@character_set_client = gbk; select ?",
        "set character  set gbk; select ?",
        "prepare s from 'set names gbk'; execute s; select ?",
    ],
)
def test_several_statements_that_may_change_how_values_are_read_take_none(statement: str) -> None:
    with pytest.raises(BadParameters, match="character set"):
        check_several(statement)


def test_other_statements_may_come_together_with_values() -> None:
    check_several("update t set a = ?; select * from t where b = ?")
