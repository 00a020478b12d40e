"""Parameters keep the value that the function's JSON says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.parameters import named_parameters, positional_parameters

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(VALUES, max_size=4))
def test_an_array_arrives_as_it_was_sent(values: list[Any]) -> None:
    assert positional_parameters(json.dumps(values), "db", 1 << 20) == values


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_an_object_arrives_as_it_was_sent(values: dict[str, Any]) -> None:
    assert named_parameters(json.dumps(values), "db", 1 << 20) == values


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_fraction_is_lost(value: Decimal) -> None:
    text = str(value) if set(str(value)) & set(".E") else f"{value}.0"
    [found] = positional_parameters(f"[{text}]", "db", 1 << 20)
    assert isinstance(found, Decimal)
    assert str(found) == str(Decimal(text))


@pytest.mark.parametrize(
    "text",
    ["{}", "null", "1", "[", "[NaN]", "[Infinity]", "[1,]", "[" * 100_000, f"[1e{'9' * 40}]"],
    ids=lambda text: text[:12],
)
def test_what_is_no_array_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        positional_parameters(text, "db", 1 << 20)
    assert caught.value.code == "INVALID_PARAMETERS"
    assert "[db]" in caught.value.message
    assert len(caught.value.message) < 150


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ConnectionFailed, match="longer than 1 MiB"):
        positional_parameters(json.dumps(["x" * (1 << 20)]), "db", 1 << 20)


@pytest.mark.parametrize("text", ["", "[]"])
def test_no_parameters(text: str) -> None:
    assert positional_parameters(text, "db", 1) == []


@pytest.mark.parametrize("text", ["", "{}", "null"])
def test_no_named_parameters(text: str) -> None:
    assert named_parameters(text, "db", 1) == {}
