from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.neo4j.parameters import MAX_DEPTH, checked_parameters


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda real: Decimal(repr(real)))
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("aä"), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc"), json_values))
def test_values_arrive_as_they_are(parameters: dict[str, object]) -> None:
    assert checked_parameters("graph", parameters) == as_floats(parameters)


def as_floats(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: as_floats(item) for key, item in value.items()}
        case list():
            return [as_floats(item) for item in value]
    return value


def test_whole_numbers_stay_whole() -> None:
    found = checked_parameters("graph", {"a": 9007199254740993, "b": [1], "c": Decimal("1.0")})
    assert repr(found) == "{'a': 9007199254740993, 'b': [1], 'c': 1.0}"


@pytest.mark.parametrize(
    ("value", "place", "reason"),
    [
        (2**63, "$p", "64 bits"),
        (-(2**63) - 1, "$p", "64 bits"),
        ({"a": [1, 2**64]}, "$p.a[1]", "64 bits"),
        (Decimal("1e400"), "$p", "64-bit float"),
        (["\ud800"], "$p[0]", "surrogate"),
        ({"\ud800": 1}, "$p", "surrogate"),
        (nested(MAX_DEPTH + 1), "$p[0][0]", "deep"),
        ({1}, "$p", "set"),
    ],
)
def test_what_cypher_cannot_hold_is_refused_by_its_place(
    value: object, place: str, reason: str
) -> None:
    with pytest.raises(ConnectionFailed, match=reason) as caught:
        checked_parameters("graph", {"fine": 1, "p": value})
    assert caught.value.code == "INVALID_PARAMETERS"
    assert caught.value.message.startswith(f"connection [graph]: the parameter {place}")
    assert str(2**64) not in caught.value.message


def test_values_of_the_greatest_depth_pass() -> None:
    assert checked_parameters("graph", {"p": nested(MAX_DEPTH)}) == {"p": nested(MAX_DEPTH)}
